/* Why a stream to an endpoint came to nothing, in words. */
#include "stream/complaint.h"
#include "stream/tcp.h"

#include "base/safe.h"

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

	snprintf(predicate, DNA_REASON_MAX, "%s within %s s%s", what[state],
		 dna_seconds_write(milliseconds, seconds),
		 state == DNA_STREAM_CONNECTED ? ": whether it may be was not known yet" : "");
}
