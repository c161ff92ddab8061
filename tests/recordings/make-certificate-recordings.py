#!/usr/bin/env python3
"""Write the recordings of pkix and dane: one small case for each rule, and the certificates' fuzzing corpus.

Run it after a change, and look at what `git diff` shows.
"""

import hashlib

from cryptography.x509.oid import ExtendedKeyUsageOID

from recordings import (DOMAIN, HOST, TOP, Authority, der, dns, endpoint, expect, initiating, pem, presented, receiving,
                        route, spki, tlsa, trust_anchors, write_recording)

OWNER = f"_5269._tcp.{HOST}"

ROOT = Authority("Root")
INTERMEDIATE = Authority("Intermediate", ROOT)
PRIVATE = Authority("Private")
OWN = INTERMEDIATE.leaf(f"DNS:{DOMAIN}", purpose=ExtendedKeyUsageOID.SERVER_AUTH)
HOSTED = INTERMEDIATE.leaf(f"DNS:{HOST}", purpose=ExtendedKeyUsageOID.SERVER_AUTH)
OTHER = INTERMEDIATE.leaf("DNS:other.example")
HOME_MADE = PRIVATE.leaf(f"DNS:{HOST}")
OLD = PRIVATE.leaf("DNS:nobody.example", begin="2020-01-01", end="2021-01-01", purpose=ExtendedKeyUsageOID.CLIENT_AUTH)


def write(plugin, name, what, evidence, finding, rule, reason=None, verdict=None, subject=None, profile=None, **more):
    """|finding| None: the endpoint is not even connected to, and the verdict has the reason."""
    expected = (expect(finding, rule, reason, verdict, **more) if finding is not None
                else {**more, "reason": reason, "verdict": verdict})
    write_recording(plugin, name, what, evidence + [trust_anchors(ROOT.certificate)], expected,
                    profile or {"delegate": ["dnssec-srv"], "prove": [["dane", "pkix"]]}, subject)


# ---- pkix ------------------------------------------------------------------------------------------

def pkix(name, what, certs, finding, rule, reason=None, srv="secure", **more):
    write("pkix", name, what, route(srv) + [presented(*certs)], finding, rule, reason,
          profile={"delegate": ["dnssec-srv"], "prove": ["pkix"]}, **more)


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
         [INTERMEDIATE.leaf(common_name=DOMAIN), chain], "mismatch", "PKIX-006", "names none")
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


# ---- dane ------------------------------------------------------------------------------------------

def dane(name, what, records, certs, finding, rule, reason=None, srv="secure", address="secure", **more):
    if isinstance(records, str):
        records = [records]
    if isinstance(records, list):
        records = dns(OWNER, "TLSA", records)
    evidence = route(srv, address) + ([records] if records is not None else []) + [presented(*certs)]
    write("dane", name, what, evidence, finding, rule, reason, **more)


def write_dane_outcomes():
    fits = [tlsa(3, 1, 1, HOSTED)]
    chain = [HOSTED, INTERMEDIATE.certificate]
    dane("bogus", "DANE-003: bogus records, a perfect certificate", dns(OWNER, "TLSA", fits, "bogus"), chain, None,
         None, "the TLSA lookup for _5269._tcp.hosting.example.net is bogus", verdict="veto")
    dane("failed", "DANE-003: a failed lookup is not an absence", dns(OWNER, "TLSA", None, None, "failed"), chain,
         None, None, "the TLSA lookup for _5269._tcp.hosting.example.net failed", verdict="undecided")
    dane("bogus-denial", "DANE-003: a denial that is bogus", dns(OWNER, "TLSA", None, "bogus"), chain, None, None,
         "is bogus", verdict="veto")
    dane("denied", "DANE-004: no records; PKIX proves it", dns(OWNER, "TLSA"), chain, "none", "DANE-004",
         verdict="proven", by=["pkix"])
    dane("insecure", "DANE-004: unsigned records that do not fit are nobody's", dns(OWNER, "TLSA", [tlsa(3, 1, 1, OTHER)],
                                                                                   "insecure"), chain, "none", "DANE-004",
         verdict="proven", by=["pkix"])
    dane("insecure-srv", "DELEG-008: no TLSA lookup behind unsigned SRV records", None, [OWN, INTERMEDIATE.certificate],
         "none", "DANE-002", srv="insecure", verdict="proven")
    dane("insecure-address", "DANE-002: no TLSA lookup behind unsigned addresses", None, chain, "none", "DANE-002",
         address="insecure", verdict="proven")
    dane("unusable", "DANE-007: no record is usable; PKIX proves it", "3 1 3 00ff", chain, "none", "DANE-007",
         "unknown matching type", verdict="proven")
    dane("usages", "DANE-011: a usage that the policy does not accept", tlsa(1, 1, 1, OTHER), chain, "none", "DANE-007",
         "the policy does not accept this usage", verdict="proven",
         profile={"prove": [["dane", "pkix"]], "params": {"dane": {"usages": [2, 3]}}})
    for name, first, second, finding in [("weaker", HOSTED, OTHER, "veto"), ("stronger", OTHER, HOSTED, "proven")]:
        dane(f"agility-{name}", f"DANE-017: only the {name} of two digests fits",
             [tlsa(3, 1, 1, first), tlsa(3, 1, 2, second)], chain, finding, "DANE-006" if finding == "veto" else "DANE-012")
    dane("later-stage", "DANE-006: a veto whatever the stage", tlsa(3, 1, 1, OTHER), chain, "veto", "DANE-006",
         profile={"delegate": ["dnssec-srv"], "prove": ["pkix", "dane"]})


