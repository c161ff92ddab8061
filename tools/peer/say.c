/* What is said to the peer, because the flow wants it. */
#include "peer/peer.h"
#include "stream/sasl.h"
#include "stream/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static struct dna_buffer *out_of(struct dna_link *link)
{
	return &link->channel->out;
}

/* ---- TLS ---- */

static const struct dna_identity *identity_of(const struct dna_peer *peer, const char *ascii)
{
	const struct dna_peer_domain *domain = ascii != NULL ? dna_peer_domain(peer, ascii) : NULL;

	return domain != NULL ? domain->identity : NULL;
}

/* FLOW-012: SNI, else `to` in clear, else any. */
static const struct dna_identity *choose(void *argument, const char *sni)
{
	const struct dna_link *link = argument;
	const struct dna_identity *identity = identity_of(link->peer, sni);

	if (identity == NULL)
		identity = identity_of(link->peer, link->wanted);
	for (size_t i = 0; identity == NULL && i < link->peer->domain_count; i++)
		identity = link->peer->domains[i].identity;
	return identity;
}

static void start_tls(struct dna_link *link)
{
	bool initiating = link->role == DNA_INITIATING;
	bool presents = initiating && !link->peer->settings.no_certificate;
	const struct dna_session_options options = {
		.role = link->role,
		.alpn = !initiating || link->tls == DNA_DIRECT_TLS ? "xmpp-server" : NULL,
		.sni = dna_flow_domain(&link->names, link->flow.to),
		.identity = presents ? identity_of(link->peer,
						   dna_flow_domain(&link->names, link->flow.from))
				     : NULL,
		.choose = choose,
		.argument = link,
	};

	if (link->channel != NULL && dna_channel_secure(link->channel, &options) != 0)
		dna_link_note(link, "failed", DNA_BAD, NULL, "GnuTLS refused to begin");
}

/* ---- elements ---- */

static void open_stream(struct dna_link *link)
{
	char from[DNA_DOMAINPART_MAX + 1], to[DNA_DOMAINPART_MAX + 1];
	const struct dna_header header = {
		.service = DNA_XMPP_SERVER,
		.to = dna_link_unicode(link, link->flow.to, to),
		.from = dna_link_unicode(link, link->flow.from, from),
		.dialback = true,
	};

	if (link->channel->header_sent && dna_channel_restart(link->channel) != 0)
		return;
	dna_channel_open(link->channel, &header);
}

static void make_id(char id[DNA_PEER_ID_SIZE])
{
	uint8_t random[(DNA_PEER_ID_SIZE - 1) / 2] = { 0 };

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		abort(); /* an id that can be guessed is worse than none */
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(id + 2 * i, 3, "%02x", random[i]);
}

/* FLOW-007: a fresh id with each header. */
static void send_header(struct dna_link *link)
{
	char from[DNA_DOMAINPART_MAX + 1] = "";
	const struct dna_peer_domain *domain = dna_peer_domain(link->peer, link->wanted);
	const struct dna_header header = {
		.service = DNA_XMPP_SERVER,
		.from = domain != NULL ? domain->unicode : NULL,
		.to = link->hint[0] != '\0' &&
				      dna_domain_prepare(link->hint, (char[256]){ 0 }, from) == 0
			      ? from
			      : NULL,
		.id = link->id,
		.dialback = true,
	};

	make_id(link->id);
	dna_channel_open(link->channel, &header);
}

static void send_features(struct dna_link *link, unsigned flags)
{
	bool secured = link->channel->secured;

	if (link->peer->settings.flow.dialback)
		flags |= DNA_XML_OFFERS_DIALBACK;
	dna_write_features(out_of(link), flags | (secured ? 0 : DNA_XML_OFFERS_STARTTLS));
}

static void send_external(struct dna_link *link)
{
	char domain[DNA_DOMAINPART_MAX + 1], text[DNA_SASL_TEXT_MAX + 1];

	dna_link_unicode(link, link->flow.from, domain);
	if (dna_sasl_write(domain, text) == 0)
		dna_write_sasl(out_of(link), "auth", "EXTERNAL", text);
	dna_link_note(link, "external", DNA_PLAIN, NULL, "authenticating as %s", domain);
}

/* ---- dialback ---- */

static void write_dialback(struct dna_link *link, const struct dna_flow_action *action,
			   struct dna_dialback dialback)
{
	char from[DNA_DOMAINPART_MAX + 1], to[DNA_DOMAINPART_MAX + 1];

	dialback.from = dna_link_unicode(link, action->from, from);
	dialback.to = dna_link_unicode(link, action->to, to);
	dna_write_dialback(out_of(link), &dialback);
}

static void send_result(struct dna_link *link, const struct dna_flow_action *action)
{
	const struct dna_bytes secret = dna_secret_bytes(&link->peer->secret);
	const char *from = dna_flow_domain(&link->names, action->from);
	const char *to = dna_flow_domain(&link->names, action->to);
	char key[DNA_DIALBACK_KEY_SIZE];

	if (dna_dialback_key(key, secret, to, from, link->id) == 0)
		write_dialback(link, action, (struct dna_dialback){ .name = "result", .key = key });
	dna_link_note(link, "dialback", DNA_PLAIN, json_pack("{s:s, s:s}", "from", from, "to", to),
		      "asking to be taken for %s by %s", from, to);
}

static void answer_result(struct dna_link *link, const struct dna_flow_action *action,
			  const char *type, const char *condition)
{
	write_dialback(
		link, action,
		(struct dna_dialback){ .name = "result", .type = type, .condition = condition });
}

