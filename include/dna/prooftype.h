/*
 * <dna/prooftype.h>: everything that a prooftype needs, and the only header that it includes.
 *
 * A prooftype is one way to prove that a stream belongs to an XMPP domain (RFC 7712 section 7). It
 * never does IO. It is two pure functions of one case:
 *
 *     plan(case, plan)      says what evidence it wants next: DNS questions, HTTPS documents, ...
 *     judge(case, finding)  says what the evidence proves, and why.
 *
 * One run, to see how they are called. Somebody asks whether a stream belongs to example.com:
 *
 *     - Core asks for the SRV records of example.com and calls plan() of every prooftype that the
 *       profile lists. DANE knows no endpoint yet and asks for nothing. POSH asks for
 *       https://example.com/.well-known/posh/xmpp-server.json.
 *     - All of it is fetched at once. The SRV answer arrives: core asks for the addresses of the
 *       target host. They arrive, secure: core calls plan() again, and now DANE asks for
 *       _5269._tcp.xmpp.example.net TLSA.
 *     - judge() is called for each endpoint in turn, without a certificate yet: DANE may say that
 *       the endpoint must not be used, or that TLS is mandatory there.
 *     - The application connects and hands over the certificates that the peer presented. Delegators
 *       judge first; the target hosts that they vouch for become reference identifiers. Then provers
 *       judge.
 *     - The policy combines the findings into a verdict.
 *
 * plan() and judge() may be called any number of times, in any order, with evidence in any order;
 * the same case gives the same finding. The clock is dna_case_time(), never the process's. They
 * keep nothing between calls. A prooftype sees the case, the delegations and its own parameters,
 * never another prooftype's finding.
 *
 * Everything that takes a |dna_case| returns pointers that live as long as the call does; nothing
 * is to be freed unless it says so.
 */
#ifndef DNA_PROOFTYPE_H
#define DNA_PROOFTYPE_H

#include <dna/error.h>
#include <dna/evidence.h>
#include <dna/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The contract ---- */

struct dna_case;
struct dna_plan;
struct dna_finding;

#define DNA_PROOFTYPE_ABI 1

/* What a prooftype does, as bits. */
#define DNA_DELEGATES UINT32_C(1) /* vouches for target hosts: dna_finding_delegate() */
#define DNA_PROVES    UINT32_C(2) /* proves domains */
#define DNA_VETOES    UINT32_C(4) /* may forbid the stream, of its own accord or by a parameter: dna_finding_insist() */

enum dna_param_type {
	DNA_PARAM_BOOL = 1,
	DNA_PARAM_INT = 2,
	DNA_PARAM_WORD = 3,  /* one of |choices|, or any text without them */
	DNA_PARAM_INTS = 4,  /* a list of integers */
	DNA_PARAM_WORDS = 5  /* a list of words */
};

/*
 * A parameter that operators may set in the policy. Core checks its type and range before the
 * prooftype ever sees it, and generates its documentation. An array of these ends with one whose
 * |name| is NULL.
 */
struct dna_param {
	const char *name;
	uint32_t type;               /* enum dna_param_type */
	uint32_t reserved;
	const char *initial;         /* the default as it would be written in YAML: "false", "[0, 1, 2, 3]" */
	int64_t least, most;         /* for integers, each one of a list; both 0: any */
	const char *const *choices;  /* for words; ends with NULL */
	const char *help;            /* one sentence */
};

/*
 * A prooftype. Constant data; initialise it by DNA_PROOFTYPE() with designated initialisers, never
 * by position: members are added at the end.
 */
struct dna_prooftype {
	uint32_t abi;         /* DNA_PROOFTYPE_ABI; the macro fills it */
	uint32_t size;        /* sizeof(struct dna_prooftype) when the plugin was compiled; the macro fills it */
	uint32_t param_size;  /* sizeof(struct dna_param) then; the macro fills it */
	uint32_t does;        /* DNA_DELEGATES, DNA_PROVES */
	const char *name;     /* as in the policy; also the plugin's file name; the macro fills it */
	const char *about;    /* one line */
	const char *specs;    /* the standards that it implements: "RFC 6698, RFC 7671, RFC 7673" */

	/*
	 * The four properties of RFC 7712 section 7, one sentence each; `dna prooftypes NAME`
	 * prints them.
	 */
	const char *proof;    /* what the peer's proof is */
	const char *match;    /* how the material is matched to the proof */
	const char *material; /* how the verifier obtains the material */
	const char *dns;      /* whether secure DNS is needed, and how the delegation becomes secure */

