/* DNS messages: every octet accounted for (RFC 1035, 2782, 3596, 4034, 5155, 6698, 6891). */
#include "resolver/wirecheck.h"

#include "base/limits.h"
#include "resolver/octets.h"

#include <string.h>

#define CLASS_IN 1
#define TYPE_OPT 41
#define OPCODE   0x78
#define FLAG_QR  0x80
#define FLAG_TC  0x02
#define RR_FIXED 10 /* type, class, TTL, length */

/*
 * The layout of RDATA, a letter a field.
 *
 *     1 2 4   that many octets
 *     N       a name, never compressed
 *     C       a name that may be compressed (RFC 3597 section 4)
 *     s       a string with its length in front
 *     S       strings to the end, at least one
 *     X       octets to the end, at least one
 *     B       a type bitmap to the end
 */
struct layout {
	uint16_t type;
	const char *fields;
};

static const struct layout layouts[] = {
	{ 1, "4" },          /* A */
	{ 2, "C" },          /* NS */
	{ 3, "C" },          /* MD */
	{ 4, "C" },          /* MF */
	{ 5, "C" },          /* CNAME */
	{ 6, "CC44444" },    /* SOA */
	{ 7, "C" },          /* MB */
	{ 8, "C" },          /* MG */
	{ 9, "C" },          /* MR */
	{ 12, "C" },         /* PTR */
	{ 13, "ss" },        /* HINFO */
	{ 14, "CC" },        /* MINFO */
	{ 15, "2C" },        /* MX */
	{ 16, "S" },         /* TXT */
	{ 17, "NN" },        /* RP */
	{ 18, "2N" },        /* AFSDB */
	{ 28, "4444" },      /* AAAA */
	{ 33, "222N" },      /* SRV */
	{ 36, "2N" },        /* KX */
	{ 37, "221X" },      /* CERT */
	{ 39, "N" },         /* DNAME */
	{ 43, "211X" },      /* DS */
	{ 44, "11X" },       /* SSHFP */
	{ 46, "2114442NX" }, /* RRSIG */
	{ 47, "NB" },        /* NSEC */
	{ 48, "211X" },      /* DNSKEY */
	{ 50, "112ssB" },    /* NSEC3 */
	{ 51, "112s" },      /* NSEC3PARAM */
	{ 52, "111X" },      /* TLSA */
	{ 53, "111X" },      /* SMIMEA */
	{ 59, "211X" },      /* CDS */
	{ 60, "211X" },      /* CDNSKEY */
	{ 61, "X" },         /* OPENPGPKEY */
	{ 62, "42B" },       /* CSYNC */
	{ 99, "S" },         /* SPF */
	{ 256, "22X" },      /* URI */
	{ 257, "1sX" },      /* CAA */
};

static const char *layout_of(uint16_t type)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].type == type)
			return layouts[i].fields;
	return NULL;
}

/*
 * Types without a layout of ours pass as octets if getdns has none either. The others, which it
 * would parse (NAPTR, HIP, APL, IPSECKEY, TSIG, ...), do not pass.
 */
static bool is_opaque(uint16_t type)
{
	return (type >= 64 && type < 99) || (type > 262 && type < 32768) || type > 32769;
}

/* Windows in rising order, each with 1 to 32 octets (RFC 4034 section 4.1.2). */
static bool bitmap_valid(const uint8_t *bitmap, size_t size)
{
	int last = -1;

	while (size > 0) {
		size_t window;

		if (size < 3 || bitmap[0] <= last)
			return false;
		last = bitmap[0];
		window = bitmap[1];
		if (window < 1 || window > 32 || window > size - 2)
			return false;
		bitmap += window + 2;
		size -= window + 2;
	}
	return true;
}

static bool strings_valid(const uint8_t *strings, size_t size)
{
	if (size == 0)
		return false;
	while (size > 0) {
		size_t length = strings[0];

		if (length >= size)
			return false;
		strings += length + 1;
		size -= length + 1;
	}
	return true;
}

/*
 * One field at |*at|, before |rdata.size|, where RDATA ends: |rdata| begins with the message, for
 * compression, and ends with the record.
 */
static bool field_valid(struct dna_bytes rdata, char field, size_t *at)
{
	const uint8_t *octets = rdata.data + *at;
	size_t left = rdata.size - *at, size = 0;

	switch (field) {
	case '1':
	case '2':
	case '4':
		size = (size_t)(field - '0');
		break;
	case 'N':
	case 'C':
		return dna_dname_read(rdata, at, field == 'C', NULL) == 0;
	case 's':
		size = left > 0 ? octets[0] + 1u : 1;
		break;
	case 'S':
		*at = rdata.size;
		return strings_valid(octets, left);
	case 'X':
		*at = rdata.size;
		return left > 0;
	case 'B':
		*at = rdata.size;
		return bitmap_valid(octets, left);
	}
	*at += size;
	return size <= left;
}

