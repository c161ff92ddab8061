#!/usr/bin/env python3
"""Write the recordings of dnssec-srv and hello: one small case for each rule, and the recordings' fuzzing corpus.

Run it after a change, and look at what `git diff` shows.
"""

import hashlib
import json

from recordings import (DOMAIN, HOST, TOP, certificate, der, dns, endpoint, expect, https, initiating, key, presented, receiving,
                        route, write_recording)

PRIMARY = certificate(DOMAIN, key("tenant"), names=[f"XMPP:{DOMAIN}"])
UNSIGNED = route("insecure", "insecure")


def write(plugin, name, what, evidence, expected, profile=None, **more):
    write_recording(plugin, name, what, evidence, expected, profile or {"prove": [plugin]}, **more)


# ---- dnssec-srv ------------------------------------------------------------------------------------

def delegation(name, what, evidence, finding, rule, reason=None, **more):
    """What provers find is not the point: hello has no document."""
    expected = {"finding": finding, "rule": rule}
    if reason is not None:
        expected["reason"] = reason
    if "rests_on" in more:
        expected["delegation"] = {"security": "secure", "rests_on": [more.pop("rests_on")]}
    if "verdict" in more:
        expected["verdict"] = more.pop("verdict")
    hello = https(f"https://{DOMAIN}/.well-known/dna-hello", status=404)
    more.setdefault("profile", {"delegate": ["dnssec-srv"], "prove": ["hello"]})
    write("dnssec-srv", name, what, evidence + [hello, presented(PRIMARY)], expected, **more)


def write_dnssec_srv():
    srv = f"_xmpp-server._tcp.{DOMAIN}"
    direct = f"_xmpps-server._tcp.{DOMAIN}"
    address = dns(HOST, "A", ["192.0.2.1"])

    def at(*place, **more):
        return initiating(endpoint(*place, **more))

    delegation("secure", "DELEG-009, TV-TL-6: signed SRV records", route(), "proven", "DELEG-009", HOST,
               rests_on="dnssec")
    delegation("insecure", "DELEG-008, TV-TL-6: unsigned SRV records", UNSIGNED, "none", "DELEG-008",
               "DNSSEC does not secure")
    delegation("addresses-insecure", "DELEG-014: unsigned addresses do not spoil signed SRV records",
               [dns(srv, "SRV", [f"0 0 5269 {HOST}."]), dns(HOST, "A", ["192.0.2.1"], "insecure")], "proven", "DELEG-009")
    delegation("alias-secure", "DELEG-015: signed SRV records by a signed alias",
               [dns(srv, "CNAME", ["srv.example.org."]),
                dns("srv.example.org", "SRV", [f"0 0 5269 {HOST}."]), address], "proven", "DELEG-009")
    delegation("alias-insecure", "DELEG-006: signed SRV records by an unsigned alias",
               [dns(srv, "CNAME", ["srv.example.org."], "insecure"),
                dns("srv.example.org", "SRV", [f"0 0 5269 {HOST}."]), address], "none", "DELEG-008")
    for security in ["secure", "insecure"]:
        delegation(f"fallback-{security}", f"DELEG-010: {security} denial of SRV records",
                   [dns(srv, "SRV", security=security),
                    dns(direct, "SRV", security=security),
                    dns(DOMAIN, "A", ["192.0.2.1"], security)], "none", "DELEG-010", subject=at(DOMAIN))
    delegation("configured", "DELEG-016: the operator says where", [dns(HOST, "A", ["192.0.2.1"], "insecure")],
               "proven", "DELEG-016", HOST, subject=at(port=5270, configured=True), rests_on="config")
    write("dnssec-srv", "configured-unreachable", "DELEG-016: where the operator says nobody listens",
          [dns(HOST, "A", ["192.0.2.1"], "insecure"), {"kind": "connection", "host": HOST, "port": 5270, "outcome": "failed",
                                           "reason": "connection refused"}],
          {"verdict": "undecided", "reason": "connection refused",
           "delegation": {"security": "secure", "rests_on": ["config"]}}, subject=at(port=5270, configured=True),
          profile={"delegate": ["dnssec-srv"], "prove": ["hello"]})
    delegation("configured-address", "DELEG-016: an address is no name", [], "none", "DELEG-016", "is an address",
               subject=at("192.0.2.1", configured=True))
    delegation("configured-address-6", "DELEG-016: an address is no name", [], "none", "DELEG-016", "is an address",
               subject=at("2001:db8::1", configured=True))
    delegation("redirect", "DANE-028: a redirection delegates nothing", [dns(HOST, "A", ["192.0.2.1"])], "none", "DANE-028",
               "only the domain's own name counts",
               subject=initiating(endpoint(), redirect={"host": HOST, "port": 5269, "rests_on": [["webpki"]]}))
    delegation("other-host", "DELEG-011: connected to a host that the SRV records do not name",
               [dns(srv, "SRV", ["0 0 5269 elsewhere.example."]), address], "none", "DELEG-011")
    delegation("other-port", "DELEG-011: connected to a port that the SRV records do not name",
               [dns(srv, "SRV", [f"0 0 5270 {HOST}."]), address], "none", "DELEG-011")
    delegation("only-the-endpoint", "DELEG-011, DELEG-020: other targets of the same records are not delegated to",
               [dns(srv, "SRV", [f"0 0 5269 {HOST}.", "1 0 5269 other.example."]), address],
               "proven", "DELEG-009", HOST)
    write_routes(srv, direct, address)
    inbound = {"delegate": ["dnssec-srv"], "prove": ["hello"], "params": {"dnssec-srv": {"inbound": True}}}
    targets = [dns(srv, "SRV", [f"0 0 5269 {HOST}."]), dns(direct, "SRV", ["0 0 5270 other.example."])]
    unsigned = [dns(srv, "SRV", [f"0 0 5269 {HOST}."], "insecure"), dns(direct, "SRV", security="insecure")]
    delegation("inbound-off", "DANE-027: off by default", targets, "none", "DANE-027", subject=receiving())
    delegation("inbound-on", "DANE-027: each host that is securely named", targets, "proven", "DANE-027", "2 hosts",
               subject=receiving(), profile=inbound)
    delegation("inbound-insecure", "DELEG-008: unsigned SRV records", unsigned, "none", "DELEG-008",
               subject=receiving(), profile=inbound)
    delegation("inbound-mixed", "DELEG-020: only what is signed counts", [targets[0]] + [
        dns(direct, "SRV", ["0 0 5270 other.example."], "insecure")], "proven", "DANE-027", "1 host",
        subject=receiving(), profile=inbound)
    failed = dns(srv, "SRV", security=None, outcome="failed")
    delegation("inbound-failed", "DELEG-007, DANE-027: hosts that could not be looked up are not absent", [failed, unsigned[1]],
               "error", "DELEG-007", subject=receiving(), profile=inbound, verdict="undecided")
    delegation("inbound-bogus", "DELEG-007, DANE-027: nor are those whose records are bogus", [
        dns(srv, "SRV", [f"0 0 5269 {HOST}."], "bogus"), unsigned[1]], "error", "DELEG-007", subject=receiving(), profile=inbound)
    delegation("inbound-failed-other", "DANE-027: what is known is known", [targets[0], dns(
        direct, "SRV", security=None, outcome="failed")], "proven", "DANE-027", "1 host", subject=receiving(), profile=inbound)


