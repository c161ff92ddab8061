/* How streams and waits end, and what may not be handed in. */
#include "scene.h"

#include <criterion/criterion.h>
#include <string.h>

/* ERR-01, ERR-06, FLOW-027, FLOW-028: how streams end. */
Test(ends, ends_of_streams)
{
	struct scene s = scene_begin(DNA_FLOW_S2S_INITIATING, STRICT), failed, refused,
		     renegotiated;

	HAPPENS(s, START, "resolve", PAIR(B, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "start-tls", .facts = FACTS_1(DIRECT_TLS));
	failed = refused = renegotiated = s;
	HAPPENS(failed, TLS_FAILED, "hang-up connect", .facts = 0);
	HAPPENS(refused, VETO, "hang-up connect", .facts = 0);
	cr_assert_str_eq(scene_condition(&refused), "bad_certificate");
	HAPPENS(renegotiated, RENEGOTIATED, "hang-up bounce", .facts = 0); /* SEC-004 */

	s = scene_accepted(WEAK);
	HAPPENS(s, EXPIRED, "reject", .facts = 0); /* E2E-24 */
	cr_assert_str_eq(scene_condition(&s), "reset");
	s = scene_accepted(WEAK);
	HAPPENS(s, LEAVE, "close", .facts = 0);
}

/* FLOW-032: a timer that fires ends the wait; one that does not run means nothing. */
Test(ends, timers)
{
	struct scene s = scene_asserted(WEAK);

	HAPPENS(s, TIMER, "release send-error", PAIR(A, B));
	cr_assert_str_eq(scene_condition(&s), "remote-server-timeout");
	HAPPENS(s, TIMER, "", PAIR(A, B));
	HAPPENS(s, TIMER, "reject", .facts = 0);
	cr_assert_str_eq(scene_condition(&s), "connection-timeout");
	for (enum dna_flow_timer timer = 1; timer < DNA_FLOW_TIMERS; timer++)
		cr_assert(dna_flow_timer_seconds(timer) > 0);
}

/* What no application may hand in changes nothing. */
Test(ends, illegal_events)
{
	struct scene s = scene_begin(DNA_FLOW_S2S_INITIATING, WEAK);
	const struct dna_flow before = s.flow;
	const struct dna_flow_event events[] = {
		{ .kind = DNA_FLOW_NOTHING },
		{ .kind = DNA_FLOW_EVENTS },
		{ .kind = DNA_FLOW_ADMITTED, PAIR(B, A) },
		{ .kind = DNA_FLOW_START, PAIR(NOBODY, A) },
		{ .kind = DNA_FLOW_WANT_PAIR, PAIR(B, NOBODY) },
		{ .kind = DNA_FLOW_WANT_VERIFY, PAIR(B, A) },
		{ .kind = DNA_FLOW_STANZA, PAIR(DNA_FLOW_DOMAINS_MAX + 1, A) },
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		cr_assert_eq(dna_flow_step(&s.flow, &events[i], &s.actions), DNA_E_INVALID);
	cr_assert_eq(memcmp(&before, &s.flow, sizeof(before)), 0);
}
