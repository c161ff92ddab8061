/* What tests/recordings/replay calls where tests/pure/no-io.c is preloaded. */
#ifndef TESTS_PURE_NO_IO_H
#define TESTS_PURE_NO_IO_H

/* From now on all IO fails, and it is 1970. */
void no_io_begin(void) __attribute__((weak));
/* Until now. How often somebody tried; |what|: the first, "open() by dane.so". */
unsigned no_io_end(char what[160]) __attribute__((weak));

#endif