def write_routes(srv, direct, address):
    """Table 2.2 before there is an endpoint, and what is not one."""
    anywhere = {"domain": DOMAIN, "service": "xmpp-server"}
    good, none = dns(srv, "SRV", [f"0 0 5269 {HOST}."]), dns(direct, "SRV")
    usual = [address, dns(HOST, "AAAA")]

    def leads(name, what, evidence, verdict, reason):
        write("dnssec-srv", name, what, evidence + [presented(PRIMARY)], {"verdict": verdict, "reason": reason},
              profile={"delegate": ["dnssec-srv"], "prove": ["hello"]}, subject=anywhere)
    for security, verdict, word in [("bogus", "veto", "is bogus"), ("indeterminate", "undecided", "failed")]:
        leads(f"srv-{security}", f"DELEG-007, ERR-07: {security} SRV records end the attempt",
              [dns(srv, "SRV", [f"0 0 5269 {HOST}."], security), none] + usual, verdict, f"the SRV lookup of {srv} {word}")
        leads(f"srv-denial-{security}", f"DELEG-007: so does a denial that is {security}",
              [dns(srv, "SRV", security=security), none, dns(DOMAIN, "A", ["192.0.2.1"]), dns(DOMAIN, "AAAA")], verdict, word)
    leads("srv-failed", "DELEG-018: a lookup that failed is no denial", [dns(srv, "SRV", security=None, outcome="failed"), none,
          dns(DOMAIN, "A", ["192.0.2.1"]), dns(DOMAIN, "AAAA")], "undecided", f"the SRV lookup of {srv} failed")
    leads("srv-other-failed", "DELEG-019: nor may one kind be suppressed", [good, dns(direct, "SRV", security=None, outcome="failed")] +
          usual, "undecided", f"the SRV lookup of {direct} failed")
    leads("srv-other-bogus", "DELEG-019: whichever it is", [good, dns(direct, "SRV", security="bogus")] + usual, "veto",
          f"the SRV lookup of {direct} is bogus")
    for security in ["secure", "insecure"]:
        leads(f"not-offered-{security}", f"DELEG-004: a single dot, {security}", [dns(srv, "SRV", ["0 0 0 ."], security), none,
              dns(DOMAIN, "A", ["192.0.2.1"])], "unproven", "the service xmpp-server is not offered")
    leads("not-offered-direct", "DELEG-004: direct TLS is not offered, and nothing else is there; no fallback",
          [dns(srv, "SRV"), dns(direct, "SRV", ["0 0 0 ."]), dns(DOMAIN, "A", ["192.0.2.1"])], "unproven", "is not offered")
    leads("no-address", "DELEG-005: SRV records whose hosts have no address; no fallback",
          [good, none, dns(HOST, "A"), dns(HOST, "AAAA"), dns(DOMAIN, "A", ["192.0.2.1"])], "unproven", f"{HOST} has no address")
    delegation("not-offered-among-others", "DELEG-004: a dot among other records is skipped",
               [dns(srv, "SRV", ["0 0 0 .", f"1 0 5269 {HOST}."]), none] + usual, "proven", "DELEG-009", subject=anywhere)
    delegation("not-offered-direct-only", "DELEG-004: direct TLS is not offered, STARTTLS is",
               [good, dns(direct, "SRV", ["0 0 0 ."])] + usual, "proven", "DELEG-009", subject=anywhere)
    links = [dns(srv, "CNAME", ["a.example.org."]), dns("a.example.org", "CNAME", ["srv.example.org."], "insecure"),
             dns("srv.example.org", "SRV", [f"0 0 5269 {HOST}."])]
    delegation("alias-half-insecure", "DELEG-006: one unsigned link taints what follows", links + [address], "none", "DELEG-008")
    mixed = [dns(srv, "SRV", ["1 0 5269 other.example."], "insecure"), dns(direct, "SRV", [f"0 0 5270 {HOST}."]), address,
             dns("other.example", "A", ["192.0.2.1"])]
    delegation("mixed-secure", "DELEG-020: each endpoint by the records that name it", mixed, "proven", "DELEG-009", HOST,
               subject=initiating(endpoint(port=5270, tls="direct")))
    delegation("mixed-insecure", "DELEG-020: each endpoint by the records that name it", mixed, "none", "DELEG-008", "other.example",
               subject=initiating(endpoint("other.example")))


