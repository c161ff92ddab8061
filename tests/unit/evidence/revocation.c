/*
 * Revocation lists and OCSP responses, read. What follows from each is in the recordings of pkix;
 * here is what a reader has to survive, and what sets of lists are. PKIX-002
 */
#include "evidence/ocsp.h"
#include "evidence/revocation.h"
#include "pki.h"

#include <criterion/criterion.h>
#include <gnutls/gnutls.h>

#include <stdlib.h>
#include <string.h>

static struct pki root, authority, leaf;

static void setup(void)
{
	root = pki_issue(NULL, (struct pki_template){ .subject = "CN=Root", .ca = true });
	authority =
		pki_issue(&root, (struct pki_template){ .subject = "CN=Authority", .ca = true });
	leaf = pki_issue(&authority, (struct pki_template){ .subject = "CN=Leaf" });
}

static void teardown(void)
{
	pki_free(&leaf);
	pki_free(&authority);
	pki_free(&root);
}

TestSuite(revocation, .init = setup, .fini = teardown);

static void release(struct dna_bytes bytes)
{
	gnutls_free((void *)(uintptr_t)bytes.data);
}

/* What |crls| say of |leaf|. */
static struct dna_status ask(const struct dna_crls *crls, int64_t time, struct dna_window *window)
{
	struct dna_inquiry inquiry = { .time = time,
				       .security = GNUTLS_SEC_PARAM_MEDIUM,
				       .window = window };
	struct dna_certificate *certificate, *issuer;
	struct dna_status status;

	cr_assert_eq(dna_certificate_new(&certificate, leaf.der), 0);
	cr_assert_eq(dna_certificate_new(&issuer, authority.der), 0);
	inquiry.certificate = certificate;
	inquiry.issuer = issuer;
	inquiry.above = &issuer;
	inquiry.above_count = 1;
	dna_crls_ask(crls, &inquiry, &status);
	dna_certificate_unref(certificate);
	dna_certificate_unref(issuer);
	return status;
}

static struct dna_crls *set_of(struct dna_bytes first, struct dna_bytes second)
{
	struct dna_crls *crls;

	cr_assert_eq(dna_crls_new(&crls), 0);
	cr_assert_eq(dna_crls_add(crls, first), 0);
	if (second.data != NULL)
		cr_assert_eq(dna_crls_add(crls, second), 0);
	return crls;
}

/* At which times the same would be said. */
Test(revocation, says_when_its_answer_may_change)
{
	static const struct {
		int64_t time, from, until;
		enum dna_revocation_state state;
	} cases[] = {
		{ NOW - DAY - 1, INT64_MIN, NOW - DAY - 1, DNA_REVOCATION_UNKNOWN },
		{ NOW - DAY, NOW - DAY, NOW + DAY, DNA_REVOCATION_GOOD },
		{ NOW + DAY, NOW - DAY, NOW + DAY, DNA_REVOCATION_GOOD },
		{ NOW + DAY + 1, NOW + DAY + 1, INT64_MAX, DNA_REVOCATION_UNKNOWN },
	};
	struct dna_bytes der = pki_crl(&authority, NULL);
	struct dna_crls *crls = set_of(der, (struct dna_bytes){ NULL, 0 });

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_window window = { INT64_MIN, INT64_MAX };
		struct dna_status status = ask(crls, cases[i].time, &window);

		cr_expect_eq(status.state, cases[i].state, "case %zu: %s", i, status.why);
		cr_expect_eq(window.from, cases[i].from, "case %zu", i);
		cr_expect_eq(window.until, cases[i].until, "case %zu", i);
	}
	dna_crls_unref(crls);
	release(der);
}

