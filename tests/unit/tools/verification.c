/*
 * Verifications against real peers, with a real case and a real policy. Only the gathering is the
 * test's own: what arrives, and when, is what is tested.
 */
#include "evidence/dns.h"
#include "peer.h"
#include "policy/policy.h"
#include "verification.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ENOUGH 60000 /* milliseconds for what has to happen */

/* Of this machine. */
static uint64_t real_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The verifications' clock stands still unless a test moves it: nothing is late on a slow machine. */
static uint64_t now = 1000000;

/* ---- the network, in the test's hand ---- */

static struct {
	struct dna_case *c;
	dna_net_changed *changed;
	void *argument;
} gathering;

int dna_net_gather(struct dna_net *net, struct dna_case *c, unsigned milliseconds,
		   dna_net_changed *changed, void *argument)
{
	(void)net, (void)milliseconds;
	gathering.c = c;
	gathering.changed = changed;
	gathering.argument = argument;
	return 0;
}

void dna_net_forget(struct dna_net *net, struct dna_case *c)
{
	(void)net, (void)c;
	gathering.c = NULL;
}

static void arrive(const char *name, uint16_t type, enum dna_outcome outcome,
		   enum dna_security security, const char *rdata)
{
	struct dna_item_init init = { .kind = "dns",
				      .name = name,
				      .type = type,
				      .outcome = outcome,
				      .security = security,
				      .time = time(NULL),
				      .not_after = time(NULL) + 300 };
	struct dna_buffer wire;
	struct dna_item *item;

	cr_assert_eq(dna_item_new(&item, &init), 0);
	dna_buffer_init(&wire, 0);
	if (rdata != NULL) {
		cr_assert_eq(dna_dns_rdata_read(type, rdata, &wire), 0, "%s", rdata);
		cr_assert_eq(dna_item_add(item, wire.data, wire.size), 0);
	}
	cr_assert_eq(dna_case_feed(gathering.c, item), 0);
	dna_item_unref(item);
	dna_buffer_clear(&wire);
	gathering.changed(gathering.c, gathering.argument);
}

/*
 * ---- a prooftype: no TLSA record proves, "3 0 0 00" forbids the endpoint, "2 0 0 00" forbids it
 * with a certificate ----
 */

static void owner(const struct dna_endpoint *e, char name[300])
{
	snprintf(name, 300, "_%u._tcp.%s", dna_endpoint_port(e), dna_endpoint_host(e));
}

static int plan(const struct dna_case *c, struct dna_plan *plan)
{
	char name[300];
	int r = 0;

	for (size_t i = 0; r == 0 && i < dna_case_endpoint_count(c); i++) {
		owner(dna_case_endpoint_at(c, i), name);
		r = dna_plan_dns(plan, name, DNA_RR_TLSA);
	}
	return r;
}

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	struct dna_answer answer;
	char name[300];

	if (dna_case_endpoint(c) == NULL)
		return dna_find(finding, DNA_NONE, "TEST", "no endpoint");
	owner(dna_case_endpoint(c), name);
	dna_case_answer(c, name, DNA_RR_TLSA, &answer);
	if (answer.outcome == DNA_FAILED) {
		dna_finding_veto(finding, DNA_SCOPE_ENDPOINT, true);
		return dna_find(finding, DNA_VETO, "DANE-003", "not looked up");
	}
	if (answer.outcome == DNA_ANSWERED &&
	    (dna_item_data(answer.item, 0).data[0] == 3 || dna_case_chain(c) != NULL)) {
		dna_finding_veto(finding, DNA_SCOPE_ENDPOINT, false);
		return dna_find(finding, DNA_VETO, "DANE-006", "%s forbids it", name);
	}
	if (dna_case_chain(c) != NULL)
		return dna_find(finding, DNA_PROVEN, "TEST", "it presented %zu certificates",
				dna_chain_count(dna_case_chain(c)));
	return dna_find(finding, DNA_NONE, "TEST", "nothing yet");
}

static const struct dna_prooftype prooftype = { .abi = DNA_PROOFTYPE_ABI,
						.size = sizeof(struct dna_prooftype),
						.param_size = sizeof(struct dna_param),
						.name = "test",
						.does = DNA_PROVES | DNA_VETOES,
						.plan = plan,
						.judge = judge };

