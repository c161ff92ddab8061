/* Why a stream to an endpoint came to nothing, in words. */
#include "stream/complaint.h"
#include "stream/tcp.h"

#include "base/safe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void dna_complaint_write(char reason[DNA_REASON_MAX], const char *host, uint16_t port,
			 const char *address, const char *predicate)
{
	char sentence[2 * DNA_REASON_MAX];
	bool v6 = strchr(host, ':') != NULL;
	bool more = address != NULL && strcmp(address, host) != 0;

	snprintf(sentence, sizeof(sentence), "%s%s%s:%u%s%s%s%s%s", v6 ? "[" : "", host,
		 v6 ? "]" : "", port, more ? " (" : "", more ? address : "", more ? ")" : "",
		 predicate[0] == ':' ? "" : " ", predicate);
	dna_safe_text(reason, DNA_REASON_MAX, sentence, strlen(sentence));
}

/* Words of the peer's may be too long; what is left of them says enough. */
static void __attribute__((format(printf, 2, 3)))
say(char predicate[DNA_REASON_MAX], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(predicate, DNA_REASON_MAX, format, arguments);
	va_end(arguments);
}

void dna_complaint_silence(char predicate[DNA_REASON_MAX], enum dna_stream_state state,
			   uint64_t milliseconds)
{
	static const char *const what[] = {
		[DNA_STREAM_CONNECT] = "did not answer",
		[DNA_STREAM_CONNECTED] = "could not be spoken to",
		[DNA_STREAM_HEADER] = "took the connection and did not answer",
		[DNA_STREAM_FEATURES] = "began a stream and sent no features",
		[DNA_STREAM_PROCEED] = "did not answer <starttls/>",
		[DNA_STREAM_HANDSHAKE] = "did not finish the TLS handshake",
	};
	char seconds[DNA_SECONDS_TEXT];

	say(predicate, "%s within %s s%s", what[state], dna_seconds_write(milliseconds, seconds),
	    state == DNA_STREAM_CONNECTED ? ": whether it may be was not known yet" : "");
}

void dna_complaint_refusal(char predicate[DNA_REASON_MAX], enum dna_xml_kind kind,
			   const struct dna_element *e, const struct dna_starttls *starttls)
{
	const char *condition =
		e->condition[0] != '\0' ? e->condition : "an error without a condition";
	bool error = kind == DNA_XML_ERROR;
	bool explained = e->text[0] != '\0';

	if (kind == DNA_XML_TLS_FAILURE)
		say(predicate, "offers %s and refused it",
		    starttls->offered ? "STARTTLS" : "no STARTTLS");
	else if (starttls->asked && !starttls->offered)
		say(predicate, "offers no STARTTLS and ended the stream when asked for it%s%s",
		    error ? ": " : "", error ? condition : "");
	else if (!error)
		say(predicate, "ended the stream");
	else if (e->host[0] != '\0') /* SEC-011: whoever is in between could say that */
		say(predicate, "sent us to \"%s\" before TLS, where nobody should follow", e->host);
	else
		say(predicate, "ended the stream: %s%s%s%s", condition, explained ? " (\"" : "",
		    e->text, explained ? "\")" : "");
}
