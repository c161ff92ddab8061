/* A policy, and what it chooses when it is one. */
#include "policy/policy.h"
#include "../unit/policy/source.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each line names the file; nothing in it can harm a terminal. */
static void check_complaint(const char *complaint)
{
	const char *line = complaint;

	while (line != NULL) {
		if (strncmp(line, "f:", 2) != 0)
			abort();
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	for (; *complaint != '\0'; complaint++)
		if (((unsigned char)*complaint < 0x20 && *complaint != '\n') || *complaint == 0x7f)
			abort();
}

static void check_choice(const struct dna_policy *policy, const char *remote, const char *local)
{
	struct dna_choice choice;

	dna_policy_choose(policy, remote, local, DNA_XMPP_SERVER, DNA_RECEIVING, &choice);
	if (choice.profile == NULL || choice.profile->prover_count == 0 || choice.line == 0 ||
	    choice.profile->document == NULL)
		abort();
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