def write_dane_usages():
    dane("3-fits", "DANE-012: expired, for clients, for another name, from nowhere: it fits", tlsa(3, 1, 1, OLD), [OLD],
         "proven", "DANE-012", by=["dane"])
    dane("3-differs", "DANE-006: PKIX is no rescue", tlsa(3, 1, 1, OTHER), [OWN, INTERMEDIATE.certificate], "veto",
         "DANE-006", "the peer's key has " + hashlib.sha256(spki(OWN)).hexdigest()[:8])
    dane("3-unreadable", "DANE-006: more certificates than are read are none that fits", tlsa(3, 1, 1, OWN), [OWN] * 11,
         "veto", "DANE-006", "no certificate that can be read")
    dane("3-any", "DANE-018: any one will do", [tlsa(3, 1, 1, OTHER), tlsa(3, 0, 1, OLD)], [OLD], "proven", "DANE-012")
    private = PRIVATE.certificate
    dane("2-fits", "DANE-013: an authority of one's own", tlsa(2, 0, 1, private), [HOME_MADE, private], "proven", "DANE-013")
    dane("2-whole", "DANE-014: 2 0 0 with the authority not presented", tlsa(2, 0, 0, private), [HOME_MADE], "proven",
         "DANE-013")
    dane("2-key", "DANE-014: 2 1 0 with the authority not presented", tlsa(2, 1, 0, private), [HOME_MADE], "proven",
         "DANE-013")
    dane("2-absent", "DANE-014: a digest of what is not presented cannot fit", tlsa(2, 0, 1, private), [HOME_MADE], "veto",
         "DANE-006", "no certificate of the chain fits")
    rogue = Authority("Rogue")
    dane("2-forged", "DANE-013: a rogue chain beside the right authority",
         tlsa(2, 0, 1, private), [rogue.leaf(f"DNS:{HOST}"), rogue.certificate, private], "veto", "DANE-006",
         "CN=Rogue is self-signed and not trusted itself")
    dane("2-other-name", "DANE-016: names count", tlsa(2, 0, 1, private), [PRIVATE.leaf("DNS:other.example"), private],
         "veto", "DANE-006", f"has to name {HOST} or {DOMAIN}, and names DNS:other.example")
    dane("2-own-name", "DANE-016: the domain's name will do, of any kind", tlsa(2, 0, 1, private),
         [PRIVATE.leaf(f"XMPP:{DOMAIN}"), private], "proven", "DANE-013")
    dane("2-expired", "DANE-013: dates count", tlsa(2, 0, 1, private),
         [PRIVATE.leaf(f"DNS:{HOST}", end="2026-06-01"), private], "veto", "DANE-006", "expired on 2026-06-01")
    chain = INTERMEDIATE.certificate
    dane("1-fits", "DANE-015: the certificate, and a path to a trust anchor", tlsa(1, 1, 1, OWN), [OWN, chain], "proven",
         "DANE-015")
    dane("1-untrusted", "DANE-015: the certificate, and no path", tlsa(1, 1, 1, HOME_MADE), [HOME_MADE], "veto", "DANE-006",
         "issuer CN=Private is not trusted")
    dane("1-other-name", "DANE-016: the certificate and a path, and another name", tlsa(1, 1, 1, OTHER), [OTHER, chain],
         "veto", "DANE-006", "and names DNS:other.example")
    dane("0-intermediate", "DANE-015: an authority on the path", tlsa(0, 0, 1, chain), [HOSTED, chain], "proven", "DANE-015")
    dane("0-root", "DANE-015: the root, which is not presented", tlsa(0, 0, 1, ROOT.certificate), [HOSTED, chain], "proven",
         "DANE-015")
    dane("0-leaf", "DANE-015: the certificate itself is no authority", tlsa(0, 0, 1, HOSTED), [HOSTED, chain], "veto",
         "DANE-006")


