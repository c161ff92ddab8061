/*
 * One case from the inside: its subject, its evidence, what it asked for, its endpoints, and what
 * was found.
 *
 * The data's way, file by file:
 *
 *     a case       case.c makes it; shadow.c gives it a shadow; peer.c takes what the peer presents
 *     asks         engine.c has all prooftypes plan, needs.c notes what is asked for and takes what
 *                  comes, answer.c and path.c are how one looks at it
 *     for a route  srv.c reads SRV answers, route.c makes endpoints of them, named.c finds out who
 *                  named one that was given, order.c puts them in order, address.c says which may be
 *                  connected to, endpoint.c shows them
 *     is judged    judge.c has the prooftypes judge, ahead.c before anything is presented; finding.c
 *                  is what they write
 *     and ends     combine.c makes the findings a verdict, for which withstand.c says what they rest
 *                  on; conclude.c chooses what the verdict is over, explain.c says why, verdict.c
 *                  shows it
 *     on paper     report.c and record.c write it down, subject.c and recording.c read it again,
 *                  revalidate.c with DNSSEC
 */
#ifndef DNA_PROOF_CASE_H
#define DNA_PROOF_CASE_H

#include "base/address.h"
#include "base/limits.h"
#include "evidence/chain.h"
#include "evidence/crls.h"
#include "evidence/store.h"
#include "policy/policy.h"

#include <dna/dna.h>

#define DNA_RULE_MAX         39 /* octets of a rule's name */
#define DNA_ALTERNATIVES_MAX 4  /* sets of trust roots that a finding rests on */

/* A thing that was asked for. */
struct dna_asked {
	char *kind;
	char *name;
	uint16_t type;
	unsigned depth; /* the round: how deep it depends on other evidence */
	bool given_out;
	bool done;
	int64_t keep; /* until when its answer may serve other cases; 0: it may not */
	bool keep_told;
};

/* Why something may not go on, or could not. */
struct dna_obstacle {
	char reason[DNA_REASON_MAX + 1];
	char rule[DNA_RULE_MAX + 1];
	bool stands;    /* whether there is one at all */
	bool veto;      /* the stream must not continue; otherwise it just cannot */
	bool temporary; /* a later attempt may fare better */
};

struct dna_endpoint {
	const struct dna_case *of; /* for accessors that depend on evidence */
	char *host;
	uint16_t port;
	enum dna_tls tls;
	enum dna_endpoint_source source;
	enum dna_security security;
	int64_t not_after; /* of the DNS data that named it */
	uint16_t priority;
	uint16_t weight;

	bool resolved; /* its addresses are known, or known not to be had */
	enum dna_security address_security;
	char addresses[DNA_ADDRESS_MAX][DNA_ADDRESS_TEXT];
	size_t address_count;

	enum dna_decision decision;
	bool settled;
	bool tls_required;
	bool barred; /* by a veto over what it presented: for good */
	struct dna_obstacle obstacle;
};

/* Findings of one judgement: delegators first, then provers. */
struct dna_finding {
	const struct dna_profile_entry *entry;
	bool judged;
	bool pending; /* it looked at evidence that is still outstanding */
	enum dna_result result;
	char reason[DNA_REASON_MAX + 1];
	char rule[DNA_RULE_MAX + 1];
	enum dna_scope scope;
	bool temporary;
	bool insists;
	bool tls_required;
	int64_t not_after;
	uint32_t roots[DNA_ALTERNATIVES_MAX];
	size_t root_count;
	const char *through;
	struct dna_delegation *delegations; /* with targets of their own */
	size_t delegation_count;
};

/* Sets of trust roots, none of which holds another: ten at most. */
struct dna_rests {
	uint32_t roots[10];
	size_t count;
};

struct dna_verdict {
	enum dna_verdict_kind kind;
	char reason[DNA_REASON_MAX + 1];
	char rule[DNA_RULE_MAX + 1];
	bool vetoed; /* by a prooftype, lasting or not */
	enum dna_scope scope;
	bool temporary;
	int64_t not_after;
	const struct dna_endpoint *endpoint;
	const struct dna_choice *choice;
	unsigned stage; /* what stands in a later one does not count */
	const char *by[DNA_PROFILE_MAX];
	size_t by_count;
	const char *through[DNA_PROFILE_MAX];
	size_t through_count;
	struct dna_rests rests; /* of what is proven */
	uint32_t short_of; /* roots that it had to withstand, and does not; 0: it is not that */
	struct dna_finding *findings[2 * DNA_PROFILE_MAX];
	size_t finding_count;
};

