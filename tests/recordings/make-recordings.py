#!/usr/bin/env python3
"""Write the recordings of posh, dnssec-srv and hello: one small case for each rule.

Run it after a change, and look at what `git diff` shows.
"""

import base64
import hashlib
import json
import sys

from recordings import (DOMAIN, HOST, certificate, der, digest, dns, endpoint, expect, https, initiating, key, presented,
                        receiving, route, spki, write_recording)

OWN_URL = f"https://{DOMAIN}/.well-known/posh/xmpp-server.json"
HOST_URL = f"https://{HOST}/.well-known/posh/spice.json"
WEEK = 604800

PRIMARY = certificate(DOMAIN, key("tenant"), names=[f"XMPP:{DOMAIN}"])
ROLLOVER = certificate(DOMAIN, key("tenant"), names=[f"XMPP:{DOMAIN}"], begin="2026-11-01", end="2028-12-31")
AUTHORITY = certificate("posh.example.org", key("authority"), names=["DNS:posh.example.org"], begin="2026-10-15",
                        end="2027-10-15", ca=True)

UNSIGNED = route("insecure", "insecure")


def write(plugin, name, what, evidence, expected, profile=None, **more):
    write_recording(plugin, name, what, evidence, expected, profile or {"prove": [plugin]}, **more)


# ---- posh ------------------------------------------------------------------------------------------

def fingerprints(*descriptors, expires=WEEK, **more):
    return json.dumps({"fingerprints": list(descriptors), "expires": expires, **more}, separators=(",", ":"))


def descriptor(cert, *hash_names):
    return {name: digest(cert, name) for name in hash_names or ("sha-256", "sha-512")}


def reference(url=HOST_URL, expires=86400):
    return json.dumps({"url": url, "expires": expires}, separators=(",", ":"))


def posh(name, what, documents, expected, cert=PRIMARY, **more):
    if isinstance(documents, str):
        documents = [https(OWN_URL, documents)]
    write("posh", name, what, UNSIGNED + documents + [presented(cert)], expected, **more)


PROVEN = expect("proven", "POSH-009")
MISMATCH = expect("mismatch", "POSH-020")
UNUSABLE = expect("mismatch", "POSH-020", "no descriptor has a fingerprint that can be used")
NOT_OURS = descriptor(AUTHORITY)
GOOD = descriptor(PRIMARY)


def invalid(reason):
    return expect("error", "POSH-006", reason)


def write_posh_vectors():
    posh("vector-1", "TV-PO-1: one descriptor with two hashes", fingerprints(GOOD),
         expect("proven", "POSH-009", "sha-512", not_after="2026-11-28T00:00:00Z"))
    rolled = fingerprints({**descriptor(PRIMARY, "sha-512"), "sha-256": digest(PRIMARY).rstrip("=")},
                          descriptor(ROLLOVER), expires=806400)
    longer = {"prove": ["posh"], "params": {"posh": {"max_lifetime": 31536000}}}
    posh("vector-2-primary", "TV-PO-2: two descriptors, padding absent in the first; the first fits", rolled,
         expect("proven", "POSH-009", not_after="2026-11-30T08:00:00Z"), profile=longer)
    posh("vector-2-rollover", "TV-PO-2: two descriptors, padding absent in the first; the second fits; clamped to 7 days",
         rolled, expect("proven", "POSH-009", not_after="2026-11-28T00:00:00Z"), cert=ROLLOVER)
    posh("vector-2-unpadded", "TV-PO-2, POSH-011: the only hash is without padding",
         fingerprints({"sha-256": digest(PRIMARY).rstrip("=")}), PROVEN)
    posh("vector-3", "TV-PO-3: a reference document",
         [https(OWN_URL, reference()), https(HOST_URL, fingerprints(GOOD))],
         expect("proven", "POSH-009", HOST_URL, not_after="2026-11-22T00:00:00Z"))
    posh("vector-4-expired", "TV-PO-4, POSH-019: the fingerprint fits, the certificate is out of date",
         fingerprints(GOOD), expect("mismatch", "POSH-019"), time="2028-01-01T00:00:00Z")
    posh("vector-4-not-yet-valid", "TV-PO-4, POSH-019: the fingerprint fits, the certificate is not valid yet",
         fingerprints(GOOD), expect("mismatch", "POSH-019"), time="2025-12-31T00:00:00Z")
    posh("vector-5", "TV-PO-5: another certificate for the same key is another fingerprint",
         fingerprints(GOOD), MISMATCH, cert=ROLLOVER)
    posh("vector-5-key", "TV-PO-5: the digest of the key is not the certificate's",
         fingerprints({"sha-256": base64.b64encode(hashlib.sha256(spki(PRIMARY)).digest()).decode()}), MISMATCH)
    posh("vector-6", "TV-PO-6: self-signed, a CA, and for another name: only the dates count (POSH-021)",
         fingerprints(descriptor(AUTHORITY)), PROVEN, cert=AUTHORITY)


