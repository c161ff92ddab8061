/* What a plugin may declare, from older and newer releases, and what it may not. */
#include "plugin/contract.h"

#include <criterion/criterion.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

Test(contract, copies_structs_of_any_age)
{
	static const uint8_t given[8] = { 1, 2, 3, 4, 5, 6, 0, 0 };
	uint8_t known[6] = { 9, 9, 9, 9, 9, 9 };

	cr_assert(dna_struct_copy(known, 6, given, 4));
	cr_assert_arr_eq(known, ((uint8_t[]){ 1, 2, 3, 4, 0, 0 }), 6);
	cr_assert(dna_struct_copy(known, 6, given, 6));
	cr_assert_arr_eq(known, given, 6);
	cr_assert(dna_struct_copy(known, 6, given, 8));
	cr_assert_arr_eq(known, given, 6);
	/* What is behind is used: nothing is copied. */
	memset(known, 9, sizeof(known));
	cr_assert_not(dna_struct_copy(known, 5, given, 8));
	cr_assert_eq(known[0], 9);
}

static int judge(const struct dna_case *c, struct dna_finding *finding)
{
	(void)c;
	(void)finding;
	return 0;
}

static const char *const colours[] = { "red", "green", NULL };

/* A declaration that is as it should be, for each test to spoil. */
struct declaration {
	struct dna_prooftype p;
	struct dna_param params[80];
};

static void fill(struct declaration *d)
{
	*d = (struct declaration){
		.p = { .abi = DNA_PROOFTYPE_ABI,
		       .size = (uint32_t)sizeof(struct dna_prooftype),
		       .param_size = (uint32_t)sizeof(struct dna_param),
		       .does = DNA_PROVES,
		       .name = "test",
		       .about = "A",
		       .specs = "S",
		       .proof = "P",
		       .match = "M",
		       .material = "M",
		       .dns = "D",
		       .judge = judge },
		.params = { { .name = "max_size",
			      .type = DNA_PARAM_INT,
			      .initial = "1",
			      .least = 1,
			      .most = 9,
			      .help = "H" },
			    { .name = "colour",
			      .type = DNA_PARAM_WORD,
			      .initial = "red",
			      .choices = colours } },
	};
	d->p.params = d->params;
}

static int adopt(const struct declaration *d, struct dna_prooftype **prooftype,
		 struct dna_buffer *why)
{
	dna_buffer_init(why, 0);
	return dna_prooftype_adopt(prooftype, &d->p, sizeof(d->p), "test", why);
}

Test(contract, adopts_what_is_right)
{
	struct dna_prooftype *p = NULL;
	struct declaration d;
	struct dna_buffer why;

	fill(&d);
	cr_assert_eq(adopt(&d, &p, &why), 0, "%s", (char *)why.data);
	cr_assert_eq(why.size, 0);
	cr_assert_eq(p->name, d.p.name);
	cr_assert_neq(p->params, d.params);
	cr_assert_str_eq(p->params[1].name, "colour");
	cr_assert_str_eq(p->params[0].help, "H");
	cr_assert_str_eq(p->params[1].help, "");
	cr_assert_null(p->params[2].name);
	dna_prooftype_free(p);
	dna_prooftype_free(NULL);

	d.p.params = NULL;
	d.p.does = DNA_DELEGATES | DNA_PROVES | DNA_VETOES;
	cr_assert_eq(adopt(&d, &p, &why), 0);
	cr_assert_null(p->params);
	dna_prooftype_free(p);
}

static void spoil_abi(struct declaration *d)
{
	d->p.abi = 7;
}
static void spoil_size(struct declaration *d)
{
	d->p.size = 15;
}
static void spoil_room(struct declaration *d)
{
	d->p.size += 8;
}
static void spoil_judge_size(struct declaration *d)
{
	d->p.size = offsetof(struct dna_prooftype, judge);
}
static void spoil_name(struct declaration *d)
{
	d->p.name = "tset";
}
static void spoil_no_name(struct declaration *d)
{
	d->p.name = NULL;
}
static void spoil_does(struct declaration *d)
{
	d->p.does = 0;
}
static void spoil_only_vetoes(struct declaration *d)
{
	d->p.does = DNA_VETOES;
}
static void spoil_does_more(struct declaration *d)
{
	d->p.does |= 8;
}
static void spoil_judge(struct declaration *d)
{
	d->p.judge = NULL;
}
static void spoil_about(struct declaration *d)
{
	d->p.about = NULL;
}
static void spoil_specs(struct declaration *d)
{
	d->p.specs = "";
}
static void spoil_proof(struct declaration *d)
{
	d->p.proof = NULL;
}
static void spoil_match(struct declaration *d)
{
	d->p.match = NULL;
}
static void spoil_material(struct declaration *d)
{
	d->p.material = NULL;
}
static void spoil_dns(struct declaration *d)
{
	d->p.dns = NULL;
}
static void spoil_small_params(struct declaration *d)
{
	d->p.param_size = 16;
}
static void spoil_large_params(struct declaration *d)
{
	d->p.param_size = UINT32_MAX;
}
static void spoil_param_name(struct declaration *d)
{
	d->params[1].name = "a b";
}
static void spoil_param_no_name(struct declaration *d)
{
	d->params[1].name = "";
}
static void spoil_param_optional(struct declaration *d)
{
	d->params[1].name = "optional";
}
static void spoil_param_twice(struct declaration *d)
{
	d->params[1].name = "max_size";
}
static void spoil_param_type(struct declaration *d)
{
	d->params[1].type = 6;
}
static void spoil_param_no_type(struct declaration *d)
{
	d->params[1].type = 0;
}
static void spoil_param_reserved(struct declaration *d)
{
	d->params[1].reserved = 1;
}
static void spoil_param_initial(struct declaration *d)
{
	d->params[1].initial = NULL;
}
static void spoil_param_range(struct declaration *d)
{
	d->params[0].least = 10;
}
static void spoil_param_default(struct declaration *d)
{
	d->params[1].initial = "blue";
}
static void spoil_param_yaml(struct declaration *d)
{
	d->params[1].initial = "[red";
}
static void spoil_param_empty(struct declaration *d)
{
	d->params[1].initial = "";
}

