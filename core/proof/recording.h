/* Recordings, read. */
#ifndef DNA_PROOF_RECORDING_H
#define DNA_PROOF_RECORDING_H

#include "proof/case.h"
#include "evidence/anchor_sets.h"

#include <jansson.h>

/* One that is being read. */
struct dna_recording_reader {
	const json_t *recording;
	const struct dna_validator *validator;
	struct dna_anchor_sets *anchor_sets;
	int64_t time;
	uint32_t roots[sizeof(((struct dna_rests *)NULL)->roots) / sizeof(uint32_t)];
	char why[512];
};

/* ---- recording.c ---- */
/* What dna_case_replay() does; |sets| are those that are known already. */
int dna_case_replay_from(struct dna_case **c, struct dna_bytes recording, struct dna_policy *policy,
			 const struct dna_prooftype_source *source,
			 const struct dna_validator *validator, struct dna_anchor_sets *sets,
			 char **id, char **complaint);
/* Say what is wrong, and return DNA_E_SYNTAX. */
int dna_recording_complain(struct dna_recording_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A member that is not ours is ignored, unless it looks like one of ours misspelt. */
int dna_recording_check_members(struct dna_recording_reader *reader, const json_t *object,
				const char *where, const char *const *known, size_t count);

/* ---- subject.c ---- */
/* What is set points into the recording and the reader. */
int dna_recording_read_subject(struct dna_recording_reader *reader, struct dna_subject *subject);

/* ---- revalidate.c ---- */
/*
 * Move what was |recorded| to |evidence|. If there are replies in it, and a |validator|, the DNS
 * answers are those that it finds to follow from them.
 */
int dna_revalidate(struct dna_evidence *evidence, const struct dna_evidence *recorded, int64_t time,
		   const struct dna_validator *validator);

#endif
