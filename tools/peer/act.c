/* What the flow wants, action by action; what it wants to be said is in say.c. */
#include "peer/peer.h"

#include <stdio.h>
#include <string.h>

/* ---- trouble ---- */

const char *dna_link_condition(const struct dna_flow_action *action)
{
	const char *condition = dna_flow_trouble_entry(action->trouble)->condition;

	return condition != NULL ? condition : "undefined-condition";
}

void dna_link_trouble(const struct dna_link *link, const char *event,
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

static void drop(struct dna_link *link)
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
	dna_buffer_clear(&link->channel->out);
	drop(link);
}

static void close_stream(struct dna_link *link)
{
	if (link->channel != NULL)
		dna_channel_end(link->channel);
	drop(link);
}

static void reject(struct dna_link *link, const struct dna_flow_action *action)
{
	const char *condition = dna_link_condition(action);

	if (link->condition != NULL && action->trouble == DNA_TROUBLE_UNEXPECTED)
		condition = link->condition;
	dna_link_trouble(link, "rejected", action, condition);
	if (link->channel == NULL)
		return;
	dna_link_say_error(link, condition);
	drop(link);
}

/* ---- pairs ---- */

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
	link->accepted = true;
}

static void bounce(struct dna_link *link, const struct dna_flow_action *action)
{
	const char *from = dna_flow_domain(&link->names, action->from);
	const char *to = dna_flow_domain(&link->names, action->to);

	dna_link_trouble(link, "bounced", action, dna_link_condition(action));
	dna_stanzas_bounce(link, from, to);
	dna_pairs_end(link, from, to, false);
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

void dna_link_act(struct dna_link *link, const struct dna_flow_action *action)
{
	const char *from = dna_flow_domain(&link->names, action->from);
	const char *to = dna_flow_domain(&link->names, action->to);

	if (link->channel != NULL && dna_link_say(link, action))
		return;
	switch (action->kind) {
	case DNA_FLOW_RESOLVE:
		dna_route_resolve(link);
		break;
	case DNA_FLOW_REDIRECT:
		dna_redirect_follow(link);
		break;
	case DNA_FLOW_CONNECT:
		dna_proofs_clear(link);
		dna_route_next(link);
		break;
	case DNA_FLOW_CLOSE:
		dna_link_trouble(link, "closed", action, NULL);
		close_stream(link);
		break;
	case DNA_FLOW_REJECT:
		reject(link, action);
		break;
	case DNA_FLOW_HANG_UP:
		dna_link_trouble(link, "closed", action, NULL);
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
		dna_callback_ask(link, to, from); /* it names them the other way round */
		break;
	case DNA_FLOW_RELEASE:
		break; /* with the claim, which is decided */
	case DNA_FLOW_TELL_VALID:
		dna_callback_answer(link->peer, action->origin, DNA_FLOW_KEY_VALID);
		break;
	case DNA_FLOW_TELL_INVALID:
		dna_callback_answer(link->peer, action->origin, DNA_FLOW_KEY_INVALID);
		break;
	case DNA_FLOW_TELL_ERROR:
		dna_callback_answer(link->peer, action->origin, DNA_FLOW_KEY_ERROR);
		break;
	case DNA_FLOW_TELL_LOST:
		dna_callback_answer(link->peer, action->origin, DNA_FLOW_CALLBACK_LOST);
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
