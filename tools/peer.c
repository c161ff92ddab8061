/* dna peer: one end of server-to-server streams. Who accepts whom, by what, and why? */
#include "peer/peer.h"
#include "policy/place.h"
#include "setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND "peer"

struct run {
	struct dna_setup setup;
	struct dna_texts as, certificates, keys, also, also_to, listen;
	const char *to, *connect, *secret;
	bool same_certificate, no_dialback, no_certificate;
	struct dna_registry *registry;
	struct dna_place place;
	struct dna_peer peer;
	int status;
};

/* ---- options ---- */

static int read_options(struct run *run, int argc, char **argv)
{
	struct dna_option options[DNA_OPTIONS_MAX + 1] = {
		{ "as", DNA_OPTION_TEXTS, &run->as, "DOMAIN",
		  "a domain of ours; may be repeated, each with --cert and --key", 0 },
		{ "cert", DNA_OPTION_TEXTS, &run->certificates, "FILE",
		  "the domain's certificate and those above it, PEM", 0 },
		{ "key", DNA_OPTION_TEXTS, &run->keys, "FILE", "its private key, PEM", 0 },
		{ "to", DNA_OPTION_TEXT, &run->to, "DOMAIN", "connect to this domain's server", 0 },
		{ "connect", DNA_OPTION_TEXT, &run->connect, "HOST:PORT",
		  "the endpoint, instead of SRV records; ,direct at the end for direct TLS", 0 },
		{ "also", DNA_OPTION_TEXTS, &run->also, "DOMAIN",
		  "then also speak for this domain on that stream; may be repeated", 0 },
		{ "also-to", DNA_OPTION_TEXTS, &run->also_to, "DOMAIN",
		  "then also speak to this domain on that stream; may be repeated", 0 },
		{ "listen", DNA_OPTION_TEXTS, &run->listen, "ADDRESS:PORT",
		  "take streams, and answer for our domains; may be repeated; ,direct as above",
		  0 },
		{ "same-certificate", DNA_OPTION_SWITCH, &run->same_certificate, NULL,
		  "where dialback is enough, so is the certificate of the domain's own server", 0 },
		{ "secret", DNA_OPTION_TEXT, &run->secret, "FILE",
		  "of dialback keys, which whoever answers for our domains shares; else random",
		  0 },
		{ "no-certificate", DNA_OPTION_SWITCH, &run->no_certificate, NULL,
		  "present none when we connect, as if we had none: dialback", 0 },
		{ "no-dialback", DNA_OPTION_SWITCH, &run->no_dialback, NULL,
		  "only certificates count, ours and theirs", 0 },
	};
	const struct dna_usage usage = {
		.command = COMMAND,
		.operands = "--as DOMAIN [--to DOMAIN] [--listen ADDRESS:PORT]",
		.about =
			"Be one end of server-to-server streams: say how the other end proved "
			"itself, how we proved\n"
			"ourselves to it, and exchange a ping. Without --to, listen until ended by "
			"a signal.\n"
			"Exit status: 0 both are proven, 1 one is not, 2 usage, 3 could not tell, "
			"4 "
			"veto.",
		.options = options,
	};

	dna_setup_options(&run->setup,
			  DNA_USES_PLUGINS | DNA_USES_POLICY | DNA_USES_DNS | DNA_USES_CERTIFICATES,
			  options);
	return dna_options_read(&usage, argc, argv);
}

static int prepare(const char *option, const char *text, char ascii[DNA_NAME_MAX + 1],
		   char unicode[DNA_DOMAINPART_MAX + 1])
{
	if (dna_domain_prepare(text, ascii, unicode) == 0)
		return 0;
	dna_command_complain(COMMAND,
			     "--%s: \"%s\" is not a domain that can have XMPP, as example.com is",
			     option, text);
	return DNA_E_INVALID;
}

static int read_domain(struct run *run, size_t index)
{
	struct dna_peer_domain *domain = &run->peer.domains[index];
	const char *why = "out of memory";
	int r = prepare("as", run->as.at[index], domain->ascii, domain->unicode);

	if (r != 0 || index >= run->certificates.count)
		return r;
	r = dna_identity_load(&domain->identity, run->certificates.at[index], run->keys.at[index],
			      &why);
	if (r != 0)
		dna_command_complain(COMMAND,
				     "the certificate \"%s\" and the key \"%s\" cannot be used: %s",
				     run->certificates.at[index], run->keys.at[index], why);
	return r;
}

static int read_domains(struct run *run)
{
	int r = 0;

	if (run->as.count == 0) {
		dna_command_complain(COMMAND, "as whom? Name a domain of yours with --as.");
		return DNA_E_INVALID;
	}
	if (run->certificates.count != run->keys.count || run->certificates.count > run->as.count) {
		dna_command_complain(COMMAND, "each --cert has its --key, for the --as in the same "
					      "place");
		return DNA_E_INVALID;
	}
	if (run->listen.count > 0 && run->certificates.count == 0) {
		dna_command_complain(COMMAND, "--listen needs a certificate to present: --cert and "
					      "--key");
		return DNA_E_INVALID;
	}
	for (size_t i = 0; r == 0 && i < run->as.count; i++) {
		r = read_domain(run, i);
		run->peer.domain_count = i + 1;
	}
	return r;
}

static int add_wish(struct run *run, const char *option, const char *from, const char *to)
{
	struct dna_wish *wish = &run->peer.wishes[run->peer.wish_count++];
	int r = prepare(option, from, wish->from, NULL);

	wish->piggybacked = run->peer.wish_count > 1;
	return r == 0 ? prepare(option, to, wish->to, NULL) : r;
}