/* The same, but it never forbids: nobody has to wait for it before connecting. */
static const struct dna_prooftype late = { .abi = DNA_PROOFTYPE_ABI,
					   .size = sizeof(struct dna_prooftype),
					   .param_size = sizeof(struct dna_param),
					   .name = "late",
					   .does = DNA_PROVES,
					   .plan = plan,
					   .judge = judge };

static int load(void *argument, const char *name, const struct dna_prooftype **found)
{
	(void)argument;
	if (strcmp(name, "test") != 0 && strcmp(name, "late") != 0)
		return DNA_E_NOTFOUND;
	*found = strcmp(name, "test") == 0 ? &prooftype : &late;
	return 0;
}

static const char *refusal(void *argument, const char *name)
{
	(void)argument, (void)name;
	return "it is not the test's";
}

static size_t count(void *argument)
{
	(void)argument;
	return 1;
}

static const char *name_at(void *argument, size_t index)
{
	(void)argument, (void)index;
	return "test";
}

/* ---- the stage ---- */

static const struct line secure[] = {
	{ HEAR, ">" },
	{ SAY, "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
	       "xmlns:stream='http://etherx.jabber.org/streams' "
	       "version='1.0'><stream:features><starttls "
	       "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>" },
	{ HEAR, "<starttls" },
	{ SAY, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" },
	{ TLS, NULL },
	{ END, NULL },
};
static const struct line silent[] = { { SLEEP, NULL }, { END, NULL } };

static struct dna_verify_settings settings;
static gnutls_certificate_credentials_t credentials;
static gnutls_datum_t certificate;

static void use_policy(const char *profile)
{
	static const struct dna_prooftype_source source = {
		.load = load, .refusal = refusal, .count = count, .name_at = name_at
	};
	char text[256], *complaint = NULL;
	int size =
		snprintf(text, sizeof(text), "policy: 1\nprofiles:\n%sdefault: default\n", profile);
	struct dna_bytes bytes = { (const uint8_t *)text, (size_t)size };

	dna_policy_unref(settings.policy);
	cr_assert_eq(dna_policy_read_from(&settings.policy, bytes, "policy", &source, &complaint),
		     0, "%s", complaint);
}

static void set_up(void)
{
	use_policy("  default: { delegate: [], prove: [test] }\n");
	settings.subject.service = DNA_XMPP_SERVER;
	settings.milliseconds = 10000;
	peer_certificate(&credentials, &certificate);
}

static void tear_down(void)
{
	dna_policy_unref(settings.policy);
}

TestSuite(verification, .init = set_up, .fini = tear_down);

static struct dna_verification *begin(void)
{
	struct dna_verification *v;

	cr_assert_eq(dna_verification_new(&v, &settings, "b.example", now), 0);
	return v;
}

/* Names "x.example:PORT" and "y.example:PORT" in that order. */
static void name_ports(uint16_t x, uint16_t y)
{
	struct dna_buffer wire;
	struct dna_item_init init = { .kind = "dns",
				      .name = "_xmpp-server._tcp.b.example",
				      .type = DNA_RR_SRV,
				      .security = DNA_SECURE,
				      .time = time(NULL),
				      .not_after = time(NULL) + 300 };
	const uint16_t ports[] = { x, y };
	struct dna_item *item;
	char text[64];

	cr_assert_eq(dna_item_new(&item, &init), 0);
	for (size_t i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "%zu 0 %u %c.example.", i, ports[i],
			 i == 0 ? 'x' : 'y');
		dna_buffer_init(&wire, 0);
		cr_assert_eq(dna_dns_rdata_read(DNA_RR_SRV, text, &wire), 0);
		cr_assert_eq(dna_item_add(item, wire.data, wire.size), 0);
		dna_buffer_clear(&wire);
	}
	cr_assert_eq(dna_case_feed(gathering.c, item), 0);
	dna_item_unref(item);
	arrive("_xmpps-server._tcp.b.example", DNA_RR_SRV, DNA_DENIED, DNA_SECURE, NULL);
}

/* Likewise, both at 127.0.0.1. */
static void name_endpoints(uint16_t x, uint16_t y)
{
	name_ports(x, y);
	arrive("x.example", DNA_RR_A, DNA_ANSWERED, DNA_SECURE, "127.0.0.1");
	arrive("x.example", DNA_RR_AAAA, DNA_DENIED, DNA_SECURE, NULL);
	arrive("y.example", DNA_RR_A, DNA_ANSWERED, DNA_SECURE, "127.0.0.1");
	arrive("y.example", DNA_RR_AAAA, DNA_DENIED, DNA_SECURE, NULL);
}

