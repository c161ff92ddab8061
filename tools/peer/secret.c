/* The secret of dialback keys. */
#include "peer/secret.h"

#include <dna/error.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define RANDOM_SIZE 32

int dna_secret_draw(struct dna_secret *secret)
{
	if (getrandom(secret->octets, RANDOM_SIZE, 0) != RANDOM_SIZE)
		return DNA_E_IO;
	secret->size = RANDOM_SIZE;
	return 0;
}

static const char *objection_to(int fd)
{
	struct stat file;

	if (fstat(fd, &file) != 0)
		return strerror(errno);
	if (!S_ISREG(file.st_mode))
		return "it is not a regular file";
	if (file.st_uid != geteuid() && file.st_uid != 0)
		return "it belongs to somebody else";
	if ((file.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return "others have access to it: chmod 600";
	return NULL;
}

/* One octet more than is taken shows that there are more; it may be a line's end. */
static const char *read_octets(int fd, uint8_t octets[DNA_SECRET_MAX + 2], size_t *size)
{
	ssize_t n = 1;

	*size = 0;
	while (n > 0 && *size < DNA_SECRET_MAX + 2) {
		n = read(fd, octets + *size, DNA_SECRET_MAX + 2 - *size);
		if (n < 0)
			return strerror(errno);
		*size += (size_t)n;
	}
	if (*size > 0 && octets[*size - 1] == '\n')
		--*size;
	if (*size < DNA_SECRET_MIN)
		return "it is shorter than 16 octets";
	return *size > DNA_SECRET_MAX ? "it is longer than 1024 octets" : NULL;
}

int dna_secret_read(struct dna_secret *secret, const char *path, const char **why)
{
	uint8_t octets[DNA_SECRET_MAX + 2];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	const char *objection = fd < 0 ? strerror(errno) : objection_to(fd);
	size_t size = 0;

	if (objection == NULL)
		objection = read_octets(fd, octets, &size);
	if (objection == NULL) {
		memcpy(secret->octets, octets, size);
		secret->size = size;
	} else {
		*why = objection;
	}
	explicit_bzero(octets, sizeof(octets));
	if (fd >= 0)
		close(fd);
	return objection == NULL ? 0 : DNA_E_INVALID;
}

void dna_secret_clear(struct dna_secret *secret)
{
	explicit_bzero(secret, sizeof(*secret));
}

struct dna_bytes dna_secret_bytes(const struct dna_secret *secret)
{
	return (struct dna_bytes){ secret->octets, secret->size };
}