static bool rdata_valid(struct dna_bytes rdata, uint16_t type, size_t at)
{
	const char *fields = layout_of(type);

	if (fields == NULL)
		return is_opaque(type);
	for (; *fields != '\0'; fields++)
		if (!field_valid(rdata, *fields, &at))
			return false;
	return at == rdata.size;
}

/* RFC 6891 section 6.1.2. */
static bool options_valid(const uint8_t *options, size_t size)
{
	while (size > 0) {
		size_t length;

		if (size < 4)
			return false;
		length = dna_u16(options + 2);
		if (length > size - 4)
			return false;
		options += length + 4;
		size -= length + 4;
	}
	return true;
}

/* One record at |*at| of section |section| (0: answer); OPT once, in the last one, owned by the
 * root. */
static bool record_valid(struct dna_bytes message, unsigned section, bool *opt, size_t *at)
{
	size_t owner = *at, end;
	uint16_t type;
	const uint8_t *fixed;

	if (dna_dname_read(message, at, true, NULL) != 0 || message.size - *at < RR_FIXED)
		return false;
	fixed = message.data + *at;
	type = dna_u16(fixed);
	*at += RR_FIXED;
	end = *at + dna_u16(fixed + 8);
	if (end > message.size)
		return false;
	if (type == TYPE_OPT) {
		bool first = !*opt;

		*opt = true;
		if (section != 2 || !first || message.data[owner] != 0 ||
		    !options_valid(message.data + *at, end - *at))
			return false;
	} else if (dna_u16(fixed + 2) != CLASS_IN ||
		   !rdata_valid((struct dna_bytes){ message.data, end }, type, *at)) {
		return false;
	}
	*at = end;
	return true;
}

static bool question_echoed(struct dna_bytes message, const struct dna_dname *name, uint16_t type,
			    size_t *at)
{
	struct dna_dname asked;

	if (dna_u16(message.data + 4) != 1 || dna_dname_read(message, at, false, &asked) != 0 ||
	    message.size - *at < 4)
		return false;
	*at += 4;
	return dna_dname_equal(&asked, name) && dna_u16(message.data + *at - 4) == type &&
	       dna_u16(message.data + *at - 2) == CLASS_IN;
}

int dna_wire_check(struct dna_bytes message, const struct dna_dname *name, uint16_t type,
		   const char **why)
{
	size_t at = DNA_WIRE_HEADER, count = 0;
	bool opt = false;

	*why = "it is not a whole DNS message";
	if (message.size < DNA_WIRE_HEADER || message.size > DNA_MESSAGE_MAX)
		return DNA_E_SYNTAX;
	*why = "it is not a whole reply";
	if (!(message.data[2] & FLAG_QR) || (message.data[2] & (OPCODE | FLAG_TC)) != 0)
		return DNA_E_SYNTAX;
	*why = "it answers another question";
	if (!question_echoed(message, name, type, &at))
		return DNA_E_SYNTAX;
	*why = "it has too many records";
	for (unsigned section = 0; section < 3; section++)
		count += dna_u16(message.data + 6 + 2 * section);
	if (count > DNA_RECORDS_MAX)
		return DNA_E_LIMIT;
	*why = "a record is malformed";
	for (unsigned section = 0; section < 3; section++)
		for (unsigned i = dna_u16(message.data + 6 + 2 * section); i > 0; i--)
			if (!record_valid(message, section, &opt, &at))
				return DNA_E_SYNTAX;
	*why = "octets follow its last record";
	if (at != message.size)
		return DNA_E_SYNTAX;
	return 0;
}

bool dna_wire_compressible(uint16_t type)
{
	const char *fields = layout_of(type);

	return fields != NULL && strchr(fields, 'C') != NULL;
}

/* Copy |size| octets from |at| on. */
static int copy(struct dna_bytes rdata, size_t *at, size_t size, uint8_t *out, size_t room,
		size_t *used)
{
	if (size > room - *used)
		return DNA_E_LIMIT;
	memcpy(out + *used, rdata.data + *at, size);
	*used += size;
	*at += size;
	return 0;
}

static int expand_field(struct dna_bytes rdata, char field, size_t *at, uint8_t *out, size_t room,
			size_t *used)
{
	struct dna_dname name;
	size_t next = *at;
	struct dna_bytes expanded = { name.octets, 0 };
	size_t start = 0;

	if (field != 'C') {
		field_valid(rdata, field, &next);
		return copy(rdata, at, next - *at, out, room, used);
	}
	dna_dname_read(rdata, at, true, &name);
	expanded.size = name.size;
	return copy(expanded, &start, name.size, out, room, used);
}

int dna_wire_expand(struct dna_bytes message, uint16_t type, size_t offset, size_t size,
		    uint8_t *out, size_t room, size_t *expanded)
{
	struct dna_bytes rdata = { message.data, offset + size };
	const char *fields = layout_of(type);
	size_t used = 0;
	int r = 0;

	if (fields == NULL)
		r = copy(rdata, &offset, size, out, room, &used);
	else
		for (; r == 0 && *fields != '\0'; fields++)
			r = expand_field(rdata, *fields, &offset, out, room, &used);
	if (r == 0)
		*expanded = used;
	return r;
}
