/* What a plugin declares, held against the contract. */
#include "plugin/contract.h"
#include "policy/params.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A table without an end is met at this entry, not at the end of memory. */
#define PARAMS_MAX 64

/* Entries this short have all that an entry needs, and longer ones are no entries. */
#define PARAM_SIZE_LEAST offsetof(struct dna_param, least)
#define PARAM_SIZE_MOST  1024

bool dna_struct_copy(void *known, size_t known_size, const void *given, size_t given_size)
{
	const uint8_t *octets = given;
	size_t size = given_size < known_size ? given_size : known_size;

	for (size_t i = size; i < given_size; i++)
		if (octets[i] != 0)
			return false;
	memset(known, 0, known_size);
	memcpy(known, given, size);
	return true;
}

static int refuse(struct dna_buffer *why, const char *phrase)
{
	dna_buffer_text(why, phrase);
	return DNA_E_PLUGIN;
}

/* ---- The declaration itself ---- */

static int copy_declaration(struct dna_prooftype *prooftype, const void *declaration, size_t room,
			    struct dna_buffer *why)
{
	struct dna_prooftype head = { 0 };
	size_t needed = offsetof(struct dna_prooftype, name);

	if (room < needed)
		return refuse(why, "declares nothing that could be a prooftype");
	memcpy(&head, declaration, needed);
	if (head.abi != DNA_PROOFTYPE_ABI) {
		dna_buffer_format(why, "has ABI %u; this release has %u", head.abi,
				  DNA_PROOFTYPE_ABI);
		return DNA_E_PLUGIN;
	}
	if (head.size < needed || head.size > room)
		return refuse(why, "declares a size that it does not have");
	if (!dna_struct_copy(prooftype, sizeof(*prooftype), declaration, head.size))
		return refuse(why, "was made for a newer release, on whose additions it relies");
	return 0;
}

static bool is_present(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static int check_declaration(const struct dna_prooftype *p, const char *name,
			     struct dna_buffer *why)
{
	if (!is_present(p->name) || strcmp(p->name, name) != 0) {
		dna_buffer_format(why, "declares the prooftype '%s'",
				  p->name != NULL ? p->name : "");
		return DNA_E_PLUGIN;
	}
	if ((p->does & (DNA_DELEGATES | DNA_PROVES)) == 0)
		return refuse(why, "neither delegates nor proves");
	if ((p->does & ~(DNA_DELEGATES | DNA_PROVES | DNA_VETOES)) != 0)
		return refuse(why, "does something that is not known");
	if (p->judge == NULL)
		return refuse(why, "does not judge");
	if (!is_present(p->about) || !is_present(p->specs))
		return refuse(why,
			      "does not say what it is about and which standards it implements");
	/* POL-012 */
	if (!is_present(p->proof) || !is_present(p->match) || !is_present(p->material) ||
	    !is_present(p->dns))
		return refuse(why, "does not state the four properties of RFC 7712 section 7");
	return 0;
}

/* ---- Its parameters ---- */

static const char *name_of_entry(const uint8_t *entry)
{
	const char *name;

	memcpy(&name, entry, sizeof(name));
	return name;
}

static int count_params(const uint8_t *table, size_t entry_size, size_t *count,
			struct dna_buffer *why)
{
	size_t n = 0;

	if (entry_size < PARAM_SIZE_LEAST || entry_size > PARAM_SIZE_MOST)
		return refuse(why, "declares parameters of a size that cannot be");
	while (name_of_entry(table + n * entry_size) != NULL)
		if (++n == PARAMS_MAX)
			return refuse(why, "declares parameters without end");
	*count = n;
	return 0;
}

/* From the table of the plugin's release to one of this release. */
static int copy_params(struct dna_prooftype *p, struct dna_buffer *why)
{
	const uint8_t *table = (const uint8_t *)p->params;
	struct dna_param *params;
	size_t count;
	int r;

	p->params = NULL;
	if (table == NULL)
		return 0;
	r = count_params(table, p->param_size, &count, why);
	if (r != 0)
		return r;
	params = calloc(count + 1, sizeof(*params));
	if (params == NULL)
		return DNA_E_NOMEM;
	p->params = params;
	for (size_t i = 0; i < count; i++) {
		if (!dna_struct_copy(&params[i], sizeof(params[i]), table + i * p->param_size,
				     p->param_size))
			return refuse(why, "has parameters that were made for a newer release");
		if (params[i].help == NULL)
			params[i].help = "";
	}
	return 0;
}

static const char *fault_of_param(const struct dna_prooftype *p, const struct dna_param *param)
{
	if (param->name[0] == '\0' ||
	    strspn(param->name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen(param->name))
		return "has a name that is not made of a-z, 0-9, '-' and '_'";
	if (strcmp(param->name, "optional") == 0)
		return "has a name that the policy itself uses";
	for (const struct dna_param *other = p->params; other != param; other++)
		if (strcmp(other->name, param->name) == 0)
			return "is declared twice";
	if (param->type < DNA_PARAM_BOOL || param->type > DNA_PARAM_WORDS || param->reserved != 0)
		return "has a type that is not known";
	if (param->initial == NULL)
		return "has no default";
	if (param->least > param->most)
		return "has an empty range";
	return NULL;
}

/* Defaults are read as the policy will read them. */
static int check_defaults(const struct dna_prooftype *p, struct dna_buffer *why)
{
	struct dna_complaints complaints = { .name = "default" };
	struct dna_params *params = NULL;
	int r;

	dna_buffer_init(&complaints.text, 0);
	r = dna_params_read(&params, p, NULL, NULL, &complaints);
	dna_params_free(params);
	if (r == DNA_E_POLICY) {
		char *text = dna_complaints_steal(&complaints);

		dna_buffer_format(why, "has parameters with wrong defaults: %s",
				  text != NULL ? text : "");
		free(text);
	}
	dna_buffer_clear(&complaints.text);
	return r == DNA_E_POLICY ? DNA_E_PLUGIN : r;
}

static int check_params(const struct dna_prooftype *p, struct dna_buffer *why)
{
	for (const struct dna_param *param = p->params; param != NULL && param->name != NULL;
	     param++) {
		const char *fault = fault_of_param(p, param);

		if (fault == NULL)
			continue;
		dna_buffer_format(why, "has a parameter '%s' that %s", param->name, fault);
		return DNA_E_PLUGIN;
	}
	return check_defaults(p, why);
}

/* ---- All of it ---- */

int dna_prooftype_adopt(struct dna_prooftype **prooftype, const void *declaration, size_t room,
			const char *name, struct dna_buffer *why)
{
	struct dna_prooftype *new = calloc(1, sizeof(*new));
	int r;

	if (new == NULL)
		return DNA_E_NOMEM;
	r = copy_declaration(new, declaration, room, why);
	if (r == 0)
		r = copy_params(new, why);
	if (r == 0)
		r = check_declaration(new, name, why);
	if (r == 0)
		r = check_params(new, why);
	if (r != 0) {
		dna_prooftype_free(new);
		return r;
	}
	*prooftype = new;
	return 0;
}

void dna_prooftype_free(struct dna_prooftype *prooftype)
{
	if (prooftype == NULL)
		return;
	free((struct dna_param *)prooftype->params);
	free(prooftype);
}
