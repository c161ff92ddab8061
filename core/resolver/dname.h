/*
 * Domain names as DNS messages have them: any octets, wire form, uncompressed, lower case. Names of
 * zones and names in NSEC records are not all host names; base/name.h is for those that are.
 */
#ifndef DNA_RESOLVER_DNAME_H
#define DNA_RESOLVER_DNAME_H

#include <dna/error.h>
#include <dna/types.h>

#define DNA_DNAME_MAX  255
#define DNA_DNAME_TEXT 1024

struct dna_dname {
	uint8_t size;   /* octets, with the root's */
	uint8_t labels; /* without the root */
	uint8_t octets[DNA_DNAME_MAX];
};

/*
 * Read the name at |*offset| of |wire|, which is a whole message if the name may be compressed: a
 * pointer leads to before the place where it was reached from, so that there is no loop. |*offset|
 * moves past the name. |name| may be NULL. DNA_E_SYNTAX.
 */
int dna_dname_read(struct dna_bytes wire, size_t *offset, bool compressed, struct dna_dname *name);

/* From text as base/name.h has it, with or without a final dot. */
int dna_dname_parse(struct dna_dname *name, const char *text);
/* As text with a final dot; octets other than letters, digits, `-`, `_` and `*` escaped as \DDD. */
const char *dna_dname_text(const struct dna_dname *name, char text[DNA_DNAME_TEXT]);

bool dna_dname_equal(const struct dna_dname *a, const struct dna_dname *b);
/* Whether |name| is |ancestor| or below it. */
bool dna_dname_below(const struct dna_dname *name, const struct dna_dname *ancestor);
/* RFC 4034 section 6.1: negative, 0, positive. */
int dna_dname_compare(const struct dna_dname *a, const struct dna_dname *b);
/* How many labels |a| and |b| have in common at their end. */
unsigned dna_dname_shared(const struct dna_dname *a, const struct dna_dname *b);

/* The last |labels| labels of |name|. */
struct dna_dname dna_dname_ancestor(const struct dna_dname *name, unsigned labels);
/* |name| without its first label; the root's is the root. */
struct dna_dname dna_dname_parent(const struct dna_dname *name);
bool dna_dname_is_wildcard(const struct dna_dname *name);
/* "*." in front of |encloser|. DNA_E_LIMIT when that is too long. */
int dna_dname_wildcard(const struct dna_dname *encloser, struct dna_dname *wildcard);
/* |name| below |owner| moved below |target| (RFC 6672 section 2.2). DNA_E_LIMIT when that is too
 * long. */
int dna_dname_substitute(const struct dna_dname *name, const struct dna_dname *owner,
			 const struct dna_dname *target, struct dna_dname *result);

#endif
