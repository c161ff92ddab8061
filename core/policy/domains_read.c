/*
 * The files of domain tables: one flat mapping of YAML in block style, of which only so much is
 * allowed that each line can be read by itself. Everything that is taken here means the same to
 * every reader of YAML; libyaml takes ten times as long.
 *
 *     # a comment, also behind an entry
 *     friend.example: pinned
 *     "*.bank.example": careful
 *     "2001:db8::1": pinned
 */
#include "policy/domains.h"
#include "base/limits.h"
#include "base/name.h"
#include "base/safe.h"
#include "policy/match.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MAX 4096 /* octets */

/* A key or a value, without its quotes. */
struct word {
	const char *text;
	size_t size;
	bool quoted;
};

struct reader {
	struct dna_domains *domains;
	const struct dna_profile_names *profiles;
	struct dna_complaints *complaints;
	const char *line, *end; /* the one that is read, without its break */
	const char *next;       /* what of it is to be understood next */
	unsigned number;
	unsigned entries;
	bool begun;       /* by "---" */
	struct word last; /* the value of the entry before, mostly the same again, */
	size_t profile;   /* and the profile of that name */
};

/* ---- Complaints ---- */

/* Columns count characters. */
static struct dna_node position(const struct reader *reader, const char *at)
{
	struct dna_node node = { .line = reader->number, .column = 1 };

	for (const char *c = reader->line; c < at; c++)
		node.column += (*c & 0xc0) != 0x80;
	return node;
}

/* Never 0, so that what is wrong ends the reading of its line. */
static int refuse(const struct reader *reader, const char *at, const char *sentence)
{
	struct dna_node node = position(reader, at);

	dna_complain(reader->complaints, &node, "%s", sentence);
	return DNA_E_SYNTAX;
}

static const char *profile_at(const void *names, size_t index)
{
	const struct dna_profile_names *profiles = names;

	return index < profiles->count ? profiles->at[index] : NULL;
}

static int refuse_profile(const struct reader *reader, const struct word *word)
{
	struct dna_node node = position(reader, word->text);
	char text[DNA_NAME_MAX + 1];

	node.text = dna_safe_text(text, sizeof(text), word->text, word->size);
	dna_complain_unknown(reader->complaints, &node, "profile", profile_at, reader->profiles);
	return DNA_E_SYNTAX;
}

static int refuse_duplicate(const struct reader *reader, const struct word *word,
			    const struct dna_domains_match *already)
{
	struct dna_node node = position(reader, word->text);

	if (strcmp(already->file, reader->complaints->name) == 0)
		dna_complain(reader->complaints, &node,
			     "the domain '%.*s' is here twice; it stands in line %u already",
			     (int)word->size, word->text, already->line);
	else
		dna_complain(reader->complaints, &node, "the domain '%.*s' stands in %s:%u already",
			     (int)word->size, word->text, already->file, already->line);
	return DNA_E_SYNTAX;
}

/* ---- Characters ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Of words without quotes: nothing that YAML may give a meaning to. */
static bool is_plain(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
	       (c & 0x80) != 0;
}

/* UTF-8, and nothing in it that is a control, a break, or not to be seen. */
static int check_characters(const struct reader *reader)
{
	char safe[LINE_MAX + 8];
	size_t size = (size_t)(reader->end - reader->line), same = 0;

	if (size > LINE_MAX)
		return refuse(reader, reader->line, "this line is too long");
	dna_safe_text(safe, sizeof(safe), reader->line, size);
	while (same < size && safe[same] == reader->line[same])
		same++;
	if (same == size)
		return 0;
	while ((reader->line[same] & 0xc0) == 0x80 && same > 0)
		same--;
	if (reader->line[same] == '\t')
		return refuse(reader, reader->line + same, "there is a tab; use spaces instead");
	return refuse(reader, reader->line + same, "this is no character that may stand here");
}

/* Whether check_characters() has anything to look for. */
static bool is_printable(const struct reader *reader)
{
	for (const char *c = reader->line; c < reader->end; c++)
		if ((uint8_t)*c < 0x20 || (uint8_t)*c >= 0x7f)
			return false;
	return reader->end - reader->line <= LINE_MAX;
}

