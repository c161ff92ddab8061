/*
 * The XML side of a stream before TLS: what the peer has said so far. Everything here is
 * unauthenticated and forgotten once TLS is there (FLOW-008); nothing but the bounds and the way to
 * TLS is taken from it.
 */
#ifndef DNA_TOOLS_STREAM_XML_H
#define DNA_TOOLS_STREAM_XML_H

#include "base/buffer.h"

#include <dna/error.h>
#include <dna/types.h>

#include <expat.h>

#define DNA_XML_SIZE_MAX  (16 * 1024) /* octets before TLS */
#define DNA_XML_DEPTH_MAX 8
#define DNA_XML_WORD_MAX  48  /* octets of a name of the peer's */
#define DNA_XML_TEXT_MAX  128 /* octets of a text of the peer's */

/* A child of the stream; what it is decides what comes next. */
enum dna_xml_child {
	DNA_XML_NONE,
	DNA_XML_FEATURES,
	DNA_XML_PROCEED,
	DNA_XML_FAILURE,
	DNA_XML_ERROR
};

struct dna_xml {
	XML_Parser parser;
	enum dna_service service;
	size_t size;
	unsigned depth;
	enum dna_xml_child child; /* the one that is being read */
	bool in_text;

	/* What was said so far. */
	bool header;
	bool features_follow; /* its version has features */
	bool features;
	bool offers_starttls;
	bool proceed;
	bool refused;
	bool error; /* a stream error: |condition|, |text| */
	bool ended;
	size_t end; /* how many octets there are up to the end of <proceed/> or </stream:stream> */
	char condition[DNA_XML_WORD_MAX];
	char text[DNA_XML_TEXT_MAX];

	char namespace[DNA_XML_WORD_MAX]; /* the default namespace of the stream */
	char begin[DNA_XML_WORD_MAX];     /* the first octets */
	size_t begin_size;
	char complaint[256]; /* what is wrong: "answered something that is not XML: ..."; words as
				they came */
};

int dna_xml_init(struct dna_xml *xml, enum dna_service service);
void dna_xml_clear(struct dna_xml *xml);

/* Read on. DNA_E_SYNTAX, DNA_E_LIMIT: |complaint| says what is wrong with it, and nothing more may
 * be fed. */
int dna_xml_feed(struct dna_xml *xml, const char *data, size_t size);

/* Append our stream header. */
int dna_xml_write_header(struct dna_buffer *out, enum dna_service service, const char *to,
			 const char *from);
#define DNA_XML_STARTTLS "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define DNA_XML_END      "</stream:stream>"

#endif
