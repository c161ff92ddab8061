/* Chains, anchors, digests, PEM, and TLSA records against certificates. */
#include "pki.h"
#include "base/limits.h"

#include <criterion/criterion.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct pki root, leaf;

static void setup(void)
{
	root = pki_issue(NULL, (struct pki_template){ .subject = "CN=Root", .ca = true });
	leaf = pki_issue(&root,
			 (struct pki_template){ .subject = "CN=Leaf", .names = "DNS:a.example" });
}

static void teardown(void)
{
	pki_free(&root);
	pki_free(&leaf);
}

TestSuite(chain, .init = setup, .fini = teardown);
TestSuite(anchors, .init = setup, .fini = teardown);
TestSuite(pem, .init = setup, .fini = teardown);
TestSuite(tlsa, .init = setup, .fini = teardown);

/* ---- Chains ---- */

Test(chain, keeps_what_was_presented)
{
	struct dna_chain *chain = pki_chain(&leaf, &root, NULL);

	cr_assert_eq(dna_chain_count(chain), 2);
	cr_assert(dna_bytes_equal(dna_chain_der(chain, 0), leaf.der));
	cr_assert(dna_bytes_equal(dna_chain_der(chain, 1), root.der));
	cr_assert_null(dna_chain_der(chain, 2).data);
	cr_assert_eq(dna_chain_not_after(chain, 0), NOW + DAY);
	cr_assert(dna_chain_valid_at(chain, 0, NOW - DAY));
	cr_assert(dna_chain_valid_at(chain, 0, NOW + DAY));
	cr_assert_not(dna_chain_valid_at(chain, 0, NOW - DAY - 1));
	cr_assert_not(dna_chain_valid_at(chain, 0, NOW + DAY + 1));
	cr_assert_not(dna_chain_valid_at(chain, 2, NOW));
	dna_chain_unref(dna_chain_ref(chain));
	dna_chain_unref(chain);
	dna_chain_unref(NULL);
}

/* RFC 5280 section 4.1.2.5: 99991231235959Z is no date at all */
Test(chain, may_be_valid_for_ever)
{
	struct pki pki = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=A",
					     .to = GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION });
	struct dna_chain *chain = pki_chain(&pki, NULL);

	cr_assert_eq(dna_chain_not_after(chain, 0), DNA_FOREVER);
	dna_chain_unref(chain);
	pki_free(&pki);
}

Test(chain, refuses_what_is_no_certificate)
{
	struct dna_bytes ders[11] = { leaf.der, { leaf.der.data, leaf.der.size - 1 } };
	uint8_t *longer = malloc(leaf.der.size + 1), *huge = calloc(1, DNA_CERTIFICATE_MAX + 1);
	struct dna_chain *chain = NULL;
	char why[160];

	cr_assert_eq(dna_chain_new(&chain, ders, 2, why), DNA_E_SYNTAX);
	cr_assert_str_eq(why, "certificate 2: not well formed");
	memcpy(longer, leaf.der.data, leaf.der.size);
	longer[leaf.der.size] = 0;
	ders[1] = (struct dna_bytes){ longer, leaf.der.size + 1 };
	cr_assert_eq(dna_chain_new(&chain, ders, 2, why), DNA_E_SYNTAX);
	ders[1] = (struct dna_bytes){ NULL, 0 };
	cr_assert_eq(dna_chain_new(&chain, ders, 2, why), DNA_E_SYNTAX);
	ders[1] = (struct dna_bytes){ huge, DNA_CERTIFICATE_MAX + 1 };
	cr_assert_eq(dna_chain_new(&chain, ders, 2, why), DNA_E_LIMIT);
	for (size_t i = 0; i < 11; i++)
		ders[i] = leaf.der;
	cr_assert_eq(dna_chain_new(&chain, ders, 11, why), DNA_E_LIMIT);
	cr_assert_str_eq(why, "11 certificates, where 1 to 10 may be");
	cr_assert_eq(dna_chain_new(&chain, ders, 0, NULL), DNA_E_LIMIT);
	cr_assert_null(chain);
	free(longer);
	free(huge);
}

