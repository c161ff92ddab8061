/* libdna-net: one loop, one place where things are looked up, and the cases that are gathered. */
#include "net/gather.h"
#include "net/settings.h"

#include <dna/net.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SYSTEM_CA_FILE "/etc/ssl/certs/ca-certificates.crt"

struct dna_net {
	struct dna_loop *loop;
	struct dna_lookups *lookups;
	struct dna_gathers gathers;
	struct dna_anchors *anchors;
};

/* ---- beginning and end ---- */

static int start(struct dna_net *net, const struct dna_net_options *options, char **complaint)
{
	struct dna_lookups_options lookups = {
		.resolver = { .program = options->resolver_program != NULL
						 ? options->resolver_program
						 : DNA_RESOLVER_PROGRAM,
			      .addresses = options->resolver,
			      .trust_anchor = options->trust_anchor },
		.allow_private_addresses = options->allow_private_addresses,
	};
	int r = dna_settings_check_resolver(options->resolver, complaint);

	if (r == 0)
		r = dna_settings_check_trust_anchor(options->trust_anchor, complaint);
	if (r == 0)
		r = dna_settings_load_anchors(
			&net->anchors, options->ca_file != NULL ? options->ca_file : SYSTEM_CA_FILE,
			complaint);
	if (r == 0)
		r = dna_loop_new(&net->loop);
	lookups.anchors = net->anchors;
	if (r == 0)
		r = dna_lookups_new(&net->lookups, net->loop, &lookups);
	net->gathers.loop = net->loop;
	net->gathers.lookups = net->lookups;
	return r;
}

int dna_net_new(struct dna_net **net, const struct dna_net_options *options, char **complaint)
{
	static const struct dna_net_options none = { .resolver = NULL };
	struct dna_net *new = calloc(1, sizeof(*new));
	char *why = NULL;
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	r = start(new, options != NULL ? options : &none, &why);
	if (r != 0) {
		if (complaint != NULL)
			*complaint = why != NULL ? why : strdup(dna_strerror(r));
		else
			free(why);
		dna_net_free(new);
		return r;
	}
	*net = new;
	return 0;
}

void dna_net_free(struct dna_net *net)
{
	if (net == NULL)
		return;
	dna_gathers_clear(&net->gathers);
	dna_lookups_free(net->lookups);
	dna_loop_free(net->loop);
	dna_anchors_unref(net->anchors);
	free(net);
}

/* ---- running ---- */

int dna_net_fd(const struct dna_net *net)
{
	return dna_loop_fd(net->loop);
}

int dna_net_process(struct dna_net *net)
{
	return dna_loop_run(net->loop, 0);
}

int dna_net_gather(struct dna_net *net, struct dna_case *c, unsigned milliseconds,
		   dna_net_changed *changed, void *argument)
{
	if (dna_anchors_count(dna_case_anchors(c)) == 0)
		dna_case_trust(c, net->anchors);
	return dna_gather_start(&net->gathers, c, milliseconds, changed, argument);
}

void dna_net_forget(struct dna_net *net, struct dna_case *c)
{
	dna_gather_forget(&net->gathers, c);
}

/* ---- all in one ---- */

static void note_change(struct dna_case *c, void *argument)
{
	(void)c;
	*(bool *)argument = true;
}

static int wait_for_verdict(struct dna_net *net, struct dna_case *c, unsigned milliseconds)
{
	const struct dna_verdict *verdict;
	bool changed = false;
	int r = dna_net_gather(net, c, milliseconds, note_change, &changed);

	while (r == 0 && dna_case_verdict(c, &verdict) == DNA_E_AGAIN && !dna_case_complete(c))
		r = dna_loop_run(net->loop, -1);
	dna_net_forget(net, c);
	return r == 0 ? dna_case_verdict(c, &verdict) : r;
}

int dna_verify(struct dna_net *net, struct dna_policy *policy, const struct dna_subject *subject,
	       const struct dna_bytes *chain, size_t count, unsigned milliseconds,
	       struct dna_case **c)
{
	struct dna_case *new;
	int r = dna_case_new(&new, policy, subject, time(NULL));

	if (r != 0)
		return r;
	r = dna_case_present_peer(new, chain, count);
	if (r == 0)
		r = wait_for_verdict(net, new, milliseconds);
	if (r != 0) {
		dna_case_free(new);
		return r;
	}
	*c = new;
	return 0;
}
