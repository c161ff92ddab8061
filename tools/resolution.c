/* What came of one DNS question, for people and for programs. */
#include "resolution.h"
#include "command.h"
#include "safe.h"

#include "base/clock.h"
#include "base/limits.h"
#include "evidence/dns.h"

#include <stdlib.h>
#include <string.h>

#define REASON_MAX (DNA_REASON_MAX + 64)
#define NXDOMAIN   3

/* ---- the items ---- */

static bool is_kind(const struct dna_item *item, const char *kind)
{
	return strcmp(dna_item_kind(item), kind) == 0;
}

/* The link that is as bad as the whole; the first of several. */
static const struct dna_item *worst_link(const struct dna_resolution *r)
{
	const struct dna_item *worst = NULL;

	for (size_t i = 0; i < r->count; i++)
		if (is_kind(r->items[i], "dns") &&
		    (worst == NULL || dna_item_security(r->items[i]) > dna_item_security(worst)))
			worst = r->items[i];
	return worst;
}

/* What the aliases, if there are any, end in. */
static const struct dna_item *last_link(const struct dna_resolution *r)
{
	const struct dna_item *last = NULL;

	for (size_t i = 0; i < r->count; i++)
		if (is_kind(r->items[i], "dns"))
			last = r->items[i];
	return last;
}

static enum dna_security security_of(const struct dna_resolution *r)
{
	return dna_item_security(worst_link(r));
}

static bool has_failed(const struct dna_resolution *r)
{
	return dna_item_outcome(last_link(r)) == DNA_FAILED;
}

/* Somebody else's word for one link is somebody else's word for the whole. */
static enum dna_word word_of(const struct dna_resolution *r)
{
	enum dna_word word = DNA_WORD_VALIDATED;

	for (size_t i = 0; i < r->count; i++)
		if (is_kind(r->items[i], "dns") && dna_item_word(r->items[i]) > word)
			word = dna_item_word(r->items[i]);
	return word;
}

/* DELEG-021: an answer holds no longer than any link that leads to it. */
static int64_t end_of(const struct dna_resolution *r)
{
	int64_t end = DNA_FOREVER;

	for (size_t i = 0; i < r->count; i++)
		if (is_kind(r->items[i], "dns") && dna_item_not_after(r->items[i]) < end)
			end = dna_item_not_after(r->items[i]);
	return end;
}

/* The zone in which a chain of signatures ends that way; NULL: none. */
static const struct dna_item *zone_with(const struct dna_resolution *r, enum dna_security security)
{
	for (size_t i = 0; i < r->count; i++)
		if (is_kind(r->items[i], "dns-zone") && dna_item_security(r->items[i]) == security)
			return r->items[i];
	return NULL;
}

int dna_resolution_status(const struct dna_resolution *r)
{
	if (security_of(r) == DNA_BOGUS)
		return DNA_EXIT_VETO;
	if (security_of(r) == DNA_INDETERMINATE || has_failed(r))
		return DNA_EXIT_UNDECIDED;
	return DNA_EXIT_OK;
}

/* ---- words ---- */

static const char *plain_reason(enum dna_security security, enum dna_word word)
{
	static const char *const validated[] = {
		"signatures vouch for it, from the trust anchor down",
		"no signature vouches for it",
		"its signatures do not hold",
		"nothing could be learnt of it",
	};

	if (word == DNA_WORD_RESOLVER && security == DNA_SECURE)
		return "the resolver says that it has validated it";
	if (word == DNA_WORD_RESOLVER && security == DNA_INSECURE)
		return "the resolver does not say that it has validated it";
	return validated[security];
}

/* NULL: there was no reply that anything could be learnt from. */
static const char *rcode_of(const struct dna_item *item, char text[16])
{
	static const char *const names[] = { "NOERROR",  "FORMERR", "SERVFAIL",
					     "NXDOMAIN", "NOTIMP",  "REFUSED" };
	unsigned code = (unsigned)dna_item_code(item);

	if (code == 0 && dna_item_outcome(item) == DNA_FAILED &&
	    dna_item_security(item) != DNA_BOGUS)
		return NULL;
	if (code < sizeof(names) / sizeof(names[0]))
		return names[code];
	snprintf(text, 16, "RCODE%u", code);
	return text;
}