Test(revocation, is_known_from_any_list_of_a_set)
{
	struct dna_bytes clean = pki_crl(&authority, NULL), listed = pki_crl(&authority, &leaf),
			 of_root = pki_crl(&root, &leaf);
	struct dna_window window = { INT64_MIN, INT64_MAX };
	struct dna_crls *sets[] = { set_of(clean, of_root), set_of(of_root, listed),
				    set_of(listed, clean), set_of(clean, listed) };
	static const enum dna_revocation_state states[] = { DNA_REVOCATION_GOOD,
							    DNA_REVOCATION_REVOKED,
							    DNA_REVOCATION_REVOKED,
							    DNA_REVOCATION_REVOKED };

	for (size_t i = 0; i < 4; i++) {
		cr_expect_eq(ask(sets[i], NOW, &window).state, states[i], "set %zu", i);
		cr_expect_eq(ask(sets[i], NOW, &window).state, states[i], "asked again");
	}
	cr_expect_neq(memcmp(dna_crls_digest(sets[2]), dna_crls_digest(sets[3]), 32), 0,
		      "sets that differ have digests that differ");
	for (size_t i = 0; i < 4; i++)
		dna_crls_unref(sets[i]);
	release(clean);
	release(listed);
	release(of_root);
}

/* Cut and damaged anywhere, a list is refused, or unsigned: it never calls anything good. */
Test(revocation, survives_damaged_lists)
{
	struct dna_bytes der = pki_crl(&authority, NULL);
	uint8_t *octets = malloc(der.size);

	for (size_t i = 0; i < der.size; i++) {
		struct dna_window window = { INT64_MIN, INT64_MAX };
		struct dna_crls *crls;
		struct dna_crl *crl;

		cr_assert_neq(dna_crl_new(&crl, (struct dna_bytes){ der.data, i }), 0);
		memcpy(octets, der.data, der.size);
		octets[i] ^= 1;
		cr_assert_eq(dna_crls_new(&crls), 0);
		if (dna_crls_add(crls, (struct dna_bytes){ octets, der.size }) == 0)
			cr_expect_eq(ask(crls, NOW, &window).state, DNA_REVOCATION_UNKNOWN,
				     "octet %zu", i);
		dna_crls_unref(crls);
	}
	free(octets);
	release(der);
}

Test(revocation, reads_sets_from_pem_all_or_nothing)
{
	struct dna_bytes der = pki_crl(&authority, &leaf);
	struct dna_window window = { INT64_MIN, INT64_MAX };
	struct dna_buffer pem;
	struct dna_crls *crls;

	dna_buffer_init(&pem, 0);
	cr_assert_eq(dna_crls_new(&crls), 0);
	cr_assert_eq(dna_crls_add_pem(crls, (struct dna_bytes){ NULL, 0 }), DNA_E_SYNTAX);
	cr_assert_eq(dna_pem_write_as("X509 CRL", &pem, der), 0);
	cr_assert_eq(dna_pem_write_as("X509 CRL", &pem, leaf.der), 0);
	cr_assert_eq(dna_crls_add_pem(crls, (struct dna_bytes){ pem.data, pem.size }),
		     DNA_E_SYNTAX);
	cr_assert_eq(ask(crls, NOW, &window).state, DNA_REVOCATION_UNKNOWN);
	pem.size = 0;
	cr_assert_eq(dna_pem_write_as("X509 CRL", &pem, der), 0);
	cr_assert_eq(dna_crls_add_pem(crls, (struct dna_bytes){ pem.data, pem.size }), 0);
	cr_assert_eq(ask(crls, NOW, &window).state, DNA_REVOCATION_REVOKED);
	dna_crls_unref(crls);
	dna_crls_unref(NULL);
	dna_buffer_clear(&pem);
	release(der);
}

Test(revocation, knows_its_words)
{
	static const struct {
		const char *name;
		enum dna_revocation_mode mode;
	} words[] = {
		{ NULL, DNA_REVOCATION_OFF },
		{ "off", DNA_REVOCATION_OFF },
		{ "soft", DNA_REVOCATION_SOFT },
		{ "hard", DNA_REVOCATION_HARD },
	};
	enum dna_revocation_mode mode;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		cr_expect_eq(dna_revocation_mode(words[i].name, &mode), 0);
		cr_expect_eq(mode, words[i].mode);
	}
	cr_expect_eq(dna_revocation_mode("harder", &mode), DNA_E_INVALID);
	cr_expect_eq(dna_revocation_mode("", &mode), DNA_E_INVALID);
}