static void tlsa(const char *host, uint16_t port, const char *rdata)
{
	char name[300];

	snprintf(name, sizeof(name), "_%u._tcp.%s", port, host);
	arrive(name, DNA_RR_TLSA, rdata != NULL ? DNA_ANSWERED : DNA_DENIED, DNA_SECURE, rdata);
}

static bool is_at_its_end(const struct dna_verification *v)
{
	return dna_verification_done(v) && dna_verification_closed(v);
}

/* Wait for what it waits for, but not for longer than |milliseconds|, and go on. */
static void go_on(struct dna_verification *v, uint64_t milliseconds)
{
	struct pollfd fd = { dna_verification_fd(v), dna_verification_events(v), 0 };
	uint64_t deadline = dna_verification_deadline(v),
		 left = deadline > now ? deadline - now : 0;

	poll(&fd, 1, (int)(left < milliseconds ? left : milliseconds));
	dna_verification_step(v, now);
}

/*
 * Go on for |milliseconds|, or until the end. Returns how often it woke up: a loop that spins shows
 * itself.
 */
static unsigned run(struct dna_verification *v, uint64_t milliseconds)
{
	uint64_t end = real_time() + milliseconds, time;
	unsigned wakes = 0;

	dna_verification_step(v, now);
	for (; !is_at_its_end(v) && (time = real_time()) < end; wakes++)
		go_on(v, end - time);
	return wakes;
}

/* Go on until it is at this. */
static void run_to(struct dna_verification *v, const char *doing)
{
	uint64_t end = real_time() + ENOUGH;

	dna_verification_step(v, now);
	while (strcmp(dna_verification_doing(v), doing) != 0 && real_time() < end)
		go_on(v, ENOUGH);
	cr_assert_str_eq(dna_verification_doing(v), doing);
}

static const char *said(const struct dna_verification *v, const char *object, const char *member)
{
	const json_t *report = dna_verification_report(v);
	const char *text = json_string_value(
		json_object_get(object != NULL ? json_object_get(report, object) : report, member));

	return text != NULL ? text : "";
}

static const char *hop(const struct dna_verification *v, size_t index, const char *member)
{
	return json_string_value(json_object_get(
		json_array_get(json_object_get(dna_verification_report(v), "route"), index),
		member));
}

/* Where nobody listens: it stays with this process, so that nobody else does. */
static uint16_t closed_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	return ntohs(address.sin_port);
}

/* ---- what happens ---- */

/* ERR-08, DELEG-005: what cannot be reached is passed over, and the report says why. */
Test(verification, goes_on_to_the_next_endpoint_when_one_is_not_there)
{
	struct dna_verification *v = begin();
	uint16_t nobody = closed_port();
	struct peer peer;

	peer_start(&peer, secure, credentials);
	name_endpoints(nobody, peer.port);
	tlsa("x.example", nobody, NULL);
	tlsa("y.example", peer.port, NULL);
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_eq(dna_verification_verdict(v), DNA_VERDICT_PROVEN, "%s",
		     said(v, NULL, "reason"));
	cr_expect_str_eq(said(v, "endpoint", "host"), "y.example");
	cr_expect_str_eq(said(v, "endpoint", "address"), "127.0.0.1");
	cr_expect_str_eq(hop(v, 0, "decision"), "unreachable");
	cr_expect_not_null(strstr(hop(v, 0, "reason"), "Connection refused"));
	cr_expect_null(dna_verification_recording(v));
	dna_verification_free(v);
	peer_kill(&peer);
}

/* An endpoint is all of its addresses. */
Test(verification, tries_all_addresses_of_an_endpoint)
{
	struct dna_verification *v = begin();
	struct peer peer;

	peer_start(&peer, secure, credentials);
	name_ports(peer.port, closed_port());
	arrive("x.example", DNA_RR_AAAA, DNA_ANSWERED, DNA_SECURE, "::1");
	arrive("x.example", DNA_RR_A, DNA_ANSWERED, DNA_SECURE, "127.0.0.1");
	tlsa("x.example", peer.port, NULL);
	run(v, 5000);
	cr_assert(dna_verification_done(v));
	cr_expect_str_eq(said(v, NULL, "verdict"), "proven");
	cr_expect_str_eq(said(v, "endpoint", "address"), "127.0.0.1");
	dna_verification_free(v);
	peer_kill(&peer);
}

