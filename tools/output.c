/* Words for people. */
#include "output.h"
#include "safe.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LABEL_INDENT 2
#define LABEL_WIDTH  12
#define MORE_HANG    2
#define WIDTH_MIN    40
#define WIDTH_MAX    120

static unsigned terminal_width(FILE *file)
{
	struct winsize size;

	if (ioctl(fileno(file), TIOCGWINSZ, &size) != 0 || size.ws_col < WIDTH_MIN)
		return 80;
	return size.ws_col < WIDTH_MAX ? size.ws_col : WIDTH_MAX;
}

void dna_output_init(struct dna_output *output, FILE *file)
{
	const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");

	*output = (struct dna_output){ .file = file, .terminal = isatty(fileno(file)) == 1 };
	output->colour = output->terminal && (no_colour == NULL || no_colour[0] == '\0') &&
			 (terminal == NULL || strcmp(terminal, "dumb") != 0);
	output->width = output->terminal ? terminal_width(file) : 0;
}

static void begin_style(const struct dna_output *output, enum dna_style style)
{
	static const char *const codes[] = { "",         "\033[1m",  "\033[2m",
					     "\033[32m", "\033[33m", "\033[31m" };

	if (output->colour)
		fputs(codes[style], output->file);
}

static void end_style(const struct dna_output *output, enum dna_style style)
{
	if (output->colour && style != DNA_PLAIN)
		fputs("\033[0m", output->file);
}

static char *__attribute__((format(printf, 1, 0)))
safe_format(const char *format, va_list arguments)
{
	char *text, *safe;

	if (vasprintf(&text, format, arguments) < 0)
		return NULL;
	safe = dna_safe_copy(text);
	free(text);
	return safe;
}

void dna_output_text(const struct dna_output *output, enum dna_style style, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = safe_format(format, arguments);
	va_end(arguments);
	if (text == NULL)
		return;
	begin_style(output, style);
	fputs(text, output->file);
	end_style(output, style);
	free(text);
}

/* Columns that |size| octets of UTF-8 take, one for each character. */
static unsigned columns(const char *text, size_t size)
{
	unsigned count = 0;

	for (size_t i = 0; i < size; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

/* From the second line on |text| hangs |hang| columns in. */
static void wrap(const struct dna_output *output, enum dna_style style, const char *text,
		 unsigned hang)
{
	unsigned left = LABEL_INDENT + LABEL_WIDTH, column = left;

	while (*text != '\0') {
		size_t size = strcspn(text, " ");
		unsigned width = columns(text, size);

		if (column > left && output->width != 0 && column + 1 + width > output->width) {
			left = LABEL_INDENT + LABEL_WIDTH + hang;
			column = left;
			fprintf(output->file, "\n%*s", (int)left, "");
		} else if (column > left) {
			fputc(' ', output->file);
			column++;
		}
		begin_style(output, style);
		fwrite(text, 1, size, output->file);
		end_style(output, style);
		style = DNA_PLAIN;
		column += width;
		text += size + strspn(text + size, " ");
	}
}

void dna_output_row(const struct dna_output *output, enum dna_style style, const char *label,
		    const char *format, ...)
{
	unsigned width = columns(label, strlen(label));
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = safe_format(format, arguments);
	va_end(arguments);
	if (text == NULL)
		return;
	fprintf(output->file, "%*s", LABEL_INDENT, "");
	if (width > 0)
		dna_output_text(output, DNA_FAINT, "%s", label);
	if (width < LABEL_WIDTH)
		fprintf(output->file, "%*s", (int)(LABEL_WIDTH - width), "");
	else
		fprintf(output->file, "\n%*s", LABEL_INDENT + LABEL_WIDTH, "");
	wrap(output, style, text, width > 0 ? 0 : MORE_HANG);
	fputc('\n', output->file);
	free(text);
}

enum dna_style dna_style_of(const char *word)
{
	static const struct {
		const char *word;
		enum dna_style style;
	} styles[] = {
		{ "proven", DNA_GOOD },        { "weak", DNA_DOUBTFUL },
		{ "undecided", DNA_DOUBTFUL }, { "error", DNA_DOUBTFUL },
		{ "unproven", DNA_BAD },       { "mismatch", DNA_BAD },
		{ "veto", DNA_BAD },           { "invalid", DNA_BAD },
		{ "secure", DNA_GOOD },        { "insecure", DNA_DOUBTFUL },
		{ "bogus", DNA_BAD },          { "indeterminate", DNA_DOUBTFUL },
		{ "failed", DNA_DOUBTFUL },
	};

	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		if (strcmp(word, styles[i].word) == 0)
			return styles[i].style;
	return DNA_PLAIN;
}

void dna_output_end(const struct dna_output *output, int64_t end, int64_t now)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = { { 86400, "days" }, { 3600, "hours" }, { 60, "minutes" }, { 1, "seconds" } };
	char text[DNA_TIME_TEXT];
	size_t i = 0;

	dna_time_write(end, text);
	if (end <= now) {
		dna_output_row(output, DNA_PLAIN, "holds", "until %s", text);
		return;
	}
	while (i < 3 && end - now < 2 * units[i].seconds)
		i++;
	dna_output_row(output, DNA_PLAIN, "holds", "until %s, %" PRId64 " %s from now", text,
		       (end - now) / units[i].seconds, units[i].unit);
}
