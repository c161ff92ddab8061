/*
 * A clock that can be set, for LD_PRELOAD: time() is off by as many seconds as the file named by
 * LAB_CLOCK says whenever it is asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

time_t time(time_t *result)
{
	const char *path = getenv("LAB_CLOCK");
	FILE *file = path != NULL ? fopen(path, "re") : NULL;
	struct timespec now;
	long long offset = 0;

	clock_gettime(CLOCK_REALTIME, &now);
	if (file != NULL) {
		if (fscanf(file, "%lld", &offset) != 1)
			offset = 0;
		fclose(file);
	}
	now.tv_sec += (time_t)offset;
	if (result != NULL)
		*result = now.tv_sec;
	return now.tv_sec;
}
