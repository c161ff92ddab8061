/*
 * Whole recordings, judged by the real prooftypes: whatever is in one, there is a report, the same
 * one each time, and what is recorded of the case is judged alike. Which signatures hold, signature.c
 * says.
 */
#include "base/buffer.h"
#include "evidence/anchor_sets.h"
#include "proof/recording.h"

#include <stdio.h>
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

/* To judge everything again is for the tests; libFuzzer sees more if it is every eighth, and the first. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define SHARE_AGAIN 8
#else
#define SHARE_AGAIN 1
#endif

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

/*
 * Whether both say the same of |c|. A recording names the endpoint that was connected to; others, and
 * why they were passed over, are not looked at again.
 */
static bool same(const struct dna_case *c, const char *report, const char *again)
{
	json_t *a, *b;
	bool equal;

	if (c->role == DNA_RECEIVING || c->endpoint_given)
		return strcmp(report, again) == 0;
	a = json_loads(report, 0, NULL);
	b = json_loads(again, 0, NULL);
	json_object_del(a, "route");
	json_object_del(b, "route");
	equal = json_equal(a, b);
	json_decref(a);
	json_decref(b);
	return equal;
}

/* What is recorded of |c| leads to the same report. */
static void judge_again(struct dna_case *c, const char *report)
{
	struct dna_case *again = NULL;
	char *recorded, *report_again;

	if (dna_case_record(c, NULL, &recorded) != 0)
		abort();
	report_again =
		judge((struct dna_bytes){ (const uint8_t *)recorded, strlen(recorded) }, &again);
	if (report_again == NULL || !same(c, report, report_again)) {
		fprintf(stderr, "%s\nis judged again as\n%s\nas it is recorded:\n%s\n", report,
			report_again != NULL ? report_again : "nothing", recorded);
		abort();
	}
	dna_case_free(again);
	free(recorded);
	free(report_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned judged;
	struct dna_case *c = NULL;
	char *report = judge((struct dna_bytes){ data, size }, &c);

	if (report != NULL && judged++ % SHARE_AGAIN == 0)
		judge_again(c, report);
	dna_case_free(c);
	free(report);
	return 0;
}
