#include "witness.h"

#include "flow/chart.h"

#include <string.h>

typedef const struct step_seen *Seen;

static bool has(const struct dna_flow_event *event, enum dna_flow_fact fact)
{
	return (event->facts & DNA_FACT(fact)) != 0;
}

static bool is_server(Seen seen)
{
	return seen->before->machine >= DNA_FLOW_S2S_INITIATING;
}

static bool is_received(Seen seen)
{
	return seen->before->machine == DNA_FLOW_S2S_RECEIVING;
}

static bool does(Seen seen, enum dna_flow_action_kind kind)
{
	for (size_t i = 0; i < seen->actions->count; i++)
		if (seen->actions->list[i].kind == kind)
			return true;
	return false;
}

static bool names_pair(const struct dna_flow_event *event)
{
	return event->from != NOBODY && event->to != NOBODY;
}

static struct testimony *testimony_of(struct witness *witness, uint8_t from, uint8_t to)
{
	return &witness->pairs[from - 1][to - 1];
}

static enum worth required(const struct dna_flow_config *config)
{
	if (config->minimum == DNA_MINIMUM_DNA)
		return WORTH_DNA;
	if (config->minimum == DNA_MINIMUM_WEAK || !config->tls_optional)
		return WORTH_WEAK;
	return WORTH_CLEAR;
}

static enum worth worth_of_key(const struct witness *witness, enum worth callback)
{
	if (!witness->tls || callback < WORTH_WEAK)
		return WORTH_CLEAR;
	return callback;
}

/* ---- what the events prove ---- */

static void hear_of_stream(struct witness *witness, Seen seen)
{
	switch (seen->event->kind) {
	case DNA_FLOW_PROVEN:
	case DNA_FLOW_UNPROVEN:
	case DNA_FLOW_VETO:
		if (!witness->proving)
			break;
		witness->proving = 0;
		witness->worth = WORTH_NOTHING;
		if (seen->event->kind == DNA_FLOW_PROVEN)
			witness->worth = WORTH_DNA;
		if (seen->event->kind == DNA_FLOW_UNPROVEN &&
		    !has(seen->event, DNA_FACT_DNA_REQUIRED))
			witness->worth = WORTH_WEAK;
		break;
	case DNA_FLOW_AUTH:
	case DNA_FLOW_RESPONSE:
		witness->authenticated =
			witness->authenticated || does(seen, DNA_FLOW_SEND_SUCCESS);
		break;
	case DNA_FLOW_SASL_SUCCESS:
		witness->authenticated = witness->authenticated || witness->authenticating;
		witness->authenticating = 0;
		break;
	case DNA_FLOW_SASL_FAILURE:
		witness->authenticating = 0;
		break;
	default:
		break;
	}
}

static void hear_of_pair(struct witness *witness, Seen seen)
{
	const struct dna_flow_event *event = seen->event;
	struct testimony *pair = testimony_of(witness, event->from, event->to);

	switch (event->kind) {
	case DNA_FLOW_PROVEN:
		if (pair->proving)
			pair->worth = WORTH_DNA;
		pair->proving = 0;
		break;
	case DNA_FLOW_VETO:
		if (pair->proving && is_received(seen) && event->from == A)
			witness->worth = WORTH_NOTHING; /* it is the stream's own domain */
		pair->proving = 0;
		break;
	case DNA_FLOW_UNPROVEN:
		pair->proving = 0;
		break;
	case DNA_FLOW_CALLED_BACK:
		if (!pair->calling)
			break;
		pair->calling = 0;
		pair->callback = WORTH_CLEAR;
		if (has(event, DNA_FACT_CALLBACK_SECURED))
			pair->callback =
				has(event, DNA_FACT_CALLBACK_PROVEN) ? WORTH_DNA : WORTH_WEAK;
		if (has(event, DNA_FACT_SAME_CERTIFICATE) && !has(event, DNA_FACT_DNA_REQUIRED) &&
		    seen->config->same_certificate && witness->tls && pair->callback >= WORTH_WEAK)
			pair->worth = WORTH_WEAK;
		break;
	case DNA_FLOW_KEY_VALID:
		if (pair->asking)
			pair->worth = worth_of_key(witness, pair->callback) & 3;
		pair->asking = 0;
		break;
	case DNA_FLOW_KEY_INVALID:
	case DNA_FLOW_KEY_ERROR:
	case DNA_FLOW_CALLBACK_LOST:
		pair->asking = 0;
		break;
	default:
		break;
	}
}

