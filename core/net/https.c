/* Documents over HTTPS, hop by hop. */
#include "net/https.h"

#include "base/limits.h"
#include "net/request.h"
#include "net/turns.h"
#include "net/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ATTEMPT_TIME 2000 /* milliseconds to be connected, when there are other addresses */
#define LOOKUP_GRACE 1000 /* beyond the transfer's own time, which tells that it has passed */

/* The addresses of one family. */
struct family {
	struct dna_transfer *transfer;
	uint16_t type;
	struct dna_lookup *lookup;
	char addresses[DNA_ADDRESS_MAX][INET6_ADDRSTRLEN];
	size_t count;
};

struct dna_transfer {
	struct dna_https *https;
	struct dna_transfer *next, *previous;
	char *asked; /* the URL */
	char *url;   /* of the hop under way */
	char host[DNA_NAME_MAX + 1];
	uint16_t port;
	unsigned redirects;
	uint64_t deadline;
	unsigned milliseconds;
	struct dna_timer *timer;
	struct family families[2];    /* IPv6 first (RFC 8305 section 4) */
	size_t attempts;              /* at how many addresses it was tried */
	char trouble[DNA_REASON_MAX]; /* why there is no address */
	bool lookup_failed;           /* rather than said that there is none */
	struct dna_turn *turn;
	struct dna_request *request;
	dna_https_done *done;
	void *argument;
};

struct dna_https {
	struct dna_loop *loop;
	struct dna_lookups *lookups;
	struct dna_anchors *anchors;
	bool allow_private_addresses;
	struct dna_turns *turns;
	struct dna_transfer *transfers;
};

/* ---- the end ---- */

static void stop_hop(struct dna_transfer *t)
{
	for (size_t i = 0; i < 2; i++) {
		dna_lookup_cancel(t->families[i].lookup);
		t->families[i].lookup = NULL;
		t->families[i].count = 0;
	}
	dna_request_cancel(t->request);
	t->request = NULL;
	dna_turn_end(t->turn);
	t->turn = NULL;
	t->attempts = 0;
	t->trouble[0] = '\0';
	t->lookup_failed = false;
}

void dna_https_cancel(struct dna_transfer *t)
{
	if (t == NULL)
		return;
	stop_hop(t);
	dna_timer_remove(t->timer);
	if (t->next != NULL)
		t->next->previous = t->previous;
	*(t->previous != NULL ? &t->previous->next : &t->https->transfers) = t->next;
	free(t->asked);
	free(t->url);
	free(t);
}

static void finish(struct dna_transfer *t, const struct dna_item_init *what, struct dna_bytes body)
{
	struct dna_item_init init = *what;
	dna_https_done *done = t->done;
	void *argument = t->argument;
	struct dna_item *item = NULL;

	init.kind = "https";
	init.name = t->asked;
	init.redirects = t->redirects;
	init.time = time(NULL);
	/* How long a document holds is written in it, if anywhere (POSH-018). */
	init.not_after = init.outcome == DNA_ANSWERED ? DNA_FOREVER : init.time;
	if (dna_item_new(&item, &init) == 0 && init.outcome == DNA_ANSWERED &&
	    dna_item_add(item, body.data, body.size) != 0) {
		dna_item_unref(item);
		item = NULL;
	}
	dna_https_cancel(t);
	done(argument, item);
	dna_item_unref(item);
}

__attribute__((format(printf, 2, 3))) static void fail(struct dna_transfer *t, const char *format,
						       ...)
{
	char phrase[1024], reason[2048];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(phrase, sizeof(phrase), format, arguments);
	va_end(arguments);
	snprintf(reason, sizeof(reason), "%.*s: %s", DNA_REASON_MAX / 2, t->url, phrase);
	finish(t, &(struct dna_item_init){ .outcome = DNA_FAILED, .reason = reason },
	       (struct dna_bytes){ NULL, 0 });
}

/* ---- one hop ---- */

static void start_hop(struct dna_transfer *t);

static void redirect(struct dna_transfer *t, const char *location)
{
	char *url;

	if (++t->redirects > DNA_REDIRECTS_MAX) {
		fail(t, "more than %d redirections", DNA_REDIRECTS_MAX);
		return;
	}
	if (strncasecmp(location, "https://", 8) != 0) {
		fail(t, "redirects to %s, which is not https", location);
		return;
	}
	url = strlen(location) <= DNA_ITEM_NAME_MAX ? strdup(location) : NULL;
	if (url == NULL) {
		fail(t, "redirects to a URL that is too long");
		return;
	}
	free(t->url);
	t->url = url;
	start_hop(t);
}