/*
 * DANE-003, DANE-022: TCP may be there already, but nothing is said before it is known whether that
 * is allowed.
 */
Test(verification, says_nothing_before_it_may)
{
	struct dna_verification *v = begin();
	struct peer peer;

	peer_start(&peer, secure, credentials);
	name_endpoints(peer.port, 1);
	cr_expect_lt(run(v, 300), 10, "it spins");
	cr_expect_not(dna_verification_done(v));
	cr_expect_eq(dna_verification_fd(v), -1);
	tlsa("x.example", peer.port, NULL);
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_eq(dna_verification_verdict(v), DNA_VERDICT_PROVEN);
	dna_verification_free(v);
	peer_kill(&peer);
}

Test(verification, abandons_an_endpoint_that_turns_out_to_be_forbidden)
{
	static const struct line listener[] = { { HEAR, "<" }, { TRIP, NULL }, { END, NULL } };
	struct dna_verification *v = begin();
	struct peer forbidden, peer;
	char report[64];

	peer_start(&forbidden, listener, credentials);
	peer_start(&peer, secure, credentials);
	name_endpoints(forbidden.port, peer.port);
	tlsa("y.example", peer.port, NULL);
	run(v, 300);
	tlsa("x.example", forbidden.port, "3 0 0 00");
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_eq(dna_verification_verdict(v), DNA_VERDICT_PROVEN);
	cr_expect_str_eq(hop(v, 0, "decision"), "skip");
	cr_expect_str_eq(said(v, "endpoint", "host"), "y.example");
	dna_verification_free(v);
	peer_kill(&forbidden);
	peer_report(&forbidden, report, sizeof(report));
	cr_expect_str_eq(report, "", "it said something");
	peer_kill(&peer);
}

/*
 * An endpoint that cannot be reached while it is not known whether it may be: the veto is the
 * stronger word.
 */
Test(verification, does_not_call_an_endpoint_unreachable_that_is_forbidden)
{
	struct dna_verification *v = begin();
	uint16_t nobody = closed_port();

	name_endpoints(nobody, nobody);
	tlsa("y.example", nobody, "3 0 0 00");
	cr_expect_lt(run(v, 300), 10, "it spins");
	cr_expect_not(dna_verification_done(v));
	tlsa("x.example", nobody, "3 0 0 00");
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_eq(dna_verification_verdict(v), DNA_VERDICT_VETO);
	cr_expect_str_eq(hop(v, 0, "decision"), "skip");
	dna_verification_free(v);
}

/* FLOW-014: what is outstanding after the handshake is waited for; nothing is believed before. */
Test(verification, waits_for_evidence_after_the_handshake)
{
	struct dna_verification *v;
	struct peer peer;

	use_policy("  default: { delegate: [], prove: [late] }\n");
	v = begin();
	peer_start(&peer, secure, credentials);
	name_endpoints(peer.port, 1);
	run_to(v, "gathering evidence");
	cr_expect_lt(run(v, 300), 10, "it spins");
	cr_expect_not(dna_verification_done(v));
	cr_expect_str_eq(dna_verification_doing(v), "gathering evidence");
	cr_expect_eq(dna_verification_fd(v), -1);
	tlsa("x.example", peer.port, NULL);
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_eq(dna_verification_verdict(v), DNA_VERDICT_PROVEN);
	dna_verification_free(v);
	peer_kill(&peer);
}

/* ERR-08: a veto over what an endpoint presents reaches no farther than the endpoint. */
Test(verification, goes_on_to_the_next_endpoint_after_a_veto)
{
	struct dna_verification *v = begin();
	struct peer one, two;

	peer_start(&one, secure, credentials);
	peer_start(&two, secure, credentials);
	name_endpoints(one.port, two.port);
	tlsa("x.example", one.port, "2 0 0 00");
	tlsa("y.example", two.port, NULL);
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_eq(dna_verification_verdict(v), DNA_VERDICT_PROVEN, "%s",
		     said(v, NULL, "reason"));
	cr_expect_str_eq(said(v, "endpoint", "host"), "y.example");
	cr_expect_str_eq(hop(v, 0, "decision"), "skip");
	dna_verification_free(v);
	peer_kill(&one);
	peer_kill(&two);
}

