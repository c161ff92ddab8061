/* The tree: what is read, what is refused and where, and that hostile nesting is cheap to refuse.
 */
#include "policy/node.h"
#include "base/limits.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int read_bytes(const char *data, size_t size, struct dna_node **node, char **complaint)
{
	struct dna_complaints complaints = { .name = "f" };
	int r;

	dna_buffer_init(&complaints.text, 0);
	r = dna_node_read_yaml(node, (struct dna_bytes){ (const uint8_t *)data, size },
			       &complaints);
	if (r == 0 && complaints.count != 0) {
		dna_node_free(*node);
		*node = NULL;
		r = DNA_E_SYNTAX;
	}
	*complaint = dna_complaints_steal(&complaints);
	dna_buffer_clear(&complaints.text);
	return r;
}

static struct dna_node *read_good(const char *text)
{
	struct dna_node *node = NULL;
	char *complaint;
	int r = read_bytes(text, strlen(text), &node, &complaint);

	cr_assert_eq(r, 0, "%s: %s", text, complaint);
	cr_assert_null(complaint);
	return node;
}

Test(node, keeps_types_and_positions)
{
	struct dna_node *root = read_good("# a comment\n"
					  "plain: word\n"
					  "quoted: \"7\"\n"
					  "list: [a, {b: c}]\n"
					  "nothing:\n");
	const struct dna_node *list = dna_node_get(root, "list");

	cr_assert_eq(root->type, DNA_NODE_MAPPING);
	cr_assert_eq(root->count, 8);
	cr_assert_str_eq(dna_node_get(root, "plain")->text, "word");
	cr_assert_not(dna_node_get(root, "plain")->quoted);
	cr_assert(dna_node_get(root, "quoted")->quoted);
	cr_assert_eq(list->type, DNA_NODE_SEQUENCE);
	cr_assert_eq(list->count, 2);
	cr_assert_eq(list->line, 4);
	cr_assert_eq(list->column, 7);
	cr_assert_eq(list->children[1]->line, 4);
	cr_assert_eq(list->children[1]->column, 11);
	cr_assert(dna_node_is_nothing(dna_node_get(root, "nothing")));
	cr_assert_not(dna_node_is_nothing(dna_node_get(root, "plain")));
	cr_assert_null(dna_node_get(root, "other"));
	cr_assert_null(dna_node_get(list, "b"));
	dna_node_free(root);
}

Test(node, keeps_as_many_children_as_there_are)
{
	struct dna_buffer text;
	struct dna_node *root;

	dna_buffer_init(&text, 0);
	for (unsigned i = 0; i < 1000; i++)
		dna_buffer_format(&text, "- %u\n", i);
	root = read_good((char *)text.data);
	cr_assert_eq(root->count, 1000);
	for (unsigned i = 0; i < 1000; i++) {
		cr_assert_eq(strtoul(root->children[i]->text, NULL, 10), i);
		cr_assert_eq(root->children[i]->line, i + 1);
	}
	dna_node_free(root);
	dna_buffer_clear(&text);
}

struct refusal {
	const char *text;
	size_t size; /* 0: up to the NUL */
	int error;
	const char *complaint; /* how it begins */
};

