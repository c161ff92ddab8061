/* A policy in files that is loaded again and again, right and wrong, while threads judge by it. */
#include <dna/dna.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 2
#define ROUNDS  10
#define DOMAINS 20 /* of the table */

struct run {
	char directory[32], policy[64], table[64];
	struct dna_registry *registry;
	struct dna_policy_slot *slot;
	atomic_bool done;
	atomic_uint begun, judged, wrong;
};

static void expect(bool right, const char *what)
{
	if (right)
		return;
	printf("Bail out! %s\n", what);
	exit(1);
}

/* ---- The files ---- */

static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "w");

	expect(file != NULL, path);
	return file;
}

/* Every profile of a policy has its number in its name, in the table too. */
static void write_policy(const struct run *run, unsigned number)
{
	FILE *file = open_file(run->policy);

	fprintf(file,
		"policy: 1\n"
		"prooftypes: { dane: { clients: true } }\n"
		"profiles:\n"
		"  usual-%1$u: { prove: [[dane, pkix], posh] }\n"
		"  ruled-%1$u: { extends: usual-%1$u, minimum: weak }\n"
		"  listed-%1$u: { extends: usual-%1$u, withstand: [webpki] }\n"
		"rules:\n"
		"  - { match: { remote: \"*.example\" }, use: ruled-%1$u, shadow: listed-%1$u }\n"
		"floors: [ { match: { local: a.example }, minimum: dna } ]\n"
		"remotes: table.yaml\n"
		"default: usual-%1$u\n",
		number);
	fclose(file);
}

static void write_table(const struct run *run, unsigned number)
{
	FILE *file = open_file(run->table);

	for (unsigned i = 0; i < DOMAINS; i++)
		fprintf(file, "d%u.example: listed-%u\n", i, number);
	fclose(file);
}

/* ---- Those who judge ---- */

/* The number of the profile that a case has, 0 if it is not of that kind. */
static unsigned judge(struct dna_policy *policy, const char *domain, const char *kind)
{
	const struct dna_subject subject = { .domain = domain,
					     .local = "a.example",
					     .service = DNA_XMPP_SERVER };
	const struct dna_verdict *verdict;
	struct dna_case *c = NULL;
	char *recording = NULL;
	unsigned number = 0;

	if (dna_case_new(&c, policy, &subject, 1700000000) == 0 &&
	    dna_case_close(c, "nobody was asked") == 0 && dna_case_verdict(c, &verdict) == 0 &&
	    strncmp(dna_verdict_profile(verdict), kind, strlen(kind)) == 0 &&
	    dna_case_record(c, "reload", &recording) == 0)
		number = (unsigned)atoi(dna_verdict_profile(verdict) + strlen(kind));
	free(recording);
	dna_case_free(c);
	return number;
}

/* All of a policy is of the same number, and none is older than the one before. */
static void *judge_again_and_again(void *argument)
{
	struct run *run = argument;
	unsigned last = 0;
	char listed[32];

	run->begun++;
	for (unsigned i = 0; !run->done; i++) {
		struct dna_policy *policy = dna_policy_slot_get(run->slot);
		unsigned number = judge(policy, "net.test", "usual-");

		snprintf(listed, sizeof(listed), "d%u.example", i % DOMAINS);
		if (number < last || number == 0 || judge(policy, listed, "listed-") != number ||
		    judge(policy, "other.example", "ruled-") != number)
			run->wrong++;
		last = number;
		run->judged++;
		dna_policy_unref(policy);
	}
	return NULL;
}

/* ---- Who loads ---- */

/* While only the table is of the next policy, nothing of either is taken. */
static void reload(const struct run *run, unsigned number)
{
	struct dna_policy *before = dna_policy_slot_get(run->slot), *after;
	char *complaint = NULL;

	write_table(run, number);
	expect(dna_policy_slot_reload(run->slot, run->policy, run->registry, &complaint) ==
			       DNA_E_POLICY &&
		       complaint != NULL,
	       "a table that names no profiles was taken");
	free(complaint);
	after = dna_policy_slot_get(run->slot);
	expect(after == before, "a wrong policy replaced a right one");
	dna_policy_unref(before);
	dna_policy_unref(after);
	write_policy(run, number);
	expect(dna_policy_slot_reload(run->slot, run->policy, run->registry, NULL) == 0,
	       "a right policy was not taken");
}

static void set_up(struct run *run)
{
	const char *top = getenv("top_builddir");
	struct dna_policy *policy;
	char plugins[4096];

	snprintf(plugins, sizeof(plugins), "%s/plugins.d", top != NULL ? top : ".");
	strcpy(run->directory, "reload.XXXXXX");
	expect(mkdtemp(run->directory) != NULL, "no folder");
	snprintf(run->policy, sizeof(run->policy), "%s/policy.yaml", run->directory);
	snprintf(run->table, sizeof(run->table), "%s/table.yaml", run->directory);
	write_policy(run, 1);
	write_table(run, 1);
	expect(dna_registry_new(&run->registry, plugins) == 0, plugins);
	expect(dna_policy_load(&policy, run->policy, run->registry, NULL) == 0,
	       "the first policy was not taken");
	expect(dna_policy_slot_new(&run->slot, policy) == 0, "no memory");
	dna_policy_unref(policy);
}

static void tear_down(struct run *run)
{
	dna_policy_slot_free(run->slot);
	dna_registry_free(run->registry);
	unlink(run->policy);
	unlink(run->table);
	rmdir(run->directory);
}

int main(void)
{
	pthread_t threads[THREADS];
	struct run run = { .done = false };

	set_up(&run);
	for (int i = 0; i < THREADS; i++)
		expect(pthread_create(&threads[i], NULL, judge_again_and_again, &run) == 0,
		       "no thread");
	while (run.begun < THREADS)
		sched_yield();
	for (unsigned number = 2; number <= ROUNDS; number++)
		reload(&run, number);
	while (run.judged < 10 * THREADS)
		sched_yield();
	run.done = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	tear_down(&run);
	printf("1..1\n%s 1 - a reload is all or nothing for those who judge\n",
	       run.wrong == 0 ? "ok" : "not ok");
	return run.wrong != 0;
}
