"""What the scripts share that write recordings of dane: who presents what, and one case in a line."""

from cryptography.x509.oid import ExtendedKeyUsageOID

from recordings import (DOMAIN, HOST, Authority, dns, endpoint, expect, initiating, presented, route, trust_anchors,
                        write_recording)

OWNER = f"_5269._tcp.{HOST}"
SRV = f"_xmpp-server._tcp.{DOMAIN}"
DIRECT_SRV = f"_xmpps-server._tcp.{DOMAIN}"

ROOT = Authority("Root")
INTERMEDIATE = Authority("Intermediate", ROOT)
PRIVATE = Authority("Private")
OWN = INTERMEDIATE.leaf(f"DNS:{DOMAIN}", purpose=ExtendedKeyUsageOID.SERVER_AUTH)
HOSTED = INTERMEDIATE.leaf(f"DNS:{HOST}", purpose=ExtendedKeyUsageOID.SERVER_AUTH)
OTHER = INTERMEDIATE.leaf("DNS:other.example")
HOME_MADE = PRIVATE.leaf(f"DNS:{HOST}")
OLD = PRIVATE.leaf("DNS:nobody.example", begin="2020-01-01", end="2021-01-01", purpose=ExtendedKeyUsageOID.CLIENT_AUTH)

BOTH = {"delegate": ["dnssec-srv"], "prove": [["dane", "pkix"]]}


def with_params(**params):
    return {**BOTH, "params": {"dane": params}}


def write(name, what, evidence, finding, rule, reason=None, verdict=None, subject=None, profile=None, anchors=(ROOT,),
          **more):
    """|finding| None: the endpoint is not even connected to, and the verdict has the reason."""
    expected = (expect(finding, rule, reason, verdict, **more) if finding is not None
                else {**more, "reason": reason, "verdict": verdict})
    write_recording("dane", name, what, evidence + [trust_anchors(*(a.certificate for a in anchors))], expected, profile or BOTH, subject)


def dane(name, what, records, certs, finding, rule, reason=None, srv="secure", address="secure", **more):
    """At the usual host: TLSA |records|, or one, or a piece of evidence, or None; |certs| are presented."""
    if isinstance(records, str):
        records = [records]
    if isinstance(records, list):
        records = dns(OWNER, "TLSA", records)
    evidence = route(srv, address) + ([records] if records is not None else []) + [presented(*certs)]
    write(name, what, evidence, finding, rule, reason, **more)


def at(host, port, records, certs, domain=DOMAIN, service="xmpp-server"):
    """The evidence and the subject for another host and port."""
    evidence = [dns(f"_{service}._tcp.{domain}", "SRV", [f"0 0 {port} {host}."]), dns(host, "A", ["192.0.2.1"]),
                dns(f"_{port}._tcp.{host}", "TLSA", records), presented(*certs)]
    return evidence, initiating(endpoint(host, port), domain, service)