static int read_wishes(struct run *run)
{
	int r = 0;

	if (run->to == NULL) {
		if (run->listen.count > 0 && run->also.count + run->also_to.count == 0)
			return 0;
		dna_command_complain(COMMAND, "to whom? Name a domain with --to, or listen with "
					      "--listen.");
		return DNA_E_INVALID;
	}
	r = add_wish(run, "to", run->as.at[0], run->to);
	for (size_t i = 0; r == 0 && i < run->also.count; i++)
		r = add_wish(run, "also", run->also.at[i], run->to);
	for (size_t i = 0; r == 0 && i < run->also_to.count; i++)
		r = add_wish(run, "also-to", run->as.at[0], run->also_to.at[i]);
	return r;
}

static int read_endpoint(struct run *run)
{
	struct dna_subject *subject = &run->peer.settings.endpoint;

	if (run->connect == NULL)
		return 0;
	if (dna_place_read(run->connect, DNA_XMPP_SERVER, false, &run->place) != 0) {
		dna_command_complain(COMMAND,
				     "--connect takes host:port or [address]:port, not \"%s\"",
				     run->connect);
		return DNA_E_INVALID;
	}
	subject->endpoint.host = run->place.host;
	subject->endpoint.port = run->place.port;
	subject->endpoint.tls = run->place.tls;
	subject->endpoint.configured = true;
	return 0;
}

static int understand(struct run *run, int operands)
{
	int r;

	if (operands > 0) {
		dna_command_complain(COMMAND, "domains are named with --as and --to");
		return DNA_E_INVALID;
	}
	r = read_domains(run);
	if (r == 0)
		r = read_wishes(run);
	if (r == 0)
		r = read_endpoint(run);
	run->peer.settings.milliseconds = run->setup.seconds * 1000;
	/* The policy has the minimum of each domain; in clear we do nothing. */
	run->peer.settings.flow.minimum = DNA_MINIMUM_WEAK;
	run->peer.settings.flow.same_certificate = run->same_certificate;
	run->peer.settings.flow.dialback = !run->no_dialback;
	run->peer.settings.no_certificate = run->no_certificate;
	run->peer.settings.allow_private = dna_setup_allows_private();
	return r;
}

/* ---- beginning and end ---- */

static int listen_at(struct run *run, const char *text)
{
	struct dna_place place;
	int r = dna_place_read(text, DNA_XMPP_SERVER, false, &place);

	if (r == 0)
		r = dna_peer_listen(&run->peer, place.host, place.port, place.tls);
	if (r != 0)
		dna_command_complain(COMMAND, "cannot listen at \"%s\": %s", text,
				     r == DNA_E_IO ? strerror(errno)
						   : "it is not address:port or [address]:port");
	return r;
}

static int read_secret(struct run *run)
{
	const char *why;

	if (run->secret == NULL)
		return dna_secret_draw(&run->peer.secret);
	if (dna_secret_read(&run->peer.secret, run->secret, &why) == 0)
		return 0;
	dna_command_complain(COMMAND, "the secret \"%s\" cannot be used: %s", run->secret, why);
	return DNA_E_INVALID;
}

static int begin(struct run *run)
{
	int r = dna_setup_registry(&run->registry, &run->setup);

	if (r == 0)
		r = dna_setup_policy(&run->peer.settings.policy, &run->setup, run->registry);
	if (r == 0)
		r = dna_setup_net(&run->peer.settings.net, &run->setup, false);
	for (size_t i = 0; r == 0 && i < run->listen.count; i++)
		r = listen_at(run, run->listen.at[i]);
	if (r == 0)
		r = read_secret(run);
	dna_output_init(&run->peer.transcript.out, stdout);
	run->peer.transcript.json = run->setup.json;
	return r;
}

/* What came of each wish, and the exit status. */
static void conclude(struct run *run)
{
	for (size_t i = 0; i < run->peer.wish_count; i++) {
		const struct dna_wish *wish = &run->peer.wishes[i];
		const char *ping = wish->answered           ? "and the ping was answered"
				   : wish->ping[0] == '\0'  ? "and there was no ping"
				   : run->listen.count == 0 ? "and its answer would come to "
							      "--listen"
							    : "but the ping was not answered";

		run->status = dna_exit_worst(run->status,
					     wish->ended ? wish->status : DNA_EXIT_UNDECIDED);
		const struct dna_note note = { 0, false, wish->to, "result",
					       wish->accepted ? DNA_GOOD : DNA_BAD };

		dna_transcript_note(&run->peer.transcript, &note,
				    json_pack("{s:s, s:s, s:b, s:b, s:i}", "from", wish->from, "to",
					      wish->to, "accepted", wish->accepted, "pong",
					      wish->answered, "status", wish->status),
				    "%s to %s: %s%s%s", wish->from, wish->to,
				    wish->accepted ? "accepted" : "not accepted",
				    wish->accepted ? ", " : "", wish->accepted ? ping : "");
	}
}

static void end(struct run *run)
{
	dna_peer_clear(&run->peer);
	dna_net_free(run->peer.settings.net);
	dna_policy_unref(run->peer.settings.policy);
	dna_registry_free(run->registry);
	free(run);
}

int dna_peer_command(int argc, char **argv)
{
	struct run *run = calloc(1, sizeof(*run));
	int first, status;

	if (run == NULL)
		return dna_command_complain(COMMAND, "out of memory");
	run->setup.command = COMMAND;
	run->setup.seconds = 30;
	first = read_options(run, argc, argv);
	if (first == DNA_OPTIONS_HELP) {
		run->status = DNA_EXIT_OK;
	} else if (first < 0 || understand(run, argc - first) != 0 || begin(run) != 0) {
		run->status = DNA_EXIT_USAGE;
	} else {
		dna_peer_run(&run->peer);
		conclude(run);
	}
	status = run->status;
	end(run);
	return status;
}
