/* TCP connections, as far as what is awaited of them. */
#include "stream/tcp.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

static int listen_at(uint16_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(fd, 4), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

/* DANE-003: it connects while TLSA records are on their way, and nobody turns round until they come. */
Test(tcp, awaits_nothing_once_it_is_connected)
{
	static const char *const addresses[] = { "127.0.0.1", "127.0.0.2" };
	struct dna_tcp tcp;
	uint16_t port;
	int listener = listen_at(&port), fd, r;

	cr_assert_eq(dna_tcp_init(&tcp, addresses, 2, port), 0);
	r = dna_tcp_process(&tcp, 0, 10000);
	if (r == DNA_E_AGAIN) {
		struct pollfd ready = { dna_tcp_fd(&tcp), POLLOUT, 0 };

		cr_assert_eq(dna_tcp_deadline(&tcp), DNA_TCP_PATIENCE);
		poll(&ready, 1, 10000);
		r = dna_tcp_process(&tcp, 0, 10000);
	}
	cr_assert_eq(r, 0);
	cr_expect_eq(dna_tcp_fd(&tcp), -1);
	cr_expect_eq(dna_tcp_deadline(&tcp), UINT64_MAX);
	cr_expect_eq(dna_tcp_process(&tcp, 2 * DNA_TCP_PATIENCE, 10000), 0);
	cr_expect_str_eq(dna_tcp_current(&tcp), "127.0.0.1");
	cr_expect_null(dna_tcp_complaint(&tcp));
	fd = dna_tcp_take(&tcp);
	dna_tcp_clear(&tcp);
	cr_expect_eq(close(fd), 0, "it is the caller's");
	close(listener);
}

Test(tcp, awaits_nothing_once_it_has_failed)
{
	static const char *const addresses[] = { "nonsense" };
	struct dna_tcp tcp;

	cr_assert_eq(dna_tcp_init(&tcp, addresses, 1, 5269), 0);
	cr_expect_eq(dna_tcp_process(&tcp, 0, 10000), DNA_E_IO);
	cr_expect_eq(dna_tcp_fd(&tcp), -1);
	cr_expect_eq(dna_tcp_deadline(&tcp), UINT64_MAX);
	cr_expect_eq(dna_tcp_process(&tcp, 1, 10000), DNA_E_IO, "once and for all");
	cr_expect_null(dna_tcp_current(&tcp));
	cr_expect_str_eq(dna_tcp_complaint(&tcp), "Invalid argument");
	dna_tcp_clear(&tcp);
}
