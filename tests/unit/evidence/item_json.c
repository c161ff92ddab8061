/* Items in recordings: what is written is what is read; what is wrong is named. */
#include "evidence/item_json.h"
#include "base/buffer.h"
#include "base/limits.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOW          INT64_C(1795219200) /* 2026-11-21 */

/* Two PEM blocks whose DER is "one" and "two": items do not look into certificates. */
#define PEM(label, base64) "-----BEGIN " label "-----\\n" base64 "\\n-----END " label "-----\\n"
#define ONE                PEM("CERTIFICATE", "b25l")
#define TWO                PEM("CERTIFICATE", "dHdv")

static json_t *parse(const char *text)
{
	json_t *json = NULL;
	char why[160] = "";

	cr_assert_eq(dna_json_parse((struct dna_bytes){ (const uint8_t *)text, strlen(text) },
				    DNA_RECORDING_MAX, DNA_JSON_DEPTH_MAX, &json, why),
		     0, "%s: %s", text, why);
	return json;
}

static struct dna_item *item(const char *text)
{
	json_t *json = parse(text);
	struct dna_item *new = NULL;
	char why[160] = "";

	cr_assert_eq(dna_item_from_json(json, NOW, &new, why), 0, "%s: %s", text, why);
	json_decref(json);
	return new;
}

static struct dna_item *again(const struct dna_item *old)
{
	struct dna_item *new = NULL;
	json_t *json = NULL;
	char why[160] = "";

	cr_assert_eq(dna_item_to_json(old, &json), 0);
	cr_assert_eq(dna_item_from_json(json, 0, &new, why), 0, "%s", why);
	json_decref(json);
	return new;
}

static bool has_data(const struct dna_item *i, size_t index, const char *data, size_t size)
{
	return dna_item_data(i, index).size == size &&
	       memcmp(dna_item_data(i, index).data, data, size) == 0;
}

static void expect_same(const struct dna_item *a, const struct dna_item *b, const char *text)
{
	cr_expect_str_eq(dna_item_kind(a), dna_item_kind(b), "%s", text);
	cr_expect_str_eq(dna_item_name(a), dna_item_name(b), "%s", text);
	cr_expect_eq(dna_item_type(a), dna_item_type(b), "%s", text);
	cr_expect_eq(dna_item_outcome(a), dna_item_outcome(b), "%s", text);
	cr_expect_eq(dna_item_security(a), dna_item_security(b), "%s", text);
	cr_expect_eq(dna_item_word(a), dna_item_word(b), "%s", text);
	cr_expect_eq(dna_item_code(a), dna_item_code(b), "%s", text);
	cr_expect_eq(dna_item_redirects(a), dna_item_redirects(b), "%s", text);
	cr_expect_eq(dna_item_time(a), dna_item_time(b), "%s", text);
	cr_expect_eq(dna_item_not_after(a), dna_item_not_after(b), "%s", text);
	cr_expect_str_eq(dna_item_reason(a), dna_item_reason(b), "%s", text);
	cr_assert_eq(dna_item_count(a), dna_item_count(b), "%s", text);
	for (size_t i = 0; i < dna_item_count(a); i++)
		cr_expect(has_data(a, i, (const char *)dna_item_data(b, i).data,
				   dna_item_data(b, i).size),
			  "%s", text);
}

/* ---- What can be written by hand ---- */

Test(item_json, dns)
{
	struct dna_item *i = item("{\"kind\": \"dns\", \"name\": "
				  "\"_XMPP-Server._tcp.Example.com.\", \"type\": \"SRV\","
				  " \"security\": \"secure\", \"data\": [\"0 0 5269 a.example.\", "
				  "\"1 0 5269 b.example\"],"
				  " \"ttl\": 300, \"time\": \"2026-11-20T00:00:00Z\"}");

	cr_expect_str_eq(dna_item_kind(i), "dns");
	cr_expect_str_eq(dna_item_name(i), "_xmpp-server._tcp.example.com");
	cr_expect_eq(dna_item_type(i), DNA_RR_SRV);
	cr_expect_eq(dna_item_outcome(i), DNA_ANSWERED);
	cr_expect_eq(dna_item_security(i), DNA_SECURE);
	cr_expect_eq(dna_item_word(i), DNA_WORD_STATED);
	cr_expect_eq(dna_item_time(i), NOW - 86400);
	cr_expect_eq(dna_item_not_after(i), NOW - 86400 + 300);
	cr_assert_eq(dna_item_count(i), 2);
	cr_expect(has_data(i, 1, "\0\1\0\0\x14\x95\1b\7example\0", 17));
	dna_item_unref(i);
}

