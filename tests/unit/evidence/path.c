/* Paths: which certificates lead from a leaf to a trust anchor at a given time. */
#include "pki.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define SERVER GNUTLS_KP_TLS_WWW_SERVER
#define CLIENT GNUTLS_KP_TLS_WWW_CLIENT

/* The path of a chain with these anchors; gives both back. */
static int path_of(struct dna_chain *chain, struct dna_anchors *anchors, struct dna_path *path)
{
	int r;

	memset(path, 0, sizeof(*path));
	r = dna_chain_path(chain, anchors, NOW, path);
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	return r;
}

static void accepts(struct dna_chain *chain, struct dna_anchors *anchors)
{
	struct dna_path path;

	cr_assert_eq(path_of(chain, anchors, &path), 0, "%s", path.reason);
	cr_assert_str_eq(path.reason, "");
}

static void refuses(struct dna_chain *chain, struct dna_anchors *anchors, const char *reason)
{
	struct dna_path path;

	cr_assert_eq(path_of(chain, anchors, &path), DNA_E_NOTFOUND, "no reason but: %s", reason);
	cr_assert(strstr(path.reason, reason) != NULL, "\"%s\" does not say \"%s\"", path.reason,
		  reason);
}

#define CHAIN(...)   pki_chain(__VA_ARGS__, NULL)
#define ANCHORS(...) pki_anchors(__VA_ARGS__, NULL)

/* What most tests begin with. */
static struct pki root, intermediate, leaf;

static void setup(void)
{
	root = pki_issue(NULL, (struct pki_template){ .subject = "CN=Root",
						      .ca = true,
						      .usage = GNUTLS_KEY_KEY_CERT_SIGN });
	intermediate =
		pki_issue(&root, (struct pki_template){ .subject = "CN=Intermediate", .ca = true });
	leaf = pki_issue(&intermediate,
			 (struct pki_template){ .subject = "CN=Leaf", .names = "DNS:a.example" });
}

static void teardown(void)
{
	pki_free(&leaf);
	pki_free(&intermediate);
	pki_free(&root);
}

TestSuite(path, .init = setup, .fini = teardown);

/* PKIX-001 */
Test(path, leads_from_leaf_to_anchor)
{
	struct pki brief = pki_issue(
		&root, (struct pki_template){ .subject = "CN=Brief", .ca = true, .to = NOW + 60 });
	struct pki below = pki_issue(&brief, (struct pki_template){ .subject = "CN=Leaf" });
	struct dna_chain *chain = CHAIN(&below, &brief);
	struct dna_anchors *anchors = ANCHORS(&root);
	struct dna_path path;

	cr_assert_eq(dna_chain_path(chain, anchors, NOW, &path), 0);
	cr_assert_eq(path.not_after, NOW + 60, "the earliest end on it");
	cr_assert(dna_bytes_equal(path.anchor, root.der));
	cr_assert_eq(dna_chain_path(chain, anchors, NOW + 60, &path), 0);
	cr_assert_eq(dna_chain_path(chain, anchors, NOW + 61, &path), DNA_E_NOTFOUND);
	cr_assert(strstr(path.reason,
			 "the certificate of CN=Brief expired on 2026-11-21T00:01:00Z") != NULL,
		  "%s", path.reason);
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	pki_free(&below);
	pki_free(&brief);
}

Test(path, takes_chains_in_any_order_and_with_strangers)
{
	struct pki stranger =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Stranger", .ca = true });

	accepts(CHAIN(&leaf, &intermediate), ANCHORS(&root));
	accepts(CHAIN(&leaf, &root, &stranger, &intermediate), ANCHORS(&root));
	accepts(CHAIN(&leaf, &leaf, &intermediate, &intermediate), ANCHORS(&root, &stranger));
	accepts(CHAIN(&leaf), ANCHORS(&intermediate));
	accepts(CHAIN(&leaf), ANCHORS(&intermediate, &root));
	accepts(CHAIN(&leaf, &intermediate, &root), ANCHORS(&intermediate));
	pki_free(&stranger);
}

Test(path, says_whose_issuer_is_not_trusted)
{
	refuses(CHAIN(&leaf, &intermediate), pki_anchors(NULL), "issuer CN=Root is not trusted");
	refuses(CHAIN(&leaf), ANCHORS(&root), "issuer CN=Intermediate is not trusted");
	refuses(CHAIN(&root), pki_anchors(NULL), "the certificate is not for TLS: key usage");
	refuses(CHAIN(&leaf, &intermediate, &root), pki_anchors(NULL),
		"CN=Root is self-signed and not trusted itself");
}

