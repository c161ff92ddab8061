/* What a case has asked for, and what it was given. */
#include "proof/case.h"
#include "base/name.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- asking ---- */

static bool same(const struct dna_asked *asked, const char *kind, const char *name, uint16_t type)
{
	if (asked->type != type || strcmp(asked->kind, kind) != 0)
		return false;
	return strcmp(kind, "dns") == 0 ? dna_name_equal(asked->name, name)
					: strcmp(asked->name, name) == 0;
}

int dna_case_ask(struct dna_case *c, const char *kind, const char *name, uint16_t type)
{
	struct dna_asked *grown, new = { .type = type, .depth = c->depth + 1 };

	for (size_t i = 0; i < c->asked_count; i++)
		if (same(&c->asked[i], kind, name, type))
			return 0;
	if (c->asked_count == DNA_NEEDS_MAX || new.depth > DNA_ROUNDS_MAX) {
		c->limited = true;
		return DNA_E_LIMIT;
	}
	grown = realloc(c->asked, (c->asked_count + 1) * sizeof(*grown));
	if (grown == NULL)
		return DNA_E_NOMEM;
	c->asked = grown;
	new.kind = strdup(kind);
	new.name = strdup(name);
	if (new.kind == NULL || new.name == NULL) {
		free(new.kind);
		free(new.name);
		return DNA_E_NOMEM;
	}
	c->asked[c->asked_count++] = new;
	return 0;
}

static int plan_ask(struct dna_plan *plan, const char *kind, const char *name, uint16_t type)
{
	int r = dna_case_ask(plan->c, kind, name, type);

	if (r != 0 && plan->error == 0)
		plan->error = r;
	return r;
}

int dna_plan_dns(struct dna_plan *plan, const char *name, uint16_t type)
{
	if (name == NULL || type == 0 || strlen(name) > DNA_NAME_MAX ||
	    !dna_name_is_host(name, true))
		return DNA_E_INVALID;
	return plan_ask(plan, "dns", name, type);
}

int dna_plan_https(struct dna_plan *plan, const char *url)
{
	if (url == NULL || strncasecmp(url, "https://", 8) != 0 || strlen(url) > DNA_ITEM_NAME_MAX)
		return DNA_E_INVALID;
	return plan_ask(plan, "https", url, 0);
}

int dna_plan_need(struct dna_plan *plan, const char *kind, const char *name)
{
	if (kind == NULL || name == NULL || kind[0] == '\0' || strlen(kind) > DNA_KIND_MAX ||
	    strlen(name) > DNA_ITEM_NAME_MAX || strcmp(kind, "dns") == 0 ||
	    strcmp(kind, "https") == 0)
		return DNA_E_INVALID;
	return plan_ask(plan, kind, name, 0);
}

void dna_plan_keep(struct dna_plan *plan, const struct dna_item *item, int64_t until)
{
	struct dna_case *c = plan->c;

	for (size_t i = 0; i < c->asked_count; i++) {
		struct dna_asked *asked = &c->asked[i];

		if (!same(asked, dna_item_kind(item), dna_item_name(item), dna_item_type(item)) ||
		    (asked->keep != 0 && asked->keep <= until))
			continue;
		asked->keep = until;
		asked->keep_told = false;
	}
}

bool dna_case_next_kept(struct dna_case *c, struct dna_item **item, int64_t *until)
{
	const struct dna_item *found;

	dna_case_advance(c);
	for (size_t i = 0; i < c->asked_count; i++) {
		struct dna_asked *asked = &c->asked[i];

		if (asked->keep == 0 || asked->keep_told)
			continue;
		asked->keep_told = true;
		found = dna_evidence_find(c->evidence, asked->kind, asked->name, asked->type);
		if (found == NULL)
			continue;
		*item = (struct dna_item *)(uintptr_t)found;
		*until = asked->keep;
		return true;
	}
	return false;
}

bool dna_case_next_need(struct dna_case *c, struct dna_need *need)
{
	dna_case_advance(c);
	for (; c->next < c->asked_count; c->next++) {
		struct dna_asked *asked = &c->asked[c->next];

		if (asked->done || asked->given_out)
			continue;
		asked->given_out = true;
		*need = (struct dna_need){ asked->kind, asked->name, asked->type };
		return true;
	}
	return false;
}

/* ---- being answered ---- */