/* That there is nothing, as far as that is not in doubt; NULL otherwise. */
static const char *denial_of(const struct dna_resolution *r)
{
	const struct dna_item *last = last_link(r);

	if (dna_item_outcome(last) != DNA_DENIED || security_of(r) == DNA_BOGUS)
		return NULL;
	return dna_item_code(last) == NXDOMAIN ? "there is no such name"
					       : "there is no such record";
}

/*
 * Where a chain of signatures ends, that is why; else the link itself may have a reason. That of a
 * denial only says that it is one.
 */
static const char *security_reason(const struct dna_resolution *r)
{
	enum dna_security security = security_of(r);
	const struct dna_item *zone = security != DNA_SECURE ? zone_with(r, security) : NULL;
	const struct dna_item *worst = worst_link(r);

	if (zone != NULL && dna_item_reason(zone)[0] != '\0')
		return dna_item_reason(zone);
	if (dna_item_reason(worst)[0] != '\0' && denial_of(r) == NULL)
		return dna_item_reason(worst);
	return plain_reason(security, word_of(r));
}

static const char *reason_of(const struct dna_resolution *r, char reason[REASON_MAX])
{
	const char *denial = denial_of(r);

	snprintf(reason, REASON_MAX, "%s%s%s", denial != NULL ? denial : "",
		 denial != NULL ? "; " : "", security_reason(r));
	return reason;
}

/* A record in presentation form, that of RFC 3597 if no other fits; to be released with free(). */
static char *record_text(const struct dna_item *item, size_t index)
{
	static const uint16_t no_type = 0;
	struct dna_buffer text;
	char *result;

	dna_buffer_init(&text, 0);
	if (dna_dns_rdata_write(dna_item_type(item), dna_item_data(item, index), &text) != 0) {
		dna_buffer_clear(&text);
		dna_dns_rdata_write(no_type, dna_item_data(item, index), &text);
	}
	result = dna_buffer_steal(&text);
	dna_buffer_clear(&text);
	return result;
}

/* ---- for programs ---- */

static json_t *text_json(const char *text)
{
	char *safe = dna_safe_copy(text);
	json_t *json = safe != NULL ? json_string(safe) : NULL;

	free(safe);
	return json;
}

static json_t *type_json(uint16_t type)
{
	char text[16];

	dna_dns_type_write(type, text);
	return json_string(text);
}

static json_t *security_json(const struct dna_item *item)
{
	return json_string(dna_security_name(dna_item_security(item)));
}

static json_t *record_json(const struct dna_item *item, size_t index)
{
	char *text = record_text(item, index);
	json_t *json = json_pack("{s:s, s:o, s:s, s:o}", "name", dna_item_name(item), "type",
				 type_json(dna_item_type(item)), "data", text != NULL ? text : "",
				 "security", security_json(item));

	free(text);
	return json;
}

static json_t *answers_json(const struct dna_resolution *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->count; i++)
		for (size_t j = 0; is_kind(r->items[i], "dns") && j < dna_item_count(r->items[i]);
		     j++)
			json_array_append_new(list, record_json(r->items[i], j));
	return list;
}

static json_t *zone_json(const struct dna_item *zone)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < dna_item_count(zone); i++)
		json_array_append_new(lines, text_json((const char *)dna_item_data(zone, i).data));
	return json_pack("{s:s, s:o, s:o, s:o}", "zone", dna_item_name(zone), "security",
			 security_json(zone), "reason", text_json(dna_item_reason(zone)), "data",
			 lines);
}

static json_t *chain_json(const struct dna_resolution *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->count; i++)
		if (is_kind(r->items[i], "dns-zone"))
			json_array_append_new(list, zone_json(r->items[i]));
	return list;
}

/* What failed or is bogus holds for no time at all. */
static json_t *end_json(const struct dna_resolution *r)
{
	char text[DNA_TIME_TEXT];

	return dna_resolution_status(r) == DNA_EXIT_OK
		       ? json_string(dna_time_write(end_of(r), text))
		       : json_null();
}

