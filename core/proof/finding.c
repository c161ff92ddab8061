/* What one prooftype found: written by its judge(), read by the policy and by people. */
#include "proof/case.h"
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void __attribute__((format(printf, 2, 0)))
write_reason(char reason[DNA_REASON_MAX + 1], const char *format, va_list arguments)
{
	char text[DNA_REASON_MAX + 8];

	vsnprintf(text, sizeof(text), format, arguments);
	dna_text_cut(text, DNA_REASON_MAX);
	memcpy(reason, text, strlen(text) + 1);
}

void dna_reason_write(char reason[DNA_REASON_MAX + 1], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_reason(reason, format, arguments);
	va_end(arguments);
}

void dna_obstruct(struct dna_obstacle *obstacle, bool veto, bool temporary, const char *rule,
		  const char *format, ...)
{
	va_list arguments;

	*obstacle = (struct dna_obstacle){ .stands = true, .veto = veto, .temporary = temporary };
	snprintf(obstacle->rule, sizeof(obstacle->rule), "%s", rule);
	va_start(arguments, format);
	write_reason(obstacle->reason, format, arguments);
	va_end(arguments);
}

void dna_finding_reset(struct dna_finding *finding, const struct dna_profile_entry *entry)
{
	for (size_t i = 0; i < finding->delegation_count; i++)
		free((void *)(uintptr_t)finding->delegations[i].target);
	free(finding->delegations);
	*finding = (struct dna_finding){ .entry = entry,
					 .result = DNA_NONE,
					 .scope = DNA_SCOPE_ENDPOINT,
					 .not_after = DNA_FOREVER };
}

int dna_find(struct dna_finding *finding, enum dna_result result, const char *rule,
	     const char *format, ...)
{
	va_list arguments;

	finding->result = result;
	snprintf(finding->rule, sizeof(finding->rule), "%s", rule);
	va_start(arguments, format);
	write_reason(finding->reason, format, arguments);
	va_end(arguments);
	return 0;
}

void dna_finding_veto(struct dna_finding *finding, enum dna_scope scope, bool temporary)
{
	finding->scope = scope;
	finding->temporary = temporary;
}

void dna_finding_insist(struct dna_finding *finding)
{
	finding->insists = true;
}

void dna_finding_temporary(struct dna_finding *finding)
{
	finding->temporary = true;
}

/* Where there is no room left, what two alternatives have in common stands for both: no weaker
 * attacker is believed to be needed than is. */
void dna_finding_rests_on(struct dna_finding *finding, uint32_t roots)
{
	const uint32_t known = DNA_ROOT_WEBPKI | DNA_ROOT_DNSSEC | DNA_ROOT_PIN | DNA_ROOT_CONFIG;

	if ((roots & ~known) != 0)
		roots = (roots & known) | DNA_ROOT_OTHER;
	if (finding->root_count < DNA_ALTERNATIVES_MAX)
		finding->roots[finding->root_count++] = roots;
	else
		finding->roots[DNA_ALTERNATIVES_MAX - 1] &= roots;
}

void dna_finding_until(struct dna_finding *finding, int64_t time)
{
	if (time < finding->not_after)
		finding->not_after = time;
}

void dna_finding_cite(struct dna_finding *finding, const struct dna_item *item)
{
	if (item != NULL)
		dna_finding_until(finding, dna_item_not_after(item));
}

void dna_finding_through(struct dna_finding *finding, const struct dna_delegation *delegation)
{
	finding->through = delegation != NULL ? delegation->by : NULL;
}

void dna_finding_require_tls(struct dna_finding *finding)
{
	finding->tls_required = true;
}

int dna_finding_delegate(struct dna_finding *finding, const struct dna_endpoint *endpoint,
			 const char *target, uint32_t roots)
{
	struct dna_delegation *grown;
	char *copy;

	if (endpoint == NULL || target == NULL)
		return DNA_E_INVALID;
	if (finding->delegation_count == DNA_SRV_MAX)
		return DNA_E_LIMIT;
	grown = realloc(finding->delegations, (finding->delegation_count + 1) * sizeof(*grown));
	if (grown == NULL)
		return DNA_E_NOMEM;
	finding->delegations = grown;
	copy = strdup(target);
	if (copy == NULL)
		return DNA_E_NOMEM;
	finding->delegations[finding->delegation_count++] =
		(struct dna_delegation){ .endpoint = endpoint,
					 .target = copy,
					 .by = finding->entry->prooftype->name,
					 .roots = roots };
	dna_finding_until(finding, endpoint->not_after);
	return 0;
}

const char *dna_finding_prooftype(const struct dna_finding *finding)
{
	return finding->entry->prooftype->name;
}

enum dna_result dna_finding_result(const struct dna_finding *finding)
{
	return finding->result;
}

const char *dna_finding_reason(const struct dna_finding *finding)
{
	return finding->reason;
}

const char *dna_finding_rule(const struct dna_finding *finding)
{
	return finding->rule;
}

int64_t dna_finding_not_after(const struct dna_finding *finding)
{
	return finding->not_after;
}

size_t dna_finding_root_count(const struct dna_finding *finding)
{
	return finding->root_count;
}

uint32_t dna_finding_roots_at(const struct dna_finding *finding, size_t index)
{
	return index < finding->root_count ? finding->roots[index] : 0;
}
