/* Requests: RFC 1035 section 4.1, RFC 4035 section 3.2, RFC 6840 section 5, RFC 6891. */
#include "resolver/request.h"

#include "resolver/wirecheck.h"

#include <string.h>

#define FLAG_QR   0x80
#define FLAG_RD   0x01
#define FLAG_AD   0x20
#define FLAG_CD   0x10
#define FLAG_DO   0x80
#define CLASS_IN  1
#define TYPE_OPT  41
#define EDNS_SIZE 1232 /* of replies over UDP; there are none */
#define TAIL      4    /* type and class */
#define OPT       11

static void put_u16(uint8_t *octets, uint16_t number)
{
	octets[0] = (uint8_t)(number >> 8);
	octets[1] = (uint8_t)number;
}

/* Recursion is wanted; and AD, by which the bit in the reply has a meaning (RFC 6840 section 5.7). */
void dna_request_write(struct dna_request *request, const struct dna_dname *name, uint16_t type,
		       bool trust_ad)
{
	uint8_t *header = request->octets, *tail = header + DNA_WIRE_HEADER + name->size;
	uint8_t *opt = tail + TAIL;

	memset(request, 0, sizeof(*request));
	header[2] = FLAG_RD;
	header[3] = trust_ad ? FLAG_AD : FLAG_CD;
	put_u16(header + 4, 1);
	put_u16(header + 10, 1);
	memcpy(header + DNA_WIRE_HEADER, name->octets, name->size);
	put_u16(tail, type);
	put_u16(tail + 2, CLASS_IN);
	put_u16(opt + 1, TYPE_OPT);
	put_u16(opt + 3, EDNS_SIZE);
	opt[7] = trust_ad ? 0 : FLAG_DO;
	request->size = (size_t)(opt - request->octets) + OPT;
}

void dna_request_number(struct dna_request *request, uint16_t id)
{
	put_u16(request->octets, id);
}

static uint8_t lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

bool dna_request_answered(const struct dna_request *request, struct dna_bytes message)
{
	const uint8_t *asked = request->octets + DNA_WIRE_HEADER,
		      *echo = message.data + DNA_WIRE_HEADER;
	size_t name = request->size - DNA_WIRE_HEADER - TAIL - OPT;

	if (!(message.data[2] & FLAG_QR))
		return false;
	if (message.data[4] == 0 && message.data[5] == 0)
		return true;
	if (message.size < DNA_WIRE_HEADER + name + TAIL)
		return false;
	for (size_t i = 0; i < name; i++)
		if (lower(echo[i]) != asked[i])
			return false;
	return memcmp(echo + name, asked + name, TAIL) == 0;
}
