/* Questions, link by link. */
#include "resolver/lookup.h"

#include "base/clock.h"
#include "evidence/dns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_SIZE  4096
#define TYPE_OPT    41
#define META_FIRST  128
#define META_LAST   255
#define SECONDS_MAX 86400 /* nothing is held for longer (RFC 8767 section 4) */

/* What a link of the chain rests on, and so what is to be judged. */
enum subject {
	RRSET, /* the answer, or an alias, at the name itself */
	DNAME, /* an alias of everything below a name above */
	DENIAL /* there is neither */
};

struct dna_lookup {
	struct dna_lookups *lookups;
	uint16_t type;
	int64_t now;
	uint32_t milliseconds;
	dna_lookup_done *done;
	void *argument;
	struct dna_timer *timer;
	struct dna_dname question;

	struct dna_answer answer; /* as far as it is known */

	/* the link in hand */
	struct dna_dname name;
	struct dna_message *message;
	bool followed; /* the message answers an earlier link, and led here */
	enum subject subject;
	struct dna_dname owner; /* of the records that are judged */
	uint16_t judged;        /* their type */
	unsigned walked; /* labels of the name above |owner| that is asked about; no signer */
	unsigned budget;
	struct dna_fetch_wait fetch_wait;
	struct dna_zone_wait zone_wait;
};

/* A judgement of the link in hand. */
struct judgement {
	enum dna_security security;
	bool learnt; /* false: nothing is known, the link failed */
	int64_t not_after;
	const char *why;
};

/* ---- All of them ---- */

int dna_lookups_init(struct dna_lookups *lookups, struct dna_loop *loop,
		     struct dna_upstream *upstream, const struct dna_archive *archive,
		     struct dna_message *anchors, const char *complaint)
{
	int r;

	*lookups = (struct dna_lookups){
		.loop = loop, .fetcher = { .loop = loop, .upstream = upstream, .archive = archive }
	};
	r = dna_fetcher_init(&lookups->fetcher);
	if (r == 0)
		r = dna_zones_init(&lookups->zones, &lookups->fetcher, anchors, complaint);
	if (r == 0)
		r = dna_answers_init(&lookups->answers);
	return r;
}

void dna_lookups_clear(struct dna_lookups *lookups)
{
	dna_answers_clear(&lookups->answers);
	dna_zones_clear(&lookups->zones);
	dna_fetcher_clear(&lookups->fetcher);
}

/* ---- Ends ---- */

static void lookup_free(struct dna_lookup *l)
{
	dna_timer_remove(l->timer);
	dna_fetch_leave(&l->fetch_wait);
	dna_zone_leave(&l->zone_wait);
	dna_message_unref(l->message);
	dna_answer_clear(&l->answer);
	free(l);
}

void dna_lookup_cancel(struct dna_lookup *lookup)
{
	if (lookup != NULL)
		lookup_free(lookup);
}

/* Nothing may follow but return: |l| is gone. */
static void finish(struct dna_lookup *l)
{
	dna_answers_add(&l->lookups->answers, &l->question, l->type, l->now, &l->answer);
	l->done(l->argument, &l->answer);
	lookup_free(l);
}

/* One more link; NULL: memory ran out. */
static bool add_item(struct dna_lookup *l, struct dna_item *item)
{
	if (item == NULL)
		return false;
	l->answer.items[l->answer.count++] = item;
	return true;
}

/* A name as items have it: no final dot. */
static const char *item_name(const struct dna_dname *name, char text[DNA_DNAME_TEXT])
{
	dna_dname_text(name, text);
	if (name->labels > 0)
		text[strlen(text) - 1] = '\0';
	return text;
}

