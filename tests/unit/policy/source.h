/* Prooftypes to read policies with: declarations alone, none of them does anything. */
#ifndef TEST_POLICY_SOURCE_H
#define TEST_POLICY_SOURCE_H

#include "policy/profile.h"

/* dane, dnssec-srv, everything (has a parameter of each type), pkix, posh; "broken" is refused. */
extern const struct dna_prooftype_source test_source;

#endif
