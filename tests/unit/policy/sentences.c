/* What a complaint says, without the lines that it shows. */
#include "sentences.h"

#include <string.h>

char *sentences(char *complaint)
{
	char *rest = complaint, *to = complaint, *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (line[0] == ' ')
			continue;
		if (to != complaint)
			*to++ = '\n';
		memmove(to, line, strlen(line) + 1);
		to += strlen(to);
	}
	return complaint;
}
