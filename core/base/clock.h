/* Points in time as text: RFC 3339 in UTC, "2026-11-21T00:00:00Z". Seconds since 1970 otherwise. */
#ifndef DNA_BASE_CLOCK_H
#define DNA_BASE_CLOCK_H

#include <dna/types.h>

#define DNA_TIME_TEXT 24
#define DNA_TIME_MAX  INT64_C(253402300799) /* the last second of the year 9999 */

/* Writes "forever" for DNA_FOREVER and times beyond the year 9999. Returns |text|. */
const char *dna_time_write(int64_t time, char text[DNA_TIME_TEXT]);

/*
 * Reads what dna_time_write() writes, numeric offsets, and fractions of a second, which it leaves
 * out. DNA_E_SYNTAX otherwise.
 */
int dna_time_read(const char *text, int64_t *time);

/* Civil date to seconds, for any year from 1 to 9999; independent of the process's time zone. */
int64_t dna_time_civil(int year, int month, int day, int hour, int minute, int second);

#endif
