#!/usr/bin/env python3
"""Write the recordings of posh: one small case for each rule, for each vector of RFC 7711, and for each fault of
others that is known.

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
IN_A_WEEK = "2026-11-28T00:00:00Z"

PRIMARY = certificate(DOMAIN, key("tenant"), names=[f"XMPP:{DOMAIN}"])
ROLLOVER = certificate(DOMAIN, key("tenant"), names=[f"XMPP:{DOMAIN}"], begin="2026-11-01", end="2028-12-31")
AUTHORITY = certificate("posh.example.org", key("authority"), names=["DNS:posh.example.org"], begin="2026-10-15",
                        end="2027-10-15", ca=True)

UNSIGNED = route("insecure", "insecure")  # POSH-022: a match needs no secure DNS


# ---- Documents -------------------------------------------------------------------------------------

def fingerprints(*descriptors, expires=WEEK, **more):
    return json.dumps({"fingerprints": list(descriptors), "expires": expires, **more}, separators=(",", ":"))


def descriptor(cert, *hash_names):
    return {name: digest(cert, name) for name in hash_names or ("sha-256", "sha-512")}


def reference(url=HOST_URL, expires=86400):
    return json.dumps({"url": url, "expires": expires}, separators=(",", ":"))


def raw(body):
    """A document that is no text."""
    return [https(OWN_URL, None, body_base64=base64.b64encode(body).decode())]


def failed(url, reason):
    return {"kind": "https", "url": url, "outcome": "failed", "reason": reason}


GOOD = descriptor(PRIMARY)
NOT_OURS = descriptor(AUTHORITY)
IN_TEXT = json.dumps(GOOD, separators=(",", ":"))


# ---- Expectations ----------------------------------------------------------------------------------

PROVEN = expect("proven", "POSH-009", "lists the certificate, sha-512 " + digest(PRIMARY, "sha-512")[:16])
BY_SHA_256 = expect("proven", "POSH-009", "lists the certificate, sha-256 " + digest(PRIMARY)[:16])
MISMATCH = expect("mismatch", "POSH-020", "; the certificate has sha-")
UNUSABLE = expect("mismatch", "POSH-012", "lists no fingerprint by sha-512, sha-384 or sha-256 that can be read")
LATER = {"verdict": "undecided"}


def invalid(reason):
    return expect("error", "POSH-006", reason)


def posh(name, what, documents, expected, cert=PRIMARY, **more):
    if isinstance(documents, str):
        documents = [https(OWN_URL, documents)]
    chain = cert if isinstance(cert, list) else [cert]
    more.setdefault("profile", {"prove": ["posh"]})
    write_recording("posh", name, what, more.pop("route", UNSIGNED) + documents + ([presented(*chain)] if chain else []),
                    expected, **more)


def with_params(**params):
    return {"prove": ["posh"], "params": {"posh": params}}


# ---- The vectors -----------------------------------------------------------------------------------

def write_vectors():
    posh("vector-1", "TV-PO-1, POSH-022, POL-008: one descriptor with two hashes, DNS without signatures", fingerprints(GOOD),
         expect("proven", "POSH-009", f"{OWN_URL} lists the certificate, sha-512 ", not_after=IN_A_WEEK,
                rests_on=[["webpki"]]))
    rolled = fingerprints({**descriptor(PRIMARY, "sha-512"), "sha-256": digest(PRIMARY).rstrip("=")},
                          descriptor(ROLLOVER), expires=806400)
    posh("vector-2-primary", "TV-PO-2: two descriptors, padding absent in the first; the first fits", rolled,
         expect("proven", "POSH-009", not_after="2026-11-30T08:00:00Z"), profile=with_params(max_lifetime=31536000))
    posh("vector-2-rollover", "TV-PO-2: two descriptors, padding absent in the first; the second fits; clamped to 7 days",
         rolled, expect("proven", "POSH-009", not_after=IN_A_WEEK), cert=ROLLOVER)
    posh("vector-2-unpadded", "TV-PO-2, POSH-011: the only hash is without padding (xmpp-proxy compares the texts)",
         fingerprints({"sha-256": digest(PRIMARY).rstrip("=")}), BY_SHA_256)
    posh("vector-3", "TV-PO-3: a reference document (Prosody's module never follows one)",
         [https(OWN_URL, reference()), https(HOST_URL, fingerprints(GOOD))],
         expect("proven", "POSH-009", f"{HOST_URL} ({DOMAIN} refers to it) lists", not_after="2026-11-22T00:00:00Z"))
    posh("vector-4-expired", "TV-PO-4, POSH-019: the fingerprint fits, the certificate is out of date",
         fingerprints(GOOD), expect("mismatch", "POSH-019", "but that has expired"), time="2028-01-01T00:00:00Z")
    posh("vector-4-not-yet-valid", "TV-PO-4, POSH-019: the fingerprint fits, the certificate is not valid yet",
         fingerprints(GOOD), expect("mismatch", "POSH-019", "is not valid yet"), time="2025-12-31T00:00:00Z")
    posh("vector-5", "TV-PO-5: another certificate for the same key is another fingerprint",
         fingerprints(GOOD), MISMATCH, cert=ROLLOVER)
    posh("vector-5-key", "TV-PO-5: the digest of the key is not the certificate's",
         fingerprints({"sha-256": base64.b64encode(hashlib.sha256(spki(PRIMARY)).digest()).decode()}), MISMATCH)
    posh("vector-6", "TV-PO-6: self-signed, a CA, and for another name: only the dates count (POSH-021)",
         fingerprints(NOT_OURS), expect("proven", "POSH-009"), cert=AUTHORITY)


def write_documents_of_the_rfc():
    """Word for word, without the white space that the RFC adds; nobody here has the certificates."""
    first = {"sha-256": "4/mggdlVx8A3pvHAWW5sD+qJyMtUHgiRuPjVC48N0XQ=",
             "sha-512": "25N+1hB2Vo42l9lSGqw+n3BKFhDHsyork8ou+D9B43TXeJ1J81mdQEDqm39oR/EHkPBDDG1y5+AG94Kec0xVqA=="}
    second = {"sha-256": "otyLADSKjRDjVpj8X7/hmCAD5C7Qe+PedcmYV7cUncE=",
              "sha-512": "MbBD+ausTGJisEXKSynROWrMfHP2xvBnmI79Pr/KXnDyLN+13Jof8/Uq9fj5HZG8Rk1E2fclcivpGdijUsvHRg=="}
    possession = fingerprints(first)
    if len(possession) != 195:
        sys.exit("the first document of RFC 7711 has 195 octets")
    posh("rfc-possession", "TV-PO-1: the document in RFC 7711 section 3.1", possession,
         expect("mismatch", "POSH-020", "lists sha-512 25N+1hB2Vo42l9lS...; the certificate has"))
    unpadded = {**first, "sha-256": first["sha-256"].rstrip("=")}
    posh("rfc-rollover", "TV-PO-2: the second document in RFC 7711 section 3.1",
         fingerprints(unpadded, second, expires=806400),
         expect("mismatch", "POSH-020", "lists sha-512 25N+1hB2Vo42l9lS..., sha-512 MbBD+ausTGJisEXK...; the certificate"))
    posh("rfc-rollover-unpadded", "TV-PO-2: its digest without padding, alone",
         fingerprints({"sha-256": unpadded["sha-256"]}, expires=806400),
         expect("mismatch", "POSH-020", "lists sha-256 4/mggdlVx8A3pvHA...; the certificate"))
    posh("rfc-reference", "TV-PO-3: the document in RFC 7711 section 3.2",
         [https(OWN_URL, reference() + "\n"), https(HOST_URL, possession)],
         expect("mismatch", "POSH-020", f"{HOST_URL} ({DOMAIN} refers to it) lists sha-512 25N+1hB2Vo42l9lS..."))


# ---- Documents: POSH-006, POSH-013, POSH-014, POSH-025 ---------------------------------------------

def write_invalid_documents():
    no_list = "its fingerprints are no list of 1 to 64 objects of up to 16 members"
    for name, document, reason in [
            ("empty", "", "line 1"),
            ("empty-object", "{}", "neither fingerprints nor a url"),
            ("empty-list", "[]", "it is not an object"),
            ("string", '"fingerprints"', "it is not an object"),
            ("null", "null", "it is not an object"),
            ("in-a-list", f"[{fingerprints(GOOD)}]", "it is not an object"),
            ("both", f'{{"fingerprints":[{IN_TEXT}],"url":"{HOST_URL}","expires":1}}', "both fingerprints and a url"),
            ("both-null", f'{{"fingerprints":[{IN_TEXT}],"url":null,"expires":1}}', "both fingerprints and a url"),
            ("no-fingerprints", '{"fingerprints":[],"expires":1}', no_list),
            ("fingerprints-object", f'{{"fingerprints":{IN_TEXT},"expires":60}}', no_list),
            ("fingerprints-string", f'{{"fingerprints":"{digest(PRIMARY)}","expires":60}}', no_list),
            ("fingerprints-null", '{"fingerprints":null,"expires":60}', no_list),
            ("fingerprints-nested", f'{{"fingerprints":[[{IN_TEXT}]],"expires":60}}', no_list),
            ("descriptor-string", '{"fingerprints":["x"],"expires":60}', no_list),
            ("descriptor-null", f'{{"fingerprints":[{IN_TEXT},null],"expires":60}}', no_list),
            ("descriptors-65", fingerprints(*[{}] * 64 + [GOOD]), no_list),
            ("members-17", fingerprints({**{f"x{i}": "" for i in range(16)}, **descriptor(PRIMARY, "sha-256")}), no_list),
            ("too-deep", f'{{"fingerprints":[{IN_TEXT}],"expires":60,"x":[[[[[[[[]]]]]]]]}}', "nested deeper than 8"),
            ("too-long", fingerprints(GOOD, padding="x" * 65536), "longer than 65536 octets"),
            ("bom", "\ufeff" + fingerprints(GOOD), "byte order mark"),
            ("not-json", "<html>", "line 1"),
            ("unfinished", fingerprints(GOOD)[:-1], "line 1"),
            ("comma", fingerprints(GOOD)[:-1] + ",}", "line 1"),
            ("quotes", fingerprints(GOOD).replace('"', "'"), "line 1"),
            ("comment", fingerprints(GOOD) + "// POSH", "end of file expected"),
            ("twice", fingerprints(GOOD) * 2, "end of file expected"),
            ("names-twice", f'{{"fingerprints":[{IN_TEXT}],"expires":60,"x":1,"x":1}}', "duplicate object key"),
            ("names-twice-inside", '{"fingerprints":[{"sha-256":"","sha-256":""}],"expires":60}', "duplicate object key"),
            ("names-twice-escaped", f'{{"fingerprints":[{IN_TEXT}],"expires":60,"\\u0065xpires":600}}',
             "duplicate object key"),
            ("nul", f'{{"fingerprints":[{IN_TEXT}],"expires":60,"url\\u0000":"x"}}', "\\u0000"),
            ("half-a-pair", f'{{"fingerprints":[{IN_TEXT}],"expires":60,"x":"\\ud800"}}', "line 1"),
            ("control", f'{{"fingerprints":[{IN_TEXT}],"expires":60,"x":"\n"}}', "line 1")]:
        posh(f"document-{name}", f"POSH-006, POSH-025: {name}", document, invalid(reason))
    before, after = b'{"fingerprints":[' + IN_TEXT.encode() + b'],"expires":60', b"}"
    for name, body, reason in [
            ("not-utf8", before + b',"x":"\xff"' + after, "decode byte"),
            ("overlong", before + b',"x":"\xc0\x80"' + after, "decode byte"),
            ("surrogate", before + b',"x":"\xed\xa0\x80"' + after, "decode byte"),
            ("not-utf8-name", before + b',"\xff":1' + after, "decode byte"),
            ("utf-16", fingerprints(GOOD).encode("utf-16-le"), "line 1"),
            ("raw-nul", before + after + b"\0", "line 1")]:
        posh(f"document-{name}", f"POSH-025: {name}", raw(body), invalid(reason))


def write_expires():
    def document(expires):
        return f'{{"fingerprints":[{IN_TEXT}],"expires":{expires}}}'

    reason = "its expires is missing, or no whole number of seconds from 0"
    posh("expires-absent", "POSH-013: no expires (Prosody's module throws)", f'{{"fingerprints":[{IN_TEXT}]}}',
         invalid(reason))
    for name, number in [("string", '"86400"'), ("negative", "-1"), ("fraction", "1.5"), ("less-than-1", "0.5"),
                         ("true", "true"), ("null", "null"), ("list", "[60]"), ("negative-huge", "-1e300")]:
        posh(f"expires-{name}", f"POSH-013: {number}", document(number), invalid(reason))
    for name, number, reason in [("1e400", "1e400", "real number overflow"), ("octal", "0600", "line 1"),
                                 ("plus", "+60", "line 1"), ("nan", "NaN", "line 1"), ("hexadecimal", "0x60", "line 1")]:
        posh(f"expires-{name}", f"POSH-013: {number}", document(number), invalid(reason))
    posh("expires-twice", "POSH-025: two lifetimes", f'{{"fingerprints":[{IN_TEXT}],"expires":60,"expires":600}}',
         invalid("duplicate object key"))
    for name, number, end in [("exponent", "6.048e5", IN_A_WEEK), ("1e3", "1e3", "2026-11-21T00:16:40Z"),
                              ("point-0", "60.0", "2026-11-21T00:01:00Z"), ("1", "1", "2026-11-21T00:00:01Z"),
                              ("year", "31536000", IN_A_WEEK), ("1e300", "1e300", IN_A_WEEK),
                              ("64-bits", "18446744073709551616", IN_A_WEEK)]:
        posh(f"expires-{name}", f"POSH-013: {number} is an integer", document(number),
             expect("proven", "POSH-009", not_after=end))
    for name, text in [("0", document("0")), ("minus-0", document("-0")), ("0-point-0", document("0.0")),
                       ("0-reference", reference(expires=0))]:
        posh(f"expires-{name}", f"POSH-014: {name}", text, expect("none", "POSH-014", "its expires is 0"))
    posh("expires-leaf", "POSH-016: no longer than the certificate", fingerprints(GOOD), time="2027-12-30T00:00:00Z",
         expected=expect("proven", "POSH-009", not_after="2027-12-31T00:00:00Z"))
    posh("expires-clamped", "POSH-013: no longer than the policy says", fingerprints(GOOD),
         expect("proven", "POSH-009", not_after="2026-11-21T00:05:00Z"), profile=with_params(max_lifetime=300))
    for name, expires, expected in [("stale", 3600, expect("error", "POSH-016", "3600 seconds after it was fetched", **LATER)),
                                    ("fresh", 3601, expect("proven", "POSH-009", not_after="2026-11-21T00:00:01Z"))]:
        posh(name, "POSH-016: a document that was fetched an hour ago (xmpp-proxy does not look at expires)",
             [https(OWN_URL, fingerprints(GOOD, expires=expires), time="2026-11-20T23:00:00Z")], expected)


def write_valid_documents():
    posh("document-unknown-members", "POSH-025: unknown members are ignored",
         fingerprints(GOOD, comment=[1], Url=HOST_URL, EXPIRES=0), PROVEN)
    posh("document-escaped", "POSH-025: a name is the same however it is written",
         fingerprints(GOOD).replace("expires", "\\u0065xpires").replace("sha-512", "sha\\u002d512"), PROVEN)
    posh("document-spread", "POSH-025: white space, any order", json.dumps(
        {"expires": 60, "fingerprints": [GOOD]}, indent="\t"), PROVEN)
    posh("document-deep", "POSH-025: nested to 8", f'{{"fingerprints":[{IN_TEXT}],"expires":60,"x":[[[[[[[]]]]]]]}}', PROVEN)
    longest = fingerprints(GOOD)
    posh("document-long", "POSH-025: 64 KiB", longest + " " * (65536 - len(longest)), PROVEN)
    posh("document-descriptors-64", "POSH-025: 64 descriptors", fingerprints(*[NOT_OURS] * 63 + [GOOD]), PROVEN)
    posh("document-members-16", "POSH-025: 16 members",
         fingerprints({**{f"x{i}": "" for i in range(15)}, **descriptor(PRIMARY, "sha-256")}), BY_SHA_256)


# ---- Fingerprints: POSH-007 to POSH-012 ------------------------------------------------------------

def write_descriptors():
    right, wrong = PRIMARY, AUTHORITY
    sha_256 = digest(right)
    url_safe = sha_256.replace("+", "-").replace("/", "_")
    if url_safe == sha_256:
        sys.exit("the digest of PRIMARY needs + or / for this to be a test")
    # the last digit before `=` has two bits that belong to no octet
    pad_bits = sha_256[:-2] + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".index(sha_256[-2]) + 1] + "="
    for name, text in [("white-space", sha_256 + "\n"), ("white-space-before", " " + sha_256),
                       ("white-space-inside", sha_256[:20] + "\n" + sha_256[20:]), ("trailing", sha_256 + "A"),
                       ("padded-twice", sha_256 + "="), ("url-safe", url_safe), ("pad-bits", pad_bits), ("no-text", ""),
                       ("padding-alone", "="), ("hexadecimal", hashlib.sha256(der(right)).hexdigest()),
                       ("too-long", sha_256.rstrip("=") + "AAAA"), ("too-short", sha_256[:40])]:
        posh(f"descriptor-{name}", f"POSH-011: {name}", fingerprints({"sha-256": text}), UNUSABLE)
    for name, member, value in [("sha-1", "sha-1", base64.b64encode(hashlib.sha1(der(right)).digest()).decode()),
                                ("md5", "md5", base64.b64encode(hashlib.md5(der(right)).digest()).decode()),
                                ("sha-224", "sha-224", base64.b64encode(hashlib.sha224(der(right)).digest()).decode()),
                                ("upper-case", "SHA-256", sha_256), ("no-hyphen", "sha256", sha_256),
                                ("space", "sha-256 ", sha_256), ("unknown", "sha3-256", sha_256)]:
        posh(f"descriptor-{name}", f"POSH-008, POSH-012: nothing but {member}", fingerprints({member: value}), UNUSABLE)
    for name, what, descriptors, expected in [
            ("empty", "POSH-012: a descriptor without any hash", [{}], UNUSABLE),
            ("empty-first", "POSH-008: an empty descriptor is skipped", [{}, GOOD], PROVEN),
            ("unknown-too", "POSH-008: an unknown hash beside a known one", [{"sha3-512": "x", "md5": 1, **GOOD}], PROVEN),
            ("sha-384", "POSH-008: SHA-384", [descriptor(right, "sha-384")],
             expect("proven", "POSH-009", "lists the certificate, sha-384 ")),
            ("strongest-wrong", "POSH-010: SHA-256 fits, SHA-512 does not",
             [{"sha-256": sha_256, "sha-512": digest(wrong, "sha-512")}], MISMATCH),
            ("strongest-right", "POSH-010: SHA-512 fits, SHA-256 does not",
             [{"sha-256": digest(wrong), "sha-512": digest(right, "sha-512")}], PROVEN),
            ("middle-wrong", "POSH-010: SHA-256 fits, SHA-384 does not",
             [{"sha-256": sha_256, "sha-384": digest(wrong, "sha-384")}], MISMATCH),
            ("wrong-length", "POSH-011: a digest of the wrong length is void, the other one counts",
             [{"sha-256": sha_256, "sha-512": sha_256}], BY_SHA_256),
            ("not-a-string", "POSH-011: a fingerprint that is no string", [{"sha-256": 1}], UNUSABLE),
            ("unpadded-512", "POSH-011: without padding of two", [{"sha-512": digest(right, "sha-512").rstrip("=")}], PROVEN),
            ("half-padded", "POSH-011: with half of its padding", [{"sha-512": digest(right, "sha-512")[:-1]}], UNUSABLE),
            ("second", "POSH-009: any descriptor may fit", [NOT_OURS, GOOD], PROVEN),
            ("none", "POSH-020: none fits", [NOT_OURS, descriptor(ROLLOVER)], MISMATCH),
            ("many", "POSH-020: more than a sentence can hold", [{"sha-256": digest(right, "sha-256")[:3] + digest(wrong)[3:]}] + [
                {"sha-256": base64.b64encode(hashlib.sha256(bytes([i])).digest()).decode()} for i in range(20)],
             expect("mismatch", "POSH-020", " and more; the certificate has"))]:
        posh(f"descriptor-{name}", what, fingerprints(*descriptors), expected)
    posh("leaf-only", "POSH-007: a fingerprint of the issuer is none of the leaf", fingerprints(NOT_OURS), MISMATCH,
         cert=[PRIMARY, AUTHORITY])


# ---- References: POSH-015 to POSH-017 --------------------------------------------------------------

def write_urls():
    no_url, no_host = "its url is no absolute https URI", "its url names no host that can have a web site"
    for name, url, reason in [
            ("http", "http://hosting.example.net/", no_url), ("relative", "/posh.json", no_url), ("empty", "", no_url),
            ("no-scheme", "hosting.example.net/posh.json", no_url), ("network", "//hosting.example.net/", no_url),
            ("file", "file:///etc/passwd", no_url), ("space", "https://hosting.example.net/a b", no_url),
            ("line", "https://hosting.example.net/a\nb", no_url), ("before", " https://hosting.example.net/", no_url),
            ("backslash", "https://hosting.example.net\\@evil.example/", no_url),
            ("unicode", "https://b\u00fccher.example/", no_url), ("number", 1, no_url), ("list", [HOST_URL], no_url),
            ("null", None, no_url), ("user", "https://user@hosting.example.net/", no_host),
            ("password", "https://user:1@hosting.example.net/", no_host), ("no-host", "https:///posh.json", no_host),
            ("port", "https://hosting.example.net:x/", no_host), ("address", "https://192.0.2.1/", no_host),
            ("address-number", "https://3221225985/", no_host), ("address-short", "https://127.1/", no_host),
            ("address-hexadecimal", "https://0xc0.0x0.0x2.0x1/", no_host), ("address-6", "https://[2001:db8::1]/", no_host),
            ("single-label", "https://localhost/", no_host), ("onion", "https://abcdefghijklmnop.onion/", no_host),
            ("percent", "https://hosting%2eexample.net/", no_host),
            ("long", "https://hosting.example.net/" + "x" * 2021, "its url is longer than 2048 octets")]:
        posh(f"url-{name}", f"POSH-015, POSH-027: {name}",
             [https(OWN_URL, reference(url))] + ([https(url, fingerprints(GOOD))] if isinstance(url, str) and len(url) < 2048
                                                 else []), invalid(reason))
    for name, url, asked in [("fragment", HOST_URL + "#posh", HOST_URL), ("upper-case", "HTTPS://Hosting.Example.Net/A", None),
                             ("port-number", "https://hosting.example.net:8443/posh", None),
                             ("query", "https://hosting.example.net?tenant=im.example.com&x=@", None),
                             ("dot", "https://hosting.example.net./posh", None),
                             ("longest", "https://hosting.example.net/" + "x" * 2020, None)]:
        posh(f"url-{name}", f"POSH-015, POSH-026: {name}", [https(OWN_URL, reference(url)),
                                                            https(asked or url, fingerprints(GOOD))], PROVEN)


def write_references():
    first = https(OWN_URL, reference())
    posh("reference-shorter", "POSH-016: the shorter of both lifetimes counts, here the reference's",
         [https(OWN_URL, reference(expires=60)), https(HOST_URL, fingerprints(GOOD, expires=600))],
         expect("proven", "POSH-009", not_after="2026-11-21T00:01:00Z"))
    posh("reference-longer", "POSH-016: the shorter of both lifetimes counts, here the fingerprints'",
         [https(OWN_URL, reference(expires=600)), https(HOST_URL, fingerprints(GOOD, expires=60))],
         expect("proven", "POSH-009", not_after="2026-11-21T00:01:00Z"))
    for name, documents in [("reference", [https(OWN_URL, reference(expires=60), time="2026-11-20T23:59:00Z"),
                                           https(HOST_URL, fingerprints(GOOD))]),
                            ("fingerprints", [first, https(HOST_URL, fingerprints(GOOD, expires=60),
                                                           time="2026-11-20T23:59:00Z")])]:
        posh(f"stale-{name}", "POSH-016: one of the two has expired", documents,
             expect("error", "POSH-016", "60 seconds after it was fetched", **LATER))
    posh("reference-to-reference", "POSH-015: a reference to a reference",
         [first, https(HOST_URL, reference("https://elsewhere.example/")),
          https("https://elsewhere.example/", fingerprints(GOOD))],
         expect("error", "POSH-015", f"{HOST_URL} ({DOMAIN} refers to it) refers to another document itself"))
    posh("reference-to-itself", "POSH-015: a reference to itself", reference(OWN_URL), expect("error", "POSH-015"))
    posh("reference-void", "POSH-014: what it refers to expires at once",
         [first, https(HOST_URL, fingerprints(GOOD, expires=0))], expect("none", "POSH-014", HOST_URL))
    posh("reference-mismatch", "POSH-020: a reference to other fingerprints",
         [first, https(HOST_URL, fingerprints(NOT_OURS))], expect("mismatch", "POSH-020", f"({DOMAIN} refers to it)"))
    posh("reference-404", "POSH-005: a reference to nothing", [first, https(HOST_URL, status=404)],
         expect("none", "POSH-005", HOST_URL))
    posh("reference-500", "POSH-005: a reference to what is out of order", [first, https(HOST_URL, status=500)],
         expect("error", "POSH-005", f"{HOST_URL} ({DOMAIN} refers to it) could not be fetched: HTTP status 500", **LATER))
    posh("reference-failed", "POSH-002, POSH-005: a reference to a host that is not authenticated",
         [first, failed(HOST_URL, f"{HOST_URL}: the certificate of {HOST} names DNS:other.example")],
         expect("error", "POSH-005", f"could not be fetched: the certificate of {HOST} names", **LATER))
    posh("reference-absent", "POSH-005: what the reference names was not recorded", [first],
         expect("error", "POSH-005", **LATER))
    posh("reference-invalid", "POSH-006: a reference to no document", [first, https(HOST_URL, "{}")],
         expect("error", "POSH-006", HOST_URL))


def write_redirects():
    def redirected(own, other):
        return [https(OWN_URL, reference(), redirects=own), https(HOST_URL, fingerprints(GOOD), redirects=other)]

    posh("redirects-10", "POSH-017: ten redirections", [https(OWN_URL, fingerprints(GOOD), redirects=10)], PROVEN)
    posh("redirects-11", "POSH-017: eleven redirections", [https(OWN_URL, fingerprints(GOOD), redirects=11)],
         expect("error", "POSH-017", "takes 11 redirections, more than 10"))
    posh("redirects-4-6", "POSH-017: ten redirections, to the reference and on from there", redirected(4, 6), PROVEN)
    for own, other in [(5, 6), (10, 1), (1, 10)]:
        posh(f"redirects-{own}-{other}", "POSH-017: eleven redirections in all", redirected(own, other),
             expect("error", "POSH-017", f"({DOMAIN} refers to it) takes 11 redirections"))


# ---- HTTP: POSH-005 --------------------------------------------------------------------------------

def write_answers():
    posh("status-404", "POSH-005: HTTP status 404", [https(OWN_URL, fingerprints(GOOD), status=404)],
         expect("none", "POSH-005", f"there is no {OWN_URL}: HTTP status 404"))
    for status in [100, 204, 301, 302, 304, 307, 400, 401, 403, 410, 418, 451, 408, 429, 500, 501, 502, 503, 504, 599]:
        later = LATER if status // 100 == 5 or status in [408, 429] else {}
        rule, reason = ("POSH-006", "is no POSH document") if status == 204 else ("POSH-005", f"HTTP status {status}")
        posh(f"status-{status}", f"POSH-005: HTTP status {status}",
             [https(OWN_URL, "" if status == 204 else fingerprints(GOOD), status=status)],
             expect("error", rule, reason, **later))
    for status in [201, 203, 206]:
        posh(f"status-{status}", "POSH-005: any success is one", [https(OWN_URL, fingerprints(GOOD), status=status)], PROVEN)
    posh("denied", "POSH-005: the domain has no web site",
         [{"kind": "https", "url": OWN_URL, "outcome": "denied", "reason": f"{DOMAIN} has no address"}],
         expect("none", "POSH-005", f"there is no {OWN_URL}: {DOMAIN} has no address"))
    for name, reason in [("timeout", f"no response of {DOMAIN} within 10000 ms"), ("redirects", "more than 10 redirections"),
                         ("redirect-http", "redirects to http://im.example.com/, which is not https"),
                         ("tls", f"the certificate of {DOMAIN} is not trusted: its issuer CN=Private is not trusted"),
                         ("too-long", "the document is longer than 65536 octets"),
                         ("private", f"{DOMAIN} is at 10.0.0.1, which is not a public address")]:
        posh(f"failed-{name}", f"POSH-005, POSH-017, POSH-025, SEC-007: {reason}", [failed(OWN_URL, f"{OWN_URL}: {reason}")],
             expect("error", "POSH-005", f"{OWN_URL} could not be fetched: {reason}", **LATER))
    posh("failed-later", "POSH-017: a redirection leads to a host that is not authenticated",
         [failed(OWN_URL, f"{HOST_URL}: the certificate of {HOST} names DNS:other.example")],
         expect("error", "POSH-005", f"{OWN_URL} could not be fetched: {HOST_URL}: the certificate of", **LATER))


# ---- Whom it is about ------------------------------------------------------------------------------

def write_subjects():
    client_url = OWN_URL.replace("server", "client")
    client = initiating(endpoint(port=5222), service="xmpp-client")
    clients_route = [dns(f"_xmpp-client._tcp.{DOMAIN}", "SRV", [f"0 0 5222 {HOST}."], "insecure"), UNSIGNED[1]]
    posh("client", "POSH-001: the document for clients", [https(client_url, fingerprints(GOOD))], PROVEN, subject=client,
         route=clients_route)
    posh("client-is-not-server", "POSH-004: the document for clients is not asked for (xmpp-proxy merges them)",
         [https(client_url, fingerprints(GOOD)), https(OWN_URL, status=404)], expect("none", "POSH-005"))
    posh("server-is-not-client", "POSH-004: the document for servers is not asked for (xmpp-proxy merges them)",
         [https(OWN_URL, fingerprints(GOOD)), https(client_url, fingerprints(NOT_OURS))], MISMATCH, subject=client,
         route=clients_route)
    idn = "xn--bcher-kva.example"
    posh("idn", "POSH-001, I18N-001: the URL has A-labels",
         [https(f"https://{idn}/.well-known/posh/xmpp-server.json", fingerprints(GOOD))], PROVEN,
         subject=initiating(domain="b\u00fccher.example"), route=route("insecure", "insecure", idn))
    for name, domain in [("onion", "abcdefghijklmnop.onion"), ("local", "printer.local")]:
        posh(f"special-use-{name}", "POSH-027: names that have no web site",
             [https(f"https://{domain}/.well-known/posh/xmpp-server.json", fingerprints(GOOD))],
             expect("none", "POSH-027", f"{domain} cannot have a web site"), subject=initiating(domain=domain),
             route=route("insecure", "insecure", domain))
    targets = [UNSIGNED[0], dns(f"_xmpps-server._tcp.{DOMAIN}", "SRV", security="insecure")]
    posh("receiving", "POSH-003: a server that connects to us is looked up by its `from`", fingerprints(GOOD), PROVEN,
         subject=receiving(), route=targets)
    posh("receiving-nothing", "POSH-007: a server that presents no certificate", fingerprints(GOOD),
         expect("none", "POSH-007"), cert=[], subject=receiving(), route=targets)
    posh("unreadable", "POSH-007: more certificates than are read", fingerprints(GOOD), expect("none", "POSH-007"),
         cert=[PRIMARY] * 11)


# ---- Parameters and other prooftypes: POSH-020, POSH-021, POSH-024, POL-005, POL-006 ---------------

def write_strict():
    strict = with_params(strict=True)
    hello = https(f"https://{DOMAIN}/.well-known/dna-hello", hashlib.sha256(der(PRIMARY)).hexdigest())
    targets = [UNSIGNED[0], dns(f"_xmpps-server._tcp.{DOMAIN}", "SRV", security="insecure")]
    posh("strict", "POL-005: a mismatch is a veto when it is strict", fingerprints(NOT_OURS), expect("veto", "POSH-020"),
         profile=strict)
    posh("strict-match", "POL-005: being strict changes nothing about a match", fingerprints(GOOD), PROVEN, profile=strict)
    posh("strict-unusable", "POL-005, POSH-012: a list that nobody can use lists nobody",
         fingerprints({"sha-1": "x"}), expect("veto", "POSH-012"), profile=strict)
    posh("strict-expired", "POL-005, POSH-019: what is out of date fits no more", fingerprints(GOOD),
         expect("veto", "POSH-019"), profile=strict, time="2028-01-01T00:00:00Z")
    posh("strict-unreadable", "POL-005: what cannot be read is no way around", fingerprints(GOOD),
         expect("veto", "POSH-020", "the peer presented no certificate that can be read"), profile=strict,
         cert=[PRIMARY] * 11)
    posh("strict-receiving", "POL-005: nor is presenting nothing", fingerprints(GOOD),
         expect("veto", "POSH-020", "the peer presented no certificate that can be read"), profile=strict, cert=[],
         subject=receiving(), route=targets)
    posh("strict-nothing", "POL-005: where there is no list, there is none to keep to", [https(OWN_URL, status=404)],
         expect("none", "POSH-005"), profile=strict, cert=[PRIMARY] * 11)
    posh("strict-error", "POL-006: what cannot be had is no veto", [https(OWN_URL, "{}")], invalid("neither"),
         profile=strict)
    posh("later-stage", "POL-005: a mismatch does not count when an earlier stage proves it",
         [https(OWN_URL, fingerprints(NOT_OURS)), hello], {"verdict": "proven", "by": ["hello"]},
         profile={"prove": ["hello", "posh"]})
    posh("strict-later-stage", "POL-005: unless it is strict", [https(OWN_URL, fingerprints(NOT_OURS)), hello],
         expect("veto", "POSH-020"), profile={**strict, "prove": ["hello", "posh"]})
    posh("same-stage", "POSH-020: another prooftype of the same stage proves it",
         [https(OWN_URL, fingerprints(NOT_OURS)), hello],
         expect("mismatch", "POSH-020", verdict="proven", by=["hello"]), profile={"prove": [["posh", "hello"]]})
    for name, document, finding, rule in [("none", https(OWN_URL, status=404), "none", "POSH-005"),
                                          ("mismatch", https(OWN_URL, fingerprints(NOT_OURS)), "mismatch", "POSH-020"),
                                          ("error", failed(OWN_URL, "no answer"), "error", "POSH-005")]:
        posh(f"then-{name}", "POSH-024, POL-006: the next method is asked", [document, hello],
             expect(finding, rule, verdict="proven", by=["hello"]), profile={"prove": ["posh", "hello"]})


def write_require_name():
    named = with_params(require_name=True)

    def cert(*names):
        return certificate("leaf", key("named"), names=names)

    def own(name, what, leaf, expected, **more):
        posh(f"require-name-{name}", f"POSH-021: {what}", fingerprints(descriptor(leaf)), expected, cert=leaf,
             **{"profile": named, **more})

    def referred(name, what, leaf, expected):
        posh(f"require-name-{name}", f"POSH-021: {what}",
             [https(OWN_URL, reference()), https(HOST_URL, fingerprints(descriptor(leaf)))], expected, cert=leaf,
             profile=named)

    proven = expect("proven", "POSH-009")
    demands = f"the policy demands {DOMAIN}"
    own("dns", "the domain's name", cert(f"DNS:{DOMAIN}"), proven)
    own("srv", "the domain's name", cert(f"SRV:_xmpp-server.{DOMAIN}"), proven)
    own("xmpp", "the domain's name", cert("DNS:other.example", f"XMPP:{DOMAIN}"), proven)
    own("wildcard", "a wildcard for it", cert("DNS:*.example.com"), proven)
    own("other", "another name", cert("DNS:other.example"),
        expect("mismatch", "POSH-021", f"but that names DNS:other.example, and {demands}"))
    own("none", "no name at all", cert(), expect("mismatch", "POSH-021", f"but that names no domain, and {demands}"))
    own("service", "the name of another service", cert(f"SRV:_xmpp-client.{DOMAIN}"), expect("mismatch", "POSH-021"))
    own("off", "no name, unless the operator demands one", cert("DNS:other.example"), proven, profile={"prove": ["posh"]})
    own("delegated", "the name of a host that signed SRV records name, and no document", cert(f"DNS:{HOST}"),
        expect("mismatch", "POSH-021", demands), route=route(),
        profile={**named, "delegate": ["dnssec-srv"]})
    own("strict", "strictly", cert("DNS:other.example"), expect("veto", "POSH-021"),
        profile=with_params(require_name=True, strict=True))
    referred("host", "the name of the host that the domain refers to", cert(f"DNS:{HOST}"), proven)
    referred("not-host", "neither", cert("DNS:other.example"),
             expect("mismatch", "POSH-021", f"demands {DOMAIN} or {HOST}"))


write_vectors()
write_documents_of_the_rfc()
write_invalid_documents()
write_expires()
write_valid_documents()
write_descriptors()
write_urls()
write_references()
write_redirects()
write_answers()
write_subjects()
write_strict()
write_require_name()
