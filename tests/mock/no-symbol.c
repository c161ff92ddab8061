/*
 * Some other shared object: it exports no prooftype. What it does when it is opened has to stay
 * undone; here it makes the file that MOCK_CONSTRUCTOR names.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void make_file(void)
{
	const char *path = getenv("MOCK_CONSTRUCTOR");
	int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd >= 0)
		close(fd);
}
