/* Rules and floors, from their text. */
#include "base/limits.h"
#include "policy/place.h"
#include "policy/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Whom they are for ---- */

static int read_pattern(const struct dna_policy_reader *reader, const struct dna_node *value,
			struct dna_pattern *pattern)
{
	int r = DNA_E_SYNTAX;

	if (value->type == DNA_NODE_SCALAR)
		r = dna_pattern_read(value->text, pattern);
	if (r == 0 || r == DNA_E_NOMEM)
		return r;
	dna_complain(reader->complaints, value,
		     "a domain that can have XMPP, an IP address, '*.' and a domain, or '*' has to "
		     "stand here");
	return 0;
}

static int read_remote(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	return read_pattern(reader, value, &reader->match->remote);
}

static int read_local(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	return read_pattern(reader, value, &reader->match->local);
}

static const char *const services[] = { "xmpp-client", "xmpp-server", NULL };
static const char *const directions[] = { "initiating", "receiving", NULL };

static void read_word(const struct dna_policy_reader *reader, const struct dna_node *value,
		      const char *what, const char *const words[2], unsigned *number)
{
	for (unsigned i = 0; i < 2; i++) {
		if (value->type == DNA_NODE_SCALAR && strcmp(value->text, words[i]) == 0) {
			*number = i;
			return;
		}
	}
	dna_complain(reader->complaints, value, "a %s is %s or %s", what, words[0], words[1]);
}

static int read_service(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	read_word(reader, value, "service", services, &reader->match->service);
	return 0;
}

static int read_direction(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	read_word(reader, value, "direction", directions, &reader->match->direction);
	return 0;
}

static const struct dna_key_table match_keys = {
	"what a rule matches",
	NULL,
	(const struct dna_key[]){
		{ "remote", read_remote, DNA_KEY_DOMAINS,
		  .help = "the domain that is to be proved" },
		{ "local", read_local, DNA_KEY_DOMAINS, .help = "our own domain" },
		{ "service", read_service, DNA_KEY_WORD, .words = services,
		  .help = "what the stream is for" },
		{ "direction", read_direction, DNA_KEY_WORD, .words = directions,
		  .help = "who connects: we, or the peer" },
		{ .name = NULL },
	},
};

static int read_match(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	return dna_keys_read(value, &match_keys, object, reader->complaints);
}

/* ---- A rule ---- */

static int read_use(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	reader->rule->profile = dna_reader_profile(reader, value);
	return 0;
}

static int read_shadow(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	reader->rule->shadow = dna_reader_profile(reader, value);
	return 0;
}

static int read_endpoint(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;
	struct dna_place place;

	if (value->type != DNA_NODE_SCALAR ||
	    dna_place_read(value->text, DNA_XMPP_SERVER, false, &place) != 0) {
		dna_complain(reader->complaints, value,
			     "an endpoint has to stand here, such as 'host.example:5269'");
		return 0;
	}
	reader->rule->endpoint = strdup(value->text);
	return reader->rule->endpoint != NULL ? 0 : DNA_E_NOMEM;
}

const struct dna_key_table dna_rule_keys = {
	"a rule",
	NULL,
	(const struct dna_key[]){
		{ "match", read_match, DNA_KEY_MAPPING, true, .inner = &match_keys,
		  .help = "whom the rule is for; everybody, if nothing is in it" },
		{ "use", read_use, DNA_KEY_NAME, true, .help = "the profile" },
		{ "shadow", read_shadow, DNA_KEY_NAME,
		  .help = "a profile of which is only reported what it would have said" },
		{ "endpoint", read_endpoint, DNA_KEY_ENDPOINT,
		  .help = "where to connect, instead of what the DNS says" },
		{ .name = NULL },
	},
};

static int read_rule(struct dna_policy_reader *reader, const struct dna_node *node)
{
	struct dna_rule *rule = &reader->policy->rules[reader->policy->rule_count++];

	*rule = (struct dna_rule){ .match = DNA_MATCH_ANY,
				   .line = node->line,
				   .column = node->column };
	reader->rule = rule;
	reader->match = &rule->match;
	return dna_keys_read(node, &dna_rule_keys, reader, reader->complaints);
}

/* Once they are in order: neighbours that match the same have no order of specificity. */
static void refuse_ties(const struct dna_policy_reader *reader)
{
	const struct dna_policy *policy = reader->policy;

	for (size_t i = 1; i < policy->rule_count; i++) {
		const struct dna_rule *a = &policy->rules[i - 1], *b = &policy->rules[i];
		struct dna_node at = { .line = b->line, .column = b->column };

		if (dna_rules_tie(a, b))
			dna_complain(reader->complaints, &at,
				     "the rule in line %u matches the same as the one in line %u",
				     b->line, a->line);
	}
}

