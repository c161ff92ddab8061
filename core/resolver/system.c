/* The resolvers of this machine. */
#include "resolver/system.h"

#include <stdio.h>

#define RESOLV_CONF_MAX 16384

size_t dna_address_system(struct dna_address *addresses, size_t room, const char *path)
{
	FILE *file = fopen(path, "re");
	char text[RESOLV_CONF_MAX + 1];
	size_t size = 0;

	if (file != NULL) {
		size = fread(text, 1, RESOLV_CONF_MAX, file);
		fclose(file);
	}
	text[size] = '\0';
	return dna_address_list(addresses, room, text);
}