def write_posh_documents():
    good = json.dumps(GOOD)
    no_list = "its fingerprints are no list of 1 to 64 descriptors"
    no_expires = "it does not say in how many seconds it expires"
    no_url = "its url is no absolute https URI"
    for name, document, reason in [
            ("empty-object", "{}", "neither fingerprints nor a url"),
            ("empty-list", "[]", "not an object"),
            ("no-fingerprints", '{"fingerprints":[],"expires":1}', no_list),
            ("both", f'{{"fingerprints":[{good}],"url":"{HOST_URL}","expires":1}}', "or both"),
            ("expires-absent", f'{{"fingerprints":[{good}]}}', no_expires),
            ("expires-string", f'{{"fingerprints":[{good}],"expires":"86400"}}', no_expires),
            ("expires-negative", f'{{"fingerprints":[{good}],"expires":-1}}', no_expires),
            ("expires-fraction", f'{{"fingerprints":[{good}],"expires":1.5}}', no_expires),
            ("expires-1e400", f'{{"fingerprints":[{good}],"expires":1e400}}', "real number overflow"),
            ("expires-twice", f'{{"fingerprints":[{good}],"expires":60,"expires":600}}', "duplicate object key"),
            ("fingerprints-object", f'{{"fingerprints":{good},"expires":60}}', no_list),
            ("descriptor-string", '{"fingerprints":["x"],"expires":60}', no_list),
            ("descriptors-65", fingerprints(*[{}] * 64 + [GOOD]), no_list),
            ("members-17", fingerprints({**{f"x{i}": "" for i in range(16)}, **descriptor(PRIMARY, "sha-256")}), no_list),
            ("too-deep", '{"fingerprints":[' + good + '],"expires":60,"x":[[[[[[[[]]]]]]]]}', "nested deeper than 8"),
            ("bom", "\ufeff" + fingerprints(GOOD), "byte order mark"),
            ("too-long", fingerprints(GOOD, padding="x" * 65536), "longer than 65536 octets"),
            ("not-json", "<html>", "line 1"),
            ("url-http", reference("http://hosting.example.net/"), no_url),
            ("url-relative", reference("/posh.json"), no_url),
            ("url-userinfo", reference("https://user@hosting.example.net/"), no_url),
            ("url-no-host", reference("https:///posh.json"), no_url),
            ("url-space", reference("https://hosting.example.net/a b"), no_url),
            ("url-number", '{"url":1,"expires":60}', no_url)]:
        posh(f"document-{name}", f"POSH-006: {name}", document, invalid(reason))
    for name, document in [("expires-0", fingerprints(GOOD, expires=0)),
                           ("expires-minus-0", f'{{"fingerprints":[{good}],"expires":-0}}'),
                           ("reference-expires-0", reference(expires=0))]:
        posh(f"document-{name}", f"POSH-014: {name}", document, expect("none", "POSH-014"))
    posh("document-expires-exponent", "POSH-013: 6.048e5 is an integer",
         f'{{"fingerprints":[{good}],"expires":6.048e5}}',
         expect("proven", "POSH-009", not_after="2026-11-28T00:00:00Z"))
    posh("document-unknown-members", "POSH-025: unknown members are ignored", fingerprints(GOOD, comment=[1]), PROVEN)
    posh("document-not-utf8", "POSH-025: not UTF-8", [https(OWN_URL, None, body_base64=base64.b64encode(
        b'{"fingerprints":[' + good.encode() + b'],"expires":60,"x":"\xff"}').decode())], invalid("decode byte"))


