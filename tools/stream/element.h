/*
 * The children of a stream that decide what comes next, each read into one flat record: nothing is
 * kept of an element but what is listed here.
 */
#ifndef DNA_TOOLS_STREAM_ELEMENT_H
#define DNA_TOOLS_STREAM_ELEMENT_H

#include "base/limits.h"

#include <dna/types.h>

#define DNA_NS_STREAM   "http://etherx.jabber.org/streams"
#define DNA_NS_SERVER   "jabber:server"
#define DNA_NS_CLIENT   "jabber:client"
#define DNA_NS_ERRORS   "urn:ietf:params:xml:ns:xmpp-streams"
#define DNA_NS_TLS      "urn:ietf:params:xml:ns:xmpp-tls"
#define DNA_NS_SASL     "urn:ietf:params:xml:ns:xmpp-sasl"
#define DNA_NS_STANZAS  "urn:ietf:params:xml:ns:xmpp-stanzas"
#define DNA_NS_DIALBACK "jabber:server:dialback"
#define DNA_NS_FEATURE  "urn:xmpp:features:dialback"
#define DNA_NS_PING     "urn:xmpp:ping"

#define DNA_XML_WORD_MAX 48 /* octets of a name of the peer's, and a NUL */

enum dna_xml_kind {
	DNA_XML_NOTHING = 0, /* more octets are needed */
	DNA_XML_BROKEN,      /* it cannot go on */
	DNA_XML_HEADER,
	DNA_XML_FEATURES,
	DNA_XML_STARTTLS,
	DNA_XML_PROCEED,
	DNA_XML_TLS_FAILURE,
	DNA_XML_AUTH,
	DNA_XML_CHALLENGE,
	DNA_XML_RESPONSE,
	DNA_XML_ABORT,
	DNA_XML_SUCCESS,
	DNA_XML_SASL_FAILURE,
	DNA_XML_RESULT, /* of dialback */
	DNA_XML_VERIFY,
	DNA_XML_STANZA,
	DNA_XML_ERROR, /* a stream error */
	DNA_XML_OTHER, /* a child of the stream that is none of these */
	DNA_XML_END    /* </stream:stream> */
};

/* What was found in it besides its attributes. */
enum dna_xml_flag {
	DNA_XML_OFFERS_STARTTLS = 1 << 0,
	DNA_XML_OFFERS_EXTERNAL = 1 << 1,
	DNA_XML_OFFERS_DIALBACK = 1 << 2, /* by a feature, or by the header's namespace */
	DNA_XML_OFFERS_ERRORS = 1 << 3,   /* dialback errors (DB-013) */
	DNA_XML_IS_PING = 1 << 4
};

struct dna_element {
	enum dna_xml_kind kind;
	unsigned flags;
	char name[DNA_XML_WORD_MAX]; /* local */
	char version[DNA_XML_WORD_MAX];
	char mechanism[DNA_XML_WORD_MAX];
	char type[DNA_XML_WORD_MAX];
	char condition[DNA_XML_WORD_MAX]; /* of an error or a failure */
	char from[DNA_JID_MAX + 1];       /* "" when there is none, as for all attributes */
	char to[DNA_JID_MAX + 1];
	char id[DNA_XML_ID_MAX + 1];
	char text[DNA_XML_TEXT_MAX + 1]; /* of the element, or the one that explains its error */
	char host[DNA_XML_HOST_MAX + 1]; /* that see-other-host names */
	bool in_text;                    /* what comes now belongs to the text */
	bool in_host;                    /* or to the host */
};

/*
 * Called with the child's own tag, then for each tag and text in it. Names have the namespace, a
 * space and the local name. DNA_E_LIMIT: an attribute or a text is too long.
 */
int dna_element_begin(struct dna_element *e, const char *name, const char **attributes);
void dna_element_start(struct dna_element *e, const char *name);
int dna_element_text(struct dna_element *e, const char *text, size_t size);
void dna_element_end(struct dna_element *e);

const char *dna_xml_local_name(const char *name);

#endif