/* DELEG-017: what nobody vouches for is insecure. SEC-002: what failed says nothing of security. */
Test(item_json, dns_security_is_insecure_unless_stated)
{
	static const struct {
		const char *text;
		enum dna_security security;
	} cases[] = {
		{ "{\"kind\": \"dns\", \"name\": \"a.example\", \"type\": \"A\", \"data\": "
		  "[\"192.0.2.1\"]}",
		  DNA_INSECURE },
		{ "{\"kind\": \"dns\", \"name\": \"a.example\", \"type\": \"A\", \"outcome\": "
		  "\"denied\"}",
		  DNA_INSECURE },
		{ "{\"kind\": \"dns\", \"name\": \"a.example\", \"type\": \"A\", \"outcome\": "
		  "\"failed\"}",
		  DNA_INDETERMINATE },
		{ "{\"kind\": \"dns\", \"name\": \"a.example\", \"type\": \"A\", \"outcome\": "
		  "\"failed\","
		  " \"security\": \"secure\"}",
		  DNA_INDETERMINATE },
		{ "{\"kind\": \"dns\", \"name\": \"a.example\", \"type\": \"A\", \"outcome\": "
		  "\"failed\","
		  " \"security\": \"bogus\"}",
		  DNA_BOGUS },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dna_item *new = item(cases[i].text);

		cr_expect_eq(dna_item_security(new), cases[i].security, "%s", cases[i].text);
		dna_item_unref(new);
	}
}

Test(item_json, what_dns_answers_are_validated_by_again)
{
	struct dna_item *reply = item("{\"kind\": \"dns-reply\", \"name\": \"A.example.\", "
				      "\"type\": \"SRV\", \"message\": \"AAEC\"}");
	struct dna_item *chain = item("{\"kind\": \"dns-chain\", \"name\": \".\", \"type\": "
				      "\"TYPE48\", \"outcome\": \"failed\", \"reason\": "
				      "\"no answer\"}");
	struct dna_item *anchors = item("{\"kind\": \"dnssec-anchors\", \"type\": \"TYPE43\", "
					"\"data\": [\"\\\\# 3 010203\"]}");

	cr_expect_str_eq(dna_item_name(reply), "a.example");
	cr_expect_eq(dna_item_type(reply), DNA_RR_SRV);
	cr_expect(has_data(reply, 0, "\0\1\2", 3));
	cr_expect_str_eq(dna_item_name(chain), ".");
	cr_expect_str_eq(dna_item_reason(chain), "no answer");
	cr_expect_eq(dna_item_count(chain), 0);
	cr_expect_str_eq(dna_item_name(anchors), ".");
	cr_expect(has_data(anchors, 0, "\1\2\3", 3));

	struct dna_item *all[] = { reply, chain, anchors };
	for (size_t i = 0; i < COUNT(all); i++) {
		struct dna_item *new = again(all[i]);

		expect_same(all[i], new, dna_item_kind(new));
		dna_item_unref(new);
		dna_item_unref(all[i]);
	}
}

Test(item_json, https)
{
	struct dna_item *i = item(
		"{\"kind\": \"https\", \"url\": \"https://a.example/x\", \"body\": \"{}\\n\"}");

	cr_expect_str_eq(dna_item_name(i), "https://a.example/x");
	cr_expect_eq(dna_item_code(i), 200);
	cr_expect_eq(dna_item_time(i), NOW);
	cr_expect_eq(dna_item_not_after(i), DNA_FOREVER);
	cr_assert_eq(dna_item_count(i), 1);
	cr_expect(has_data(i, 0, "{}\n", 3));
	cr_expect_eq(dna_item_redirects(i), 0);
	dna_item_unref(i);

	i = item("{\"kind\": \"https\", \"url\": \"https://a.example/x\", \"status\": 404, "
		 "\"redirects\": 3}");
	cr_expect_eq(dna_item_code(i), 404);
	cr_expect_eq(dna_item_redirects(i), 3);
	cr_expect_eq(dna_item_count(i), 1);
	cr_expect_eq(dna_item_data(i, 0).size, 0);
	dna_item_unref(i);

	i = item("{\"kind\": \"https\", \"url\": \"https://a.example/x\", \"body_base64\": "
		 "\"AP8=\"}");
	cr_expect(has_data(i, 0, "\0\xff", 2));
	dna_item_unref(i);
}