	const struct dna_param *params; /* may be NULL */

	/*
	 * Ask for evidence: dna_plan_dns(), dna_plan_https(), dna_plan_need(). Called first when
	 * the case begins, and again whenever evidence that was asked for has arrived. Asking twice
	 * for the same thing is asking once. May be NULL. Returns 0, or a negative dna_error that
	 * ends up as this prooftype's finding DNA_ERROR; of one with DNA_VETOES, as a temporary
	 * veto.
	 */
	int (*plan)(const struct dna_case *c, struct dna_plan *plan);

	/*
	 * Judge. What could not be obtained is there as DNA_FAILED. Called for each endpoint
	 * without certificates, then with them; |finding| comes as DNA_NONE; say dna_find() once.
	 * It may be called while evidence that plan() asked for is outstanding: if it then looks at
	 * any of that, the finding is discarded and judge() called again later. Returns 0, or a
	 * negative dna_error that ends up as for plan().
	 */
	int (*judge)(const struct dna_case *c, struct dna_finding *finding);
	/* New members go here. */
};

/*
 * Export a prooftype. |identifier| is |name_| as a C identifier; the file is named |name_| and so
 * is built with `-o name.so`.
 *
 *     DNA_PROOFTYPE(dnssec_srv, "dnssec-srv", .about = "...", .does = DNA_DELEGATES, .judge = judge);
 */
#define DNA_PROOFTYPE(identifier, name_, ...)                                                                              \
	extern const struct dna_prooftype identifier##_LTX_dna_prooftype;                                                  \
	__attribute__((visibility("default"))) const struct dna_prooftype identifier##_LTX_dna_prooftype = {               \
		.abi = DNA_PROOFTYPE_ABI,                                                                                  \
		.size = (uint32_t)sizeof(struct dna_prooftype),                                                            \
		.param_size = (uint32_t)sizeof(struct dna_param),                                                          \
		.name = name_,                                                                                             \
		__VA_ARGS__                                                                                                \
	}

/* ---- The case ---- */

const char *dna_case_domain(const struct dna_case *c);         /* the service domain in A-labels (I18N-001) */
const char *dna_case_domain_unicode(const struct dna_case *c); /* the same in U-labels, as XMPP writes it */
enum dna_service dna_case_service(const struct dna_case *c);
enum dna_role dna_case_role(const struct dna_case *c);
int64_t dna_case_time(const struct dna_case *c); /* the clock of the case, seconds since 1970 */

/*
 * A parameter of the prooftype that is running; the default when the policy does not set it. |name|
 * has to be declared.
 */
bool dna_case_param_bool(const struct dna_case *c, const char *name);
int64_t dna_case_param_int(const struct dna_case *c, const char *name);
const char *dna_case_param_word(const struct dna_case *c, const char *name);
bool dna_case_param_has_int(const struct dna_case *c, const char *name, int64_t value);
size_t dna_case_param_words(const struct dna_case *c, const char *name, const char *const **words);

/*
 * Whether |name|, in A-labels, is one that the public DNS can know: two labels or more, no address,
 * and not below a name that is reserved for other uses (.onion, .local, ...; RFC 6761). Others are
 * not looked up (POSH-027).
 */
bool dna_domain_is_public(const char *name);

/* The item that answers a question, or NULL while nobody has obtained it. */
const struct dna_item *dna_case_item(const struct dna_case *c, const char *kind, const char *name, uint16_t type);

/*
 * The answer to a DNS question, with aliases followed. When the answer is not there yet |item| is
 * NULL and |outcome| is DNA_FAILED. A chain of aliases that loops or is too long counts as failed.
 */
struct dna_answer {
	const struct dna_item *item;  /* what the chain of aliases ends in; holds the data */
	enum dna_outcome outcome;
	enum dna_security security;   /* of the whole chain: secure only if every link is (DELEG-006) */
	enum dna_security alias;      /* of the links alone; DNA_SECURE without any */
	enum dna_security first;      /* of the first link alone, or of the item without any */
	const char *owner;            /* the name at the end of the aliases */
	unsigned links;               /* how many aliases were followed */
	const char *reason;           /* for what did not succeed; never NULL */
	int64_t not_after;            /* until when all of it may be used, each link included */
	bool outstanding;             /* it was asked for and has not come yet; what was found meanwhile does not count */
};
void dna_case_answer(const struct dna_case *c, const char *name, uint16_t type, struct dna_answer *answer);

/* ---- Endpoints and delegations ---- */

struct dna_endpoint;