Test(verification, ends_in_the_veto_when_no_endpoint_is_left)
{
	struct dna_verification *v = begin();
	uint16_t nobody = closed_port();
	struct peer peer;

	peer_start(&peer, secure, credentials);
	name_endpoints(peer.port, nobody);
	tlsa("x.example", peer.port, "2 0 0 00");
	tlsa("y.example", nobody, NULL);
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_eq(dna_verification_verdict(v), DNA_VERDICT_VETO, "%s", said(v, NULL, "reason"));
	dna_verification_free(v);
	peer_kill(&peer);
}

/* ERR-07: nobody is connected to. */
Test(verification, does_not_connect_when_the_attempt_is_forbidden)
{
	struct dna_verification *v = begin();

	arrive("_xmpp-server._tcp.b.example", DNA_RR_SRV, DNA_FAILED, DNA_BOGUS, NULL);
	arrive("_xmpps-server._tcp.b.example", DNA_RR_SRV, DNA_DENIED, DNA_SECURE, NULL);
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_neq(dna_verification_verdict(v), DNA_VERDICT_PROVEN);
	cr_expect_str_eq(said(v, NULL, "scope"), "attempt");
	cr_expect_eq(dna_verification_fd(v), -1);
	dna_verification_free(v);
}

/* SEC-002, FLOW-032: time runs out, whoever is silent; that is no proof and no denial. */
Test(verification, cannot_tell_when_nobody_answers_in_time)
{
	struct dna_verification *v;

	settings.milliseconds = 300;
	v = begin();
	cr_expect_lt(run(v, 300), 10, "it spins");
	cr_expect_not(dna_verification_done(v));
	now += settings.milliseconds;
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_eq(dna_verification_verdict(v), DNA_VERDICT_UNDECIDED);
	cr_expect_str_eq(said(v, NULL, "verdict"), "undecided");
	cr_expect_neq(said(v, NULL, "reason")[0], '\0');
	dna_verification_free(v);
}

Test(verification, cannot_tell_when_a_peer_is_silent)
{
	struct dna_verification *v;
	struct peer peer;

	settings.milliseconds = 500;
	v = begin();
	peer_start(&peer, silent, credentials);
	name_endpoints(peer.port, closed_port());
	tlsa("x.example", peer.port, NULL);
	cr_expect_lt(run(v, 300), 10, "it spins");
	cr_expect_not(dna_verification_done(v));
	now += settings.milliseconds;
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_expect_eq(dna_verification_verdict(v), DNA_VERDICT_UNDECIDED);
	cr_expect_not_null(strstr(hop(v, 0, "reason"), "did not answer within 0.5"), "%s",
			   hop(v, 0, "reason"));
	dna_verification_free(v);
	peer_kill(&peer);
}

/* All evidence is in the recording, also what came after the verdict. */
Test(verification, records_what_it_has_gathered)
{
	struct dna_verification *v;
	struct peer peer;

	settings.record = true;
	v = begin();
	peer_start(&peer, secure, credentials);
	name_endpoints(peer.port, 1);
	tlsa("x.example", peer.port, NULL);
	run(v, 1000);
	cr_expect_not(dna_verification_done(v), "y.example's TLSA is outstanding");
	tlsa("y.example", 1, "3 0 0 00");
	run(v, ENOUGH);
	cr_assert(dna_verification_done(v));
	cr_assert_not_null(dna_verification_recording(v));
	cr_expect_not_null(strstr(dna_verification_recording(v), "_1._tcp.y.example"));
	cr_expect_not_null(strstr(dna_verification_recording(v), "-----BEGIN CERTIFICATE-----"));
	dna_verification_free(v);
	peer_kill(&peer);
}

Test(verification, refuses_what_is_no_domain)
{
	struct dna_verification *v = NULL;

	cr_expect_eq(dna_verification_new(&v, &settings, "192.0.2.1:5269", now), DNA_E_INVALID);
	cr_expect_eq(dna_verification_new(&v, &settings, "", now), DNA_E_INVALID);
	cr_expect_null(v);
	dna_verification_free(NULL);
}

/* In every phase: nothing is left behind. */
Test(verification, can_be_freed_at_any_time)
{
	struct peer peer;

	for (unsigned phase = 0; phase < 4; phase++) {
		struct dna_verification *v = begin();

		peer_start(&peer, secure, credentials);
		if (phase > 0)
			name_endpoints(peer.port, 1);
		run(v, phase > 1 ? 200 : 0);
		if (phase > 2)
			tlsa("x.example", peer.port, NULL);
		dna_verification_step(v, now);
		dna_verification_free(v);
		peer_kill(&peer);
	}
}
