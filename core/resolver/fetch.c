/*
 * Sharing of queries, and what becomes of replies that say nothing: the next resolver is asked, and
 * what the last one said is the reason.
 */
#include "resolver/fetch.h"

#include "evidence/dns.h"
#include "resolver/wirecheck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FETCH_MILLISECONDS 10000
#define TABLE_SIZE         1024

struct dna_fetch {
	struct dna_entry entry;
	struct dna_fetcher *fetcher;
	struct dna_query *query; /* upstream, */
	struct dna_timer *timer; /* or to the archive */
	bool telling;
	struct dna_fetch_wait *first;
};

int dna_fetcher_init(struct dna_fetcher *fetcher)
{
	return dna_table_init(&fetcher->table, TABLE_SIZE);
}

static void fetch_free(struct dna_fetch *fetch)
{
	dna_query_cancel(fetch->query);
	dna_timer_remove(fetch->timer);
	dna_table_remove(&fetch->fetcher->table, &fetch->entry);
	free(fetch);
}

void dna_fetcher_clear(struct dna_fetcher *fetcher)
{
	while (fetcher->table.oldest != NULL)
		fetch_free((struct dna_fetch *)fetcher->table.oldest);
	dna_table_clear(&fetcher->table);
}

static void unlink_wait(struct dna_fetch_wait *wait)
{
	*(wait->previous != NULL ? &wait->previous->next : &wait->fetch->first) = wait->next;
	if (wait->next != NULL)
		wait->next->previous = wait->previous;
	wait->fetch = NULL;
}

void dna_fetch_leave(struct dna_fetch_wait *wait)
{
	struct dna_fetch *fetch = wait->fetch;

	if (fetch == NULL)
		return;
	unlink_wait(wait);
	if (fetch->first == NULL && !fetch->telling)
		fetch_free(fetch);
}

/* "the resolver says SERVFAIL for example. DNSKEY: signature expired" */
static void explain_rcode(const struct dna_entry *asked, uint16_t rcode, const char *error,
			  char why[DNA_WHY_MAX])
{
	char name[DNA_DNAME_TEXT], type[16], text[16];

	dna_dns_type_write(asked->type, type);
	snprintf(why, DNA_WHY_MAX, "the resolver says %s for %.200s %s%s%.200s",
		 dna_rcode_name(rcode, text), dna_dname_text(&asked->name, name), type,
		 error[0] != '\0' ? ": " : "", error);
}

/* The reply as a message; NULL: it says nothing, and |why| that. */
static struct dna_message *judge(struct dna_reply *reply, const struct dna_entry *asked,
				 char why[DNA_WHY_MAX])
{
	struct dna_message *message = NULL;
	const char *wrong;
	char name[DNA_DNAME_TEXT], type[16];

	reply->rcode = reply->wire.data[3] & 0xf;
	if (dna_message_read(&message, reply->wire, &asked->name, asked->type, &wrong) == 0)
		reply->rcode = message->rcode;
	if (reply->rcode != DNA_RCODE_NOERROR && reply->rcode != DNA_RCODE_NXDOMAIN) {
		explain_rcode(asked, reply->rcode, message != NULL ? message->error : "", why);
		dna_message_unref(message);
		return NULL;
	}
	if (message != NULL)
		return message;
	dna_dns_type_write(asked->type, type);
	snprintf(why, DNA_WHY_MAX, "the reply to %.300s %s is unusable: %s",
		 dna_dname_text(&asked->name, name), type, wrong);
	return NULL;
}

/* Tell everybody who waits. Whoever asks from now on asks anew. */
static void tell(struct dna_fetch *fetch, struct dna_reply *reply, struct dna_message *message)
{
	fetch->telling = true;
	dna_table_remove(&fetch->fetcher->table, &fetch->entry);
	while (fetch->first != NULL) {
		struct dna_fetch_wait *wait = fetch->first;

		unlink_wait(wait);
		wait->done(wait->argument, reply, message);
	}
	free(fetch);
}

/* There is a reply, or, with empty |wire|, none, and |why| says so. */
static void take(struct dna_fetch *fetch, struct dna_bytes wire, const char *why)
{
	struct dna_reply *reply = dna_reply_new(&fetch->entry.name, fetch->entry.type, wire);
	struct dna_message *message = NULL;
	char reason[DNA_WHY_MAX];

	if (reply != NULL && wire.size >= DNA_WIRE_HEADER) {
		message = judge(reply, &fetch->entry, reason);
		why = reason;
	}
	if (message == NULL && fetch->query != NULL && wire.size > 0 &&
	    dna_query_retry(fetch->query)) {
		dna_reply_unref(reply);
		return;
	}
	fetch->query = NULL;
	if (reply != NULL && message == NULL)
		dna_reply_void(reply, why);
	tell(fetch, reply, message);
	dna_message_unref(message);
	dna_reply_unref(reply);
}

static void arrived(void *argument, struct dna_bytes wire, const char *why)
{
	struct dna_fetch *fetch = argument;
	char reason[DNA_WHY_MAX], name[DNA_DNAME_TEXT], type[16];

	if (wire.size == 0) {
		dna_dns_type_write(fetch->entry.type, type);
		snprintf(reason, sizeof(reason), "%s for %.300s %s", why,
			 dna_dname_text(&fetch->entry.name, name), type);
	}
	take(fetch, wire, reason);
}

/* What was recorded is taken as if it came now. */
static void found(void *argument)
{
	struct dna_fetch *fetch = argument;
	const struct dna_item *item =
		dna_archive_find(fetch->fetcher->archive, &fetch->entry.name, fetch->entry.type);
	char reason[DNA_WHY_MAX], name[DNA_DNAME_TEXT], type[16];

	fetch->timer = NULL;
	if (item != NULL && dna_item_count(item) > 0) {
		take(fetch, dna_item_data(item, 0), "the recorded reply is no DNS message");
		return;
	}
	dna_dns_type_write(fetch->entry.type, type);
	snprintf(reason, sizeof(reason), "no reply to %.300s %s was recorded",
		 dna_dname_text(&fetch->entry.name, name), type);
	take(fetch, (struct dna_bytes){ NULL, 0 },
	     item != NULL && dna_item_reason(item)[0] != '\0' ? dna_item_reason(item) : reason);
}

static int start(struct dna_fetcher *fetcher, const struct dna_dname *name, uint16_t type,
		 struct dna_fetch **fetch)
{
	struct dna_fetch *new = calloc(1, sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->entry.name = *name;
	new->entry.type = type;
	new->fetcher = fetcher;
	if (fetcher->archive != NULL)
		r = dna_timer_add(&new->timer, fetcher->loop, 0, found, new);
	else
		r = dna_upstream_ask(fetcher->upstream, name, type, FETCH_MILLISECONDS, arrived,
				     new, &new->query);
	if (r != 0) {
		free(new);
		return r;
	}
	dna_table_add(&fetcher->table, &new->entry);
	*fetch = new;
	return 0;
}

int dna_fetch(struct dna_fetcher *fetcher, const struct dna_dname *name, uint16_t type,
	      struct dna_fetch_wait *wait, dna_fetch_done *done, void *argument)
{
	struct dna_fetch *fetch = (struct dna_fetch *)dna_table_find(&fetcher->table, name, type);
	int r = 0;

	if (fetch == NULL)
		r = start(fetcher, name, type, &fetch);
	if (r != 0)
		return r;
	*wait = (struct dna_fetch_wait){
		.fetch = fetch, .done = done, .argument = argument, .next = fetch->first
	};
	if (fetch->first != NULL)
		fetch->first->previous = wait;
	fetch->first = wait;
	return 0;
}
