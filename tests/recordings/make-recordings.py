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
    delegation("other-host", "DELEG-011: connected to a host that the SRV records do not name",
               [dns(srv, "SRV", ["0 0 5269 elsewhere.example."]), address], "none", "DELEG-011")
    delegation("other-port", "DELEG-011: connected to a port that the SRV records do not name",
               [dns(srv, "SRV", [f"0 0 5270 {HOST}."]), address], "none", "DELEG-011")
    delegation("only-the-endpoint", "DELEG-011, DELEG-020: other targets of the same records are not delegated to",
               [dns(srv, "SRV", [f"0 0 5269 {HOST}.", "1 0 5269 other.example."]), address],
               "proven", "DELEG-009", HOST)
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
        (folder / f"{plugin}-{what}").write_text(json.dumps(recording, separators=(",", ":"), ensure_ascii=False))


write_dnssec_srv()
write_hello()
write_corpus()
