/* Gathering: one dna_net, and an application that waits for it. */
#include "gathering.h"
#include "net.h"

#include <criterion/criterion.h>

#include <poll.h>

struct dna_net *net;
bool inside;

void net_set_up(void)
{
	struct dna_net_options options = { .resolver_program =
						   built_file("tests/unit/net/worker") };

	gate_close();
	cr_assert_eq(dna_net_new(&net, &options, NULL), 0);
}

void net_tear_down(void)
{
	dna_net_free(net);
	gate_clear();
}

void process(int milliseconds)
{
	struct pollfd fd = { .fd = dna_net_fd(net), .events = POLLIN };

	poll(&fd, 1, milliseconds);
	inside = true;
	cr_assert_eq(dna_net_process(net), 0);
	inside = false;
}

bool process_until_complete(const struct dna_case *c, unsigned milliseconds)
{
	uint64_t end = dna_loop_now() + milliseconds;

	while (!dna_case_complete(c) && dna_loop_now() < end)
		process((int)milliseconds);
	return dna_case_complete(c);
}
