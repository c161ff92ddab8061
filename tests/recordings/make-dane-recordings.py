#!/usr/bin/env python3
"""Write the recordings of dane: one small case for each rule.

Run it after a change, and look at what `git diff` shows.
"""

import hashlib

from dane_recordings import (BOTH, DIRECT_SRV, HOME_MADE, HOSTED, INTERMEDIATE, OLD, OTHER, OWN, OWNER, PRIVATE, ROOT, SRV,
                             dane, with_params, write)
from recordings import DOMAIN, HOST, Authority, dns, endpoint, initiating, key, presented, receiving, route, spki, tlsa

CHAIN = [HOSTED, INTERMEDIATE.certificate]


# ---- What the answer is worth ----------------------------------------------------------------------

def write_outcomes():
    fits = [tlsa(3, 1, 1, HOSTED)]
    chain = [HOSTED, INTERMEDIATE.certificate]
    dane("bogus", "DANE-003: bogus records, a perfect certificate", dns(OWNER, "TLSA", fits, "bogus"), chain, None,
         None, "the TLSA lookup for _5269._tcp.hosting.example.net is bogus", verdict="veto")
    dane("failed", "DANE-003: a failed lookup is not an absence", dns(OWNER, "TLSA", None, None, "failed"), chain,
         None, None, "the TLSA lookup for _5269._tcp.hosting.example.net failed", verdict="undecided")
    dane("bogus-denial", "DANE-003: a denial that is bogus", dns(OWNER, "TLSA", None, "bogus"), chain, None, None,
         "is bogus", verdict="veto")
    dane("indeterminate", "DANE-003: records whose security cannot be told", dns(OWNER, "TLSA", fits, "indeterminate"), chain,
         None, None, "the TLSA lookup for _5269._tcp.hosting.example.net failed", verdict="undecided")
    dane("many", "SEC-006: more records than anybody needs", [tlsa(3, 1, 1, HOSTED)] * 33, chain, None, None,
         "there are 33 TLSA records", verdict="veto")
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
         profile=with_params(usages=[2, 3]))
    for name, first, second, finding in [("weaker", HOSTED, OTHER, "veto"), ("stronger", OTHER, HOSTED, "proven")]:
        dane(f"agility-{name}", f"DANE-017: only the {name} of two digests fits",
             [tlsa(3, 1, 1, first), tlsa(3, 1, 2, second)], chain, finding, "DANE-006" if finding == "veto" else "DANE-012")
    dane("later-stage", "DANE-006: a veto whatever the stage", tlsa(3, 1, 1, OTHER), chain, "veto", "DANE-006",
         profile={"delegate": ["dnssec-srv"], "prove": ["pkix", "dane"]})


def write_unusable():
    chain = CHAIN
    for name, what, record, reason in [
            ("usage", "an unknown usage", "4 1 1 00", "4 1 1 00...: unknown certificate usage"),
            ("private", "the usage for private use", "255 1 1 00", "unknown certificate usage"),
            ("selector", "an unknown selector", "3 2 1 00", "unknown selector"),
            ("sha-256", "a digest of another length", "3 1 1 00ff", "not as long as a SHA-256 digest"),
            ("sha-512", "a digest of another length", "3 1 2 " + "00" * 32, "not as long as a SHA-512 digest"),
            ("no-data", "nothing but three numbers", r"\# 3 030101", "not as long as a SHA-256 digest"),
            ("too-short", "not even three numbers", r"\# 2 0301", "a record: it is not well formed"),
            ("certificate", "a whole certificate that is none", "3 0 0 300a0000", "holds no certificate or key"),
            ("key", "a whole key that is none", "3 1 0 300a0000", "holds no certificate or key"),
            ("key-as-certificate", "a key where the selector says certificate", "3 0 0 " + spki(HOSTED).hex(),
             "holds no certificate or key")]:
        dane(f"unusable-{name}", f"DANE-009, DANE-007: {what}; PKIX proves it", record, chain, "none", "DANE-007", reason,
             verdict="proven", by=["pkix"])
    dane("unusable-mismatch", "DANE-007: no record is usable, and PKIX proves nothing", "3 1 3 00ff", [HOME_MADE], "none",
         "DANE-007")
    dane("unusable-beside", "DANE-006, DANE-009: what cannot be used does not count, what can does",
         ["3 1 3 00ff", tlsa(3, 1, 1, OTHER)], chain, "veto", "DANE-006")
    dane("mask-rfc7671", "DANE-011: usages 2 and 3", [tlsa(1, 1, 1, OTHER), tlsa(0, 0, 1, PRIVATE.certificate)], chain, "none",
         "DANE-007", "the policy does not accept this usage", verdict="proven", profile=with_params(mask="rfc7671"))
    dane("mask-rfc7712", "DANE-011: usages 1 and 3", [tlsa(2, 0, 1, PRIVATE.certificate), tlsa(3, 1, 1, HOSTED)], chain,
         "proven", "DANE-012", profile=with_params(mask="rfc7712"))
    dane("digests", "DANE-009: too weak by policy", tlsa(3, 1, 1, OTHER), chain, "none", "DANE-007",
         "the policy does not accept this digest", verdict="proven", profile=with_params(digests=["sha2-512"]))
    dane("digests-order", "DANE-017: the policy's order of digests", [tlsa(3, 1, 1, HOSTED), tlsa(3, 1, 2, OTHER)], chain,
         "proven", "DANE-012", profile=with_params(digests=["sha2-256", "sha2-512"]))
    dane("agility-full", "DANE-017: what is there as a whole is no digest", [tlsa(3, 1, 0, HOSTED), tlsa(3, 1, 2, OTHER)], chain,
         "proven", "DANE-012")
    dane("agility-apart", "DANE-017: only digests of one usage and selector outdo each other",
         [tlsa(3, 1, 1, HOSTED), tlsa(3, 0, 2, OTHER), tlsa(2, 1, 2, OTHER)], chain, "proven", "DANE-012")


