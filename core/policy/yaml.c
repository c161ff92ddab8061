/*
 * YAML into a tree, by libyaml's events: a limit is checked before the next event is asked for.
 * libyaml itself has no limit on nesting, takes quadratic time for it, and lets duplicate keys
 * pass.
 */
#include "base/limits.h"
#include "policy/node.h"
#include "policy/riddles.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct reader {
	yaml_parser_t parser;
	yaml_event_t event; /* the one that is to be understood next */
	struct dna_bytes text;
	struct dna_complaints *complaints;
};

static struct dna_node position(yaml_mark_t mark)
{
	return (struct dna_node){ .line = (unsigned)mark.line + 1,
				  .column = (unsigned)mark.column + 1 };
}

/* Of an octet, counted in characters as libyaml does. */
static struct dna_node position_of_octet(struct dna_bytes text, size_t offset)
{
	struct dna_node at = { .line = 1, .column = 1 };

	for (size_t i = 0; i < offset && i < text.size; i++) {
		if (text.data[i] == '\n') {
			at.line++;
			at.column = 1;
		} else if ((text.data[i] & 0xc0) != 0x80) {
			at.column++;
		}
	}
	return at;
}

/* What is not allowed and yet understood does not stop the reader, until there is too much of it. */
static int object(const struct reader *reader, const struct dna_node *at, const char *sentence)
{
	dna_complain(reader->complaints, at, "%s", sentence);
	return dna_complaints_full(reader->complaints) ? DNA_E_SYNTAX : 0;
}

static int refuse(struct reader *reader, int error, const char *sentence)
{
	struct dna_node at = position(reader->event.start_mark);

	dna_complain(reader->complaints, &at, "%s", sentence);
	return error;
}

/* Whether a tab is the character of that number. */
static bool is_tab(struct dna_bytes text, size_t number)
{
	for (size_t i = 0; i < text.size; i++)
		if ((text.data[i] & 0xc0) != 0x80 && number-- == 0)
			return text.data[i] == '\t';
	return false;
}

static struct dna_node position_of_problem(const struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;

	if (parser->error == YAML_READER_ERROR)
		return position_of_octet(reader->text, parser->problem_offset);
	return position(parser->problem_mark);
}

static void complain_in_our_words(struct reader *reader, const struct dna_riddle *riddle)
{
	struct dna_node at = position_of_problem(reader);
	struct dna_node beginning = position(reader->parser.context_mark);

	if (riddle->names_line)
		dna_complain(reader->complaints, &at, "%s in line %u", riddle->sentence,
			     beginning.line);
	else
		dna_complain(reader->complaints, riddle->at_beginning ? &beginning : &at, "%s",
			     riddle->sentence);
}

/* What libyaml found wrong. Of a tab, which nobody sees, it speaks in riddles, too. */
static int explain(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	const char *context = parser->context != NULL ? parser->context : "";
	const char *problem = parser->problem != NULL ? parser->problem : "not YAML";
	const struct dna_riddle *riddle = dna_riddle_find(context, problem);
	struct dna_node at = position_of_problem(reader);

	if (parser->error == YAML_MEMORY_ERROR)
		return DNA_E_NOMEM;
	if (parser->error == YAML_SCANNER_ERROR && is_tab(reader->text, parser->problem_mark.index))
		dna_complain(reader->complaints, &at,
			     "there is a tab; YAML is indented with spaces");
	else if (riddle != NULL)
		complain_in_our_words(reader, riddle);
	else
		dna_complain(reader->complaints, &at, "%s%s%s", context,
			     context[0] != '\0' ? ": " : "", problem);
	return DNA_E_SYNTAX;
}

static int next(struct reader *reader)
{
	yaml_event_delete(&reader->event);
	return yaml_parser_parse(&reader->parser, &reader->event) ? 0 : explain(reader);
}

static bool ends_with(struct dna_bytes text, const char *end)
{
	size_t size = strlen(end);

	return text.size >= size && memcmp(text.data + text.size - size, end, size) == 0;
}

