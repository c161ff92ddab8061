/*
 * Items as they stand in a recording. It is made to be written by hand: what is wrong is named,
 * with what was probably meant.
 */
#include "evidence/item_json.h"
#include "base/limits.h"
#include "evidence/base64.h"
#include "evidence/chain.h"
#include "evidence/dns.h"
#include "evidence/member.h"

#include <dna/prooftype.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS_MAX  16
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Each kind has members of its own beside these. */
static const char *const common_members[] = { "kind",      "outcome", "time",   "ttl",
					      "not_after", "reason",  "comment" };

struct kind {
	const char *name;
	const char *members[MEMBERS_MAX - COUNT(common_members)];
	/* What is asked: |init|'s name (written into |name|), type, security, code. */
	int (*read_question)(const json_t *json, struct dna_item_init *init,
			     char name[DNA_ITEM_NAME_MAX + 1], char *why);
	int (*read_data)(const json_t *json, struct dna_item *item, char *why);
	int (*write)(const struct dna_item *item, json_t *json);
};

/* ---- What all kinds have ---- */

static int read_outcome(const json_t *json, enum dna_outcome *outcome, char *why)
{
	const char *const words[] = { dna_outcome_name(DNA_ANSWERED), dna_outcome_name(DNA_DENIED),
				      dna_outcome_name(DNA_FAILED) };
	unsigned index = DNA_ANSWERED;
	int r = dna_member_word(json, "outcome", words, COUNT(words), &index, why);

	*outcome = (enum dna_outcome)index;
	return r;
}

static int read_security(const json_t *json, enum dna_security *security, char *why)
{
	const char *const words[] = { dna_security_name(DNA_SECURE),
				      dna_security_name(DNA_INSECURE), dna_security_name(DNA_BOGUS),
				      dna_security_name(DNA_INDETERMINATE) };
	unsigned index = DNA_INSECURE; /* DELEG-017: what nobody vouches for */
	int r = dna_member_word(json, "security", words, COUNT(words), &index, why);

	*security = (enum dna_security)index;
	return r;
}

/* When it was learnt, and until when it may be used: `ttl` seconds, or `not_after`, or for ever. */
static int read_lifetime(const json_t *json, struct dna_item_init *init, char *why)
{
	int64_t ttl = -1;
	int r = dna_member_time(json, "time", &init->time, why);

	if (r == 0 && init->time == DNA_FOREVER)
		r = dna_member_complain(why, "member 'time' cannot be forever");
	if (r == 0)
		r = dna_member_time(json, "not_after", &init->not_after, why);
	if (r == 0)
		r = dna_member_number(json, "ttl", UINT32_MAX, &ttl, why);
	if (r == 0 && ttl >= 0) {
		if (json_object_get(json, "not_after") != NULL)
			return dna_member_complain(
				why, "members 'ttl' and 'not_after' exclude each other");
		init->not_after = init->time + ttl;
	}
	return r;
}

/* A phrase for people; it may have come from anywhere, or been cut within a character. */
static int set_reason(json_t *json, const char *reason)
{
	char printable[DNA_REASON_MAX + 1];
	size_t size = 0;

	if (*reason == '\0')
		return 0;
	if (dna_member_set_text(json, "reason", reason) == 0)
		return 0;
	for (; reason[size] != '\0' && size < DNA_REASON_MAX; size++)
		printable[size] =
			(char)(reason[size] >= ' ' && reason[size] <= '~' ? reason[size] : '?');
	printable[size] = '\0';
	return dna_member_set_text(json, "reason", printable);
}

/* ---- Lists of data ---- */

static int add(struct dna_item *item, const char *where, const void *data, size_t size, char *why)
{
	int r = dna_item_add(item, data, size);

	if (r == DNA_E_LIMIT)
		dna_member_complain(why, "%s: more than an item can hold", where);
	return r;
}

/* An entry of a list of data: |text| is made data of |item|. |where| is for complaints. */
typedef int read_entry(const char *text, struct dna_item *item, const char *where, char *why);

