/* What happens, step by step. */
#include "peer/transcript.h"
#include "report.h"

#include "base/safe.h"

#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

static void print_line(json_t *object)
{
	json_dumpf(object, stdout, JSON_COMPACT);
	fputc('\n', stdout);
	fflush(stdout);
}

static json_t *describe(const struct dna_note *note)
{
	return json_pack("{s:s, s:i, s:s, s:s}", "event", note->event, "stream", (int)note->stream,
			 "direction", note->incoming ? "in" : "out", "with",
			 note->with != NULL ? note->with : "");
}

/* A line of its own says of which stream the rows are that follow. */
static void print_stream(struct dna_transcript *t, const struct dna_note *note)
{
	if (t->last == note->stream)
		return;
	if (t->last != 0)
		fputc('\n', t->out.file);
	t->last = note->stream;
	if (note->stream == 0)
		return;
	dna_output_text(&t->out, DNA_STRONG, "stream %u", note->stream);
	dna_output_text(&t->out, DNA_PLAIN, note->incoming ? ", from " : ", to ");
	dna_output_text(&t->out, DNA_STRONG, "%s", note->with);
	fputc('\n', t->out.file);
}

void dna_transcript_note(struct dna_transcript *t, const struct dna_note *note, json_t *fields,
			 const char *format, ...)
{
	va_list arguments;
	char *raw = NULL, *text = NULL;
	json_t *line;

	va_start(arguments, format);
	if (vasprintf(&raw, format, arguments) >= 0)
		text = dna_safe_copy(raw);
	va_end(arguments);
	if (text != NULL && t->json) {
		line = describe(note);
		json_object_update(line, fields);
		json_object_set_new(line, "text", json_string(text));
		print_line(line);
		json_decref(line);
	} else if (text != NULL) {
		print_stream(t, note);
		dna_output_row(&t->out, note->style, note->event, "%s", text);
		fflush(t->out.file);
	}
	free(raw);
	free(text);
	json_decref(fields);
}

void dna_transcript_verdict(struct dna_transcript *t, const struct dna_note *note,
			    const char *report)
{
	json_t *verdict = json_loads(report, 0, NULL);
	const char *domain = json_string_value(json_object_get(verdict, "domain"));
	json_t *line;

	if (verdict == NULL)
		return;
	if (t->json) {
		line = describe(note);
		json_object_set(line, "report", verdict);
		print_line(line);
		json_decref(line);
	} else {
		print_stream(t, note);
		dna_report_print(&t->out, domain != NULL ? domain : note->with, verdict,
				 time(NULL));
		fflush(t->out.file);
	}
	json_decref(verdict);
}
