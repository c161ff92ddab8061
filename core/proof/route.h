/* The route: from SRV answers to endpoints in their order, with their addresses. */
#ifndef DNA_PROOF_ROUTE_H
#define DNA_PROOF_ROUTE_H

#include "proof/case.h"

/* ---- srv.c ---- */
#define DNA_SRV_OWNER_ROOM (DNA_NAME_MAX + 24)

/* What the answer for one kind of SRV records says. */
enum dna_srv_says {
	DNA_SRV_NOT_ASKED,
	DNA_SRV_PENDING,
	DNA_SRV_BAD,         /* it could not be obtained, validated or read */
	DNA_SRV_RECORDS,     /* where the service is */
	DNA_SRV_NOT_OFFERED, /* a single "." (DELEG-004) */
	DNA_SRV_DENIED       /* there are none */
};
struct dna_srv_answer {
	enum dna_srv_says says;
	enum dna_tls tls;
	char owner[DNA_SRV_OWNER_ROOM];
	struct dna_answer answer;
};
/* Whose SRV records are followed: the domain, or the host that it has sent us to (FLOW-026). */
const char *dna_route_followed(const struct dna_case *c);
/* Where the service is if no SRV record says so. */
uint16_t dna_route_default_port(const struct dna_case *c);
/* By the operator (DELEG-016), or by a redirection with a port: nothing else names an endpoint. */
bool dna_route_is_settled(const struct dna_case *c);
void dna_srv_owner(const struct dna_case *c, enum dna_tls tls, char owner[DNA_SRV_OWNER_ROOM]);
/* Ask for one kind of records, unless they do not matter, and read what is answered. */
int dna_srv_look_up(struct dna_case *c, enum dna_tls tls, struct dna_srv_answer *srv);
enum dna_srv_says dna_srv_read_answer(const struct dna_answer *answer);
/* A single "." says that the service is not offered; among other records it is skipped. */
bool dna_srv_offers(const struct dna_srv *srv);

/* ---- route.c ---- */
/* Ask for SRV and addresses as far as they can be known, and build endpoints. */
int dna_route_plan(struct dna_case *c);
void dna_case_clear_endpoints(struct dna_case *c);

/* ---- named.c ---- */
/* What the SRV answer |srv| says of the endpoint that was given (DELEG-011). */
void dna_endpoint_recognise(struct dna_case *c, const struct dna_srv_answer *srv);
/* DANE-028: what only a redirection leads to is named no better than that is proven. */
void dna_endpoint_mark_redirect(const struct dna_case *c, struct dna_endpoint *e);
/*
 * The security of what named the endpoint, or would have named one, and, while it is secure, whom
 * an attacker would have to break to forge it.
 */
enum dna_security dna_route_security(const struct dna_case *c, uint32_t *roots);

/* ---- address.c ---- */
/* Ask for the addresses of an endpoint; table 2.3 once they are there. */
int dna_endpoint_resolve(struct dna_case *c, struct dna_endpoint *e);

/* ---- order.c ---- */
/* RFC 2782's order (DELEG-003). */
void dna_endpoints_order(struct dna_endpoint *endpoints, size_t count, uint64_t seed);

#endif
