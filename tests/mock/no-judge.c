/* Neither plans nor judges. */
#include "mock.h"

DNA_PROOFTYPE(no_judge, "no-judge", .does = DNA_PROVES, MOCK_WORDS);
