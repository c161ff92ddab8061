/* A verdict's report, as dna_case_report() makes it, for people. */
#ifndef DNA_TOOLS_REPORT_H
#define DNA_TOOLS_REPORT_H

#include "output.h"

#include <jansson.h>
#include <stdint.h>

/* |title|: what the paragraph is about, a domain or a recording. |now|: to say for how long the
 * verdict holds. */
void dna_report_print(const struct dna_output *output, const char *title, const json_t *report,
		      int64_t now);

/* The report of something that never became a case: verdict "invalid". |name|: "domain", "id";
 * |value| may be NULL. */
json_t *dna_report_invalid(const char *name, const char *value, const char *error);

#endif