/* Whatever is cut off or changed: refused, or another certificate, and no memory is misread. */
Test(chain, survives_damage)
{
	uint8_t *der = malloc(leaf.der.size);

	for (size_t i = 0; i < leaf.der.size; i++) {
		struct dna_bytes whole = { der, leaf.der.size }, part = { der, i };
		struct dna_chain *chain = NULL;
		struct dna_name_match match;
		const struct dna_reference reference = { .kind = DNA_DNS_ID, .name = "a.example" };

		memcpy(der, leaf.der.data, leaf.der.size);
		cr_assert_neq(dna_chain_new(&chain, &part, 1, NULL), 0);
		der[i] ^= 0x55;
		if (dna_chain_new(&chain, &whole, 1, NULL) == 0)
			dna_chain_match(chain, &reference, 1, &match);
		dna_chain_unref(chain);
	}
	free(der);
}

static struct dna_bytes key_of(const struct pki *pki)
{
	gnutls_pubkey_t key;
	gnutls_datum_t der;

	gnutls_pubkey_init(&key);
	gnutls_pubkey_import_x509(key, pki->crt, 0);
	gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &der);
	gnutls_pubkey_deinit(key);
	return (struct dna_bytes){ der.data, der.size };
}

/* DANE-010: the key as it is encoded in the certificate */
Test(chain, digests_certificates_and_keys)
{
	static const struct {
		enum dna_hash hash;
		gnutls_digest_algorithm_t algorithm;
		size_t size;
	} cases[] = { { DNA_SHA256, GNUTLS_DIG_SHA256, 32 },
		      { DNA_SHA384, GNUTLS_DIG_SHA384, 48 },
		      { DNA_SHA512, GNUTLS_DIG_SHA512, 64 } };
	struct dna_chain *chain = pki_chain(&root, &leaf, NULL);
	struct dna_bytes key = key_of(&leaf);
	uint8_t digest[64], expected[64];
	size_t size;

	for (size_t i = 0; i < COUNT(cases); i++) {
		gnutls_hash_fast(cases[i].algorithm, leaf.der.data, leaf.der.size, expected);
		cr_assert_eq(dna_chain_digest(chain, 1, DNA_SELECT_CERTIFICATE, cases[i].hash,
					      digest, &size),
			     0);
		cr_assert_eq(size, cases[i].size);
		cr_assert_arr_eq(digest, expected, size);
		gnutls_hash_fast(cases[i].algorithm, key.data, key.size, expected);
		cr_assert_eq(
			dna_chain_digest(chain, 1, DNA_SELECT_KEY, cases[i].hash, digest, &size),
			0);
		cr_assert_arr_eq(digest, expected, size);
	}
	cr_assert_eq(dna_chain_digest(chain, 2, DNA_SELECT_KEY, DNA_SHA256, digest, &size),
		     DNA_E_INVALID);
	cr_assert_eq(dna_chain_digest(chain, 0, DNA_SELECT_KEY, (enum dna_hash)0, digest, &size),
		     DNA_E_INVALID);
	cr_assert_eq(dna_chain_digest(chain, 0, DNA_SELECT_KEY, (enum dna_hash)4, digest, &size),
		     DNA_E_INVALID);
	gnutls_free((void *)(uintptr_t)key.data);
	dna_chain_unref(chain);
}

/* ---- Anchors ---- */

static int count_der(void *argument, struct dna_bytes der)
{
	cr_assert_neq(der.size, 0);
	++*(unsigned *)argument;
	return 0;
}

static int stop(void *argument, struct dna_bytes der)
{
	count_der(argument, der);
	return DNA_E_LIMIT;
}

