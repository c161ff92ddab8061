/* dna chart: the flow chart of RFC 7712, from the tables that run it, as text or for Graphviz. */
#include "command.h"
#include "options.h"

#include <dna/flow.h>

#include <stdio.h>
#include <string.h>

#define COMMAND "chart"

struct run {
	bool dot;
};

static int read_options(struct run *run, int argc, char **argv)
{
	const struct dna_option options[] = {
		{ "dot", DNA_OPTION_SWITCH, &run->dot, NULL, "print it for Graphviz", 0 },
		{ .name = NULL },
	};
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "",
		.about = "Print the flow chart of RFC 7712 that streams follow here.",
		.options = options,
	};

	return dna_options_read(&usage, argc, argv);
}

static enum dna_flow_state next_of(const struct dna_flow_row *row)
{
	return (enum dna_flow_state)(row->next != DNA_FLOW_ANY ? row->next : row->state);
}

/* "a and b", "not c": what has to hold. */
static void print_facts(uint64_t facts, const char *before, const char *separator)
{
	for (enum dna_flow_fact fact = 0; fact < DNA_FACTS; fact++) {
		if (!(facts & DNA_FACT(fact)))
			continue;
		printf("%s%s", before, dna_flow_fact_name(fact));
		before = separator;
	}
}

static void print_guard(const struct dna_flow_row *row)
{
	print_facts(row->when, ", if ", " and ");
	print_facts(row->unless, row->when != 0 ? " and not " : ", if not ", " and not ");
}

static void print_actions(const struct dna_flow_row *row)
{
	for (size_t i = 0; i < DNA_FLOW_ROW_ACTIONS && row->actions[i] != DNA_FLOW_NO_ACTION; i++)
		printf("%s%s", i > 0 ? ", " : "",
		       dna_flow_action_name((enum dna_flow_action_kind)row->actions[i]));
	if (row->actions[0] == DNA_FLOW_NO_ACTION)
		fputs("nothing", stdout);
}

/* ---- text ---- */

static void print_condition(const struct dna_flow_row *row)
{
	const struct dna_flow_trouble_entry *trouble =
		dna_flow_trouble_entry((enum dna_flow_trouble)row->trouble);

	if (trouble->condition != NULL)
		printf(" (%s)", trouble->condition);
}

static void print_row(const struct dna_flow_row *row)
{
	printf("    %s", dna_flow_event_name((enum dna_flow_event_kind)row->event));
	print_guard(row);
	fputs("\n        ", stdout);
	print_actions(row);
	print_condition(row);
	if (row->next != DNA_FLOW_ANY)
		printf(" -> %s", dna_flow_state_name(next_of(row)));
	printf("  [%s]\n", row->rules);
}

static void print_state(enum dna_flow_state state)
{
	enum dna_flow_timer timer = dna_flow_state_timer(state);

	printf("\n  %s", state == DNA_FLOW_ANY ? "any other" : dna_flow_state_name(state));
	if (timer != DNA_FLOW_NO_TIMER)
		printf(" (%u s)", dna_flow_timer_seconds(timer));
	putchar('\n');
}

static void print_machine(enum dna_flow_machine machine)
{
	size_t count;
	const struct dna_flow_row *rows = dna_flow_rows(machine, &count);

	printf("%s\n", dna_flow_machine_name(machine));
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || rows[i].state != rows[i - 1].state)
			print_state((enum dna_flow_state)rows[i].state);
		print_row(&rows[i]);
	}
	putchar('\n');
}

static void print_troubles(void)
{
	puts("Errors\n");
	for (enum dna_flow_trouble t = DNA_TROUBLE_NONE + 1; t < DNA_TROUBLES; t++) {
		const struct dna_flow_trouble_entry *entry = dna_flow_trouble_entry(t);

		printf("    %s\n        %s%s%s  [%s]\n", entry->situation,
		       dna_flow_reaction_name(entry->reaction),
		       entry->condition != NULL ? ": " : "",
		       entry->condition != NULL ? entry->condition : "", entry->rules);
	}
}

/* ---- Graphviz ---- */

static void print_edge(const struct dna_flow_row *row, unsigned machine)
{
	printf("\t\t\"%u %s\" -> \"%u %s\" [label=\"", machine,
	       dna_flow_state_name((enum dna_flow_state)row->state), machine,
	       dna_flow_state_name(next_of(row)));
	fputs(dna_flow_event_name((enum dna_flow_event_kind)row->event), stdout);
	print_guard(row);
	fputs("\\n", stdout);
	print_actions(row);
	puts("\"];");
}

static void print_cluster(enum dna_flow_machine machine)
{
	size_t count;
	const struct dna_flow_row *rows = dna_flow_rows(machine, &count);

	printf("\tsubgraph cluster_%u {\n\t\tlabel=\"%s\";\n", (unsigned)machine,
	       dna_flow_machine_name(machine));
	for (size_t i = 0; i < count; i++)
		print_edge(&rows[i], (unsigned)machine);
	puts("\t}");
}

int dna_chart_command(int argc, char **argv)
{
	struct run run = { .dot = false };
	int first = read_options(&run, argc, argv);

	if (first < 0)
		return first == DNA_OPTIONS_HELP ? DNA_EXIT_OK : DNA_EXIT_USAGE;
	if (first < argc)
		return dna_command_complain(COMMAND, "there is nothing to choose: \"%s\"",
					    argv[first]);
	if (run.dot)
		puts("digraph dna {");
	for (enum dna_flow_machine machine = 0; machine < DNA_FLOW_MACHINES; machine++) {
		if (run.dot)
			print_cluster(machine);
		else
			print_machine(machine);
	}
	if (run.dot)
		puts("}");
	else
		print_troubles();
	return DNA_EXIT_OK;
}