static int read_entries(const json_t *list, const char *member, struct dna_item *item,
			read_entry *read, char *why)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));
		char where[48];

		snprintf(where, sizeof(where), "member '%s', entry %zu", member, i + 1);
		r = text != NULL ? read(text, item, where, why)
				 : dna_member_complain(why, "%s: not a string", where);
	}
	return r;
}

/* What was answered has a list of data, and nothing else has one. */
static int read_list(const json_t *json, const char *member, struct dna_item *item,
		     read_entry *read, char *why)
{
	const json_t *list = json_object_get(json, member);
	enum dna_outcome outcome = dna_item_outcome(item);

	if (list == NULL && outcome == DNA_ANSWERED)
		return dna_member_complain(why, "member '%s' is missing", member);
	if (list != NULL && !json_is_array(list))
		return dna_member_complain(why, "member '%s' is not a list", member);
	if (json_array_size(list) > 0 && outcome != DNA_ANSWERED)
		return dna_member_complain(why, "member '%s' does not go with outcome '%s'", member,
					   dna_outcome_name(outcome));
	return read_entries(list, member, item, read, why);
}

static int read_encoded(const char *text, struct dna_item *item, const char *where, char *why)
{
	size_t size = strlen(text) / 4 * 3 + 3;
	uint8_t *octets = malloc(size);
	int r = octets != NULL ? dna_base64_read(text, false, octets, &size) : DNA_E_NOMEM;

	if (r == DNA_E_SYNTAX)
		dna_member_complain(why, "%s: not base64", where);
	if (r == 0)
		r = add(item, where, octets, size, why);
	free(octets);
	return r;
}

/* Each entry of |item| as text that |write| makes of it. */
static int set_list(json_t *json, const char *member, const struct dna_item *item,
		    int (*write)(const struct dna_item *item, struct dna_bytes data,
				 struct dna_buffer *text))
{
	json_t *list = json_array();
	int r = list != NULL ? 0 : DNA_E_NOMEM;

	for (size_t i = 0; r == 0 && i < dna_item_count(item); i++) {
		struct dna_buffer text;

		dna_buffer_init(&text, 0);
		r = write(item, dna_item_data(item, i), &text);
		if (r == 0 && json_array_append_new(
				      list, json_stringn((const char *)text.data, text.size)) != 0)
			r = DNA_E_NOMEM;
		dna_buffer_clear(&text);
	}
	if (r == 0)
		return dna_member_set(json, member, list);
	json_decref(list);
	return r;
}

static int set_encoded(json_t *json, const char *member, struct dna_bytes data)
{
	struct dna_buffer text;
	int r;

	dna_buffer_init(&text, 0);
	r = dna_base64_write(&text, data);
	if (r == 0)
		r = dna_member_set_text(json, member, (const char *)text.data);
	dna_buffer_clear(&text);
	return r;
}

/* ---- DNS ---- */

/* The owner as it stands in items: lower case, no final dot. */
static int read_owner(const char *text, char name[256])
{
	struct dna_buffer wire;
	size_t offset = 0;
	int r;

	dna_buffer_init(&wire, 0);
	r = dna_dns_name_write(&wire, text);
	if (r == 0)
		r = dna_dns_name_read((struct dna_bytes){ wire.data, wire.size }, &offset, name);
	dna_buffer_clear(&wire);
	return r;
}

static int read_type(const json_t *json, struct dna_item_init *init, char *why)
{
	const char *type = NULL;
	int r = dna_member_needed_text(json, "type", &type, why);

	if (r == 0 && dna_dns_type_read(type, &init->type) != 0)
		r = dna_member_complain(why,
					"member 'type' is not a record type such as SRV or TYPE33");
	return r;
}

static int read_name_and_type(const json_t *json, struct dna_item_init *init,
			      char name[DNA_ITEM_NAME_MAX + 1], char *why)
{
	const char *owner = NULL;
	int r = dna_member_needed_text(json, "name", &owner, why);

	if (r == 0 && read_owner(owner, name) != 0)
		r = dna_member_complain(why, "member 'name' is not a name that DNS can hold");
	return r == 0 ? read_type(json, init, why) : r;
}