/* A table's entry matches what a rule with nothing but that domain does. */
static void refuse_tie_with_table(const struct dna_policy_reader *reader,
				  const struct dna_rule *rule, const struct dna_domains *table,
				  const struct dna_pattern *pattern)
{
	struct dna_node at = { .line = rule->line, .column = rule->column };
	struct dna_domains_match entry;

	if (table != NULL && dna_domains_hold(table, pattern, &entry))
		dna_complain(reader->complaints, &at,
			     "the rule in line %u matches the same as line %u of %s", rule->line,
			     entry.line, entry.file);
}

void dna_reader_refuse_ties_with_tables(const struct dna_policy_reader *reader)
{
	const struct dna_policy *policy = reader->policy;

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct dna_rule *rule = &policy->rules[i];
		const struct dna_match *match = &rule->match;

		if (match->service != DNA_EITHER || match->direction != DNA_EITHER)
			continue;
		if (match->local.kind == DNA_PATTERN_ANYTHING)
			refuse_tie_with_table(reader, rule, policy->remotes, &match->remote);
		if (match->remote.kind == DNA_PATTERN_ANYTHING)
			refuse_tie_with_table(reader, rule, policy->locals, &match->local);
	}
}

int dna_reader_rules(void *object, const struct dna_node *value)
{
	struct dna_policy_reader *reader = object;
	struct dna_policy *policy = reader->policy;
	unsigned before = reader->complaints->count;
	int r = 0;

	if (value->type != DNA_NODE_SEQUENCE) {
		dna_complain(reader->complaints, value, "'rules' has to be a list of rules");
		return 0;
	}
	policy->rules = calloc(value->count + 1, sizeof(*policy->rules));
	if (policy->rules == NULL)
		return DNA_E_NOMEM;
	for (size_t i = 0; r == 0 && i < value->count; i++)
		r = read_rule(reader, value->children[i]);
	dna_rules_sort(policy->rules, policy->rule_count);
	if (r == 0 && reader->complaints->count == before)
		refuse_ties(reader);
	return r;
}

/* ---- A floor ---- */

static int read_minimum(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	dna_minimum_read(value, &reader->floor->demand.minimum, reader->complaints);
	return 0;
}

static int read_withstand(void *object, const struct dna_node *value)
{
	const struct dna_policy_reader *reader = object;

	dna_withstand_read(value, &reader->floor->demand.withstand, reader->complaints);
	return 0;
}

const struct dna_key_table dna_floor_keys = {
	"a floor",
	NULL,
	(const struct dna_key[]){
		{ "match", read_match, DNA_KEY_MAPPING, true, .inner = &match_keys,
		  .help = "whom the floor is for; everybody, if nothing is in it" },
		{ "minimum", read_minimum, DNA_KEY_WORD, .words = dna_minimum_words,
		  .help = "the least that a profile may be content with" },
		{ "withstand", read_withstand, DNA_KEY_ROOTS, .words = dna_root_words,
		  .help = "trust roots that must not suffice, beside those of the profile" },
		{ .name = NULL },
	},
};

static int read_floor(struct dna_policy_reader *reader, const struct dna_node *node)
{
	struct dna_floor *floor = &reader->policy->floors[reader->policy->floor_count++];

	*floor = (struct dna_floor){ .match = DNA_MATCH_ANY,
				     .file = reader->policy->file,
				     .line = node->line,
				     .column = node->column };
	reader->floor = floor;
	reader->match = &floor->match;
	return dna_keys_read(node, &dna_floor_keys, reader, reader->complaints);
}

int dna_reader_floors(void *object, const struct dna_node *value)
{
	struct dna_policy_reader *reader = object;
	struct dna_policy *policy = reader->policy;
	int r = 0;

	if (value->type != DNA_NODE_SEQUENCE) {
		dna_complain(reader->complaints, value, "'floors' has to be a list of floors");
		return 0;
	}
	if (value->count > DNA_FLOORS_MAX) {
		dna_complain(reader->complaints, value, "there are more than %d floors",
			     DNA_FLOORS_MAX);
		return 0;
	}
	policy->floors = calloc(value->count + 1, sizeof(*policy->floors));
	if (policy->floors == NULL)
		return DNA_E_NOMEM;
	for (size_t i = 0; r == 0 && i < value->count; i++)
		r = read_floor(reader, value->children[i]);
	return r;
}
