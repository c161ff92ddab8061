/*
 * A policy, and what it chooses when it is one. Behind it in the input are the files that it names, a
 * separator (octet 0x1c) before each: any name is that of the one that its last octet chooses.
 */
#include "policy/lint.h"
#include "policy/place.h"
#include "policy/policy.h"
#include "../unit/policy/source.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILES_MAX 4

static struct dna_bytes files[FILES_MAX];
static size_t file_count;

/* Returns the policy. */
static struct dna_bytes split(struct dna_bytes input)
{
	struct dna_bytes parts[FILES_MAX + 1] = { input };
	size_t count = 0;

	while (count < FILES_MAX && parts[count].size != 0) {
		struct dna_bytes *part = &parts[count];
		const uint8_t *end = memchr(part->data, 0x1c, part->size);

		if (end == NULL)
			break;
		parts[++count] =
			(struct dna_bytes){ end + 1, part->size - (size_t)(end + 1 - part->data) };
		part->size = (size_t)(end - part->data);
	}
	file_count = count;
	memcpy(files, parts + 1, sizeof(files));
	return parts[0];
}

static int read_file(void *argument, const char *path, struct dna_buffer *content,
		     struct dna_buffer *why)
{
	size_t number = (uint8_t)path[strlen(path) - 1] % FILES_MAX;

	(void)argument;
	if (number < file_count)
		return dna_buffer_add(content, files[number].data, files[number].size);
	dna_buffer_text(why, "is not there");
	return DNA_E_NOTFOUND;
}

/* Any pattern fits the first two. */
static int expand(void *argument, const char *pattern, int (*each)(void *object, const char *path),
		  void *object)
{
	static const char *const paths[] = { "t:0", "t:1" };
	int r = 0;

	(void)argument;
	(void)pattern;
	for (size_t i = 0; r == 0 && i < 2 && i < file_count; i++)
		r = each(object, paths[i]);
	return r;
}

/* That of the unit tests, but for the files. */
static const struct dna_prooftype_source *source(void)
{
	static struct dna_prooftype_source own;

	own = test_source;
	own.read_file = read_file;
	own.expand = expand;
	return &own;
}

/*
 * Each line names the policy or a file of its, or shows a line of one; nothing in it can harm a
 * terminal.
 */
static void check_complaint(const char *complaint)
{
	const char *line = complaint;

	while (line != NULL) {
		if (strncmp(line, "f:", 2) != 0 && strchr("/. t", line[0]) == NULL)
			abort();
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	for (; *complaint != '\0'; complaint++)
		if (((unsigned char)*complaint < 0x20 && *complaint != '\n') || *complaint == 0x7f)
			abort();
}

/* What is written into a recording is read from it again, and says the same. */
static void check_document(const json_t *document)
{
	struct dna_complaints complaints = { .name = "f" };
	struct dna_profile *profile = NULL;
	struct dna_node *node = NULL;

	dna_buffer_init(&complaints.text, 0);
	if (dna_node_from_json(&node, document) != 0 ||
	    dna_profile_read(&profile, "again", node, NULL, NULL, source(), &complaints) != 0 ||
	    !json_equal(profile->document, document))
		abort();
	dna_buffer_clear(&complaints.text);
	dna_profile_unref(profile);
	dna_node_free(node);
}

static void check_choice(const struct dna_policy *policy, const char *remote, const char *local)
{
	struct dna_choice choice;
	struct dna_place place;
	json_t *document;

	dna_policy_choose(policy, remote, local, DNA_XMPP_SERVER, DNA_RECEIVING, &choice);
	if (choice.profile == NULL || choice.profile->prover_count == 0 || choice.line == 0 ||
	    choice.demand.minimum < choice.profile->demand.minimum ||
	    (choice.demand.withstand & choice.profile->demand.withstand) !=
		    choice.profile->demand.withstand ||
	    (choice.endpoint != NULL &&
	     dna_place_read(choice.endpoint, DNA_XMPP_CLIENT, false, &place) != 0))
		abort();
	document = dna_choice_document(&choice);
	if (document == NULL)
		abort();
	check_document(document);
	json_decref(document);
}

static void check_warnings(const struct dna_policy *policy, struct dna_bytes text)
{
	struct dna_complaints complaints = { .name = "f", .source = text, .warns = true };
	char *warnings;

	dna_buffer_init(&complaints.text, 0);
	dna_policy_warn(policy, &complaints);
	warnings = dna_complaints_steal(&complaints);
	if (warnings != NULL)
		check_complaint(warnings);
	free(warnings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dna_bytes text = split((struct dna_bytes){ data, size });
	struct dna_policy *policy = NULL;
	char *complaint = NULL;
	int r = dna_policy_read_from(&policy, text, "f", source(), &complaint);

	if ((r == 0) != (policy != NULL) || (r == 0) != (complaint == NULL))
		abort();
	if (r == 0) {
		check_choice(policy, "a.example", NULL);
		check_choice(policy, "x.eu.bank.example", "a.tenant.example");
		check_choice(policy, "xn--bcher-kva.example", "example.org");
		check_warnings(policy, text);
	} else {
		check_complaint(complaint);
	}
	free(complaint);
	dna_policy_unref(policy);
	return 0;
}