static const struct refusal refusals[] = {
	{ "", 0, DNA_E_SYNTAX, "f:1:1: there is nothing" },
	{ "# only a comment\n", 0, DNA_E_SYNTAX, "f:2:1: there is nothing" },
	{ "a: &x 1\n", 0, DNA_E_SYNTAX, "f:1:4: anchors" },
	{ "a: &x [1]\n", 0, DNA_E_SYNTAX, "f:1:4: anchors" },
	{ "a: &x {b: 1}\n", 0, DNA_E_SYNTAX, "f:1:4: anchors" },
	{ "a: 1\nb: *x\n", 0, DNA_E_SYNTAX, "f:2:4: aliases are not allowed here; an asterisk" },
	{ "*x : 1\n", 0, DNA_E_SYNTAX, "f:1:1: aliases" },
	{ "a: !!str 1\n", 0, DNA_E_SYNTAX, "f:1:4: tags" },
	{ "a: ! 1\n", 0, DNA_E_SYNTAX, "f:1:4: tags" },
	{ "a: !x [1]\n", 0, DNA_E_SYNTAX, "f:1:4: tags" },
	{ "!x {b: 1}\n", 0, DNA_E_SYNTAX, "f:1:1: tags" },
	{ "%TAG ! tag:example.com,2000:\n--- a\n", 0, DNA_E_SYNTAX, "f:1:1: directives" },
	{ "\xef\xbb\xbf"
	  "a: 1\nb: 2\n",
	  0, DNA_E_SYNTAX, "f:1:1: the text begins with a byte order mark" },
	{ "# \xc3\xa4\n%YAML 1.2\n--- a\n", 0, DNA_E_SYNTAX, "f:2:1: directives" },
	{ "a\n...\n%YAML 1.2\n--- b\n", 0, DNA_E_SYNTAX, "f:3:1: directives" },
	{ "a: 1\nb: 2\na: 3\n", 0, DNA_E_SYNTAX, "f:3:1: the key 'a' is here twice" },
	{ "{a: 1, \"a\": 3}\n", 0, DNA_E_SYNTAX, "f:1:8: the key 'a' is here twice" },
	{ "? [a]\n: 1\n", 0, DNA_E_SYNTAX, "f:1:3: a key has to be a word" },
	{ "{a: 1}: 2\n", 0, DNA_E_SYNTAX, "f:1:1: a key has to be a word" },
	{ "a: 1\n--- \nb: 2\n", 0, DNA_E_SYNTAX, "f:2:1: a second document" },
	{ "a: 1\n...\n---\n", 0, DNA_E_SYNTAX, "f:3:1: a second document" },
	{ "a: [1, 2\nb: 3\n", 0, DNA_E_SYNTAX,
	  "f:2:2: ',' or ']' is missing before this, for '[' in line 1" },
	{ "a: {b: 1\nc [2]}\n", 0, DNA_E_SYNTAX,
	  "f:2:3: ',' or '}' is missing before this, for '{' in line 1" },
	{ "a: 1\nb\n", 0, DNA_E_SYNTAX, "f:2:1: a colon is missing behind this" },
	{ "a: 'b\nc: d\n", 0, DNA_E_SYNTAX, "f:1:4: this quotation mark has no second one" },
	{ "a: \"b\n---\nc: d\n", 0, DNA_E_SYNTAX, "f:1:4: this quotation mark has no second one" },
	{ "a:1\nb: 2\n", 0, DNA_E_SYNTAX,
	  "f:2:2: a colon cannot stand here; is the line indented too far, has the text" },
	{ "{a:[1]}\n", 0, DNA_E_SYNTAX, "f:1:3: a space has to stand behind this colon" },
	{ "a: *.example\n", 0, DNA_E_SYNTAX, "f:1:4: an asterisk has to be in quotes" },
	{ "a:\n  b: 1\n c: 2\n", 0, DNA_E_SYNTAX,
	  "f:3:2: this does not fit; is what stands before it whole already, or is it not indented "
	  "as the key in line 1" },
	{ "a:\n  - b\n c: 2\n", 0, DNA_E_SYNTAX,
	  "f:3:2: this does not fit; is what stands before it whole already, or is it not indented "
	  "as the" },
	{ " a: 1\nb: 2\n", 0, DNA_E_SYNTAX, "f:2:1: this does not belong to what stands above" },
	{ "a:\n\t- b\n", 0, DNA_E_SYNTAX, "f:2:1: there is a tab; YAML is indented with spaces" },
	{ "# \xc3\xbc\na: b\n\tc: d\n", 0, DNA_E_SYNTAX, "f:3:1: there is a tab" },
	{ "a: @\n", 0, DNA_E_SYNTAX, "f:1:4: a text that begins with this has to be in quotes" },
	{ "a: \"x\\0y\"\n", 0, DNA_E_SYNTAX, "f:1:4: there is a NUL" },
	{ "\"x\\0y\": 1\n", 0, DNA_E_SYNTAX, "f:1:1: there is a NUL" },
	{ "a: x\0y\n", 7, DNA_E_SYNTAX, "f:1:5: control characters" },
	{ "a: 1\nb: \xff\n", 0, DNA_E_SYNTAX, "f:2:4: invalid leading UTF-8 octet" },
	{ "\xc3\xa4: 1\n\xc3\xa4: \xc3(\n", 0, DNA_E_SYNTAX, "f:2:5: invalid trailing UTF-8" },
	{ "a: \xc0\x80\n", 0, DNA_E_SYNTAX, "f:1:4: invalid length of a UTF-8" },
	{ "a: \xed\xa0\x80\n", 0, DNA_E_SYNTAX, "f:1:4: invalid Unicode character" },
	{ "\xff\xfe"
	  "a\0",
	  4, DNA_E_SYNTAX, "f:1:1: invalid leading UTF-8 octet" },
};

