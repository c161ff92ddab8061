/* Members of JSON objects. */
#include "evidence/member.h"
#include "base/clock.h"
#include "base/nearest.h"

#include <dna/prooftype.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int dna_member_complain(char why[DNA_WHY_SIZE], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, DNA_WHY_SIZE, format, arguments);
	va_end(arguments);
	/* Some of it may be the document's, which may be anything. */
	for (char *c = why; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return DNA_E_SYNTAX;
}

int dna_member_check(const json_t *json, const char *const *valid, size_t count,
		     char why[DNA_WHY_SIZE])
{
	const char *name, *nearest;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)json, name, value)
	{
		size_t i = 0;

		while (i < count && strcmp(valid[i], name) != 0)
			i++;
		if (i < count)
			continue;
		nearest = dna_nearest(name, valid, count);
		if (nearest == NULL)
			return dna_member_complain(why, "member '%.40s' is unknown", name);
		return dna_member_complain(why, "member '%.40s' is unknown; did you mean '%s'?",
					   name, nearest);
	}
	return 0;
}

int dna_member_text(const json_t *json, const char *member, const char **text,
		    char why[DNA_WHY_SIZE])
{
	const json_t *value = json_object_get(json, member);

	if (value == NULL)
		return 0;
	if (!json_is_string(value))
		return dna_member_complain(why, "member '%s' is not a string", member);
	*text = json_string_value(value);
	return 0;
}

int dna_member_needed_text(const json_t *json, const char *member, const char **text,
			   char why[DNA_WHY_SIZE])
{
	if (json_object_get(json, member) == NULL)
		return dna_member_complain(why, "member '%s' is missing", member);
	return dna_member_text(json, member, text, why);
}

int dna_member_number(const json_t *json, const char *member, int64_t most, int64_t *number,
		      char why[DNA_WHY_SIZE])
{
	const json_t *value = json_object_get(json, member);
	int64_t read;

	if (value == NULL)
		return 0;
	if (dna_json_integer((const struct dna_json *)value, &read) != 0 || read < 0 || read > most)
		return dna_member_complain(why, "member '%s' is not an integer from 0 to %lld",
					   member, (long long)most);
	*number = read;
	return 0;
}

int dna_member_word(const json_t *json, const char *member, const char *const *words, size_t count,
		    unsigned *index, char why[DNA_WHY_SIZE])
{
	const char *text = NULL, *nearest;
	int r = dna_member_text(json, member, &text, why);

	if (r != 0 || text == NULL)
		return r;
	for (unsigned i = 0; i < count; i++)
		if (strcmp(text, words[i]) == 0) {
			*index = i;
			return 0;
		}
	nearest = dna_nearest(text, words, count);
	return dna_member_complain(why, "member '%s' cannot be '%.40s'; %s '%s'", member, text,
				   nearest != NULL ? "did you mean" : "it can be",
				   nearest != NULL ? nearest : words[0]);
}

int dna_member_time(const json_t *json, const char *member, int64_t *time, char why[DNA_WHY_SIZE])
{
	const char *text = NULL;
	int64_t read;
	int r = dna_member_text(json, member, &text, why);

	if (r != 0 || text == NULL)
		return r;
	if (dna_time_read(text, &read) != 0 || read < 0)
		return dna_member_complain(
			why, "member '%s' is not a time such as 2026-11-21T00:00:00Z", member);
	*time = read;
	return 0;
}

int dna_member_set(json_t *json, const char *member, json_t *value)
{
	return json_object_set_new(json, member, value) == 0 ? 0 : DNA_E_NOMEM;
}

int dna_member_set_text(json_t *json, const char *member, const char *text)
{
	json_t *value = json_string(text);

	return value != NULL ? dna_member_set(json, member, value) : DNA_E_INVALID;
}

int dna_member_set_time(json_t *json, const char *member, int64_t time)
{
	char text[DNA_TIME_TEXT];

	return dna_member_set_text(json, member, dna_time_write(time, text));
}
