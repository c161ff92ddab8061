/* What a profile means, in sentences for people. */
#include "policy/describe.h"

#include <stdlib.h>
#include <string.h>

/* "a", "a or b", "a, b or c": what stands before the name at |index| of |count|. */
static const char *separator(size_t index, size_t count, const char *last)
{
	if (index == 0)
		return "";
	return index + 1 == count ? last : ", ";
}

static size_t stage_size(const struct dna_profile *profile, size_t first)
{
	size_t end = first;

	while (end < profile->prover_count &&
	       profile->provers[end].stage == profile->provers[first].stage)
		end++;
	return end - first;
}

static void describe_provers(const struct dna_profile *profile, struct dna_buffer *text)
{
	for (size_t i = 0, size; i < profile->prover_count; i += size) {
		size = stage_size(profile, i);
		dna_buffer_text(text, i == 0 ? "" : ", else ");
		for (size_t j = 0; j < size; j++)
			dna_buffer_format(text, "%s%s", separator(j, size, " or "),
					  profile->provers[i + j].prooftype->name);
	}
	dna_buffer_text(text, " has to prove the domain; ");
}

static void describe_delegators(const struct dna_profile *profile, struct dna_buffer *text)
{
	for (size_t i = 0; i < profile->delegator_count; i++)
		dna_buffer_format(text, "%s%s", separator(i, profile->delegator_count, " or "),
				  profile->delegators[i].prooftype->name);
	dna_buffer_text(text, profile->delegator_count != 0 ? " may delegate it to a host"
							    : "nothing delegates it to a host");
}

static void describe_left_out(const struct dna_profile *profile, struct dna_buffer *text)
{
	size_t count = profile->left_out_count;

	for (size_t i = 0; i < count; i++)
		dna_buffer_format(text, "%s%s", i == 0 ? "; " : separator(i, count, " and "),
				  profile->left_out[i].name);
	if (count != 0)
		dna_buffer_format(text, " %s not installed and left out",
				  count == 1 ? "is" : "are");
}

static void describe_demand(const struct dna_demand *demand, struct dna_buffer *text)
{
	static const char *const least[] = {
		[DNA_LEAST_NONE_TLS] = "; without a proof dialback is enough, even in clear",
		[DNA_LEAST_WEAK] = "; without a proof dialback over TLS is enough",
		[DNA_LEAST_DNA] = "",
	};
	uint32_t named = dna_demand_named(demand);
	size_t count = (size_t)__builtin_popcount(named), index = 0;

	dna_buffer_text(text, least[demand->minimum]);
	if ((demand->withstand & DNA_WITHSTAND_ANY) != 0)
		dna_buffer_text(text, "; whoever breaks a single trust root must not be able to "
				      "forge the proof");
	if (named == 0)
		return;
	dna_buffer_text(text, "; whoever breaks ");
	for (unsigned i = 0; dna_root_words[i] != NULL; i++)
		if ((named & UINT32_C(1) << i) != 0)
			dna_buffer_format(text, "%s%s", separator(index++, count, " and "),
					  dna_root_words[i]);
	dna_buffer_text(text, count == 1 ? " alone must not be able to forge the proof"
					 : " together must not be able to forge the proof");
}

char *dna_profile_describe(const struct dna_profile *profile, const struct dna_demand *demand)
{
	struct dna_buffer text;
	char *sentence = NULL;

	dna_buffer_init(&text, 0);
	describe_provers(profile, &text);
	describe_delegators(profile, &text);
	describe_left_out(profile, &text);
	if (profile->anchors.file != NULL)
		dna_buffer_format(&text, "; trust anchors are those in %s alone",
				  profile->anchors.file);
	if (profile->crls.file != NULL)
		dna_buffer_format(&text, "; revocation lists are in %s", profile->crls.file);
	describe_demand(demand, &text);
	if (text.error == 0)
		sentence = dna_buffer_steal(&text);
	dna_buffer_clear(&text);
	return sentence;
}
