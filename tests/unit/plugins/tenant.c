/* tenant.example. */
#include "plugins/tenant.h"
#include "evidence/certificate.h"
#include "plugin/file.h"
#include "policy/policy.h"

#include <criterion/criterion.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

extern const struct dna_prooftype dane_LTX_dna_prooftype, dnssec_srv_LTX_dna_prooftype,
	pkix_LTX_dna_prooftype;

static const struct dna_prooftype *const prooftypes[] = { &dane_LTX_dna_prooftype,
							  &dnssec_srv_LTX_dna_prooftype,
							  &pkix_LTX_dna_prooftype };

struct pki root, intermediate, own_leaf, host_leaf, other_leaf;

static struct pki leaf(const char *names)
{
	return pki_issue(&intermediate,
			 (struct pki_template){ .subject = "CN=Leaf",
						.names = names,
						.purposes = GNUTLS_KP_TLS_WWW_SERVER });
}

void tenant_setup(void)
{
	root = pki_issue(NULL, (struct pki_template){ .subject = "CN=Root", .ca = true });
	intermediate =
		pki_issue(&root, (struct pki_template){ .subject = "CN=Intermediate", .ca = true });
	own_leaf = leaf("DNS:tenant.example");
	host_leaf = leaf("DNS:xmpp.hosting.example");
	other_leaf = leaf("DNS:other.example");
}

void tenant_teardown(void)
{
	pki_free(&root);
	pki_free(&intermediate);
	pki_free(&own_leaf);
	pki_free(&host_leaf);
	pki_free(&other_leaf);
}

static int load(void *argument, const char *name, const struct dna_prooftype **prooftype)
{
	(void)argument;
	for (size_t i = 0; i < sizeof(prooftypes) / sizeof(prooftypes[0]); i++) {
		if (strcmp(prooftypes[i]->name, name) == 0) {
			*prooftype = prooftypes[i];
			return 0;
		}
	}
	return DNA_E_NOTFOUND;
}

static int read_file(void *argument, const char *path, struct dna_buffer *content,
		     struct dna_buffer *why)
{
	(void)argument;
	return dna_file_load(path, content, why);
}

static struct dna_case *new_case(const struct dna_subject *subject, const char *profile)
{
	static const struct dna_prooftype_source source = { .load = load, .read_file = read_file };
	struct dna_anchors *anchors = pki_anchors(&root, NULL);
	struct dna_policy *policy;
	char text[512], *complaint = NULL;
	struct dna_case *c;

	snprintf(text, sizeof(text), "policy: 1\nprofiles:\n  default: { %s }\ndefault: default\n",
		 profile);
	dna_policy_read_from(&policy, (struct dna_bytes){ (const uint8_t *)text, strlen(text) },
			     "test", &source, &complaint);
	cr_assert_null(complaint, "%s", complaint);
	cr_assert_eq(dna_case_new(&c, policy, subject, NOW), 0);
	dna_case_trust(c, anchors);
	dna_anchors_unref(anchors);
	dna_policy_unref(policy);
	return c;
}

struct dna_case *tenant_case(enum dna_role role, const char *profile)
{
	const struct dna_subject subject = { .domain = "tenant.example",
					     .service = DNA_XMPP_SERVER,
					     .role = role };

	return new_case(&subject, profile);
}

struct dna_case *tenant_case_at(const char *host, bool configured)
{
	const struct dna_subject subject = {
		.domain = "tenant.example",
		.service = DNA_XMPP_SERVER,
		.endpoint = { .host = host, .port = 5269, .configured = configured }
	};

	return new_case(&subject, TENANT_PROFILE);
}

void tenant_resolve(struct dna_case *c, enum dna_security srv, enum dna_security addresses)
{
	ANSWER(c, SRV_STARTTLS, DNA_RR_SRV, srv, "0 0 5269 xmpp.hosting.example.");
	fixture_denied(c, SRV_DIRECT, DNA_RR_SRV, srv);
	ANSWER(c, HOST, DNA_RR_A, addresses, "192.0.2.1");
	fixture_denied(c, HOST, DNA_RR_AAAA, addresses);
}

const char *tenant_tlsa(unsigned usage, unsigned selector, unsigned matching, const struct pki *pki)
{
	static char texts[16][4096];
	static unsigned next = 0;
	char *text = texts[next++ % 16];
	struct dna_chain *chain = pki_chain(pki, NULL);
	struct dna_bytes data = selector == 0 ? pki->der : chain->certificates[0]->key;
	uint8_t digest[64];
	size_t size;
	int length = snprintf(text, 4096, "%u %u %u ", usage, selector, matching);

	if (matching != 0) {
		cr_assert_eq(dna_chain_digest(chain, 0, (enum dna_selector)selector,
					      matching == 1 ? DNA_SHA256 : DNA_SHA512, digest,
					      &size),
			     0);
		data = (struct dna_bytes){ digest, size };
	}
	for (size_t i = 0; i < data.size; i++)
		length += snprintf(text + length, 4096 - (size_t)length, "%02x", data.data[i]);
	dna_chain_unref(chain);
	return text;
}

void tenant_present(struct dna_case *c, ...)
{
	struct dna_bytes ders[16];
	const struct pki *pki;
	size_t count = 0, hops;
	va_list arguments;

	va_start(arguments, c);
	while ((pki = va_arg(arguments, const struct pki *)) != NULL)
		ders[count++] = pki->der;
	va_end(arguments);
	if (dna_case_role(c) == DNA_RECEIVING) {
		cr_assert_eq(dna_case_present_peer(c, ders, count), 0);
		return;
	}
	cr_assert_eq(dna_case_route(c, &hops), 0);
	cr_assert_eq(dna_case_present(c, 0, ders, count), 0);
}

const struct dna_finding *tenant_finding(struct dna_case *c, const char *prooftype)
{
	const struct dna_verdict *v;

	cr_assert_eq(dna_case_verdict(c, &v), 0);
	for (size_t i = 0; i < dna_verdict_finding_count(v); i++)
		if (strcmp(dna_finding_prooftype(dna_verdict_finding_at(v, i)), prooftype) == 0)
			return dna_verdict_finding_at(v, i);
	cr_assert(false, "%s found nothing; the verdict: %s", prooftype, dna_verdict_reason(v));
	return NULL;
}

void tenant_expect(struct dna_case *c, const char *prooftype, enum dna_result result,
		   const char *rule, const char *reason)
{
	const struct dna_finding *finding = tenant_finding(c, prooftype);

	cr_expect_eq(dna_finding_result(finding), result, "%s instead of %s: %s",
		     dna_result_name(dna_finding_result(finding)), dna_result_name(result),
		     dna_finding_reason(finding));
	cr_expect_str_eq(dna_finding_rule(finding), rule, "%s instead of %s: %s",
			 dna_finding_rule(finding), rule, dna_finding_reason(finding));
	cr_expect(strstr(dna_finding_reason(finding), reason) != NULL, "\"%s\" does not say \"%s\"",
		  dna_finding_reason(finding), reason);
	dna_case_free(c);
}
