#!/usr/bin/env python3
"""Write the recordings of dane that come from elsewhere: the standards' examples, and faults that others had.

Run it after a change, and look at what `git diff` shows.
"""

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from dane_recordings import (DIRECT_SRV, HOME_MADE, HOSTED, INTERMEDIATE, OLD, OTHER, OWN, OWNER, PRIVATE, ROOT, SRV, at, dane,
                             write, with_params)
from recordings import (DOMAIN, HOST, Authority, common_name, day, dns, endpoint, initiating, presented, route, rsa_key, sign_weakly,
                        spki, tlsa, tlv)


# ---- The standards' examples -----------------------------------------------------------------------

class PublicKey:
    """A key that somebody published: enough to be certified."""

    def __init__(self, spki_hex):
        self.key = serialization.load_der_public_key(bytes.fromhex(spki_hex))

    def public_key(self):
        return self.key


RFC7671_KEY = ("3059301306072A8648CE3D020106082A8648CE3D0301070342000471CB1F504F9E4B33971376C005445DACD33CD79A2881C3DED1981F18E7AAA7"
               "6609DD0E4EF28265C82703030AD60C5DBA6FB8A9397AC0FCF06D424C885D484887")
RFC7671_SHA256 = "3FE246A848798236DD2AB78D39F0651D6B6E7CA8E2984012EB0A2E1AC8A87B72"
RFC7671_SHA512 = ("D4F5AF015B46C5057B841C7E7BAB759CBF029526D29520C5BE6A32C67475439E54AB3A945D80C743347C9BD4DADC9D8D57FAB78EAA835362"
                  "F3CA07CCC19A3214")


def write_agility():
    """TV-TL-1: RFC 7671 section 9."""
    host = x509_for(PublicKey(RFC7671_KEY))
    other = spki(OTHER)
    full, sha256, sha512 = f"3 1 0 {RFC7671_KEY}", f"3 1 1 {RFC7671_SHA256}", f"3 1 2 {RFC7671_SHA512}"
    for name, record in [("full", full), ("sha-256", sha256), ("sha-512", sha512)]:
        dane(f"vector-1-{name}", "TV-TL-1, DANE-010: a key and its digests", record, [host], "proven", "DANE-012")
    dane("vector-1-all", "TV-TL-1, DANE-017: all three", [full, sha256, sha512], [host], "proven", "DANE-012")
    dane("vector-1-sha-256-alone", "TV-TL-1, DANE-017: with a SHA-512 digest there SHA-256 alone does not authenticate",
         [sha256, "3 1 2 " + hashlib.sha512(other).hexdigest()], [host], "veto", "DANE-006")


def x509_for(own_key):
    """A certificate for a key that only its owner can sign with."""
    return (x509.CertificateBuilder().serial_number(7671).subject_name(common_name("leaf")).issuer_name(common_name("Private"))
            .public_key(own_key.public_key()).not_valid_before(day("2026-01-01")).not_valid_after(day("2027-12-31"))
            .sign(PRIVATE.key, None))


def write_old_certificate():
    """TV-TL-2: as in RFC 6698 appendix C: RSA, version 1, self-signed with SHA-1, long expired."""
    own_key, algorithm = rsa_key("dane.kiev.practicum.example", 2048), bytes.fromhex("300d06092a864886f70d01010b0500")
    name = common_name("dane.kiev.practicum.example").public_bytes()
    dates = tlv(0x30, tlv(0x17, b"120113115301Z"), tlv(0x17, b"220113115301Z"))
    tbs = tlv(0x30, tlv(0x02, b"\1"), algorithm, name, dates, name, spki_of(own_key))
    signed = x509.load_der_x509_certificate(tlv(0x30, tbs, algorithm, tlv(0x03, b"\0")))
    old = sign_weakly(signed, own_key, "sha1")
    for selector in [0, 1]:
        for matching in [1, 2]:
            dane(f"vector-2-3-{selector}-{matching}", "TV-TL-2, DANE-012: nothing else counts", tlsa(3, selector, matching, old), [old],
                 "proven", "DANE-012")
            dane(f"vector-2-1-{selector}-{matching}", "TV-TL-2, DANE-015: with usage 1 everything does",
                 tlsa(1, selector, matching, old), [old], "veto", "DANE-006")