static int read_dns_question(const json_t *json, struct dna_item_init *init,
			     char name[DNA_ITEM_NAME_MAX + 1], char *why)
{
	int64_t code = 0;
	int r = read_name_and_type(json, init, name, why);

	if (r == 0)
		r = read_security(json, &init->security, why);
	if (r == 0)
		r = dna_member_number(json, "rcode", UINT16_MAX, &code, why);
	init->word = DNA_WORD_STATED;
	init->code = (int)code;
	return r;
}

static int read_record(const char *text, struct dna_item *item, const char *where, char *why)
{
	struct dna_buffer rdata;
	char type[16];
	int r;

	dna_buffer_init(&rdata, 0);
	dna_dns_type_write(dna_item_type(item), type);
	r = dna_dns_rdata_read(dna_item_type(item), text, &rdata);
	if (r == 0)
		r = add(item, where, rdata.data, rdata.size, why);
	else
		dna_member_complain(why, "%s: not the data of a %s record", where, type);
	dna_buffer_clear(&rdata);
	return r;
}

static int read_dns_data(const json_t *json, struct dna_item *item, char *why)
{
	int r = read_list(json, "data", item, read_record, why);

	if (r == 0 && dna_item_outcome(item) == DNA_ANSWERED && dna_item_count(item) == 0)
		r = dna_member_complain(why, "member 'data' is empty, yet outcome is 'answered'");
	return r;
}

static int write_record(const struct dna_item *item, struct dna_bytes data, struct dna_buffer *text)
{
	return dna_dns_rdata_write(dna_item_type(item), data, text);
}

static int write_type(const struct dna_item *item, json_t *json)
{
	char type[16];

	dna_dns_type_write(dna_item_type(item), type);
	return dna_member_set_text(json, "type", type);
}

static int write_dns(const struct dna_item *item, json_t *json)
{
	int r = dna_member_set_text(json, "name", dna_item_name(item));

	if (r == 0)
		r = write_type(item, json);
	if (r == 0)
		r = dna_member_set_text(json, "security",
					dna_security_name(dna_item_security(item)));
	if (r == 0 && dna_item_word(item) == DNA_WORD_RESOLVER)
		r = dna_member_set_text(json, "word", dna_word_name(DNA_WORD_RESOLVER));
	if (r == 0 && dna_item_code(item) != 0)
		r = dna_member_set(json, "rcode", json_integer(dna_item_code(item)));
	if (r == 0 && dna_item_outcome(item) == DNA_ANSWERED)
		r = set_list(json, "data", item, write_record);
	return r;
}

/* ---- What DNS answers are validated by again ---- */

static int read_message_question(const json_t *json, struct dna_item_init *init,
				 char name[DNA_ITEM_NAME_MAX + 1], char *why)
{
	init->security = DNA_INDETERMINATE;
	return read_name_and_type(json, init, name, why);
}

static int read_message_data(const json_t *json, struct dna_item *item, char *why)
{
	const char *message = NULL;
	int r = dna_member_text(json, "message", &message, why);

	if (r == 0 && (dna_item_outcome(item) == DNA_ANSWERED) != (message != NULL))
		r = dna_member_complain(why, "member 'message' goes with outcome 'answered'");
	return r == 0 && message != NULL ? read_encoded(message, item, "member 'message'", why) : r;
}

static int write_message(const struct dna_item *item, json_t *json)
{
	int r = dna_member_set_text(json, "name", dna_item_name(item));

	if (r == 0)
		r = write_type(item, json);
	if (r == 0 && dna_item_outcome(item) == DNA_ANSWERED)
		r = set_encoded(json, "message", dna_item_data(item, 0));
	return r;
}

static int read_anchors_question(const json_t *json, struct dna_item_init *init,
				 char name[DNA_ITEM_NAME_MAX + 1], char *why)
{
	init->security = DNA_INDETERMINATE;
	strcpy(name, ".");
	return read_type(json, init, why);
}

static int write_anchors(const struct dna_item *item, json_t *json)
{
	int r = write_type(item, json);

	return r == 0 ? set_list(json, "data", item, write_record) : r;
}