/* What the plugin that is running sees, beyond the case; its look at outstanding evidence is noted
 * here. */
struct dna_view {
	const struct dna_params *params;
	const struct dna_endpoint *endpoint;
	const struct dna_chain *chain;
	bool presented;                       /* something, be it nothing that can be read */
	const struct dna_finding *delegators; /* whose delegations it sees */
	size_t delegator_count;
	bool touched;
};

struct dna_plan {
	struct dna_case *c;
	int error;
};

struct dna_case {
	char domain[DNA_NAME_MAX + 1];
	char domain_unicode[DNA_DOMAINPART_MAX + 1];
	char local[DNA_NAME_MAX + 1];
	enum dna_service service;
	enum dna_role role;
	int64_t time;
	bool endpoint_given; /* by the subject, instead of found in the DNS */
	struct {
		char host[DNA_NAME_MAX + 1]; /* "": nobody redirected us */
		uint16_t port;               /* 0: its SRV records are followed */
		struct dna_rests rests;      /* of the proof of who did; none: not proven */
	} redirect;
	uint64_t seed;

	struct dna_policy *policy;
	struct dna_choice choice;
	struct dna_case *shadow; /* NULL: none */

	struct dna_evidence *evidence;
	struct dna_anchors *anchors;
	struct dna_crls *crls;            /* NULL: there are none */
	const struct dna_item *crls_item; /* the evidence that they were made of, or NULL */
	struct dna_chain *chain;
	char chain_complaint[160]; /* why what was presented cannot be read */
	bool presented;

	struct dna_asked *asked;
	size_t asked_count;
	size_t next; /* none before it is to be given out */
	unsigned depth;
	bool closed;   /* nothing more will come */
	bool replayed; /* from a recording */
	bool limited;  /* a bound was reached: fails closed */
	int plan_errors[2 * DNA_PROFILE_MAX];

	bool routed;                 /* the endpoints are final */
	struct dna_obstacle attempt; /* why there is no use in going on */
	struct dna_obstacle unknown; /* receiving: why endpoints may be missing */
	struct dna_endpoint *endpoints;
	size_t endpoint_count;
	size_t in_use; /* SIZE_MAX: none */

	struct dna_finding findings[2 * DNA_PROFILE_MAX];
	struct dna_verdict verdict;
	struct dna_view *view; /* of the plugin that is running; NULL outside */
	bool stale;            /* evidence came since the engine ran */
	bool decided;          /* the verdict is that of the evidence as it is */
};

/* ---- needs.c ---- */
int dna_case_ask(struct dna_case *c, const char *kind, const char *name, uint16_t type);
/* Mark what has been answered; whether something was. */
bool dna_case_settle(struct dna_case *c);
bool dna_case_outstanding(const struct dna_case *c, const char *kind, const char *name,
			  uint16_t type);
void dna_case_clear_asked(struct dna_case *c);

/* ---- answer.c ---- */
/* From best to worst: what cannot be determined is as bad as bogus (DELEG-007). */
enum dna_security dna_security_worse(enum dna_security a, enum dna_security b);

/* ---- path.c ---- */
/* Take what the profile has been provided with. */
void dna_case_provide(struct dna_case *c);
/* Read the revocation lists that have come as evidence. */
int dna_case_read_crls(struct dna_case *c);

/* ---- engine.c ---- */
/* Bring everything up to date with the evidence. */
int dna_case_advance(struct dna_case *c);

/* ---- finding.c ---- */
/* Empty, for |entry|; releases what it held. NULL: only release. */
void dna_finding_reset(struct dna_finding *finding, const struct dna_profile_entry *entry);
void dna_obstruct(struct dna_obstacle *obstacle, bool veto, bool temporary, const char *rule,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));
/* printf into a reason: cut with "..." rather than refused. */
void dna_reason_write(char reason[DNA_REASON_MAX + 1], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- peer.c ---- */
/* The names of evidence of the kind "dialback". */
#define DNA_DIALBACK_NAME_TLS   "tls"
#define DNA_DIALBACK_NAME_CLEAR "clear"

/* ---- case.c ---- */
/* What dna_case_new() does, with a profile that was chosen already; the case takes its own
 * references. */
int dna_case_new_with(struct dna_case **c, const struct dna_choice *choice,
		      const struct dna_subject *subject, int64_t time);

/* ---- shadow.c ---- */
/* If the choice of |c| has one. */
int dna_shadow_new(struct dna_case *c, const struct dna_subject *subject);
/* The shadow, for what is to be said of an endpoint; NULL: it has none there. */
struct dna_case *dna_shadow_at(const struct dna_case *c, size_t index);

#endif