/* ---- answers that nobody asked for ---- */

static bool is_answer(const struct dna_flow_event *event)
{
	switch (event->kind) {
	case DNA_FLOW_RESULT_VALID:
	case DNA_FLOW_RESULT_INVALID:
	case DNA_FLOW_RESULT_ERROR:
	case DNA_FLOW_VERIFY_VALID:
	case DNA_FLOW_VERIFY_INVALID:
	case DNA_FLOW_VERIFY_ERROR:
		return true;
	default:
		return false;
	}
}

static bool is_verifying(const struct witness *witness, uint32_t origin)
{
	return origin >= 1 && origin <= 2 && witness->verifying[origin - 1];
}

static bool is_solicited(struct witness *witness, Seen seen)
{
	const struct dna_flow_event *event = seen->event;

	if (is_received(seen) || !names_pair(event))
		return false;
	if (event->kind >= DNA_FLOW_VERIFY_VALID)
		return event->from == A && event->to == B && is_verifying(witness, event->origin);
	return testimony_of(witness, event->to, event->from)->asked;
}

static const char *check_unsolicited(struct witness *witness, Seen seen)
{
	const struct dna_flow_event *event = seen->event;
	bool key = event->kind >= DNA_FLOW_KEY_VALID && event->kind <= DNA_FLOW_KEY_ERROR;
	bool same = memcmp(seen->before, seen->after, sizeof(*seen->before)) == 0;

	if (!is_server(seen) || same)
		return NULL;
	if (is_answer(event) && !is_solicited(witness, seen))
		return "an answer that nobody asked for changes something"; /* DB-006 */
	if (key && !testimony_of(witness, event->from, event->to)->asking)
		return "a word about a key that nobody asked about changes something";
	return NULL;
}

/* ---- what actions may be ---- */

/* Connections begin with nothing; so does TLS (FLOW-008). */
static const char *begin(struct witness *witness, Seen seen, bool tls)
{
	if (tls && witness->tls)
		return "TLS starts twice"; /* FLOW-009 */
	memset(witness, 0, sizeof(*witness));
	witness->tls = tls;
	if (seen->after->facts != 0 || seen->after->assurance != 0)
		return "something of before is known after TLS or on another connection";
	for (size_t i = 0; i < seen->after->count; i++)
		if (seen->after->pairs[i].state != DNA_FLOW_Q1_QUEUED)
			return "a pair of before is there after TLS or on another connection";
	return NULL;
}

static const char *check_accept(struct witness *witness, Seen seen,
				const struct dna_flow_action *action)
{
	static const enum worth worths[] = { WORTH_CLEAR, WORTH_WEAK, WORTH_DNA };
	const struct testimony *pair = testimony_of(witness, action->from, action->to);
	enum worth worth = pair->worth;

	if (!is_received(seen)) {
		bool first = action->from == B && action->to == A;
		bool answered = pair->asked && seen->event->kind == DNA_FLOW_RESULT_VALID &&
				seen->event->from == action->to && seen->event->to == action->from;

		if (!answered && !(first && witness->authenticated))
			return "a pair is valid that the peer did not accept";
		/* Who the peer is was proved for the stream's target, or for this pair's. */
		worth = action->to == A ? (enum worth)witness->worth : worth;
		if (worth == WORTH_NOTHING && !witness->tls)
			worth = WORTH_CLEAR;
	} else if (action->from == A && action->to == B && witness->authenticated) {
		worth = WORTH_DNA;
	}
	if (worth < required(seen->config))
		return "a pair is accepted that is not proved well enough";
	if (worths[action->assurance] != worth)
		return "a pair is not recorded as what it is worth";
	return NULL;
}

static const char *check_delivery(struct witness *witness, Seen seen,
				  const struct dna_flow_action *action)
{
	enum worth worth = testimony_of(witness, action->from, action->to)->worth;

	if (action->from == A && action->to == B && witness->authenticated)
		worth = WORTH_DNA;
	if (worth < required(seen->config))
		return "a stanza is taken for a pair that is not proved";
	if (action->from != seen->event->from || action->to != seen->event->to)
		return "a stanza is taken for another pair";
	return NULL;
}