# ---- Whether a record fits -------------------------------------------------------------------------

def write_usages():
    dane("3-fits", "DANE-012: expired, for clients, for another name, from nowhere: it fits", tlsa(3, 1, 1, OLD), [OLD],
         "proven", "DANE-012", by=["dane"])
    dane("3-differs", "DANE-006: PKIX is no rescue", tlsa(3, 1, 1, OTHER), [OWN, INTERMEDIATE.certificate], "veto",
         "DANE-006", "the peer's key has " + hashlib.sha256(spki(OWN)).hexdigest()[:8])
    dane("3-unreadable", "DANE-006: more certificates than are read are none that fits", tlsa(3, 1, 1, OWN), [OWN] * 11,
         "veto", "DANE-006", "no certificate that can be read")
    dane("3-any", "DANE-018: any one will do", [tlsa(3, 1, 1, OTHER), tlsa(3, 0, 1, OLD)], [OLD], "proven", "DANE-012")
    for selector in [0, 1]:
        for matching in [0, 1, 2]:
            dane(f"3-{selector}-{matching}", "DANE-010: every selector and matching type", tlsa(3, selector, matching, OLD), [OLD],
                 "proven", "DANE-012", f"3 {selector} {matching} ", rests_on=[["dnssec"]])
            dane(f"2-{selector}-{matching}", "DANE-010: every selector and matching type",
                 tlsa(2, selector, matching, PRIVATE.certificate), [HOME_MADE, PRIVATE.certificate], "proven", "DANE-013",
                 f"2 {selector} {matching} ", rests_on=[["dnssec"]])
    private = PRIVATE.certificate
    dane("2-fits", "DANE-013: an authority of one's own", tlsa(2, 0, 1, private), [HOME_MADE, private], "proven", "DANE-013")
    dane("2-whole", "DANE-014: 2 0 0 with the authority not presented", tlsa(2, 0, 0, private), [HOME_MADE], "proven",
         "DANE-013")
    dane("2-key", "DANE-014: 2 1 0 with the authority not presented", tlsa(2, 1, 0, private), [HOME_MADE], "proven",
         "DANE-013")
    dane("2-absent", "DANE-014: a digest of what is not presented cannot fit", tlsa(2, 0, 1, private), [HOME_MADE], "veto",
         "DANE-006", "none of the certificates that were presented fits")
    rogue = Authority("Rogue")
    dane("2-forged", "DANE-013: a rogue chain beside the right authority",
         tlsa(2, 0, 1, private), [rogue.leaf(f"DNS:{HOST}"), rogue.certificate, private], "veto", "DANE-006",
         "CN=Rogue is self-signed and not trusted itself")
    dane("2-other-name", "DANE-016: names count", tlsa(2, 0, 1, private), [PRIVATE.leaf("DNS:other.example"), private],
         "veto", "DANE-006", f"has to name {DOMAIN} or {HOST}, and names DNS:other.example")
    dane("2-own-name", "DANE-016: the domain's name will do, of any kind", tlsa(2, 0, 1, private),
         [PRIVATE.leaf(f"XMPP:{DOMAIN}"), private], "proven", "DANE-013")
    dane("2-expired", "DANE-013: dates count", tlsa(2, 0, 1, private),
         [PRIVATE.leaf(f"DNS:{HOST}", end="2026-06-01"), private], "veto", "DANE-006", "expired on 2026-06-01")
    write_more_of_usage_2()
    write_usages_0_and_1()