def write_posh_descriptors():
    right, wrong = PRIMARY, AUTHORITY
    url_safe = digest(right).replace("+", "-").replace("/", "_")
    for name, what, descriptors, expected in [
            ("empty", "POSH-012: a descriptor without any hash", [{}], UNUSABLE),
            ("empty-first", "POSH-008: an empty descriptor is skipped", [{}, GOOD], PROVEN),
            ("sha-1", "POSH-008, POSH-012: nothing but SHA-1", [{"sha-1": base64.b64encode(
                hashlib.sha1(der(right)).digest()).decode()}], UNUSABLE),
            ("upper-case", "POSH-008: names are exact", [{"SHA-256": digest(right)}], UNUSABLE),
            ("sha-384", "POSH-008: SHA-384", [descriptor(right, "sha-384")], PROVEN),
            ("strongest-wrong", "POSH-010: SHA-256 fits, SHA-512 does not",
             [{"sha-256": digest(right), "sha-512": digest(wrong, "sha-512")}], MISMATCH),
            ("strongest-right", "POSH-010: SHA-512 fits, SHA-256 does not",
             [{"sha-256": digest(wrong), "sha-512": digest(right, "sha-512")}], PROVEN),
            ("wrong-length", "POSH-011: a digest of the wrong length is void, the other one counts",
             [{"sha-256": digest(right), "sha-512": digest(right)}], PROVEN),
            ("not-a-string", "POSH-011: a fingerprint that is no string", [{"sha-256": 1}], UNUSABLE),
            ("white-space", "POSH-011: white space in base64", [{"sha-256": digest(right) + "\n"}], UNUSABLE),
            ("trailing", "POSH-011: something behind base64", [{"sha-256": digest(right) + "A"}], UNUSABLE),
            ("second", "POSH-009: any descriptor may fit", [NOT_OURS, GOOD], PROVEN),
            ("none", "POSH-020: none fits", [NOT_OURS, descriptor(ROLLOVER)], MISMATCH)]:
        posh(f"descriptor-{name}", what, fingerprints(*descriptors), expected)
    if url_safe == digest(right):
        sys.exit("the digest of PRIMARY needs + or / for this to be a test")
    posh("descriptor-url-safe", "POSH-011: the URL-safe alphabet", fingerprints({"sha-256": url_safe}), UNUSABLE)


def write_posh_references():
    first = https(OWN_URL, reference())
    posh("reference-shorter", "POSH-016: the shorter of both lifetimes counts, here the reference's",
         [https(OWN_URL, reference(expires=60)), https(HOST_URL, fingerprints(GOOD, expires=600))],
         expect("proven", "POSH-009", not_after="2026-11-21T00:01:00Z"))
    posh("reference-longer", "POSH-016: the shorter of both lifetimes counts, here the fingerprints'",
         [https(OWN_URL, reference(expires=600)), https(HOST_URL, fingerprints(GOOD, expires=60))],
         expect("proven", "POSH-009", not_after="2026-11-21T00:01:00Z"))
    posh("reference-to-reference", "POSH-015: a reference to a reference",
         [first, https(HOST_URL, reference("https://elsewhere.example/"))], expect("error", "POSH-015", "which refers on"))
    posh("reference-to-itself", "POSH-015: a reference to itself", reference(OWN_URL), expect("error", "POSH-015"))
    posh("reference-404", "POSH-005: a reference to nothing", [first, https(HOST_URL, status=404)],
         expect("none", "POSH-005", HOST_URL))
    posh("reference-failed", "POSH-005: a reference to what could not be fetched",
         [first, {"kind": "https", "url": HOST_URL, "outcome": "failed", "reason": "the certificate is for another name"}],
         expect("error", "POSH-005", "the certificate is for another name", verdict="undecided"))
    posh("reference-absent", "POSH-005: what the reference names was not recorded", [first],
         expect("error", "POSH-005", verdict="undecided"))
    posh("reference-invalid", "POSH-006: a reference to no document", [first, https(HOST_URL, "{}")],
         expect("error", "POSH-006", HOST_URL))
    posh("stale", "POSH-016: a document that has expired since it was fetched",
         [https(OWN_URL, fingerprints(GOOD, expires=3600), time="2026-11-20T23:00:00Z")],
         expect("error", "POSH-016", "has to be fetched again", verdict="undecided"))