/* What waits is sent, and the peer is told that a pair is valid, when it is (DB-007). */
static const char *check_word(struct witness *witness, Seen seen,
			      const struct dna_flow_action *action)
{
	bool answer = action->kind == DNA_FLOW_SEND_VALID;
	uint8_t from = answer ? action->to : action->from;
	uint8_t to = answer ? action->from : action->to;
	const struct dna_flow_pair *pair = dna_flow_pair_find(seen->after, from, to);
	enum dna_flow_state valid = answer ? DNA_FLOW_P5_VALID : DNA_FLOW_Q3_VALID;

	if (pair == NULL || pair->state != valid)
		return "a pair is taken for valid that is not";
	if (!answer)
		return NULL;
	if (from == A && to == B && witness->authenticated)
		return NULL;
	return testimony_of(witness, from, to)->worth < required(seen->config)
		       ? "the peer is told of a proof that there is not"
		       : NULL;
}

static bool is_xml(enum dna_flow_action_kind kind)
{
	return kind == DNA_FLOW_REJECT ||
	       (kind >= DNA_FLOW_OPEN_STREAM && kind <= DNA_FLOW_FAIL_VERIFY);
}

/* No XML while TLS begins, nor before the verdict on a server (ERR-02, FLOW-014), nor after <success/> until
 * the peer's header is there, but for the end (FLOW-008). */
static const char *check_silence(Seen seen, enum dna_flow_action_kind kind)
{
	switch (seen->before->state) {
	case DNA_FLOW_C5_TLS:
	case DNA_FLOW_S3_TLS:
	case DNA_FLOW_I5_TLS:
	case DNA_FLOW_R3_TLS:
		return is_xml(kind) ? "XML is sent in the handshake" : NULL;
	case DNA_FLOW_C6_VERIFY:
	case DNA_FLOW_I6_VERIFY:
		return is_xml(kind) && kind != DNA_FLOW_OPEN_STREAM
			       ? "XML is sent before the verdict"
			       : NULL;
	case DNA_FLOW_R7_HEADER:
		return is_xml(kind) && kind != DNA_FLOW_REJECT &&
				       seen->event->kind != DNA_FLOW_HEADER
			       ? "XML is sent between two headers"
			       : NULL;
	default:
		return NULL;
	}
}

static const char *see_stream_action(struct witness *witness, Seen seen,
				     const struct dna_flow_action *action)
{
	bool client_verdict = seen->before->state == DNA_FLOW_C6_VERIFY ||
			      seen->before->state == DNA_FLOW_C6_ASK ||
			      seen->before->state == DNA_FLOW_I6_VERIFY;

	switch (action->kind) {
	case DNA_FLOW_CONNECT:
	case DNA_FLOW_REDIRECT:
		return begin(witness, seen, false);
	case DNA_FLOW_START_TLS:
		return begin(witness, seen, true);
	case DNA_FLOW_SEND_STARTTLS:
	case DNA_FLOW_SEND_PROCEED:
		return witness->tls ? "STARTTLS after TLS" : NULL; /* FLOW-009 */
	case DNA_FLOW_PROVE:
		witness->proving = 1;
		return NULL;
	case DNA_FLOW_OPEN_STREAM:
		if (client_verdict && witness->worth < required(seen->config))
			return "a stream is opened to a server that is not proved well enough";
		return NULL;
	case DNA_FLOW_OFFER_EXTERNAL:
		return witness->worth != WORTH_DNA ? "EXTERNAL is offered without proof" : NULL;
	case DNA_FLOW_SEND_SUCCESS:
		if (witness->worth != WORTH_DNA || !has(seen->event, DNA_FACT_COVERED))
			return "EXTERNAL succeeds without proof"; /* FLOW-016 */
		return NULL;
	case DNA_FLOW_SEND_EXTERNAL:
		witness->authenticating = 1;
		return !witness->tls ? "EXTERNAL without TLS" : NULL;
	default:
		return NULL;
	}
}