def spki_of(own_key):
    return own_key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def write_texts():
    """TV-TL-3 and TV-TL-4: records whose certificates nobody has any more."""
    for name, records in [
            ("3", ["0 0 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971",
                   "1 1 2 92003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c1b177615d466f6c4b71c216a50292bd5"
                   "8c9ebdd2f74e38fe51ffd48c43326cbc"]),
            ("4", ["2 0 1 E8B54E0B4BAA815B06D3462D65FBC7C0CF556ECCF9F5303EBFBB77D022F834C0",
                   "3 1 1 8A9A70596E869BED72C69D97A8895DFAD86F300A343FECEFF19E89C27C896BC9",
                   "2 0 1 C164B2C3F36D068D42A6138E446152F568615F28C69BD96A73E354CAC88ED00C"])]:
        for record in records:
            dane(f"vector-{name}-{record[:5].replace(' ', '-')}-{record[6:10].lower()}", f"TV-TL-{name}: it can be read, and used", record,
                 [HOSTED, INTERMEDIATE.certificate], "veto", "DANE-006", record[:14].lower())


def write_owners():
    """TV-TL-5: where the records are."""
    fits = [tlsa(3, 1, 1, OLD)]
    for name, domain, service, host, port in [
            ("7673", "example.com", "xmpp-client", "im.example.net", 5222),
            ("port", "example.com", "xmpp-server", "imap.example.net", 9143),
            ("draft", "im.example.com", "xmpp-client", "hosting.example.net", 5555)]:
        evidence, subject = at(host, port, fits, [OLD], domain, service)
        write(f"vector-5-{name}", "TV-TL-5, DANE-001: the port and the host of the SRV record", evidence, "proven", "DANE-012",
              f"at _{port}._tcp.{host} ", subject=subject)
    for service, port in [("xmpp-client", 5222), ("xmpp-server", 5269)]:
        evidence, subject = at("im.example.com", port, fits, [OLD], "im.example.com", service)
        write(f"vector-5-{service}", "TV-TL-5, DANE-008: no SRV record", [dns(f"_{service}._tcp.im.example.com", "SRV")] + evidence[1:],
              "proven", "DANE-012", f"at _{port}._tcp.im.example.com ", subject=subject)


def write_references():
    """TV-TL-6: RFC 7673 section 4.1, with records that leave it to PKIX."""
    host = "xmpp23.hosting.example.net"
    for security, named, verdict in [("insecure", host, "unproven"), ("insecure", DOMAIN, "proven"), ("secure", host, "proven"),
                                     ("secure", DOMAIN, "proven")]:
        leaf = INTERMEDIATE.leaf(f"DNS:{named}")
        write(f"vector-6-{security}-{'host' if named == host else 'domain'}", f"TV-TL-6, DANE-004: {security} SRV records",
              route(security, security, host=host) + [dns(f"_5269._tcp.{host}", "TLSA"), presented(leaf, INTERMEDIATE.certificate)],
              "none", "DANE-004" if security == "secure" else "DANE-002", verdict=verdict, subject=initiating(endpoint(host)))


def write_bases():
    """TV-TL-7: RFC 7672 section 3.2.2, with SRV records."""
    srv = [dns(SRV, "SRV", ["10 0 5269 mx10.example.com.", "15 0 5269 mx15.example.com.", "20 0 5269 mx20.example.com."])]
    for host, base, expanded in [("mx10", "mx10.example.com", None), ("mx15", "mx15.example.com", "mxbackup15.example.com"),
                                 ("mx20", "mxbackup.example.net", "mxbackup.example.net")]:
        evidence = list(srv)
        if expanded is not None:
            evidence.append(dns(f"{host}.example.com", "CNAME", [f"{expanded}."]))
        evidence.append(dns(expanded or f"{host}.example.com", "A", ["192.0.2.1"]))
        for name in {f"{host}.example.com", expanded} - {None}:
            evidence.append(dns(f"_5269._tcp.{name}", "TLSA", [tlsa(2, 0, 1, PRIVATE.certificate)] if name == base else None))
        leaf = PRIVATE.leaf(f"DNS:{base}")
        write(f"vector-7-{host}", "TV-TL-7, DANE-021: the base domain", sorted(evidence, key=str) +
              [presented(leaf, PRIVATE.certificate)], "proven", "DANE-013", f"at _5269._tcp.{base} fits",
              subject=initiating(endpoint(f"{host}.example.com")))


def write_rollovers():
    """TV-TL-8: RFC 7671 section 8."""
    old, new = PRIVATE.leaf(f"DNS:{HOST}", common_name="old"), PRIVATE.leaf(f"DNS:{HOST}", common_name="new", end="2028-12-31")
    both = [tlsa(3, 1, 1, old), tlsa(3, 1, 1, new)]
    for name, records, leaf, good in [
            ("before", both[:1], old, True), ("between-old", both, old, True), ("between-new", both, new, True),
            ("after", both[1:], new, True), ("too-early", both[:1], new, False), ("too-late", both[1:], old, False),
            ("digests", [tlsa(3, 1, m, leaf) for m in (1, 2) for leaf in (old, new)], old, True),
            ("digests-incomplete", both + [tlsa(3, 1, 2, new)], old, False)]:
        dane(f"vector-8-{name}", "TV-TL-8, DANE-018: a roll-over" + ("" if good else " that went wrong"), records, [leaf],
             "proven" if good else "veto", "DANE-012" if good else "DANE-006")
    chain = [HOSTED, INTERMEDIATE.certificate]
    for usage, rule in [(1, "DANE-015"), (3, "DANE-012")]:
        dane(f"vector-8-usage-{usage}", "TV-TL-8: the same key by another usage", tlsa(usage, 1, 1, HOSTED), chain, "proven", rule)