Test(node, refuses_what_it_does_not_take_and_says_where)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *c = &refusals[i];
		struct dna_node *node = NULL;
		char *complaint;
		int r = read_bytes(c->text, c->size != 0 ? c->size : strlen(c->text), &node,
				   &complaint);

		cr_expect_eq(r, c->error, "%s: %d", c->text, r);
		cr_expect_null(node, "%s", c->text);
		cr_expect_not_null(complaint, "%s", c->text);
		cr_expect(complaint != NULL &&
				  strncmp(complaint, c->complaint, strlen(c->complaint)) == 0,
			  "%s: %s", c->text, complaint);
		free(complaint);
	}
}

Test(node, names_every_duplicate_key)
{
	static const char text[] = "a: 1\na: 2\na: 3\nb: 4\nb: 5\n";
	struct dna_node *node = NULL;
	char *complaint;

	cr_assert_eq(read_bytes(text, strlen(text), &node, &complaint), DNA_E_SYNTAX);
	cr_assert_str_eq(complaint,
			 "f:2:1: the key 'a' is here twice; it stands in line 1 already\n"
			 "f:3:1: the key 'a' is here twice; it stands in line 2 already\n"
			 "f:5:1: the key 'b' is here twice; it stands in line 4 already");
	free(complaint);
}

/* |count| times |unit|, then |end|. */
static char *repeat(const char *unit, size_t count, const char *end)
{
	struct dna_buffer text;

	dna_buffer_init(&text, 0);
	for (size_t i = 0; i < count; i++)
		dna_buffer_text(&text, unit);
	dna_buffer_text(&text, end);
	return dna_buffer_steal(&text);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* libyaml compares each with all the others. */
Test(node, refuses_directives_at_once)
{
	static const char *const breaks[] = { "\n",       "\r",           "\r\n",
					      "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9" };

	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		struct dna_node *node = NULL;
		struct dna_buffer text;
		double start;
		char *complaint;

		dna_buffer_init(&text, 0);
		dna_buffer_format(&text, "a%s...", breaks[i]);
		for (unsigned n = 0; n < 100000; n++)
			dna_buffer_format(&text, "%s%%TAG !%u! b", breaks[i], n);
		start = seconds();
		cr_expect_eq(read_bytes((char *)text.data, text.size, &node, &complaint),
			     DNA_E_SYNTAX);
		cr_expect(seconds() - start < 0.1, "%zu: %f s", i, seconds() - start);
		cr_expect(strstr(complaint, ": directives are not allowed here") != NULL, "%s",
			  complaint);
		free(complaint);
		dna_buffer_clear(&text);
	}
}

