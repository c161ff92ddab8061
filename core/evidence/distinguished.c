/* Distinguished names as they are compared. The process's locale has no say in it. */
#include "evidence/distinguished.h"
#include "evidence/der.h"

enum {
	SET = 0x31,
	PRINTABLE_STRING = 0x13,
};

/* What follows is no Name: no tag and no OID begins with this. */
#define UNREADABLE 0xff

static bool is_text(const struct dna_der *value)
{
	bool blank = true;

	if (value->tag != DNA_DER_UTF8_STRING && value->tag != PRINTABLE_STRING &&
	    value->tag != DNA_DER_IA5_STRING)
		return false;
	for (size_t i = 0; i < value->content.size; i++) {
		const uint8_t octet = value->content.data[i];

		if (octet < ' ' || octet == 0x7f)
			return false;
		blank = blank && octet == ' ';
	}
	return !blank;
}

/* Its words, with one space between them, in lower case as far as they are ASCII; then NUL. */
static void fold_text(struct dna_bytes text, struct dna_buffer *folded, bool *complete)
{
	bool space = false, begun = false;

	for (size_t i = 0; i < text.size; i++) {
		const uint8_t octet = text.data[i];

		if (octet == ' ') {
			space = begun;
			continue;
		}
		if (space)
			dna_buffer_u8(folded, ' ');
		space = false;
		begun = true;
		*complete = *complete && octet < 0x80;
		dna_buffer_u8(folded,
			      octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet);
	}
	dna_buffer_u8(folded, '\0');
}

/* A relative name: of several attributes it would have to be sorted, and is left as it is. */
static void fold_relative(const struct dna_der *relative, struct dna_buffer *folded, bool *complete)
{
	struct dna_bytes rest = relative->content;
	struct dna_der attribute, type, value;

	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &attribute) == 0 && rest.size == 0 &&
	    dna_der_read_tag(&attribute.content, DNA_DER_OID, &type) == 0 &&
	    dna_der_read(&attribute.content, &value) == 0 && attribute.content.size == 0 &&
	    is_text(&value)) {
		dna_buffer_add(folded, type.whole.data, type.whole.size);
		fold_text(value.content, folded, complete);
	} else {
		dna_buffer_add(folded, relative->whole.data, relative->whole.size);
		*complete = false;
	}
}

int dna_distinguished_fold(struct dna_bytes name, struct dna_buffer *folded, bool *complete)
{
	struct dna_bytes rest = name;
	struct dna_der names, relative;

	*complete = true;
	if (dna_der_read_tag(&rest, DNA_DER_SEQUENCE, &names) == 0 && rest.size == 0)
		rest = names.content;
	else
		rest = name;
	while (dna_der_take(&rest, SET, &relative))
		fold_relative(&relative, folded, complete);
	if (rest.size != 0) {
		*complete = false;
		dna_buffer_u8(folded, UNREADABLE);
		dna_buffer_add(folded, rest.data, rest.size);
	}
	return folded->error;
}
