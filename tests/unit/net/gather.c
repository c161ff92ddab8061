/*
 * Gathering: everything that a case asks for, until its deadline, whatever the application does
 * meanwhile.
 */
#include "fixture.h"
#include "gathering.h"
#include "net.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(gather, .init = net_set_up, .fini = net_tear_down, .timeout = 300);

/* ---- a prooftype that asks for one thing more when something was presented ---- */

static bool presented;

static int plan_later(const struct dna_case *c, struct dna_plan *plan)
{
	(void)c;
	return presented ? dna_plan_need(plan, "weather", "tomorrow") : 0;
}

static int judge_later(const struct dna_case *c, struct dna_finding *finding)
{
	const struct dna_item *item = dna_case_item(c, "weather", "tomorrow", 0);

	return dna_find(finding, DNA_NONE, "TEST", "%s",
			item != NULL ? dna_item_reason(item) : "not asked");
}

static const struct dna_prooftype later = {
	.name = "later", .does = DNA_PROVES, .plan = plan_later, .judge = judge_later
};

static struct dna_case *new_case(const char *domain)
{
	static const struct dna_prooftype *const provers[] = { &later };
	struct dna_subject subject = { .domain = domain, .service = DNA_XMPP_SERVER };

	return fixture_case(NULL, 0, provers, 1, &subject);
}

/* ---- gathering ---- */

static unsigned told; /* that something has changed */

static void note(struct dna_case *c, void *argument)
{
	cr_assert(inside, "called back from outside of dna_net_process()");
	cr_assert_not_null(c);
	told++;
	if (argument != NULL)
		*(struct dna_case **)argument = c;
}

static const struct dna_item *find_item(const struct dna_case *c, const char *kind,
					const char *name, uint16_t type)
{
	for (size_t i = 0; i < dna_case_evidence_count(c); i++) {
		const struct dna_item *item = dna_case_evidence_at(c, i);

		if (strcmp(dna_item_kind(item), kind) == 0 &&
		    strcmp(dna_item_name(item), name) == 0 && dna_item_type(item) == type)
			return item;
	}
	return NULL;
}

Test(gather, obtains_all_that_a_case_asks_for)
{
	struct dna_case *c = new_case("a.example");
	struct dna_hop hop;
	size_t count;

	cr_assert_eq(dna_net_gather(net, c, ENOUGH, note, NULL), 0);
	cr_assert(process_until_complete(c, ENOUGH));
	cr_assert_gt(told, 0);
	cr_assert_eq(dna_case_route(c, &count), 0);
	cr_assert_eq(count, 1);
	cr_assert_eq(dna_case_hop(c, 0, &hop), 0);
	cr_assert_eq(hop.decision, DNA_CONNECT);
	cr_assert_str_eq(dna_case_address_at(c, 0, 0), "127.0.0.1");
	dna_net_forget(net, c);
	dna_case_free(c);
}

Test(gather, follows_aliases)
{
	struct dna_case *c = new_case("alias.example");

	cr_assert_eq(dna_net_gather(net, c, ENOUGH, note, NULL), 0);
	cr_assert(process_until_complete(c, ENOUGH));
	cr_assert_not_null(find_item(c, "dns", "target.example", DNA_RR_A));
	dna_net_forget(net, c);
	dna_case_free(c);
}

Test(gather, says_why_nothing_could_be_learnt)
{
	struct dna_net_options options = { .resolver_program = "/nonexistent/dna-resolver" };
	struct dna_case *c = new_case("a.example");
	const struct dna_verdict *v;

	dna_net_free(net);
	cr_assert_eq(dna_net_new(&net, &options, NULL), 0);
	cr_assert_eq(dna_net_gather(net, c, ENOUGH, note, NULL), 0);
	cr_assert(process_until_complete(c, ENOUGH));
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_UNDECIDED);
	cr_assert_not_null(strstr(dna_verdict_reason(v),
				  "/nonexistent/dna-resolver could not be started: No such file"),
			   "%s", dna_verdict_reason(v));
	dna_net_forget(net, c);
	dna_case_free(c);
}

/* ---- the deadline ---- */

Test(gather, closes_the_case_at_its_deadline)
{
	struct dna_case *c = new_case("silent.example"), *closed = NULL;
	uint64_t begun = dna_loop_now();
	const struct dna_verdict *v;

	cr_assert_eq(dna_net_gather(net, c, 200, note, &closed), 0);
	cr_assert_eq(dna_case_verdict(c, &v), DNA_E_AGAIN);
	cr_assert(process_until_complete(c, ENOUGH));
	cr_assert_eq(closed, c);
	cr_assert_geq(dna_loop_now() - begun, 200);
	cr_assert_eq(dna_case_verdict(c, &v), 0);
	cr_assert_eq(dna_verdict_kind(v), DNA_VERDICT_UNDECIDED);
	cr_assert_not_null(strstr(dna_verdict_reason(v), "within 200 ms"), "%s",
			   dna_verdict_reason(v));
	dna_net_forget(net, c); /* which is not gathered any more */
	dna_case_free(c);
	told = 0;
	process(50);
	cr_assert_eq(told, 0);
}

