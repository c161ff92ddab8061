/* The world beyond loopback. libcurl finds this connect() before the C library's. */
#include "world.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

unsigned world_connections;
uint64_t world_times[1000];

static uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
	int (*real)(int, const struct sockaddr *, socklen_t);
	struct sockaddr_in place;

	*(void **)&real = dlsym(RTLD_NEXT, "connect");
	if (address->sa_family != AF_INET)
		return real(fd, address, size);
	memcpy(&place, address, sizeof(place));
	if (place.sin_addr.s_addr != inet_addr("223.255.255.254"))
		return real(fd, address, size);
	if (world_connections < sizeof(world_times) / sizeof(world_times[0]))
		world_times[world_connections++] = milliseconds();
	place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	place.sin_port = htons((uint16_t)atoi(getenv("DNA_TEST_PORT")));
	return real(fd, (const struct sockaddr *)&place, sizeof(place));
}