static struct dna_item *item_new(const struct dna_lookup *l, uint16_t type,
				 enum dna_outcome outcome, const struct judgement *j)
{
	char name[DNA_DNAME_TEXT];
	struct dna_item *item = NULL;
	struct dna_item_init init = {
		.kind = "dns",
		.name = item_name(&l->name, name),
		.type = type,
		.outcome = outcome,
		.security = j->security,
		.word = l->lookups->word,
		.code = l->message != NULL ? l->message->rcode : 0,
		.time = l->now,
		.not_after = j->not_after > l->now ? j->not_after : l->now,
		.reason = j->why,
	};

	return dna_item_new(&item, &init) == 0 ? item : NULL;
}

/* The chain ends here in failure: |why|, and BOGUS if something on the way was found false. */
static void fail(struct dna_lookup *l, enum dna_security security, int code, const char *why)
{
	char name[DNA_DNAME_TEXT];
	struct dna_item *item = NULL;
	struct dna_item_init init = {
		.kind = "dns",
		.name = item_name(&l->name, name),
		.type = l->type,
		.outcome = DNA_FAILED,
		.security = security,
		.word = l->lookups->word,
		.code = code,
		.time = l->now,
		.not_after = l->now,
		.reason = why,
	};

	dna_item_new(&item, &init);
	add_item(l, item);
	finish(l);
}

/* What has not come in time: a reply to this question, or what is to be known of a zone. */
static void overdue(void *argument)
{
	struct dna_lookup *l = argument;
	char why[DNA_WHY_MAX], name[DNA_DNAME_TEXT];

	l->timer = NULL;
	snprintf(why, sizeof(why), "there is no answer within %u ms: %s %.300s", l->milliseconds,
		 l->zone_wait.place != NULL ? "nothing is known yet of the zones above"
					    : "the resolver has not replied for",
		 dna_dname_text(&l->name, name));
	fail(l, DNA_INDETERMINATE, 0, why);
}

/* ---- One link ---- */

static void next_link(struct dna_lookup *l);

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How long the records that were judged may be held by their TTL. */
static int64_t records_lifetime(const struct dna_lookup *l)
{
	const struct dna_record *record = NULL;
	int64_t ttl = SECONDS_MAX;

	while ((record = dna_message_next(l->message, DNA_ANSWER, &l->owner, l->judged, record)) !=
	       NULL)
		ttl = least(ttl, record->ttl);
	return l->now + ttl;
}

/* RFC 2308 section 5. */
static int64_t denial_lifetime(const struct dna_lookup *l)
{
	int64_t ttl = 0;

	for (size_t i = 0; i < l->message->count; i++) {
		const struct dna_record *record = &l->message->records[i];
		const uint8_t *minimum;

		if (record->section != DNA_AUTHORITY || record->type != DNA_TYPE_SOA ||
		    !dna_dname_below(&l->name, &record->owner))
			continue;
		minimum = record->rdata.data + record->rdata.size - 4;
		ttl = (int64_t)((uint32_t)minimum[0] << 24 | (uint32_t)minimum[1] << 16 |
				(uint32_t)minimum[2] << 8 | minimum[3]);
		ttl = least(least(ttl, record->ttl), SECONDS_MAX);
	}
	return l->now + ttl;
}

static bool has_data(const struct dna_item *item, struct dna_bytes data)
{
	for (size_t i = 0; i < dna_item_count(item); i++) {
		struct dna_bytes other = dna_item_data(item, i);

		if (other.size == data.size && memcmp(other.data, data.data, data.size) == 0)
			return true;
	}
	return false;
}

/*
 * The item of the link in hand with its records. One that is there twice is one, as for the
 * signature (RFC 2181 section 5). NULL: they are more than an item may hold.
 */
static struct dna_item *answered(const struct dna_lookup *l, const struct judgement *j)
{
	struct dna_item *item = item_new(l, l->judged, DNA_ANSWERED, j);
	const struct dna_record *record = NULL;

	while (item != NULL && (record = dna_message_next(l->message, DNA_ANSWER, &l->owner,
							  l->judged, record)) != NULL)
		if (!has_data(item, record->rdata) &&
		    dna_item_add(item, record->rdata.data, record->rdata.size) != 0) {
			dna_item_unref(item);
			item = NULL;
		}
	return item;
}