def write_dane_places():
    write("dane", "fallback", "DANE-008: no SRV records, signed denial",
          [dns(f"_xmpp-server._tcp.{DOMAIN}", "SRV"), dns(DOMAIN, "A", ["192.0.2.1"]),
           dns(f"_5269._tcp.{DOMAIN}", "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], "proven", "DANE-012",
          subject=initiating(endpoint(DOMAIN)))
    alias = [dns(f"_xmpp-server._tcp.{DOMAIN}", "SRV", [f"0 0 5269 {HOST}."]), dns(HOST, "CNAME", ["node.example.net."])]
    write("dane", "alias", "DANE-021: the fully expanded name comes first",
          alias + [dns("node.example.net", "A", ["192.0.2.1"]),
                   dns("_5269._tcp.node.example.net", "TLSA", [tlsa(3, 1, 1, OLD)]),
                   dns(OWNER, "TLSA", [tlsa(3, 1, 1, OTHER)]), presented(OLD)], "proven", "DANE-012", "node.example.net")
    write("dane", "alias-original", "DANE-021: without records there, the host's own name counts",
          alias + [dns("node.example.net", "A", ["192.0.2.1"]), dns("_5269._tcp.node.example.net", "TLSA"),
                   dns(OWNER, "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], "proven", "DANE-012", OWNER)
    write("dane", "alias-insecure-address", "DANE-021: unsigned addresses behind a signed alias",
          alias + [dns("node.example.net", "A", ["192.0.2.1"], "insecure"),
                   dns(OWNER, "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], "proven", "DANE-012", OWNER)
    links = {"srv": dns(f"_xmpp-server._tcp.{DOMAIN}", "SRV", [f"0 0 5269 {HOST}."]), "address": dns(HOST, "A", ["192.0.2.1"]),
             "alias": dns(OWNER, "CNAME", ["tlsa.example.net."]),
             "records": dns("tlsa.example.net", "TLSA", [tlsa(3, 1, 1, OLD)])}
    for short in ["srv", "alias", "records"]:
        lives = [{**item, "ttl": 60 if link == short else 3600} for link, item in links.items()]
        write("dane", f"lifetime-{short}", "SEC-009, DANE-024: a proof lives no longer than anything that it rests on",
              lives + [presented(OLD)], "proven", "DANE-012", not_after="2026-11-21T00:01:00Z")
    write("dane", "lifetime-host-alias", "SEC-009, DANE-021: nor than the alias that leads to the records",
          [alias[0], {**alias[1], "ttl": 60}, dns("node.example.net", "A", ["192.0.2.1"]),
           dns("_5269._tcp.node.example.net", "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], "proven", "DANE-012",
          not_after="2026-11-21T00:01:00Z")
    on = {"prove": [["dane", "pkix"]], "params": {"dane": {"clients": True}}}
    srv = [dns(f"_xmpp-server._tcp.{DOMAIN}", "SRV", [f"0 0 5269 {HOST}.", "1 0 5270 b.example.net."]),
           dns(f"_xmpps-server._tcp.{DOMAIN}", "SRV")]
    records = [dns(OWNER, "TLSA", [tlsa(3, 1, 1, OTHER)]), dns("_5270._tcp.b.example.net", "TLSA", [tlsa(3, 1, 1, OLD)])]
    write("dane", "client", "DANE-027: a client presents what one of its domain's hosts does", srv + records + [presented(OLD)],
          "proven", "DANE-027", "b.example.net", subject=receiving(), profile=on)
    write("dane", "client-anonymous", "DANE-027: a client that presents nothing", srv + records, "none", "DANE-027",
          "no certificate that can be read", subject=receiving(), profile=on)
    write("dane", "client-differs", "DANE-027: nobody promised that; PKIX proves it",
          srv + records + [presented(OWN, INTERMEDIATE.certificate)], "mismatch", "DANE-027", verdict="proven",
          subject=receiving(), profile=on)
    write("dane", "client-off", "DANE-027: off unless the operator says so", srv + [presented(OLD)], "none", "DANE-027",
          subject=receiving())


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
write_dane_outcomes()
write_dane_usages()
write_dane_places()
write_corpus()