/* Who named an endpoint. */
enum dna_endpoint_source {
	DNA_ENDPOINT_SRV = 0,        /* an SRV record of the service domain */
	DNA_ENDPOINT_FALLBACK = 1,   /* there is no SRV record: the service domain itself, at the default port */
	DNA_ENDPOINT_CONFIGURED = 2, /* the operator (DELEG-016) */
	DNA_ENDPOINT_OTHER = 3,      /* a live connection to a place that the service domain's DNS does not name */
	DNA_ENDPOINT_REDIRECT = 4    /* a peer that we were connected to, by see-other-host (DANE-028) */
};

/* The endpoints in the order in which they are to be tried (DELEG-003). */
size_t dna_case_endpoint_count(const struct dna_case *c);
const struct dna_endpoint *dna_case_endpoint_at(const struct dna_case *c, size_t index);
/*
 * Whether that is all of them. For a receiving case some may be missing because an SRV lookup failed
 * or is bogus (an initiating case ends there): then |why| is a sentence on it, and |temporary|
 * whether they may be known another time.
 */
bool dna_case_endpoints_known(const struct dna_case *c, const char **why, bool *temporary);
/* The one that is judged; NULL for a receiving case, or while there is none. */
const struct dna_endpoint *dna_case_endpoint(const struct dna_case *c);

const char *dna_endpoint_host(const struct dna_endpoint *e); /* A-labels, no final dot; may be an IP literal if configured */
bool dna_endpoint_is_address(const struct dna_endpoint *e); /* the host is an IP literal, which no name identifies */
uint16_t dna_endpoint_port(const struct dna_endpoint *e);
enum dna_tls dna_endpoint_tls(const struct dna_endpoint *e);
enum dna_endpoint_source dna_endpoint_source(const struct dna_endpoint *e);
/*
 * Security of the answer that named it, aliases included: the SRV RRset, or the denial of one.
 * Configured: secure. Redirected to: insecure, unless the peer that said so was proven.
 */
enum dna_security dna_endpoint_security(const struct dna_endpoint *e);
/* Until when that answer may be used. Configured: DNA_FOREVER. */
int64_t dna_endpoint_not_after(const struct dna_endpoint *e);
/*
 * For an endpoint that we were redirected to: the sets of trust roots that the proof of the peer that
 * said so rests on. What counts because of the redirection rests on them too.
 */
size_t dna_endpoint_root_count(const struct dna_endpoint *e);
uint32_t dna_endpoint_roots_at(const struct dna_endpoint *e, size_t index);
/*
 * Security of its addresses: secure if one family is; DNA_INDETERMINATE while they are not known or
 * when both failed.
 */
enum dna_security dna_endpoint_address_security(const struct dna_endpoint *e);

/*
 * Delegations that the profile's delegators found for the endpoint in use (for a receiving case:
 * for any endpoint). Each target host is a DNS reference identifier for provers (DELEG-009,
 * DELEG-012).
 */
struct dna_delegation {
	const struct dna_endpoint *endpoint;
	const char *target; /* A-labels */
	const char *by;     /* the delegator */
	uint32_t roots;     /* what an attacker has to break to forge it: bits of enum dna_root */
};
size_t dna_case_delegation_count(const struct dna_case *c);
const struct dna_delegation *dna_case_delegation_at(const struct dna_case *c, size_t index);

/* ---- Certificates ---- */

struct dna_chain;
struct dna_anchors;

/* What the peer presented, or NULL while (or if) it presented nothing. */
const struct dna_chain *dna_case_chain(const struct dna_case *c);
/*
 * Whether the peer has had its say: from then on no chain means that there was none, or none that
 * can be read.
 */
bool dna_case_presented(const struct dna_case *c);
size_t dna_chain_count(const struct dna_chain *chain);
struct dna_bytes dna_chain_der(const struct dna_chain *chain, size_t index); /* 0 is the leaf */
/* Whether |time| is within certificate |index|'s validity; an end that is asked for is set. */
bool dna_chain_valid_at(const struct dna_chain *chain, size_t index, int64_t time);
int64_t dna_chain_not_after(const struct dna_chain *chain, size_t index);

/* Digests of certificate |index|: of the whole of it, or of its SubjectPublicKeyInfo as encoded. */
enum dna_selector { DNA_SELECT_CERTIFICATE = 0, DNA_SELECT_KEY = 1 };
enum dna_hash { DNA_SHA256 = 1, DNA_SHA512 = 2, DNA_SHA384 = 3 };
int dna_chain_digest(const struct dna_chain *chain, size_t index, enum dna_selector selector, enum dna_hash hash,
		     uint8_t digest[64], size_t *size);