Test(item_json, connection)
{
	struct dna_item *i =
		item("{\"kind\": \"connection\", \"host\": \"xmpp.example.net\", \"port\": 5223,"
		     " \"tls\": \"direct\", \"outcome\": \"failed\", \"reason\": \"connection "
		     "refused\"}");

	cr_expect_str_eq(dna_item_name(i), "xmpp.example.net 5223 direct");
	cr_expect_eq(dna_item_outcome(i), DNA_FAILED);
	cr_expect_str_eq(dna_item_reason(i), "connection refused");
	dna_item_unref(i);
}

Test(item_json, certificates)
{
	struct dna_item *i = item("{\"kind\": \"peer-chain\", \"pem\": [\"commentary\\n" ONE
				  "more" TWO "\", \"" ONE "\"]}");

	cr_expect_str_eq(dna_item_name(i), "");
	cr_assert_eq(dna_item_count(i), 3);
	cr_expect(has_data(i, 0, "one", 3));
	cr_expect(has_data(i, 1, "two", 3));
	cr_expect(has_data(i, 2, "one", 3));
	dna_item_unref(i);

	i = item("{\"kind\": \"crls\", \"pem\": [\"" PEM("X509 CRL", "dHdv") "\"]}");
	cr_assert_eq(dna_item_count(i), 1);
	cr_expect(has_data(i, 0, "two", 3));
	dna_item_unref(i);

	i = item("{\"kind\": \"trust-anchors\", \"pem\": []}");
	cr_expect_eq(dna_item_count(i), 0);
	dna_item_unref(i);
}

Test(item_json, of_a_kind_of_somebody_elses)
{
	struct dna_item *i = item("{\"kind\": \"store\", \"name\": \"tofu example.com\", \"data\": "
				  "[\"b25l\", \"\"], \"code\": 7}");

	cr_expect_str_eq(dna_item_kind(i), "store");
	cr_expect_str_eq(dna_item_name(i), "tofu example.com");
	cr_expect_eq(dna_item_code(i), 7);
	cr_assert_eq(dna_item_count(i), 2);
	cr_expect(has_data(i, 0, "one", 3));
	dna_item_unref(i);
}

/* ---- There and back ---- */

Test(item_json, is_read_as_it_was_written)
{
	static const char *const texts[] = {
		"{\"kind\": \"dns\", \"name\": \"a.example\", \"type\": \"A\", \"security\": "
		"\"secure\","
		" \"data\": [\"192.0.2.1\", \"192.0.2.2\"], \"ttl\": 60, \"reason\": \"why\"}",
		"{\"kind\": \"dns\", \"name\": \".\", \"type\": \"TYPE48\", \"security\": "
		"\"bogus\", \"data\": [\"\\\\# 2 abcd\"]}",
		"{\"kind\": \"dns\", \"name\": \"a.example\", \"type\": \"TLSA\", \"security\": "
		"\"secure\","
		" \"data\": [\"3 1 1 abcd\"], \"not_after\": \"2027-01-01T00:00:00Z\"}",
		"{\"kind\": \"dns\", \"name\": \"a.example\", \"type\": \"SRV\", \"outcome\": "
		"\"denied\", \"rcode\": 3}",
		"{\"kind\": \"dns\", \"name\": \"a.example\", \"type\": \"SRV\", \"outcome\": "
		"\"failed\","
		" \"security\": \"bogus\", \"reason\": \"the signature is wrong \xe2\x80\x93 "
		"badly\"}",
		"{\"kind\": \"https\", \"url\": \"https://a.example/\", \"body\": "
		"\"\xc3\xa4\\u001b\\n\"}",
		"{\"kind\": \"https\", \"url\": \"https://a.example/\", \"body_base64\": \"AP8=\", "
		"\"status\": 500, \"redirects\": 10}",
		"{\"kind\": \"https\", \"url\": \"https://a.example/\", \"outcome\": \"failed\", "
		"\"reason\": \"timeout\"}",
		"{\"kind\": \"connection\", \"host\": \"2001:db8::1\", \"port\": 5269, "
		"\"outcome\": \"failed\"}",
		"{\"kind\": \"peer-chain\", \"pem\": [\"" ONE TWO "\"]}",
		"{\"kind\": \"trust-anchors\", \"pem\": []}",
		"{\"kind\": \"crls\", \"pem\": [\"" PEM("X509 CRL", "dHdv") "\"]}",
		"{\"kind\": \"peer-chain\", \"outcome\": \"denied\", \"reason\": \"it presented "
		"nothing\"}",
		"{\"kind\": \"store\", \"name\": \"x\", \"type\": 3, \"code\": 9, \"data\": "
		"[\"AP8=\"]}",
		"{\"kind\": \"store\", \"outcome\": \"denied\", \"comment\": \"never seen "
		"before\"}",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct dna_item *old = item(texts[i]), *new = again(old);

		expect_same(old, new, texts[i]);
		dna_item_unref(old);
		dna_item_unref(new);
	}
}

