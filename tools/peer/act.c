/* What the flow wants, action by action. */
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

static const char *condition_of(const struct dna_flow_action *action)
{
	const char *condition = dna_flow_trouble_entry(action->trouble)->condition;

	return condition != NULL ? condition : "undefined-condition";
}

static void note_trouble(const struct dna_link *link, const char *event,
			 const struct dna_flow_action *action, const char *condition)
{
	const struct dna_flow_trouble_entry *entry = dna_flow_trouble_entry(action->trouble);

	if (action->trouble == DNA_TROUBLE_NONE) {
		dna_link_note(link, event, DNA_PLAIN, NULL, "orderly");
		return;
	}
	dna_link_note(link, event, DNA_BAD,
		      json_pack("{s:s*, s:s, s:s}", "condition", condition, "situation",
				entry->situation, "rules", entry->rules),
		      "%s%s%s [%s]", condition != NULL ? condition : "",
		      condition != NULL ? ": " : "", entry->situation, entry->rules);
}

/* ---- connections ---- */

void dna_link_drop(struct dna_link *link)
{
	if (link->channel == NULL)
		return;
	dna_channel_free(link->closing);
	link->closing = link->channel;
	link->channel = NULL;
	dna_channel_close(link->closing, link->now);
}

static void hang_up(struct dna_link *link)
{
	if (link->channel == NULL)
		return;
	dna_buffer_clear(out_of(link));
	dna_link_drop(link);
}

static void close_stream(struct dna_link *link)
{
	if (link->channel != NULL && link->channel->header_sent)
		dna_buffer_text(out_of(link), DNA_SAY_END);
	dna_link_drop(link);
}

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
	dna_write_header(out_of(link), &header);
	link->channel->header_sent = true;
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
	dna_write_header(out_of(link), &header);
	link->channel->header_sent = true;
}

static void send_features(struct dna_link *link, unsigned flags)
{
	bool secured = link->channel->secured;

	if (link->peer->settings.flow.dialback)
		flags |= DNA_XML_OFFERS_DIALBACK;
	dna_write_features(out_of(link), flags | (secured ? 0 : DNA_XML_OFFERS_STARTTLS));
}

static void reject(struct dna_link *link, const struct dna_flow_action *action)
{
	const char *condition = condition_of(action);

	if (link->condition != NULL && action->trouble == DNA_TROUBLE_UNEXPECTED)
		condition = link->condition;
	note_trouble(link, "rejected", action, condition);
	if (link->channel == NULL)
		return;
	if (!link->channel->header_sent && link->role == DNA_RECEIVING)
		send_header(link);
	else if (!link->channel->header_sent)
		open_stream(link);
	dna_write_error(out_of(link), condition, NULL);
	dna_link_drop(link);
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
	const struct dna_bytes secret = { link->peer->secret, sizeof(link->peer->secret) };
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
	answer_result(link, action, "error", condition_of(action));
	note_trouble(link, "refused", action, condition_of(action));
}

/* About the key that came on another stream, by that stream's id. */
static void send_verify(struct dna_link *link, const struct dna_flow_action *action)
{
	const struct dna_link *origin = dna_peer_link(link->peer, action->origin);
	const char *from = dna_flow_domain(&link->names, action->from);
	const char *to = dna_flow_domain(&link->names, action->to);

	if (origin == NULL)
		return;
	for (const struct dna_claim *claim = origin->claims; claim != NULL; claim = claim->next)
		if (strcmp(claim->from, to) == 0 && strcmp(claim->to, from) == 0) {
			write_dialback(link, action,
				       (struct dna_dialback){ .name = "verify",
							      .id = origin->id,
							      .key = claim->key });
			break;
		}
	dna_link_note(link, "verify", DNA_PLAIN, json_pack("{s:i}", "about", (int)origin->number),
		      "asking %s about the key of stream %u", to, origin->number);
}

static void answer_verify(struct dna_link *link, const struct dna_flow_action *action)
{
	const struct dna_bytes secret = { link->peer->secret, sizeof(link->peer->secret) };
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
					      .condition = condition_of(action) });
	note_trouble(link, "refused", action, condition_of(action));
}

/* ---- pairs ---- */

static void tell_other(struct dna_link *link, uint32_t number, enum dna_flow_event_kind kind,
		       const struct dna_flow_action *action, uint32_t origin)
{
	struct dna_message message = { .kind = kind, .origin = origin };

	snprintf(message.from, sizeof(message.from), "%s",
		 dna_flow_domain(&link->names, action->from));
	snprintf(message.to, sizeof(message.to), "%s", dna_flow_domain(&link->names, action->to));
	dna_message_post(link->peer, number, &message);
}

static void accept_pair(struct dna_link *link, const struct dna_flow_action *action)
{
	const char *from = dna_flow_domain(&link->names, action->from);
	const char *to = dna_flow_domain(&link->names, action->to);

	dna_link_note(link, "accepted", DNA_GOOD,
		      json_pack("{s:s, s:s, s:s}", "from", from, "to", to, "assurance",
				dna_assurance_name(action->assurance)),
		      "stanzas may flow from %s to %s (%s: %s)", from, to,
		      link->role == DNA_RECEIVING ? from : to,
		      dna_assurance_name(action->assurance));
	if (link->role == DNA_INITIATING)
		dna_pairs_end(link, from, to, true);
}

