/* What the error numbers mean, in words. */
#include <dna/error.h>

#include <stddef.h>

static const char *const errors[] = {
	[-DNA_OK] = "success",
	[-DNA_E_NOMEM] = "out of memory",
	[-DNA_E_INVALID] = "invalid argument",
	[-DNA_E_SYNTAX] = "not well formed",
	[-DNA_E_LIMIT] = "a limit was reached",
	[-DNA_E_NOTFOUND] = "not found",
	[-DNA_E_EXISTS] = "exists already",
	[-DNA_E_AGAIN] = "not known yet",
	[-DNA_E_POLICY] = "not allowed by the policy",
	[-DNA_E_PLUGIN] = "plugin refused",
	[-DNA_E_IO] = "input or output failed",
	[-DNA_E_CRYPTO] = "cryptography failed",
	[-DNA_E_DEADLINE] = "deadline passed",
};

const char *dna_strerror(int error)
{
	if (error > 0 || (size_t)-(long)error >= sizeof(errors) / sizeof(errors[0]))
		return "unknown error";
	return errors[-error];
}