Test(item_json, keeps_a_reason_that_is_no_utf8)
{
	struct dna_item *old, *new;

	cr_assert_eq(dna_item_new(&old, &(struct dna_item_init){ .kind = "store",
								 .reason = "bad \xc3( octet\x1b" }),
		     0);
	new = again(old);
	cr_expect_str_eq(dna_item_reason(new), "bad ?( octet?");
	dna_item_unref(old);
	dna_item_unref(new);
}

/* ---- What is wrong is named ---- */

Test(item_json, complaints_name_the_member)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "[]", "not an object" },
		{ "{}", "member 'kind' is missing" },
		{ "{\"kind\": 1}", "member 'kind' is not a string" },
		{ "{\"kind\": \"\"}", "member 'kind' is empty or longer than 32 octets" },
		{ "{\"kind\": \"dns\", \"nmae\": \"a.example\"}",
		  "member 'nmae' is unknown; did you mean 'name'?" },
		{ "{\"kind\": \"dns\", \"securty\": \"secure\"}",
		  "member 'securty' is unknown; did you mean 'security'?" },
		{ "{\"kind\": \"dns\", \"location\": \"x\"}", "member 'location' is unknown" },
		{ "{\"kind\": \"https\", \"\xc3\xa4x\": 1}", "member '?\?x' is unknown" },
		{ "{\"kind\": \"dns\"}", "member 'name' is missing" },
		{ "{\"kind\": \"dns\", \"name\": \"a..b\"}",
		  "member 'name' is not a name that DNS can hold" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\"}", "member 'type' is missing" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"SVR\"}",
		  "member 'type' is not a record type such as SRV or TYPE33" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\"}",
		  "member 'data' is missing" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\", \"data\": []}",
		  "member 'data' is empty, yet outcome is 'answered'" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\", \"data\": "
		  "\"192.0.2.1\"}",
		  "member 'data' is not a list" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\", \"data\": "
		  "[\"192.0.2.1\", 1]}",
		  "member 'data', entry 2: not a string" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\", \"data\": "
		  "[\"192.0.2\"]}",
		  "member 'data', entry 1: not the data of a A record" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\", \"outcome\": "
		  "\"denied\", \"data\": [\"192.0.2.1\"]}",
		  "member 'data' does not go with outcome 'denied'" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\", \"outcome\": "
		  "\"anwsered\"}",
		  "member 'outcome' cannot be 'anwsered'; did you mean 'answered'" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\", \"security\": true}",
		  "member 'security' is not a string" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\", \"security\": "
		  "\"signed\"}",
		  "member 'security' cannot be 'signed'; it can be 'secure'" },
		{ "{\"kind\": \"dns\", \"name\": \"a.b\", \"type\": \"A\", \"rcode\": 65536}",
		  "member 'rcode' is not an integer from 0 to 65535" },
		{ "{\"kind\": \"dns\", \"ttl\": -1}",
		  "member 'ttl' is not an integer from 0 to 4294967295" },
		{ "{\"kind\": \"dns\", \"ttl\": 1.5}",
		  "member 'ttl' is not an integer from 0 to 4294967295" },
		{ "{\"kind\": \"dns\", \"ttl\": 1, \"not_after\": \"forever\"}",
		  "members 'ttl' and 'not_after' exclude each other" },
		{ "{\"kind\": \"dns\", \"time\": \"yesterday\"}",
		  "member 'time' is not a time such as 2026-11-21T00:00:00Z" },
		{ "{\"kind\": \"dns\", \"time\": \"1969-12-31T23:59:59Z\"}",
		  "member 'time' is not a time such as 2026-11-21T00:00:00Z" },
		{ "{\"kind\": \"dns\", \"time\": \"forever\"}", "member 'time' cannot be forever" },
		{ "{\"kind\": \"https\"}", "member 'url' is missing" },
		{ "{\"kind\": \"https\", \"url\": \"x\", \"status\": \"200\"}",
		  "member 'status' is not an integer from 0 to 999" },
		{ "{\"kind\": \"https\", \"url\": \"x\", \"body\": \"\", \"body_base64\": \"\"}",
		  "members 'body' and 'body_base64' exclude each other" },
		{ "{\"kind\": \"https\", \"url\": \"x\", \"body_base64\": \"?\"}",
		  "member 'body_base64': not base64" },
		{ "{\"kind\": \"https\", \"url\": \"x\", \"outcome\": \"failed\", \"body\": \"\"}",
		  "a body does not go with outcome 'failed'" },
		{ "{\"kind\": \"connection\", \"port\": 1}", "member 'host' is missing" },
		{ "{\"kind\": \"connection\", \"host\": \"a b\"}", "member 'host' is not a host" },
		{ "{\"kind\": \"connection\", \"host\": \"a\"}", "member 'port' is missing" },
		{ "{\"kind\": \"connection\", \"host\": \"a\", \"port\": 65536}",
		  "member 'port' is not an integer from 0 to 65535" },
		{ "{\"kind\": \"connection\", \"host\": \"a\", \"port\": 1, \"tls\": \"direkt\"}",
		  "member 'tls' cannot be 'direkt'; did you mean 'direct'" },
		{ "{\"kind\": \"peer-chain\"}", "member 'pem' is missing" },
		{ "{\"kind\": \"peer-chain\", \"pem\": [\"\"]}",
		  "member 'pem', entry 1: no CERTIFICATE in it, or a damaged one" },
		{ "{\"kind\": \"crls\", \"pem\": [\"" ONE "\"]}",
		  "member 'pem', entry 1: no X509 CRL in it, or a damaged one" },
		{ "{\"kind\": \"peer-chain\", \"pem\": [\"" ONE
		  "-----BEGIN CERTIFICATE-----\\nb25l\"]}",
		  "member 'pem', entry 1: no CERTIFICATE in it, or a damaged one" },
		{ "{\"kind\": \"peer-chain\", \"pem\": [\"" PEM("CERTIFICATE", "*") "\"]}",
		  "member 'pem', entry 1: no CERTIFICATE in it, or a damaged one" },
		{ "{\"kind\": \"store\", \"data\": [\"Zg\"]}",
		  "member 'data', entry 1: not base64" },
		{ "{\"kind\": \"store\", \"type\": 65536}",
		  "member 'type' is not an integer from 0 to 65535" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *json = parse(cases[i].text);
		struct dna_item *new = NULL;
		char why[160] = "";

		cr_expect_eq(dna_item_from_json(json, NOW, &new, why), DNA_E_SYNTAX, "%s",
			     cases[i].text);
		cr_expect_null(new);
		cr_expect_str_eq(why, cases[i].why);
		json_decref(json);
	}
}

