/* Complaints about a text, each with the line that it is about. */
#include "policy/complaints.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "base/safe.h"
#include "policy/node.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_WIDTH   100 /* characters of a line that are shown */
#define CHARACTER_MAX 4   /* octets of one */
#define NAMED_MAX     8   /* names of what there is */

/* ---- The line, and a caret below the place ---- */

static struct dna_bytes find_line(struct dna_bytes text, unsigned number)
{
	const char *at = (const char *)text.data, *end;
	size_t left = text.size;

	while (--number > 0 && left > 0) {
		end = memchr(at, '\n', left);
		left = end != NULL ? left - (size_t)(end + 1 - at) : 0;
		at = end != NULL ? end + 1 : at;
	}
	end = left > 0 ? memchr(at, '\n', left) : NULL;
	return (struct dna_bytes){ (const uint8_t *)at, end != NULL ? (size_t)(end - at) : left };
}

/* The octets of one character, which need not be valid. */
static size_t character_size(struct dna_bytes line, size_t at)
{
	size_t size = 1;

	while (at + size < line.size && size < CHARACTER_MAX &&
	       (line.data[at + size] & 0xc0) == 0x80)
		size++;
	return size;
}

/* Of a line that is too long only what is around the place; |column| becomes that in what is left.
 */
static struct dna_bytes cut_line(struct dna_bytes line, unsigned *column)
{
	size_t skip = *column > SHOWN_WIDTH * 3 / 4 ? *column - SHOWN_WIDTH / 2 : 0, end = 0;

	for (size_t i = 0; i < skip && line.size > 0; i++) {
		size_t size = character_size(line, 0);

		line = (struct dna_bytes){ line.data + size, line.size - size };
	}
	*column -= (unsigned)skip;
	for (size_t i = 0; i < SHOWN_WIDTH && end < line.size; i++)
		end += character_size(line, end);
	return (struct dna_bytes){ line.data, end };
}

static void show(struct dna_complaints *complaints, const struct dna_node *at)
{
	unsigned column = at->column;
	struct dna_bytes line = cut_line(find_line(complaints->source, at->line), &column);
	char text[SHOWN_WIDTH * CHARACTER_MAX + 1];

	if (memchr(line.data, '\0', line.size) != NULL)
		return;
	dna_safe_text(text, sizeof(text), (const char *)line.data, line.size);
	dna_buffer_format(&complaints->text, "%7u | %s\n%7s | %*s\n", at->line, text, "",
			  (int)column, "^");
}

/* ---- Complaints ---- */

/* What is wrong once in a file may be met again and again. */
static bool is_said(const struct dna_complaints *complaints, const char *line)
{
	return complaints->text.size != 0 &&
	       strstr((const char *)complaints->text.data, line) != NULL;
}

static void add(struct dna_complaints *complaints, const struct dna_node *at, const char *line)
{
	if (is_said(complaints, line))
		return;
	if (complaints->shown++ >= DNA_COMPLAINTS_SHOWN)
		return;
	dna_buffer_text(&complaints->text, line);
	if (at != NULL && at->line != 0 && complaints->source.data != NULL)
		show(complaints, at);
}

/* The name of a file may hold anything, too. */
static int make_line(struct dna_buffer *line, const char *name, const char *position,
		     const char *severity, const char *sentence)
{
	char *safe = dna_safe_copy(name);
	int r = DNA_E_NOMEM;

	if (safe != NULL)
		r = dna_buffer_format(line, "%s%s: %s%s\n", safe, position, severity, sentence);
	free(safe);
	return r;
}

static void __attribute__((format(printf, 4, 0)))
write_line(struct dna_complaints *complaints, const struct dna_node *at, const char *severity,
	   const char *format, va_list arguments)
{
	char whole[2 * DNA_REASON_MAX], sentence[DNA_REASON_MAX + 1], position[32] = "";
	struct dna_buffer line;

	/* A scalar that is quoted may hold anything; a line for people, or a terminal, may not. */
	vsnprintf(whole, sizeof(whole), format, arguments);
	dna_safe_text(sentence, sizeof(sentence), whole, strlen(whole));
	if (at != NULL && at->line != 0)
		snprintf(position, sizeof(position), ":%u:%u", at->line, at->column);

	dna_buffer_init(&line, 0);
	if (make_line(&line, complaints->name, position, severity, sentence) == 0)
		add(complaints, at, (char *)line.data);
	dna_buffer_clear(&line);
}