Test(gather, begins_the_time_anew_when_asked_again)
{
	struct dna_case *c = new_case("silent.example"), *first = NULL, *second = NULL;
	uint64_t begun;

	cr_assert_eq(dna_net_gather(net, c, 100, note, &first), 0);
	begun = dna_loop_now();
	cr_assert_eq(dna_net_gather(net, c, 400, note, &second), 0);
	cr_assert(process_until_complete(c, ENOUGH));
	cr_assert_geq(dna_loop_now() - begun, 400);
	cr_assert_null(first);
	cr_assert_eq(second, c);
	dna_case_free(c);
}

/* ---- what comes up later ---- */

static void present(struct dna_case *c)
{
	presented = true;
	cr_assert_eq(dna_case_present(c, 0, NULL, 0), 0);
}

Test(gather, obtains_what_is_asked_for_after_certificates_were_presented)
{
	struct dna_case *c = new_case("a.example");

	cr_assert_eq(dna_net_gather(net, c, ENOUGH, note, NULL), 0);
	cr_assert(process_until_complete(c, ENOUGH));
	present(c);
	cr_assert_not(dna_case_complete(c));
	process(0); /* the descriptor cannot know */
	cr_assert(process_until_complete(c, ENOUGH));
	cr_assert_not_null(find_item(c, "weather", "tomorrow", 0));
	dna_net_forget(net, c);
	dna_case_free(c);
}

static void present_and_note(struct dna_case *c, void *argument)
{
	struct dna_hop hop;
	size_t count;

	note(c, argument);
	if (!presented && dna_case_route(c, &count) == 0 && dna_case_hop(c, 0, &hop) == 0 &&
	    hop.settled)
		present(c);
}

Test(gather, obtains_what_is_asked_for_because_of_a_callback)
{
	struct dna_case *c = new_case("a.example");
	uint64_t end = dna_loop_now() + ENOUGH;

	cr_assert_eq(dna_net_gather(net, c, ENOUGH, present_and_note, NULL), 0);
	while (find_item(c, "weather", "tomorrow", 0) == NULL && dna_loop_now() < end)
		process(100);
	cr_assert_not_null(find_item(c, "weather", "tomorrow", 0));
	dna_net_forget(net, c);
	dna_case_free(c);
}

/* ---- forgetting ---- */

#define MANY 30

static struct dna_case *cases[MANY];
static unsigned left;

static void free_case(struct dna_case **c)
{
	dna_net_forget(net, *c);
	dna_case_free(*c);
	*c = NULL;
	left--;
}

static void free_itself(struct dna_case *c, void *argument)
{
	cr_assert_eq(*(struct dna_case **)argument, c);
	free_case(argument);
}

static void free_all(struct dna_case *c, void *argument)
{
	(void)c, (void)argument;
	for (size_t i = 0; i < MANY; i++)
		if (cases[i] != NULL)
			free_case(&cases[i]);
}

static void gather_many(const char *domain, unsigned milliseconds, dna_net_changed *changed)
{
	for (size_t i = 0; i < MANY; i++) {
		cases[i] = new_case(domain);
		cr_assert_eq(dna_net_gather(net, cases[i], milliseconds, changed, &cases[i]), 0);
	}
	left = MANY;
	for (uint64_t end = dna_loop_now() + ENOUGH; left > 0 && dna_loop_now() < end;)
		process(1000);
	cr_assert_eq(left, 0);
}

Test(gather, lets_the_callback_free_the_case)
{
	gather_many("a.example", ENOUGH, free_itself);
	gather_many("silent.example", 100, free_itself);
}

Test(gather, lets_the_callback_free_every_case)
{
	gather_many("a.example", ENOUGH, free_all);
	gather_many("silent.example", 100, free_all);
}

Test(gather, lets_go_of_cases_that_are_forgotten)
{
	struct dna_case *c = new_case("held.example");

	cr_assert_eq(dna_net_gather(net, c, ENOUGH, note, NULL), 0);
	process(10);
	dna_net_forget(net, c);
	dna_net_forget(net, c);
	dna_case_free(c);
	gate_open();
	for (int i = 0; i < 5; i++)
		process(30);
	cr_assert_eq(told, 0);
}

Test(gather, leaves_cases_as_they_are_when_it_is_freed)
{
	struct dna_case *c = new_case("held.example");

	cr_assert_eq(dna_net_gather(net, c, ENOUGH, note, NULL), 0);
	process(10);
	dna_net_free(net);
	net = NULL;
	cr_assert_not(dna_case_complete(c));
	cr_assert_eq(told, 0);
	dna_case_free(c);
	dna_net_free(NULL);
}

/* ---- fork of the host ---- */

Test(gather, goes_on_in_a_forked_child_and_in_the_parent)
{
	struct dna_case *c = new_case("held.example");
	int status;
	pid_t pid;

	cr_assert_eq(dna_net_gather(net, c, ENOUGH, note, NULL), 0);
	process(10);
	cr_assert_not(dna_case_complete(c));
	pid = fork();
	if (pid == 0) {
		alarm(250);
		process(0);
		_exit(process_until_complete(c, ENOUGH) ? 0 : 1);
	}
	gate_open();
	cr_assert(process_until_complete(c, ENOUGH));
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "the child ended with %#x", (unsigned)status);
	dna_net_forget(net, c);
	dna_case_free(c);
}
