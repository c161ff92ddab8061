/*
 * <dna/dna.h>: does this stream belong to that domain?
 *
 * libdna judges; it does no IO but reading the policy and loading the plugins that it is told to.
 * An application with its own event loop and resolver uses it alone; most use <dna/net.h>, which
 * gathers the evidence.
 *
 *     struct dna_registry *registry;     the plugins
 *     struct dna_policy *policy;         which prooftypes count, for whom, in what order
 *     struct dna_case *c;                one question: this domain, this service, now
 *
 *     dna_registry_new(&registry, NULL);
 *     dna_policy_load(&policy, "/etc/dna/policy.yaml", registry, &complaint);
 *     dna_case_new(&c, policy, &subject, time(NULL));
 *     while (dna_case_next_need(c, &need))
 *             ... obtain it, dna_case_feed(c, item); several at once, as many as it asks for ...
 *
 * Then dna_case_route() tells, in order, where one may connect. The application must follow it.
 * When a TLS handshake with an endpoint is done, dna_case_present() adds what the peer presented,
 * and dna_case_verdict() says the rest. Evidence that is still on its way when the handshake ends
 * is waited for: DNA_E_AGAIN.
 *
 * Nothing here is global; a registry belongs to one thread at a time, and so does a case. A policy
 * that was read is never changed, and threads may share it.
 */
#ifndef DNA_DNA_H
#define DNA_DNA_H

#include <dna/error.h>
#include <dna/evidence.h>
#include <dna/prooftype.h>
#include <dna/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Plugins ---- */

struct dna_registry;

/*
 * |directory|: where plugins are; NULL for the installed place, which has to be owned by root or
 * the caller and be writable by nobody else. A directory that is named explicitly is trusted as it
 * is; the files in it are checked all the same. Nothing is loaded yet. DNA_E_NOTFOUND, DNA_E_IO: a
 * directory that is named cannot be read; that nothing is installed is no error.
 */
int dna_registry_new(struct dna_registry **registry, const char *directory);
/* Frees the registry; policies and cases that use it have to be gone. Plugins stay in memory. */
void dna_registry_free(struct dna_registry *registry);

/*
 * Load a prooftype by name. Equal ABI, a regular file of the right owner and mode, all symbols
 * resolved at once. When it is refused: DNA_E_NOTFOUND or DNA_E_PLUGIN, and dna_registry_refusal()
 * has the sentence, until a policy is read with the registry: what was wrong with the file may have
 * been mended by then. A plugin that was opened and does not fit takes a restart. libltdl, which opens them, keeps its books for the whole process: no two
 * threads may load at the same time.
 */
int dna_registry_load(struct dna_registry *registry, const char *name, const struct dna_prooftype **prooftype);
const char *dna_registry_refusal(const struct dna_registry *registry, const char *name);

/* Names of the files in the directory that look like plugins, loaded or not, sorted. */
size_t dna_registry_count(const struct dna_registry *registry);
const char *dna_registry_name_at(const struct dna_registry *registry, size_t index);
const char *dna_registry_directory(const struct dna_registry *registry);

/* ---- Policy ---- */

struct dna_policy;

/*
 * Read a policy and load the prooftypes that it names. On failure |complaint|, unless NULL, is set
 * to a text with a line for each thing that is wrong, "file:line:column: sentence", to be released
 * with free(). Below each stands the line that it is about, and a caret under the place; these
 * begin with spaces. All or nothing.
 */
int dna_policy_load(struct dna_policy **policy, const char *path, struct dna_registry *registry, char **complaint);
/* The same from memory; |name| stands for the file in complaints. */
int dna_policy_read(struct dna_policy **policy, struct dna_bytes text, const char *name, struct dna_registry *registry,
		    char **complaint);
struct dna_policy *dna_policy_ref(struct dna_policy *policy);
void dna_policy_unref(struct dna_policy *policy); /* NULL is legal */

/*
 * Where the policy in force is kept, for programs that read theirs again while they run. A policy
 * never changes once it is read, so each case is judged by the one that it began with, and goes on
 * holding it.
 *
 *     policy = dna_policy_slot_get(slot);          any thread, without a lock
 *     dna_case_new(&c, policy, &subject, now);
 *     dna_policy_unref(policy);
 *
 *     dna_policy_slot_reload(slot, path, registry, &complaint);        on SIGHUP, say
 */