static void conclude_denial(struct dna_lookup *l, struct judgement *j)
{
	static const char no_name[] = "there is no such name",
			  no_data[] = "there is no such record";

	j->not_after = least(j->not_after, denial_lifetime(l));
	if (j->security != DNA_BOGUS)
		j->why = l->message->rcode == DNA_RCODE_NXDOMAIN ? no_name : no_data;
	add_item(l, item_new(l, l->type, DNA_DENIED, j));
	finish(l);
}

/* The name that the alias in hand leads to. */
static int target_of(const struct dna_lookup *l, struct dna_dname *target)
{
	const struct dna_record *record =
		dna_message_next(l->message, DNA_ANSWER, &l->owner, l->judged, NULL);
	size_t at = 0;
	struct dna_dname to;

	if (dna_dname_read(record->rdata, &at, false, &to) != 0)
		return DNA_E_SYNTAX;
	if (l->subject == DNAME)
		return dna_dname_substitute(&l->name, &l->owner, &to, target);
	*target = to;
	return 0;
}

/* A CNAME item for an alias of either kind. */
static struct dna_item *alias_item(const struct dna_lookup *l, const struct judgement *j,
				   const struct dna_dname *target)
{
	struct dna_item *item = item_new(l, DNA_TYPE_CNAME, DNA_ANSWERED, j);

	if (item != NULL && dna_item_add(item, target->octets, target->size) != 0) {
		dna_item_unref(item);
		return NULL;
	}
	return item;
}

/* A false alias ends the chain: what it leads to would be asked for in its name. */
static void conclude_alias(struct dna_lookup *l, const struct judgement *j)
{
	struct dna_dname target;
	char text[DNA_DNAME_TEXT], host[DNA_NAME_MAX + 3];
	size_t at = 0;

	if (j->security == DNA_BOGUS) {
		fail(l, DNA_BOGUS, 0, j->why);
		return;
	}
	if (l->answer.count == DNA_ALIAS_MAX) {
		fail(l, DNA_INDETERMINATE, 0, "the chain of aliases is too long");
		return;
	}
	if (target_of(l, &target) != 0 ||
	    dna_dns_name_read((struct dna_bytes){ target.octets, target.size }, &at, host) != 0) {
		snprintf(text, sizeof(text), "the alias leads to what is no host name");
		fail(l, DNA_INDETERMINATE, 0, text);
		return;
	}
	if (!add_item(l, alias_item(l, j, &target))) {
		fail(l, DNA_INDETERMINATE, 0, "out of memory");
		return;
	}
	l->name = target;
	l->followed = true;
	next_link(l);
}

static void conclude(struct dna_lookup *l, struct judgement *j)
{
	if (!j->learnt) {
		fail(l, DNA_INDETERMINATE, 0, j->why);
		return;
	}
	if (l->subject == DENIAL) {
		conclude_denial(l, j);
		return;
	}
	j->not_after = least(j->not_after, records_lifetime(l));
	if (l->subject == DNAME || l->judged != l->type) {
		conclude_alias(l, j);
		return;
	}
	if (!add_item(l, answered(l, j))) {
		fail(l, DNA_INDETERMINATE, 0, "the answer has too many records");
		return;
	}
	finish(l);
}

/* ---- Judging ---- */

static struct judgement bogus(const char *why)
{
	return (struct judgement){ .security = DNA_BOGUS, .learnt = true, .why = why };
}

/* RFC 4035 section 5.3.4: a signature of a wildcard counts with the proof that the wildcard
 * applies. */