Test(anchors, are_a_set)
{
	struct pki namesakes[4];
	struct dna_anchors *anchors = pki_anchors(&root, &leaf, &root, NULL);

	cr_assert_eq(dna_anchors_count(anchors), 2);
	for (size_t i = 0; i < 4; i++)
		namesakes[i] =
			pki_issue(NULL, (struct pki_template){ .subject = "CN=Root", .ca = true });
	for (size_t i = 0; i < 8; i++)
		cr_assert_eq(dna_anchors_add(anchors, namesakes[i % 4].der), 0);
	cr_assert_eq(dna_anchors_count(anchors), 6);
	for (size_t i = 0; i < 4; i++)
		pki_free(&namesakes[i]);
	cr_assert_eq(dna_anchors_add(anchors, (struct dna_bytes){ root.der.data, 10 }),
		     DNA_E_SYNTAX);
	cr_assert_eq(dna_anchors_count(anchors), 6);
	dna_anchors_unref(dna_anchors_ref(anchors));
	dna_anchors_unref(anchors);
	dna_anchors_unref(NULL);
}

/* The anchors that matter to a chain, and with them the same path and the same reason. */
Test(anchors, that_are_relevant_are_enough)
{
	struct pki top = pki_issue(NULL, (struct pki_template){ .subject = "CN=Top", .ca = true });
	struct pki cross = pki_issue(
		&top, (struct pki_template){ .subject = "CN=Root", .ca = true, .key = &root });
	struct pki old = pki_issue(NULL, (struct pki_template){ .subject = "CN=Root",
								.ca = true,
								.key = &root,
								.to = NOW - 1,
								.from = NOW - DAY });
	struct pki stranger =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Stranger", .ca = true });
	struct dna_anchors *anchors = pki_anchors(&stranger, &top, &cross, &old, &leaf, NULL);
	struct dna_chain *chain = pki_chain(&leaf, NULL), *other = pki_chain(&stranger, NULL);
	unsigned relevant = 0;

	cr_assert_eq(dna_anchors_relevant(anchors, chain, count_der, &relevant), 0);
	cr_assert_eq(relevant, 4, "the leaf itself, its issuers, and theirs");
	relevant = 0;
	cr_assert_eq(dna_anchors_relevant(anchors, other, count_der, &relevant), 0);
	cr_assert_eq(relevant, 1);
	relevant = 0;
	cr_assert_eq(dna_anchors_relevant(anchors, chain, stop, &relevant), DNA_E_LIMIT);
	cr_assert_eq(relevant, 1);
	dna_anchors_unref(anchors);
	dna_chain_unref(chain);
	dna_chain_unref(other);
	pki_free(&top);
	pki_free(&cross);
	pki_free(&old);
	pki_free(&stranger);
}

/* ---- PEM ---- */

static struct dna_bytes text(const struct dna_buffer *b)
{
	return (struct dna_bytes){ b->data, b->size };
}

static int same_der(void *argument, struct dna_bytes der)
{
	const struct pki ***expected = argument;

	cr_assert(dna_bytes_equal(der, (**expected)->der));
	++*expected;
	return 0;
}

