/* The few elements that we say, each appended to a buffer; whatever comes from elsewhere is escaped.
 * A failure stays with the buffer (core/base/buffer.h). */
#ifndef DNA_TOOLS_STREAM_WRITE_H
#define DNA_TOOLS_STREAM_WRITE_H

#include "base/buffer.h"

#define DNA_SAY_STARTTLS "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define DNA_SAY_END      "</stream:stream>"

/* Any of the texts may be NULL: it is left out. */
struct dna_header {
	enum dna_service service;
	const char *to, *from, *id;
	bool dialback; /* declare its namespace */
};
void dna_write_header(struct dna_buffer *out, const struct dna_header *header);
/* |flags|: enum dna_xml_flag. STARTTLS is required where it is offered. */
void dna_write_features(struct dna_buffer *out, unsigned flags);
/* <proceed/>, <failure/> of TLS. */
void dna_write_tls(struct dna_buffer *out, const char *name);
/* <auth/>, <challenge/>, <response/>, <success/> with a text or without. */
void dna_write_sasl(struct dna_buffer *out, const char *name, const char *mechanism,
		    const char *text);
void dna_write_sasl_failure(struct dna_buffer *out, const char *condition);

/* <db:result/>, <db:verify/>: a request has a |key|, an answer a |type|, of "error" with a
 * |condition|. */
struct dna_dialback {
	const char *name; /* "result", "verify" */
	const char *from, *to, *id;
	const char *key;
	const char *type;
	const char *condition;
};
void dna_write_dialback(struct dna_buffer *out, const struct dna_dialback *dialback);

void dna_write_ping(struct dna_buffer *out, const char *from, const char *to, const char *id);
/* <iq type='result'/>, or 'error' with |condition|. */
void dna_write_answer(struct dna_buffer *out, const char *from, const char *to, const char *id,
		      const char *condition);

/* <stream:error/> and the end of the stream. |text|: may be NULL. */
void dna_write_error(struct dna_buffer *out, const char *condition, const char *text);

#endif
