/* What libyaml finds wrong with a text, in words for whoever has to mend it. */
#ifndef DNA_POLICY_RIDDLES_H
#define DNA_POLICY_RIDDLES_H

#include <stdbool.h>

struct dna_riddle {
	const char *sentence;
	bool at_beginning; /* it is about where libyaml's context begins */
	bool names_line;   /* the line where that is belongs behind the sentence */
};

/* By libyaml's own words, each of which may be ""; NULL where these have to do. */
const struct dna_riddle *dna_riddle_find(const char *context, const char *problem);

#endif