struct dna_policy_slot;
int dna_policy_slot_new(struct dna_policy_slot **slot, struct dna_policy *policy); /* takes its own reference */
void dna_policy_slot_free(struct dna_policy_slot *slot); /* NULL is legal; nobody may be using it */
/* A reference to the policy in force. Any number of threads at any time; none waits for another. */
struct dna_policy *dna_policy_slot_get(struct dna_policy_slot *slot);
/* Replace it. One thread at a time, which waits for those that are just taking a reference. */
void dna_policy_slot_set(struct dna_policy_slot *slot, struct dna_policy *policy);
/*
 * dna_policy_load(), then dna_policy_slot_set(). When the policy is wrong, in whatever respect, the
 * one in force stays. One thread at a time.
 */
int dna_policy_slot_reload(struct dna_policy_slot *slot, const char *path, struct dna_registry *registry,
			   char **complaint);

/* ---- Cases ---- */

/* What is to be proved. Zeroes are sensible: C2S, initiating, endpoints from DNS. */
struct dna_subject {
	const char *domain; /* the service domain, U-labels or A-labels: the stream's `to`, for a receiving case its `from` */
	const char *local;  /* our own domain, for the policy; may be NULL */
	enum dna_service service;
	enum dna_role role;
	/*
	 * An endpoint that is given instead of found: the one that a live connection leads to, or,
	 * with |configured|, the one that the operator set, which replaces SRV (DELEG-016). |host|
	 * NULL: follow the DNS.
	 */
	struct {
		const char *host;
		uint16_t port;
		enum dna_tls tls;
		bool configured;
	} endpoint;
	/*
	 * Where the peer sent us, with see-other-host (RFC 6120 section 4.9.3.19): |host| stands where the
	 * domain's own SRV records would, with its own if |port| is 0; an address needs one. What identifies the domain stays as
	 * it is. |roots|: what the proof of the peer that said so rests on, as dna_verdict_roots_at() has
	 * it; without any it was not proven, and the host's TLSA records do not count (DANE-028). |host|
	 * NULL: nobody sent us anywhere.
	 */
	struct {
		const char *host;
		uint16_t port;
		const uint32_t *roots;
		size_t root_count;
	} redirect;
};

/*
 * A new case at |time|. DNA_E_INVALID: not a domain that can have XMPP (I18N-006, I18N-008);
 * dna_strerror has no more.
 */
int dna_case_new(struct dna_case **c, struct dna_policy *policy, const struct dna_subject *subject, int64_t time);
void dna_case_free(struct dna_case *c); /* NULL is legal */

/*
 * Trust anchors for PKIX; shared by reference. Without them the case has none and PKIX proves
 * nothing. Where the policy names anchors for the peer, those stay all that there are (PKIX-003).
 */
void dna_case_trust(struct dna_case *c, struct dna_anchors *anchors);

/* ---- Trust anchors ---- */

struct dna_anchors *dna_anchors_ref(struct dna_anchors *anchors);
int dna_anchors_add_pem(struct dna_anchors *anchors, struct dna_bytes pem); /* DNA_E_SYNTAX when there is none in it */
size_t dna_anchors_count(const struct dna_anchors *anchors);

/* ---- Evidence ---- */

struct dna_need {
	const char *kind;
	const char *name;
	uint16_t type;
};
/* The next thing to obtain that was not handed out yet; false when there is none at the moment. */
bool dna_case_next_need(struct dna_case *c, struct dna_need *need);
/*
 * Bring evidence, asked for or not. The case takes its own reference. A question that has its
 * answer keeps it.
 */
int dna_case_feed(struct dna_case *c, struct dna_item *item);
/*
 * What was fed and may be fed to other cases until |until|, for applications that remember things:
 * documents, of which nobody but the prooftypes knows how long they hold. Each is told once, and
 * again when its time has become shorter; false when there is none at the moment. libdna-net
 * remembers them.
 */
bool dna_case_next_kept(struct dna_case *c, struct dna_item **item, int64_t *until);
/* No more evidence will come: what is outstanding counts as failed, for |reason|. */
int dna_case_close(struct dna_case *c, const char *reason);
/* Whether nothing is outstanding. A verdict may be ready before that. */
bool dna_case_complete(const struct dna_case *c);
/* All the evidence, for recordings. */
size_t dna_case_evidence_count(const struct dna_case *c);
const struct dna_item *dna_case_evidence_at(const struct dna_case *c, size_t index);

