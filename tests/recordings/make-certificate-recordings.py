#!/usr/bin/env python3
"""Write the recordings of pkix: one small case for each rule, and the certificates' fuzzing corpus.

Run it after a change, and look at what `git diff` shows.
"""

from cryptography.x509.oid import ExtendedKeyUsageOID

from recordings import (DOMAIN, HOST, TOP, Authority, der, expect, pem, presented, receiving, route, trust_anchors,
                        write_recording)

ROOT = Authority("Root")
INTERMEDIATE = Authority("Intermediate", ROOT)
PRIVATE = Authority("Private")
OWN = INTERMEDIATE.leaf(f"DNS:{DOMAIN}", purpose=ExtendedKeyUsageOID.SERVER_AUTH)
HOSTED = INTERMEDIATE.leaf(f"DNS:{HOST}", purpose=ExtendedKeyUsageOID.SERVER_AUTH)


# ---- pkix ------------------------------------------------------------------------------------------

def pkix(name, what, certs, finding, rule, reason=None, srv="secure", **more):
    subject = more.pop("subject", None)
    write_recording("pkix", name, what, route(srv) + [presented(*certs), trust_anchors(ROOT.certificate)],
                    expect(finding, rule, reason, **more), {"delegate": ["dnssec-srv"], "prove": ["pkix"]}, subject)


def write_pkix():
    chain = INTERMEDIATE.certificate
    own_names = {"dns": f"DNS:{DOMAIN}", "srv": f"SRV:_xmpp-server.{DOMAIN}", "xmpp": f"XMPP:{DOMAIN}",
                 "wildcard": "DNS:*.example.com", "srv-wildcard": "SRV:_xmpp-server.*.example.com"}
    for kind, text in own_names.items():
        pkix(f"own-{kind}", f"PKIX-006: {text} is the domain's own name", [INTERMEDIATE.leaf(text), chain], "proven",
             "PKIX-006", text, srv="insecure", by=["pkix"], through=[])
    pkix("host-delegated", "DELEG-009: the host's name, signed SRV records", [HOSTED, chain], "proven", "DELEG-009",
         "dnssec-srv delegates to it", through=["dnssec-srv"])
    pkix("host-insecure", "DELEG-008: the host's name, unsigned SRV records", [HOSTED, chain], "mismatch", "DELEG-008",
         f"names {HOST}, the SRV target, but the delegation to it is insecure", srv="insecure")
    for kind, text, what in [
            ("other", "DNS:other.example", "another name"),
            ("service", f"SRV:_xmpp-client.{DOMAIN}", "PKIX-007: the name of another service"),
            ("host-srv", f"SRV:_xmpp-server.{HOST}", "DELEG-012: a host is a dNSName only"),
            ("user", f"XMPP:juliet@{DOMAIN}", "PKIX-014: a user's address is no server's"),
            ("deep", "DNS:*.com", "PKIX-011: a wildcard above the domain's parent"),
            ("partial", "DNS:i*.example.com", "PKIX-011: a partial wildcard")]:
        pkix(f"name-{kind}", what, [INTERMEDIATE.leaf(text), chain], "mismatch", "PKIX-006", f"names {text}")
    pkix("name-common", "PKIX-013: a common name is not looked at",
         [INTERMEDIATE.leaf(common_name=DOMAIN), chain], "mismatch", "PKIX-006", "names no domain")
    pkix("unsorted", "the chain in another order, with its root and a stranger",
         [OWN, ROOT.certificate, PRIVATE.certificate, chain], "proven", "PKIX-006")
    pkix("unknown-issuer", "no path to a trust anchor", [PRIVATE.leaf(f"DNS:{DOMAIN}")], "mismatch", "PKIX-001",
         "issuer CN=Private is not trusted")
    pkix("self-signed", "a chain that ends in a root that is not trusted",
         [PRIVATE.leaf(f"DNS:{DOMAIN}"), PRIVATE.certificate], "mismatch", "PKIX-001",
         "CN=Private is self-signed and not trusted itself")
    pkix("expired", "out of date at the time of the case", [INTERMEDIATE.leaf(f"DNS:{DOMAIN}", end="2026-11-20"), chain],
         "mismatch", "PKIX-001", "the certificate expired on 2026-11-20T00:00:00Z")
    pkix("not-yet-valid", "not valid yet at the time of the case",
         [INTERMEDIATE.leaf(f"DNS:{DOMAIN}", begin="2026-11-22"), chain], "mismatch", "PKIX-001",
         "the certificate is not valid before 2026-11-22T00:00:00Z")
    old_root = Authority("Old root")
    cross = Authority("Root", old_root, end="2026-06-01")
    pkix("expired-cross-sign", "an expired cross-signature beside a valid path", [OWN, chain, cross.certificate], "proven",
         "PKIX-006")
    expired = Authority("Intermediate", ROOT, end="2026-06-01").certificate
    pkix("expired-intermediate", "only an intermediate that has expired", [OWN, expired], "mismatch", "PKIX-001",
         "the certificate of CN=Intermediate expired on 2026-06-01T00:00:00Z")
    for role, subject in [("server", None), ("client", receiving())]:
        pkix(f"server-auth-{role}", "PKIX-019: serverAuth is what counts, whoever connected", [OWN, chain], "proven",
             "PKIX-006", subject=subject)
        pkix(f"client-auth-{role}", "PKIX-019: clientAuth alone is refused, whoever connected",
             [INTERMEDIATE.leaf(f"DNS:{DOMAIN}", purpose=ExtendedKeyUsageOID.CLIENT_AUTH), chain], "mismatch", "PKIX-018",
             "extended key usage has only clientAuth", subject=subject)
    confined = Authority("Confined", ROOT, constraint="DNS:example.net")
    pkix("constrained", "PKIX-017: an authority that is confined to another domain speaks by an SRVName",
         [confined.leaf(f"SRV:_xmpp-server.{DOMAIN}", common_name="a.example.net"), confined.certificate], "mismatch",
         "PKIX-017", "the name constraints of CN=Confined do not permit")


# ---- Seeds -----------------------------------------------------------------------------------------

def write_corpus():
    folder = TOP / "tests" / "fuzz" / "corpus" / "certificate"
    folder.mkdir(parents=True, exist_ok=True)
    everything = ROOT.leaf("DNS:*.example.com", f"SRV:_xmpp-server.{DOMAIN}", "XMPP:bücher.example",
                           purpose=ExtendedKeyUsageOID.SERVER_AUTH)
    confined = Authority("Confined", ROOT, constraint=f"SRV:_xmpp-server.{DOMAIN}")
    for name, cert in [("names", everything), ("constraints", confined.certificate), ("root", ROOT.certificate)]:
        (folder / name).write_bytes(der(cert))
    (folder / "pem").write_text(pem(OWN) + pem(INTERMEDIATE.certificate))


write_pkix()
write_corpus()