static void skip_spaces(struct reader *reader)
{
	while (reader->next < reader->end && *reader->next == ' ')
		reader->next++;
}

/* A line ends in spaces, and a comment behind at least one of them or at its beginning. */
static bool is_end(const struct reader *reader, const char *at)
{
	const char *c = at;

	while (c < reader->end && *c == ' ')
		c++;
	return c == reader->end || (*c == '#' && (c > at || c == reader->line));
}

/* ---- Words ---- */

static int read_quoted(struct reader *reader, struct word *word)
{
	char quote = *reader->next;
	const char *begin = reader->next + 1;

	for (const char *c = begin; c < reader->end; c++) {
		if (*c == '\\' && quote == '"')
			return refuse(reader, c, "a backslash has no place here");
		if (*c != quote)
			continue;
		*word = (struct word){ begin, (size_t)(c - begin), true };
		reader->next = c + 1;
		return 0;
	}
	return refuse(reader, reader->next, "this quote has no end in its line");
}

static int read_word(struct reader *reader, struct word *word)
{
	const char *begin = reader->next, *c = begin;

	if (c < reader->end && (*c == '"' || *c == '\''))
		return read_quoted(reader, word);
	while (c < reader->end && is_plain(*c))
		c++;
	*word = (struct word){ begin, (size_t)(c - begin), false };
	reader->next = c;
	return 0;
}

/* ---- Domains ---- */

/*
 * Whether |text|, lower-case letters, digits, hyphens and dots, is a domain that is its own A-labels:
 * none of its labels one that IDNA has a say in. What is none may still be one, by
 * dna_pattern_read(), which takes a hundred times as long.
 */
static bool is_simple(const char *text, size_t size)
{
	const char *label = text, *end = text + size;

	for (const char *c = text; c < end; c++) {
		if (*c == '-' && (c == label || c + 1 == end || c[1] == '.' || c[1] == '-'))
			return false;
		if (*c != '.')
			continue;
		if (c == label || c - label > DNA_LABEL_MAX)
			return false;
		label = c + 1;
	}
	return label < end && is_letter(*label) && end - label <= DNA_LABEL_MAX;
}

