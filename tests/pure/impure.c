/* A prooftype that does what none may, as its parameter says; tests/pure/pure.sh sees it caught. */
#include <dna/prooftype.h>

#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static bool cheat(const char *how)
{
	struct addrinfo *found = NULL;
	struct timespec now = { .tv_sec = 0 };

	if (strcmp(how, "open") == 0)
		return open("/dev/null", O_RDONLY) >= 0;
	if (strcmp(how, "socket") == 0)
		return socket(AF_INET, SOCK_STREAM, 0) >= 0;
	if (strcmp(how, "getaddrinfo") == 0)
		return getaddrinfo("localhost", NULL, NULL, &found) == 0;
	if (strcmp(how, "getenv") == 0)
		return getenv("HOME") != NULL;
	if (strcmp(how, "time") == 0)
		return time(NULL) != 0;
	if (strcmp(how, "clock_gettime") == 0)
		return clock_gettime(CLOCK_REALTIME, &now) == 0;
	return false;
}

static int plan(const struct dna_case *c, struct dna_plan *plan)
{
	(void)plan;
	if (dna_case_param_bool(c, "early"))
		cheat(dna_case_param_word(c, "how"));
	return 0;
}

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	if (!dna_case_param_bool(c, "early"))
		cheat(dna_case_param_word(c, "how"));
	return dna_find(finding, DNA_NONE, "impure", "nothing");
}

static const struct dna_param params[] = {
	{ .name = "how", .type = DNA_PARAM_WORD, .initial = "not", .help = "What to call." },
	{ .name = "early",
	  .type = DNA_PARAM_BOOL,
	  .initial = "false",
	  .help = "In plan() rather than in judge()." },
	{ .name = NULL },
};

DNA_PROOFTYPE(impure, "impure", .about = "A test", .specs = "None", .proof = "None",
	      .match = "Never", .material = "None", .dns = "No", .does = DNA_PROVES,
	      .params = params, .plan = plan, .judge = judge);