static void send_error(struct dna_link *link, const struct dna_flow_action *action)
{
	answer_result(link, action, "error", dna_link_condition(action));
	dna_link_trouble(link, "refused", action, dna_link_condition(action));
}

/* About the key that came on another stream, by the id that it had then (DB-003, DB-005). */
static void send_verify(struct dna_link *link, const struct dna_flow_action *action)
{
	const struct dna_claim *claim = dna_claim_find(link->peer, action->origin);

	if (claim == NULL)
		return; /* it is decided: nobody waits for the answer */
	write_dialback(
		link, action,
		(struct dna_dialback){ .name = "verify", .id = claim->id, .key = claim->key });
	dna_link_note(link, "verify", DNA_PLAIN,
		      json_pack("{s:i}", "about", (int)claim->link->number),
		      "asking %s about the key of stream %u", claim->from, claim->link->number);
}

static void answer_verify(struct dna_link *link, const struct dna_flow_action *action)
{
	const struct dna_bytes secret = dna_secret_bytes(&link->peer->secret);
	const struct dna_element *e = &link->channel->xml.element;
	const char *own = dna_flow_domain(&link->names, action->from);
	bool hosted = own != NULL && dna_peer_domain(link->peer, own) != NULL;
	struct dna_dialback answer = { .name = "verify", .id = e->id, .type = "invalid" };

	switch (dna_dialback_answer(secret, hosted, e->from, e->to, e->id, e->text)) {
	case DNA_DIALBACK_VALID:
		answer.type = "valid";
		break;
	case DNA_DIALBACK_NOT_HOSTED:
		answer.type = "error";
		answer.condition = "item-not-found";
		break;
	case DNA_DIALBACK_INVALID:
		break;
	}
	write_dialback(link, action, answer);
	dna_link_note(
		link, "key", strcmp(answer.type, "valid") == 0 ? DNA_GOOD : DNA_BAD,
		json_pack("{s:s, s:s, s:s}", "from", e->from, "to", e->to, "type", answer.type),
		"%s asks whether a key is of %s: %s", e->from, e->to, answer.type);
}

static void fail_verify(struct dna_link *link, const struct dna_flow_action *action)
{
	const struct dna_element *e = &link->channel->xml.element;

	write_dialback(link, action,
		       (struct dna_dialback){ .name = "verify",
					      .id = e->id,
					      .type = "error",
					      .condition = dna_link_condition(action) });
	dna_link_trouble(link, "refused", action, dna_link_condition(action));
}

/* ---- all of it ---- */

/* What is said to the peer; without a connection there is nobody to say it to. */
bool dna_link_say(struct dna_link *link, const struct dna_flow_action *action)
{
	switch (action->kind) {
	case DNA_FLOW_OPEN_STREAM:
		open_stream(link);
		break;
	case DNA_FLOW_SEND_HEADER:
		send_header(link);
		break;
	case DNA_FLOW_SEND_FEATURES:
		send_features(link, 0);
		break;
	case DNA_FLOW_OFFER_EXTERNAL:
		send_features(link, DNA_XML_OFFERS_EXTERNAL);
		break;
	case DNA_FLOW_SEND_STARTTLS:
		dna_buffer_text(out_of(link), DNA_SAY_STARTTLS);
		break;
	case DNA_FLOW_SEND_PROCEED:
		dna_write_tls(out_of(link), "proceed");
		break;
	case DNA_FLOW_SEND_EXTERNAL:
		send_external(link);
		break;
	case DNA_FLOW_SEND_CHALLENGE:
		dna_write_sasl(out_of(link), "challenge", NULL, NULL);
		break;
	case DNA_FLOW_SEND_SUCCESS:
		dna_write_sasl(out_of(link), "success", NULL, NULL);
		dna_link_note(link, "external", DNA_GOOD, NULL, "the certificate is enough");
		dna_channel_restart(link->channel);
		break;
	case DNA_FLOW_FAIL_SASL:
		dna_write_sasl_failure(out_of(link), dna_link_condition(action));
		dna_link_trouble(link, "refused", action, dna_link_condition(action));
		break;
	case DNA_FLOW_SEND_RESULT:
		send_result(link, action);
		break;
	case DNA_FLOW_SEND_VALID:
		answer_result(link, action, "valid", NULL);
		break;
	case DNA_FLOW_SEND_INVALID:
		answer_result(link, action, "invalid", NULL);
		break;
	case DNA_FLOW_SEND_ERROR:
		send_error(link, action);
		break;
	case DNA_FLOW_SEND_VERIFY:
		send_verify(link, action);
		break;
	case DNA_FLOW_ANSWER_VERIFY:
		answer_verify(link, action);
		break;
	case DNA_FLOW_FAIL_VERIFY:
		fail_verify(link, action);
		break;
	case DNA_FLOW_PROVE:
		dna_proof_begin(link, action);
		break;
	case DNA_FLOW_DELIVER:
		dna_stanzas_take(link, &link->channel->xml.element);
		break;
	case DNA_FLOW_START_TLS:
		start_tls(link);
		break;
	default:
		return false;
	}
	return true;
}

void dna_link_say_error(struct dna_link *link, const char *condition)
{
	if (!link->channel->header_sent && link->role == DNA_RECEIVING)
		send_header(link);
	else if (!link->channel->header_sent)
		open_stream(link);
	dna_write_error(out_of(link), condition, NULL);
}
