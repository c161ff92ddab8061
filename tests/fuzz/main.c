/*
 * Runs a fuzzer without libFuzzer: over every file of its corpus, and over versions of each that
 * are cut or damaged, always in the same way. Prints TAP; a fuzzer that finds something dies.
 */
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (1024L * 1024)
#define DAMAGES   200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t seed = 1;

static size_t draw(size_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(seed >> 33) % below;
}

/* In exactly |size| octets, so that a sanitizer sees the first one too many that is read. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *input = malloc(size > 0 ? size : 1);

	if (input == NULL)
		abort();
	if (size > 0)
		memcpy(input, data, size);
	LLVMFuzzerTestOneInput(input, size);
	free(input);
}

static void run_damaged(uint8_t *data, size_t size)
{
	uint8_t before[4];
	size_t at[4], changes = 1 + draw(4);

	for (size_t i = 0; i < changes; i++) {
		at[i] = draw(size);
		before[i] = data[at[i]];
		data[at[i]] = (uint8_t)(draw(2) ? before[i] ^ (size_t)1 << draw(8) : draw(256));
	}
	run(data, draw(4) == 0 ? draw(size) : size);
	while (changes-- > 0)
		data[at[changes]] = before[changes];
}

static int run_file(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL)
		return -1;
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	run(data, size);
	for (int i = 0; size > 0 && i < DAMAGES; i++)
		run_damaged(data, size);
	return 0;
}

int main(int argc, char **argv)
{
	const char *source = getenv("top_srcdir"), *name = strrchr(argv[0], '/');
	char pattern[4096];
	unsigned tests = 0, failures = 0;
	glob_t files;

	(void)argc;
	name = name != NULL ? name + 1 : argv[0];
	if (strncmp(name, "lt-", 3) == 0) /* libtool's */
		name += 3;
	snprintf(pattern, sizeof(pattern), "%s/tests/fuzz/corpus/%s/*",
		 source != NULL ? source : "..", name);
	run(NULL, 0);
	if (glob(pattern, 0, NULL, &files) == 0) {
		for (size_t i = 0; i < files.gl_pathc; i++) {
			int r = run_file(files.gl_pathv[i]);

			failures += r != 0;
			printf("%sok %u - %s\n", r == 0 ? "" : "not ", ++tests,
			       strrchr(files.gl_pathv[i], '/') + 1);
		}
		globfree(&files);
	}
	printf("1..%u\n", tests);
	return failures != 0 || tests == 0;
}
