/* dna prooftypes: what can prove a domain, from where it comes, what was refused and why. */
#include "output.h"
#include "setup.h"

#include "base/nearest.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND "prooftypes"

struct run {
	struct dna_setup setup;
	struct dna_registry *registry;
	struct dna_output out;
};

static int read_options(struct run *run, int argc, char **argv)
{
	struct dna_option options[DNA_OPTIONS_MAX + 1] = { { .name = NULL } };
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "[NAME]",
		.about = "List the prooftypes that are there, and those that are refused; with a "
			 "NAME, describe one.",
		.options = options,
	};

	dna_setup_options(&run->setup, DNA_USES_PLUGINS, options);
	return dna_options_read(&usage, argc, argv);
}

/* ---- words ---- */

static const struct {
	uint32_t bit;
	const char *word, *phrase;
} duties[] = {
	{ DNA_DELEGATES, "delegates", "vouches for target hosts" },
	{ DNA_PROVES, "proves", "proves domains" },
	{ DNA_VETOES, "vetoes", "may forbid a stream" },
};
#define DUTY_COUNT (sizeof(duties) / sizeof(duties[0]))

static const char *type_name(uint32_t type)
{
	static const char *const names[] = { "?",    "boolean",          "integer",
					     "word", "list of integers", "list of words" };

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : names[0];
}

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

/* A text that is made with stdio; to be released with free(). */
#define WRITE_TEXT(text, statement)                            \
	do {                                                   \
		size_t written_;                               \
		FILE *to = open_memstream(&(text), &written_); \
		if (to != NULL) {                              \
			statement;                             \
			fclose(to);                            \
		}                                              \
	} while (0)

static void write_duties(FILE *to, uint32_t does)
{
	bool any = false;

	for (size_t i = 0; i < DUTY_COUNT; i++) {
		if (!(does & duties[i].bit))
			continue;
		fprintf(to, "%s%s", any ? ", " : "", duties[i].phrase);
		any = true;
	}
}

static void write_param(FILE *to, const struct dna_param *param)
{
	fprintf(to, "%s, by default %s", type_name(param->type), or_empty(param->initial));
	if (param->least != 0 || param->most != 0)
		fprintf(to, ", from %" PRId64 " to %" PRId64, param->least, param->most);
	for (size_t i = 0; param->choices != NULL && param->choices[i] != NULL; i++)
		fprintf(to, "%s%s", i == 0 ? ", one of " : ", ", param->choices[i]);
	fprintf(to, ". %s", or_empty(param->help));
}

/* ---- for people ---- */

static void print_row(const struct run *run, const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		dna_output_row(&run->out, DNA_PLAIN, label, "%s", text);
}

static void print_param(const struct run *run, const struct dna_param *param)
{
	char *text = NULL;

	WRITE_TEXT(text, write_param(to, param));
	print_row(run, param->name, text);
	free(text);
}

static void describe(const struct run *run, const struct dna_prooftype *prooftype)
{
	const struct dna_param *param = prooftype->params;
	char *does = NULL;

	WRITE_TEXT(does, write_duties(to, prooftype->does));
	dna_output_text(&run->out, DNA_STRONG, "%s", prooftype->name);
	dna_output_text(&run->out, DNA_PLAIN, ": %s", or_empty(prooftype->about));
	putchar('\n');
	print_row(run, "does", does);
	print_row(run, "standards", prooftype->specs);
	print_row(run, "proof", prooftype->proof);
	print_row(run, "match", prooftype->match);
	print_row(run, "material", prooftype->material);
	print_row(run, "secure DNS", prooftype->dns);
	dna_output_row(&run->out, DNA_PLAIN, "file", "%s/%s.so",
		       dna_registry_directory(run->registry), prooftype->name);
	free(does);
	if (param == NULL || param->name == NULL)
		return;
	printf("\nParameters:\n");
	for (; param->name != NULL; param++)
		print_param(run, param);
}

static void list(const struct run *run, const char *name, const struct dna_prooftype *prooftype)
{
	if (prooftype != NULL)
		dna_output_row(&run->out, DNA_PLAIN, name, "%s (%s)", or_empty(prooftype->about),
			       or_empty(prooftype->specs));
	else
		dna_output_row(&run->out, DNA_BAD, name, "refused: %s",
			       or_empty(dna_registry_refusal(run->registry, name)));
}

/* ---- for programs ---- */

static json_t *param_to_json(const struct dna_param *param)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "name", param->name, "type",
				   type_name(param->type), "default", or_empty(param->initial),
				   "help", or_empty(param->help));

	if (param->least != 0 || param->most != 0) {
		json_object_set_new(object, "least", json_integer(param->least));
		json_object_set_new(object, "most", json_integer(param->most));
	}
	if (param->choices != NULL) {
		json_t *choices = json_array();

		for (size_t i = 0; param->choices[i] != NULL; i++)
			json_array_append_new(choices, json_string(param->choices[i]));
		json_object_set_new(object, "choices", choices);
	}
	return object;
}