# ---- hello -----------------------------------------------------------------------------------------

def write_hello():
    url = f"https://{DOMAIN}/.well-known/dna-hello"
    good = hashlib.sha256(der(PRIMARY)).hexdigest()
    for name, what, documents, expected in [
            ("proven", "the digest is in the document", [https(url, f"{good}\n")], expect("proven", "hello")),
            ("mismatch", "another digest is in the document", [https(url, "0" * 64)], expect("mismatch", "hello")),
            ("none", "there is no document", [https(url, status=404)], expect("none", "hello")),
            ("error", "the document could not be fetched", [], expect("error", "hello", verdict="undecided"))]:
        write("hello", name, what, UNSIGNED + documents + [presented(PRIMARY)], expected)


# ---- Seeds -----------------------------------------------------------------------------------------

def compact(recording):
    return json.dumps(recording, separators=(",", ":"), ensure_ascii=False)


def write_corpus():
    """Some recordings of each plugin, in few octets. Those of the other scripts have to be there."""
    folder = TOP / "tests" / "fuzz" / "corpus" / "recording"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ["dane/2-fits", "dane/3-fits", "dane/alias", "dane/client", "dane/unusable", "dnssec-srv/alias-secure",
                 "dnssec-srv/configured-unreachable", "dnssec-srv/inbound-mixed", "hello/proven", "pkix/own-xmpp",
                 "pkix/host-delegated", "posh/vector-3", "posh/require-name-host", "posh/strict-later-stage",
                 "posh/redirects-5-6", "posh/receiving"]:
        plugin, what = name.split("/")
        recording = json.loads((TOP / "plugins" / plugin / "recordings" / f"{what}.json").read_text())
        (folder / f"{plugin}-{what}").write_text(compact(recording))
    (folder / "attempt-ended").write_text(compact({
        "recording": 1, "id": "an attempt that ends over SRV records, at an endpoint that needs no lookup",
        "time": "2026-11-21T00:00:00Z",
        "subject": {"domain": "im.example.com", "service": "xmpp-server", "role": "initiating",
                    "endpoint": {"host": "192.0.2.1", "port": 5269, "tls": "starttls"}},
        "profile": {"prove": ["pkix"]}, "evidence": []}) + "\n")


write_dnssec_srv()
write_hello()
write_corpus()