/* ---- Documents ---- */

static int copy_name(const char *text, const char *member, char name[DNA_ITEM_NAME_MAX + 1],
		     char *why)
{
	if (strlen(text) > DNA_ITEM_NAME_MAX)
		return dna_member_complain(why, "member '%s' is longer than %d octets", member,
					   DNA_ITEM_NAME_MAX);
	memcpy(name, text, strlen(text) + 1);
	return 0;
}

static int read_https_question(const json_t *json, struct dna_item_init *init,
			       char name[DNA_ITEM_NAME_MAX + 1], char *why)
{
	const char *url = NULL;
	int64_t status = init->outcome == DNA_ANSWERED ? 200 : 0, redirects = 0;
	int r = dna_member_needed_text(json, "url", &url, why);

	if (r == 0)
		r = copy_name(url, "url", name, why);
	if (r == 0)
		r = dna_member_number(json, "status", 999, &status, why);
	if (r == 0)
		r = dna_member_number(json, "redirects", UINT16_MAX, &redirects, why);
	init->code = (int)status;
	init->redirects = (unsigned)redirects;
	return r;
}

static int read_https_data(const json_t *json, struct dna_item *item, char *why)
{
	const char *body = NULL, *encoded = NULL;
	int r = dna_member_text(json, "body", &body, why);

	if (r == 0)
		r = dna_member_text(json, "body_base64", &encoded, why);
	if (r != 0)
		return r;
	if (body != NULL && encoded != NULL)
		return dna_member_complain(why,
					   "members 'body' and 'body_base64' exclude each other");
	if (dna_item_outcome(item) == DNA_ANSWERED && encoded != NULL)
		return read_encoded(encoded, item, "member 'body_base64'", why);
	if (dna_item_outcome(item) == DNA_ANSWERED)
		return add(item, "member 'body'", body, body != NULL ? strlen(body) : 0, why);
	if (body != NULL || encoded != NULL)
		return dna_member_complain(why, "a body does not go with outcome '%s'",
					   dna_outcome_name(dna_item_outcome(item)));
	return 0;
}

static int write_https(const struct dna_item *item, json_t *json)
{
	struct dna_bytes body = dna_item_data(item, 0);
	json_t *text = NULL;
	int r = dna_member_set_text(json, "url", dna_item_name(item));

	if (r == 0)
		r = dna_member_set(json, "status", json_integer(dna_item_code(item)));
	if (r == 0 && dna_item_redirects(item) != 0)
		r = dna_member_set(json, "redirects", json_integer(dna_item_redirects(item)));
	if (r != 0 || dna_item_outcome(item) != DNA_ANSWERED)
		return r;
	/* A string cannot hold a NUL, and jansson makes none of what is not UTF-8. */
	if (body.size == 0 || memchr(body.data, '\0', body.size) == NULL)
		text = json_stringn((const char *)body.data, body.size);
	return text != NULL ? dna_member_set(json, "body", text)
			    : set_encoded(json, "body_base64", body);
}

/* ---- Connections ---- */

/* |name| becomes "host port starttls|direct". */
static int read_connection_question(const json_t *json, struct dna_item_init *init,
				    char name[DNA_ITEM_NAME_MAX + 1], char *why)
{
	const char *const words[] = { dna_tls_name(DNA_STARTTLS), dna_tls_name(DNA_DIRECT_TLS) };
	const char *host = NULL;
	unsigned tls = DNA_STARTTLS;
	int64_t port = -1;
	int r = dna_member_needed_text(json, "host", &host, why);

	(void)init;
	if (r == 0 &&
	    (host[0] == '\0' || strlen(host) > DNA_NAME_MAX || strpbrk(host, " \t\r\n") != NULL))
		r = dna_member_complain(why, "member 'host' is not a host");
	if (r == 0)
		r = dna_member_number(json, "port", UINT16_MAX, &port, why);
	if (r == 0 && port < 0)
		r = dna_member_complain(why, "member 'port' is missing");
	if (r == 0)
		r = dna_member_word(json, "tls", words, COUNT(words), &tls, why);
	if (r == 0)
		snprintf(name, DNA_ITEM_NAME_MAX + 1, "%s %u %s", host, (unsigned)port, words[tls]);
	return r;
}