def write_more_of_usage_2():
    private = PRIVATE.certificate
    alone = Authority("Alone")
    own = alone.issue("alone", alone.key, names=[f"DNS:{HOST}"])
    dane("2-intermediate", "DANE-013: an authority that is no root, whatever is above it", tlsa(2, 0, 1, INTERMEDIATE.certificate),
         CHAIN, "proven", "DANE-013")
    dane("2-leaf", "DANE-013: a certificate that is its own anchor", tlsa(2, 0, 1, own), [own], "proven", "DANE-013")
    dane("2-unsorted", "DANE-013: the chain in another order, with strangers", tlsa(2, 0, 1, ROOT.certificate),
         [HOSTED, private, ROOT.certificate, OTHER, INTERMEDIATE.certificate], "proven", "DANE-013")
    dane("2-key-above", "DANE-014: 2 1 0 with the authority two steps up not presented", tlsa(2, 1, 0, ROOT.certificate), CHAIN,
         "proven", "DANE-013")
    dane("2-key-stranger", "DANE-014: 2 1 0 of a key that signed none of it", tlsa(2, 1, 0, private), CHAIN, "veto", "DANE-006",
         "none of the certificates that were presented fits")
    old = Authority("Old", end="2026-06-01")
    dane("2-expired-authority", "DANE-013: dates count, the authority's too", tlsa(2, 0, 1, old.certificate),
         [old.leaf(f"DNS:{HOST}"), old.certificate], "veto", "DANE-006", "CN=Old expired on 2026-06-01")
    host = INTERMEDIATE.issue("host", key("host"), names=["DNS:other.example"])
    victim = Authority("host").leaf(f"DNS:{HOST}")
    impostor = Authority("host", seed="host")
    dane("2-no-authority", "DANE-013: a host is no authority", tlsa(2, 0, 1, host), [impostor.leaf(f"DNS:{HOST}"), host], "veto",
         "DANE-006", "no certification authority")
    dane("2-same-name", "DANE-013: a name is not a signature", tlsa(2, 0, 1, host), [victim, host], "veto", "DANE-006")
    confined = Authority("Confined", constraint="DNS:example.org")
    dane("2-constrained", "DANE-013: the anchor's own constraints apply", tlsa(2, 0, 1, confined.certificate),
         [confined.leaf(f"DNS:{HOST}"), confined.certificate], "veto", "DANE-006", "do not permit")
    other_root = Authority("Other root")
    cross = Authority("Root", other_root)
    chain = [HOSTED, INTERMEDIATE.certificate, cross.certificate, other_root.certificate]
    dane("2-cross-signed", "DANE-013: an authority that signed our root", tlsa(2, 0, 1, other_root.certificate), chain, "proven",
         "DANE-013")
    dane("2-cross-signed-key", "DANE-013: the key of a root, presented as somebody else signed it", tlsa(2, 1, 1, ROOT.certificate),
         chain, "proven", "DANE-013")


