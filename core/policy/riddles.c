/* What libyaml finds wrong with a text, in words for whoever has to mend it. */
#include "policy/riddles.h"

#include <stddef.h>
#include <string.h>

/* Each tells what libyaml may say: its context, and how its problem begins. */
static const struct {
	const char *context;
	const char *problem;
	struct dna_riddle riddle;
} riddles[] = {
	{ "while scanning a simple key",
	  "",
	  { .sentence = "a colon is missing behind this", .at_beginning = true } },
	{ "while scanning a quoted scalar",
	  "found unexpected ",
	  { .sentence = "this quotation mark has no second one", .at_beginning = true } },
	{ "while scanning an alias",
	  "",
	  { .sentence = "an asterisk has to be in quotes", .at_beginning = true } },
	{ "while scanning a plain scalar",
	  "found unexpected ':'",
	  { .sentence = "a space has to stand behind this colon" } },
	{ "while scanning for the next token",
	  "",
	  { .sentence = "a text that begins with this has to be in quotes" } },
	{ "",
	  "mapping values are not allowed",
	  { .sentence =
		    "a colon cannot stand here; is the line indented too far, has the text to be "
		    "in quotes, or does the line above lack its colon, or the space behind it?" } },
	{ "while parsing a flow sequence",
	  "did not find expected ',' or ']'",
	  { .sentence = "',' or ']' is missing before this, for '['", .names_line = true } },
	{ "while parsing a flow mapping",
	  "did not find expected ',' or '}'",
	  { .sentence = "',' or '}' is missing before this, for '{'", .names_line = true } },
	{ "while parsing a block mapping",
	  "",
	  { .sentence = "this does not fit; is what stands before it whole already, or is it not "
			"indented as the key",
	    .names_line = true } },
	{ "while parsing a block collection",
	  "",
	  { .sentence = "this does not fit; is what stands before it whole already, or is it not "
			"indented as the item",
	    .names_line = true } },
	{ "",
	  "did not find expected <document start>",
	  { .sentence = "this does not belong to what stands above; is it indented less than the "
			"first line?" } },
};

const struct dna_riddle *dna_riddle_find(const char *context, const char *problem)
{
	for (size_t i = 0; i < sizeof(riddles) / sizeof(riddles[0]); i++)
		if (strcmp(context, riddles[i].context) == 0 &&
		    strncmp(problem, riddles[i].problem, strlen(riddles[i].problem)) == 0)
			return &riddles[i].riddle;
	return NULL;
}
