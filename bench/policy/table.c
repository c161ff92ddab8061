/*
 * The domain table, and libyaml beside it.
 *
 *     table events FILE               seconds that libyaml takes for its bare events
 *     table load FILE                 seconds to read it, octets that stay resident, how many there are
 *     table ask FILE QUESTIONS...     a line for each file of questions
 */
#include "questions.h"

#include "policy/domains.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

static const char *const names[] = { "careful", "default", "legacy", "pinned" };

static void parse_events(const char *text, size_t size)
{
	yaml_event_type_t type;
	yaml_parser_t parser;

	yaml_parser_initialize(&parser);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	do {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event))
			die("libyaml does not take it");
		type = event.type;
		yaml_event_delete(&event);
	} while (type != YAML_STREAM_END_EVENT);
	yaml_parser_delete(&parser);
}

static struct dna_domains *load(const char *text, size_t size)
{
	const struct dna_profile_names profiles = { names, sizeof(names) / sizeof(names[0]) };
	struct dna_complaints complaints = { .name = "domains" };
	struct dna_domains *domains;

	dna_buffer_init(&complaints.text, 0);
	if (dna_domains_new(&domains) != 0 ||
	    dna_domains_read(domains, (struct dna_bytes){ (const uint8_t *)text, size }, &profiles,
			     &complaints) != 0)
		die("no memory");
	if (complaints.count != 0)
		die((const char *)complaints.text.data);
	if (dna_domains_seal(domains) != 0)
		die("no memory");
	return domains;
}

/* Octets of memory that this process has, of its own. */
static size_t resident(void)
{
	unsigned long total, all, shared;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file == NULL || fscanf(file, "%lu %lu %lu", &total, &all, &shared) != 3)
		die("/proc/self/statm");
	fclose(file);
	return (all - shared) * (size_t)sysconf(_SC_PAGESIZE);
}

static void measure_load(const char *path)
{
	size_t size, before = resident();
	char *text = read_file(path, &size);
	double began = now(), took;
	struct dna_domains *domains = load(text, size);

	took = now() - began;
	free(text);
	printf("%.6f %zu %zu\n", took, resident() - before,
	       dna_domains_count(domains) + dna_domains_wildcard_count(domains));
	dna_domains_free(domains);
}

static void measure_events(const char *path)
{
	size_t size;
	char *text = read_file(path, &size);
	double began = now();

	parse_events(text, size);
	printf("%.6f\n", now() - began);
	free(text);
}

static bool find_profile(void *argument, const char *name, char profile[PROFILE_MAX + 1])
{
	struct dna_domains_match match;

	if (!dna_domains_find(argument, name, &match))
		return false;
	strcpy(profile, names[match.profile]);
	return true;
}

static void measure_lookups(const char *path, char **questions)
{
	size_t size;
	char *text = read_file(path, &size);
	struct dna_domains *domains = load(text, size);

	free(text);
	for (; *questions != NULL; questions++)
		ask(*questions, find_profile, domains);
	dna_domains_free(domains);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		die("table events|load|ask FILE [QUESTIONS...]");
	if (strcmp(argv[1], "events") == 0)
		measure_events(argv[2]);
	else if (strcmp(argv[1], "load") == 0)
		measure_load(argv[2]);
	else
		measure_lookups(argv[2], argv + 3);
	return 0;
}
