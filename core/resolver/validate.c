/* Which signature, which key. */
#include "resolver/validate.h"

#include "base/clock.h"
#include "evidence/dns.h"
#include "resolver/seen.h"
#include "resolver/verify.h"

#include <stdio.h>

#define RRSET_TEXT (DNA_DNAME_TEXT + 20)

/* What is validated, and how. */
struct rrset {
	const struct dna_message *m;
	enum dna_section section;
	const struct dna_dname *owner;
	uint16_t type;
	const struct dna_keys *keys;
	int64_t now;
	unsigned *budget;
};

/* Why a signature does not hold. It is put into words only when none does. */
struct fault {
	enum { UNSIGNED, EXPIRED, EARLY, NO_KEY, WRONG, NO_BUDGET, TOO_MANY } kind;
	uint16_t tag; /* of the key */
	int64_t time;
};

/* ---- Faults in words ---- */

/* "example. DNSKEY" */
static const char *rrset_text(const struct rrset *rrset, char text[RRSET_TEXT])
{
	char name[DNA_DNAME_TEXT], type[16];

	dna_dns_type_write(rrset->type, type);
	snprintf(text, RRSET_TEXT, "%s %s", dna_dname_text(rrset->owner, name), type);
	return text;
}

static void explain(const struct fault *fault, const struct rrset *rrset, char why[DNA_WHY_MAX])
{
	char text[RRSET_TEXT], zone[DNA_DNAME_TEXT], time[DNA_TIME_TEXT];

	rrset_text(rrset, text);
	dna_dname_text(&rrset->keys->zone, zone);
	switch (fault->kind) {
	case UNSIGNED:
		snprintf(why, DNA_WHY_MAX, "%.200s has no signature by %.200s", text, zone);
		break;
	case EXPIRED:
		snprintf(why, DNA_WHY_MAX, "the signature of %.300s expired on %s", text,
			 dna_time_write(fault->time, time));
		break;
	case EARLY:
		snprintf(why, DNA_WHY_MAX, "the signature of %.300s is not valid before %s", text,
			 dna_time_write(fault->time, time));
		break;
	case NO_KEY:
		snprintf(why, DNA_WHY_MAX, "%.150s has no key %u, which is to have signed %.200s",
			 zone, fault->tag, text);
		break;
	case WRONG:
		snprintf(why, DNA_WHY_MAX, "the signature of %.300s by key %u is wrong", text,
			 fault->tag);
		break;
	case NO_BUDGET:
		snprintf(why, DNA_WHY_MAX, "there are too many signatures to check");
		break;
	case TOO_MANY:
		snprintf(why, DNA_WHY_MAX, "%.300s has too many signatures", text);
		break;
	}
}

/* ---- One signature ---- */

/* RFC 1982 arithmetic: seconds from |now| to |then|, which is within 68 years of it. */
static int64_t seconds_until(uint32_t then, int64_t now)
{
	return (int32_t)(then - (uint32_t)now);
}

/* RFC 4034 section 3.1.3: the asterisk of a wildcard does not count. */
static unsigned signed_labels(const struct dna_dname *owner)
{
	return owner->labels - (dna_dname_is_wildcard(owner) ? 1u : 0u);
}

/* RFC 4035 section 5.3.1. A signature that is not for us to judge is no fault. */
static bool applies(const struct rrset *rrset, const struct dna_rrsig *s, struct fault *fault)
{
	int64_t left = seconds_until(s->expiration, rrset->now);
	int64_t wait = seconds_until(s->inception, rrset->now);

	if (!dna_dname_equal(&s->signer, &rrset->keys->zone) ||
	    s->labels > signed_labels(rrset->owner))
		return false;
	if (left < 0)
		*fault = (struct fault){ .kind = EXPIRED, .time = rrset->now + left };
	else if (wait > 0)
		*fault = (struct fault){ .kind = EARLY, .time = rrset->now + wait };
	return left >= 0 && wait <= 0;
}

static bool key_fits(const struct dna_key *key, const struct dna_rrsig *s)
{
	return key->tag == s->tag && key->algorithm == s->algorithm;
}

/* Whether a key that fits made the signature. */
static bool is_made_by(const struct rrset *rrset, const struct dna_rrsig *s,
		       const struct dna_key *key, struct fault *fault)
{
	const struct dna_keys *keys = rrset->keys;
	bool expanded = s->labels < signed_labels(rrset->owner);
	unsigned cost = expanded ? DNA_EXPANSION_COST : 1;
	uint8_t digest[DNA_SEEN_DIGEST];
	/* What is in the authority section comes again with other answers. */
	bool memorable = keys->seen != NULL && rrset->section == DNA_AUTHORITY && !expanded &&
			 dna_seen_digest(rrset->m, s, key, digest) == 0;

	if (memorable && dna_seen_has(keys->seen, digest))
		return true;
	if (*rrset->budget < cost) {
		fault->kind = NO_BUDGET;
		return false;
	}
	*rrset->budget -= cost;
	if (!(expanded ? dna_verify_expansion(rrset->m, s, keys, rrset->now)
		       : dna_verify(rrset->m, s, key, rrset->now))) {
		fault->kind = WRONG;
		return false;
	}
	if (memorable)
		dna_seen_add(keys->seen, digest);
	return true;
}

/* Whether one of the keys made the signature. */
static bool is_signed(const struct rrset *rrset, const struct dna_rrsig *s, struct fault *fault)
{
	const struct dna_keys *keys = rrset->keys;

	*fault = (struct fault){ .kind = NO_KEY, .tag = s->tag };
	for (size_t i = 0; i < keys->count; i++)
		if (key_fits(&keys->keys[i], s) && is_made_by(rrset, s, &keys->keys[i], fault))
			return true;
	return false;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* RFC 4035 section 5.3.3. */
static int64_t lifetime(const struct rrset *rrset, const struct dna_rrsig *s)
{
	const struct dna_record *record = NULL;
	int64_t ttl = least(s->ttl, s->record->ttl);

	while ((record = dna_message_next(rrset->m, rrset->section, rrset->owner, rrset->type,
					  record)) != NULL)
		ttl = least(ttl, record->ttl);
	return rrset->now + least(ttl, seconds_until(s->expiration, rrset->now));
}

/* ---- All of them ---- */

static bool any_holds(const struct rrset *rrset, struct dna_rrsig *s, struct fault *fault)
{
	unsigned tried = 0;

	while (dna_rrsig_next(rrset->m, rrset->section, rrset->owner, rrset->type, s)) {
		if (++tried > DNA_SIGNATURES_MAX) {
			fault->kind = TOO_MANY;
			return false;
		}
		if (applies(rrset, s, fault) && is_signed(rrset, s, fault))
			return true;
	}
	return false;
}

int dna_validate(const struct dna_message *m, enum dna_section section,
		 const struct dna_dname *owner, uint16_t type, const struct dna_keys *keys,
		 int64_t now, unsigned *budget, struct dna_signature *signature,
		 char why[DNA_WHY_MAX])
{
	struct rrset rrset = { m, section, owner, type, keys, now, budget };
	struct fault fault = { .kind = UNSIGNED };
	struct dna_rrsig s = { .record = NULL };

	if (!dna_dname_below(owner, &keys->zone) || !any_holds(&rrset, &s, &fault)) {
		explain(&fault, &rrset, why);
		return DNA_E_CRYPTO;
	}
	*signature =
		(struct dna_signature){ .labels = s.labels, .not_after = lifetime(&rrset, &s) };
	if (dna_dname_is_wildcard(owner) && s.labels + 1u == owner->labels)
		signature->labels = owner->labels;
	return 0;
}
