/* The verdict as the application reads it. */
#include "proof/case.h"

enum dna_verdict_kind dna_verdict_kind(const struct dna_verdict *v)
{
	return v->kind;
}

const char *dna_verdict_reason(const struct dna_verdict *v)
{
	return v->reason;
}

const char *dna_verdict_rule(const struct dna_verdict *v)
{
	return v->rule;
}

enum dna_scope dna_verdict_scope(const struct dna_verdict *v)
{
	return v->scope;
}

bool dna_verdict_temporary(const struct dna_verdict *v)
{
	return v->temporary;
}

int64_t dna_verdict_not_after(const struct dna_verdict *v)
{
	return v->not_after;
}

const struct dna_endpoint *dna_verdict_endpoint(const struct dna_verdict *v)
{
	return v->endpoint;
}

const char *dna_verdict_profile(const struct dna_verdict *v)
{
	return v->choice->profile->name;
}

const char *dna_verdict_minimum(const struct dna_verdict *v)
{
	return dna_minimum_name(v->choice->demand.minimum);
}

size_t dna_verdict_root_count(const struct dna_verdict *v)
{
	return v->rests.count;
}

uint32_t dna_verdict_roots_at(const struct dna_verdict *v, size_t index)
{
	return index < v->rests.count ? v->rests.roots[index] : 0;
}

uint32_t dna_verdict_short_of(const struct dna_verdict *v)
{
	return v->short_of;
}

const char *dna_verdict_policy_file(const struct dna_verdict *v)
{
	return v->choice->file != NULL ? v->choice->file : "";
}

unsigned dna_verdict_policy_line(const struct dna_verdict *v)
{
	return v->choice->line;
}

size_t dna_verdict_by_count(const struct dna_verdict *v)
{
	return v->by_count;
}

const char *dna_verdict_by_at(const struct dna_verdict *v, size_t index)
{
	return index < v->by_count ? v->by[index] : NULL;
}

size_t dna_verdict_through_count(const struct dna_verdict *v)
{
	return v->through_count;
}

const char *dna_verdict_through_at(const struct dna_verdict *v, size_t index)
{
	return index < v->through_count ? v->through[index] : NULL;
}

size_t dna_verdict_finding_count(const struct dna_verdict *v)
{
	return v->finding_count;
}

const struct dna_finding *dna_verdict_finding_at(const struct dna_verdict *v, size_t index)
{
	return index < v->finding_count ? v->findings[index] : NULL;
}
