/* NSEC and NSEC3. */
#include "resolver/denial.h"

#include <dna/evidence.h>

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#define NSEC3_SHA1    1
#define NSEC3_OPT_OUT 1
#define HASH_SIZE     20
#define HASH_LABEL    32 /* characters of a hash in base32hex */

struct bitmap {
	const uint8_t *data;
	size_t size;
};

/* An NSEC record, or an NSEC3 record whose owner and next are hashes. */
struct nsec {
	struct dna_dname owner, next;
	struct bitmap types;
};

struct nsec3 {
	uint8_t owner[HASH_SIZE], next[HASH_SIZE];
	bool opt_out;
	struct bitmap types;
};

/* The records of one message that hold. */
struct proof {
	struct dna_dname zone;
	size_t nsec_count, nsec3_count;
	struct nsec nsecs[DNA_DENIALS_MAX];
	struct nsec3 nsec3s[DNA_DENIALS_MAX];
	/* of the NSEC3 records, equal in all of them (RFC 5155 section 8.2) */
	uint16_t iterations;
	struct dna_bytes salt;
	int64_t not_after;
};

static bool has_type(struct bitmap types, uint16_t type)
{
	const uint8_t *window = types.data, *end = types.data + types.size;

	for (; window < end; window += 2 + window[1])
		if (window[0] == type >> 8)
			return (type & 0xff) / 8 < window[1] &&
			       (window[2 + (type & 0xff) / 8] & 0x80 >> (type & 7)) != 0;
	return false;
}

/* The name is where another zone begins: what is below it is not this zone's to deny. */
static bool is_cut(struct bitmap types)
{
	return has_type(types, DNA_TYPE_NS) && !has_type(types, DNA_TYPE_SOA);
}

/* RFC 6840 section 4.1: nor is what is below a DNAME. */
static bool ends_here(struct bitmap types)
{
	return is_cut(types) || has_type(types, DNA_TYPE_DNAME);
}

/* Whether a record for the very name denies the type there (RFC 6840 section 4.3). */
static bool denies_type(struct bitmap types, const struct dna_dname *name, uint16_t type)
{
	if (has_type(types, type) || has_type(types, DNA_TYPE_CNAME))
		return false;
	if (type == DNA_TYPE_DS)
		return !has_type(types, DNA_TYPE_SOA) || name->labels == 0;
	return !is_cut(types);
}

/* ---- Gathering ---- */

static int base32_digit(uint8_t character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'a' && character <= 'v')
		return character - 'a' + 10;
	return -1;
}

/* RFC 4648 section 7, as the first label of an NSEC3 record's owner. */
static bool read_hash(const struct dna_dname *owner, uint8_t hash[HASH_SIZE])
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t used = 0;

	if (owner->octets[0] != HASH_LABEL)
		return false;
	for (size_t i = 1; i <= HASH_LABEL; i++) {
		int digit = base32_digit(owner->octets[i]);

		if (digit < 0)
			return false;
		bits = bits << 5 | (uint32_t)digit;
		held += 5;
		if (held >= 8) {
			held -= 8;
			hash[used++] = (uint8_t)(bits >> held);
		}
	}
	return true;
}

static void add_nsec(struct proof *p, const struct dna_record *record)
{
	struct nsec *nsec = &p->nsecs[p->nsec_count++];
	size_t at = 0;

	nsec->owner = record->owner;
	dna_dname_read(record->rdata, &at, false, &nsec->next);
	nsec->types = (struct bitmap){ record->rdata.data + at, record->rdata.size - at };
}

/* Records of unknown hashes, or with other parameters than the first, count for nothing. */
static void add_nsec3(struct proof *p, const struct dna_record *record)
{
	const uint8_t *rdata = record->rdata.data;
	uint16_t iterations = (uint16_t)(rdata[2] << 8 | rdata[3]);
	struct dna_bytes salt = { rdata + 5, rdata[4] };
	const uint8_t *next = salt.data + salt.size;
	struct nsec3 *nsec3 = &p->nsec3s[p->nsec3_count];
	struct dna_dname zone = dna_dname_parent(&record->owner);

	if (rdata[0] != NSEC3_SHA1 || (rdata[1] & ~NSEC3_OPT_OUT) != 0 || next[0] != HASH_SIZE ||
	    !dna_dname_equal(&zone, &p->zone) || !read_hash(&record->owner, nsec3->owner))
		return;
	if (p->nsec3_count > 0 && (iterations != p->iterations || salt.size != p->salt.size ||
				   memcmp(salt.data, p->salt.data, salt.size) != 0))
		return;
	p->iterations = iterations;
	p->salt = salt;
	memcpy(nsec3->next, next + 1, HASH_SIZE);
	nsec3->opt_out = (rdata[1] & NSEC3_OPT_OUT) != 0;
	nsec3->types =
		(struct bitmap){ next + 1 + HASH_SIZE,
				 record->rdata.size - (size_t)(next + 1 + HASH_SIZE - rdata) };
	p->nsec3_count++;
}

