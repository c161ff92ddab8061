/* Does not say what it is. */
#include "mock.h"

DNA_PROOFTYPE(no_words, "no-words", .does = DNA_PROVES, .about = "A test", .specs = "None",
	      .judge = mock_judge);