/* The clock is the one that is given. */
Test(path, refuses_a_leaf_that_is_out_of_date)
{
	struct pki old = pki_issue(
		&root,
		(struct pki_template){ .subject = "CN=Old", .from = NOW - 9 * DAY, .to = NOW - 1 });
	struct pki young = pki_issue(
		&root,
		(struct pki_template){ .subject = "CN=Young", .from = NOW + 1, .to = NOW + DAY });
	struct dna_chain *chain = CHAIN(&old);
	struct dna_anchors *anchors = ANCHORS(&root);
	struct dna_path path;

	refuses(CHAIN(&old), ANCHORS(&root), "the certificate expired on 2026-11-20T23:59:59Z");
	refuses(CHAIN(&young), ANCHORS(&root),
		"the certificate is not valid before 2026-11-21T00:00:01Z");
	cr_assert_eq(dna_chain_path(chain, anchors, NOW - 1, &path), 0, "%s", path.reason);
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	pki_free(&old);
	pki_free(&young);
}

/* GnuTLS by itself would prefer the expired cross-sign to the path that is there. */
Test(path, leaves_out_what_is_out_of_date)
{
	struct pki old_root = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Old", .ca = true, .to = NOW + DAY });
	struct pki cross = pki_issue(&old_root, (struct pki_template){ .subject = "CN=Root",
								       .ca = true,
								       .key = &root,
								       .from = NOW - 9 * DAY,
								       .to = NOW - 1 });
	struct pki expired = pki_issue(&root, (struct pki_template){ .subject = "CN=Intermediate",
								     .ca = true,
								     .key = &intermediate,
								     .from = NOW - 9 * DAY,
								     .to = NOW - 1 });

	accepts(CHAIN(&leaf, &intermediate, &cross), ANCHORS(&root, &old_root));
	accepts(CHAIN(&leaf, &expired, &intermediate), ANCHORS(&root));
	refuses(CHAIN(&leaf, &expired), ANCHORS(&root),
		"the certificate of CN=Intermediate expired on 2026-11-20T23:59:59Z");
	refuses(CHAIN(&leaf, &intermediate, &cross), ANCHORS(&old_root),
		"the certificate of CN=Root expired on");
	pki_free(&old_root);
	pki_free(&cross);
	pki_free(&expired);
}

Test(path, does_not_use_anchors_that_are_out_of_date)
{
	struct pki past = pki_issue(NULL, (struct pki_template){ .subject = "CN=Root",
								 .ca = true,
								 .key = &root,
								 .from = NOW - 9 * DAY,
								 .to = NOW - 1 });
	struct pki future = pki_issue(NULL, (struct pki_template){ .subject = "CN=Root",
								   .ca = true,
								   .key = &root,
								   .from = NOW + 1,
								   .to = NOW + DAY });

	refuses(CHAIN(&leaf, &intermediate), ANCHORS(&past),
		"the certificate of CN=Root expired on 2026-11-20");
	refuses(CHAIN(&leaf, &intermediate), ANCHORS(&future),
		"the certificate of CN=Root is not valid before");
	accepts(CHAIN(&leaf, &intermediate), ANCHORS(&past, &future, &root));
	pki_free(&past);
	pki_free(&future);
}

/* Cross-signed: whichever of several certificates of one name leads to an anchor. */
Test(path, finds_the_cross_sign_that_leads_to_an_anchor)
{
	struct pki other =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Other root", .ca = true });
	struct pki cross = pki_issue(&other, (struct pki_template){ .subject = "CN=Intermediate",
								    .ca = true,
								    .key = &intermediate });

	accepts(CHAIN(&leaf, &intermediate, &cross), ANCHORS(&other));
	accepts(CHAIN(&leaf, &cross, &intermediate), ANCHORS(&other));
	accepts(CHAIN(&leaf, &cross, &intermediate), ANCHORS(&root));
	pki_free(&other);
	pki_free(&cross);
}

Test(path, tells_anchors_of_one_name_apart)
{
	struct pki namesake =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Root", .ca = true });
	struct pki with_id = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Root", .ca = true, .key_ids = true });

	accepts(CHAIN(&leaf, &intermediate), ANCHORS(&namesake, &with_id, &root));
	refuses(CHAIN(&leaf, &intermediate), ANCHORS(&namesake),
		"the signature on the certificate of CN=Intermediate does not verify with the key "
		"of CN=Root");
	pki_free(&namesake);
	pki_free(&with_id);
}

/* libdane accepts this: a rogue chain with the right anchor beside it. */
Test(path, refuses_a_rogue_chain_beside_the_anchor)
{
	struct pki rogue_ca =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Rogue", .ca = true });
	struct pki namesake =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Root", .ca = true });
	struct pki rogue = pki_issue(&rogue_ca, (struct pki_template){ .subject = "CN=Leaf" });
	struct pki rogue_2 = pki_issue(&namesake, (struct pki_template){ .subject = "CN=Leaf" });

	refuses(CHAIN(&rogue, &rogue_ca, &root), ANCHORS(&root),
		"CN=Rogue is self-signed and not trusted itself");
	refuses(CHAIN(&rogue_2, &namesake, &root), ANCHORS(&root),
		"the signature on the certificate does not verify with the key of CN=Root");
	pki_free(&rogue_ca);
	pki_free(&namesake);
	pki_free(&rogue);
	pki_free(&rogue_2);
}

