/*
 * getdns under the same load, as a stub that validates by itself, over one TCP connection: over UDP
 * it loses some. Its time limit is far away, for it does not survive one.
 */
#include "load.h"

#include <arpa/inet.h>
#include <getdns/getdns.h>
#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>

#define TTL          3600
#define IDLE         10000
#define MILLISECONDS 600000

struct client {
	struct load load;
	getdns_context *context;
	getdns_dict *extensions;
};

static void must(getdns_return_t error, const char *what)
{
	if (error == GETDNS_RETURN_GOOD)
		return;
	fprintf(stderr, "getdns: %s: %s\n", what, getdns_get_errorstr_by_id(error));
	exit(1);
}

static void set_trust_anchor(const struct client *c)
{
	FILE *file = fopen(c->load.trust_anchor, "r");
	getdns_list *anchors;

	if (file == NULL)
		must(GETDNS_RETURN_INVALID_PARAMETER, c->load.trust_anchor);
	must(getdns_fp2rr_list(file, &anchors, NULL, TTL), c->load.trust_anchor);
	fclose(file);
	must(getdns_context_set_dnssec_trust_anchors(c->context, anchors), "the trust anchor");
	getdns_list_destroy(anchors);
}

static void set_resolver(const struct client *c)
{
	uint8_t octets[4];
	getdns_bindata address = { sizeof(octets), octets };
	getdns_list *list = getdns_list_create();
	getdns_dict *dict = getdns_dict_create();

	if (inet_pton(AF_INET, c->load.resolver, octets) != 1)
		must(GETDNS_RETURN_INVALID_PARAMETER, c->load.resolver);
	must(getdns_dict_util_set_string(dict, "address_type", "IPv4"), "the resolver");
	must(getdns_dict_set_bindata(dict, "address_data", &address), "the resolver");
	must(getdns_list_set_dict(list, 0, dict), "the resolver");
	must(getdns_context_set_upstream_recursive_servers(c->context, list), "the resolver");
	getdns_dict_destroy(dict);
	getdns_list_destroy(list);
}

static void set_up(struct client *c)
{
	getdns_transport_list_t tcp[] = { GETDNS_TRANSPORT_TCP };

	must(getdns_context_create(&c->context, 0), "no context");
	must(getdns_context_set_resolution_type(c->context, GETDNS_RESOLUTION_STUB), "stub");
	must(getdns_context_set_dns_transport_list(c->context, 1, tcp), "TCP");
	must(getdns_context_set_idle_timeout(c->context, IDLE), "the idle time");
	must(getdns_context_set_timeout(c->context, MILLISECONDS), "the time limit");
	must(getdns_context_set_appdata_dir(c->context, "/proc"), "no folder");
	set_trust_anchor(c);
	set_resolver(c);
	c->extensions = getdns_dict_create();
	must(getdns_dict_set_int(c->extensions, "dnssec_return_all_statuses",
				 GETDNS_EXTENSION_TRUE),
	     "validation");
}

static bool is_good(const struct client *c, getdns_callback_type_t type, getdns_dict *response)
{
	uint32_t security = GETDNS_DNSSEC_BOGUS, rcode = 2;

	return type == GETDNS_CALLBACK_COMPLETE &&
	       getdns_dict_get_int(response, "/replies_tree/0/dnssec_status", &security) ==
		       GETDNS_RETURN_GOOD &&
	       getdns_dict_get_int(response, "/replies_tree/0/header/rcode", &rcode) ==
		       GETDNS_RETURN_GOOD &&
	       security == GETDNS_DNSSEC_SECURE &&
	       rcode == (c->load.denied ? GETDNS_RCODE_NXDOMAIN : GETDNS_RCODE_NOERROR);
}

static void ask(struct client *c);

static void answered(getdns_context *context, getdns_callback_type_t type, getdns_dict *response,
		     void *argument, getdns_transaction_t transaction)
{
	struct client *c = argument;

	(void)context;
	(void)transaction;
	load_answered(&c->load, is_good(c, type, response));
	getdns_dict_destroy(response);
	ask(c);
}

static void ask(struct client *c)
{
	const struct load_question *question;

	while ((question = load_next(&c->load)) != NULL)
		must(getdns_general(c->context, question->name, question->type, c->extensions, c,
				    NULL, answered),
		     question->name);
}

int main(int argc, char **argv)
{
	struct client c = { .context = NULL };

	load_read(&c.load, argc, argv);
	set_up(&c);
	while (load_begin(&c.load)) {
		ask(&c);
		getdns_context_run(c.context);
	}
	getdns_dict_destroy(c.extensions);
	getdns_context_destroy(c.context);
	load_end(&c.load);
	return 0;
}
