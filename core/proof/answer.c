/* The evidence as core and plugins look at it: items by question, and DNS answers with their
 * aliases followed. */
#include "proof/case.h"

#include <string.h>

/* A plugin that looks at what is still on its way has its finding discarded. Returns whether it is. */
static bool touch(const struct dna_case *c, const char *kind, const char *name, uint16_t type)
{
	bool outstanding = c->view != NULL && dna_case_outstanding(c, kind, name, type);

	if (outstanding)
		c->view->touched = true;
	return outstanding;
}

const struct dna_item *dna_case_item(const struct dna_case *c, const char *kind, const char *name,
				     uint16_t type)
{
	const struct dna_item *item = dna_evidence_find(c->evidence, kind, name, type);

	if (item == NULL)
		touch(c, kind, name, type);
	return item;
}

enum dna_security dna_security_worse(enum dna_security a, enum dna_security b)
{
	return a > b ? a : b;
}

/* DELEG-021: an answer lives no longer than any link that leads to it. */
static void bound_by(struct dna_answer *answer, const struct dna_item *item)
{
	if (dna_item_not_after(item) < answer->not_after)
		answer->not_after = dna_item_not_after(item);
}

static void give_up(struct dna_answer *answer, const char *reason)
{
	answer->item = NULL;
	answer->outcome = DNA_FAILED;
	answer->security = DNA_INDETERMINATE;
	answer->links = DNA_ALIAS_MAX + 1;
	answer->reason = reason;
}

static const struct dna_item *alias_at(const struct dna_case *c, const char *owner, uint16_t type)
{
	const struct dna_item *alias = dna_evidence_find(c->evidence, "dns", owner, DNA_RR_CNAME);

	return alias != NULL && type != DNA_RR_CNAME && dna_item_outcome(alias) == DNA_ANSWERED
		       ? alias
		       : NULL;
}

/* The owner that an alias leads to: the name of the item there, so that it lives as long as the
 * evidence. */
static const char *target_of(const struct dna_case *c, const struct dna_item *alias, uint16_t type,
			     char name[256])
{
	const struct dna_item *there;

	if (dna_item_count(alias) != 1 || dna_cname_read(dna_item_data(alias, 0), name) != 0)
		return NULL;
	there = dna_evidence_find(c->evidence, "dns", name, type);
	if (there == NULL)
		there = dna_evidence_find(c->evidence, "dns", name, DNA_RR_CNAME);
	return there != NULL ? dna_item_name(there) : "";
}

static const char *default_reason(const struct dna_item *item)
{
	const char *reason = dna_item_reason(item);

	if (reason[0] != '\0')
		return reason;
	if (dna_item_security(item) == DNA_BOGUS)
		return "DNSSEC validation failed";
	if (dna_item_outcome(item) == DNA_FAILED)
		return "it could not be obtained";
	return dna_item_security(item) == DNA_INDETERMINATE
		       ? "whether DNSSEC secures it could not be determined"
		       : "there is none";
}

void dna_case_answer(const struct dna_case *c, const char *name, uint16_t type,
		     struct dna_answer *answer)
{
	const struct dna_item *alias, *item;

	*answer = (struct dna_answer){ .outcome = DNA_FAILED,
				       .security = DNA_INDETERMINATE,
				       .alias = DNA_SECURE,
				       .first = DNA_INDETERMINATE,
				       .owner = name,
				       .reason = "it was not obtained",
				       .not_after = DNA_FOREVER };
	while ((item = dna_evidence_find(c->evidence, "dns", answer->owner, type)) == NULL &&
	       (alias = alias_at(c, answer->owner, type)) != NULL) {
		char target[256];
		const char *next;

		if (answer->links++ == 0)
			answer->first = dna_item_security(alias);
		answer->alias = dna_security_worse(answer->alias, dna_item_security(alias));
		bound_by(answer, alias);
		if (answer->links > DNA_ALIAS_MAX) {
			give_up(answer, "the aliases loop or are too many"); /* SEC-006 */
			return;
		}
		next = target_of(c, alias, type, target);
		if (next == NULL) {
			give_up(answer, "an alias cannot be read");
			return;
		}
		if (next[0] == '\0') {
			answer->outstanding = touch(c, "dns", name, type);
			return;
		}
		answer->owner = next;
	}
	if (item == NULL) {
		answer->outstanding = touch(c, "dns", name, type);
		return;
	}
	answer->item = item;
	bound_by(answer, item);
	answer->outcome = dna_item_outcome(item);
	answer->security =
		dna_security_worse(answer->alias, dna_item_security(item)); /* DELEG-006 */
	if (answer->links == 0)
		answer->first = dna_item_security(item);
	if (answer->outcome != DNA_ANSWERED || answer->security > DNA_INSECURE)
		answer->reason = default_reason(item);
	else
		answer->reason = "";
}