Test(item_json, is_bounded)
{
	struct dna_buffer text;
	struct dna_item *new = NULL;
	char why[160];
	json_t *json;

	dna_buffer_init(&text, 0);
	dna_buffer_text(&text, "{\"kind\": \"store\", \"data\": [\"\"");
	for (int i = 0; i < DNA_ITEM_COUNT_MAX; i++)
		dna_buffer_text(&text, ", \"\"");
	dna_buffer_text(&text, "]}");
	json = parse((const char *)text.data);
	cr_expect_eq(dna_item_from_json(json, NOW, &new, why), DNA_E_LIMIT);
	cr_expect_null(new);
	cr_expect_str_eq(why, "member 'data', entry 513: more than an item can hold");
	json_decref(json);
	dna_buffer_clear(&text);

	dna_buffer_text(&text, "{\"kind\": \"https\", \"url\": \"https://a.example/");
	for (int i = 0; i < DNA_ITEM_NAME_MAX; i++)
		dna_buffer_text(&text, "a");
	dna_buffer_text(&text, "\"}");
	json = parse((const char *)text.data);
	cr_expect_eq(dna_item_from_json(json, NOW, &new, why), DNA_E_SYNTAX);
	cr_expect_str_eq(why, "member 'url' is longer than 2048 octets");
	json_decref(json);
	dna_buffer_clear(&text);
}