def write_usages_0_and_1():
    chain = INTERMEDIATE.certificate
    dane("1-fits", "DANE-015: the certificate, and a path to a trust anchor", tlsa(1, 1, 1, OWN), [OWN, chain], "proven",
         "DANE-015", rests_on=[["webpki", "dnssec"]])
    dane("1-host", "DANE-015, DANE-016: the same by the host's name, which rests on signed DNS alone", tlsa(1, 0, 2, HOSTED),
         [HOSTED, chain], "proven", "DANE-015", rests_on=[["dnssec"]])
    expired = INTERMEDIATE.leaf(f"DNS:{HOST}", end="2026-06-01")
    dane("1-expired", "DANE-015: dates count", tlsa(1, 1, 1, expired), [expired, chain], "veto", "DANE-006",
         "the certificate expired on 2026-06-01")
    dane("1-untrusted", "DANE-015: the certificate, and no path", tlsa(1, 1, 1, HOME_MADE), [HOME_MADE], "veto", "DANE-006",
         "issuer CN=Private is not trusted")
    dane("1-other-name", "DANE-016: the certificate and a path, and another name", tlsa(1, 1, 1, OTHER), [OTHER, chain],
         "veto", "DANE-006", "and names DNS:other.example")
    dane("0-intermediate", "DANE-015: an authority on the path", tlsa(0, 0, 1, chain), [HOSTED, chain], "proven", "DANE-015")
    dane("0-root", "DANE-015: the root, which is not presented", tlsa(0, 0, 1, ROOT.certificate), [HOSTED, chain], "proven",
         "DANE-015")
    other_root = Authority("Other root")
    cross, back = Authority("Root", other_root), Authority("Other root", ROOT)
    far = [HOSTED, chain, cross.certificate, back.certificate]
    dane("0-cross-signed", "DANE-015: a root that somebody else signed too", tlsa(0, 0, 1, ROOT.certificate), far, "proven",
         "DANE-015")
    dane("0-detour", "DANE-015: a detour by somebody who signed our root, and whom our root signed", tlsa(0, 0, 1, back.certificate),
         far, "veto", "DANE-006")
    dane("0-untrusted", "DANE-015: the authority, and no path to a trust anchor", tlsa(0, 0, 1, PRIVATE.certificate),
         [HOME_MADE, PRIVATE.certificate], "veto", "DANE-006", "CN=Private is self-signed and not trusted")
    dane("0-leaf", "DANE-015: the certificate itself is no authority", tlsa(0, 0, 1, HOSTED), [HOSTED, chain], "veto",
         "DANE-006")


# ---- Where the records are -------------------------------------------------------------------------