static bool answered(const struct dna_case *c, const struct dna_asked *asked)
{
	struct dna_answer answer;

	if (strcmp(asked->kind, "dns") != 0)
		return dna_evidence_find(c->evidence, asked->kind, asked->name, asked->type) !=
		       NULL;
	dna_case_answer(c, asked->name, asked->type, &answer);
	/* Aliases without an end are an answer too: a failed one. */
	return answer.item != NULL || answer.links > DNA_ALIAS_MAX;
}

bool dna_case_settle(struct dna_case *c)
{
	bool some = false;

	for (size_t i = 0; i < c->asked_count; i++) {
		struct dna_asked *asked = &c->asked[i];

		if (asked->done || !answered(c, asked))
			continue;
		asked->done = true;
		some = true;
		if (asked->depth > c->depth)
			c->depth = asked->depth;
	}
	return some;
}

bool dna_case_outstanding(const struct dna_case *c, const char *kind, const char *name,
			  uint16_t type)
{
	for (size_t i = 0; i < c->asked_count; i++)
		if (same(&c->asked[i], kind, name, type))
			return !c->asked[i].done;
	return false;
}

bool dna_case_complete(const struct dna_case *c)
{
	for (size_t i = 0; i < c->asked_count; i++)
		if (!c->asked[i].done)
			return false;
	return !c->stale;
}

int dna_case_feed(struct dna_case *c, struct dna_item *item)
{
	int r = dna_evidence_add(c->evidence, item);

	if (c->shadow != NULL)
		dna_case_feed(c->shadow, item);
	if (r == DNA_E_EXISTS)
		return 0;
	if (r == 0)
		c->stale = true;
	return r;
}

/* What is asked for and lacks counts as failed. */
static int fail(struct dna_case *c, const struct dna_asked *asked, const char *reason)
{
	struct dna_item_init init = { .kind = asked->kind,
				      .name = asked->name,
				      .type = asked->type,
				      .outcome = DNA_FAILED,
				      .security = DNA_INDETERMINATE,
				      .time = c->time,
				      .not_after = c->time,
				      .reason = reason };
	struct dna_item *item;
	int r = dna_item_new(&item, &init);

	if (r != 0)
		return r;
	r = dna_case_feed(c, item);
	dna_item_unref(item);
	return r;
}

/*
 * A recording with an endpoint of its own needs that endpoint's path only: the address family that
 * it leaves out counts as not asked, if it has the other.
 */
static bool forgiven(const struct dna_case *c, const struct dna_asked *asked)
{
	uint16_t other = asked->type == DNA_RR_A ? DNA_RR_AAAA : DNA_RR_A;
	struct dna_answer answer;

	if (!c->replayed || !c->endpoint_given || strcmp(asked->kind, "dns") != 0 ||
	    (asked->type != DNA_RR_A && asked->type != DNA_RR_AAAA))
		return false;
	dna_case_answer(c, asked->name, other, &answer);
	return answer.item != NULL && answer.outcome != DNA_FAILED;
}

static int give_up_on(struct dna_case *c, struct dna_asked *asked, const char *reason)
{
	if (!forgiven(c, asked))
		return fail(c, asked, reason);
	asked->done = true;
	c->stale = true;
	return 0;
}

int dna_case_close(struct dna_case *c, const char *reason)
{
	int r = dna_case_advance(c);

	c->closed = true;
	if (c->shadow != NULL)
		dna_case_close(c->shadow, reason);
	while (r == 0 && !dna_case_complete(c)) {
		for (size_t i = 0; r == 0 && i < c->asked_count; i++)
			if (!c->asked[i].done)
				r = give_up_on(c, &c->asked[i], reason);
		if (r == 0)
			r = dna_case_advance(c);
	}
	return r;
}

size_t dna_case_evidence_count(const struct dna_case *c)
{
	return dna_evidence_count(c->evidence);
}

const struct dna_item *dna_case_evidence_at(const struct dna_case *c, size_t index)
{
	return dna_evidence_at(c->evidence, index);
}

void dna_case_clear_asked(struct dna_case *c)
{
	for (size_t i = 0; i < c->asked_count; i++) {
		free(c->asked[i].kind);
		free(c->asked[i].name);
	}
	free(c->asked);
	c->asked = NULL;
	c->asked_count = 0;
}
