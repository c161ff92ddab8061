/*
 * Verdicts from recordings: the judgement alone, with evidence that is parsed, and the whole of it,
 * from the recording's text to the verdict. Arguments: the folder of the plugins, and recordings.
 * Writes "what<TAB>recording<TAB>microseconds".
 */
#include "base/limits.h"
#include "clock.h"
#include "proof/case.h"

#include <dna/dna.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST 400000.0 /* microseconds that a measurement takes */

static void die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

static struct dna_bytes read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *text = malloc(DNA_RECORDING_MAX);

	if (file == NULL || text == NULL)
		die(path, "it cannot be read");
	return (struct dna_bytes){ text, fread(text, 1, DNA_RECORDING_MAX, file) };
}

static struct dna_case *replay(struct dna_registry *registry, struct dna_bytes text,
			       const char *path)
{
	struct dna_case *c;
	char *complaint = NULL;

	if (dna_case_replay(&c, text, NULL, registry, NULL, NULL, &complaint) != 0)
		die(path, complaint);
	return c;
}

static void judge(struct dna_case *c, const char *path)
{
	const struct dna_verdict *verdict;

	if (dna_case_verdict(c, &verdict) != 0 || dna_verdict_kind(verdict) != DNA_VERDICT_PROVEN)
		die(path, "it is not proven");
}

static void report(const char *what, const char *path, double began, unsigned rounds)
{
	printf("%s\t%s\t%.3f\n", what, path, (process_time() - began) / rounds);
	fflush(stdout);
}

/* As often as the evidence changes, and so is judged anew. */
static void measure_judgement(struct dna_case *c, const char *path)
{
	double began = process_time();
	unsigned rounds = 0;

	while (rounds % 64 != 0 || process_time() - began < LEAST) {
		c->decided = false;
		judge(c, path);
		rounds++;
	}
	report("judgement", path, began, rounds);
}

static void measure_whole(struct dna_registry *registry, struct dna_bytes text, const char *path)
{
	double began = process_time();
	unsigned rounds = 0;

	while (rounds % 64 != 0 || process_time() - began < LEAST) {
		struct dna_case *c = replay(registry, text, path);

		judge(c, path);
		dna_case_free(c);
		rounds++;
	}
	report("whole", path, began, rounds);
}

int main(int argc, char **argv)
{
	struct dna_registry *registry;

	if (argc < 3 || dna_registry_new(&registry, argv[1]) != 0)
		return 2;
	for (int i = 2; i < argc; i++) {
		struct dna_bytes text = read_file(argv[i]);
		struct dna_case *c = replay(registry, text, argv[i]);

		judge(c, argv[i]);
		measure_judgement(c, argv[i]);
		dna_case_free(c);
		measure_whole(registry, text, argv[i]);
		free((void *)(uintptr_t)text.data);
	}
	dna_registry_free(registry);
	return 0;
}