/* ---- The route ---- */

enum dna_decision {
	DNA_PENDING = 0,     /* its addresses are not known yet */
	DNA_CONNECT = 1,     /* may be connected to */
	DNA_SKIP = 2,        /* must not be connected to; if that is under way, it has to be abandoned */
	DNA_UNREACHABLE = 3  /* was tried, and reported by dna_case_unreachable() */
};
const char *dna_decision_name(enum dna_decision decision);

struct dna_hop {
	const struct dna_endpoint *endpoint;
	enum dna_decision decision;
	bool settled;       /* nothing that is still outstanding can change |decision| or |tls_required| */
	bool tls_required;  /* a connection that cannot be protected by TLS has to be abandoned (DANE-005) */
	const char *reason; /* why it is skipped or unreachable; "" otherwise */
	const char *rule;
};

/*
 * Endpoints in the order in which they are to be tried. DNA_E_AGAIN while the SRV records are
 * outstanding; DNA_E_NOTFOUND when there is none to try (the verdict says why). The order is drawn
 * once, by dna_case_shuffle() if it was called before.
 */
int dna_case_route(struct dna_case *c, size_t *count);
int dna_case_hop(struct dna_case *c, size_t index, struct dna_hop *hop);
/* Randomness for RFC 2782's weighted draw: a seed. Without it the draw is that of seed 0. */
void dna_case_shuffle(struct dna_case *c, uint64_t seed);
/*
 * The addresses of an endpoint in the order to try; A and AAAA data whose DNS status allows
 * connecting (table 2.3).
 */
size_t dna_case_address_count(const struct dna_case *c, size_t index);
const char *dna_case_address_at(const struct dna_case *c, size_t index, size_t which); /* as text */

/*
 * Hop |index| was tried and could not be used, for |reason|: no TCP, no TLS, no certificate.
 * Becomes evidence.
 */
int dna_case_unreachable(struct dna_case *c, size_t index, const char *reason);
/*
 * Hop |index| is connected and presented these certificates, DER, leaf first. Replaces what another
 * presented.
 */
int dna_case_present(struct dna_case *c, size_t index, const struct dna_bytes *chain, size_t count);
/* For a receiving case, or one whose subject has the endpoint: what the peer presented. */
int dna_case_present_peer(struct dna_case *c, const struct dna_bytes *chain, size_t count);
/*
 * The OCSP responses, DER, that the peer stapled for the certificates just presented, in any order;
 * none at all (|count| 0) if it was asked for some (RFC 6066 section 8) and had none. Without this
 * call nobody asked. Evidence of the kind "crls" can be fed at any time.
 */
int dna_case_present_status(struct dna_case *c, const struct dna_bytes *responses, size_t count);
/*
 * What dialback, which was done on the stream in question, found (XEP-0220): DNA_ANSWERED: the key is
 * valid; DNA_DENIED: it is not; DNA_FAILED: nobody could be asked. |tls|: the stream is protected; if
 * it is not, the peer presented no certificates, which is to be said as well.
 * Dialback is never a proof; it is enough where the policy is content with less
 * (dna_verdict_minimum()) and nothing proves the domain. Evidence of the kind "dialback".
 */
int dna_case_present_dialback(struct dna_case *c, enum dna_outcome outcome, bool tls);

/* ---- The verdict ---- */

struct dna_verdict;

/*
 * The verdict as of now: for what was presented last, or, when no endpoint is left to try, for the
 * whole attempt. DNA_E_AGAIN while it depends on something outstanding. It belongs to the case and
 * lasts until evidence is added.
 */
int dna_case_verdict(struct dna_case *c, const struct dna_verdict **verdict);

enum dna_verdict_kind dna_verdict_kind(const struct dna_verdict *v);
const char *dna_verdict_reason(const struct dna_verdict *v); /* one sentence */
const char *dna_verdict_rule(const struct dna_verdict *v);
enum dna_scope dna_verdict_scope(const struct dna_verdict *v); /* of a veto */
bool dna_verdict_temporary(const struct dna_verdict *v);
int64_t dna_verdict_not_after(const struct dna_verdict *v);
const struct dna_endpoint *dna_verdict_endpoint(const struct dna_verdict *v); /* NULL: none was reached */
const char *dna_verdict_profile(const struct dna_verdict *v);
/*
 * How weak a result the policy is content with, in its words: "dna", a proof; "weak", dialback over
 * TLS; "none-tls", dialback. Where nothing proves the domain it tells whether dialback may still do.
 */