/* What |keys| signed of the NSEC and NSEC3 records. |why| says what is wrong with what they did
 * not. */
static void gather(struct proof *p, const struct dna_message *m, const struct dna_keys *keys,
		   int64_t now, unsigned *budget, char why[DNA_WHY_MAX])
{
	size_t seen = 0;

	*p = (struct proof){ .zone = keys->zone, .not_after = DNA_FOREVER };
	for (size_t i = 0; i < m->count && seen < DNA_DENIALS_MAX; i++) {
		const struct dna_record *record = &m->records[i];
		struct dna_signature signature;

		if (record->section != DNA_AUTHORITY ||
		    (record->type != DNA_TYPE_NSEC && record->type != DNA_TYPE_NSEC3))
			continue;
		seen++;
		/* An expansion is nobody's own NSEC. */
		if (dna_validate(m, DNA_AUTHORITY, &record->owner, record->type, keys, now, budget,
				 &signature, why) != 0 ||
		    signature.labels < record->owner.labels)
			continue;
		if (signature.not_after < p->not_after)
			p->not_after = signature.not_after;
		if (record->type == DNA_TYPE_NSEC)
			add_nsec(p, record);
		else
			add_nsec3(p, record);
	}
}

bool dna_denial_signer(const struct dna_message *m, const struct dna_dname *name, uint16_t type,
		       struct dna_dname *zone)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct dna_record *record = &m->records[i];

		if (record->section == DNA_AUTHORITY &&
		    (record->type == DNA_TYPE_NSEC || record->type == DNA_TYPE_NSEC3) &&
		    dna_signer(m, DNA_AUTHORITY, &record->owner, record->type, zone) &&
		    dna_dname_below(name, zone) &&
		    (type != DNA_TYPE_DS || name->labels == 0 || !dna_dname_equal(name, zone)))
			return true;
	}
	return false;
}

/* ---- NSEC ---- */

static const struct nsec *nsec_at(const struct proof *p, const struct dna_dname *name)
{
	for (size_t i = 0; i < p->nsec_count; i++)
		if (dna_dname_equal(&p->nsecs[i].owner, name))
			return &p->nsecs[i];
	return NULL;
}

static bool nsec_covers(const struct proof *p, const struct nsec *nsec,
			const struct dna_dname *name)
{
	if (dna_dname_compare(name, &nsec->owner) <= 0)
		return false;
	/* The last one of the zone leads back to its apex. */
	if (dna_dname_equal(&nsec->next, &p->zone))
		return dna_dname_below(name, &p->zone);
	return dna_dname_compare(name, &nsec->next) < 0 &&
	       dna_dname_compare(&nsec->owner, &nsec->next) < 0;
}

/* The record that shows that the zone has nothing at |name|, nor a zone or an alias above it. */
static const struct nsec *nsec_covering(const struct proof *p, const struct dna_dname *name)
{
	for (size_t i = 0; i < p->nsec_count; i++) {
		const struct nsec *nsec = &p->nsecs[i];

		if (nsec_covers(p, nsec, name) &&
		    !(dna_dname_below(name, &nsec->owner) && ends_here(nsec->types)))
			return nsec;
	}
	return NULL;
}

static bool is_empty_non_terminal(const struct nsec *nsec, const struct dna_dname *name)
{
	return dna_dname_below(&nsec->next, name);
}

/* The wildcard that could answer for names below |encloser|: whether it is absent or lacks the
 * type. */
