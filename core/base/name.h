/*
 * Domain names: preparation (IDNA), limits, label-wise comparison. Text without a final dot
 * throughout; A-labels are lower case.
 */
#ifndef DNA_BASE_NAME_H
#define DNA_BASE_NAME_H

#include "base/limits.h"

#include <dna/error.h>
#include <dna/types.h>

/*
 * An XMPP service domain, as somebody typed or sent it: one final dot removed, UTS 46
 * non-transitional mapping, A-labels that do not survive decoding and encoding refused (I18N-003,
 * I18N-004, I18N-006, I18N-008), LDH labels only; IP literals are refused with
 * DNA_E_INVALID. |ascii| gets A-labels, |unicode| U-labels (may be NULL).
 *
 * A single label is a domain too, of a local network (RFC 7622 section 3.2). That a stranger claims
 * to be one, or leads to one, is refused where that is heard (DB-024, POSH-027).
 */
int dna_domain_prepare(const char *text, char ascii[DNA_NAME_MAX + 1], char unicode[DNA_DOMAINPART_MAX + 1]);

/*
 * The same for what XMPP allows in a domain's place: an IP address too (PKIX-022), which comes out
 * in the one way that we write it. Version 6 may have its brackets or not; |unicode| has them (RFC
 * 7622 section 3.2), |ascii| does not.
 */
int dna_domainpart_prepare(const char *text, char ascii[DNA_NAME_MAX + 1], char unicode[DNA_DOMAINPART_MAX + 1]);

/* Whether |text| is an IPv4 or IPv6 literal, the latter with or without brackets. */
bool dna_name_is_address(const char *text);

/*
 * Whether |text| is a host name in A-labels: letters, digits, hyphens, within the limits; `_` only
 * with |underscores|.
 */
bool dna_name_is_host(const char *text, bool underscores);

/* ASCII case-insensitive, whole names, one final dot ignored (PKIX-010, I18N-005). */
bool dna_name_equal(const char *a, const char *b);

/* Whether |name| is |zone| or below it, by whole labels; everything is below ".". */
bool dna_name_below(const char *name, const char *zone);

/*
 * Whether a presented DNS identifier matches |name|: equal, or its left-most label is exactly "*",
 * there are two more labels, and |name| has exactly one label in its place (PKIX-011). Partial
 * wildcards and wildcards elsewhere match nothing.
 */
bool dna_name_matches(const char *presented, const char *name);

/* Lower-case ASCII letters of |text| in place. */
void dna_name_lower(char *text);

#endif
