/* A policy, and what it chooses when it is one. */
#include "policy/place.h"
#include "policy/policy.h"
#include "../unit/policy/source.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each line names the file, or shows a line of it; nothing in it can harm a terminal. */
static void check_complaint(const char *complaint)
{
	const char *line = complaint;

	while (line != NULL) {
		if (strncmp(line, "f:", 2) != 0 && line[0] != ' ')
			abort();
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	for (; *complaint != '\0'; complaint++)
		if (((unsigned char)*complaint < 0x20 && *complaint != '\n') || *complaint == 0x7f)
			abort();
}

/* What is written into a recording is read from it again, and says the same. */
static void check_document(const json_t *document)
{
	struct dna_complaints complaints = { .name = "f" };
	struct dna_profile *profile = NULL;
	struct dna_node *node = NULL;

	dna_buffer_init(&complaints.text, 0);
	if (dna_node_from_json(&node, document) != 0 ||
	    dna_profile_read(&profile, "again", node, NULL, NULL, &test_source, &complaints) != 0 ||
	    !json_equal(profile->document, document))
		abort();
	dna_buffer_clear(&complaints.text);
	dna_profile_unref(profile);
	dna_node_free(node);
}

static void check_choice(const struct dna_policy *policy, const char *remote, const char *local)
{
	struct dna_choice choice;
	struct dna_place place;
	json_t *document;

	dna_policy_choose(policy, remote, local, DNA_XMPP_SERVER, DNA_RECEIVING, &choice);
	if (choice.profile == NULL || choice.profile->prover_count == 0 || choice.line == 0 ||
	    choice.demand.minimum < choice.profile->demand.minimum ||
	    (choice.demand.withstand & choice.profile->demand.withstand) !=
		    choice.profile->demand.withstand ||
	    (choice.endpoint != NULL &&
	     dna_place_read(choice.endpoint, DNA_XMPP_CLIENT, false, &place) != 0))
		abort();
	document = dna_choice_document(&choice);
	if (document == NULL)
		abort();
	check_document(document);
	json_decref(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_policy *policy = NULL;
	char *complaint = NULL;
	int r = dna_policy_read_from(&policy, (struct dna_bytes){ data, size }, "f", &test_source,
				     &complaint);

	if ((r == 0) != (policy != NULL) || (r == 0) != (complaint == NULL))
		abort();
	if (r == 0) {
		check_choice(policy, "a.example", NULL);
		check_choice(policy, "x.eu.bank.example", "a.tenant.example");
		check_choice(policy, "xn--bcher-kva.example", "example.org");
	} else {
		check_complaint(complaint);
	}
	free(complaint);
	dna_policy_unref(policy);
	return 0;
}
