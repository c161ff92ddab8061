/* What a complaint says, without the lines that it shows. */
#ifndef TEST_POLICY_SENTENCES_H
#define TEST_POLICY_SENTENCES_H

/* Leaves the sentences alone in |complaint|, which it returns: what it shows begins with spaces. */
char *sentences(char *complaint);

#endif
