/*
 * One direction of an XML stream, as the peer sends it: octets in, one event at a time out, so that
 * nothing is read before what precedes it was acted upon. Bounded, and without anything that XMPP
 * has no use for (RFC 6120 section 11.1).
 */
#ifndef DNA_TOOLS_STREAM_XML_H
#define DNA_TOOLS_STREAM_XML_H

#include "stream/element.h"

#include <dna/error.h>

#include <expat.h>

struct dna_xml {
	XML_Parser parser;
	enum dna_service service;
	enum dna_role role; /* ours */
	size_t size;        /* octets that were fed */
	size_t begin;       /* where what is being read began: the header, a child */
	size_t end;         /* of the last event */
	unsigned depth;
	bool suspended;
	enum dna_xml_kind event; /* the next */
	bool header;             /* there was one */
	bool ended;
	struct dna_element element; /* of the last event */

	char namespace[DNA_XML_WORD_MAX]; /* the default one of the stream */
	bool dialback;                    /* that namespace is declared */
	char first[DNA_XML_WORD_MAX];     /* the first octets */
	size_t first_size;
	const char *condition; /* the stream error that answers what is broken */
	char complaint[256];   /* "answered something that is not XML: ...", words as they came */
};

int dna_xml_init(struct dna_xml *xml, enum dna_service service, enum dna_role role);
void dna_xml_clear(struct dna_xml *xml);

/* After DNA_XML_NOTHING only. */
void dna_xml_feed(struct dna_xml *xml, const char *data, size_t size);
/* The next event, with |element|. After DNA_XML_BROKEN and DNA_XML_END there is none. */
enum dna_xml_kind dna_xml_next(struct dna_xml *xml);
/* Whether octets were fed that come after the last event. */
bool dna_xml_has_more(const struct dna_xml *xml);

#endif
