/*
 * <dna/net.h>: libdna-net gathers the evidence: DNS through the worker program dna-resolver,
 * documents over HTTPS.
 *
 * A dna_net has one pollable descriptor and one function to call when it is readable; callbacks
 * come from within that function only. dna_verify() does the same and blocks.
 *
 *     dna_net_new(&net, &options, &complaint);
 *     dna_case_new(&c, policy, &subject, time(NULL));
 *     dna_net_gather(net, c, 10000, changed, argument);      what the case asks for is fetched
 *     for (;;)
 *             poll dna_net_fd(net) among your own descriptors; dna_net_process(net);
 *     changed(): dna_case_route(), connect, dna_case_present(), dna_case_verdict()
 *
 * One dna_net belongs to one thread; another thread has another.
 */
#ifndef DNA_NET_H
#define DNA_NET_H

#include <dna/dna.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dna_net;

struct dna_net_options {
	const char *resolver_program; /* NULL: the installed dna-resolver */
	const char *resolver;         /* "address", "address:port", "[address]:port"; several with spaces; NULL: the system's */
	/*
	 * A resolver program that others share: its socket's path, or, if that is NULL, a connected
	 * socket, which is closed with the dna_net; -1 or 0: none, a program of this dna_net's own
	 * is started. Resolvers, trust anchor and trust_ad are then those of that program.
	 */
	const char *resolver_socket;
	int resolver_fd;
	/*
	 * Believe the AD bit of the resolvers instead of validating. Refused unless all of them are
	 * on loopback: nobody may be able to speak in their name (RFC 6840 section 5.8).
	 */
	bool trust_ad;
	/* Keep what DNS answers can be validated by again, for recordings. */
	bool keep_proof;
	const char *trust_anchor;     /* file with the DNSSEC root's DS or DNSKEY records; NULL: the system's root.key */
	const char *ca_file;          /* PEM bundle for PKIX and HTTPS; NULL: the system's */
	bool allow_private_addresses; /* let HTTPS connect to private, loopback and link-local addresses (a lab) */
};

/*
 * |complaint|, unless NULL, is set on failure to a sentence to be released with free(). |options|
 * may be NULL. A resolver that is no address is refused here, and so is a file that cannot be read
 * or holds nothing of what it should.
 */
int dna_net_new(struct dna_net **net, const struct dna_net_options *options, char **complaint);
/* Cases that are still gathered are left as they are and not told. NULL is legal. */
void dna_net_free(struct dna_net *net);

/* Readable whenever dna_net_process() has something to do, deadlines included. */
int dna_net_fd(const struct dna_net *net);
/*
 * Call it also when a case was told something that may make it ask for more, as dna_case_present()
 * does: the descriptor cannot know. A process that was forked may go on: it gets a resolver program
 * or a connection of its own, and documents that were on their way fail. A socket that was given as
 * resolver_fd stays with the process that it was given to; elsewhere DNS questions fail.
 */
int dna_net_process(struct dna_net *net);

/*
 * Gather what |c| asks for, for at most |milliseconds|, then close it. |changed| is called after
 * evidence arrived, when route or verdict may have changed, and when the case was closed. It may
 * call dna_net_forget() and free the case. The anchors of |net| become those of the case unless it
 * has its own. For a case that is gathered already, the time begins anew.
 */
typedef void dna_net_changed(struct dna_case *c, void *argument);
int dna_net_gather(struct dna_net *net, struct dna_case *c, unsigned milliseconds, dna_net_changed *changed, void *argument);
/* Stop gathering for the case, which may then be freed. */
void dna_net_forget(struct dna_net *net, struct dna_case *c);

/* ---- DNS by itself ---- */

struct dna_net_question {
	const char *name;
	uint16_t type;
	int64_t time; /* at which signatures have to be valid; 0: now */
	bool zones;   /* also wanted: a "dns-zone" item for each zone that vouches for the answer, from the root down */
};

/*
 * Ask one question. |answered| is called once, from within dna_net_process(); the items, an alias
 * chain and what it ends in, then what else was wanted, last as long as the call. |count| is 0 only
 * if memory ran out. There is no cancelling: it is answered, or failed, within |milliseconds|.
 */
typedef void dna_net_answered(struct dna_item *const *items, size_t count, void *argument);
int dna_net_ask(struct dna_net *net, const struct dna_net_question *question, unsigned milliseconds,
		dna_net_answered *answered, void *argument);

/*
 * A dna_validator for dna_case_replay(), with |net| as its argument: the resolver program validates
 * the recorded replies, and no resolver is asked. Blocks.
 */
int dna_net_validate(void *net, int64_t time, struct dna_item *const *recorded, size_t count, dna_validated *validated,
		     void *argument, char **complaint);

/*
 * All in one, blocking: gather, present |chain| (what the peer at |subject|'s endpoint presented),
 * judge. |c| is the finished case, whose verdict is ready; to be released with dna_case_free().
 */
int dna_verify(struct dna_net *net, struct dna_policy *policy, const struct dna_subject *subject,
	       const struct dna_bytes *chain, size_t count, unsigned milliseconds, struct dna_case **c);

#ifdef __cplusplus
}
#endif
#endif