/* libyaml alone takes seconds for each of these. */
Test(node, refuses_deep_nesting_at_once)
{
	static const char *const units[] = { "[", "{", "[\n", "- ", "{a: ", "? ", "[{", "[a: [" };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		char *text = repeat(units[i], 80000 / strlen(units[i]), ""), *complaint;
		struct dna_node *node = NULL;
		double start = seconds();
		int r = read_bytes(text, strlen(text), &node, &complaint);

		cr_expect(seconds() - start < 0.1, "%s: %f s", units[i], seconds() - start);
		cr_expect(r == DNA_E_LIMIT || r == DNA_E_SYNTAX, "%s: %d", units[i], r);
		cr_expect(complaint != NULL && strncmp(complaint, "f:", 2) == 0, "%s: %s", units[i],
			  complaint);
		free(complaint);
		free(text);
	}
}

/* SEC-006 */
Test(node, nests_as_deeply_as_the_limit_says)
{
	struct dna_node *node = NULL;
	char *complaint, *open, *text;

	for (size_t depth = DNA_YAML_DEPTH_MAX; depth <= DNA_YAML_DEPTH_MAX + 1; depth++) {
		text = repeat("]", depth, "");
		open = repeat("[", depth, text);
		free(text);
		if (depth == DNA_YAML_DEPTH_MAX) {
			dna_node_free(read_good(open));
		} else {
			cr_expect_eq(read_bytes(open, strlen(open), &node, &complaint),
				     DNA_E_LIMIT);
			cr_expect_str_eq(complaint, "f:1:33: this is nested too deeply");
			free(complaint);
		}
		free(open);
	}
}

Test(node, bounds_scalars_and_the_whole)
{
	struct dna_node *node = NULL;
	char *complaint, *text = repeat("x", DNA_YAML_SCALAR_MAX, "");

	dna_node_free(read_good(text));
	free(text);
	text = repeat("x", DNA_YAML_SCALAR_MAX + 1, "");
	cr_assert_eq(read_bytes(text, strlen(text), &node, &complaint), DNA_E_LIMIT);
	cr_assert_str_eq(complaint, "f:1:1: this text is too long");
	free(complaint);
	free(text);

	text = repeat("#\n", DNA_POLICY_MAX / 2, "x");
	cr_assert_eq(read_bytes(text, strlen(text), &node, &complaint), DNA_E_LIMIT);
	cr_assert_str_eq(complaint, "f: it is longer than 16777216 octets");
	free(complaint);
	free(text);
}

/* ---- Complaints ---- */

#define BAD "\xef\xbf\xbd" /* U+FFFD */

Test(complaints, are_lines_that_harm_no_terminal)
{
	struct dna_complaints complaints = { .name = "f" };
	const struct dna_node at = { .line = 3, .column = 4 };
	static const char harmless[] = "f:3:4: 'a" BAD "b" BAD "[2J" BAD BAD BAD "\xc3\xa4'\n"
				       "f: no place\nf:3:4: ";
	char *long_word = repeat("\xc3\xa4", 400, ""), *text;

	dna_buffer_init(&complaints.text, 0);
	dna_complain(&complaints, &at, "'%s'", "a\nb\033[2J\xc2\x9b\x7f\xe2\x80\xae\xc3\xa4");
	dna_complain(&complaints, NULL, "no place");
	dna_complain(&complaints, &at, "%s", long_word);
	cr_assert_eq(complaints.count, 3);
	text = dna_complaints_steal(&complaints);
	cr_assert(strncmp(text, harmless, strlen(harmless)) == 0, "%s", text);
	cr_assert_str_eq(text + strlen(text) - 5, "\xc3\xa4...");
	free(text);
	free(long_word);
}

