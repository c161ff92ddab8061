/*
 * A growing run of octets, text or not, with a bound. After the first failure (no memory, bound
 * reached) every further call fails with the same error, so that a writer checks once, at the end.
 */
#ifndef DNA_BASE_BUFFER_H
#define DNA_BASE_BUFFER_H

#include <dna/error.h>
#include <dna/types.h>

struct dna_buffer {
	uint8_t *data; /* always NUL-terminated after a successful write; the NUL is not counted */
	size_t size;
	size_t room;
	size_t limit; /* 0: none */
	int error;
};

void dna_buffer_init(struct dna_buffer *b, size_t limit);
void dna_buffer_clear(struct dna_buffer *b); /* releases the memory; the buffer can be used again */

int dna_buffer_add(struct dna_buffer *b, const void *data, size_t size);
int dna_buffer_text(struct dna_buffer *b, const char *text);
int dna_buffer_format(struct dna_buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
int dna_buffer_u8(struct dna_buffer *b, uint8_t number);
int dna_buffer_u16(struct dna_buffer *b, uint16_t number); /* network order, as all of these */
int dna_buffer_u32(struct dna_buffer *b, uint32_t number);
int dna_buffer_u64(struct dna_buffer *b, uint64_t number);

/*
 * Shorten a text of more than |most| octets to that many, "..." at its end, and never within a
 * character of UTF-8.
 */
void dna_text_cut(char *text, size_t most);

/* Drop the first |size| octets. */
void dna_buffer_consume(struct dna_buffer *b, size_t size);

/* The text, to be released with free(); the buffer is empty afterwards. NULL after a failure. */
char *dna_buffer_steal(struct dna_buffer *b);

#endif