static enum dna_denial_kind deny_nsec_wildcard(const struct proof *p,
					       const struct dna_dname *encloser, uint16_t type)
{
	struct dna_dname wildcard;
	const struct nsec *nsec;

	if (dna_dname_wildcard(encloser, &wildcard) != 0)
		return DNA_NO_NAME;
	nsec = nsec_at(p, &wildcard);
	if (nsec != NULL)
		return denies_type(nsec->types, &wildcard, type) && !is_cut(nsec->types)
			       ? DNA_NO_DATA
			       : DNA_NOT_DENIED;
	nsec = nsec_covering(p, &wildcard);
	if (nsec == NULL)
		return DNA_NOT_DENIED;
	return is_empty_non_terminal(nsec, &wildcard) ? DNA_NO_DATA : DNA_NO_NAME;
}

static void deny_by_nsec(const struct proof *p, const struct dna_dname *name, uint16_t type,
			 struct dna_denial *denial)
{
	const struct nsec *nsec = nsec_at(p, name);
	struct dna_dname encloser;
	unsigned by_owner, by_next;

	if (nsec != NULL) {
		denial->kind = denies_type(nsec->types, name, type) ? DNA_NO_DATA : DNA_NOT_DENIED;
		denial->delegation = denial->kind == DNA_NO_DATA && is_cut(nsec->types);
		return;
	}
	nsec = nsec_covering(p, name);
	if (nsec == NULL)
		return;
	if (is_empty_non_terminal(nsec, name)) {
		denial->kind = DNA_NO_DATA;
		return;
	}
	by_owner = dna_dname_shared(name, &nsec->owner);
	by_next = dna_dname_shared(name, &nsec->next);
	encloser = dna_dname_ancestor(name, by_owner > by_next ? by_owner : by_next);
	denial->kind = deny_nsec_wildcard(p, &encloser, type);
}

/* ---- NSEC3 ---- */

/* RFC 5155 section 5. */
static void hash_name(const struct proof *p, const struct dna_dname *name, uint8_t hash[HASH_SIZE])
{
	uint8_t input[DNA_DNAME_MAX + 255];
	size_t size = name->size;

	memcpy(input, name->octets, size);
	for (unsigned i = 0; i <= p->iterations; i++) {
		if (p->salt.size > 0)
			memcpy(input + size, p->salt.data, p->salt.size);
		gnutls_hash_fast(GNUTLS_DIG_SHA1, input, size + p->salt.size, hash);
		memcpy(input, hash, HASH_SIZE);
		size = HASH_SIZE;
	}
}

static const struct nsec3 *nsec3_at(const struct proof *p, const struct dna_dname *name)
{
	uint8_t hash[HASH_SIZE];

	hash_name(p, name, hash);
	for (size_t i = 0; i < p->nsec3_count; i++)
		if (memcmp(p->nsec3s[i].owner, hash, HASH_SIZE) == 0)
			return &p->nsec3s[i];
	return NULL;
}

static const struct nsec3 *nsec3_covering(const struct proof *p, const struct dna_dname *name)
{
	uint8_t hash[HASH_SIZE];

	hash_name(p, name, hash);
	for (size_t i = 0; i < p->nsec3_count; i++) {
		const struct nsec3 *n = &p->nsec3s[i];
		bool after = memcmp(hash, n->owner, HASH_SIZE) > 0;
		bool before = memcmp(hash, n->next, HASH_SIZE) < 0;

		if (memcmp(n->owner, n->next, HASH_SIZE) < 0 ? after && before : after || before)
			return n;
	}
	return NULL;
}

/*
 * RFC 5155 section 8.3: the nearest ancestor of |name| that exists, and the record that covers the
 * next closer name.
 */
static const struct nsec3 *closest_encloser(const struct proof *p, const struct dna_dname *name,
					    struct dna_dname *encloser)
{
	for (unsigned labels = name->labels; labels-- > p->zone.labels;) {
		struct dna_dname next_closer = dna_dname_ancestor(name, labels + 1);
		const struct nsec3 *at;

		*encloser = dna_dname_ancestor(name, labels);
		at = nsec3_at(p, encloser);
		if (at != NULL)
			return ends_here(at->types) ? NULL : nsec3_covering(p, &next_closer);
	}
	return NULL;
}

static enum dna_denial_kind deny_nsec3_wildcard(const struct proof *p,
						const struct dna_dname *encloser, uint16_t type)
{
	struct dna_dname wildcard;
	const struct nsec3 *nsec3;

	if (dna_dname_wildcard(encloser, &wildcard) != 0)
		return DNA_NO_NAME;
	nsec3 = nsec3_at(p, &wildcard);
	if (nsec3 != NULL)
		return denies_type(nsec3->types, &wildcard, type) && !is_cut(nsec3->types)
			       ? DNA_NO_DATA
			       : DNA_NOT_DENIED;
	return nsec3_covering(p, &wildcard) != NULL ? DNA_NO_NAME : DNA_NOT_DENIED;
}