static int read_no_data(const json_t *json, struct dna_item *item, char *why)
{
	(void)json;
	(void)item;
	(void)why;
	return 0;
}

static int write_connection(const struct dna_item *item, json_t *json)
{
	char host[DNA_NAME_MAX + 1], tls[16];
	unsigned port;
	int end = 0, r;

	_Static_assert(DNA_NAME_MAX == 253, "the width below");
	if (sscanf(dna_item_name(item), "%253[^ ] %5u %15s%n", host, &port, tls, &end) != 3 ||
	    dna_item_name(item)[end] != '\0')
		return DNA_E_INVALID;
	r = dna_member_set_text(json, "host", host);
	if (r == 0)
		r = dna_member_set(json, "port", json_integer(port));
	if (r == 0)
		r = dna_member_set_text(json, "tls", tls);
	return r;
}

/* ---- Certificates and revocation lists ---- */

static const char *pem_label(const struct dna_item *item)
{
	return strcmp(dna_item_kind(item), "crls") == 0 ? "X509 CRL" : "CERTIFICATE";
}

struct pem_entry {
	struct dna_item *item;
	const char *where;
	char *why;
};

static int add_der(void *argument, struct dna_bytes der)
{
	const struct pem_entry *entry = argument;

	return add(entry->item, entry->where, der.data, der.size, entry->why);
}

static int read_pem(const char *text, struct dna_item *item, const char *where, char *why)
{
	struct pem_entry entry = { item, where, why };
	struct dna_bytes pem = { (const uint8_t *)text, strlen(text) };
	int r = dna_pem_read_as(pem_label(item), pem, add_der, &entry);

	if (r == DNA_E_SYNTAX)
		dna_member_complain(why, "%s: no %s in it, or a damaged one", where,
				    pem_label(item));
	return r;
}

static int read_pem_data(const json_t *json, struct dna_item *item, char *why)
{
	return read_list(json, "pem", item, read_pem, why);
}

static int read_no_question(const json_t *json, struct dna_item_init *init,
			    char name[DNA_ITEM_NAME_MAX + 1], char *why)
{
	(void)json;
	(void)init;
	(void)why;
	name[0] = '\0';
	return 0;
}

static int write_pem_block(const struct dna_item *item, struct dna_bytes data,
			   struct dna_buffer *text)
{
	return dna_pem_write_as(pem_label(item), text, data);
}

static int write_pem(const struct dna_item *item, json_t *json)
{
	return dna_item_outcome(item) == DNA_ANSWERED ? set_list(json, "pem", item, write_pem_block)
						      : 0;
}

/* ---- Any other kind ---- */

static int read_other_question(const json_t *json, struct dna_item_init *init,
			       char name[DNA_ITEM_NAME_MAX + 1], char *why)
{
	const char *text = "";
	int64_t type = 0, code = 0;
	int r = dna_member_text(json, "name", &text, why);

	if (r == 0)
		r = copy_name(text, "name", name, why);
	if (r == 0)
		r = dna_member_number(json, "type", UINT16_MAX, &type, why);
	if (r == 0)
		r = dna_member_number(json, "code", INT32_MAX, &code, why);
	init->type = (uint16_t)type;
	init->code = (int)code;
	return r;
}

static int read_other_data(const json_t *json, struct dna_item *item, char *why)
{
	return read_list(json, "data", item, read_encoded, why);
}

static int write_entry(const struct dna_item *item, struct dna_bytes data, struct dna_buffer *text)
{
	(void)item;
	return dna_base64_write(text, data);
}

static int write_other(const struct dna_item *item, json_t *json)
{
	int r = dna_member_set_text(json, "name", dna_item_name(item));

	if (r == 0 && dna_item_type(item) != 0)
		r = dna_member_set(json, "type", json_integer(dna_item_type(item)));
	if (r == 0 && dna_item_code(item) != 0)
		r = dna_member_set(json, "code", json_integer(dna_item_code(item)));
	if (r == 0 && dna_item_outcome(item) == DNA_ANSWERED)
		r = set_list(json, "data", item, write_entry);
	return r;
}

