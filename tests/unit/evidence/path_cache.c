/* What is remembered of paths: never anything else than what would be found. */
#include "base/limits.h"
#include "evidence/anchor_sets.h"
#include "evidence/path_cache.h"
#include "evidence/revocation.h"
#include "pki.h"

#include <criterion/criterion.h>

#include <string.h>

static struct pki root, cross_root, authority, cross, leaf;

static void setup(void)
{
	root = pki_issue(NULL, (struct pki_template){
				       .subject = "CN=Root", .ca = true, .to = NOW + 4 * DAY });
	cross_root = pki_issue(NULL, (struct pki_template){ .subject = "CN=Cross root",
							    .ca = true,
							    .from = NOW - 3 * DAY,
							    .to = NOW + 3 * DAY });
	authority = pki_issue(&root, (struct pki_template){ .subject = "CN=Authority",
							    .ca = true,
							    .from = NOW - 2 * DAY,
							    .to = NOW + DAY });
	cross = pki_issue(&cross_root, (struct pki_template){ .subject = "CN=Authority",
							      .ca = true,
							      .key = &authority,
							      .from = NOW,
							      .to = NOW + 2 * DAY });
	leaf = pki_issue(&authority, (struct pki_template){ .subject = "CN=Leaf",
							    .from = NOW - 3 * DAY,
							    .to = NOW + 4 * DAY });
}

static void teardown(void)
{
	pki_free(&leaf);
	pki_free(&cross);
	pki_free(&authority);
	pki_free(&cross_root);
	pki_free(&root);
}

TestSuite(path_cache, .init = setup, .fini = teardown);

static void same(const struct dna_path *a, const struct dna_path *b, int64_t time)
{
	cr_assert_eq(a->not_after, b->not_after, "at NOW + %lld", (long long)(time - NOW));
	cr_assert_str_eq(a->reason, b->reason);
	cr_assert_str_eq(a->remark, b->remark);
	cr_assert_str_eq(a->rule, b->rule);
	cr_assert_eq(a->anchor.size, b->anchor.size);
	cr_assert(a->anchor.size == 0 || dna_bytes_equal(a->anchor, b->anchor));
}

/* Every order of asking, around each time at which something begins or ends. */
Test(path_cache, says_what_would_be_found_at_any_time)
{
	struct dna_anchors *shared = pki_anchors(&root, &cross_root, NULL);
	struct dna_chain *chain = pki_chain(&leaf, &authority, &cross, NULL);
	struct dna_bytes list = pki_crl(&authority, NULL);
	struct dna_revocation revocation = { .mode = DNA_REVOCATION_SOFT };
	struct dna_crls *crls;

	cr_assert_eq(dna_crls_new(&crls), 0);
	cr_assert_eq(dna_crls_add(crls, list), 0);
	for (unsigned i = 0; i < 3 * 17 * 7 * 3; i++) {
		int day = (int)(i * 5 % 17) - 8, around = (int)(i % 3) - 1;
		struct dna_anchors *fresh = pki_anchors(&root, &cross_root, NULL);
		struct dna_path_request request = { .time = NOW + day * DAY / 2 + around,
						    .revocation = &revocation };
		struct dna_path known, found;
		int a, b;

		revocation.crls = i % 2 == 0 ? crls : NULL;
		request.anchors = shared;
		a = dna_chain_find_path(chain, &request, &known);
		request.anchors = fresh;
		b = dna_chain_find_path(chain, &request, &found);
		cr_assert_eq(a, b, "at NOW + %lld", (long long)(request.time - NOW));
		same(&known, &found, request.time);
		dna_anchors_unref(fresh);
	}
	dna_crls_unref(crls);
	dna_chain_unref(chain);
	dna_anchors_unref(shared);
	gnutls_free((void *)(uintptr_t)list.data);
}

