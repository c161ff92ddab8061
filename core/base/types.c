/* The word for each value of the enumerations in <dna/types.h>. */
#include <dna/types.h>

#define WORD(words, value) \
	((size_t)(value) < sizeof(words) / sizeof((words)[0]) ? (words)[(size_t)(value)] : "?")

const char *dna_service_name(enum dna_service service)
{
	static const char *const words[] = { "xmpp-client", "xmpp-server" };

	return WORD(words, service);
}

const char *dna_role_name(enum dna_role role)
{
	static const char *const words[] = { "initiating", "receiving" };

	return WORD(words, role);
}

const char *dna_tls_name(enum dna_tls tls)
{
	static const char *const words[] = { "starttls", "direct" };

	return WORD(words, tls);
}

const char *dna_outcome_name(enum dna_outcome outcome)
{
	static const char *const words[] = { "answered", "denied", "failed" };

	return WORD(words, outcome);
}

const char *dna_security_name(enum dna_security security)
{
	static const char *const words[] = { "secure", "insecure", "bogus", "indeterminate" };

	return WORD(words, security);
}

const char *dna_word_name(enum dna_word word)
{
	static const char *const words[] = { "validated", "resolver", "stated" };

	return WORD(words, word);
}

const char *dna_result_name(enum dna_result result)
{
	static const char *const words[] = { "none", "proven", "mismatch", "error", "veto" };

	return WORD(words, result);
}

const char *dna_scope_name(enum dna_scope scope)
{
	static const char *const words[] = { "pair", "endpoint", "attempt" };

	return WORD(words, scope);
}

const char *dna_verdict_name(enum dna_verdict_kind kind)
{
	static const char *const words[] = { "proven", "unproven", "weak", "undecided", "veto" };

	return WORD(words, kind);
}
