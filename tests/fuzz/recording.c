/*
 * Whole recordings, judged by the real prooftypes: whatever is in one, there is a report, the same
 * one each time, and what is recorded of the case is judged alike.
 */
#include "base/buffer.h"
#include "evidence/anchor_sets.h"
#include "proof/case.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct dna_prooftype dane_LTX_dna_prooftype, dnssec_srv_LTX_dna_prooftype,
	hello_LTX_dna_prooftype, pkix_LTX_dna_prooftype, posh_LTX_dna_prooftype;

static const struct dna_prooftype *const prooftypes[] = {
	&dane_LTX_dna_prooftype, &dnssec_srv_LTX_dna_prooftype, &hello_LTX_dna_prooftype,
	&pkix_LTX_dna_prooftype, &posh_LTX_dna_prooftype
};

#define COUNT (sizeof(prooftypes) / sizeof(prooftypes[0]))

static int load(void *argument, const char *name, const struct dna_prooftype **prooftype)
{
	(void)argument;
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(prooftypes[i]->name, name) == 0) {
			*prooftype = prooftypes[i];
			return 0;
		}
	}
	return DNA_E_NOTFOUND;
}

static const char *refusal(void *argument, const char *name)
{
	(void)argument;
	(void)name;
	return "there is no such file";
}

static size_t count(void *argument)
{
	(void)argument;
	return COUNT;
}

static const char *name_at(void *argument, size_t index)
{
	(void)argument;
	return prooftypes[index]->name;
}

/* A recording that leads to a file leads to nothing. */
static int read_file(void *argument, const char *path, struct dna_buffer *content,
		     struct dna_buffer *why)
{
	(void)argument;
	(void)path;
	(void)content;
	dna_buffer_text(why, "there is no such file");
	return DNA_E_IO;
}

static const struct dna_prooftype_source source = {
	.load = load, .refusal = refusal, .count = count, .name_at = name_at, .read_file = read_file
};

/* The report on a recording, and the case; NULL: it is none. */
static char *judge(struct dna_bytes recording, struct dna_case **c)
{
	char *id = NULL, *complaint = NULL, *report = NULL;
	struct dna_anchor_sets *sets;
	int r;

	if (dna_anchor_sets_new(&sets) != 0)
		abort();
	r = dna_case_replay_from(c, recording, NULL, &source, NULL, sets, &id, &complaint);

	if (r != 0 && (complaint == NULL || complaint[0] == '\0'))
		abort();
	if (r == 0 && dna_case_report(*c, NULL, &report) != 0)
		abort();
	dna_anchor_sets_free(sets);
	free(id);
	free(complaint);
	return report;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_case *c = NULL, *again = NULL;
	char *report = judge((struct dna_bytes){ data, size }, &c), *report_again, *recorded;

	if (report == NULL)
		return 0;
	if (dna_case_record(c, NULL, &recorded) != 0)
		abort();
	report_again =
		judge((struct dna_bytes){ (const uint8_t *)recorded, strlen(recorded) }, &again);
	if (report_again == NULL || strcmp(report, report_again) != 0)
		abort();
	dna_case_free(c);
	dna_case_free(again);
	free(recorded);
	free(report);
	free(report_again);
	return 0;
}