/* PKIX-018, PKIX-019: serverAuth is what counts, whoever connected. */
Test(path, wants_a_certificate_for_servers)
{
	static const struct {
		const char *purposes, *reason;
	} cases[] = {
		{ NULL, NULL },
		{ SERVER, NULL },
		{ CLIENT " " SERVER, NULL },
		{ GNUTLS_KP_ANY, NULL },
		{ CLIENT, "the certificate is not for TLS servers: extended key usage has only "
			  "clientAuth" },
		{ CLIENT " " GNUTLS_KP_CODE_SIGNING, "has only clientAuth, codeSigning" },
		{ "1.3.6.1.4.1.99999.1", "has only 1.3.6.1.4.1.99999.1" },
		{ "", "the extensions of the certificate are not well formed" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pki pki = pki_issue(&intermediate,
					   (struct pki_template){ .subject = "CN=Leaf",
								  .purposes = cases[i].purposes });

		if (cases[i].reason == NULL)
			accepts(CHAIN(&pki, &intermediate), ANCHORS(&root));
		else
			refuses(CHAIN(&pki, &intermediate), ANCHORS(&root), cases[i].reason);
		pki_free(&pki);
	}
}

Test(path, wants_authorities_for_servers)
{
	struct pki mail =
		pki_issue(&root, (struct pki_template){ .subject = "CN=Mail CA",
							.ca = true,
							.purposes = GNUTLS_KP_EMAIL_PROTECTION });
	struct pki web = pki_issue(
		&root,
		(struct pki_template){ .subject = "CN=Web CA", .ca = true, .purposes = SERVER });
	struct pki by_mail = pki_issue(&mail, (struct pki_template){ .subject = "CN=Leaf" });
	struct pki by_web = pki_issue(&web, (struct pki_template){ .subject = "CN=Leaf" });

	refuses(CHAIN(&by_mail, &mail), ANCHORS(&root),
		"the certificate of CN=Mail CA is not for TLS servers: extended key usage has only "
		"emailProtection");
	accepts(CHAIN(&by_web, &web), ANCHORS(&root));
	pki_free(&mail);
	pki_free(&web);
	pki_free(&by_mail);
	pki_free(&by_web);
}

/* PKIX-018, PKIX-021 */
Test(path, honours_key_usage)
{
	static const struct {
		unsigned usage;
		bool ca, accepted;
	} cases[] = {
		{ GNUTLS_KEY_DIGITAL_SIGNATURE, false, true },
		{ GNUTLS_KEY_KEY_ENCIPHERMENT, false, true },
		{ GNUTLS_KEY_KEY_AGREEMENT, false, true },
		{ GNUTLS_KEY_NON_REPUDIATION, false, false },
		{ GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN, true, false },
		/* CA:TRUE in a server's certificate is bad manners, not a fault */
		{ GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_DIGITAL_SIGNATURE, true, true },
		{ 0, true, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pki pki =
			pki_issue(&intermediate, (struct pki_template){ .subject = "CN=Leaf",
									.usage = cases[i].usage,
									.ca = cases[i].ca });

		if (cases[i].accepted)
			accepts(CHAIN(&pki, &intermediate), ANCHORS(&root));
		else
			refuses(CHAIN(&pki, &intermediate), ANCHORS(&root),
				"the certificate is not for TLS: key usage");
		pki_free(&pki);
	}
}

/* RFC 5280 section 6.1.4 (k) to (n) */
Test(path, wants_authorities_to_be_such)
{
	struct pki old =
		pki_issue(&root, (struct pki_template){ .subject = "CN=Version 1", .version = 1 });
	struct pki plain = pki_issue(&root, (struct pki_template){ .subject = "CN=No CA" });
	struct pki nobody = pki_issue(&root, (struct pki_template){ .ca = true });
	struct pki mute =
		pki_issue(&root, (struct pki_template){ .subject = "CN=Mute",
							.ca = true,
							.usage = GNUTLS_KEY_DIGITAL_SIGNATURE });
	struct pki last = pki_issue(
		&root, (struct pki_template){ .subject = "CN=Last", .ca = true, .path_length = 1 });
	struct pki beyond =
		pki_issue(&last, (struct pki_template){ .subject = "CN=Beyond", .ca = true });
	struct pki strange =
		pki_issue(&root, (struct pki_template){ .subject = "CN=Strange",
							.ca = true,
							.critical = "1.3.6.1.4.1.99999.2" });
	const struct {
		const struct pki *issuer, *above;
		const char *reason;
	} cases[] = {
		{ &old, NULL,
		  "the certificate of CN=Version 1 is no certification authority's: it is of a "
		  "version before 3" },
		{ &plain, NULL,
		  "the certificate of CN=No CA is no certification authority's: it has no "
		  "CA:TRUE" },
		{ &nobody, NULL, "is no certification authority's: it has no subject" },
		{ &mute, NULL,
		  "the certificate of CN=Mute is not for issuing certificates: key usage has no "
		  "keyCertSign" },
		{ &last, NULL, NULL },
		{ &beyond, &last,
		  "the certificate of CN=Last does not allow for so many authorities below it: "
		  "path length 0" },
		{ &strange, NULL,
		  "the certificate of CN=Strange has a critical extension that is not known: "
		  "1.3.6.1.4.1.99999.2" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pki pki =
			pki_issue(cases[i].issuer, (struct pki_template){ .subject = "CN=Leaf" });

		if (cases[i].reason == NULL)
			accepts(CHAIN(&pki, cases[i].issuer, cases[i].above), ANCHORS(&root));
		else
			refuses(pki_chain(&pki, cases[i].issuer, cases[i].above, NULL),
				ANCHORS(&root), cases[i].reason);
		pki_free(&pki);
	}
	pki_free(&old);
	pki_free(&plain);
	pki_free(&nobody);
	pki_free(&mute);
	pki_free(&last);
	pki_free(&beyond);
	pki_free(&strange);
}

/*
 * An anchor that cannot say that it is an authority is trusted for itself alone: GnuTLS would take
 * one of version 1, and refuse it as version 3.
 */
Test(path, takes_as_issuers_only_anchors_that_are_authorities)
{
	struct pki_template server = { .subject = "CN=Server", .version = 1 };

	for (int version = 1; version <= 3; version += 2) {
		struct pki anchor, below;

		server.version = version;
		anchor = pki_issue(NULL, server);
		below = pki_issue(&anchor, (struct pki_template){ .subject = "CN=Leaf" });
		accepts(CHAIN(&anchor), ANCHORS(&anchor));
		refuses(CHAIN(&below), ANCHORS(&anchor),
			"the certificate of CN=Server is no certification authority's");
		pki_free(&anchor);
		pki_free(&below);
	}
}

/* RFC 5280 section 6.1.4 (l): what issued itself, for a new key, does not count */
Test(path, counts_authorities_between_issuer_and_leaf)
{
	struct pki short_one = pki_issue(
		&root,
		(struct pki_template){ .subject = "CN=Short", .ca = true, .path_length = 1 });
	struct pki renewed = pki_issue(
		&short_one,
		(struct pki_template){ .subject = "CN=Short", .ca = true, .key_ids = true });
	struct pki pki =
		pki_issue(&renewed, (struct pki_template){ .subject = "CN=Leaf", .key_ids = true });

	accepts(CHAIN(&pki, &renewed, &short_one), ANCHORS(&root));
	pki_free(&short_one);
	pki_free(&renewed);
	pki_free(&pki);
}

/* RFC 7633 section 4.2.2 */
Test(path, holds_to_tls_features)
{
	struct pki demanding = pki_issue(
		&root,
		(struct pki_template){ .subject = "CN=Demanding", .ca = true, .feature = 5 });
	struct pki with =
		pki_issue(&demanding, (struct pki_template){ .subject = "CN=Leaf", .feature = 5 });
	struct pki without = pki_issue(&demanding, (struct pki_template){ .subject = "CN=Leaf" });

	accepts(CHAIN(&with, &demanding), ANCHORS(&root));
	refuses(CHAIN(&without, &demanding), ANCHORS(&root),
		"the certificate of CN=Demanding demands of what it issues to demand stapled OCSP");
	pki_free(&demanding);
	pki_free(&with);
	pki_free(&without);
}

/* What is critical and unknown, wherever it is: GnuTLS would not mind a proxy's certificate. */
Test(path, refuses_critical_extensions_that_are_not_known)
{
	static const char *const oids[] = { "1.3.6.1.4.1.99999.2", "1.3.6.1.5.5.7.1.14",
					    "2.5.29.9" };

	for (size_t i = 0; i < sizeof(oids) / sizeof(oids[0]); i++) {
		struct pki pki = pki_issue(
			&root, (struct pki_template){ .subject = "CN=Leaf", .critical = oids[i] });
		struct pki anchor = pki_issue(NULL, (struct pki_template){ .subject = "CN=Anchor",
									   .ca = true,
									   .critical = oids[i] });
		struct pki below =
			pki_issue(&anchor, (struct pki_template){ .subject = "CN=Leaf" });

		refuses(CHAIN(&pki), ANCHORS(&root), oids[i]);
		refuses(CHAIN(&below), ANCHORS(&anchor), oids[i]);
		pki_free(&pki);
		pki_free(&anchor);
		pki_free(&below);
	}
}

Test(path, refuses_weak_signatures_and_keys)
{
	const struct {
		struct pki_template template;
		const char *reason;
	} cases[] = {
		{ { .subject = "CN=Leaf", .hash = GNUTLS_DIG_SHA1 },
		  "the signature on the certificate is too weak for the security level medium: "
		  "ECDSA-SHA1" },
		{ { .subject = "CN=Leaf", .rsa_bits = 1024 },
		  "the certificate has a key that is too weak for the security level medium: RSA "
		  "of 1024 bits" },
	};
	struct pki weak_root = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Weak", .ca = true, .rsa_bits = 1024 });
	struct pki by_weak = pki_issue(&weak_root, (struct pki_template){ .subject = "CN=Leaf" });
	struct pki rsa_root = pki_issue(NULL, (struct pki_template){ .subject = "CN=RSA",
								     .ca = true,
								     .rsa_bits = 2048,
								     .hash = GNUTLS_DIG_SHA1 });
	struct pki by_rsa = pki_issue(&rsa_root, (struct pki_template){ .subject = "CN=Leaf" });
	struct pki md5 = pki_issue(
		&rsa_root, (struct pki_template){ .subject = "CN=Leaf", .hash = GNUTLS_DIG_MD5 });

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pki pki = pki_issue(&root, cases[i].template);

		refuses(CHAIN(&pki), ANCHORS(&root), cases[i].reason);
		pki_free(&pki);
	}
	refuses(CHAIN(&by_weak), ANCHORS(&weak_root),
		"the certificate of CN=Weak has a key that is too weak for the security level "
		"medium: RSA of 1024 bits");
	refuses(CHAIN(&md5), ANCHORS(&rsa_root),
		"the signature on the certificate is too weak for the security level medium: "
		"RSA-MD5");
	accepts(CHAIN(&by_rsa), ANCHORS(&rsa_root)); /* an anchor's own signature says nothing */
	pki_free(&weak_root);
	pki_free(&by_weak);
	pki_free(&rsa_root);
	pki_free(&by_rsa);
	pki_free(&md5);
}

/* What each level of security takes. */
Test(path, is_as_strong_as_is_asked_for)
{
	static const struct {
		struct pki_template template;
		const char *levels; /* that it is good enough for */
	} cases[] = {
		{ { .rsa_bits = 2048 }, "medium" },
		{ { .rsa_bits = 3072 }, "medium high" },
		{ { .curve = GNUTLS_ECC_CURVE_SECP256R1 }, "medium high" },
		{ { .curve = GNUTLS_ECC_CURVE_SECP384R1 }, "medium high" },
		{ { .curve = GNUTLS_ECC_CURVE_SECP384R1, .hash = GNUTLS_DIG_SHA384 },
		  "medium high ultra" },
		{ { .curve = GNUTLS_ECC_CURVE_SECP521R1, .hash = GNUTLS_DIG_SHA512 },
		  "medium high ultra" },
		{ { .curve = GNUTLS_ECC_CURVE_ED25519, .hash = GNUTLS_DIG_SHA512 }, "medium high" },
		{ { .curve = GNUTLS_ECC_CURVE_ED448, .hash = GNUTLS_DIG_SHAKE_256 },
		  "medium high ultra" },
		{ { .rsa_bits = 3072, .hash = GNUTLS_DIG_SHA256, .pss = true }, "medium high" },
	};
	static const char *const levels[] = { "medium", "high", "ultra" };

	for (size_t i = 0; i < 3 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct pki_template authority = cases[i / 3].template,
				    below = cases[i / 3].template;
		struct dna_path_request request = { .time = NOW, .security = levels[i % 3] };
		bool good = strstr(cases[i / 3].levels, request.security) != NULL;
		struct dna_anchors *anchors;
		struct dna_chain *chain;
		struct pki issuer, pki;
		struct dna_path path;

		authority.subject = "CN=Authority";
		authority.ca = true;
		below.subject = "CN=Leaf";
		issuer = pki_issue(NULL, authority);
		pki = pki_issue(&issuer, below);
		request.anchors = anchors = ANCHORS(&issuer);
		chain = CHAIN(&pki);
		cr_assert_eq(dna_chain_find_path(chain, &request, &path), good ? 0 : DNA_E_NOTFOUND,
			     "case %zu, %s: %s", i / 3, request.security, path.reason);
		cr_assert(good || strstr(path.reason, request.security) != NULL, "%s", path.reason);
		request.security = "extreme";
		cr_assert_eq(dna_chain_find_path(chain, &request, &path), DNA_E_INVALID);
		dna_chain_unref(chain);
		dna_anchors_unref(anchors);
		pki_free(&issuer);
		pki_free(&pki);
	}
}

/* DANE-013: even a leaf that is its own anchor */
Test(path, takes_a_leaf_that_is_an_anchor_itself)
{
	struct pki own =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Own", .purposes = SERVER });
	struct pki client =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Own", .purposes = CLIENT });
	struct pki old =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Own", .to = NOW - 1 });
	struct dna_anchors *anchors = ANCHORS(&leaf);
	struct dna_chain *chain = CHAIN(&leaf);
	struct dna_path path;

	accepts(CHAIN(&own), ANCHORS(&own));
	accepts(CHAIN(&own, &leaf), ANCHORS(&root, &own));
	refuses(CHAIN(&own), ANCHORS(&root), "CN=Own is self-signed and not trusted itself");
	refuses(CHAIN(&client), ANCHORS(&client), "is not for TLS servers");
	refuses(CHAIN(&old), ANCHORS(&old), "expired on");
	cr_assert_eq(dna_chain_path(chain, anchors, NOW, &path), 0, "one that is not self-signed");
	cr_assert(dna_bytes_equal(path.anchor, leaf.der));
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	pki_free(&own);
	pki_free(&client);
	pki_free(&old);
}

/*
 * PKIX-017: an anchor's own constraints hold as well (DANE-013). What is constrained:
 * constraints.c.
 */
Test(path, holds_names_to_the_constraints_of_issuers)
{
	struct pki confined = pki_issue(&root, (struct pki_template){ .subject = "CN=Confined",
								      .ca = true,
								      .permitted = "example.com" });
	static const struct {
		const char *names, *reason;
	} cases[] = {
		{ "DNS:example.com SRV:_xmpp-server.example.com XMPP:im.example.com", NULL },
		{ "DNS:example.net",
		  "the name constraints of CN=Confined do not permit DNS:example.net" },
		{ "DNS:example.com SRV:_xmpp-server.example.net",
		  "the name constraints of CN=Confined do not permit "
		  "SRV:_xmpp-server.example.net" },
		{ "DNS:example.com XMPP:b\xc3\xbc"
		  "cher.example",
		  "name constraints of CN=Confined do not permit XMPP:xn--bcher-kva.example" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pki pki =
			pki_issue(&confined, (struct pki_template){ .subject = "CN=Leaf",
								    .names = cases[i].names });

		for (size_t j = 0; j < 2; j++) {
			struct dna_anchors *anchors = j == 0 ? ANCHORS(&root) : ANCHORS(&confined);

			if (cases[i].reason == NULL)
				accepts(CHAIN(&pki, &confined), anchors);
			else
				refuses(CHAIN(&pki, &confined), anchors, cases[i].reason);
		}
		pki_free(&pki);
	}
	pki_free(&confined);
}

/* ---- choosing among paths ---- */

struct wanted {
	const struct pki *certificate;
	unsigned paths;
};

static bool leads_through(void *argument, const struct dna_chain *path)
{
	struct wanted *wanted = argument;

	wanted->paths++;
	for (size_t i = 1; i < dna_chain_count(path); i++)
		if (dna_bytes_equal(dna_chain_der(path, i), wanted->certificate->der))
			return true;
	return false;
}

static int path_through(const struct dna_chain *chain, const struct dna_anchors *anchors,
			struct wanted *wanted, struct dna_path *path)
{
	const struct dna_path_request request = {
		.anchors = anchors, .time = NOW, .accept = leads_through, .argument = wanted
	};

	return dna_chain_find_path(chain, &request, path);
}

/* DANE-015: beyond the first anchor if need be */
Test(path, is_chosen_by_who_asks)
{
	struct pki other =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Other root", .ca = true });
	struct pki cross = pki_issue(&other, (struct pki_template){ .subject = "CN=Intermediate",
								    .ca = true,
								    .key = &intermediate });
	struct dna_anchors *anchors = ANCHORS(&root, &other, &intermediate);
	struct dna_chain *chain = CHAIN(&leaf, &cross);
	const struct pki *on_a_path[] = { &root, &other, &intermediate, &cross };
	struct wanted wanted = { &leaf, 0 };
	struct dna_path path;

	for (size_t i = 0; i < sizeof(on_a_path) / sizeof(on_a_path[0]); i++) {
		wanted.certificate = on_a_path[i];
		cr_assert_eq(path_through(chain, anchors, &wanted, &path), 0, "%zu: %s", i,
			     path.reason);
	}
	wanted = (struct wanted){ &leaf, 0 };
	cr_assert_eq(path_through(chain, anchors, &wanted, &path), DNA_E_NOTFOUND);
	cr_assert_eq(wanted.paths, 3,
		     "by the anchor, by the anchor and its root, by the cross-sign");
	cr_assert_str_eq(path.reason, "no path to a trust anchor is the one that is wanted");
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	pki_free(&other);
	pki_free(&cross);
}

/* A root that signed nothing on it is no part of a path. */
Test(path, does_not_show_what_signed_nothing)
{
	struct pki pki = pki_issue(&root, (struct pki_template){ .subject = "CN=Leaf" });
	struct pki namesake =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Root", .ca = true });
	struct dna_anchors *anchors = ANCHORS(&root);
	struct dna_chain *chain = CHAIN(&pki, &namesake);
	struct wanted wanted = { &namesake, 0 };
	struct dna_path path;

	cr_assert_eq(path_through(chain, anchors, &wanted, &path), DNA_E_NOTFOUND);
	cr_assert_eq(wanted.paths, 1);
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	pki_free(&pki);
	pki_free(&namesake);
}

/* SEC-006: no more than sixteen paths are checked */
Test(path, is_not_checked_without_end)
{
	struct pki_template same = { .subject = "CN=Intermediate",
				     .ca = true,
				     .key = &intermediate };
	struct pki again = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Root", .ca = true, .key = &root });
	struct dna_anchors *anchors = ANCHORS(&root, &again);
	struct wanted wanted = { &leaf, 0 };
	struct dna_bytes ders[10] = { leaf.der };
	struct dna_chain *chain;
	struct dna_path path;
	struct pki many[9];

	for (size_t i = 0; i < 9; i++) {
		many[i] = pki_issue(&root, same);
		ders[i + 1] = many[i].der;
	}
	cr_assert_eq(dna_chain_new(&chain, ders, 10, NULL), 0);
	cr_assert_eq(path_through(chain, anchors, &wanted, &path), DNA_E_NOTFOUND);
	cr_assert_eq(wanted.paths, 16, "%u", wanted.paths);
	cr_assert(strstr(path.reason, "allow too many to try all") != NULL, "%s", path.reason);
	for (size_t i = 0; i < 9; i++)
		pki_free(&many[i]);
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	pki_free(&again);
}

/* SEC-006: three layers of three certificates each, and nobody above them but namesakes */
Test(path, is_not_searched_for_without_end)
{
	static const char *const names[] = { "CN=A", "CN=B", "CN=C" };
	struct pki top = pki_issue(NULL, (struct pki_template){ .subject = "CN=D", .ca = true });
	struct pki keys[3], layers[9], namesakes[10], pki;
	struct dna_anchors *anchors;
	struct dna_chain *chain;
	struct dna_bytes ders[10];

	for (size_t i = 0; i < 3; i++)
		keys[i] = pki_issue(NULL, (struct pki_template){ .subject = names[i], .ca = true });
	for (size_t i = 0; i < 9; i++) {
		layers[i] = pki_issue(i / 3 < 2 ? &keys[i / 3 + 1] : &top,
				      (struct pki_template){ .subject = names[i / 3],
							     .ca = true,
							     .key = &keys[i / 3] });
		ders[i + 1] = layers[i].der;
	}
	pki = pki_issue(&keys[0], (struct pki_template){ .subject = "CN=Leaf" });
	ders[0] = pki.der;
	cr_assert_eq(dna_chain_new(&chain, ders, 10, NULL), 0);
	cr_assert_eq(dna_anchors_new(&anchors), 0);
	for (size_t i = 0; i < 10; i++) {
		namesakes[i] =
			pki_issue(NULL, (struct pki_template){ .subject = "CN=D", .ca = true });
		cr_assert_eq(dna_anchors_add(anchors, namesakes[i].der), 0);
	}
	accepts(dna_chain_ref(chain), ANCHORS(&top));
	refuses(chain, anchors, "the certificates allow too many to try all");
	for (size_t i = 0; i < 9; i++)
		pki_free(&layers[i]);
	for (size_t i = 0; i < 3; i++)
		pki_free(&keys[i]);
	for (size_t i = 0; i < 10; i++)
		pki_free(&namesakes[i]);
	pki_free(&top);
	pki_free(&pki);
}

/* What cannot be on a path is not followed, and so hides none, however much of it there is. */
Test(path, is_found_among_many_that_are_none)
{
	static const char *const names[] = { "CN=A", "CN=B", "CN=C" };
	static const struct pki_template faults[] = {
		{ .ca = false },
		{ .ca = true, .purposes = CLIENT },
		{ .ca = true, .critical = "1.3.6.1.4.1.99999.2" },
		{ .ca = true, .permitted = "example.org" },
		{ .ca = true, .usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
	};

	for (size_t fault = 0; fault < sizeof(faults) / sizeof(faults[0]); fault++) {
		struct dna_bytes ders[10];
		struct dna_chain *chain;
		struct pki keys[3], layers[9], pki;

		for (size_t i = 0; i < 3; i++)
			keys[i] = pki_issue(
				NULL, (struct pki_template){ .subject = names[i], .ca = true });
		for (size_t i = 0; i < 9; i++) {
			struct pki_template template = { .ca = true };

			if (i % 3 < 2)
				template = faults[fault];
			template.subject = names[i / 3];
			template.key = &keys[i / 3];
			layers[i] = pki_issue(i / 3 < 2 ? &keys[i / 3 + 1] : &root, template);
			ders[i + 1] = layers[i].der;
		}
		pki = pki_issue(&keys[0], (struct pki_template){ .subject = "CN=Leaf",
								 .names = "DNS:a.example" });
		ders[0] = pki.der;
		cr_assert_eq(dna_chain_new(&chain, ders, 10, NULL), 0);
		accepts(chain, ANCHORS(&root));
		for (size_t i = 0; i < 9; i++)
			pki_free(&layers[i]);
		for (size_t i = 0; i < 3; i++)
			pki_free(&keys[i]);
		pki_free(&pki);
	}
}

/* An authority that two others cross-signed with: none of them comes twice, by any certificate. */
Test(path, does_not_lead_in_circles)
{
	struct pki a = pki_issue(&root, (struct pki_template){ .subject = "CN=A", .ca = true });
	struct pki b = pki_issue(&a, (struct pki_template){ .subject = "CN=B", .ca = true });
	struct pki a_by_b =
		pki_issue(&b, (struct pki_template){ .subject = "CN=A", .ca = true, .key = &a });
	struct pki pki = pki_issue(&a, (struct pki_template){ .subject = "CN=Leaf" });
	struct dna_anchors *anchors = ANCHORS(&root);
	struct dna_chain *chain = CHAIN(&pki, &a_by_b, &b, &a);
	struct wanted wanted = { &b, 0 };
	struct dna_path path;

	cr_assert_eq(path_through(chain, anchors, &wanted, &path), DNA_E_NOTFOUND);
	cr_assert_eq(wanted.paths, 1);
	accepts(CHAIN(&pki, &a_by_b, &b, &a), ANCHORS(&root));
	accepts(CHAIN(&pki, &a_by_b), ANCHORS(&b));
	refuses(CHAIN(&pki, &a_by_b, &b), ANCHORS(&root), "issuer CN=A is not trusted");
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	pki_free(&a);
	pki_free(&b);
	pki_free(&a_by_b);
	pki_free(&pki);
}

/* RFC 5280 section 3.2: an authority that goes on with a new key, which its old one vouches for */
Test(path, leads_over_a_change_of_keys)
{
	struct pki renewed =
		pki_issue(&root, (struct pki_template){ .subject = "CN=Root", .ca = true });
	struct pki pki = pki_issue(&renewed, (struct pki_template){ .subject = "CN=Leaf" });

	accepts(CHAIN(&pki, &renewed), ANCHORS(&root));
	accepts(CHAIN(&pki, &root, &renewed), ANCHORS(&root));
	refuses(CHAIN(&pki, &renewed), pki_anchors(NULL), "issuer CN=Root is not trusted");
	pki_free(&renewed);
	pki_free(&pki);
}

/* RFC 5280 section 6.1 asks for names and signatures, and not for key identifiers. */
Test(path, does_not_depend_on_key_identifiers)
{
	struct pki other = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Other", .ca = true, .key_ids = true });
	struct pki by_other =
		pki_issue(&other, (struct pki_template){ .subject = "CN=Leaf", .key_ids = true });
	struct pki stranger = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Other", .ca = true, .key_ids = true });
	struct pki without = pki_issue(
		NULL, (struct pki_template){ .subject = "CN=Other", .ca = true, .key = &other });

	accepts(CHAIN(&by_other), ANCHORS(&without));
	accepts(CHAIN(&by_other), ANCHORS(&stranger, &other));
	refuses(CHAIN(&by_other), ANCHORS(&stranger), "does not verify with the key of CN=Other");
	pki_free(&other);
	pki_free(&by_other);
	pki_free(&stranger);
	pki_free(&without);
}

/* RFC 5280 section 7.1: their case, and how they are encoded, make no other names. */
Test(path, compares_names_by_their_words)
{
	struct pki again = pki_issue(NULL, (struct pki_template){ .subject = "CN=INTERmediate",
								  .ca = true,
								  .key = &intermediate });
	struct pki other = pki_issue(NULL, (struct pki_template){ .subject = "CN=Inter mediate",
								  .ca = true,
								  .key = &intermediate });
	struct pki below = pki_issue(&again, (struct pki_template){ .subject = "CN=Leaf" });
	struct pki beside = pki_issue(&other, (struct pki_template){ .subject = "CN=Leaf" });

	accepts(CHAIN(&below, &intermediate), ANCHORS(&root));
	accepts(CHAIN(&below), ANCHORS(&root, &intermediate));
	refuses(CHAIN(&beside, &intermediate), ANCHORS(&root, &intermediate),
		"issuer CN=Inter mediate is not trusted");
	pki_free(&again);
	pki_free(&other);
	pki_free(&below);
	pki_free(&beside);
}