const char *dna_verdict_minimum(const struct dna_verdict *v);
/*
 * What a proven verdict rests on: the least sets of trust roots of which an attacker has to break one
 * to forge all that proves it.
 */
size_t dna_verdict_root_count(const struct dna_verdict *v);
uint32_t dna_verdict_roots_at(const struct dna_verdict *v, size_t index);
/* Roots that the policy demands a proof to withstand, and what is proven does not; 0: it is not that. */
uint32_t dna_verdict_short_of(const struct dna_verdict *v);
/*
 * The place in the policy that chose the profile; line 0: there is none, as in a recording with its
 * own profile.
 */
const char *dna_verdict_policy_file(const struct dna_verdict *v);
unsigned dna_verdict_policy_line(const struct dna_verdict *v);

/*
 * The prooftypes that prove it, and the delegators that their proof came by, in the policy's order.
 */
size_t dna_verdict_by_count(const struct dna_verdict *v);
const char *dna_verdict_by_at(const struct dna_verdict *v, size_t index);
size_t dna_verdict_through_count(const struct dna_verdict *v);
const char *dna_verdict_through_at(const struct dna_verdict *v, size_t index);

/*
 * Every prooftype's finding: delegators first, then provers, in the policy's order, as far as the
 * stages were judged.
 */
size_t dna_verdict_finding_count(const struct dna_verdict *v);
const struct dna_finding *dna_verdict_finding_at(const struct dna_verdict *v, size_t index);
const char *dna_finding_prooftype(const struct dna_finding *finding);
enum dna_result dna_finding_result(const struct dna_finding *finding);
const char *dna_finding_reason(const struct dna_finding *finding);
const char *dna_finding_rule(const struct dna_finding *finding);
int64_t dna_finding_not_after(const struct dna_finding *finding);
size_t dna_finding_root_count(const struct dna_finding *finding); /* alternatives */
uint32_t dna_finding_roots_at(const struct dna_finding *finding, size_t index);

/*
 * The case of the profile that the policy has judged beside and enforces nothing of (`shadow`), or
 * NULL. It belongs to |c|, and is given all that |c| is given. Who wants it judged by all of its
 * evidence asks it too for its needs, and feeds it; nothing that it asks for, finds or lacks has any
 * effect on |c|. libdna-net gathers for both. The report has its verdict, under "shadow".
 */
struct dna_case *dna_case_shadow(struct dna_case *c);

/* ---- Recordings and reports ---- */

/*
 * The verdict as one line of JSON, without newline; to be released with free(). man/dna.1 describes
 * its members.
 */
int dna_case_report(struct dna_case *c, const char *id, char **json);

/*
 * The whole case as a recording (man/dna-recording.5), pretty-printed; to be released with free().
 */
int dna_case_record(struct dna_case *c, const char *id, char **json);

/*
 * DNSSEC for recordings: what do these items, of the kinds "dns-reply", "dns-chain" and
 * "dnssec-anchors", prove at that time? Each DNS item that follows from them is given to
 * |validated|. On failure |complaint| is set to a phrase to be released with free().
 * dna_net_validate() is one.
 */
typedef int dna_validated(void *argument, struct dna_item *item);
struct dna_validator {
	int (*validate)(void *argument, int64_t time, struct dna_item *const *recorded, size_t count,
			dna_validated *validated, void *validated_argument, char **complaint);
	void *argument;
};

/*
 * Read a recording: a case with its evidence, closed. Its own profile if it has one, else the one
 * that |policy| chooses. DNS answers that were recorded with their replies are validated again by
 * |validator|; without one (NULL), and where there are no replies, the recording's word for their
 * security is taken, and the report says so: "stated". |id|, unless NULL, is set to its id as far
 * as that could be read, even on failure; |complaint| to what is wrong. Both are to be released
 * with free().
 */
int dna_case_replay(struct dna_case **c, struct dna_bytes recording, struct dna_policy *policy,
		    struct dna_registry *registry, const struct dna_validator *validator, char **id, char **complaint);

#ifdef __cplusplus
}
#endif
#endif
