/* A scene: a flow, and the actions of its last step. Stories are told as events, each with what comes
 * of it; those with which many stories begin are here. */
#ifndef DNA_TESTS_FLOW_SCENE_H
#define DNA_TESTS_FLOW_SCENE_H

#include "alphabet.h"

#include <criterion/criterion.h>

struct scene {
	struct dna_flow flow;
	struct dna_flow_actions actions;
};

#define FACTS_1(a)       DNA_FACT(DNA_FACT_##a)
#define FACTS_2(a, b)    (FACTS_1(a) | FACTS_1(b))
#define FACTS_3(a, b, c) (FACTS_2(a, b) | FACTS_1(c))
#define PAIR(f, t)       .from = f, .to = t

#define WEAK                                 \
	((struct dna_flow_config){           \
		.minimum = DNA_MINIMUM_WEAK, \
		.dialback = true,            \
		.same_certificate = true,    \
	})
#define STRICT ((struct dna_flow_config){ .minimum = DNA_MINIMUM_DNA, .dialback = true })

/* Hand in an event; the application has to be told |expected|. */
#define HAPPENS(scene, event_, expected, ...)                                                      \
	do {                                                                                       \
		const struct dna_flow_event happens_ = { .kind = DNA_FLOW_##event_, __VA_ARGS__ }; \
		scene_take(&(scene), &happens_);                                                   \
		cr_assert_str_eq(scene_said(&(scene)), expected);                                  \
	} while (0)
#define IS_IN(scene, state_)                                    \
	cr_assert_str_eq(dna_flow_state_name(scene.flow.state), \
			 dna_flow_state_name(DNA_FLOW_##state_))

struct scene scene_begin(enum dna_flow_machine machine, struct dna_flow_config config);
void scene_take(struct scene *scene, const struct dna_flow_event *event);
/* "resolve connect": what the application was told, but for timers. */
const char *scene_said(const struct scene *scene);
/* The condition that the peer, or who waits, is told. */
const char *scene_condition(const struct scene *scene);
/* The first action of that kind; there has to be one. */
const struct dna_flow_action *scene_action(const struct scene *scene,
					   enum dna_flow_action_kind kind);
bool scene_carries(const struct scene *scene, uint8_t from, uint8_t to);

/* B opens a stream to A, and TLS is there. */
struct scene scene_call(struct dna_flow_config config);
/* Then A is proved, and its header and features are there. */
struct scene scene_call_ready(struct dna_flow_config config, uint64_t features);
/* A has called B; TLS is there, and A's header. */
struct scene scene_called(struct dna_flow_config config, uint64_t chain);
/* Without a certificate that proves it, and A has asked for dialback. */
struct scene scene_asserted(struct dna_flow_config config);
/* With one, and A is accepted by B. */
struct scene scene_accepted(struct dna_flow_config config);

#endif