static struct judgement judge_expansion(struct dna_lookup *l, const struct dna_zone *zone,
					const struct dna_signature *s, char why[DNA_WHY_MAX])
{
	struct dna_denial denial;

	dna_deny_expansion(l->message, &l->owner, s->labels, zone->keys, l->now, &l->budget,
			   &denial, why);
	if (denial.kind == DNA_NOT_DENIED)
		return bogus(why);
	return (struct judgement){ .security = denial.insecure ? DNA_INSECURE : DNA_SECURE,
				   .learnt = true,
				   .not_after = least(s->not_after, denial.not_after) };
}

static struct judgement judge_rrset(struct dna_lookup *l, const struct dna_zone *zone,
				    char why[DNA_WHY_MAX])
{
	struct dna_signature s;

	if (dna_validate(l->message, DNA_ANSWER, &l->owner, l->judged, zone->keys, l->now,
			 &l->budget, &s, why) != 0)
		return bogus(why);
	if (s.labels < l->owner.labels)
		return judge_expansion(l, zone, &s, why);
	return (struct judgement){ .security = DNA_SECURE,
				   .learnt = true,
				   .not_after = s.not_after };
}

static struct judgement judge_denial(struct dna_lookup *l, const struct dna_zone *zone,
				     char why[DNA_WHY_MAX])
{
	struct dna_denial denial;

	dna_deny(l->message, &l->name, l->type, zone->keys, l->now, &l->budget, &denial, why);
	if (denial.kind == DNA_NOT_DENIED)
		return bogus(why);
	return (struct judgement){ .security = denial.insecure ? DNA_INSECURE : DNA_SECURE,
				   .learnt = true,
				   .not_after = denial.not_after };
}

/* With the zone that the signature names. */
static void signer_arrived(void *argument, const struct dna_zone *zone)
{
	struct dna_lookup *l = argument;
	char why[DNA_WHY_MAX];
	struct judgement j = { .security = DNA_INDETERMINATE, .why = zone->why };

	dna_proof_add_place(&l->answer.proof, zone->place);
	switch (zone->state) {
	case DNA_ZONE_SIGNED:
		j = l->subject == DENIAL ? judge_denial(l, zone, why) : judge_rrset(l, zone, why);
		break;
	case DNA_ZONE_UNSIGNED:
		j = (struct judgement){ .security = DNA_INSECURE,
					.learnt = true,
					.not_after = zone->not_after,
					.why = zone->why };
		break;
	case DNA_ZONE_NONE:
	case DNA_ZONE_BOGUS:
		j = bogus(zone->why);
		break;
	case DNA_ZONE_FAILED:
		break;
	}
	conclude(l, &j);
}

static void walk(struct dna_lookup *l);

/*
 * Without a signature: somewhere between the root and the name a zone has to be unsigned, or else
 * what has no signature is false.
 */
static void step_arrived(void *argument, const struct dna_zone *zone)
{
	struct dna_lookup *l = argument;
	char why[DNA_WHY_MAX], name[DNA_DNAME_TEXT], type[16];
	struct judgement j;

	if (zone->state != DNA_ZONE_SIGNED && zone->state != DNA_ZONE_NONE) {
		signer_arrived(l, zone);
		return;
	}
	dna_proof_add_place(&l->answer.proof, zone->place);
	if (l->walked < l->owner.labels - (l->judged == DNA_TYPE_DS ? 1u : 0u)) {
		l->walked++;
		walk(l);
		return;
	}
	dna_dns_type_write(l->judged, type);
	snprintf(why, sizeof(why), "%.300s %s%s is not signed, but its zone is",
		 dna_dname_text(&l->owner, name), type,
		 l->subject == DENIAL ? ", or its denial," : "");
	j = bogus(why);
	conclude(l, &j);
}

static void walk(struct dna_lookup *l)
{
	struct dna_dname step = dna_dname_ancestor(&l->owner, l->walked);

	dna_zone_get(&l->lookups->zones, &step, false, l->now, &l->zone_wait, step_arrived, l);
}