/* The families take turns. NULL: there are no more. */
static const char *address_at(const struct dna_transfer *t, size_t index)
{
	for (size_t i = 0; i < DNA_ADDRESS_MAX; i++)
		for (size_t family = 0; family < 2; family++)
			if (i < t->families[family].count && index-- == 0)
				return t->families[family].addresses[i];
	return NULL;
}

static void responded(void *argument, const struct dna_response *response);

/*
 * Ask at the address. Only the last one has all the time that is left to be connected to; that it
 * has passed is told by the transfer's own timer, in its own words.
 */
static void request(void *argument)
{
	struct dna_transfer *t = argument;
	struct dna_request_init init = { .url = t->url,
					 .host = t->host,
					 .port = t->port,
					 .address = address_at(t, t->attempts++),
					 .anchors = t->https->anchors,
					 .allow_private_addresses =
						 t->https->allow_private_addresses };
	int r;

	if (address_at(t, t->attempts) != NULL)
		init.milliseconds = ATTEMPT_TIME;
	r = dna_request_start(&t->request, t->https->loop, &init, responded, t);
	if (r != 0)
		fail(t, "no request could be made: %s", dna_strerror(r));
}

/* Ask at the next address, when it is our turn there. */
static void try_next(struct dna_transfer *t)
{
	if (dna_turn_wait(&t->turn, t->https->turns, address_at(t, t->attempts), request, t) != 0)
		fail(t, "out of memory");
}

static void responded(void *argument, const struct dna_response *response)
{
	struct dna_transfer *t = argument;

	t->request = NULL;
	dna_turn_end(t->turn);
	t->turn = NULL;
	if (response->unreachable && address_at(t, t->attempts) != NULL)
		try_next(t);
	else if (response->failure != NULL)
		fail(t, "%s", response->failure);
	else if (response->location != NULL)
		redirect(t, response->location);
	else
		finish(t,
		       &(struct dna_item_init){ .outcome = DNA_ANSWERED, .code = response->status },
		       response->body);
}

/* ---- addresses ---- */

/* A host without an address serves no documents: an answer, and not a failure to get one. */
static void give_up_on_host(struct dna_transfer *t)
{
	struct dna_item_init denied = { .outcome = DNA_DENIED, .reason = t->trouble };

	if (t->lookup_failed || t->redirects > 0)
		fail(t, "%s", t->trouble);
	else
		finish(t, &denied, (struct dna_bytes){ NULL, 0 });
}

/* Beside the addresses may come the names that led to them, and what they are validated by. */
static bool is_about(const struct family *family, const struct dna_item *item)
{
	return strcmp(dna_item_kind(item), "dns") == 0 && dna_item_type(item) == family->type;
}

static void add_addresses(struct family *family, const struct dna_item *item)
{
	bool v6 = family->type == DNA_RR_AAAA;

	for (size_t i = 0; i < dna_item_count(item) && family->count < DNA_ADDRESS_MAX; i++) {
		struct dna_bytes rdata = dna_item_data(item, i);

		if (rdata.size == (v6 ? 16 : 4) &&
		    inet_ntop(v6 ? AF_INET6 : AF_INET, rdata.data, family->addresses[family->count],
			      INET6_ADDRSTRLEN) != NULL)
			family->count++;
	}
}

/* A reason against these addresses, or NULL. */
static const char *objection(struct dna_item *const *items, size_t count)
{
	if (count == 0)
		return "out of memory";
	for (size_t i = 0; i < count; i++) {
		if (dna_item_security(items[i]) == DNA_BOGUS)
			return dna_item_reason(items[i])[0] != '\0' ? dna_item_reason(items[i])
								    : "bogus";
		if (dna_item_outcome(items[i]) == DNA_FAILED)
			return dna_item_reason(items[i]);
	}
	return NULL;
}

static void address_found(void *argument, struct dna_item *const *items, size_t count)
{
	struct family *family = argument;
	struct dna_transfer *t = family->transfer;
	const char *problem = objection(items, count);

	family->lookup = NULL;
	t->lookup_failed |= problem != NULL;
	if (problem != NULL)
		snprintf(t->trouble, sizeof(t->trouble), "the address lookup of %s failed: %s",
			 t->host, problem);
	for (size_t i = 0; problem == NULL && i < count; i++)
		if (is_about(family, items[i]))
			add_addresses(family, items[i]);
	if (t->families[0].lookup != NULL || t->families[1].lookup != NULL)
		return;
	if (address_at(t, 0) != NULL)
		try_next(t);
	else
		give_up_on_host(t);
}

