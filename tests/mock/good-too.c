/* As it should be, with a name that is not a C identifier. */
#include "mock.h"

DNA_PROOFTYPE(good_too, "good-too", .does = DNA_DELEGATES, MOCK_WORDS, .judge = mock_judge);