Test(pem, is_read_as_it_was_written)
{
	const struct pki *expected[] = { &leaf, &root, NULL }, **next = expected;
	struct dna_buffer pem;
	struct dna_anchors *anchors;

	dna_buffer_init(&pem, 0);
	dna_buffer_text(&pem, "# a comment\n");
	cr_assert_eq(dna_pem_write(&pem, leaf.der), 0);
	dna_buffer_text(&pem, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
	cr_assert_eq(dna_pem_write(&pem, root.der), 0);
	cr_assert_eq(dna_pem_read(text(&pem), same_der, &next), 0);
	cr_assert_null(*next);
	cr_assert_eq(dna_anchors_new(&anchors), 0);
	cr_assert_eq(dna_anchors_add_pem(anchors, text(&pem)), 0);
	cr_assert_eq(dna_anchors_count(anchors), 2);
	dna_anchors_unref(anchors);
	dna_buffer_clear(&pem);
}

Test(pem, that_is_damaged_adds_nothing)
{
	static const char *const cases[] = {
		"",
		"nothing",
		"-----BEGIN CERTIFICATE-----",
		"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAAA\n",
		"-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n",
		/* base64 of nothing that is a certificate */
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	};
	struct dna_anchors *anchors = pki_anchors(NULL);
	struct dna_buffer pem;

	for (size_t i = 0; i < COUNT(cases); i++)
		cr_assert_eq(
			dna_anchors_add_pem(anchors, (struct dna_bytes){ (const uint8_t *)cases[i],
									 strlen(cases[i]) }),
			DNA_E_SYNTAX, "case %zu", i);
	dna_buffer_init(&pem, 0);
	dna_pem_write(&pem, root.der);
	dna_buffer_text(&pem, cases[4]);
	cr_assert_eq(dna_anchors_add_pem(anchors, text(&pem)), DNA_E_SYNTAX, "all or nothing");
	cr_assert_eq(dna_anchors_count(anchors), 0);
	dna_buffer_clear(&pem);
	/* One that nobody understands does not take a bundle away. */
	dna_pem_write(&pem, root.der);
	dna_buffer_text(&pem, cases[6]);
	cr_assert_eq(dna_anchors_add_pem(anchors, text(&pem)), 0);
	cr_assert_eq(dna_anchors_count(anchors), 1);
	dna_buffer_clear(&pem);
	dna_anchors_unref(anchors);
}

/* ---- TLSA ---- */

static struct dna_tlsa record(uint8_t usage, uint8_t selector, uint8_t matching,
			      struct dna_bytes data)
{
	return (struct dna_tlsa){ usage, selector, matching, data };
}

/* DANE-010 */
Test(tlsa, matches_by_selector_and_type)
{
	struct dna_chain *chain = pki_chain(&leaf, &root, NULL);
	struct dna_bytes key = key_of(&root);
	uint8_t digest[64];
	struct dna_tlsa tlsa;
	size_t size;

	for (unsigned selector = 0; selector <= 1; selector++) {
		tlsa = record(3, (uint8_t)selector, 0, selector == 0 ? root.der : key);
		cr_assert(dna_tlsa_matches(&tlsa, chain, 1));
		cr_assert_not(dna_tlsa_matches(&tlsa, chain, 0));
		for (unsigned matching = 1; matching <= 2; matching++) {
			dna_chain_digest(chain, 1, (enum dna_selector)selector,
					 matching == 1 ? DNA_SHA256 : DNA_SHA512, digest, &size);
			tlsa = record(3, (uint8_t)selector, (uint8_t)matching,
				      (struct dna_bytes){ digest, size });
			cr_assert(dna_tlsa_matches(&tlsa, chain, 1));
			cr_assert_not(dna_tlsa_matches(&tlsa, chain, 0));
			cr_assert_not(dna_tlsa_matches(&tlsa, chain, 2));
			tlsa.matching = (uint8_t)(3 - matching);
			cr_assert_not(dna_tlsa_matches(&tlsa, chain, 1));
			tlsa.matching = (uint8_t)matching;
			tlsa.data.size--;
			cr_assert_not(dna_tlsa_matches(&tlsa, chain, 1));
			tlsa.data.size++;
			digest[size - 1] ^= 1;
			cr_assert_not(dna_tlsa_matches(&tlsa, chain, 1));
		}
	}
	tlsa = record(3, 2, 0, root.der);
	cr_assert_not(dna_tlsa_matches(&tlsa, chain, 1));
	tlsa = record(3, 0, 3, root.der);
	cr_assert_not(dna_tlsa_matches(&tlsa, chain, 1));
	gnutls_free((void *)(uintptr_t)key.data);
	dna_chain_unref(chain);
}

/* DANE-009 */
Test(tlsa, is_usable_or_says_why_not)
{
	static const uint8_t zeroes[65] = { 0 };
	struct dna_bytes key = key_of(&leaf);
	const struct {
		struct dna_tlsa tlsa;
		const char *why;
	} cases[] = {
		{ record(0, 0, 1, (struct dna_bytes){ zeroes, 32 }), NULL },
		{ record(3, 1, 2, (struct dna_bytes){ zeroes, 64 }), NULL },
		{ record(2, 0, 0, leaf.der), NULL },
		{ record(2, 1, 0, key), NULL },
		{ record(4, 0, 1, (struct dna_bytes){ zeroes, 32 }), "unknown certificate usage" },
		{ record(255, 0, 1, (struct dna_bytes){ zeroes, 32 }),
		  "unknown certificate usage" },
		{ record(3, 2, 1, (struct dna_bytes){ zeroes, 32 }), "unknown selector" },
		{ record(3, 255, 1, (struct dna_bytes){ zeroes, 32 }), "unknown selector" },
		{ record(3, 1, 3, (struct dna_bytes){ zeroes, 32 }), "unknown matching type" },
		{ record(3, 1, 255, (struct dna_bytes){ zeroes, 32 }), "unknown matching type" },
		{ record(3, 1, 1, (struct dna_bytes){ zeroes, 31 }),
		  "not as long as a SHA-256 digest" },
		{ record(3, 1, 1, (struct dna_bytes){ zeroes, 0 }),
		  "not as long as a SHA-256 digest" },
		{ record(3, 1, 2, (struct dna_bytes){ zeroes, 65 }),
		  "not as long as a SHA-512 digest" },
		{ record(3, 0, 0, key), "holds no certificate or key, as its selector says" },
		{ record(3, 1, 0, leaf.der), "holds no certificate or key, as its selector says" },
		{ record(3, 0, 0, (struct dna_bytes){ NULL, 0 }),
		  "holds no certificate or key, as its selector says" },
		{ record(3, 1, 0, (struct dna_bytes){ NULL, 0 }),
		  "holds no certificate or key, as its selector says" },
		{ record(3, 1, 0, (struct dna_bytes){ zeroes, 65 }),
		  "holds no certificate or key, as its selector says" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *why = NULL;

		cr_assert_eq(dna_tlsa_usable(&cases[i].tlsa, &why), cases[i].why == NULL,
			     "case %zu", i);
		if (cases[i].why != NULL)
			cr_assert_str_eq(why, cases[i].why);
	}
	gnutls_free((void *)(uintptr_t)key.data);
}

/* DANE-014 */
Test(tlsa, finds_what_a_bare_key_signed)
{
	struct pki weak = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Weak", .ca = true, .rsa_bits = 1024 });
	struct pki by_weak = pki_issue(&weak, (struct pki_template){ .subject = "CN=Leaf" });
	struct pki old = pki_issue(
		&root, (struct pki_template){ .subject = "CN=Leaf", .hash = GNUTLS_DIG_SHA1 });
	struct dna_chain *chain = pki_chain(&leaf, &by_weak, &old, NULL);
	struct dna_bytes key = key_of(&root), weak_key = key_of(&weak), leaf_key = key_of(&leaf);
	struct dna_tlsa tlsa = record(2, 1, 0, key);

	cr_assert(dna_tlsa_signed(&tlsa, chain, 0, NULL));
	cr_assert(dna_tlsa_signed(&tlsa, chain, 0, "high"));
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 0, "ultra"));
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 0, "low"), "there is no such level");
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 1, NULL));
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 2, NULL), "SHA-1");
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 3, NULL));
	tlsa.data = leaf_key;
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 0, NULL));
	tlsa.data = weak_key;
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 1, NULL));
	tlsa.data = (struct dna_bytes){ NULL, 0 };
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 0, NULL));
	tlsa = record(2, 0, 0, key);
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 0, NULL));
	tlsa = record(2, 1, 1, key);
	cr_assert_not(dna_tlsa_signed(&tlsa, chain, 0, NULL));
	gnutls_free((void *)(uintptr_t)key.data);
	gnutls_free((void *)(uintptr_t)weak_key.data);
	gnutls_free((void *)(uintptr_t)leaf_key.data);
	dna_chain_unref(chain);
	pki_free(&weak);
	pki_free(&by_weak);
	pki_free(&old);
}

Test(bytes, are_equal_or_not)
{
	const struct dna_bytes a = { (const uint8_t *)"abc", 3 },
			       b = { (const uint8_t *)"abcd", 4 },
			       c = { (const uint8_t *)"xbc", 3 };

	cr_assert(dna_bytes_equal(a, (struct dna_bytes){ b.data, 3 }));
	cr_assert_not(dna_bytes_equal(a, b));
	cr_assert_not(dna_bytes_equal(a, c));
	cr_assert(dna_bytes_equal((struct dna_bytes){ NULL, 0 }, (struct dna_bytes){ a.data, 0 }));
}
