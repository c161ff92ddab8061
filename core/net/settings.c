/* What an operator says of resolvers and trust anchors. */
#include "net/settings.h"
#include "base/address.h"
#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define FILE_MAX (16L * 1024 * 1024)
#define BLANKS   " \t\r"

static int complain(char **complaint, const char *what, const char *name, const char *why)
{
	struct dna_buffer text;

	dna_buffer_init(&text, 0);
	dna_buffer_format(&text, "the %s \"%s\" is of no use: %s", what, name, why);
	*complaint = dna_buffer_steal(&text);
	dna_buffer_clear(&text);
	return DNA_E_INVALID;
}

/* ---- files ---- */

static int read_file(const char *path, struct dna_buffer *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r = 0;
	uint8_t block[16384];
	ssize_t size;

	if (fd < 0)
		return DNA_E_IO;
	while (r == 0 && (size = read(fd, block, sizeof(block))) != 0)
		r = size > 0 ? dna_buffer_add(text, block, (size_t)size)
			     : (errno == EINTR ? 0 : DNA_E_IO);
	close(fd);
	return r;
}

/* ---- resolvers ---- */

int dna_settings_check_resolver(const char *addresses, char **complaint)
{
	char *text = addresses != NULL ? strdup(addresses) : NULL, *rest = NULL;
	struct dna_address address;
	size_t count = 0;
	int r = addresses == NULL || text != NULL ? 0 : DNA_E_NOMEM;

	for (char *word = text != NULL ? strtok_r(text, " ", &rest) : NULL; word != NULL && r == 0;
	     word = strtok_r(NULL, " ", &rest)) {
		if (dna_address_read(&address, word) != 0)
			r = complain(complaint, "resolver", word,
				     "it has to be an address, as 192.0.2.1, 192.0.2.1:5353, "
				     "2001:db8::1 or [2001:db8::1]:5353");
		else if (++count > DNA_RESOLVERS_MAX)
			r = complain(complaint, "resolver", word, "there are too many before it");
	}
	if (text != NULL && count == 0 && r == 0)
		r = complain(complaint, "resolver", addresses, "there is no address");
	free(text);
	return r;
}

/* ---- their word ---- */

static int check_loopback(const struct dna_address *address, const char *what, char **complaint)
{
	if (dna_address_is_loopback(address))
		return 0;
	return complain(complaint, what, address->text,
			"only the AD bit of a resolver on this machine can be believed");
}

static int check_system(const char *path, char **complaint)
{
	struct dna_address addresses[DNA_RESOLVERS_MAX];
	struct dna_buffer text;
	size_t count;
	int r;

	dna_buffer_init(&text, FILE_MAX);
	r = read_file(path, &text);
	if (r == DNA_E_IO)
		r = 0; /* as if it were empty */
	count = dna_address_list(addresses, DNA_RESOLVERS_MAX,
				 text.size > 0 ? (const char *)text.data : "");
	for (size_t i = 0; r == 0 && i < count; i++)
		r = check_loopback(&addresses[i], "system's resolver", complaint);
	dna_buffer_clear(&text);
	return r;
}

int dna_settings_check_trust_ad(const char *addresses, const char *system, char **complaint)
{
	char *text, *rest = NULL;
	struct dna_address address;
	int r;

	if (addresses == NULL)
		return check_system(system, complaint);
	text = strdup(addresses);
	r = text != NULL ? 0 : DNA_E_NOMEM;
	for (char *word = text != NULL ? strtok_r(text, " ", &rest) : NULL; word != NULL && r == 0;
	     word = strtok_r(NULL, " ", &rest)) {
		r = dna_address_read(&address, word);
		if (r == 0)
			r = check_loopback(&address, "resolver", complaint);
	}
	free(text);
	return r;
}

/* ---- trust anchors ---- */

static int read_or_complain(const char *path, const char *what, struct dna_buffer *text,
			    char **complaint)
{
	int r;

	dna_buffer_init(text, FILE_MAX);
	r = read_file(path, text);
	if (r != 0)
		complain(complaint, what, path,
			 r == DNA_E_IO ? strerrordesc_np(errno) : dna_strerror(r));
	return r;
}

static bool is_type_of_anchor(const char *word)
{
	return strcasecmp(word, "DS") == 0 || strcasecmp(word, "DNSKEY") == 0;
}

/* Whether a word of the line, before its comment, is the type of an anchor. */
static bool may_be_anchor(char *line)
{
	char *rest = NULL;

	line[strcspn(line, ";")] = '\0';
	for (char *word = strtok_r(line, BLANKS, &rest); word != NULL;
	     word = strtok_r(NULL, BLANKS, &rest))
		if (is_type_of_anchor(word))
			return true;
	return false;
}

int dna_settings_check_trust_anchor(const char *path, char **complaint)
{
	static const char what[] = "trust anchor file";
	struct dna_buffer text;
	char *rest = NULL;
	bool found = false;
	int r;

	if (path == NULL)
		return 0;
	r = read_or_complain(path, what, &text, complaint);
	if (r != 0)
		goto out;
	for (char *line = text.size > 0 ? strtok_r((char *)text.data, "\n", &rest) : NULL;
	     line != NULL && !found; line = strtok_r(NULL, "\n", &rest))
		found = may_be_anchor(line);
	if (!found)
		r = complain(complaint, what, path, "there is no DS or DNSKEY record in it");
out:
	dna_buffer_clear(&text);
	return r;
}

/* Where distributions keep the authorities that they trust; NULL: nowhere that is known. */
static const char *system_ca_file(void)
{
	static const char *const places[] = {
		"/etc/ssl/certs/ca-certificates.crt", /* Debian, Arch, Alpine */
		"/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora */
		"/etc/ssl/ca-bundle.pem",             /* SUSE */
		"/etc/ssl/cert.pem",                  /* BSD */
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], F_OK) == 0)
			return places[i];
	return NULL;
}

static int add_anchors(struct dna_anchors *anchors, const char *path, char **complaint)
{
	static const char what[] = "CA file";
	struct dna_buffer pem;
	int r = read_or_complain(path, what, &pem, complaint);

	if (r != 0)
		goto out;
	r = dna_anchors_add_pem(anchors, (struct dna_bytes){ pem.data, pem.size });
	if (r != 0)
		complain(complaint, what, path,
			 r == DNA_E_SYNTAX
				 ? "there is no certificate in PEM form in it, or a damaged one"
				 : dna_strerror(r));
out:
	dna_buffer_clear(&pem);
	return r;
}

/*
 * A system that trusts no authority is not refused: DANE needs none, and everything that does will
 * say that there are no trust anchors.
 */
int dna_settings_load_anchors(struct dna_anchors **anchors, const char *path, char **complaint)
{
	struct dna_anchors *new;
	int r = dna_anchors_new(&new);

	if (r != 0)
		return r;
	if (path == NULL)
		path = system_ca_file();
	if (path != NULL)
		r = add_anchors(new, path, complaint);
	if (r != 0) {
		dna_anchors_unref(new);
		return r;
	}
	*anchors = new;
	return 0;
}
