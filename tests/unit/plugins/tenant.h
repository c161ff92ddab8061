/*
 * The domain tenant.example, hosted at xmpp.hosting.example, judged by the real dnssec-srv, dane
 * and pkix.
 */
#ifndef TESTS_UNIT_PROOFTYPES_TENANT_H
#define TESTS_UNIT_PROOFTYPES_TENANT_H

#include "evidence/pki.h"
#include "proof/fixture.h"

#define HOST  "xmpp.hosting.example"
#define OWNER "_5269._tcp.xmpp.hosting.example"

/* Certificates that all tests use. */
extern struct pki root, intermediate, own_leaf, host_leaf, other_leaf;
void tenant_setup(void);
void tenant_teardown(void);

/*
 * A case for tenant.example with |root| as trust anchor, initiating or receiving. |profile|: its
 * prooftypes and parameters as in a policy, "delegate: [dnssec-srv], prove: [[dane, pkix]]".
 */
struct dna_case *tenant_case(enum dna_role role, const char *profile);
#define TENANT_PROFILE "delegate: [dnssec-srv], prove: [[dane, pkix]]"

/* The same for a live connection to |host|, whoever named it, or where the operator said. */
struct dna_case *tenant_case_at(const char *host, bool configured);

/* The SRV record and the addresses of its host, and nothing else. */
void tenant_resolve(struct dna_case *c, enum dna_security srv, enum dna_security addresses);

/* A TLSA record that fits |pki|, as text: static, for sixteen calls. */
const char *tenant_tlsa(unsigned usage, unsigned selector, unsigned matching,
			const struct pki *pki);

/* Present these certificates at the first endpoint, or as a client; ends with NULL. */
#define PRESENT(c, ...) tenant_present(c, __VA_ARGS__, NULL)
void tenant_present(struct dna_case *c, ...);

/* What the prooftype found; the verdict is due. */
const struct dna_finding *tenant_finding(struct dna_case *c, const char *prooftype);
/* Check a finding, and free the case. |reason|: part of its reason. */
void tenant_expect(struct dna_case *c, const char *prooftype, enum dna_result result,
		   const char *rule, const char *reason);

#endif
