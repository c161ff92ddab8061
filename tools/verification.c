/* One domain, verified. */
#include "verification.h"
#include "contact.h"
#include "stream/stream.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HOP_MOST  10000u /* milliseconds for one endpoint */
#define HOP_LEAST 2000u

enum phase {
	FOLLOW,   /* the route, to the next endpoint that may be connected to */
	CONNECT,  /* to an endpoint */
	JUDGE,    /* what it presented, or that there is none left */
	COMPLETE, /* the verdict is known; the rest of the evidence is for the recording */
	DONE
};

struct dna_verification {
	const struct dna_verify_settings *settings;
	struct dna_case *c;
	enum phase phase;
	bool changed; /* the evidence, since the last step */
	uint64_t deadline;
	size_t hop; /* the endpoint that is tried; those before it are behind us */
	struct dna_stream *stream;
	struct dna_stream *closing;
	char address[64];             /* that was connected to */
	char version[16], cipher[32]; /* of TLS there (PKIX-026) */
	enum dna_verdict_kind verdict;
	json_t *report;
	char *recording;
};

static void changed(struct dna_case *c, void *argument)
{
	struct dna_verification *v = argument;

	(void)c;
	v->changed = true;
}

/* ---- beginning and end ---- */

int dna_verification_new(struct dna_verification **v, const struct dna_verify_settings *settings,
			 const char *domain, uint64_t now)
{
	struct dna_verification *new = calloc(1, sizeof(*new));
	struct dna_subject subject = settings->subject;
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	new->settings = settings;
	new->deadline = now + settings->milliseconds;
	subject.domain = domain;
	r = dna_case_new(&new->c, settings->policy, &subject, time(NULL));
	if (r != 0) {
		free(new);
		return r;
	}
	dna_contact_shuffle(new->c);
	r = dna_net_gather(settings->net, new->c, settings->milliseconds, changed, new);
	if (r != 0)
		dna_case_close(new->c, dna_strerror(r));
	dna_verification_step(new, now);
	*v = new;
	return 0;
}

void dna_verification_free(struct dna_verification *v)
{
	if (v == NULL)
		return;
	dna_net_forget(v->settings->net, v->c);
	dna_case_free(v->c);
	dna_stream_free(v->stream);
	dna_stream_free(v->closing);
	json_decref(v->report);
	free(v->recording);
	free(v);
}

/* ---- connecting ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Its share of the time that is left, in bounds. */
static unsigned time_for_hop(const struct dna_verification *v, size_t count, uint64_t now)
{
	uint64_t rest = v->deadline > now ? v->deadline - now : 0;
	uint64_t share = least(rest / (count - v->hop), HOP_MOST);

	return (unsigned)least(share < HOP_LEAST ? HOP_LEAST : share, rest);
}

static int connect_to_hop(struct dna_verification *v, const struct dna_hop *hop, size_t count,
			  uint64_t now)
{
	const char *addresses[DNA_CONTACT_ADDRESSES];
	struct dna_stream_options options = {
		.host = dna_endpoint_host(hop->endpoint),
		.port = dna_endpoint_port(hop->endpoint),
		.tls = dna_endpoint_tls(hop->endpoint),
		.addresses = addresses,
		.address_count = dna_contact_addresses(v->c, v->hop, addresses),
		.service = dna_case_service(v->c),
		.to = dna_case_domain_unicode(v->c),
		.sni = dna_case_domain(v->c),
		.from = v->settings->subject.local,
		.milliseconds = time_for_hop(v, count, now),
	};

	return dna_stream_new(&v->stream, &options, now);
}

/* A connection that has served its purpose; an earlier one has had its moment. */
static void let_go(struct dna_verification *v, uint64_t now)
{
	if (v->stream == NULL)
		return;
	dna_stream_free(v->closing);
	v->closing = v->stream;
	v->stream = NULL;
	dna_stream_close(v->closing, now);
}

static bool next_hop(struct dna_verification *v, uint64_t now)
{
	let_go(v, now);
	v->hop++;
	v->phase = FOLLOW;
	return true;
}

