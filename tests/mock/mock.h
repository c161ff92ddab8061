/*
 * Misbehaving plugins: each breaks one rule and is otherwise as it should be. They write out what
 * DNA_PROOFTYPE() would, so that they can.
 */
#ifndef TEST_MOCK_H
#define TEST_MOCK_H

#include <dna/prooftype.h>

#define MOCK_EXPORT __attribute__((visibility("default")))

static inline int mock_judge(const struct dna_case *c, struct dna_finding *finding)
{
	(void)c;
	(void)finding;
	return 0;
}

/* Everything that a plugin has to say in words. */
#define MOCK_WORDS                                                                                 \
	.about = "A test", .specs = "None", .proof = "None", .match = "Never", .material = "None", \
	.dns = "No"

#endif
