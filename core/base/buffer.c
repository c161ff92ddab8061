/* A growing run of octets with a bound. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dna_buffer_init(struct dna_buffer *b, size_t limit)
{
	*b = (struct dna_buffer){.limit = limit};
}

void dna_buffer_clear(struct dna_buffer *b)
{
	free(b->data);
	dna_buffer_init(b, b->limit);
}

/* Room for |size| more octets and a NUL. */
static int reserve(struct dna_buffer *b, size_t size)
{
	size_t room = b->room;
	uint8_t *data;

	if (b->error != 0)
		return b->error;
	if (size > SIZE_MAX / 4 - b->size || (b->limit != 0 && b->size + size > b->limit))
		return b->error = DNA_E_LIMIT;
	if (b->size + size < room)
		return 0;
	room = room < 64 ? 64 : room;
	while (room <= b->size + size)
		room *= 2;
	data = realloc(b->data, room);
	if (data == NULL)
		return b->error = DNA_E_NOMEM;
	b->data = data;
	b->room = room;
	return 0;
}

int dna_buffer_add(struct dna_buffer *b, const void *data, size_t size)
{
	int r = reserve(b, size);

	if (r != 0)
		return r;
	if (size != 0)
		memcpy(b->data + b->size, data, size);
	b->size += size;
	b->data[b->size] = '\0';
	return 0;
}

int dna_buffer_text(struct dna_buffer *b, const char *text)
{
	return dna_buffer_add(b, text, strlen(text));
}

int dna_buffer_format(struct dna_buffer *b, const char *format, ...)
{
	va_list arguments;
	int size, r;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0)
		return b->error = b->error != 0 ? b->error : DNA_E_INVALID;
	r = reserve(b, (size_t)size);
	if (r != 0)
		return r;
	va_start(arguments, format);
	vsnprintf((char *)b->data + b->size, (size_t)size + 1, format, arguments);
	va_end(arguments);
	b->size += (size_t)size;
	return 0;
}

static int add_number(struct dna_buffer *b, uint64_t number, size_t size)
{
	uint8_t octets[8];

	for (size_t i = 0; i < size; i++)
		octets[i] = (uint8_t)(number >> (8 * (size - 1 - i)));
	return dna_buffer_add(b, octets, size);
}

int dna_buffer_u8(struct dna_buffer *b, uint8_t number)
{
	return add_number(b, number, 1);
}

int dna_buffer_u16(struct dna_buffer *b, uint16_t number)
{
	return add_number(b, number, 2);
}

int dna_buffer_u32(struct dna_buffer *b, uint32_t number)
{
	return add_number(b, number, 4);
}

int dna_buffer_u64(struct dna_buffer *b, uint64_t number)
{
	return add_number(b, number, 8);
}

void dna_text_cut(char *text, size_t most)
{
	size_t end = most - 3;

	if (strlen(text) <= most)
		return;
	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, "...", 4);
}

void dna_buffer_consume(struct dna_buffer *b, size_t size)
{
	if (size > b->size)
		size = b->size;
	if (size == 0)
		return;
	memmove(b->data, b->data + size, b->size - size + 1);
	b->size -= size;
}

char *dna_buffer_steal(struct dna_buffer *b)
{
	char *text;

	if (dna_buffer_add(b, "", 0) != 0)
		return NULL;
	text = (char *)b->data;
	dna_buffer_init(b, b->limit);
	return text;
}