static bool give_up_hop(struct dna_verification *v, const char *reason, uint64_t now)
{
	dna_case_unreachable(v->c, v->hop, reason);
	return next_hop(v, now);
}

/* ---- the phases; each returns whether the next step can be taken at once ---- */

static bool is_late(const struct dna_verification *v, uint64_t now)
{
	return now >= v->deadline;
}

static bool judge(struct dna_verification *v)
{
	v->phase = JUDGE;
	v->changed = true;
	return true;
}

static bool follow(struct dna_verification *v, uint64_t now)
{
	struct dna_hop hop;
	size_t count;
	int r = dna_case_route(v->c, &count);

	if (r == DNA_E_AGAIN && !is_late(v, now))
		return false;
	if (r != 0 || v->hop >= count)
		return judge(v);
	if (dna_case_hop(v->c, v->hop, &hop) != 0 || hop.decision == DNA_SKIP ||
	    hop.decision == DNA_UNREACHABLE)
		return next_hop(v, now);
	if (hop.decision == DNA_PENDING && !is_late(v, now))
		return false;
	if (is_late(v, now))
		return give_up_hop(v, "no time was left to try it", now);
	if (connect_to_hop(v, &hop, count, now) != 0)
		return give_up_hop(v, "there was no memory to try it", now);
	v->phase = CONNECT;
	return true;
}

/* What was presented may make a prooftype ask for more. */
static void gather_more(struct dna_verification *v, uint64_t now)
{
	if (!is_late(v, now))
		dna_net_gather(v->settings->net, v->c, (unsigned)(v->deadline - now), changed, v);
}

static void copy(char *text, size_t size, const char *from)
{
	strncpy(text, from != NULL ? from : "", size - 1);
}

static bool present(struct dna_verification *v, uint64_t now)
{
	const struct dna_session *session = dna_stream_session(v->stream);
	struct dna_bytes chain[DNA_CONTACT_CHAIN];
	size_t count = dna_contact_chain(session, chain);

	if (dna_case_present(v->c, v->hop, chain, count) != 0)
		return give_up_hop(v, "presented certificates that are too large to be judged",
				   now);
	dna_contact_present_status(session, v->c);
	gather_more(v, now);
	copy(v->address, sizeof(v->address), dna_stream_address(v->stream));
	copy(v->version, sizeof(v->version), dna_session_version(session));
	copy(v->cipher, sizeof(v->cipher), dna_session_cipher(session));
	return judge(v);
}

/*
 * TCP connects while TLSA records are on their way. Nothing is said before they are there, and an
 * endpoint that turns out to be barred is abandoned (DANE-003); nor is it given up before, since a
 * veto says more than a failure.
 */
static bool connecting(struct dna_verification *v, uint64_t now)
{
	struct dna_hop hop;

	if (dna_case_hop(v->c, v->hop, &hop) != 0 || hop.decision == DNA_SKIP)
		return next_hop(v, now);
	if (hop.settled)
		dna_stream_open(v->stream);
	dna_stream_process(v->stream, now);
	if (dna_stream_state(v->stream) == DNA_STREAM_FAILED && !hop.settled && !is_late(v, now))
		return false;
	if (dna_stream_state(v->stream) == DNA_STREAM_FAILED)
		return give_up_hop(v, dna_stream_reason(v->stream), now);
	return dna_stream_state(v->stream) == DNA_STREAM_SECURED && present(v, now);
}

/* Whether a veto has taken the endpoint off the route; it reaches no farther, and there may be
 * another. */
static bool is_barred(struct dna_verification *v)
{
	struct dna_hop hop;

	return v->stream != NULL && dna_case_hop(v->c, v->hop, &hop) == 0 &&
	       hop.decision == DNA_SKIP;
}

static bool judging(struct dna_verification *v, uint64_t now)
{
	const struct dna_verdict *verdict;

	if (!v->changed)
		return false;
	v->changed = false;
	if (dna_case_verdict(v->c, &verdict) == DNA_E_AGAIN && !is_late(v, now))
		return false;
	if (is_barred(v))
		return next_hop(v, now);
	let_go(v, now);
	v->phase = COMPLETE;
	return true;
}

