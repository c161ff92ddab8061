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
	struct dna_query *query;
	struct dna_fetch_wait *first;
};

int dna_fetcher_init(struct dna_fetcher *fetcher, struct dna_upstream *upstream)
{
	fetcher->upstream = upstream;
	return dna_table_init(&fetcher->table, TABLE_SIZE);
}

static void fetch_free(struct dna_fetch *fetch)
{
	dna_query_cancel(fetch->query);
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
	if (fetch->first == NULL && fetch->query != NULL)
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

/* The reply as a message, or NULL with the reason. */
static struct dna_message *judge(const struct dna_entry *asked, struct dna_bytes wire,
				 uint16_t *rcode, char why[DNA_WHY_MAX])
{
	struct dna_message *message = NULL;
	const char *wrong;
	char name[DNA_DNAME_TEXT], type[16];

	*rcode = wire.data[3] & 0xf;
	if (dna_message_read(&message, wire, &asked->name, asked->type, &wrong) == 0)
		*rcode = message->rcode;
	if (*rcode != DNA_RCODE_NOERROR && *rcode != DNA_RCODE_NXDOMAIN) {
		explain_rcode(asked, *rcode, message != NULL ? message->error : "", why);
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

static void arrived(void *argument, struct dna_bytes wire, const char *why)
{
	struct dna_fetch *fetch = argument;
	struct dna_message *message = NULL;
	uint16_t rcode = 0;
	char reason[DNA_WHY_MAX], name[DNA_DNAME_TEXT], type[16];

	if (wire.size > 0) {
		message = judge(&fetch->entry, wire, &rcode, reason);
		if (message == NULL && dna_query_retry(fetch->query))
			return;
	} else {
		dna_dns_type_write(fetch->entry.type, type);
		snprintf(reason, sizeof(reason), "%s for %.300s %s", why,
			 dna_dname_text(&fetch->entry.name, name), type);
	}
	/* Whoever asks from now on asks anew. */
	fetch->query = NULL;
	dna_table_remove(&fetch->fetcher->table, &fetch->entry);
	while (fetch->first != NULL) {
		struct dna_fetch_wait *wait = fetch->first;

		unlink_wait(wait);
		wait->done(wait->argument, message, rcode, reason);
	}
	dna_message_unref(message);
	free(fetch);
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
	r = dna_upstream_ask(fetcher->upstream, name, type, FETCH_MILLISECONDS, arrived, new,
			     &new->query);
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