/* DELEG-017: the bit AD is about all that the reply answers with, and so about every link in it. */
static void believe(struct dna_lookup *l)
{
	struct judgement j = { .security = DNA_SECURE, .learnt = true, .not_after = DNA_FOREVER };

	if (!l->message->authenticated) {
		j.security = DNA_INSECURE;
		j.why = "the resolver does not say that it is authentic";
	}
	conclude(l, &j);
}

/* Ask for the zone that has to vouch for the link in hand. */
static void judge(struct dna_lookup *l)
{
	struct dna_dname zone;
	bool is_signed = l->subject == DENIAL
				 ? dna_denial_signer(l->message, &l->name, l->type, &zone)
				 : dna_signer(l->message, DNA_ANSWER, &l->owner, l->judged, &zone);

	if (is_signed) {
		dna_zone_get(&l->lookups->zones, &zone, true, l->now, &l->zone_wait, signer_arrived,
			     l);
		return;
	}
	l->walked = 0;
	walk(l);
}

/* ---- The chain ---- */

static bool has(const struct dna_lookup *l, const struct dna_dname *owner, uint16_t type)
{
	return dna_message_next(l->message, DNA_ANSWER, owner, type, NULL) != NULL;
}

/* The DNAME record that the name in hand is below, nearest first. */
static bool dname_above(const struct dna_lookup *l, struct dna_dname *owner)
{
	for (unsigned labels = l->name.labels; labels-- > 0;) {
		*owner = dna_dname_ancestor(&l->name, labels);
		if (has(l, owner, DNA_TYPE_DNAME))
			return true;
	}
	return false;
}

/* RFC 2308 section 2: a denial comes with the SOA; name servers without it are a referral. */
static bool authority_has(const struct dna_lookup *l, uint16_t type)
{
	for (size_t i = 0; i < l->message->count; i++) {
		const struct dna_record *record = &l->message->records[i];

		if (record->section == DNA_AUTHORITY && record->type == type &&
		    dna_dname_below(&l->name, &record->owner))
			return true;
	}
	return false;
}

static void arrived(void *argument, struct dna_reply *reply, struct dna_message *message)
{
	struct dna_lookup *l = argument;

	/* What the resolver says cannot be shown to anybody else. */
	if (l->lookups->word == DNA_WORD_VALIDATED)
		dna_proof_add_reply(&l->answer.proof, reply);
	if (message == NULL) {
		fail(l, DNA_INDETERMINATE, reply != NULL ? reply->rcode : 0, dna_reply_why(reply));
		return;
	}
	dna_message_unref(l->message);
	l->message = dna_message_ref(message);
	l->followed = false;
	l->budget = DNA_VERIFICATIONS_MAX;
	next_link(l);
}

static void ask(struct dna_lookup *l)
{
	if (dna_fetch(&l->lookups->fetcher, &l->name, l->type, &l->fetch_wait, arrived, l) != 0)
		fail(l, DNA_INDETERMINATE, 0, "out of memory");
}

/*
 * What the message says about the name in hand. Only records on the path of aliases from the
 * question are looked at, whatever else it has.
 */
static void next_link(struct dna_lookup *l)
{
	struct dna_dname above;

	l->owner = l->name;
	l->judged = l->type;
	l->subject = RRSET;
	if (!has(l, &l->name, l->type)) {
		if (has(l, &l->name, DNA_TYPE_CNAME) &&
		    (dna_signer(l->message, DNA_ANSWER, &l->name, DNA_TYPE_CNAME, &above) ||
		     !dname_above(l, &above))) {
			l->judged = DNA_TYPE_CNAME;
		} else if (dname_above(l, &above)) {
			l->subject = DNAME;
			l->owner = above;
			l->judged = DNA_TYPE_DNAME;
		} else if (l->followed && !authority_has(l, DNA_TYPE_SOA)) {
			ask(l);
			return;
		} else if (!authority_has(l, DNA_TYPE_SOA) && authority_has(l, DNA_TYPE_NS)) {
			fail(l, DNA_INDETERMINATE, 0, "the resolver refers to other servers");
			return;
		} else {
			l->subject = DENIAL;
		}
	}
	if (l->lookups->word == DNA_WORD_RESOLVER)
		believe(l);
	else
		judge(l);
}