static void deny_by_nsec3(const struct proof *p, const struct dna_dname *name, uint16_t type,
			  struct dna_denial *denial)
{
	const struct nsec3 *nsec3;
	struct dna_dname encloser;

	if (p->iterations > DNA_NSEC3_ITERATIONS_MAX) {
		/* RFC 9276 section 3.2: the signatures hold, what they say is not computed. */
		denial->kind = DNA_NO_DATA;
		denial->insecure = true;
		return;
	}
	nsec3 = nsec3_at(p, name);
	if (nsec3 != NULL) {
		denial->kind = denies_type(nsec3->types, name, type) ? DNA_NO_DATA : DNA_NOT_DENIED;
		denial->delegation = denial->kind == DNA_NO_DATA && is_cut(nsec3->types);
		return;
	}
	nsec3 = closest_encloser(p, name, &encloser);
	if (nsec3 == NULL)
		return;
	denial->insecure = nsec3->opt_out;
	if (type == DNA_TYPE_DS && nsec3->opt_out) {
		/* RFC 5155 section 8.6: there may be an unsigned delegation at or above the name.
		 */
		denial->kind = DNA_NO_DATA;
		denial->delegation = true;
		return;
	}
	denial->kind = deny_nsec3_wildcard(p, &encloser, type);
}

/* ---- Both ---- */

static void explain(const struct dna_dname *name, const struct proof *p, char why[DNA_WHY_MAX])
{
	char text[DNA_DNAME_TEXT], zone[DNA_DNAME_TEXT];

	snprintf(why, DNA_WHY_MAX,
		 "the records by which %.150s denies it do not prove it for %.250s",
		 dna_dname_text(&p->zone, zone), dna_dname_text(name, text));
}

void dna_deny(const struct dna_message *m, const struct dna_dname *name, uint16_t type,
	      const struct dna_keys *keys, int64_t now, unsigned *budget, struct dna_denial *denial,
	      char why[DNA_WHY_MAX])
{
	struct proof p;

	*denial = (struct dna_denial){ .kind = DNA_NOT_DENIED };
	snprintf(why, DNA_WHY_MAX, "there is no proof that it does not exist");
	gather(&p, m, keys, now, budget, why);
	if (p.nsec_count + p.nsec3_count == 0 || !dna_dname_below(name, &p.zone))
		return;
	if (p.nsec_count > 0)
		deny_by_nsec(&p, name, type, denial);
	if (denial->kind == DNA_NOT_DENIED && p.nsec3_count > 0)
		deny_by_nsec3(&p, name, type, denial);
	denial->not_after = p.not_after;
	if (denial->kind == DNA_NOT_DENIED)
		explain(name, &p, why);
}

void dna_deny_expansion(const struct dna_message *m, const struct dna_dname *name, unsigned labels,
			const struct dna_keys *keys, int64_t now, unsigned *budget,
			struct dna_denial *denial, char why[DNA_WHY_MAX])
{
	struct dna_dname next_closer = dna_dname_ancestor(name, labels + 1);
	struct proof p;

	*denial = (struct dna_denial){ .kind = DNA_NOT_DENIED };
	snprintf(why, DNA_WHY_MAX, "there is no proof that the wildcard applies");
	gather(&p, m, keys, now, budget, why);
	denial->not_after = p.not_after;
	if (p.nsec_count > 0) {
		const struct nsec *nsec = nsec_covering(&p, &next_closer);

		if (nsec != NULL && !is_empty_non_terminal(nsec, &next_closer))
			denial->kind = DNA_NO_NAME;
	}
	if (denial->kind == DNA_NOT_DENIED && p.nsec3_count > 0) {
		const struct nsec3 *nsec3 = NULL;

		denial->insecure = p.iterations > DNA_NSEC3_ITERATIONS_MAX;
		if (!denial->insecure)
			nsec3 = nsec3_covering(&p, &next_closer);
		if (nsec3 != NULL)
			denial->insecure = nsec3->opt_out;
		if (nsec3 != NULL || denial->insecure)
			denial->kind = DNA_NO_NAME;
	}
	if (denial->kind == DNA_NOT_DENIED)
		explain(name, &p, why);
}
