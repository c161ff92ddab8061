/*
 * A long way: delay MICROSECONDS DEVICE [LOG]. Makes a network device here and another one in a
 * network namespace of its own, and hands what is sent to one of them to the other, each packet so
 * much later. It says "ready" when both are there, and ends with its standard input; then it says
 * how many packets there were, and by how many microseconds the median, one in a hundred and the
 * worst came too late. LOG gets a line for each packet.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PACKET_MAX   2048
#define ON_THE_WAY   4096 /* packets at most; what comes then is lost, as on any way */
#define LATENESS_MAX (1 << 20)
#define NANOSECONDS  UINT64_C(1000000000)

struct packet {
	uint64_t due;
	size_t size;
	uint8_t octets[PACKET_MAX];
};

/* One direction. */
struct way {
	int from, to;
	char mark;
	size_t first, count;
	struct packet packets[ON_THE_WAY];
};

static struct way ways[2];
static uint32_t lateness[LATENESS_MAX]; /* microseconds */
static size_t measured;
static uint64_t delay;
static FILE *log_file;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NANOSECONDS + (uint64_t)t.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "delay: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static int open_device(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0)
		die("/dev/net/tun");
	return fd;
}

/* ---- what is told ---- */

static void write_tcp(const struct iphdr *ip, const uint8_t *segment)
{
	const struct tcphdr *tcp = (const struct tcphdr *)segment;
	unsigned header = ip->ihl * 4u + tcp->doff * 4u;

	fprintf(log_file, " TCP %u %u %s%s%s%s %u", ntohs(tcp->source), ntohs(tcp->dest),
		tcp->syn ? "S" : "", tcp->fin ? "F" : "", tcp->rst ? "R" : "", tcp->ack ? "." : "",
		ntohs(ip->tot_len) - header);
}

static void write_packet(const struct way *way, const struct packet *p)
{
	const struct iphdr *ip = (const struct iphdr *)p->octets;
	const uint8_t *payload = p->octets + ip->ihl * 4u;
	char from[INET_ADDRSTRLEN], to[INET_ADDRSTRLEN];

	if (log_file == NULL || p->size < sizeof(*ip) + sizeof(struct tcphdr) || ip->version != 4)
		return;
	inet_ntop(AF_INET, &ip->saddr, from, sizeof(from));
	inet_ntop(AF_INET, &ip->daddr, to, sizeof(to));
	fprintf(log_file, "%.6f %c %s %s", (double)(p->due - delay) / 1e9, way->mark, from, to);
	if (ip->protocol == IPPROTO_TCP)
		write_tcp(ip, payload);
	else
		fprintf(log_file, " %u %zu", ip->protocol, p->size);
	fputc('\n', log_file);
}

static int compare(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static void write_lateness(void)
{
	qsort(lateness, measured, sizeof(lateness[0]), compare);
	if (measured > 0)
		printf("%zu %" PRIu32 " %" PRIu32 " %" PRIu32 "\n", measured,
		       lateness[measured / 2], lateness[measured * 99 / 100],
		       lateness[measured - 1]);
}

/* ---- packets ---- */

static void take(struct way *way)
{
	struct packet *p;
	ssize_t size;

	while (way->count < ON_THE_WAY) {
		p = &way->packets[(way->first + way->count) % ON_THE_WAY];
		size = read(way->from, p->octets, sizeof(p->octets));
		if (size <= 0)
			return;
		p->size = (size_t)size;
		p->due = now() + delay;
		way->count++;
		write_packet(way, p);
	}
}

/* Hand over what is due; when the next one will be, or 0. */
static uint64_t give(struct way *way)
{
	while (way->count > 0) {
		const struct packet *p = &way->packets[way->first];
		uint64_t time = now();

		if (time < p->due)
			return p->due;
		if (write(way->to, p->octets, p->size) < 0 && errno != EIO)
			die("a packet was refused");
		if (measured < LATENESS_MAX)
			lateness[measured++] = (uint32_t)((time - p->due) / 1000);
		way->first = (way->first + 1) % ON_THE_WAY;
		way->count--;
	}
	return 0;
}

static void await(struct pollfd fds[3], uint64_t due)
{
	uint64_t time = now(), rest = due > time ? due - time : 0;
	struct timespec timeout = { (time_t)(rest / NANOSECONDS), (long)(rest % NANOSECONDS) };

	if (ppoll(fds, 3, due != 0 ? &timeout : NULL, NULL) < 0 && errno != EINTR)
		die("poll");
}

static void forward(void)
{
	struct pollfd fds[3] = { { ways[0].from, POLLIN, 0 },
				 { ways[1].from, POLLIN, 0 },
				 { STDIN_FILENO, POLLIN, 0 } };

	while (fds[2].revents == 0) {
		uint64_t due, other;

		for (size_t i = 0; i < 2; i++)
			take(&ways[i]);
		due = give(&ways[0]);
		other = give(&ways[1]);
		await(fds, other != 0 && (due == 0 || other < due) ? other : due);
	}
}

int main(int argc, char **argv)
{
	const struct sched_param first = { .sched_priority = 2 };
	int here, there;

	if (argc < 3)
		return EXIT_FAILURE;
	delay = strtoull(argv[1], NULL, 10) * 1000;
	if (argc > 3 && (log_file = fopen(argv[3], "we")) == NULL)
		die(argv[3]);
	here = open_device(argv[2]);
	if (unshare(CLONE_NEWNET) != 0)
		die("a network namespace");
	there = open_device(argv[2]);
	ways[0].from = ways[1].to = there;
	ways[0].to = ways[1].from = here;
	ways[0].mark = '>';
	ways[1].mark = '<';
	sched_setscheduler(0, SCHED_FIFO,
			   &first); /* if it may, no other work of the machine is a delay */
	puts("ready");
	fflush(stdout);
	forward();
	write_lateness();
	return EXIT_SUCCESS;
}