/* Lower-case; false for what is not ASCII, or too long. */
static bool lower(const char *text, size_t size, char *name)
{
	if (size > DNA_NAME_MAX - 2)
		return false;
	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (!is_plain(c) || c == '_' || (c & 0x80) != 0)
			return false;
		name[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	name[size] = '\0';
	return true;
}

/* The way of all that is not simple. */
static int prepare(const struct word *word, char name[DNA_NAME_MAX + 1])
{
	struct dna_pattern pattern = DNA_PATTERN_ANY;
	char *text = strndup(word->text, word->size);
	int r = text != NULL ? dna_pattern_read(text, &pattern) : DNA_E_NOMEM;

	if (r == 0 && pattern.kind == DNA_PATTERN_ANYTHING)
		r = DNA_E_SYNTAX;
	if (r == 0) {
		strcpy(name, pattern.kind == DNA_PATTERN_BELOW ? "." : "");
		strcat(name, pattern.name);
	}
	free(pattern.name);
	free(text);
	return r;
}

static int read_domain(const struct reader *reader, const struct word *word,
		       char name[DNA_NAME_MAX + 1])
{
	bool below = word->size > 2 && memcmp(word->text, "*.", 2) == 0;
	const char *text = word->text + below;
	size_t size = word->size - below;
	int r;

	if (lower(text, size, name) && is_simple(name + below, size - below))
		return 0;
	r = prepare(word, name);
	return r == 0 || r == DNA_E_NOMEM
		       ? r
		       : refuse(reader, word->text,
				"a domain that can have XMPP, an IP address, or '*.' and a "
				"domain has to stand here");
}

/* ---- Profiles ---- */

static int compare_word(const void *key, const void *member)
{
	const struct word *word = key;
	const char *name = *(const char *const *)member;
	int order = strncmp(word->text, name, word->size);

	return order != 0 ? order : -(name[word->size] != '\0');
}

static int read_profile(struct reader *reader, const struct word *word)
{
	const struct word *last = &reader->last;
	const char *const *found;

	if (last->size == word->size && word->size != 0 &&
	    memcmp(last->text, word->text, word->size) == 0)
		return 0;
	found = bsearch(word, reader->profiles->at, reader->profiles->count, sizeof(*found),
			compare_word);
	if (found == NULL)
		return refuse_profile(reader, word);
	reader->last = *word;
	reader->profile = (size_t)(found - reader->profiles->at);
	return 0;
}

/* ---- Lines ---- */

static int read_key(struct reader *reader, struct word *key)
{
	int r;

	if (*reader->line == ' ')
		return refuse(reader, reader->line, "an entry begins at the beginning of its line");
	if (*reader->line == '*')
		return refuse(reader, reader->line, "an asterisk has to be in quotes");
	r = read_word(reader, key);
	if (r != 0)
		return r;
	if (reader->next == reader->end || *reader->next != ':')
		return refuse(reader, reader->next, "a colon has to stand here, behind the domain");
	reader->next++;
	if (reader->next < reader->end && *reader->next != ' ')
		return refuse(reader, reader->next,
			      "a space has to stand here, behind the colon; an address with colons "
			      "has to be in quotes");
	skip_spaces(reader);
	return 0;
}

static int read_value(struct reader *reader, struct word *value)
{
	int r = read_word(reader, value);

	if (r != 0)
		return r;
	if (!value->quoted && value->size == 0)
		return refuse(reader, value->text, "the name of a profile has to stand here");
	if (!value->quoted && *value->text == '-')
		return refuse(reader, value->text, "this has to be in quotes");
	if (!is_end(reader, reader->next))
		return refuse(
			reader, reader->next,
			"only a comment, behind a space, may follow here; other names have to "
			"be in quotes");
	return 0;
}

static int read_entry(struct reader *reader)
{
	struct word key, value;
	struct dna_domains_match already;
	char name[DNA_NAME_MAX + 1];
	int r = read_key(reader, &key);

	if (r == 0)
		r = read_value(reader, &value);
	if (r == 0)
		r = read_domain(reader, &key, name);
	if (r == 0)
		r = read_profile(reader, &value);
	if (r == 0)
		r = dna_domains_add(reader->domains, name, reader->profile, reader->number,
				    &already);
	reader->entries++;
	return r == DNA_E_EXISTS ? refuse_duplicate(reader, &key, &already) : r;
}

static bool is_document_start(const struct reader *reader)
{
	return reader->end - reader->line >= 3 && memcmp(reader->line, "---", 3) == 0 &&
	       is_end(reader, reader->line + 3);
}

static int read_line(struct reader *reader)
{
	int r = is_printable(reader) ? 0 : check_characters(reader);

	if (r != 0 || is_end(reader, reader->line))
		return r;
	if (!is_document_start(reader))
		return read_entry(reader);
	if (reader->begun || reader->entries != 0)
		return refuse(reader, reader->line, "a second document begins here");
	reader->begun = true;
	return 0;
}

static void set_line(struct reader *reader, const char *begin, const char *end)
{
	reader->line = reader->next = begin;
	reader->end = end > begin && end[-1] == '\r' ? end - 1 : end;
	reader->number++;
}

int dna_domains_read(struct dna_domains *domains, struct dna_bytes text,
		     const struct dna_profile_names *profiles, struct dna_complaints *complaints)
{
	struct reader reader = { .domains = domains,
				 .profiles = profiles,
				 .complaints = complaints };
	const char *at = (const char *)text.data, *end = at + text.size;
	unsigned most = complaints->count + DNA_DOMAINS_WRONG_MAX;
	int r;

	if (text.size > (size_t)DNA_DOMAINS_FILE_MAX) {
		dna_complain(complaints, NULL, "it is longer than %ld octets",
			     DNA_DOMAINS_FILE_MAX);
		return 0;
	}
	r = dna_domains_begin_file(domains, complaints->name);
	while (at < end && (r == 0 || r == DNA_E_SYNTAX) && complaints->count < most) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		set_line(&reader, at, stop != NULL ? stop : end);
		r = read_line(&reader);
		at = stop != NULL ? stop + 1 : end;
	}
	if (complaints->count == most && at < end)
		refuse(&reader, reader.line, "so much is wrong that the rest was not read");
	return r == DNA_E_SYNTAX ? 0 : r;
}
