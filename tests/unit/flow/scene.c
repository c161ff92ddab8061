/* Scenes, and those with which many stories begin. */
#include "scene.h"

#include <string.h>

struct scene scene_begin(enum dna_flow_machine machine, struct dna_flow_config config)
{
	struct scene scene;

	dna_flow_init(&scene.flow, machine, &config);
	return scene;
}

void scene_take(struct scene *scene, const struct dna_flow_event *event)
{
	cr_assert_eq(dna_flow_step(&scene->flow, event, &scene->actions), 0);
}

const char *scene_said(const struct scene *scene)
{
	static char text[512];

	text[0] = '\0';
	for (size_t i = 0; i < scene->actions.count; i++) {
		enum dna_flow_action_kind kind = scene->actions.list[i].kind;

		if (kind == DNA_FLOW_SET_TIMER || kind == DNA_FLOW_STOP_TIMER)
			continue;
		strcat(text, text[0] != '\0' ? " " : "");
		strcat(text, dna_flow_action_name(kind));
	}
	return text;
}

const char *scene_condition(const struct scene *scene)
{
	for (size_t i = 0; i < scene->actions.count; i++) {
		const struct dna_flow_trouble_entry *entry =
			dna_flow_trouble_entry(scene->actions.list[i].trouble);

		if (entry->condition != NULL)
			return entry->condition;
	}
	return "";
}

const struct dna_flow_action *scene_action(const struct scene *scene,
					   enum dna_flow_action_kind kind)
{
	for (size_t i = 0; i < scene->actions.count; i++)
		if (scene->actions.list[i].kind == kind)
			return &scene->actions.list[i];
	cr_assert_fail("there is no %s", dna_flow_action_name(kind));
	return NULL;
}

struct scene scene_call(struct dna_flow_config config)
{
	struct scene s = scene_begin(DNA_FLOW_S2S_INITIATING, config);

	HAPPENS(s, START, "resolve", PAIR(B, A));
	HAPPENS(s, RESOLVED, "connect", .facts = 0);
	HAPPENS(s, CONNECTED, "open-stream", .facts = 0);
	HAPPENS(s, HEADER, "", .facts = FACTS_1(VERSIONED));
	HAPPENS(s, FEATURES, "send-starttls", .facts = 0);
	HAPPENS(s, PROCEED, "start-tls", .facts = 0);
	HAPPENS(s, TLS_DONE, "prove", .facts = FACTS_2(PEER_CHAIN, OWN_CHAIN));
	cr_assert_eq(scene_action(&s, DNA_FLOW_PROVE)->domain,
		     A);                       /* FLOW-004: the `to` that was wanted */
	cr_assert(dna_flow_suspends(&s.flow)); /* FLOW-014 */
	return s;
}

struct scene scene_call_ready(struct dna_flow_config config, uint64_t features)
{
	struct scene s = scene_call(config);

	HAPPENS(s, PROVEN, "record-dna open-stream", .by = 7);
	HAPPENS(s, HEADER, "", .facts = FACTS_2(VERSIONED, DIALBACK));
	scene_take(&s, &(struct dna_flow_event){ .kind = DNA_FLOW_FEATURES, .facts = features });
	return s;
}

struct scene scene_called(struct dna_flow_config config, uint64_t chain)
{
	struct scene s = scene_begin(DNA_FLOW_S2S_RECEIVING, config);

	HAPPENS(s, START, "", .facts = 0);
	HAPPENS(s, HEADER, "send-header send-features", .facts = FACTS_2(VERSIONED, HOSTED));
	HAPPENS(s, STARTTLS, "send-proceed start-tls", .facts = 0);
	HAPPENS(s, TLS_DONE, "", .facts = chain);
	scene_take(&s, &(struct dna_flow_event){ .kind = DNA_FLOW_HEADER,
						 .facts = FACTS_2(VERSIONED, HOSTED),
						 PAIR(A, B) });
	return s;
}

struct scene scene_asserted(struct dna_flow_config config)
{
	struct scene s = scene_called(config, 0);

	HAPPENS(s, RESULT, "call-back", .facts = FACTS_1(HOSTED), PAIR(A, B));
	return s;
}

bool scene_carries(const struct scene *scene, uint8_t from, uint8_t to)
{
	return dna_flow_pair_valid(&scene->flow, from, to);
}

struct scene scene_accepted(struct dna_flow_config config)
{
	struct scene s = scene_called(config, FACTS_1(PEER_CHAIN));

	HAPPENS(s, PROVEN, "record-dna offer-external", .by = 2);
	HAPPENS(s, AUTH, "record-dna accept send-success", .facts = FACTS_2(RESPONSE, COVERED));
	HAPPENS(s, HEADER, "send-header send-features hand-over",
		.facts = FACTS_2(VERSIONED, HOSTED), PAIR(A, B));
	return s;
}