/*
 * Whether a TLSA record's selector, matching type and data fit certificate |index| (RFC 6698
 * section 2.1). No usage rules.
 */
bool dna_tlsa_matches(const struct dna_tlsa *tlsa, const struct dna_chain *chain, size_t index);
/*
 * Whether the bare key that a TLSA record holds (selector 1, matching type 0) signed certificate
 * |index|, and both withstand what a path has to ("medium", "high", "ultra"; NULL: "medium"): how a
 * trust anchor that is not in the chain is found (DANE-014).
 */
bool dna_tlsa_signed(const struct dna_tlsa *tlsa, const struct dna_chain *chain, size_t index,
		     const char *security);
/*
 * Whether a verifier can use the record at all (DANE-009); if not, |why| points to a static phrase.
 */
bool dna_tlsa_usable(const struct dna_tlsa *tlsa, const char **why);

/* The trust anchors of the case: never NULL, may be empty. */
const struct dna_anchors *dna_case_anchors(const struct dna_case *c);
/*
 * Who has to be broken to forge a path to them: DNA_ROOT_WEBPKI, or DNA_ROOT_PIN for those that the
 * policy names for this very peer.
 */
enum dna_root dna_case_anchors_root(const struct dna_case *c);
/* A set of one's own, from DER certificates; to be released. */
int dna_anchors_new(struct dna_anchors **anchors);
int dna_anchors_add(struct dna_anchors *anchors, struct dna_bytes der);
void dna_anchors_unref(struct dna_anchors *anchors); /* NULL is legal */

/*
 * RFC 5280 path validation of the chain at the clock of the case, for a server's key (serverAuth in
 * both directions, PKIX-019); no names. On a path: returns 0, |path->not_after| is the earliest end
 * of validity on it and |path->anchor| the anchor it ends in. Without one: DNA_E_NOTFOUND, and
 * |path->reason| says why in a sentence, |path->rule| by which rule. DNA_E_INVALID: a word in
 * |rules| is none of those that are known.
 */
struct dna_path {
	int64_t not_after;
	struct dna_bytes anchor; /* DER, lives as long as the anchors */
	const char *rule;        /* static */
	char reason[256];
	char remark[256];        /* what is to be said of it, found as it was: that revocation is not known; "" */
};

/*
 * Which path is wanted, where there is more than one: called for each valid path, leaf first and
 * anchor last, until it returns true (DANE-015).
 */
typedef bool dna_path_accept(void *argument, const struct dna_chain *path);

/*
 * How strict to be. Zeroes are sensible. |revocation| is what the CRLs of the case and the OCSP
 * responses that the peer stapled are looked at for (PKIX-002): "soft" refuses what is revoked,
 * "hard" also what is not known to be good; NULL is "off". It is for paths to authorities that one
 * relies on to revoke what they issued.
 */
struct dna_path_rules {
	const struct dna_anchors *anchors; /* NULL: those of the case */
	const char *security;              /* what keys and signatures withstand: "medium", "high", "ultra"; NULL: "medium" */
	const char *revocation;
	dna_path_accept *accept;           /* NULL: any path will do */
	void *argument;
};
int dna_case_path(const struct dna_case *c, const struct dna_path_rules *rules, struct dna_path *path);

/*
 * Match the leaf's presented identifiers (DNS-ID, SRV-ID, XmppAddr; never CN) against the reference
 * identifiers of the case: the service domain as all three, and each delegated target host as
 * DNS-ID (PKIX-006, DELEG-012).
 */
struct dna_name_match {
	const char *reference;                   /* what matched: the service domain or a target host; NULL: nothing */
	const struct dna_delegation *delegation; /* the delegation it came by; NULL for the service domain itself */
	char presented[256];                     /* the identifier that matched, as text: "DNS:*.example.net" */
	char found[512];                         /* all presented identifiers, for reasons */
	char wanted[512];                        /* all reference identifiers, for reasons */
};
int dna_case_match_names(const struct dna_case *c, struct dna_name_match *match);
/*
 * Whether the leaf has a DNS-ID for |host|, which need not be a reference identifier of the case:
 * for prooftypes that know by themselves whose name counts, and for reasons.
 */
bool dna_chain_names(const struct dna_chain *chain, const char *host);

/* ---- Documents ---- */

/*
 * A strict JSON reader: UTF-8 without BOM, no duplicate names, bounded depth and size (POSH-025).
 * On failure |why| says what is wrong and where. Values belong to the document.
 */
