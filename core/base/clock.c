/* Points in time as text. */
#include "base/clock.h"

#include <dna/error.h>
#include <dna/evidence.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define LAST_SECOND INT64_C(253402300799) /* of the year 9999 */

const char *dna_time_write(int64_t time, char text[DNA_TIME_TEXT])
{
	time_t seconds = (time_t)time;
	struct tm civil;

	if (time > LAST_SECOND || gmtime_r(&seconds, &civil) == NULL || civil.tm_year + 1900 < 1 ||
	    snprintf(text, DNA_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", civil.tm_year + 1900,
		     civil.tm_mon + 1, civil.tm_mday, civil.tm_hour, civil.tm_min,
		     civil.tm_sec) >= DNA_TIME_TEXT)
		memcpy(text, "forever", sizeof("forever"));
	return text;
}

/*
 * Days since 1970-01-01 of a date in the proleptic Gregorian calendar; years begin in March so that
 * leap days come last.
 */
static int64_t days(int64_t year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t dna_time_civil(int year, int month, int day, int hour, int minute, int second)
{
	return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

static int offset_read(const char *text, int64_t *offset)
{
	int hours, minutes, end = 0;

	if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0) {
		*offset = 0;
		return 0;
	}
	if ((text[0] != '+' && text[0] != '-') ||
	    sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 || text[1 + end] != '\0' ||
	    end != 5 || hours > 23 || minutes > 59)
		return DNA_E_SYNTAX;
	*offset = (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return 0;
}

int dna_time_read(const char *text, int64_t *time)
{
	int year, month, day, hour, minute, second, end = 0;
	int64_t offset;

	if (strcmp(text, "forever") == 0) {
		*time = DNA_FOREVER;
		return 0;
	}
	for (const char *p = "dddd-dd-ddTdd:dd:dd"; *p != '\0'; p++, end++)
		if (*p == 'd' ? text[end] < '0' || text[end] > '9' : text[end] != *p)
			return DNA_E_SYNTAX;
	if (text[end] == '.' && strspn(text + end + 1, "0123456789") > 0)
		end += 1 + (int)strspn(text + end + 1, "0123456789");
	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) !=
		    6 ||
	    year < 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
	    minute > 59 || second > 60 || offset_read(text + end, &offset) != 0)
		return DNA_E_SYNTAX;
	*time = dna_time_civil(year, month, day, hour, minute, second) - offset;
	return 0;
}
