/* Names that are right, nearly right, or odd in every way that somebody has got wrong. */
#include "names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BASE_MAX  160 /* octets of a name before it is changed */
#define COUNT(of) (sizeof(of) / sizeof((of)[0]))

static size_t draw(size_t below)
{
	static uint64_t seed = 9525;

	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(seed >> 33) % below;
}

static bool chance(size_t percent)
{
	return draw(100) < percent;
}

/* ---- One name ---- */

#define LABEL_62 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const char *const plain_labels[] = { "im",  "example", "net",           "A",         "b1",
					    "a-b", "127",     "xn--bcher-kva", LABEL_62 "x" };

static const char *const odd_labels[] = {
	"",
	"*",
	"**",
	"i*",
	"*m",
	"i*m",
	"xn--*",
	"*-kva",
	"_im",
	"_xmpp-server",
	"-a",
	"a-",
	"ab--c",
	"XN--BCHER-KVA",
	"xn--",
	"a b",
	"a/b",
	"a@b",
	"0",
	"b\xc3\xbc"
	"cher",
	"b\xfc"
	"cher",
	"stra\xc3\x9f"
	"e",
	LABEL_62 "xx",
};

static void insert(struct presented *name, size_t at, const char *octets, size_t size)
{
	if (name->size + size >= NAME_SIZE)
		return;
	memmove(name->octets + at + size, name->octets + at, name->size - at);
	memcpy(name->octets + at, octets, size);
	name->size += size;
}

static void erase(struct presented *name, size_t at, size_t size)
{
	memmove(name->octets + at, name->octets + at + size, name->size - at - size);
	name->size -= size;
}

/* Where the label begins that the octet |at| is in, and how long it is. */
static size_t find_label(const struct presented *name, size_t at, size_t *size)
{
	size_t end = at;

	while (at > 0 && name->octets[at - 1] != '.')
		at--;
	while (end < name->size && name->octets[end] != '.')
		end++;
	*size = end - at;
	return at;
}

static const char *draw_label(size_t odd)
{
	return chance(odd) ? odd_labels[draw(COUNT(odd_labels))]
			   : plain_labels[draw(COUNT(plain_labels))];
}

static void replace_label(struct presented *name, size_t at, const char *label)
{
	size_t size;

	at = find_label(name, at, &size);
	erase(name, at, size);
	insert(name, at, label, strlen(label));
}

/* A wildcard for the first label, or for a part of it. */
static void make_wildcard(struct presented *name)
{
	size_t size, from, to;

	find_label(name, 0, &size);
	from = chance(60) ? 0 : draw(size + 1);
	to = chance(60) ? size : from + draw(size + 1 - from);
	erase(name, from, to - from);
	insert(name, from, "*", 1);
}

static void change(struct presented *name)
{
	const size_t at = draw(name->size + 1);
	const char *label;

	switch (draw(8)) {
	case 0:
	case 1:
		make_wildcard(name);
		break;
	case 2:
		replace_label(name, at, draw_label(70));
		break;
	case 3: /* another label in front */
		label = draw_label(70);
		insert(name, 0, ".", 1);
		insert(name, 0, label, strlen(label));
		break;
	case 4: /* one label less */
		if (memchr(name->octets, '.', name->size) != NULL)
			erase(name, 0, (size_t)(strcspn(name->octets, ".") + 1));
		break;
	case 5:
		insert(name, chance(60) ? name->size : at, ".", 1);
		break;
	case 6:
		insert(name, at, &"\0*_- \x80\n%"[draw(8)], 1);
		break;
	default: /* another case, or another letter */
		if (at < name->size)
			name->octets[at] ^= chance(80) ? 0x20 : 0x01;
	}
}

/* ---- A trial ---- */

static void draw_host(struct presented *name)
{
	const size_t labels = 1 + draw(4);

	for (size_t i = 0; i < labels && name->size < BASE_MAX; i++) {
		const char *label = draw_label(3);

		if (i > 0)
			insert(name, name->size, ".", 1);
		insert(name, name->size, label, strlen(label));
	}
	if (chance(1)) /* beyond 253 octets, or just within */
		while (name->size < 250)
			insert(name, 0, "a.", 2);
}

static void draw_base(struct presented *name)
{
	static const char *const addresses[] = { "192.0.2.1", "2001:db8::1", "[2001:db8::1]" };
	const char *address = addresses[draw(COUNT(addresses))];

	memset(name, 0, sizeof(*name));
	if (chance(5))
		insert(name, 0, address, strlen(address));
	else
		draw_host(name);
}

/* The same in another form, for which the name itself may pass as well. */
static void draw_kind(struct presented *name)
{
	static const struct {
		enum name_kind kind;
		const char *before;
	} forms[] = {
		{ NAME_MAIL, "a@" },    { NAME_URI, "https://" }, { NAME_SRV, "_xmpp-server." },
		{ NAME_SRV, "_http." }, { NAME_XMPP, "" },        { NAME_MAIL, "" }
	};
	const size_t form = draw(COUNT(forms));

	if (chance(80))
		return;
	if (chance(15)) {
		name->kind = NAME_ADDRESS;
		name->size = chance(50) ? 4 : 16;
		memcpy(name->octets,
		       name->size == 4 ? "\xc0\0\2\1" : "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1",
		       name->size);
		return;
	}
	name->kind = forms[form].kind;
	insert(name, 0, forms[form].before, strlen(forms[form].before));
}

void names_draw(struct names_trial *trial)
{
	struct presented base, reference;

	memset(trial, 0, sizeof(*trial));
	draw_base(&base);
	reference = base;
	if (chance(25))
		change(&reference);
	memcpy(trial->reference, reference.octets, strnlen(reference.octets, reference.size));
	trial->common_name = chance(30);
	trial->count = draw(NAMES_MAX + 1);
	for (size_t i = 0; i < trial->count; i++) {
		struct presented *name = &trial->names[i];

		*name = base;
		if (chance(10))
			draw_base(name);
		while (chance(55))
			change(name);
		draw_kind(name);
	}
}

static void print_octets(const char *octets, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (octets[i] > ' ' && octets[i] <= '~')
			putchar(octets[i]);
		else
			printf("\\x%02x", (unsigned char)octets[i]);
}

void names_print(const struct names_trial *trial)
{
	static const char *const kinds[] = { "DNS", "mail", "URI", "IP", "SRV", "XMPP" };

	printf("#   wanted ");
	print_octets(trial->reference, strlen(trial->reference));
	printf("%s\n", trial->common_name ? ", which is the common name" : "");
	for (size_t i = 0; i < trial->count; i++) {
		printf("#   %s:", kinds[trial->names[i].kind]);
		print_octets(trial->names[i].octets, trial->names[i].size);
		putchar('\n');
	}
}
