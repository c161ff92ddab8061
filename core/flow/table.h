/*
 * How the tables of the chart are written: a row is a line.
 *
 *     ROW(I6_VERIFY, UNPROVEN, WHEN(DNA_REQUIRED), DO(HANG_UP, CONNECT) FOR(CERTIFICATE), I2_CONNECT, "FLOW-013")
 *
 * In I6, when the certificate proves nothing, and a proof is required: hang up as the catalogue says for
 * CERTIFICATE, connect to the next endpoint, and wait in I2.
 */
#ifndef DNA_FLOW_TABLE_H
#define DNA_FLOW_TABLE_H

#include <dna/flow.h>

#define ROW(state_, event_, guard_, actions_, next_, rules_)      \
	{ .state = DNA_FLOW_##state_,                             \
	  .event = DNA_FLOW_##event_,                             \
	  .when = 0 guard_,                                       \
	  actions_,                                               \
	  .next = DNA_FLOW_##next_,                               \
	  .rules = rules_ }

/* The columns. SAME: the state stays, and its timer goes on. */
#define ALWAYS
#define WHEN(...)   | BITS(__VA_ARGS__)
#define UNLESS(...) , .unless = BITS(__VA_ARGS__)
#define DO(...)     .actions = { EACH(ACTION_, __VA_ARGS__) }
#define NOTHING     .trouble = DNA_TROUBLE_NONE
#define FAIL(name)  .trouble = DNA_TROUBLE_##name
#define FOR(name)   , .trouble = DNA_TROUBLE_##name

#define DNA_FLOW_SAME DNA_FLOW_ANY

#define ACTION_(name) DNA_FLOW_##name,
#define BIT_(name)    | DNA_FACT(DNA_FACT_##name)
#define BITS(...)     (UINT64_C(0) EACH(BIT_, __VA_ARGS__))

#define EACH(m, ...) EACH_(__VA_ARGS__, EACH6, EACH5, EACH4, EACH3, EACH2, EACH1, )(m, __VA_ARGS__)
#define EACH_(a, b, c, d, e, f, name, ...) name
#define EACH1(m, a)      m(a)
#define EACH2(m, a, ...) m(a) EACH1(m, __VA_ARGS__)
#define EACH3(m, a, ...) m(a) EACH2(m, __VA_ARGS__)
#define EACH4(m, a, ...) m(a) EACH3(m, __VA_ARGS__)
#define EACH5(m, a, ...) m(a) EACH4(m, __VA_ARGS__)
#define EACH6(m, a, ...) m(a) EACH5(m, __VA_ARGS__)

/* A table of the chart. */
struct dna_flow_table {
	const struct dna_flow_row *rows;
	size_t count;
};
#define TABLE(rows) { rows, sizeof(rows) / sizeof(rows[0]) }

extern const struct dna_flow_table dna_flow_c2s_initiating;
extern const struct dna_flow_table dna_flow_c2s_receiving;
extern const struct dna_flow_table dna_flow_s2s_initiating;
extern const struct dna_flow_table dna_flow_s2s_receiving;
extern const struct dna_flow_table dna_flow_pair_receiving;
extern const struct dna_flow_table dna_flow_pair_requesting;
extern const struct dna_flow_table dna_flow_pair_verifying;

#endif