static unsigned time_left(const struct dna_transfer *t)
{
	uint64_t now = dna_loop_now();

	return t->deadline > now ? (unsigned)(t->deadline - now) : 1;
}

static int find_addresses(struct dna_transfer *t)
{
	int r = 0;

	snprintf(t->trouble, sizeof(t->trouble), "%s has no address", t->host);
	for (size_t i = 0; i < 2 && r == 0; i++) {
		struct family *family = &t->families[i];
		struct dna_need question = { "dns", t->host, family->type };

		r = dna_lookup_start(&family->lookup, t->https->lookups, &question,
				     time_left(t) + LOOKUP_GRACE, address_found, family);
	}
	return r;
}

/* ---- hops ---- */

static void start_hop(struct dna_transfer *t)
{
	struct dna_url url;
	const char *problem;
	int r;

	stop_hop(t);
	problem = dna_url_read(t->url, &url);
	if (problem != NULL) {
		fail(t, "%s", problem);
		return;
	}
	free(t->url);
	t->url = url.text;
	t->port = url.port;
	strcpy(t->host, url.host);
	r = find_addresses(t);
	if (r != 0)
		fail(t, "the addresses of %s could not be looked up: %s", t->host, dna_strerror(r));
}

/* ---- transfers ---- */

static void overdue(void *argument)
{
	struct dna_transfer *t = argument;

	t->timer = NULL;
	if (t->turn != NULL && !dna_turn_has_come(t->turn))
		fail(t, "%s was not asked within %u ms, for there was too much else to ask",
		     t->host, t->milliseconds);
	else if (t->request == NULL)
		fail(t, "no address of %s within %u ms", t->host, t->milliseconds);
	else
		fail(t, "no response of %s within %u ms", t->host, t->milliseconds);
}

/* Within the loop, so that whatever is wrong at once is told from there too. */
static void begin(void *argument)
{
	struct dna_transfer *t = argument;

	t->timer = NULL;
	if (dna_timer_add(&t->timer, t->https->loop, t->milliseconds, overdue, t) != 0)
		fail(t, "out of memory");
	else
		start_hop(t);
}

int dna_https_get(struct dna_transfer **transfer, struct dna_https *https, const char *url,
		  unsigned milliseconds, dna_https_done *done, void *argument)
{
	struct dna_transfer *t = calloc(1, sizeof(*t));
	int r = DNA_E_NOMEM;

	if (t == NULL)
		return r;
	t->https = https;
	t->milliseconds = milliseconds < DNA_HTTPS_TIME ? milliseconds : DNA_HTTPS_TIME;
	t->deadline = dna_loop_now() + t->milliseconds;
	t->done = done;
	t->argument = argument;
	t->families[0] = (struct family){ .transfer = t, .type = DNA_RR_AAAA };
	t->families[1] = (struct family){ .transfer = t, .type = DNA_RR_A };

	t->asked = strdup(url);
	t->url = strdup(url);
	t->next = https->transfers;
	if (t->next != NULL)
		t->next->previous = t;
	https->transfers = t;
	if (t->asked != NULL && t->url != NULL)
		r = dna_timer_add(&t->timer, https->loop, 0, begin, t);
	if (r != 0)
		dna_https_cancel(t);
	else
		*transfer = t;
	return r;
}

/* ---- all of them ---- */

int dna_https_new(struct dna_https **https, struct dna_loop *loop, struct dna_lookups *lookups,
		  struct dna_anchors *anchors, bool allow_private_addresses)
{
	struct dna_https *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return DNA_E_NOMEM;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(new);
		return DNA_E_IO;
	}
	new->loop = loop;
	new->lookups = lookups;
	new->anchors = dna_anchors_ref(anchors);
	new->allow_private_addresses = allow_private_addresses;
	if (dna_turns_new(&new->turns, loop, DNA_REQUESTS_MAX, DNA_ADDRESS_RATE_MAX) != 0) {
		dna_https_free(new);
		return DNA_E_NOMEM;
	}
	*https = new;
	return 0;
}

void dna_https_free(struct dna_https *https)
{
	if (https == NULL)
		return;
	while (https->transfers != NULL)
		dna_https_cancel(https->transfers);
	dna_turns_free(https->turns);
	dna_anchors_unref(https->anchors);
	curl_global_cleanup();
	free(https);
}