struct dna_json;
int dna_json_read(struct dna_json **document, struct dna_bytes text, char why[160]);
void dna_json_free(struct dna_json *document);
enum dna_json_type { DNA_JSON_NULL, DNA_JSON_BOOL, DNA_JSON_NUMBER, DNA_JSON_STRING, DNA_JSON_ARRAY, DNA_JSON_OBJECT };
enum dna_json_type dna_json_type(const struct dna_json *value);
size_t dna_json_size(const struct dna_json *value); /* elements of an array, members of an object, octets of a string */
const struct dna_json *dna_json_get(const struct dna_json *object, const char *name); /* NULL: no such member */
const struct dna_json *dna_json_at(const struct dna_json *array_or_object, size_t index);
const char *dna_json_name_at(const struct dna_json *object, size_t index);
const char *dna_json_string(const struct dna_json *value); /* NULL for another type */
/*
 * A number that is integral, in any notation (6.048e5); DNA_E_SYNTAX otherwise. Beyond 2^53 - 1,
 * where JSON does not tell integers apart any more (RFC 7493), it is that.
 */
int dna_json_integer(const struct dna_json *value, int64_t *number);

/*
 * RFC 4648 section 4, strict; |loose_padding| tolerates absent `=` (POSH-011). |size|: in, the
 * room; out, the length.
 */
int dna_base64_read(const char *text, bool loose_padding, uint8_t *data, size_t *size);

/* Compare without telling by time where the difference is. */
bool dna_bytes_equal(struct dna_bytes a, struct dna_bytes b);

/* ---- Asking and finding ---- */

/* Ask for a DNS RRset; |name| in A-labels. A name that DNS cannot hold is DNA_E_INVALID. */
int dna_plan_dns(struct dna_plan *plan, const char *name, uint16_t type);
/* Ask for a document; https only. */
int dna_plan_https(struct dna_plan *plan, const char *url);
/*
 * |item|, a document that was asked for, may serve other cases too, until |until|: how long a
 * document holds only its reader knows. Whoever gathers may remember it for a shorter time, and not
 * for a longer one; what is not kept is fetched for each case anew. The least of all calls counts.
 */
void dna_plan_keep(struct dna_plan *plan, const struct dna_item *item, int64_t until);
/* Ask for evidence of any other kind, namespaced by who defines it. */
int dna_plan_need(struct dna_plan *plan, const char *kind, const char *name);

/*
 * State the finding: the result, the rule that decided (a requirement's ID or a section:
 * "DANE-012", "RFC 7671 5.1") and a sentence that an operator can act on, naming the record,
 * identifier or document. The last call counts. Returns 0, so that judge() can end with it.
 */
int dna_find(struct dna_finding *finding, enum dna_result result, const char *rule, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * For DNA_VETO: how far it reaches (default DNA_SCOPE_ENDPOINT), and whether a later attempt may
 * fare better.
 */
void dna_finding_veto(struct dna_finding *finding, enum dna_scope scope, bool temporary);
/*
 * For a prooftype with DNA_VETOES: this finding has to be heard, and waited for, whatever stage the
 * policy gives it, since it may become a veto. To be called before looking at evidence that may be
 * outstanding.
 */
void dna_finding_insist(struct dna_finding *finding);
/*
 * For DNA_ERROR: whether a later attempt may fare better. Without it the error is taken as lasting.
 */
void dna_finding_temporary(struct dna_finding *finding);
/*
 * One alternative of what it rests on: all |roots| have to be broken to forge it. Up to four
 * alternatives.
 */
void dna_finding_rests_on(struct dna_finding *finding, uint32_t roots);
/*
 * It holds no longer than |time|; the least of all calls and of the evidence that was cited counts.
 */
void dna_finding_until(struct dna_finding *finding, int64_t time);
/* The finding rests on this item: its lifetime bounds the finding, and reports name it. */
void dna_finding_cite(struct dna_finding *finding, const struct dna_item *item);
/*
 * The proof came by this delegation, as dna_case_match_names() told; reports name it. NULL: by the
 * domain's own name.
 */
void dna_finding_through(struct dna_finding *finding, const struct dna_delegation *delegation);
/* TLS is mandatory at the endpoint that is judged (DANE-005, DANE-007). */
void dna_finding_require_tls(struct dna_finding *finding);
/*
 * For delegators: |target| may prove the service domain at |endpoint|; an attacker has to break all
 * |roots| to forge that.
 */
int dna_finding_delegate(struct dna_finding *finding, const struct dna_endpoint *endpoint, const char *target, uint32_t roots);

#ifdef __cplusplus
}
#endif
#endif
