/* The error catalogue: what goes wrong, and what the peer, or whoever waits, is told. */
#include "flow/chart.h"

/* clang-format off */

static const struct dna_flow_trouble_entry entries[DNA_TROUBLES] = {
	[DNA_TROUBLE_NONE] =
		{ "nothing is wrong", DNA_REACTION_NONE, NULL, "" },

	[DNA_TROUBLE_ALERT] =
		{ "the peer's certificate was refused during the handshake", DNA_REACTION_TLS_ALERT, "bad_certificate", "ERR-01" },
	[DNA_TROUBLE_CERTIFICATE] =
		{ "nothing proves that the peer is the domain", DNA_REACTION_SILENT_CLOSE, NULL, "ERR-02" },
	[DNA_TROUBLE_VETO] =
		{ "the peer's certificate must not be used", DNA_REACTION_SILENT_CLOSE, NULL, "ERR-02 POL-004" },
	[DNA_TROUBLE_TLS] =
		{ "the TLS handshake failed", DNA_REACTION_SILENT_CLOSE, NULL, "FLOW-027" },
	[DNA_TROUBLE_RENEGOTIATION] =
		{ "the peer tried to renegotiate TLS", DNA_REACTION_SILENT_CLOSE, NULL, "ERR-06 SEC-004" },
	[DNA_TROUBLE_STARTTLS] =
		{ "the peer refused STARTTLS", DNA_REACTION_STREAM_END, NULL, "FLOW-027" },
	[DNA_TROUBLE_UNRESOLVED] =
		{ "the domain's SRV records are bogus or could not be looked up", DNA_REACTION_NONE, NULL, "ERR-07" },
	[DNA_TROUBLE_NOT_FOUND] =
		{ "there is no such service", DNA_REACTION_STREAM_END, NULL, "DELEG-004" },
	[DNA_TROUBLE_UNREACHABLE] =
		{ "no endpoint could be used", DNA_REACTION_NONE, NULL, "ERR-08" },
	[DNA_TROUBLE_SILENCE] =
		{ "the peer, or a proof, took too long", DNA_REACTION_STREAM_ERROR, "connection-timeout", "FLOW-032" },
	[DNA_TROUBLE_CONNECT_TIMEOUT] =
		{ "the peer took too long, and no stream was open", DNA_REACTION_SILENT_CLOSE, NULL, "FLOW-032" },
	[DNA_TROUBLE_PEER] =
		{ "the peer closed the stream", DNA_REACTION_STREAM_END, NULL, "FLOW-027" },
	[DNA_TROUBLE_REDIRECTS] =
		{ "the peer redirected too often", DNA_REACTION_STREAM_END, NULL, "FLOW-026" },
	[DNA_TROUBLE_NO_AUTHENTICATION] =
		{ "the peer offers neither EXTERNAL nor dialback that could be used", DNA_REACTION_STREAM_END, NULL, "FLOW-017" },
	[DNA_TROUBLE_SASL] =
		{ "EXTERNAL failed, and dialback is no way", DNA_REACTION_STREAM_END, NULL, "FLOW-020" },
	[DNA_TROUBLE_REFUSED] =
		{ "the peer says that our key is invalid", DNA_REACTION_STREAM_END, NULL, "DB-011 DB-012" },
	[DNA_TROUBLE_HOST_UNKNOWN] =
		{ "the domain is not served here", DNA_REACTION_STREAM_ERROR, "host-unknown", "ERR-04" },
	[DNA_TROUBLE_IMPROPER] =
		{ "an address lacks or is malformed", DNA_REACTION_STREAM_ERROR, "improper-addressing", "FLOW-015" },
	[DNA_TROUBLE_VERSION] =
		{ "the peer's version of XMPP is another", DNA_REACTION_STREAM_ERROR, "unsupported-version", "ERR-10" },
	[DNA_TROUBLE_CONFLICT] =
		{ "there is such a stream already", DNA_REACTION_STREAM_ERROR, "conflict", "ERR-09" },
	[DNA_TROUBLE_NOT_AUTHORIZED] =
		{ "the peer sent a stanza where it may not", DNA_REACTION_STREAM_ERROR, "not-authorized", "FLOW-015 FLOW-030" },
	[DNA_TROUBLE_INVALID_FROM] =
		{ "the peer may not speak for that domain", DNA_REACTION_STREAM_ERROR, "invalid-from", "FLOW-015" },
	[DNA_TROUBLE_FROM_CHANGED] =
		{ "the peer changed its domain when TLS began", DNA_REACTION_STREAM_ERROR, "policy-violation", "FLOW-031" },
	[DNA_TROUBLE_WEAK] =
		{ "nothing proves that the peer is the domain, and dialback is no way", DNA_REACTION_STREAM_ERROR, "policy-violation", "FLOW-017 ERR-03" },
	[DNA_TROUBLE_UNEXPECTED] =
		{ "the peer sent what is out of place", DNA_REACTION_STREAM_ERROR, "unsupported-stanza-type", "FLOW-027" },
	[DNA_TROUBLE_EXPIRED] =
		{ "what proved the peer holds no more", DNA_REACTION_STREAM_ERROR, "reset", "FLOW-028" },

	[DNA_TROUBLE_ENCRYPTION] =
		{ "authentication was tried before TLS", DNA_REACTION_SASL_FAILURE, "encryption-required", "FLOW-009" },
	[DNA_TROUBLE_MECHANISM] =
		{ "the mechanism was not offered", DNA_REACTION_SASL_FAILURE, "invalid-mechanism", "FLOW-016" },
	[DNA_TROUBLE_AUTHZID] =
		{ "the certificate does not cover the identity", DNA_REACTION_SASL_FAILURE, "invalid-authzid", "FLOW-018" },
	[DNA_TROUBLE_RETRIES] =
		{ "authentication failed too often", DNA_REACTION_STREAM_ERROR, "policy-violation", "FLOW-020" },

	[DNA_TROUBLE_PAIR_NOT_HOSTED] =
		{ "the target domain is not served here", DNA_REACTION_DIALBACK_ERROR, "item-not-found", "DB-009" },
	[DNA_TROUBLE_PAIR_NOT_ACCEPTABLE] =
		{ "nobody else can speak for the sender domain", DNA_REACTION_DIALBACK_ERROR, "not-acceptable", "DB-024" },
	[DNA_TROUBLE_PAIR_IN_CLEAR] =
		{ "dialback is not done without TLS", DNA_REACTION_DIALBACK_ERROR, "policy-violation", "DB-009 DB-020" },
	[DNA_TROUBLE_PAIR_LIMIT] =
		{ "there are too many pairs, or callbacks", DNA_REACTION_DIALBACK_ERROR, "resource-constraint", "DB-009 SEC-006" },
	[DNA_TROUBLE_PAIR_NO_PROOF] =
		{ "nothing proves the sender domain, and dialback is not enough", DNA_REACTION_DIALBACK_ERROR, "not-authorized", "DB-009" },
	[DNA_TROUBLE_PAIR_VETO] =
		{ "the certificate must not be used for the sender domain", DNA_REACTION_DIALBACK_ERROR, "not-authorized", "DB-009 POL-004" },
	[DNA_TROUBLE_CALLBACK_FAILED] =
		{ "the authoritative server cannot be reached", DNA_REACTION_DIALBACK_ERROR, "remote-connection-failed", "DB-009" },
	[DNA_TROUBLE_CALLBACK_LEGACY] =
		{ "the authoritative server cannot be reached, and the peer knows no dialback errors", DNA_REACTION_STREAM_ERROR, "remote-connection-failed", "ERR-05" },
	[DNA_TROUBLE_CALLBACK_NOT_FOUND] =
		{ "there is no authoritative server", DNA_REACTION_DIALBACK_ERROR, "remote-server-not-found", "DB-009" },
	[DNA_TROUBLE_CALLBACK_VETOED] =
		{ "the DNS or the certificate of the authoritative server forbids it", DNA_REACTION_DIALBACK_ERROR, "not-acceptable", "DB-022" },
	[DNA_TROUBLE_CALLBACK_SILENCE] =
		{ "the authoritative server, or a proof, took too long, or was lost", DNA_REACTION_DIALBACK_ERROR, "remote-server-timeout", "DB-009 DB-023" },
	[DNA_TROUBLE_KEY_ERROR] =
		{ "the authoritative server could not tell about the key", DNA_REACTION_DIALBACK_ERROR, "remote-server-not-found", "DB-010" },
	[DNA_TROUBLE_KEY_INVALID] =
		{ "the key is invalid, and other pairs of the stream are valid", DNA_REACTION_DIALBACK_ERROR, "forbidden", "DB-011" },
	[DNA_TROUBLE_KEY_INVALID_ONLY] =
		{ "the key is invalid", DNA_REACTION_STREAM_END, NULL, "DB-011" },

	[DNA_TROUBLE_BOUNCE_REFUSED] =
		{ "the peer did not believe our key", DNA_REACTION_BOUNCE, "internal-server-error", "DB-012" },
	[DNA_TROUBLE_BOUNCE_ERROR] =
		{ "the peer could not be asked, or could not tell", DNA_REACTION_BOUNCE, "remote-server-timeout", "DB-012" },
};

/* clang-format on */

const struct dna_flow_trouble_entry *dna_flow_trouble_entry(enum dna_flow_trouble trouble)
{
	return &entries[(size_t)trouble < DNA_TROUBLES ? trouble : DNA_TROUBLE_NONE];
}