static void spoil_param_end(struct declaration *d)
{
	for (size_t i = 2; i < sizeof(d->params) / sizeof(d->params[0]); i++)
		d->params[i] = d->params[0];
}

static const struct {
	void (*spoil)(struct declaration *d);
	const char *why;
} faults[] = {
	{ spoil_abi, "has ABI 7; this release has 1" },
	{ spoil_size, "declares a size that it does not have" },
	{ spoil_room, "declares a size that it does not have" },
	{ spoil_judge_size, "does not judge" },
	{ spoil_name, "declares the prooftype 'tset'" },
	{ spoil_no_name, "declares the prooftype ''" },
	{ spoil_does, "neither delegates nor proves" },
	{ spoil_only_vetoes, "neither delegates nor proves" },
	{ spoil_does_more, "does something that is not known" },
	{ spoil_judge, "does not judge" },
	{ spoil_about, "does not say what it is about and which standards it implements" },
	{ spoil_specs, "does not say what it is about and which standards it implements" },
	{ spoil_proof, "does not state the four properties of RFC 7712 section 7" },
	{ spoil_match, "does not state the four properties of RFC 7712 section 7" },
	{ spoil_material, "does not state the four properties of RFC 7712 section 7" },
	{ spoil_dns, "does not state the four properties of RFC 7712 section 7" },
	{ spoil_small_params, "declares parameters of a size that cannot be" },
	{ spoil_large_params, "declares parameters of a size that cannot be" },
	{ spoil_param_end, "declares parameters without end" },
	{ spoil_param_name,
	  "has a parameter 'a b' that has a name that is not made of a-z, 0-9, '-' and '_'" },
	{ spoil_param_no_name,
	  "has a parameter '' that has a name that is not made of a-z, 0-9, '-' and '_'" },
	{ spoil_param_optional,
	  "has a parameter 'optional' that has a name that the policy itself uses" },
	{ spoil_param_twice, "has a parameter 'max_size' that is declared twice" },
	{ spoil_param_type, "has a parameter 'colour' that has a type that is not known" },
	{ spoil_param_no_type, "has a parameter 'colour' that has a type that is not known" },
	{ spoil_param_reserved, "has a parameter 'colour' that has a type that is not known" },
	{ spoil_param_initial, "has a parameter 'colour' that has no default" },
	{ spoil_param_range, "has a parameter 'max_size' that has an empty range" },
	{ spoil_param_default, "has parameters with wrong defaults: default: parameter 'colour' of "
			       "test: 'blue' is not one of red, green" },
	{ spoil_param_yaml, "has parameters with wrong defaults: default:2:1: ',' or ']' is "
			    "missing before this, for '[' in line 1" },
	{ spoil_param_empty,
	  "has parameters with wrong defaults: default:1:1: there is nothing in it" },
};

/* POL-012 among them: the four properties. */
Test(contract, refuses_what_is_wrong_and_says_why)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct dna_prooftype *p = NULL;
		struct declaration d;
		struct dna_buffer why;

		fill(&d);
		faults[i].spoil(&d);
		cr_expect_eq(adopt(&d, &p, &why), DNA_E_PLUGIN, "%s", faults[i].why);
		cr_expect_null(p);
		cr_expect_str_eq(why.size != 0 ? (char *)why.data : "", faults[i].why);
		dna_buffer_clear(&why);
	}
}

/* Symbols that are hardly there. */
Test(contract, does_not_read_beyond_the_declaration)
{
	for (size_t room = 0; room < sizeof(struct dna_prooftype); room++) {
		struct dna_prooftype *p = NULL;
		uint8_t *octets = malloc(room + 1);
		struct dna_buffer why;
		struct declaration d;

		fill(&d);
		memcpy(octets, &d.p, room);
		dna_buffer_init(&why, 0);
		cr_assert_eq(dna_prooftype_adopt(&p, octets, room, "test", &why), DNA_E_PLUGIN);
		dna_buffer_clear(&why);
		free(octets);
	}
}
