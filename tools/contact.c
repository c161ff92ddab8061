/* What a case and whoever connects for it have to tell each other. */
#include "contact.h"

#include <sys/random.h>

void dna_contact_shuffle(struct dna_case *c)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		dna_case_shuffle(c, seed);
}

size_t dna_contact_addresses(const struct dna_case *c, size_t hop,
			     const char *addresses[DNA_CONTACT_ADDRESSES])
{
	size_t count = 0;

	while (count < DNA_CONTACT_ADDRESSES && count < dna_case_address_count(c, hop)) {
		addresses[count] = dna_case_address_at(c, hop, count);
		count++;
	}
	return count;
}

size_t dna_contact_chain(const struct dna_session *session,
			 struct dna_bytes chain[DNA_CONTACT_CHAIN])
{
	size_t count = 0;

	if (session == NULL)
		return 0;
	while (count < DNA_CONTACT_CHAIN && count < dna_session_chain_count(session)) {
		chain[count] = dna_session_chain_at(session, count);
		count++;
	}
	return count;
}

void dna_contact_present_status(const struct dna_session *session, struct dna_case *c)
{
	struct dna_bytes responses[DNA_CHAIN_MAX];
	size_t most = session != NULL ? dna_session_chain_count(session) : 0, stapled = 0;

	for (size_t i = 0; i < most && i < DNA_CHAIN_MAX; i++) {
		struct dna_bytes response = dna_session_status_at(session, i);

		if (response.data != NULL)
			responses[stapled++] = response;
	}
	if (dna_case_present_status(c, responses, stapled) != 0)
		dna_case_present_status(c, NULL, 0);
}