/* Whatever is asked differently is asked anew. */
Test(path_cache, tells_questions_apart)
{
	struct dna_anchors *anchors = pki_anchors(&cross_root, NULL);
	struct dna_chain *chain = pki_chain(&leaf, &authority, NULL);
	struct dna_bytes listed = pki_crl(&authority, &leaf);
	struct dna_item_init init = { .kind = "ocsp", .not_after = DNA_FOREVER };
	struct dna_revocation revocation = { .mode = DNA_REVOCATION_SOFT };
	struct dna_path_request request = { .anchors = anchors, .time = NOW };
	struct dna_item *stapled;
	struct dna_crls *crls;
	struct dna_path path;

	cr_assert_eq(dna_crls_new(&crls), 0);
	cr_assert_eq(dna_crls_add(crls, listed), 0);
	cr_assert_eq(dna_item_new(&stapled, &init), 0);
	cr_assert_eq(dna_chain_find_path(chain, &request, &path), DNA_E_NOTFOUND);
	cr_assert_eq(dna_anchors_add(anchors, root.der), 0);
	cr_expect_eq(dna_chain_find_path(chain, &request, &path), 0, "there is another anchor");
	request.security = "ultra";
	cr_expect_eq(dna_chain_find_path(chain, &request, &path), DNA_E_NOTFOUND);
	request.security = "medium";
	request.revocation = &revocation;
	cr_expect_eq(dna_chain_find_path(chain, &request, &path), 0);
	cr_expect_neq(path.remark[0], '\0', "now it is looked at");
	revocation.mode = DNA_REVOCATION_HARD;
	cr_expect_eq(dna_chain_find_path(chain, &request, &path), DNA_E_NOTFOUND);
	revocation.mode = DNA_REVOCATION_SOFT;
	revocation.crls = crls;
	cr_expect_eq(dna_chain_find_path(chain, &request, &path), DNA_E_NOTFOUND);
	revocation.crls = NULL;
	revocation.stapled = stapled;
	cr_expect_eq(dna_chain_find_path(chain, &request, &path), 0);
	request.revocation = NULL;
	cr_expect_eq(dna_chain_find_path(chain, &request, &path), 0);
	cr_expect_str_eq(path.remark, "");
	dna_item_unref(stapled);
	dna_crls_unref(crls);
	dna_chain_unref(chain);
	dna_anchors_unref(anchors);
	gnutls_free((void *)(uintptr_t)listed.data);
}

/* Within its window and nowhere else; what comes to the same place takes it. */
Test(path_cache, holds_so_much_and_no_more)
{
	const struct dna_window window = { 10, 20 };
	const struct dna_path kept = { .not_after = 7 };
	struct dna_path_cache *cache;
	struct dna_path path;
	int result = 1;

	cr_assert_eq(dna_path_cache_new(&cache), 0);
	for (uint64_t i = 0; i < 4 * DNA_PATH_RESULTS_MAX; i++) {
		struct dna_path_key key = { .security = 0 };

		memcpy(key.chain, &i, sizeof(i));
		dna_path_cache_keep(cache, &key, &window, -1, &kept);
		for (int64_t time = 9; time <= 21; time++)
			cr_expect_eq(dna_path_cache_find(cache, &key, time, &result, &path),
				     time >= 10 && time <= 20);
		cr_expect(result == -1 && path.not_after == 7);
	}
	for (uint64_t i = 0; i < 4 * DNA_PATH_RESULTS_MAX; i++) {
		struct dna_path_key key = { .security = 0 };

		memcpy(key.chain, &i, sizeof(i));
		cr_expect_eq(dna_path_cache_find(cache, &key, 15, &result, &path),
			     i >= 3 * DNA_PATH_RESULTS_MAX);
	}
	dna_path_cache_free(cache);
	dna_path_cache_free(NULL);
}

static struct dna_item *anchors_item(const struct pki *first, const struct pki *second)
{
	const struct dna_item_init init = { .kind = "trust-anchors", .not_after = DNA_FOREVER };
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	cr_assert_eq(dna_item_add(item, first->der.data, first->der.size), 0);
	if (second != NULL)
		cr_assert_eq(dna_item_add(item, second->der.data, second->der.size), 0);
	cr_assert_eq(dna_item_add(item, "none", 4), 0);
	return item;
}

/* Recordings share what is the same to the octet. */
Test(path_cache, knows_sets_of_anchors_again)
{
	struct dna_item *items[] = { anchors_item(&root, &cross_root),
				     anchors_item(&root, &cross_root), anchors_item(&root, NULL) };
	struct dna_anchors *anchors[3];
	struct dna_anchor_sets *sets;

	cr_assert_eq(dna_anchor_sets_new(&sets), 0);
	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(dna_anchor_sets_get(sets, items[i], &anchors[i]), 0);
	cr_expect_eq(dna_anchors_count(anchors[0]), 2, "what cannot be read is left out");
	cr_expect_eq(dna_anchors_count(anchors[2]), 1);
	cr_expect_eq(anchors[0], anchors[1]);
	dna_anchor_sets_free(sets);
	for (size_t i = 0; i < 3; i++) {
		dna_anchors_unref(anchors[i]);
		dna_item_unref(items[i]);
	}
	dna_anchor_sets_free(NULL);
}
