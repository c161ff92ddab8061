/*
 * How fast time goes for this process: its monotonic clock and its timers, as the loop has them. What
 * has to happen within a time that is not the test's to choose gets more of it.
 */
#ifndef DNA_TESTS_UNIT_NET_PACE_H
#define DNA_TESTS_UNIT_NET_PACE_H

/* From now on a second takes |times| as long. To be called before there are timers. */
void pace_slow(unsigned times);

#endif