/* A policy may name a file like that. */
Test(complaints, are_one_line_each_whatever_the_file_is_called)
{
	struct dna_complaints complaints = { .name = "./a\nb\033[2J" };
	const struct dna_node at = { .line = 3, .column = 4 };
	char *text;

	dna_buffer_init(&complaints.text, 0);
	dna_complain(&complaints, &at, "wrong");
	text = dna_complaints_steal(&complaints);
	cr_assert_str_eq(text, "./a" BAD "b" BAD "[2J:3:4: wrong");
	free(text);
	for (unsigned i = 0; i < 21; i++)
		dna_complain(&complaints, NULL, "number %u", i);
	text = dna_complaints_steal(&complaints);
	cr_assert_str_eq(strrchr(text, '\n') + 1, "./a" BAD "b" BAD "[2J: and 1 more");
	free(text);
}

/* The line that is shown below as well: direction marks would show it otherwise than it is. */
Test(complaints, show_lines_that_harm_no_terminal)
{
	static const char source[] = "a: \xe2\x80\xae\xe2\x81\xa6x\n";
	struct dna_complaints complaints = {
		.name = "f", .source = { (const uint8_t *)source, sizeof(source) - 1 }
	};
	const struct dna_node at = { .line = 1, .column = 6 };
	char *text;

	dna_buffer_init(&complaints.text, 0);
	dna_complain(&complaints, &at, "no");
	text = dna_complaints_steal(&complaints);
	cr_assert_str_eq(text, "f:1:6: no\n      1 | a: " BAD BAD "x\n        |      ^");
	free(text);
}

Test(complaints, are_written_once_and_not_without_end)
{
	struct dna_complaints complaints = { .name = "f" };
	char *text;

	dna_buffer_init(&complaints.text, 0);
	cr_assert_null(dna_complaints_steal(&complaints));
	for (unsigned i = 0; i < 3; i++)
		dna_complain(&complaints, NULL, "again");
	cr_assert_eq(complaints.count, 3);
	text = dna_complaints_steal(&complaints);
	cr_assert_str_eq(text, "f: again");
	free(text);
	for (unsigned i = 0; i < 100000; i++)
		dna_complain(&complaints, NULL, "number %u", i);
	text = dna_complaints_steal(&complaints);
	cr_assert_str_eq(strrchr(text, '\n') + 1, "f: and 99980 more");
	cr_assert_not_null(strstr(text, "f: number 19\n"));
	cr_assert_null(strstr(text, "f: number 20\n"));
	cr_assert(dna_complaints_full(&complaints));
	free(text);
}

/* ---- From JSON ---- */

static int from_json(const char *text, size_t flags, struct dna_node **node)
{
	json_t *json = json_loads(text, flags | JSON_DECODE_ANY, NULL);
	int r;

	cr_assert_not_null(json);
	r = dna_node_from_json(node, json);
	json_decref(json);
	return r;
}

Test(node, comes_from_json_as_from_yaml)
{
	struct dna_node *node;

	cr_assert_eq(from_json("{\"a\": [\"1\", 1, true, null, -2.5], \"b\": {}}", 0, &node), 0);
	const struct dna_node *list = dna_node_get(node, "a");

	cr_assert_eq(list->count, 5);
	cr_assert(list->children[0]->quoted);
	cr_assert_str_eq(list->children[0]->text, "1");
	cr_assert_not(list->children[1]->quoted);
	cr_assert_str_eq(list->children[1]->text, "1");
	cr_assert_str_eq(list->children[2]->text, "true");
	cr_assert_not(list->children[2]->quoted);
	cr_assert(dna_node_is_nothing(list->children[3]));
	cr_assert_str_eq(list->children[4]->text, "-2.5");
	cr_assert_eq(dna_node_get(node, "b")->type, DNA_NODE_MAPPING);
	cr_assert_eq(node->line, 0);
	dna_node_free(node);
}

Test(node, refuses_nuls_and_depth_in_json)
{
	char *end = repeat("]", 33, ""), *text = repeat("[", 33, end);
	struct dna_node *node = NULL;

	cr_assert_eq(from_json("\"a\\u0000b\"", JSON_ALLOW_NUL, &node), DNA_E_SYNTAX);
	cr_assert_eq(from_json(text, 0, &node), DNA_E_LIMIT);
	cr_assert_null(node);
	free(text);
	free(end);
}