/* ---- Items ---- */

static const struct kind kinds[] = {
	{ "dns",
	  { "name", "type", "security", "word", "data", "rcode" },
	  read_dns_question,
	  read_dns_data,
	  write_dns },
	{ "dns-reply",
	  { "name", "type", "message" },
	  read_message_question,
	  read_message_data,
	  write_message },
	{ "dns-chain",
	  { "name", "type", "message" },
	  read_message_question,
	  read_message_data,
	  write_message },
	{ "dnssec-anchors",
	  { "type", "data" },
	  read_anchors_question,
	  read_dns_data,
	  write_anchors },
	{ "https",
	  { "url", "status", "redirects", "body", "body_base64" },
	  read_https_question,
	  read_https_data,
	  write_https },
	{ "connection",
	  { "host", "port", "tls" },
	  read_connection_question,
	  read_no_data,
	  write_connection },
	{ "peer-chain", { "pem" }, read_no_question, read_pem_data, write_pem },
	{ "trust-anchors", { "pem" }, read_no_question, read_pem_data, write_pem },
	{ "crls", { "pem" }, read_no_question, read_pem_data, write_pem },
};

static const struct kind other_kind = {
	"", { "name", "type", "code", "data" }, read_other_question, read_other_data, write_other,
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return &other_kind;
}

static int check_members(const json_t *json, const struct kind *kind, char *why)
{
	const char *valid[MEMBERS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < COUNT(common_members); i++)
		valid[count++] = common_members[i];
	for (size_t i = 0; i < COUNT(kind->members) && kind->members[i] != NULL; i++)
		valid[count++] = kind->members[i];
	return dna_member_check(json, valid, count, why);
}

int dna_item_from_json(const json_t *json, int64_t time, struct dna_item **item,
		       char why[DNA_WHY_SIZE])
{
	struct dna_item_init init = { .time = time, .not_after = DNA_FOREVER };
	char name[DNA_ITEM_NAME_MAX + 1] = "";
	const struct kind *kind;
	struct dna_item *new = NULL;
	int r;

	if (!json_is_object(json))
		return dna_member_complain(why, "not an object");
	r = dna_member_needed_text(json, "kind", &init.kind, why);
	if (r != 0)
		return r;
	kind = find_kind(init.kind);
	r = check_members(json, kind, why);
	if (r == 0)
		r = read_outcome(json, &init.outcome, why);
	if (r == 0)
		r = read_lifetime(json, &init, why);
	if (r == 0)
		r = dna_member_text(json, "reason", &init.reason, why);
	if (r == 0)
		r = kind->read_question(json, &init, name, why);
	if (r != 0)
		return r;
	init.name = name;
	r = dna_item_new(&new, &init);
	if (r == DNA_E_INVALID)
		return dna_member_complain(why, "member 'kind' is empty or longer than %d octets",
					   DNA_KIND_MAX);
	if (r == 0)
		r = kind->read_data(json, new, why);
	if (r == 0)
		*item = new;
	else
		dna_item_unref(new);
	return r;
}

int dna_item_to_json(const struct dna_item *item, json_t **json)
{
	json_t *new = json_object();
	int r = new != NULL ? dna_member_set_text(new, "kind", dna_item_kind(item)) : DNA_E_NOMEM;

	if (r == 0)
		r = dna_member_set_text(new, "outcome", dna_outcome_name(dna_item_outcome(item)));
	if (r == 0)
		r = dna_member_set_time(new, "time", dna_item_time(item));
	if (r == 0 && dna_item_not_after(item) != DNA_FOREVER)
		r = dna_member_set_time(new, "not_after", dna_item_not_after(item));
	if (r == 0)
		r = find_kind(dna_item_kind(item))->write(item, new);
	if (r == 0)
		r = set_reason(new, dna_item_reason(item));
	if (r == 0)
		*json = new;
	else
		json_decref(new);
	return r;
}