/* ---- The beginning ---- */

/*
 * Whether there can be an answer that one signature covers: types are those of data (RFC 6895
 * section 3.1), not of signatures; a wildcard is no name; the root has no parent that could have
 * its DS.
 */
static bool is_askable(const struct dna_lookup *l)
{
	bool is_data = l->type != 0 && l->type != TYPE_OPT && l->type != DNA_TYPE_RRSIG &&
		       (l->type < META_FIRST || l->type > META_LAST);

	return is_data && !dna_dname_is_wildcard(&l->name) &&
	       (l->type != DNA_TYPE_DS || l->name.labels > 0);
}

/*
 * The zone that has to vouch for the answer, as far as the name lets guess: a service domain is its
 * own zone, a host is in the zone above. It is asked about beside the question, so that its chain of
 * signatures takes no longer than the answer. What was guessed wrong costs a query, and outlives the
 * lookup: who has names asked for that are in no zone of their own, and does not reply about those,
 * would fill the window with it, so much of that is kept for what is needed. The word of a resolver
 * needs no chain, and an archive has it at once.
 */
static void prepare_zone(const struct dna_lookup *l)
{
	struct dna_dname zone = l->name;

	if (l->lookups->word == DNA_WORD_RESOLVER || l->lookups->fetcher.archive != NULL ||
	    l->lookups->fetcher.table.count >= DNA_AHEAD_MAX)
		return;
	while (zone.labels > 0 && zone.octets[1] == '_')
		zone = dna_dname_parent(&zone);
	if (zone.labels > 0 && l->type != DNA_RR_SRV)
		zone = dna_dname_parent(&zone);
	dna_zone_prepare(&l->lookups->zones, &zone, true, l->now);
}

/* SEC-008: signatures cannot be judged by a clock that has lost its battery. */
static void fail_without_clock(struct dna_lookup *l)
{
	char why[DNA_WHY_MAX], time[DNA_TIME_TEXT];

	snprintf(why, sizeof(why),
		 "the clock of this machine says %s, which is before this program was written",
		 dna_time_write(l->now, time));
	fail(l, DNA_INDETERMINATE, 0, why);
}

static void begin(void *argument)
{
	struct dna_lookup *l = argument;
	const struct dna_answer *answer =
		dna_answers_find(&l->lookups->answers, &l->question, l->type, l->now);

	l->timer = NULL;
	if (l->now < l->lookups->not_before) {
		fail_without_clock(l);
		return;
	}
	if (answer != NULL) {
		dna_answer_copy(&l->answer, answer);
		finish(l);
		return;
	}
	if (!is_askable(l)) {
		fail(l, DNA_INDETERMINATE, 0, "such a question is not asked");
		return;
	}
	if (dna_timer_add(&l->timer, l->lookups->loop, l->milliseconds, overdue, l) != 0) {
		fail(l, DNA_INDETERMINATE, 0, "out of memory");
		return;
	}
	prepare_zone(l);
	ask(l);
}

int dna_lookup_new(struct dna_lookup **lookup, struct dna_lookups *lookups, const char *name,
		   uint16_t type, int64_t now, uint32_t milliseconds, dna_lookup_done *done,
		   void *argument)
{
	struct dna_lookup *new = calloc(1, sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	r = dna_dname_parse(&new->question, name);
	if (r != 0)
		goto out;
	new->lookups = lookups;
	new->type = type;
	new->now = now;
	new->milliseconds = milliseconds;
	new->done = done;
	new->argument = argument;
	new->name = new->question;
	r = dna_timer_add(&new->timer, lookups->loop, 0, begin, new);
	if (r != 0)
		goto out;
	*lookup = new;
	return 0;
out:
	free(new);
	return r;
}