def write_posh_answers():
    for status, finding, verdict in [(404, "none", None), (410, "none", None), (403, "error", None), (302, "error", None),
                                     (500, "error", "undecided"), (503, "error", "undecided")]:
        posh(f"status-{status}", f"POSH-005: HTTP status {status}", [https(OWN_URL, "{}", status=status)],
             expect(finding, "POSH-005", verdict=verdict))
    posh("status-201", "POSH-005: any success is one", [https(OWN_URL, fingerprints(GOOD), status=201)], PROVEN)
    posh("denied", "POSH-005: no such document", [{"kind": "https", "url": OWN_URL, "outcome": "denied"}],
         expect("none", "POSH-005"))
    for name, reason in [("timeout", "no answer within 10 seconds"), ("redirects", "more than 10 redirects"),
                         ("redirect-http", "redirected to http"), ("tls", "the certificate is for another name")]:
        posh(f"failed-{name}", f"POSH-005, POSH-017: {reason}",
             [{"kind": "https", "url": OWN_URL, "outcome": "failed", "reason": reason}],
             expect("error", "POSH-005", reason, verdict="undecided"))
    posh("client-is-not-server", "POSH-004: the document for clients is not asked for",
         [https(OWN_URL.replace("server", "client"), fingerprints(GOOD)), https(OWN_URL, status=404)],
         expect("none", "POSH-005"))
    posh("strict", "POL-005: a mismatch is a veto when it is strict", fingerprints(NOT_OURS), expect("veto", "POSH-020"),
         profile={"prove": ["posh"], "params": {"posh": {"strict": True}}})
    posh("strict-match", "POL-005: being strict changes nothing about a match", fingerprints(GOOD), PROVEN,
         profile={"prove": ["posh"], "params": {"posh": {"strict": True}}})
    hello = https(f"https://{DOMAIN}/.well-known/dna-hello", hashlib.sha256(der(PRIMARY)).hexdigest())
    later = {"prove": ["hello", "posh"]}
    posh("later-stage", "POL-005: a mismatch does not count when an earlier stage proves it",
         [https(OWN_URL, fingerprints(NOT_OURS)), hello], {"verdict": "proven", "by": ["hello"]}, profile=later)
    posh("strict-later-stage", "POL-005: unless it is strict",
         [https(OWN_URL, fingerprints(NOT_OURS)), hello], expect("veto", "POSH-020"),
         profile={**later, "params": {"posh": {"strict": True}}})
    onion = "abcdefghijklmnop.onion"
    write("posh", "special-use", "POSH-027: names that have no web site",
          route("insecure", "insecure", onion) + [presented(PRIMARY)], expect("none", "POSH-027"),
          subject=initiating(domain=onion))
    unsigned = [dns(f"_xmpp-server._tcp.{DOMAIN}", "SRV", [f"0 0 5269 {HOST}."], "insecure"),
                dns(f"_xmpps-server._tcp.{DOMAIN}", "SRV", security="insecure")]
    write("posh", "receiving", "POSH-003: a server that connects to us is looked up by its `from`",
          unsigned + [https(OWN_URL, fingerprints(GOOD)), presented(PRIMARY)], PROVEN, subject=receiving())
    write("posh", "receiving-nothing", "POSH-007: a server that presents no certificate",
          unsigned + [https(OWN_URL, fingerprints(GOOD))], expect("none", "POSH-007"), subject=receiving())
    write("posh", "client", "POSH-001: the document for clients",
          [dns(f"_xmpp-client._tcp.{DOMAIN}", "SRV", [f"0 0 5222 {HOST}."], "insecure"),
           dns(HOST, "A", ["192.0.2.1"], "insecure"), https(OWN_URL.replace("server", "client"), fingerprints(GOOD)),
           presented(PRIMARY)], PROVEN, subject=initiating(endpoint(port=5222), service="xmpp-client"))
    write("posh", "idn", "POSH-001, I18N-001: the URL has A-labels",
          route("insecure", "insecure", "xn--bcher-kva.example")
          + [https("https://xn--bcher-kva.example/.well-known/posh/xmpp-server.json", fingerprints(GOOD)),
             presented(PRIMARY)], PROVEN, subject=initiating(domain="b\u00fccher.example"))


# ---- dnssec-srv ------------------------------------------------------------------------------------

def delegation(name, what, evidence, finding, rule, reason=None, **more):
    """What provers find is not the point: hello has no document."""
    expected = {"finding": finding, "rule": rule}
    if reason is not None:
        expected["reason"] = reason
    hello = https(f"https://{DOMAIN}/.well-known/dna-hello", status=404)
    more.setdefault("profile", {"delegate": ["dnssec-srv"], "prove": ["hello"]})
    write("dnssec-srv", name, what, evidence + [hello, presented(PRIMARY)], expected, **more)


def write_dnssec_srv():
    srv = f"_xmpp-server._tcp.{DOMAIN}"
    direct = f"_xmpps-server._tcp.{DOMAIN}"
    address = dns(HOST, "A", ["192.0.2.1"])

    def at(*place, **more):
        return initiating(endpoint(*place, **more))

    delegation("secure", "DELEG-009, TV-TL-6: signed SRV records", route(), "proven", "DELEG-009", HOST)
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
               "proven", "DELEG-016", HOST, subject=at(port=5270, configured=True))
    write("dnssec-srv", "configured-unreachable", "DELEG-016: where the operator says nobody listens",
          [dns(HOST, "A", ["192.0.2.1"], "insecure"), {"kind": "connection", "host": HOST, "port": 5270, "outcome": "failed",
                                           "reason": "connection refused"}],
          {"verdict": "undecided", "reason": "connection refused"}, subject=at(port=5270, configured=True),
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
        dns(direct, "SRV", ["0 0 5270 other.example."], "insecure")], "proven", "DANE-027", "1 hosts",
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


write_posh_vectors()
write_posh_documents()
write_posh_descriptors()
write_posh_references()
write_posh_answers()
write_dnssec_srv()
write_hello()