static json_t *prooftype_to_json(const struct dna_prooftype *prooftype)
{
	json_t *does = json_array(), *params = json_array();

	for (size_t i = 0; i < DUTY_COUNT; i++)
		if (prooftype->does & duties[i].bit)
			json_array_append_new(does, json_string(duties[i].word));
	for (const struct dna_param *param = prooftype->params;
	     param != NULL && param->name != NULL; param++)
		json_array_append_new(params, param_to_json(param));
	return json_pack("{s:s, s:b, s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:o}", "prooftype",
			 prooftype->name, "loaded", 1, "about", or_empty(prooftype->about), "specs",
			 or_empty(prooftype->specs), "does", does, "proof",
			 or_empty(prooftype->proof), "match", or_empty(prooftype->match),
			 "material", or_empty(prooftype->material), "dns", or_empty(prooftype->dns),
			 "params", params);
}

static void print_json(const struct run *run, const char *name,
		       const struct dna_prooftype *prooftype)
{
	json_t *object =
		prooftype != NULL
			? prooftype_to_json(prooftype)
			: json_pack("{s:s, s:b, s:s}", "prooftype", name, "loaded", 0, "refusal",
				    or_empty(dna_registry_refusal(run->registry, name)));
	char *file;

	if (asprintf(&file, "%s/%s.so", dna_registry_directory(run->registry), name) >= 0) {
		json_object_set_new(object, "file", json_string(file));
		free(file);
	}
	json_dumpf(object, stdout, JSON_COMPACT);
	fputc('\n', stdout);
	json_decref(object);
}

/* ---- the command ---- */

static const struct dna_prooftype *load(const struct run *run, const char *name)
{
	const struct dna_prooftype *prooftype;

	return dna_registry_load(run->registry, name, &prooftype) == 0 ? prooftype : NULL;
}

static int show_all(const struct run *run)
{
	if (!run->setup.json)
		printf("%s:\n", dna_registry_directory(run->registry));
	for (size_t i = 0; i < dna_registry_count(run->registry); i++) {
		const char *name = dna_registry_name_at(run->registry, i);

		if (run->setup.json)
			print_json(run, name, load(run, name));
		else
			list(run, name, load(run, name));
	}
	return DNA_EXIT_OK;
}

static bool is_there(const struct run *run, const char *name)
{
	for (size_t i = 0; i < dna_registry_count(run->registry); i++)
		if (strcmp(dna_registry_name_at(run->registry, i), name) == 0)
			return true;
	return false;
}

static int refuse_name(const struct run *run, const char *name)
{
	size_t count = dna_registry_count(run->registry);
	const char **names = calloc(count + 1, sizeof(*names));
	const char *nearest = NULL;

	for (size_t i = 0; names != NULL && i < count; i++)
		names[i] = dna_registry_name_at(run->registry, i);
	if (names != NULL)
		nearest = dna_nearest(name, names, count);
	dna_command_complain(COMMAND, "there is no prooftype \"%s\" in %s%s%s%s", name,
			     dna_registry_directory(run->registry),
			     nearest != NULL ? "; did you mean \"" : "", or_empty(nearest),
			     nearest != NULL ? "\"?" : "");
	free(names);
	return DNA_EXIT_USAGE;
}

static int show_one(const struct run *run, const char *name)
{
	const struct dna_prooftype *prooftype;

	if (!is_there(run, name))
		return refuse_name(run, name);
	prooftype = load(run, name);
	if (run->setup.json)
		print_json(run, name, prooftype);
	else if (prooftype != NULL)
		describe(run, prooftype);
	if (prooftype != NULL)
		return DNA_EXIT_OK;
	return dna_command_complain(COMMAND, "%s is refused: %s", name,
				    or_empty(dna_registry_refusal(run->registry, name)));
}

int dna_prooftypes_command(int argc, char **argv)
{
	struct run run = { .setup = { .command = COMMAND } };
	int first = read_options(&run, argc, argv);
	int status;

	if (first == DNA_OPTIONS_HELP)
		return DNA_EXIT_OK;
	if (first < 0)
		return DNA_EXIT_USAGE;
	if (argc - first > 1)
		return dna_command_complain(COMMAND, "one NAME at a time");
	if (dna_setup_registry(&run.registry, &run.setup) != 0)
		return DNA_EXIT_USAGE;
	dna_output_init(&run.out, stdout);
	status = first < argc ? show_one(&run, argv[first]) : show_all(&run);
	dna_registry_free(run.registry);
	return status;
}
