/* Files, and asking what a file of questions asks. */
#include "questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUN 100 /* questions that are timed together: the clock itself takes a while */

struct question {
	const char *name, *wanted;
};

void die(const char *about)
{
	fprintf(stderr, "bench: %s\n", about);
	exit(1);
}

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	char *text;
	long length;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0)
		die(path);
	text = malloc((size_t)length + 1);
	rewind(file);
	if (text == NULL || fread(text, 1, (size_t)length, file) != (size_t)length)
		die(path);
	text[length] = '\0';
	fclose(file);
	*size = (size_t)length;
	return text;
}

/* What stands before |separator|, which becomes a NUL. */
static char *cut(char **text, char separator)
{
	char *begin = *text, *end = strchr(begin, separator);

	if (end == NULL)
		return NULL;
	*end = '\0';
	*text = end + 1;
	return begin;
}

bool next_entry(char **text, char **name, char **profile)
{
	*name = cut(text, ':');
	if (*name == NULL)
		return false;
	++*text; /* a space */
	*profile = cut(text, '\n');
	if (**name == '"') {
		*name += 2;
		(*name)[strlen(*name) - 1] = '\0';
	}
	return true;
}

bool find_suffixes(questions_find_exactly *exactly, void *argument, const char *name,
		   char profile[PROFILE_MAX + 1])
{
	const char *end = name + strlen(name);

	do {
		if (exactly(argument, name, (size_t)(end - name), profile))
			return true;
		name = strchr(name + 1, '.');
	} while (name != NULL);
	return false;
}

static struct question *read_questions(char *text, size_t *count)
{
	struct question *questions = NULL;
	size_t room = 0;
	const char *name;

	for (*count = 0; (name = cut(&text, ' ')) != NULL; ++*count) {
		if (*count == room) {
			room = 2 * room + 1000;
			questions = realloc(questions, room * sizeof(*questions));
			if (questions == NULL)
				die("no memory");
		}
		questions[*count] = (struct question){ name, cut(&text, '\n') };
	}
	return questions;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void ask(const char *path, questions_find *find, void *argument)
{
	size_t size, count, runs, wrong = 0;
	char *text = read_file(path, &size);
	struct question *questions = read_questions(text, &count);
	double *took;

	runs = count / RUN;
	took = calloc(runs + 1, sizeof(*took));
	if (took == NULL || runs == 0)
		die(path);
	for (size_t i = 0; i < runs; i++) {
		char profile[RUN][PROFILE_MAX + 1];
		const struct question *first = &questions[i * RUN];
		double began = now();

		for (size_t j = 0; j < RUN; j++)
			if (!find(argument, first[j].name, profile[j]))
				strcpy(profile[j], "-");
		took[i] = (now() - began) / RUN;
		for (size_t j = 0; j < RUN; j++)
			wrong += strcmp(profile[j], first[j].wanted) != 0;
	}
	qsort(took, runs, sizeof(*took), compare);
	printf("%.1f %zu\n", took[runs / 2] * 1e9, wrong);
	free(took);
	free(questions);
	free(text);
}