static void bounce(struct dna_link *link, const struct dna_flow_action *action)
{
	const char *from = dna_flow_domain(&link->names, action->from);
	const char *to = dna_flow_domain(&link->names, action->to);

	note_trouble(link, "bounced", action, condition_of(action));
	dna_pairs_bounce(link, from, to);
	dna_pairs_end(link, from, to, false);
}

static void release(struct dna_link *link, const struct dna_flow_action *action)
{
	const char *from = dna_flow_domain(&link->names, action->from);
	const char *to = dna_flow_domain(&link->names, action->to);
	const struct dna_link *callback = dna_callback_of(link, from, to);

	if (callback != NULL)
		dna_message_post(link->peer, callback->number,
				 &(struct dna_message){ .kind = DNA_FLOW_LEAVE });
}

static void ask_key(struct dna_link *link, const struct dna_flow_action *action)
{
	const char *from = dna_flow_domain(&link->names, action->from);
	const char *to = dna_flow_domain(&link->names, action->to);
	const struct dna_link *callback = dna_callback_of(link, to, from);

	if (callback != NULL)
		tell_other(link, callback->number, DNA_FLOW_WANT_VERIFY, action, link->number);
}

/* ---- timers ---- */

static struct dna_link_timer *find_timer(struct dna_link *link,
					 const struct dna_flow_action *action)
{
	struct dna_link_timer *free_one = NULL;

	for (size_t i = 0; i < sizeof(link->timers) / sizeof(link->timers[0]); i++) {
		struct dna_link_timer *timer = &link->timers[i];

		if (timer->deadline == 0)
			free_one = timer;
		else if (timer->from == action->from && timer->to == action->to &&
			 timer->origin == action->origin)
			return timer;
	}
	return free_one;
}

static void set_timer(struct dna_link *link, const struct dna_flow_action *action)
{
	struct dna_link_timer *timer = find_timer(link, action);

	if (timer == NULL)
		return;
	*timer = (struct dna_link_timer){ action->from, action->to, action->origin, 0 };
	if (action->kind == DNA_FLOW_SET_TIMER)
		timer->deadline =
			link->now + dna_flow_timer_seconds(action->timer) * UINT64_C(1000);
}

/* ---- all of them ---- */

/* What is said to the peer; without a connection there is nobody to say it to. */
static bool say(struct dna_link *link, const struct dna_flow_action *action)
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
		dna_write_sasl_failure(out_of(link), condition_of(action));
		note_trouble(link, "refused", action, condition_of(action));
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
		dna_pairs_stanza(link, &link->channel->xml.element);
		break;
	case DNA_FLOW_START_TLS:
		start_tls(link);
		break;
	default:
		return false;
	}
	return true;
}

void dna_link_act(struct dna_link *link, const struct dna_flow_action *action)
{
	const char *from = dna_flow_domain(&link->names, action->from);
	const char *to = dna_flow_domain(&link->names, action->to);

	if (link->channel != NULL && say(link, action))
		return;
	switch (action->kind) {
	case DNA_FLOW_RESOLVE:
		dna_route_resolve(link);
		break;
	case DNA_FLOW_CONNECT:
		dna_proofs_clear(link);
		dna_route_next(link);
		break;
	case DNA_FLOW_CLOSE:
		note_trouble(link, "closed", action, NULL);
		close_stream(link);
		break;
	case DNA_FLOW_REJECT:
		reject(link, action);
		break;
	case DNA_FLOW_HANG_UP:
		note_trouble(link, "closed", action, NULL);
		hang_up(link);
		break;
	case DNA_FLOW_SET_TIMER:
	case DNA_FLOW_STOP_TIMER:
		set_timer(link, action);
		break;
	case DNA_FLOW_ACCEPT:
		accept_pair(link, action);
		break;
	case DNA_FLOW_FLUSH:
		dna_pairs_flush(link, from, to);
		break;
	case DNA_FLOW_BOUNCE:
		bounce(link, action);
		break;
	case DNA_FLOW_OTHER_STREAM:
		dna_pairs_elsewhere(link, from, to);
		break;
	case DNA_FLOW_CALL_BACK:
		dna_callback_begin(link, from, to);
		break;
	case DNA_FLOW_ASK_KEY:
		ask_key(link, action);
		break;
	case DNA_FLOW_RELEASE:
		release(link, action);
		break;
	case DNA_FLOW_TELL_VALID:
		tell_other(link, action->origin, DNA_FLOW_KEY_VALID, action, 0);
		break;
	case DNA_FLOW_TELL_INVALID:
		tell_other(link, action->origin, DNA_FLOW_KEY_INVALID, action, 0);
		break;
	case DNA_FLOW_TELL_ERROR:
		tell_other(link, action->origin, DNA_FLOW_KEY_ERROR, action, 0);
		break;
	case DNA_FLOW_TELL_LOST:
		tell_other(link, action->origin, DNA_FLOW_CALLBACK_LOST, action, 0);
		break;
	case DNA_FLOW_IGNORE:
		dna_link_note(link, "ignored", DNA_DOUBTFUL, NULL,
			      "<%s/> that nobody asked for [%s]",
			      link->channel != NULL ? link->channel->xml.element.name : "?",
			      action->row->rules);
		break;
	default:
		break; /* recorded by the flow, or for applications with users */
	}
}