def write_places():
    write("fallback", "DANE-008: no SRV records, signed denial",
          [dns(SRV, "SRV"), dns(DOMAIN, "A", ["192.0.2.1"]),
           dns(f"_5269._tcp.{DOMAIN}", "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], "proven", "DANE-012",
          subject=initiating(endpoint(DOMAIN)))
    write_more_fallbacks()
    write_aliases()
    write_lifetimes()
    write_endpoints()


def write_more_fallbacks():
    def fallback(name, what, finding, rule, reason=None, denial="secure", address="secure", verdict=None, profile=None):
        write(f"fallback-{name}", what,
              [dns(SRV, "SRV", security=denial), dns(DOMAIN, "A", ["192.0.2.1"], address),
               dns(f"_5269._tcp.{DOMAIN}", "TLSA", [tlsa(3, 1, 1, OTHER)]), presented(OWN, INTERMEDIATE.certificate)],
              finding, rule, reason, subject=initiating(endpoint(DOMAIN)), verdict=verdict, profile=profile)
    fallback("differs", "DANE-006, DANE-008: the domain's own records bind", "veto", "DANE-006")
    fallback("off", "DANE-008: unless the operator says so", "none", "DANE-008", "the parameter fallback is off",
             verdict="proven", profile=with_params(fallback=False))
    fallback("insecure", "DANE-008: not where the denial of SRV records is unsigned", "none", "DANE-008",
             "that there are no SRV records is not signed", denial="insecure", verdict="proven")
    fallback("insecure-address", "DANE-008, DANE-002: nor where the addresses are", "none", "DANE-002",
             "its addresses are not signed", address="insecure", verdict="proven")
    elsewhere = PRIVATE.leaf("DNS:elsewhere.example")
    write("fallback-alias", "DANE-008: what the domain is an alias of does not count",
          [dns(SRV, "SRV"), dns(DOMAIN, "CNAME", ["elsewhere.example."]), dns("elsewhere.example", "A", ["192.0.2.1"]),
           dns("_5269._tcp.elsewhere.example", "TLSA", [tlsa(3, 1, 1, OLD)]),
           dns(f"_5269._tcp.{DOMAIN}", "TLSA", [tlsa(2, 0, 1, PRIVATE.certificate)]),
           presented(elsewhere, PRIVATE.certificate)], "veto", "DANE-006", "names DNS:elsewhere.example",
          subject=initiating(endpoint(DOMAIN)))


def write_aliases():
    alias = [dns(SRV, "SRV", [f"0 0 5269 {HOST}."]), dns(HOST, "CNAME", ["node.example.net."])]
    write("alias", "DANE-021: the fully expanded name comes first",
          alias + [dns("node.example.net", "A", ["192.0.2.1"]),
                   dns("_5269._tcp.node.example.net", "TLSA", [tlsa(3, 1, 1, OLD)]),
                   dns(OWNER, "TLSA", [tlsa(3, 1, 1, OTHER)]), presented(OLD)], "proven", "DANE-012", "node.example.net")
    write("alias-6", "DANE-021: also where only its address of version 6 is known",
          alias + [dns("node.example.net", "AAAA", ["2001:db8::1"]),
                   dns("_5269._tcp.node.example.net", "TLSA", [tlsa(3, 1, 1, OLD)]),
                   dns(OWNER, "TLSA", [tlsa(3, 1, 1, OTHER)]), presented(OLD)], "proven", "DANE-012", "node.example.net")
    write("alias-original", "DANE-021: without records there, the host's own name counts",
          alias + [dns("node.example.net", "A", ["192.0.2.1"]), dns("_5269._tcp.node.example.net", "TLSA"),
                   dns(OWNER, "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], "proven", "DANE-012", OWNER)
    write("alias-insecure-address", "DANE-021: unsigned addresses behind a signed alias",
          alias + [dns("node.example.net", "A", ["192.0.2.1"], "insecure"),
                   dns(OWNER, "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], "proven", "DANE-012", OWNER)
    write("alias-insecure", "DANE-021: an unsigned alias leads to no records",
          [alias[0], dns(HOST, "CNAME", ["node.example.net."], "insecure"), dns("node.example.net", "A", ["192.0.2.1"]),
           dns(OWNER, "TLSA", [tlsa(3, 1, 1, OTHER)]), presented(*CHAIN)], "none", "DANE-002", verdict="proven")
    between = dns(HOST, "CNAME", ["between.example.net."])
    write("alias-between", "DANE-021: names between the first and the last are not looked up",
          [alias[0], between, dns("between.example.net", "CNAME", ["node.example.net."]),
           dns("node.example.net", "A", ["192.0.2.1"]), dns("_5269._tcp.node.example.net", "TLSA"),
           dns("_5269._tcp.between.example.net", "TLSA", [tlsa(3, 1, 1, OTHER)]), dns(OWNER, "TLSA"), presented(*CHAIN)],
          "none", "DANE-004", verdict="proven")
    write("alias-half-insecure", "DANE-021: with the second link unsigned the host's own name counts",
          [alias[0], between, dns("between.example.net", "CNAME", ["node.example.net."], "insecure"),
           dns("node.example.net", "A", ["192.0.2.1"], "insecure"), dns(OWNER, "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)],
          "proven", "DANE-012", OWNER)
    node = [dns("node.example.net", "A", ["192.0.2.1"])]
    write("alias-failed", "DANE-003, DANE-021: what could not be looked up at the first name is no word on it",
          alias + node + [dns("_5269._tcp.node.example.net", "TLSA", security=None, outcome="failed"),
                          dns(OWNER, "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], None, None,
          "the TLSA lookup for _5269._tcp.node.example.net failed", verdict="undecided")
    for name, host in [("expanded", "node.example.net"), ("original", HOST), ("domain", DOMAIN)]:
        write(f"alias-name-{name}", "DANE-016, DANE-021: the last name is the first choice, the others will do",
              alias + node + [dns("_5269._tcp.node.example.net", "TLSA", [tlsa(2, 0, 1, PRIVATE.certificate)]),
                              presented(PRIVATE.leaf(f"DNS:{host}"), PRIVATE.certificate)], "proven", "DANE-013",
              f"which names {host}")
    for security, finding, rule in [("secure", "proven", "DANE-012"), ("insecure", "none", "DANE-004"), ("bogus", None, None)]:
        write(f"records-alias-{security}", f"DANE-020: an alias where the records ought to be, {security}",
              [alias[0], dns(HOST, "A", ["192.0.2.1"]), dns(OWNER, "CNAME", ["tlsa.example.net."], security),
               dns("tlsa.example.net", "TLSA", [tlsa(3, 1, 1, HOSTED)]), presented(*CHAIN)], finding, rule,
              "is bogus" if finding is None else OWNER, verdict="veto" if finding is None else "proven")
    write("records-alias-name", "DANE-020: such an alias is no name of the host's",
          [alias[0], dns(HOST, "A", ["192.0.2.1"]), dns(OWNER, "CNAME", ["_5269._tcp.node.example.net."]),
           dns("_5269._tcp.node.example.net", "TLSA", [tlsa(2, 0, 1, PRIVATE.certificate)]),
           presented(PRIVATE.leaf("DNS:node.example.net"), PRIVATE.certificate)], "veto", "DANE-006",
          f"has to name {DOMAIN} or {HOST}")


def write_lifetimes():
    alias = [dns(SRV, "SRV", [f"0 0 5269 {HOST}."]), dns(HOST, "CNAME", ["node.example.net."])]
    links = {"srv": dns(SRV, "SRV", [f"0 0 5269 {HOST}."]), "address": dns(HOST, "A", ["192.0.2.1"]),
             "alias": dns(OWNER, "CNAME", ["tlsa.example.net."]),
             "records": dns("tlsa.example.net", "TLSA", [tlsa(3, 1, 1, OLD)])}
    for short in ["srv", "alias", "records"]:
        lives = [{**item, "ttl": 60 if link == short else 3600} for link, item in links.items()]
        write(f"lifetime-{short}", "SEC-009, DANE-024: a proof lives no longer than anything that it rests on",
              lives + [presented(OLD)], "proven", "DANE-012", not_after="2026-11-21T00:01:00Z")
    denials = [dns(DOMAIN, "A", ["192.0.2.1"]), dns(DOMAIN, "AAAA"), dns(f"_5269._tcp.{DOMAIN}", "TLSA", [tlsa(3, 1, 1, OLD)]),
               presented(OLD)]
    for short, long in [(SRV, DIRECT_SRV), (DIRECT_SRV, SRV)]:
        write(f"lifetime-denial-{short.split('.')[0][1:]}", "SEC-009, DANE-008: nor than the denial of SRV records, of either kind",
              [{**dns(short, "SRV"), "ttl": 60}, {**dns(long, "SRV"), "ttl": 3600}] + denials, "proven", "DANE-012",
              not_after="2026-11-21T00:01:00Z", subject={"domain": DOMAIN, "service": "xmpp-server"})
    write("lifetime-host-alias", "SEC-009, DANE-021: nor than the alias that leads to the records",
          [alias[0], {**alias[1], "ttl": 60}, dns("node.example.net", "A", ["192.0.2.1"]),
           dns("_5269._tcp.node.example.net", "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], "proven", "DANE-012",
          not_after="2026-11-21T00:01:00Z")


def write_endpoints():
    records = [dns(OWNER, "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)]
    a, aaaa = dns(HOST, "A", ["192.0.2.1"]), dns(HOST, "AAAA", ["2001:db8::1"], "bogus")
    srv = [dns(SRV, "SRV", [f"0 0 5269 {HOST}."])]
    write("address-one-bogus", "DELEG-013, DANE-002: a signed address beside a bogus one", srv + [a, aaaa] + records, "proven",
          "DANE-012")
    write("address-one-insecure", "DELEG-013: an unsigned address beside a bogus one",
          srv + [{**a, "security": "insecure"}, aaaa] + records, None, None, "count only if they are signed", verdict="veto")
    write("address-mixed", "DANE-002: one family that is signed will do",
          srv + [{**a, "security": "insecure"}, {**aaaa, "security": "secure"}] + records, "proven", "DANE-012")
    write("other-host", "DELEG-011, DANE-002: the records of a host that the domain does not name",
          [dns(SRV, "SRV", ["0 0 5269 elsewhere.example."]), a] + records, "none", "DANE-002", "no SRV record of the domain names it")
    write("other-port", "DANE-023: the records of another port", [dns(SRV, "SRV", [f"0 0 5270 {HOST}."]), a] + records, "none",
          "DANE-002")
    write("configured", "DELEG-016: the records of a host that the operator named", [a] + records, "proven", "DANE-012",
          subject=initiating(endpoint(configured=True)), delegation={"security": "secure", "rests_on": ["config"]})
    write("configured-insecure", "DELEG-016, DANE-002: if its addresses are signed", [{**a, "security": "insecure"}] + records,
          "none", "DANE-002", subject=initiating(endpoint(configured=True)))
    proven, unproven = {"host": HOST, "port": 5269, "rests_on": [["webpki"]]}, {"host": HOST, "port": 5269}
    write("redirect", "DANE-028: the records of a host that a proven server sent us to", [a] + records, "proven", "DANE-012",
          subject=initiating(endpoint(), redirect=proven), rests_on=[["dnssec"], ["webpki"]])
    write("redirect-srv", "DANE-028, FLOW-026: the same by that host's own SRV records",
          [dns(f"_xmpp-server._tcp.{HOST}", "SRV", [f"0 0 5269 {HOST}."]), a] + records, "proven", "DANE-012",
          subject=initiating(endpoint(), redirect={"host": HOST, "rests_on": [["dnssec"]]}), rests_on=[["dnssec"]])
    write("redirect-srv-insecure", "DANE-028, DANE-002: which have to be signed",
          [dns(f"_xmpp-server._tcp.{HOST}", "SRV", [f"0 0 5269 {HOST}."], "insecure"), a] + records, "none", "DANE-028",
          subject=initiating(endpoint(), redirect={"host": HOST, "rests_on": [["dnssec"]]}))
    write("redirect-unproven", "DANE-028: those of a host that just anybody sent us to", [a] + records, "none", "DANE-028",
          subject=initiating(endpoint(), redirect=unproven))
    hosted = [dns(OWNER, "TLSA", [tlsa(1, 1, 1, HOSTED)]), presented(*CHAIN)]
    write("redirect-name", "DANE-028, DANE-016: the host's name is none of the domain's", [a] + hosted, "veto", "DANE-006",
          "the certificate has to name im.example.com, and names", subject=initiating(endpoint(), redirect=proven))
    long_host = ".".join(["x" * 63] * 3 + ["y" * 50, "example"])
    write("long", "DANE-026: a name that DNS cannot hold has no records",
          [dns(SRV, "SRV", [f"0 0 5269 {long_host}."]), dns(long_host, "A", ["192.0.2.1"]), presented(OWN, INTERMEDIATE.certificate)],
          "none", "DANE-004", verdict="proven", subject=initiating(endpoint(long_host)))
    none = [dns(DIRECT_SRV, "SRV")]
    two = [dns(SRV, "SRV", [f"0 0 5269 {HOST}.", "1 0 5269 b.example.net."])] + none
    for host in [HOST, "b.example.net"]:
        two += [dns(host, "A", ["192.0.2.1"]), dns(host, "AAAA")]
    write("next-endpoint", "ERR-08, DANE-003: bogus records bar one endpoint, and the next is tried",
          two + [dns(OWNER, "TLSA", [tlsa(3, 1, 1, HOSTED)], "bogus"),
                 dns("_5269._tcp.b.example.net", "TLSA", [tlsa(3, 1, 1, OLD)]), presented(OLD)], "proven", "DANE-012",
          "b.example.net", subject={"domain": DOMAIN, "service": "xmpp-server"})
    write_clients()


def write_clients():
    on = with_params(clients=True)
    srv = [dns(SRV, "SRV", [f"0 0 5269 {HOST}.", "1 0 5270 b.example.net."]),
           dns(DIRECT_SRV, "SRV")]
    records = [dns(OWNER, "TLSA", [tlsa(3, 1, 1, OTHER)]), dns("_5270._tcp.b.example.net", "TLSA", [tlsa(3, 1, 1, OLD)])]
    write("client", "DANE-027: a client presents what one of its domain's hosts does", srv + records + [presented(OLD)],
          "proven", "DANE-027", "b.example.net", subject=receiving(), profile=on)
    write("client-anonymous", "DANE-027: a client that presents nothing", srv + records, "none", "DANE-027",
          "no certificate that can be read", subject=receiving(), profile=on)
    write("client-differs", "DANE-027: nobody promised that; PKIX proves it",
          srv + records + [presented(OWN, INTERMEDIATE.certificate)], "mismatch", "DANE-027", verdict="proven",
          subject=receiving(), profile=on)
    write("client-off", "DANE-027: off unless the operator says so", srv + [presented(OLD)], "none", "DANE-027",
          subject=receiving())
    failed = dns(OWNER, "TLSA", security=None, outcome="failed")
    write("client-failed", "DANE-027, DANE-003: a lookup that failed might have proved it", srv + [failed, records[1]] +
          [presented(OTHER)], "error", "DANE-003", verdict="undecided", subject=receiving(), profile=on)
    write("client-failed-other", "DANE-027: unless another host proves it", srv + [failed, records[1]] + [presented(OLD)],
          "proven", "DANE-027", subject=receiving(), profile=on)
    write("client-srv-failed", "DANE-027, DELEG-007: hosts that could not be looked up are not absent",
          [dns(SRV, "SRV", security=None, outcome="failed"), srv[1], presented(OTHER)], "error", "DELEG-007", verdict="undecided",
          subject=receiving(), profile=on)
    write("client-insecure", "DANE-027: only hosts that signed SRV records name", [{**srv[0], "security": "insecure"}, srv[1]] +
          records + [presented(OLD)], "none", "DANE-027", subject=receiving(), profile=on)
    authority = dns("_5270._tcp.b.example.net", "TLSA", [tlsa(2, 0, 1, PRIVATE.certificate)])
    for name, host, finding in [("named", "b.example.net", "proven"), ("other-name", HOST, "mismatch")]:
        write(f"client-2-{name}", "DANE-027: usages 0 and 2 with a name of that host",
              srv + [records[0], authority, presented(PRIVATE.leaf(f"DNS:{host}"), PRIVATE.certificate)], finding, "DANE-027",
              subject=receiving(), profile=on)


# ---- What a profile demands of a result ------------------------------------------------------------

def demand(name, what, records, certs, reason, verdict, by=(), extra=(), prove=(["dane", "pkix"],), subject=None, **demanded):
    """|reason| is the verdict's; |demanded| is said in the profile."""
    evidence = route() + [dns(OWNER, "TLSA", records), presented(*certs), *extra]
    write(name, what, evidence, None, None, reason, verdict, subject, {"prove": list(prove), **demanded}, by=list(by))


def dialback(name="tls", outcome="answered"):
    return {"kind": "dialback", "name": name, "outcome": outcome, **({"data": []} if outcome == "answered" else {})}


def write_demands():
    own, hosted, usage_3 = [OWN, INTERMEDIATE.certificate], CHAIN, [tlsa(3, 1, 1, OWN)]
    short = "proves it, but whoever breaks"
    demand("withstand-webpki", "POL-007: PKIX alone would not be enough", usage_3, own, "", "proven", ["dane", "pkix"],
           withstand=["webpki"])
    demand("withstand-webpki-pkix", "POL-007: a mis-issued certificate would prove it as well", None, own,
           f"pkix {short} webpki", "unproven", withstand=["webpki"])
    demand("withstand-dnssec", "POL-007: the domain's own name rests on no DNS", usage_3, own, "", "proven", ["dane", "pkix"],
           withstand=["dnssec"])
    demand("withstand-dnssec-hosted", "POL-007: the host's name rests on signed DNS", None, hosted, f"pkix {short} dnssec",
           "unproven", withstand=["dnssec"])
    demand("withstand-any", "POL-007: two proofs that have no root in common", usage_3, own, "", "proven", ["dane", "pkix"],
           withstand="any")
    demand("withstand-any-dane", "POL-007: one proof that has one root", [tlsa(3, 1, 1, OLD)], [OLD], f"dane {short} dnssec",
           "unproven", withstand="any")
    demand("withstand-any-usage-1", "POL-007: one proof that has two roots", [tlsa(1, 1, 1, OWN)], own, "", "proven",
           ["dane", "pkix"], withstand="any")
    demand("withstand-both", "POL-007: an attacker who has both roots", usage_3, own, f"dane {short} webpki and dnssec",
           "unproven", withstand=["webpki", "dnssec"])
    demand("withstand-later-stage", "POL-007, POL-003: what is proven too weakly needs the next stage", usage_3, own, "",
           "proven", ["pkix", "dane"], prove=["pkix", "dane"], withstand=["webpki"])
    demand("withstand-no-stage", "POL-003: what is proven well enough does not", None, own, "", "proven", ["pkix"],
           prove=["pkix", "dane"])
    nothing = "no prooftype proves it; dialback over"
    weak = {"minimum": "weak"}
    demand("dialback", "POL-001, DB-019: dialback over TLS", None, [HOME_MADE], f"{nothing} TLS", "weak", extra=[dialback()],
           **weak)
    demand("dialback-proof", "DB-019: a proof needs no dialback", usage_3, own, "", "proven", ["dane", "pkix"],
           extra=[dialback()], **weak)
    demand("dialback-usual", "POL-002: not unless the policy says so", None, [HOME_MADE], "", "unproven", extra=[dialback()])
    demand("dialback-none", "POL-001: nobody did it", None, [HOME_MADE], "", "unproven", **weak)
    demand("dialback-invalid", "DB-019: it fails", None, [HOME_MADE], "", "unproven", extra=[dialback(outcome="denied")], **weak)
    demand("dialback-failed", "SEC-002: it could not be done", None, [HOME_MADE], "could not be done this time", "undecided",
           extra=[dialback(outcome="failed")], **weak)
    demand("dialback-clear", "POL-001: in clear is less than weak", None, [HOME_MADE], "", "unproven",
           extra=[dialback("clear")], **weak)
    demand("dialback-none-tls", "POL-001: in clear, if that is enough", None, [HOME_MADE], f"{nothing} a stream in clear",
           "weak", extra=[dialback("clear")], minimum="none-tls")
    demand("dialback-veto", "POL-004, DANE-006: no way around a veto", [tlsa(3, 1, 1, OTHER)], [HOME_MADE], "", "veto",
           extra=[dialback()], **weak)
    demand("dialback-withstand", "POL-007: dialback withstands nobody", None, [HOME_MADE], "", "unproven", extra=[dialback()],
           withstand=["webpki"], **weak)


write_outcomes()
write_unusable()
write_usages()
write_places()
write_demands()
