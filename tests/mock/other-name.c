/* Declares another prooftype than its file is named after. */
#include "mock.h"

DNA_PROOFTYPE(other_name, "good", .does = DNA_PROVES, MOCK_WORDS, .judge = mock_judge);