# ---- What others got wrong -------------------------------------------------------------------------

def write_faults():
    chain = [HOSTED, INTERMEDIATE.certificate]
    garbage = dns(OWNER, "TLSA", ["3 1 1 00"], "bogus")
    dane("peer-garbage", "DANE-002: a server in an unsigned zone that answers TLSA with garbage is not asked", garbage, chain, "none",
         "DANE-002", "its addresses are not signed", address="insecure", verdict="proven")
    dane("peer-either", "DANE-018: a certificate and an authority, of which one fits", [tlsa(3, 1, 1, OTHER),
         tlsa(2, 0, 1, PRIVATE.certificate)], [HOME_MADE, PRIVATE.certificate], "proven", "DANE-013")
    dane("peer-either-turned", "DANE-018: the same, and the other one fits", [tlsa(2, 0, 1, ROOT.certificate), tlsa(3, 1, 1, OLD)],
         [OLD], "proven", "DANE-012")
    dane("peer-webpki", "DANE-013: no public authority is needed where an own one is named, and none will do instead",
         tlsa(2, 0, 1, PRIVATE.certificate), chain, "veto", "DANE-006", "none of the certificates that were presented fits")
    write("peer-base", "DANE-001: records beside the domain where there are SRV records are nobody's",
          route() + [dns(OWNER, "TLSA"), dns(f"_5269._tcp.{DOMAIN}", "TLSA", [tlsa(3, 1, 1, OTHER)]), presented(*chain)], "none",
          "DANE-004", verdict="proven")
    dane("peer-local-anchor", "DANE-014: a digest of an authority that we know, and that was not presented",
         tlsa(2, 1, 1, ROOT.certificate), chain, "veto", "DANE-006", "none of the certificates that were presented fits")
    renewed = INTERMEDIATE.leaf(f"DNS:{HOST}", common_name="renewed")
    dane("peer-stale", "DANE-006: records that nobody changed when the certificate was renewed", tlsa(3, 0, 1, HOSTED),
         [renewed, INTERMEDIATE.certificate], "veto", "DANE-006", "the peer's certificate has ")
    dane("peer-leaf-as-authority", "DANE-015: the certificate is not an authority above itself",
         [tlsa(0, 1, 1, HOSTED), tlsa(0, 0, 1, HOSTED)], chain, "veto", "DANE-006")
    servfail = {**dns(OWNER, "TLSA", None, None, "failed"), "reason": "SERVFAIL"}
    dane("peer-servfail", "DANE-003: SERVFAIL is not an absence, and PKIX is no way around", servfail, [OWN, INTERMEDIATE.certificate],
         None, None, "failed: SERVFAIL", verdict="undecided")
    several = [dns(SRV, "SRV", [f"0 0 5269 {HOST}.", "1 0 5269 b.example.net."]), dns(DIRECT_SRV, "SRV"),
               dns(HOST, "A", ["192.0.2.1"])]
    write("peer-pooled", "DANE-023, DELEG-011: the records of another target of the same SRV records",
          several + [dns(OWNER, "TLSA", [tlsa(3, 1, 1, HOSTED)]), dns("_5269._tcp.b.example.net", "TLSA", [tlsa(3, 1, 1, OLD)]),
                     presented(OLD)], "veto", "DANE-006")
    rescued = {"delegate": ["dnssec-srv"], "prove": ["pkix", "dane"]}
    dane("peer-first-stage", "DANE-006: a broken promise is not mended by who was asked first", tlsa(3, 1, 1, OTHER),
         [OWN, INTERMEDIATE.certificate], "veto", "DANE-006", profile=rescued)
    confined = with_params(mask="rfc7671")
    dane("peer-ignored-usages", "DANE-007, DANE-011: records that are ignored still make TLS mandatory, and PKIX decides",
         tlsa(1, 1, 1, HOSTED), [OTHER, INTERMEDIATE.certificate], "none", "DANE-007", verdict="unproven", profile=confined)
    above = Authority("Above", ROOT)
    dane("peer-longer", "DANE-015: a path goes on beyond the first authority that is trusted", tlsa(0, 0, 1, ROOT.certificate),
         [above.leaf(f"DNS:{HOST}"), above.certificate], "proven", "DANE-015", anchors=[ROOT, above])


write_agility()
write_old_certificate()
write_texts()
write_owners()
write_references()
write_bases()
write_rollovers()
write_faults()
