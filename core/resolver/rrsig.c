/* Reading RRSIG records, and finding them. */
#include "resolver/rrsig.h"

#include "resolver/octets.h"

#define RRSIG_FIXED 18

static void read_rrsig(const struct dna_record *record, struct dna_rrsig *s)
{
	const uint8_t *rdata = record->rdata.data;
	size_t at = RRSIG_FIXED;

	*s = (struct dna_rrsig){
		.record = record,
		.covered = dna_u16(rdata),
		.algorithm = rdata[2],
		.labels = rdata[3],
		.ttl = dna_u32(rdata + 4),
		.expiration = dna_u32(rdata + 8),
		.inception = dna_u32(rdata + 12),
		.tag = dna_u16(rdata + 16),
	};
	dna_dname_read(record->rdata, &at, false, &s->signer);
}

bool dna_rrsig_next(const struct dna_message *m, enum dna_section section,
		    const struct dna_dname *owner, uint16_t type, struct dna_rrsig *s)
{
	const struct dna_record *record = s->record;

	while ((record = dna_message_next(m, section, owner, DNA_TYPE_RRSIG, record)) != NULL) {
		read_rrsig(record, s);
		if (s->covered == type)
			return true;
	}
	return false;
}

bool dna_signer(const struct dna_message *m, enum dna_section section,
		const struct dna_dname *owner, uint16_t type, struct dna_dname *zone)
{
	struct dna_rrsig s = { .record = NULL };

	while (dna_rrsig_next(m, section, owner, type, &s)) {
		/* DS records are on the parent's side of the cut (RFC 4035 section 2.4). */
		if (!dna_dname_below(owner, &s.signer) ||
		    (type == DNA_TYPE_DS && dna_dname_equal(owner, &s.signer)))
			continue;
		*zone = s.signer;
		return true;
	}
	return false;
}
