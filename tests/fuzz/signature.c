/*
 * In place of what asks GnuTLS whether a signature verifies (the linker's --wrap): that follows from
 * an octet of it and one of the key. The arithmetic would take most of a fuzzer's time, and let
 * nothing pass but what somebody signed.
 */
#include "evidence/certificate.h"

bool __wrap_dna_signature_verifies(const struct dna_signature *signature,
				   const struct dna_certificate *signer);
bool __wrap_dna_signature_verifies_by(const struct dna_signature *signature, gnutls_pubkey_t key);

bool __wrap_dna_signature_verifies(const struct dna_signature *signature,
				   const struct dna_certificate *signer)
{
	return signature->octets.size != 0 &&
	       (signature->octets.data[0] ^ signer->key.data[signer->key.size - 1]) % 4 != 0;
}

bool __wrap_dna_signature_verifies_by(const struct dna_signature *signature, gnutls_pubkey_t key)
{
	(void)key;
	return signature->octets.size != 0 && signature->octets.data[0] % 4 != 0;
}