/* Nobody sees it, and libyaml takes it for a column. */
static int refuse_byte_order_mark(struct reader *reader)
{
	struct dna_bytes text = reader->text;
	struct dna_node at = { .line = 1, .column = 1 };

	if (text.size < 3 || memcmp(text.data, "\xef\xbb\xbf", 3) != 0)
		return 0;
	dna_complain(reader->complaints, &at,
		     "the text begins with a byte order mark; save it as UTF-8 without one");
	return DNA_E_SYNTAX;
}

/* What |text| ends with lets a line begin: nothing, or one of YAML's breaks. */
static bool is_before_line(struct dna_bytes text)
{
	return text.size == 0 || ends_with(text, "\n") || ends_with(text, "\r") ||
	       ends_with(text, "\xc2\x85") || ends_with(text, "\xe2\x80\xa8") ||
	       ends_with(text, "\xe2\x80\xa9");
}

/* A line that begins with '%'. libyaml compares each with all before it, which takes hours. */
static int refuse_directives(struct reader *reader)
{
	struct dna_bytes text = reader->text;
	struct dna_node at;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] != '%' || !is_before_line((struct dna_bytes){ text.data, i }))
			continue;
		at = position_of_octet(text, i);
		dna_complain(reader->complaints, &at, "directives are not allowed here");
		return DNA_E_SYNTAX;
	}
	return 0;
}

static int refuse_marks(const struct reader *reader, const yaml_char_t *anchor,
			const yaml_char_t *tag)
{
	struct dna_node at = position(reader->event.start_mark);
	int r = 0;

	if (anchor != NULL)
		r = object(reader, &at, "anchors are not allowed here");
	if (r == 0 && tag != NULL)
		r = object(reader, &at, "tags are not allowed here");
	return r;
}

static int fill_scalar(struct reader *reader, struct dna_node *node)
{
	const yaml_event_t *event = &reader->event;
	const char *value = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	int r = refuse_marks(reader, event->data.scalar.anchor, event->data.scalar.tag);

	if (r != 0)
		return r;
	if (length > DNA_YAML_SCALAR_MAX)
		return refuse(reader, DNA_E_LIMIT, "this text is too long");
	if (memchr(value, '\0', length) != NULL)
		return refuse(reader, DNA_E_SYNTAX, "there is a NUL in this text");
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	node->text = strndup(value, length);
	return node->text != NULL ? 0 : DNA_E_NOMEM;
}

/* What it stands for is not looked for. */
static int fill_alias(const struct reader *reader, struct dna_node *node)
{
	node->text = strdup("");
	if (node->text == NULL)
		return DNA_E_NOMEM;
	return object(reader, node,
		      "aliases are not allowed here; an asterisk has to be in quotes");
}

static int read_node(struct reader *reader, unsigned depth, struct dna_node **node);

/* Everything up to the event |end|. */
static int fill_children(struct reader *reader, struct dna_node *node, yaml_event_type_t end,
			 unsigned depth)
{
	for (;;) {
		struct dna_node *child;
		int r = next(reader);

		if (r != 0 || reader->event.type == end)
			return r;
		if (node->type == DNA_NODE_MAPPING && node->count % 2 == 0 &&
		    reader->event.type != YAML_SCALAR_EVENT &&
		    reader->event.type != YAML_ALIAS_EVENT)
			return refuse(reader, DNA_E_SYNTAX, "a key has to be a word");
		r = read_node(reader, depth + 1, &child);
		if (r == 0)
			r = dna_node_add(node, child);
		if (r != 0)
			return r;
	}
}

static int compare_keys(const void *a, const void *b)
{
	const struct dna_node *x = *(const struct dna_node *const *)a;
	const struct dna_node *y = *(const struct dna_node *const *)b;
	int order = strcmp(x->text, y->text);

	if (order == 0)
		order = (x->line > y->line) - (x->line < y->line);
	return order != 0 ? order : (x->column > y->column) - (x->column < y->column);
}

