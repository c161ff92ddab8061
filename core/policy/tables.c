/* The files that `remotes` and `locals` name. */
#include "policy/tables.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* One of the keys on its way. */
struct filling {
	const struct dna_policy_reader *reader;
	const struct dna_node *value;
	struct dna_domains *table;
	struct dna_profile_names names;
	size_t files;
};

static int complain_about_file(const struct filling *filling, const char *path, const char *why)
{
	dna_complain(filling->reader->complaints, filling->value, "the file %s %s", path, why);
	return 0;
}

static int read_text(struct filling *filling, const char *path, struct dna_bytes text)
{
	struct dna_complaints complaints = { .name = path, .source = text };
	int r;

	dna_buffer_init(&complaints.text, 0);
	r = dna_domains_read(filling->table, text, &filling->names, &complaints);
	if (complaints.count != 0)
		dna_complaints_take(filling->reader->complaints, &complaints);
	dna_buffer_clear(&complaints.text);
	return r;
}

static int read_table(void *object, const char *path)
{
	struct filling *filling = object;
	const struct dna_prooftype_source *source = filling->reader->source;
	struct dna_buffer content, why;
	int r;

	filling->files++;
	dna_buffer_init(&content, DNA_DOMAINS_FILE_MAX);
	dna_buffer_init(&why, 0);
	r = source->read_file(source->argument, path, &content, &why);
	if (r == 0)
		r = read_text(filling, path, (struct dna_bytes){ content.data, content.size });
	else if (r != DNA_E_NOMEM)
		r = complain_about_file(filling, path, (char *)why.data);
	dna_buffer_clear(&content);
	dna_buffer_clear(&why);
	return r;
}

/* A pattern may fit no file yet; a name without one is that of a file that has to be there. */
static bool is_pattern(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

static int read_files(struct filling *filling)
{
	const struct dna_policy_reader *reader = filling->reader;
	const char *text = filling->value->text;
	struct dna_buffer path;
	int r;

	dna_buffer_init(&path, 0);
	r = dna_buffer_format(&path, "%s%s", text[0] == '/' ? "" : reader->folder, text);
	if (r == 0 && is_pattern(text))
		r = reader->source->expand(reader->source->argument, (char *)path.data, read_table,
					   filling);
	else if (r == 0)
		r = read_table(filling, (char *)path.data);
	if (r == DNA_E_IO)
		r = complain_about_file(filling, (char *)path.data, "cannot be looked for");
	else if (r == 0 && filling->files == 0)
		dna_warn(reader->complaints, filling->value, "there is no file yet that fits %s",
			 (char *)path.data);
	dna_buffer_clear(&path);
	return r;
}

int dna_reader_table(const struct dna_policy_reader *reader, const struct dna_node *value,
		     struct dna_domains **table)
{
	const struct dna_policy *policy = reader->policy;
	struct filling filling = { .reader = reader, .value = value };
	const char **names;
	int r;

	if (value->type != DNA_NODE_SCALAR || value->text[0] == '\0') {
		dna_complain(reader->complaints, value,
			     "the name of a file with domains has to stand here");
		return 0;
	}
	names = calloc(policy->profile_count + 1, sizeof(*names));
	r = names != NULL ? dna_domains_new(&filling.table) : DNA_E_NOMEM;
	for (size_t i = 0; r == 0 && i < policy->profile_count; i++)
		names[i] = policy->profiles[i]->name;
	filling.names = (struct dna_profile_names){ names, policy->profile_count };
	if (r == 0)
		r = read_files(&filling);
	if (r == 0)
		r = dna_domains_seal(filling.table);
	free(names);
	if (r != 0) {
		dna_domains_free(filling.table);
		return r;
	}
	*table = filling.table;
	return 0;
}