static const char *see_pair_action(struct witness *witness, Seen seen,
				   const struct dna_flow_action *action)
{
	struct testimony *pair = testimony_of(witness, action->from, action->to);

	switch (action->kind) {
	case DNA_FLOW_PROVE:
		pair->proving = 1;
		return NULL;
	case DNA_FLOW_CALL_BACK:
		pair->calling = 1;
		pair->callback = WORTH_NOTHING;
		return NULL;
	case DNA_FLOW_ASK_KEY:
		pair = testimony_of(witness, action->to, action->from);
		pair->asking = 1;
		return pair->callback == WORTH_NOTHING ? "a key is asked about without a callback"
						       : NULL;
	case DNA_FLOW_RELEASE:
		pair->calling = 0;
		pair->asking = 0;
		pair->callback = WORTH_NOTHING;
		return NULL;
	case DNA_FLOW_SEND_RESULT:
		pair->asked = 1;
		if (action->to != A && pair->worth != WORTH_DNA)
			return "another target is supposed without proof"; /* DB-015 */
		return NULL;
	case DNA_FLOW_SEND_VERIFY:
		if (action->to != A)
			return "a key is asked about where another domain was proved"; /* DB-025 */
		if (witness->verifying[action->origin - 1])
			return "a key is asked about twice";
		witness->verifying[action->origin - 1] = 1;
		return NULL;
	case DNA_FLOW_TELL_VALID:
		if (!is_verifying(witness, action->origin))
			return "a key is said to be valid that was not asked about";
		if (seen->event->kind != DNA_FLOW_VERIFY_VALID ||
		    action->origin != seen->event->origin)
			return "a key is said to be valid without such an answer";
		break;
	case DNA_FLOW_ACCEPT:
		return check_accept(witness, seen, action);
	case DNA_FLOW_DELIVER:
		return check_delivery(witness, seen, action);
	case DNA_FLOW_FLUSH:
	case DNA_FLOW_SEND_VALID:
		return check_word(witness, seen, action);
	default:
		break;
	}
	if (action->kind >= DNA_FLOW_TELL_VALID && action->kind <= DNA_FLOW_TELL_LOST &&
	    is_verifying(witness, action->origin) && action->row->event != DNA_FLOW_WANT_VERIFY)
		witness->verifying[action->origin - 1] = 0;
	return NULL;
}

