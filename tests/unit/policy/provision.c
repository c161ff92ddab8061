/* The files that a profile names: anchors and revocation lists. PKIX-003, PKIX-002 */
#include "evidence/pki.h"
#include "policy/lint.h"
#include "source.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void setup(void)
{
	strcpy(folder, "/tmp/dna-provision-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
}

/* A file in the folder; NULL: gone. */
static void put(const char *name, const void *data, size_t size)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (data == NULL) {
		unlink(path);
		return;
	}
	file = fopen(path, "w");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(data, 1, size, file), size);
	fclose(file);
}

static void put_pem(const char *name, const char *label, struct dna_bytes der)
{
	struct dna_buffer pem;

	dna_buffer_init(&pem, 0);
	cr_assert_eq(dna_pem_write_as(label, &pem, der), 0);
	put(name, pem.data, pem.size);
	dna_buffer_clear(&pem);
}

static void teardown(void)
{
	put("anchors.pem", NULL, 0);
	put("lists.pem", NULL, 0);
	put("other", NULL, 0);
	rmdir(folder);
}

TestSuite(provision, .init = setup, .fini = teardown);

/* A policy in the folder, with this profile. */
static int read_policy(const char *profile, struct dna_policy **policy, char **complaint)
{
	char text[512], name[128];

	snprintf(name, sizeof(name), "%s/policy.yaml", folder);
	snprintf(text, sizeof(text),
		 "policy: 1\nprofiles:\n  own: { prove: [pkix], %s }\ndefault: own\n", profile);
	return dna_policy_read_from(policy,
				    (struct dna_bytes){ (const uint8_t *)text, strlen(text) }, name,
				    &test_source, complaint);
}

static void complains(const char *profile, const char *expected)
{
	struct dna_policy *policy = NULL;
	char *complaint = NULL;

	cr_expect_eq(read_policy(profile, &policy, &complaint), DNA_E_POLICY, "%s", profile);
	cr_expect(complaint != NULL && strstr(complaint, expected) != NULL, "%s: %s", profile,
		  complaint);
	free(complaint);
}

Test(provision, is_read_with_the_policy)
{
	struct pki root =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Root", .ca = true });
	struct dna_bytes list = pki_crl(&root, NULL);
	struct dna_choice choice;
	struct dna_policy *policy;
	char *complaint = NULL;
	const json_t *document;

	put_pem("anchors.pem", "CERTIFICATE", root.der);
	put_pem("lists.pem", "X509 CRL", list);
	cr_assert_eq(read_policy("anchors: anchors.pem, crls: ./lists.pem", &policy, &complaint), 0,
		     "%s", complaint);
	dna_policy_choose(policy, "a.example", NULL, DNA_XMPP_SERVER, DNA_INITIATING, &choice);
	cr_expect_eq(dna_anchors_count(choice.profile->anchors.anchors), 1);
	cr_expect_not_null(choice.profile->crls.crls);
	document = choice.profile->document;
	cr_expect_str_eq(json_string_value(json_object_get(document, "anchors")), "anchors.pem");
	cr_expect_str_eq(json_string_value(json_object_get(document, "crls")), "./lists.pem");
	dna_policy_unref(policy);
	pki_free(&root);
	gnutls_free((void *)(uintptr_t)list.data);
}

/* Whose profile has `anchors` may believe that nothing proves without them. */
Test(provision, of_anchors_is_warned_where_others_prove_without_them)
{
	static const struct {
		const char *prove, *warning; /* NULL: none */
	} profiles[] = {
		{ "[pkix]", NULL },
		{ "[pkix, posh]", ":3:8: warning: posh proves without the anchors of 'own'" },
		{ "[[dane, pkix]]", ":3:8: warning: dane proves without the anchors of 'own'" },
	};
	struct pki root =
		pki_issue(NULL, (struct pki_template){ .subject = "CN=Root", .ca = true });

	put_pem("anchors.pem", "CERTIFICATE", root.der);
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		char text[512], name[128], *complaint = NULL;
		const char *warning = profiles[i].warning;

		snprintf(name, sizeof(name), "%s/policy.yaml", folder);
		snprintf(text, sizeof(text),
			 "policy: 1\nprofiles:\n  own: { prove: %s, anchors: anchors.pem }\n"
			 "default: own\n",
			 profiles[i].prove);
		cr_expect_eq(
			dna_policy_lint((struct dna_bytes){ (const uint8_t *)text, strlen(text) },
					name, &test_source, &complaint),
			0);
		cr_expect(warning == NULL ? complaint == NULL
					  : complaint != NULL && strstr(complaint, warning) != NULL,
			  "%s: %s", profiles[i].prove, complaint);
		free(complaint);
	}
	pki_free(&root);
}

Test(provision, that_cannot_be_used_is_complained_about_where_it_is_named)
{
	put("other", "nothing", 7);
	complains("anchors: missing.pem", "policy.yaml:3:34: the file ");
	complains("anchors: missing.pem", "missing.pem cannot be read: No such file");
	complains("anchors: /nonexistent/a", "the file /nonexistent/a cannot be read");
	complains("anchors: .", "is not a regular file");
	complains("anchors: other", "the file other has no trust anchors in PEM");
	complains("crls: other", "the file other has no revocation lists in PEM");
	complains("anchors: [other]", "the name of a file with trust anchors has to stand here");
	complains("crls: ", "the name of a file with revocation lists has to stand here");
	complains("crls: \"\"", "the name of a file with revocation lists has to stand here");
	complains("anchor: other", "unknown key 'anchor'; did you mean 'anchors'?");
}

/* A recording names the file, and has what was in it as evidence. */
Test(provision, is_not_read_for_a_recording)
{
	struct dna_complaints complaints = { .name = "profile" };
	json_t *json = json_pack("{s:[s], s:s}", "prove", "pkix", "anchors", "/nonexistent");
	struct dna_profile *profile;
	struct dna_node *node;

	dna_buffer_init(&complaints.text, 0);
	cr_assert_eq(dna_node_from_json(&node, json), 0);
	cr_assert_eq(dna_profile_read(&profile, "recording", node, NULL, NULL, &test_source,
				      &complaints),
		     0);
	cr_expect_str_eq(profile->anchors.file, "/nonexistent");
	cr_expect_null(profile->anchors.anchors);
	dna_profile_unref(profile);
	dna_node_free(node);
	json_decref(json);
}
