/* The domains that a flow's numbers stand for. */
#include "flow/chart.h"
#include "base/name.h"

#include <string.h>

_Static_assert(DNA_FLOW_DOMAIN_SIZE == DNA_NAME_MAX + 1, "a domain in A-labels");
_Static_assert(DNA_FLOW_DOMAINS_MAX >= 2 * DNA_FLOW_PAIRS_MAX + 4, "a number is always free");

static bool is_used(const struct dna_flow *flow, uint8_t number)
{
	if (number == flow->from || number == flow->to)
		return true;
	for (size_t i = 0; i < flow->count; i++)
		if (number == flow->pairs[i].from || number == flow->pairs[i].to)
			return true;
	return false;
}

/* The number of |name|, or one that stands for nothing and is not |taken|. */
static uint8_t number_for(const struct dna_flow_domains *domains, const struct dna_flow *flow,
			  const char *name, uint8_t taken)
{
	uint8_t unused = 0;

	for (uint8_t n = 1; n <= DNA_FLOW_DOMAINS_MAX; n++) {
		if (strcmp(domains->name[n - 1], name) == 0)
			return n;
		if (unused == 0 && n != taken && !is_used(flow, n))
			unused = n;
	}
	return unused;
}

static int enter(struct dna_flow_domains *domains, const struct dna_flow *flow, const char *name,
		 uint8_t taken)
{
	uint8_t number = number_for(domains, flow, name, taken);

	strcpy(domains->name[number - 1], name);
	return number;
}

int dna_flow_domains_find(struct dna_flow_domains *domains, const struct dna_flow *flow,
			  const char *from, const char *to, struct dna_flow_event *event)
{
	char sender[DNA_NAME_MAX + 1] = "", target[DNA_NAME_MAX + 1] = "";
	int r = 0;

	event->from = 0;
	event->to = 0;
	if (from != NULL)
		r = dna_domain_prepare(from, sender, NULL);
	if (r == 0 && to != NULL)
		r = dna_domain_prepare(to, target, NULL);
	if (r != 0)
		return r;
	if (from != NULL)
		event->from = (uint8_t)enter(domains, flow, sender, 0);
	if (to != NULL)
		event->to = (uint8_t)enter(domains, flow, target, event->from);
	return 0;
}

const char *dna_flow_domain(const struct dna_flow_domains *domains, uint8_t number)
{
	if (number == 0 || number > DNA_FLOW_DOMAINS_MAX || domains->name[number - 1][0] == '\0')
		return NULL;
	return domains->name[number - 1];
}