static const char *see_actions(struct witness *witness, Seen seen)
{
	bool silent = false;

	for (size_t i = 0; i < seen->actions->count; i++) {
		const struct dna_flow_action *action = &seen->actions->list[i];
		bool about_pair = action->from != NOBODY && action->to != NOBODY;
		const char *wrong = check_silence(seen, action->kind);

		if (silent && is_xml(action->kind))
			wrong = "XML follows <success/>";
		silent = silent || action->kind == DNA_FLOW_SEND_SUCCESS;
		if (wrong == NULL)
			wrong = about_pair ? see_pair_action(witness, seen, action)
					   : see_stream_action(witness, seen, action);
		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

/* ---- what states may be ---- */

static bool is_idle(const struct dna_flow *flow)
{
	return flow->state == dna_flow_first_state(flow->machine);
}

/* FLOW-032 */
static const char *check_timers(const struct dna_flow *flow)
{
	bool waits = !dna_flow_ended(flow) && !dna_flow_ready(flow) && !is_idle(flow);

	if (waits != (flow->timer != 0))
		return waits ? "a stream waits without a timer" : "a timer runs for nothing";
	for (size_t i = 0; i < flow->count; i++) {
		const struct dna_flow_pair *pair = &flow->pairs[i];
		bool rests = pair->state == DNA_FLOW_P5_VALID || pair->state == DNA_FLOW_Q3_VALID ||
			     pair->state == DNA_FLOW_Q4_REFUSED;
		bool queued = pair->state == DNA_FLOW_Q1_QUEUED;

		if (queued ? !flow->timer : (pair->timer == 0) != rests)
			return "a pair waits without a timer, or rests with one";
	}
	return NULL;
}

static const char *check_pairs(const struct dna_flow *flow)
{
	static const struct dna_flow_pair none;

	if (dna_flow_ended(flow) && flow->count != 0)
		return "a pair outlives its stream";
	if (flow->count > flow->limit_pairs)
		return "there are too many pairs";
	for (size_t i = flow->count; i < DNA_FLOW_PAIRS_MAX; i++)
		if (memcmp(&flow->pairs[i], &none, sizeof(none)) != 0)
			return "something is left of a pair that is gone";
	return NULL;
}

/* A veto, and a timer, are the end of what waits. */
static const char *check_end(Seen seen)
{
	const struct dna_flow_event *event = seen->event;
	const struct dna_flow *before = seen->before, *after = seen->after;
	bool connecting =
		after->state == DNA_FLOW_C2_CONNECT || after->state == DNA_FLOW_I2_CONNECT;
	const struct dna_flow_pair *was, *is;

	if (event->kind != DNA_FLOW_VETO && event->kind != DNA_FLOW_TIMER)
		return NULL;
	if (!names_pair(event) || !is_server(seen)) {
		bool waited =
			event->kind == DNA_FLOW_TIMER
				? before->timer != 0
				: dna_flow_suspends(before) && before->state != DNA_FLOW_C6_ASK;

		return waited && !connecting && !dna_flow_ended(after)
			       ? "a veto or a timer is not the end of it"
			       : NULL;
	}
	was = dna_flow_pair_find(before, event->from, event->to);
	is = dna_flow_pair_find(after, event->from, event->to);
	if (event->kind == DNA_FLOW_VETO && is_received(seen) && is != NULL &&
	    is->state == DNA_FLOW_P5_VALID)
		return "a pair is valid after a veto"; /* POL-004 */
	if (event->origin != 0 || was == NULL || !was->timer)
		return NULL;
	if (event->kind == DNA_FLOW_VETO && was->state != DNA_FLOW_P1_CERTIFICATE &&
	    was->state != DNA_FLOW_Q1_SUPPOSE)
		return NULL;
	return is != NULL ? "a veto or a timer is not the end of a pair" : NULL;
}

static bool is_there(const struct dna_flow *flow, const struct dna_flow_pair *pair)
{
	for (size_t i = 0; i < flow->count; i++)
		if (memcmp(&flow->pairs[i], pair, sizeof(*pair)) == 0)
			return true;
	return false;
}

/* What happens to a pair happens to no other, unless the stream ends. */
static const char *check_others(Seen seen)
{
	const struct dna_flow *before = seen->before, *after = seen->after;
	const struct dna_flow_event *event = seen->event;

	if (dna_flow_ended(after) || !is_server(seen) || !names_pair(event) ||
	    event->kind == DNA_FLOW_HEADER)
		return NULL;
	for (size_t i = 0; i < before->count; i++) {
		const struct dna_flow_pair *pair = &before->pairs[i];
		bool same = pair->from == event->from && pair->to == event->to;
		bool reverse = pair->from == event->to && pair->to == event->from;

		if (!same && !reverse && !is_there(after, pair))
			return "a pair changes by what happens to another";
	}
	return NULL;
}

/* An answer, or silence, ends what was asked. */
static void settle(struct witness *witness, Seen seen)
{
	const struct dna_flow *flow = seen->after;

	for (uint8_t from = 1; from <= DOMAINS; from++)
		for (uint8_t to = 1; to <= DOMAINS; to++) {
			struct testimony *pair = testimony_of(witness, from, to);
			const struct dna_flow_pair *is = dna_flow_pair_find(flow, from, to);
			bool asked = is != NULL && is->state == DNA_FLOW_Q2_ASKED;

			if (is == NULL)
				memset(pair, 0, sizeof(*pair));
			pair->asked = pair->asked && asked;
		}
	if (dna_flow_ended(flow))
		memset(witness, 0, sizeof(*witness));
}

const char *witness_see(struct witness *witness, const struct step_seen *seen)
{
	const char *wrong = check_unsolicited(witness, seen);

	if (dna_flow_ended(seen->before))
		return NULL;
	if (names_pair(seen->event) && is_server(seen) && !is_answer(seen->event))
		hear_of_pair(witness, seen);
	else
		hear_of_stream(witness, seen);
	if (wrong == NULL)
		wrong = see_actions(witness, seen);
	if (wrong == NULL)
		wrong = check_timers(seen->after);
	if (wrong == NULL)
		wrong = check_pairs(seen->after);
	if (wrong == NULL)
		wrong = check_end(seen);
	if (wrong == NULL)
		wrong = check_others(seen);
	settle(witness, seen);
	return wrong;
}