static int refuse_duplicates(struct reader *reader, const struct dna_node *mapping)
{
	size_t count = mapping->count / 2;
	const struct dna_node **keys = calloc(count + 1, sizeof(*keys));
	int r = 0;

	if (keys == NULL)
		return DNA_E_NOMEM;
	for (size_t i = 0; i < count; i++)
		keys[i] = mapping->children[2 * i];
	qsort(keys, count, sizeof(*keys), compare_keys);
	for (size_t i = 1; r == 0 && i < count; i++) {
		if (strcmp(keys[i - 1]->text, keys[i]->text) != 0)
			continue;
		dna_complain(reader->complaints, keys[i],
			     "the key '%s' is here twice; it stands in line %u already",
			     keys[i]->text, keys[i - 1]->line);
		if (dna_complaints_full(reader->complaints))
			r = DNA_E_SYNTAX;
	}
	free(keys);
	return r;
}

static int fill_sequence(struct reader *reader, struct dna_node *node, unsigned depth)
{
	int r = refuse_marks(reader, reader->event.data.sequence_start.anchor,
			     reader->event.data.sequence_start.tag);

	return r != 0 ? r : fill_children(reader, node, YAML_SEQUENCE_END_EVENT, depth);
}

static int fill_mapping(struct reader *reader, struct dna_node *node, unsigned depth)
{
	int r = refuse_marks(reader, reader->event.data.mapping_start.anchor,
			     reader->event.data.mapping_start.tag);

	if (r == 0)
		r = fill_children(reader, node, YAML_MAPPING_END_EVENT, depth);
	return r != 0 ? r : refuse_duplicates(reader, node);
}

/* The node that the present event begins; ends with its last event. */
static int read_node(struct reader *reader, unsigned depth, struct dna_node **node)
{
	struct dna_node at = position(reader->event.start_mark), *new;
	int r;

	if (depth > DNA_YAML_DEPTH_MAX)
		return refuse(reader, DNA_E_LIMIT, "this is nested too deeply");
	new = dna_node_new(DNA_NODE_SCALAR, at.line, at.column);
	if (new == NULL)
		return DNA_E_NOMEM;
	if (reader->event.type == YAML_SEQUENCE_START_EVENT) {
		new->type = DNA_NODE_SEQUENCE;
		r = fill_sequence(reader, new, depth);
	} else if (reader->event.type == YAML_MAPPING_START_EVENT) {
		new->type = DNA_NODE_MAPPING;
		r = fill_mapping(reader, new, depth);
	} else if (reader->event.type == YAML_ALIAS_EVENT) {
		r = fill_alias(reader, new);
	} else {
		r = fill_scalar(reader, new);
	}
	if (r != 0) {
		dna_node_free(new);
		return r;
	}
	*node = new;
	return 0;
}

/* The start of the stream and of its first document. */
static int read_start(struct reader *reader)
{
	int r = next(reader);

	if (r == 0)
		r = next(reader);
	if (r != 0)
		return r;
	if (reader->event.type == YAML_STREAM_END_EVENT)
		return refuse(reader, DNA_E_SYNTAX, "there is nothing in it");
	return next(reader);
}

static int read_end(struct reader *reader)
{
	int r = next(reader);

	if (r == 0)
		r = next(reader);
	if (r == 0 && reader->event.type != YAML_STREAM_END_EVENT)
		r = refuse(reader, DNA_E_SYNTAX, "a second document begins here");
	return r;
}

int dna_node_read_yaml(struct dna_node **node, struct dna_bytes text,
		       struct dna_complaints *complaints)
{
	struct reader reader = { .text = text, .complaints = complaints };
	struct dna_node *new = NULL;
	int r;

	if (text.size > (size_t)DNA_POLICY_MAX) {
		dna_complain(complaints, NULL, "it is longer than %ld octets", DNA_POLICY_MAX);
		return DNA_E_LIMIT;
	}
	if (!yaml_parser_initialize(&reader.parser))
		return DNA_E_NOMEM;
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser,
				     text.size != 0 ? text.data : (const uint8_t *)"", text.size);
	r = refuse_byte_order_mark(&reader);
	if (r == 0)
		r = refuse_directives(&reader);
	if (r == 0)
		r = read_start(&reader);
	if (r == 0)
		r = read_node(&reader, 1, &new);
	if (r == 0)
		r = read_end(&reader);
	yaml_event_delete(&reader.event);
	yaml_parser_delete(&reader.parser);
	if (r != 0) {
		dna_node_free(new);
		return r;
	}
	*node = new;
	return 0;
}
