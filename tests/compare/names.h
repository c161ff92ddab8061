/*
 * One certificate with a few names, one reference, and who says that they match. Only dNSNames are
 * compared: nobody else knows the others that identify XMPP servers.
 */
#ifndef TESTS_COMPARE_NAMES_H
#define TESTS_COMPARE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#define NAMES_MAX 3
#define NAME_SIZE 320

enum name_kind { NAME_DNS, NAME_MAIL, NAME_URI, NAME_ADDRESS, NAME_SRV, NAME_XMPP, NAME_KINDS };

struct presented {
	enum name_kind kind;
	char octets[NAME_SIZE];
	size_t size;
};

struct names_trial {
	struct presented
		names[NAMES_MAX]; /* of the subjectAltName; none: there is no such extension */
	size_t count;
	bool common_name; /* the subject has the reference as its common name */
	char reference[NAME_SIZE];
};

/* The next one; always the same ones. */
void names_draw(struct names_trial *trial);
void names_print(const struct names_trial *trial);

bool names_libdna(const struct names_trial *trial);
bool names_openssl(const struct names_trial *trial);
bool names_gnutls(const struct names_trial *trial);

#endif