void dna_complain(struct dna_complaints *complaints, const struct dna_node *at, const char *format,
		  ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(complaints, at, "", format, arguments);
	va_end(arguments);
	complaints->count++;
}

void dna_warn(struct dna_complaints *complaints, const struct dna_node *at, const char *format, ...)
{
	va_list arguments;

	if (!complaints->warns)
		return;
	va_start(arguments, format);
	write_line(complaints, at, "warning: ", format, arguments);
	va_end(arguments);
	complaints->warned++;
}

bool dna_complaints_full(const struct dna_complaints *complaints)
{
	return complaints->count >= DNA_COMPLAINTS_MAX;
}

const char *dna_nearest_name(const char *word,
			     const char *(*name_at)(const void *names, size_t index),
			     const void *names)
{
	const char **words, *nearest = NULL;
	size_t count = 0;

	while (name_at(names, count) != NULL)
		count++;
	words = calloc(count + 1, sizeof(*words));
	for (size_t i = 0; words != NULL && i < count; i++)
		words[i] = name_at(names, i);
	if (words != NULL)
		nearest = dna_nearest(word, words, count);
	free(words);
	return nearest;
}

/* "; there are 'a', 'b'", unless these are too many to be read. */
static void name_all(struct dna_buffer *text,
		     const char *(*name_at)(const void *names, size_t index), const void *names)
{
	size_t count = 0;

	while (count <= NAMED_MAX && name_at(names, count) != NULL)
		count++;
	for (size_t i = 0; i < count && count <= NAMED_MAX; i++)
		dna_buffer_format(text, "%s'%s'",
				  i > 0        ? ", "
				  : count == 1 ? "; there is "
					       : "; there are ",
				  name_at(names, i));
}

void dna_complain_unknown(struct dna_complaints *complaints, const struct dna_node *at,
			  const char *what, const char *(*name_at)(const void *names, size_t index),
			  const void *names)
{
	const char *nearest = dna_nearest_name(at->text, name_at, names);
	struct dna_buffer others;

	dna_buffer_init(&others, 0);
	if (nearest == NULL)
		name_all(&others, name_at, names);
	if (nearest != NULL)
		dna_complain(complaints, at, "unknown %s '%s'; did you mean '%s'?", what, at->text,
			     nearest);
	else
		dna_complain(complaints, at, "unknown %s '%s'%s", what, at->text,
			     others.size != 0 ? (char *)others.data : "");
	dna_buffer_clear(&others);
}

static void add_rest(struct dna_complaints *complaints, unsigned count)
{
	struct dna_buffer line;
	char sentence[32];

	snprintf(sentence, sizeof(sentence), "and %u more", count);
	dna_buffer_init(&line, 0);
	if (make_line(&line, complaints->name, "", "", sentence) == 0)
		dna_buffer_text(&complaints->text, (char *)line.data);
	dna_buffer_clear(&line);
}

char *dna_complaints_steal(struct dna_complaints *complaints)
{
	size_t size;
	char *text;

	if (complaints->shown > DNA_COMPLAINTS_SHOWN)
		add_rest(complaints, complaints->shown - DNA_COMPLAINTS_SHOWN);
	complaints->shown = 0;
	size = complaints->text.size;
	if (size == 0)
		return NULL;
	text = dna_buffer_steal(&complaints->text);
	if (text != NULL)
		text[size - 1] = '\0';
	return text;
}

void dna_complaints_take(struct dna_complaints *complaints, struct dna_complaints *other)
{
	char *text;

	complaints->count += other->count;
	text = dna_complaints_steal(other);
	if (text != NULL)
		dna_buffer_format(&complaints->text, "%s\n", text);
	free(text);
}
