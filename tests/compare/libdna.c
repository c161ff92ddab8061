/* What libdna makes of a trial: a case for the domain with everything signed but the certificates. */
#include "trial.h"

#include <dna/dna.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(call)                                              \
	do {                                                    \
		if ((call) != 0) {                              \
			printf("Bail out! %s failed\n", #call); \
			exit(99);                               \
		}                                               \
	} while (0)

#define POLICY                                                                                  \
	"policy: 1\nprofiles: { default: { delegate: [dnssec-srv], prove: [[dane, pkix]] } }\n" \
	"default: default\n"

struct libdna {
	struct dna_registry *registry;
	struct dna_policy *policy;
	struct dna_anchors *anchors;
};

struct libdna *libdna_open(const struct world *world)
{
	const struct dna_bytes text = { (const uint8_t *)POLICY, strlen(POLICY) };
	const char *build = getenv("top_builddir");
	struct libdna *new = calloc(1, sizeof(*new));
	char plugins[4096];

	MUST(new == NULL);
	snprintf(plugins, sizeof(plugins), "%s/plugins.d", build != NULL ? build : ".");
	MUST(dna_registry_new(&new->registry, plugins));
	MUST(dna_policy_read(&new->policy, text, "policy", new->registry, NULL));
	MUST(dna_anchors_new(&new->anchors));
	for (size_t i = 0; i < world->authorities; i++)
		if (world_is_anchor(world, i))
			MUST(dna_anchors_add(new->anchors, world->certificates[i].der));
	return new;
}

void libdna_close(struct libdna *libdna)
{
	dna_anchors_unref(libdna->anchors);
	dna_policy_unref(libdna->policy);
	dna_registry_free(libdna->registry);
	free(libdna);
}

static struct dna_item *new_item(const char *name, uint16_t type, enum dna_outcome outcome)
{
	const struct dna_item_init init = { .kind = "dns",
					    .name = name,
					    .type = type,
					    .outcome = outcome,
					    .security = DNA_SECURE,
					    .time = NOW,
					    .not_after = NOW + 60 };
	struct dna_item *item;

	MUST(dna_item_new(&item, &init));
	return item;
}

static void feed(struct dna_case *c, struct dna_item *item)
{
	MUST(dna_case_feed(c, item));
	dna_item_unref(item);
}

static void feed_records(struct dna_case *c, const struct trial *trial)
{
	struct dna_item *item = new_item("_5269._tcp." HOST, DNA_RR_TLSA, DNA_ANSWERED);
	uint8_t rdata[3 + DATA_MAX];

	for (size_t i = 0; i < trial->record_count; i++) {
		const struct record *record = &trial->records[i];

		rdata[0] = record->usage;
		rdata[1] = record->selector;
		rdata[2] = record->matching;
		memcpy(rdata + 3, record->data, record->size);
		MUST(dna_item_add(item, rdata, 3 + record->size));
	}
	feed(c, item);
}

static void resolve(struct dna_case *c)
{
	static const char srv[] = "\0\0\0\0\x14\x95\4xmpp\7hosting\7example";
	struct dna_item *item = new_item("_xmpp-server._tcp." DOMAIN, DNA_RR_SRV, DNA_ANSWERED);

	MUST(dna_item_add(item, srv, sizeof(srv)));
	feed(c, item);
	feed(c, new_item("_xmpps-server._tcp." DOMAIN, DNA_RR_SRV, DNA_DENIED));
	item = new_item(HOST, DNA_RR_A, DNA_ANSWERED);
	MUST(dna_item_add(item, "\300\0\2\1", 4));
	feed(c, item);
	feed(c, new_item(HOST, DNA_RR_AAAA, DNA_DENIED));
}

static void present(struct dna_case *c, const struct trial *trial)
{
	struct dna_bytes ders[PRESENTED_MAX];
	size_t hops;

	for (size_t i = 0; i < trial->presented_count; i++)
		ders[i] = trial->world->certificates[trial->presented[i]].der;
	MUST(dna_case_route(c, &hops));
	MUST(dna_case_present(c, 0, ders, trial->presented_count));
}

bool libdna_accepts(struct libdna *libdna, const struct trial *trial, char reason[600])
{
	const struct dna_subject subject = { .domain = DOMAIN, .service = DNA_XMPP_SERVER };
	const struct dna_verdict *verdict;
	struct dna_case *c;
	bool proven;

	MUST(dna_case_new(&c, libdna->policy, &subject, NOW));
	dna_case_trust(c, libdna->anchors);
	resolve(c);
	feed_records(c, trial);
	present(c, trial);
	MUST(dna_case_verdict(c, &verdict));
	proven = dna_verdict_kind(verdict) == DNA_VERDICT_PROVEN;
	snprintf(reason, 600, "%s [%s]", dna_verdict_reason(verdict), dna_verdict_rule(verdict));
	dna_case_free(c);
	return proven;
}
