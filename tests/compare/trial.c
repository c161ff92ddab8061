/* Trials, drawn by lot. */
#include "trial.h"

#include <openssl/sha.h>

#include <stdio.h>
#include <string.h>

static bool chance(size_t percent)
{
	return world_draw(100) < percent;
}

/* ---- What is presented ---- */

/* A certificate of |subject|: more often than not the plain one, which is the first. */
static size_t draw_authority(const struct world *world, enum world_party subject)
{
	size_t found[32], count = 0;

	for (size_t i = 0; i < world->authorities && count < 32; i++)
		if (world->certificates[i].subject == subject)
			found[count++] = i;
	return found[chance(55) ? 0 : world_draw(count)];
}

/* A leaf and those above it, as far as they go. */
static void present_chain(struct trial *trial)
{
	const struct world *world = trial->world;
	size_t last = world->authorities + world_draw(world->count - world->authorities);

	if (chance(2))
		last = world->count - 1; /* a host by a host */
	trial->presented[0] = last;
	trial->presented_count = 1;
	if (last == world->count - 1)
		trial->presented[trial->presented_count++] = last = world->hosts_of_hosts;
	while (world->certificates[last].issuer != NOBODY &&
	       world->certificates[last].issuer != world->certificates[last].subject &&
	       trial->presented_count < 5 && !chance(5)) {
		last = draw_authority(world, world->certificates[last].issuer);
		trial->presented[trial->presented_count++] = last;
	}
}

static void insert(struct trial *trial, size_t at, size_t certificate)
{
	if (trial->presented_count == PRESENTED_MAX)
		return;
	memmove(&trial->presented[at + 1], &trial->presented[at],
		(trial->presented_count - at) * sizeof(size_t));
	trial->presented[at] = certificate;
	trial->presented_count++;
}

static void disorder(struct trial *trial)
{
	size_t count = trial->presented_count, a, b, swapped;

	if (count > 1 && chance(25))
		trial->presented_count = --count; /* the trust anchor, often */
	if (count > 2 && chance(20)) {
		a = 1 + world_draw(count - 1);
		b = 1 + world_draw(count - 1);
		swapped = trial->presented[a];
		trial->presented[a] = trial->presented[b];
		trial->presented[b] = swapped;
	}
	while (chance(25)) {
		const struct world *world = trial->world;
		size_t below = chance(80) ? world->authorities : world->count;

		insert(trial, 1 + world_draw(trial->presented_count), world_draw(below));
	}
}

/* ---- What the records say ---- */

/* Something that a record may be about: mostly what is presented, or stands above it. */
static size_t draw_subject(const struct trial *trial, uint8_t usage)
{
	const struct world *world = trial->world;
	bool about_leaf = usage == 1 || usage == 3;

	if (chance(about_leaf ? 70 : 10))
		return trial->presented[0];
	if (chance(60))
		return trial->presented[world_draw(trial->presented_count)];
	return world_draw(chance(80) ? world->authorities : world->count);
}

static uint8_t draw_number(uint8_t below)
{
	if (chance(96))
		return (uint8_t)world_draw(below);
	return chance(50) ? 255 : below;
}

static void damage(struct record *record)
{
	size_t kind = world_draw(4);

	record->damaged = true;
	if (kind == 0 && record->size > 0)
		record->data[world_draw(record->size)] ^= (uint8_t)(1u << world_draw(8));
	else if (kind == 1)
		record->size = world_draw(record->size + 1);
	else if (kind == 2 && record->size < DATA_MAX)
		record->data[record->size++] = (uint8_t)world_draw(256);
	else if (record->size > 0)
		record->size--;
}

static void draw_record(const struct trial *trial, struct record *record)
{
	const struct world_certificate *about;
	struct dna_bytes data;

	*record = (struct record){ .usage = draw_number(4),
				   .selector = draw_number(2),
				   .matching = draw_number(3) };
	record->about = draw_subject(trial, record->usage);
	about = &trial->world->certificates[record->about];
	data = record->selector == 0 ? about->der : about->key;
	record->size = data.size;
	if (record->matching == 1) {
		SHA256(data.data, data.size, record->data);
		record->size = 32;
	} else if (record->matching == 2) {
		SHA512(data.data, data.size, record->data);
		record->size = 64;
	} else {
		memcpy(record->data, data.data, data.size);
	}
	if (chance(10))
		damage(record);
}

void trial_draw(struct trial *trial, const struct world *world)
{
	*trial = (struct trial){ .world = world };
	present_chain(trial);
	disorder(trial);
	trial->record_count = 1 + (chance(50) ? world_draw(RECORDS_MAX) : 0);
	for (size_t i = 0; i < trial->record_count; i++)
		draw_record(trial, &trial->records[i]);
}

/* ---- For people ---- */

void trial_print(const struct trial *trial)
{
	for (size_t i = 0; i < trial->presented_count; i++)
		printf("#     presented %s\n",
		       trial->world->certificates[trial->presented[i]].about);
	for (size_t i = 0; i < trial->record_count; i++) {
		const struct record *record = &trial->records[i];

		printf("#     record    %u %u %u of %s%s\n", record->usage, record->selector,
		       record->matching, trial->world->certificates[record->about].about,
		       record->damaged ? ", damaged" : "");
	}
}