static json_t *read_report(struct dna_verification *v)
{
	char *text;
	json_t *report;

	if (dna_case_report(v->c, NULL, &text) != 0)
		return NULL;
	report = json_loads(text, 0, NULL);
	free(text);
	return report;
}

static void describe_connection(const struct dna_verification *v, json_t *endpoint)
{
	if (!json_is_object(endpoint))
		return;
	json_object_set_new(endpoint, "address", json_string(v->address));
	json_object_set_new(endpoint, "version", json_string(v->version));
	json_object_set_new(endpoint, "cipher", json_string(v->cipher));
}

static bool completing(struct dna_verification *v, uint64_t now)
{
	const struct dna_verdict *verdict;
	int r = dna_case_verdict(v->c, &verdict);

	if (v->settings->record && !dna_case_complete(v->c) && !is_late(v, now))
		return false;
	v->verdict = r == 0 ? dna_verdict_kind(verdict) : DNA_VERDICT_UNDECIDED;
	v->report = r == 0 ? read_report(v) : NULL;
	if (v->address[0] != '\0')
		describe_connection(v, json_object_get(v->report, "endpoint"));
	if (v->settings->record)
		dna_case_record(v->c, dna_case_domain_unicode(v->c), &v->recording);
	v->phase = DONE;
	return false;
}

/* Nothing that arrives now counts any more. */
static void end_gathering(struct dna_verification *v)
{
	v->changed = true;
	if (dna_case_complete(v->c))
		return;
	dna_net_forget(v->settings->net, v->c);
	dna_case_close(v->c, "there was no answer in time");
}

void dna_verification_step(struct dna_verification *v, uint64_t now)
{
	bool more = true;

	if (is_late(v, now) && v->phase != DONE)
		end_gathering(v);
	while (more) {
		switch (v->phase) {
		case FOLLOW:
			more = follow(v, now);
			break;
		case CONNECT:
			more = connecting(v, now);
			break;
		case JUDGE:
			more = judging(v, now);
			break;
		case COMPLETE:
			more = completing(v, now);
			break;
		case DONE:
			more = false;
			break;
		}
	}
	if (v->closing != NULL)
		dna_stream_process(v->closing, now);
}

/* ---- what the caller sees ---- */

/* The stream that is waited for: the one that leads on, else the one that ends. */
static const struct dna_stream *awaited(const struct dna_verification *v)
{
	return v->stream != NULL ? v->stream : v->closing;
}

int dna_verification_fd(const struct dna_verification *v)
{
	return awaited(v) != NULL ? dna_stream_fd(awaited(v)) : -1;
}

short dna_verification_events(const struct dna_verification *v)
{
	return awaited(v) != NULL ? dna_stream_events(awaited(v)) : (short)0;
}

uint64_t dna_verification_deadline(const struct dna_verification *v)
{
	uint64_t stream = awaited(v) != NULL ? dna_stream_deadline(awaited(v)) : UINT64_MAX;

	return v->phase == DONE ? stream : least(stream, v->deadline);
}

const char *dna_verification_doing(const struct dna_verification *v)
{
	switch (v->phase) {
	case FOLLOW:
		return "looking up";
	case CONNECT:
		if (dna_stream_state(v->stream) == DNA_STREAM_CONNECTED)
			break;
		return dna_stream_state(v->stream) == DNA_STREAM_HANDSHAKE ? "in the TLS handshake"
									   : "connecting";
	case JUDGE:
	case COMPLETE:
	case DONE:
		break;
	}
	return "gathering evidence";
}

bool dna_verification_done(const struct dna_verification *v)
{
	return v->phase == DONE;
}

bool dna_verification_closed(const struct dna_verification *v)
{
	return v->closing == NULL || dna_stream_deadline(v->closing) == UINT64_MAX;
}

enum dna_verdict_kind dna_verification_verdict(const struct dna_verification *v)
{
	return v->verdict;
}

const json_t *dna_verification_report(const struct dna_verification *v)
{
	return v->report;
}

const char *dna_verification_recording(const struct dna_verification *v)
{
	return v->recording;
}
