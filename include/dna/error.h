/*
 * <dna/error.h>: what can go wrong.
 *
 * Every function of libdna and libdna-net that can fail returns 0 on success or one of these
 * negative numbers, and leaves its outputs untouched when it fails. The number says of what kind
 * the failure is; the sentence for people hangs on the object that was worked on (a policy's
 * diagnostics, a finding's or an item's reason).
 */
#ifndef DNA_ERROR_H
#define DNA_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

enum dna_error {
	DNA_OK = 0,
	DNA_E_NOMEM = -1,    /* out of memory */
	DNA_E_INVALID = -2,  /* the caller's argument is outside what the function takes */
	DNA_E_SYNTAX = -3,   /* outside bytes (a name, a record, a document) are not well formed */
	DNA_E_LIMIT = -4,    /* a bound was reached; nothing was truncated instead */
	DNA_E_NOTFOUND = -5, /* there is no such thing */
	DNA_E_EXISTS = -6,   /* there is one already */
	DNA_E_AGAIN = -7,    /* not known yet: more evidence has to arrive */
	DNA_E_POLICY = -8,   /* the policy does not allow it or is not valid */
	DNA_E_PLUGIN = -9,   /* a plugin was refused or broke its contract */
	DNA_E_IO = -10,      /* the operating system refused; errno of the moment is in the sentence */
	DNA_E_CRYPTO = -11,  /* the cryptographic library refused */
	DNA_E_DEADLINE = -12 /* the time that was allowed is over */
};

/* The kind of failure in two or three words, for any number: a static string, never NULL. */
const char *dna_strerror(int error);

#ifdef __cplusplus
}
#endif
#endif