json_t *dna_resolution_json(const struct dna_resolution *r)
{
	const struct dna_item *last = last_link(r);
	char rcode[16], reason[REASON_MAX];

	return json_pack("{s:s, s:o, s:s?, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "name", r->name,
			 "type", type_json(r->type), "rcode", rcode_of(last, rcode), "outcome",
			 dna_outcome_name(dna_item_outcome(last)), "security",
			 dna_security_name(security_of(r)), "word", dna_word_name(word_of(r)),
			 "reason", text_json(reason_of(r, reason)), "not_after", end_json(r),
			 "answers", answers_json(r), "chain", chain_json(r));
}

/* ---- for people ---- */

static void print_title(const struct dna_output *output, const struct dna_resolution *r)
{
	static const char *const meanings[] = { "", ", nothing vouches for it",
						", it may be forged; do not use it",
						", could not tell this time" };
	enum dna_security security = security_of(r);
	const char *word =
		has_failed(r) && security != DNA_BOGUS ? "failed" : dna_security_name(security);
	char type[16];

	dna_dns_type_write(r->type, type);
	dna_output_text(output, DNA_STRONG, "%s %s", r->name, type);
	dna_output_text(output, DNA_PLAIN, ": ");
	dna_output_text(output, dna_style_of(word), "%s", word);
	if (denial_of(r) != NULL)
		dna_output_text(output, DNA_PLAIN, ", %s", denial_of(r));
	dna_output_text(output, DNA_PLAIN, "%s", meanings[security]);
	if (word_of(r) == DNA_WORD_RESOLVER && !has_failed(r))
		dna_output_text(output, DNA_FAINT, ", by the resolver's word");
	fputc('\n', output->file);
}

/*
 * Whether the signatures lead to this link, and not to it: no zone on the way, but the link itself
 * is what is wrong.
 */
static bool breaks(const struct dna_resolution *r, const struct dna_item *link)
{
	return dna_item_security(link) == DNA_BOGUS && zone_with(r, DNA_BOGUS) == NULL;
}

static void print_records(const struct dna_output *output, const struct dna_item *link)
{
	for (size_t i = 0; i < dna_item_count(link); i++) {
		char *text = record_text(link, i);

		if (text != NULL)
			dna_output_row(output, DNA_PLAIN, "", "%s", text);
		free(text);
	}
}

static void print_link(const struct dna_output *output, const struct dna_resolution *r,
		       const struct dna_item *link)
{
	static const char *const labels[] = { "answer", "denied", "failed" };
	const char *security = dna_security_name(dna_item_security(link));
	bool is_alias = link != last_link(r);
	char type[16];

	dna_dns_type_write(dna_item_type(link), type);
	dna_output_row(output, dna_style_of(security),
		       is_alias ? "alias" : labels[dna_item_outcome(link)], "%s: %s %s%s", security,
		       dna_item_name(link), type, breaks(r, link) ? ", the chain breaks here" : "");
	print_records(output, link);
}

static void print_zone(const struct dna_output *output, const struct dna_item *zone)
{
	static const char *const ends[] = { "",
					    ", the chain ends here: ", ", the chain breaks here: ",
					    ", the chain cannot be followed here: " };
	enum dna_security security = dna_item_security(zone);
	const char *name = dna_item_name(zone);

	dna_output_row(output, dna_style_of(dna_security_name(security)), "zone", "%s: %s%s%s",
		       dna_security_name(security), strcmp(name, ".") == 0 ? "the root" : name,
		       ends[security], security != DNA_SECURE ? dna_item_reason(zone) : "");
	for (size_t i = 0; i < dna_item_count(zone); i++)
		dna_output_row(output, DNA_PLAIN, "", "%s",
			       (const char *)dna_item_data(zone, i).data);
}

void dna_resolution_print(const struct dna_output *output, const struct dna_resolution *r,
			  int64_t now)
{
	char reason[REASON_MAX];

	print_title(output, r);
	dna_output_row(output, DNA_PLAIN, "why", "%s", reason_of(r, reason));
	for (size_t i = 0; i < r->count; i++)
		if (is_kind(r->items[i], "dns"))
			print_link(output, r, r->items[i]);
	if (dna_resolution_status(r) == DNA_EXIT_OK && end_of(r) != DNA_FOREVER)
		dna_output_end(output, end_of(r), now);
	for (size_t i = 0; i < r->count; i++)
		if (is_kind(r->items[i], "dns-zone"))
			print_zone(output, r->items[i]);
}
