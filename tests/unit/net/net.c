/* What the tests of core/net share. */
#include "net.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *built_file(const char *path)
{
	static char file[PATH_MAX];
	const char *top = getenv("top_builddir");
	char absolute[PATH_MAX];

	cr_assert_not_null(realpath(top != NULL ? top : ".", absolute));
	cr_assert_lt(snprintf(file, sizeof(file), "%s/%s", absolute, path), (int)sizeof(file));
	return file;
}

bool run_until(struct dna_loop *loop, const unsigned *done, unsigned count, unsigned milliseconds)
{
	uint64_t end = dna_loop_now() + milliseconds;

	while (*done < count) {
		uint64_t now = dna_loop_now();

		if (now >= end)
			return false;
		cr_assert_eq(dna_loop_run(loop, (int)(end - now)), 0);
	}
	return true;
}

static char gate[64];

void gate_close(void)
{
	snprintf(gate, sizeof(gate), "/tmp/dna-test-%d-gate", (int)getpid());
	unlink(gate);
	setenv("DNA_TEST_GATE", gate, 1);
}

void gate_open(void)
{
	int fd = open(gate, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	close(fd);
}

void gate_clear(void)
{
	unlink(gate);
}

void kill_children(pid_t parent)
{
	char path[64];
	int pid;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent, (int)parent);
	file = fopen(path, "r");
	cr_assert_not_null(file);
	while (fscanf(file, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	fclose(file);
}

pid_t first_child(void)
{
	char path[64];
	int pid = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "r");
	cr_assert_not_null(file);
	if (fscanf(file, "%d", &pid) != 1)
		pid = 0;
	fclose(file);
	return pid;
}

unsigned children(void)
{
	char path[64];
	unsigned count = 0, pid;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "r");
	cr_assert_not_null(file);
	while (fscanf(file, "%u", &pid) == 1)
		count++;
	fclose(file);
	return count;
}
