/*
 * What the fuzzers of revocation share. An input is three DER elements in a row: the certificate in
 * question, its issuer's, and what is said about it.
 */
#ifndef TESTS_FUZZ_INQUIRY_H
#define TESTS_FUZZ_INQUIRY_H

#include "evidence/crls.h"

struct inquiry {
	struct dna_certificate *certificate, *issuer;
	struct dna_window window;
	struct dna_inquiry asked;
	struct dna_bytes said; /* the rest of the input */
};

/* Whether there are two certificates; then inquiry_clear(). */
bool inquiry_read(struct dna_bytes input, struct inquiry *inquiry);
void inquiry_clear(struct inquiry *inquiry);

/* Ends the program if |status| cannot be an answer. */
void inquiry_check(const struct inquiry *inquiry, const struct dna_status *status);

#endif
