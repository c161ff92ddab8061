/*
 * Members of the JSON objects that people write by hand: read with a complaint that names the
 * member, what is wrong with it and what was probably meant; and written.
 */
#ifndef DNA_EVIDENCE_MEMBER_H
#define DNA_EVIDENCE_MEMBER_H

#include <dna/error.h>
#include <dna/types.h>

#include <jansson.h>

#define DNA_WHY_SIZE 160

/* Sets |why|, in printable characters whatever it quotes, and returns DNA_E_SYNTAX. */
int dna_member_complain(char why[DNA_WHY_SIZE], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A member that is not among |valid| is complained of. */
int dna_member_check(const json_t *json, const char *const *valid, size_t count,
		     char why[DNA_WHY_SIZE]);

/* These leave their output as it is when there is no such member. A number is from 0 to |most|. */
int dna_member_text(const json_t *json, const char *member, const char **text,
		    char why[DNA_WHY_SIZE]);
int dna_member_number(const json_t *json, const char *member, int64_t most, int64_t *number,
		      char why[DNA_WHY_SIZE]);
int dna_member_time(const json_t *json, const char *member, int64_t *time, char why[DNA_WHY_SIZE]);
/* One of |words|; |*index| is which. */
int dna_member_word(const json_t *json, const char *member, const char *const *words, size_t count,
		    unsigned *index, char why[DNA_WHY_SIZE]);
/* A member that has to be there. */
int dna_member_needed_text(const json_t *json, const char *member, const char **text,
			   char why[DNA_WHY_SIZE]);

/* |value| is taken over; it may be NULL for lack of memory. Text has to be UTF-8: DNA_E_INVALID. */
int dna_member_set(json_t *json, const char *member, json_t *value);
int dna_member_set_text(json_t *json, const char *member, const char *text);
int dna_member_set_time(json_t *json, const char *member, int64_t time);

#endif
