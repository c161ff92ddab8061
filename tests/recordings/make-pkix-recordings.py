#!/usr/bin/env python3
"""Write more recordings of pkix, and of dane where it asks the same: names, constraints, strength, authorities, revocation.

Run it after a change, and look at what `git diff` shows.
"""

import base64
import hashlib
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

import recordings
from recordings import (DOMAIN, Authority, common_name, day, dns, endpoint, expect, initiating, key, presented, rsa_key,
                        serial_number, sign_weakly, spki, tlv, trust_anchors, write_recording)

PROVIDER = "xmpp.provider.example"
A_LABELS = {"bücher.example": "xn--bcher-kva.example", "straße.example": "xn--strae-oqa.example",
            "例え.テスト": "xn--r8jz45g.xn--zckzah"}


# ---- Certificates of every kind --------------------------------------------------------------------

class Issuer:
    """A name and a key. What it issues has just the extensions that are asked for, (value, critical)."""

    def __init__(self, name, own_key=None, issuer=None, extensions=None, **more):
        self.name, self.key = name, own_key or key(name)
        if extensions is None:
            extensions = [AUTHORITY]
        self.certificate = (issuer or self).issue(common_name(name), self.key, extensions, **more)

    def issue(self, subject, own_key, extensions=(), digest=None):
        serial = serial_number(subject, spki(own_key), self.name, spki(self.key), extensions)
        builder = (x509.CertificateBuilder().serial_number(serial).subject_name(subject).issuer_name(common_name(self.name))
                   .public_key(own_key.public_key()).not_valid_before(day("2026-01-01")).not_valid_after(day("2027-12-31")))
        for value, critical in extensions:
            builder = builder.add_extension(value, critical=critical)
        return builder.sign(self.key, digest)

    def leaf(self, *names, own_key=None, digest=None, extensions=(), subject="leaf"):
        own_key = own_key or key("leaf of " + self.name)
        san = [(x509.SubjectAlternativeName([general_name(n) for n in names]), False)] if names else []
        if isinstance(subject, str):
            subject = common_name(subject)
        return self.issue(subject, own_key, san + list(extensions), digest)


def general_name(text):
    kind, value = text.split(":", 1)
    if kind == "MAIL":
        return x509.RFC822Name(value)
    if kind == "IP":
        return x509.IPAddress(ipaddress.ip_address(value))
    if kind == "URI":
        return x509.UniformResourceIdentifier(value)
    if kind == "UTF8-MAIL":  # id-on-SmtpUTF8Mailbox: an otherName that says nothing of XMPP
        return x509.OtherName(ObjectIdentifier("1.3.6.1.5.5.7.8.9"), bytes([0x0C, len(value)]) + value.encode())
    return recordings.general_name(text)


AUTHORITY = (x509.BasicConstraints(ca=True, path_length=None), True)
ROOT = Issuer("Root")
INTERMEDIATE = Issuer("Intermediate", issuer=ROOT)
CHAIN = INTERMEDIATE.certificate


# ---- DER by hand, for what the library does not make -----------------------------------------------

ED25519 = tlv(0x30, tlv(0x06, b"\x2b\x65\x70"))


def version_1(name, own_key, issuer, issuer_key):
    """A certificate without version and extensions."""
    serial = tlv(0x02, serial_number(name, spki(own_key), issuer).to_bytes(8, "big"))
    dates = tlv(0x30, tlv(0x17, b"260101000000Z"), tlv(0x17, b"271231000000Z"))
    tbs = tlv(0x30, serial, ED25519, common_name(issuer).public_bytes(), dates, common_name(name).public_bytes(),
              spki(own_key))
    return x509.load_der_x509_certificate(tlv(0x30, tbs, ED25519, tlv(0x03, b"\0" + issuer_key.sign(tbs))))


# ---- Revocation ------------------------------------------------------------------------------------

def crl(issuer, *revoked, begin="2026-11-20", end="2026-11-27", signer=None, entry_extensions=(), extensions=(), name=None):
    """|revoked|: certificates; |name|: the issuer's, otherwise written."""
    builder = (x509.CertificateRevocationListBuilder().issuer_name(name or common_name(issuer.name))
               .last_update(day(begin)).next_update(day(end)))
    for value, critical in extensions:
        builder = builder.add_extension(value, critical=critical)
    for cert in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(cert.serial_number).revocation_date(day("2026-11-01"))
        for value, critical in entry_extensions:
            entry = entry.add_extension(value, critical=critical)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(signer or issuer.key, None)


def crls(*lists):
    return {"kind": "crls", "pem": [one.public_bytes(serialization.Encoding.PEM).decode() for one in lists]}


def time(text):
    return tlv(0x18, text.replace("-", "").encode() + b"000000Z")


def revoked_on(text):
    return tlv(0xA1, time(text), tlv(0xA0, tlv(0x0A, b"\1")))


GOOD, REVOKED, UNKNOWN = tlv(0x80), revoked_on("2026-11-01"), tlv(0x82)
CRITICAL = tlv(0x30, tlv(0x30, tlv(0x06, b"\x2b\x06\x01\x04\x01\x86\x8d\x1f\x02"), tlv(0x01, b"\xff"), tlv(0x04, b"\5\0")))


def certificate_id(cert, issuer, name=None):
    bits = spki(issuer.certificate)[-32:]  # Ed25519
    return tlv(0x30, tlv(0x30, tlv(0x06, bytes.fromhex("2b0e03021a")), tlv(0x05)),
               tlv(0x04, hashlib.sha1(common_name(name or issuer.name).public_bytes()).digest()),
               tlv(0x04, hashlib.sha1(bits).digest()),
               tlv(0x02, cert.serial_number.to_bytes(8, "big")))


def ocsp(cert, issuer, state=GOOD, begin="2026-11-20", end="2026-11-27", signer=None, certs=(), name=None, more=b"",
         single_more=b"", algorithm=ED25519):
    """A response about one certificate (RFC 6960 section 4.2.1)."""
    word = tlv(0x30, certificate_id(cert, issuer, name), state, time(begin), tlv(0xA0, time(end)) if end else b"", single_more)
    data = tlv(0x30, tlv(0xA2, tlv(0x04, b"\0" * 20)), time(begin), tlv(0x30, word), more)
    included = tlv(0xA0, tlv(0x30, *[recordings.der(c) for c in certs])) if certs else b""
    basic = tlv(0x30, data, algorithm, tlv(0x03, b"\0" + (signer or issuer.key).sign(data)), included)
    kind = tlv(0x06, bytes.fromhex("2b0601050507300101"))
    return tlv(0x30, tlv(0x0A, b"\0"), tlv(0xA0, tlv(0x30, kind, tlv(0x04, basic))))


class RsaSigner:
    """Signs as keys with an algorithm of their own do."""

    algorithm = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d01010b")), tlv(0x05))

    def __init__(self, rsa):
        self.rsa = rsa

    def sign(self, data):
        return self.rsa.sign(data, padding.PKCS1v15(), hashes.SHA256())


def stapled(*responses):
    if not responses:
        return {"kind": "ocsp", "outcome": "denied"}
    return {"kind": "ocsp", "data": [base64.b64encode(response).decode() for response in responses]}


# ---- Recordings ------------------------------------------------------------------------------------

def pkix(name, what, certs, finding, rule, reason=None, domain=DOMAIN, service="xmpp-server", anchors=None, params=None,
         evidence=(), provided=None, **more):
    port = 5269 if service == "xmpp-server" else 5222
    route = [dns(f"_{service}._tcp.{A_LABELS.get(domain, domain)}", "SRV", [f"0 0 {port} {PROVIDER}."], "insecure"),
             dns(PROVIDER, "A", ["192.0.2.1"], "insecure")]
    profile = {"prove": ["pkix"], **(provided or {})}
    if params is not None:
        profile["params"] = {"pkix": params}
    write_recording("pkix", name, what, route + [presented(*certs), *evidence, trust_anchors(*anchors or [ROOT.certificate])],
                    expect(finding, rule, reason, **more), profile, initiating(endpoint(PROVIDER, port), domain, service))


def presents(name, what, text, reference, service="xmpp-server", fits=True, subject="leaf", reason=None):
    """One presented identifier against one domain."""
    names = [text] if text else []
    pkix(name, what, [INTERMEDIATE.leaf(*names, subject=subject), CHAIN], "proven" if fits else "mismatch", "PKIX-006",
         reason or (text if fits else None), domain=reference, service=service)


def write_names():
    presents("tv-nm-01", "TV-NM-01: a dNSName", "DNS:im.example.com", "im.example.com")
    presents("tv-nm-02-client", "TV-NM-02: an SRVName for clients", "SRV:_xmpp-client.im.example.com", "im.example.com",
             "xmpp-client")
    presents("tv-nm-02-server", "TV-NM-02: PKIX-007: an SRVName for clients, and a server's stream",
             "SRV:_xmpp-client.im.example.com", "im.example.com", fits=False,
             reason="SRV:_xmpp-server.im.example.com")
    presents("tv-nm-03", "TV-NM-03: an XmppAddr; the common name says something else", "XMPP:im.example.com",
             "im.example.com", subject="Example Products, Inc.")
    for short, domain, fits in [("one", "chat.example.net", True), ("none", "example.net", False),
                                ("two", "a.b.example.net", False)]:
        presents(f"tv-nm-04-{short}", f"TV-NM-04: a wildcard and {domain}", "DNS:*.example.net", domain, fits=fits)
    for short, text, domain in [("middle", "bar.*.example.net", "bar.a.example.net"),
                                ("twice", "*.*.example.net", "a.b.example.net"),
                                ("partial", "f*.example.net", "foo.example.net"),
                                ("a-label", "xn--kcry6tjko*.example.org", "xn--kcry6tjkoa.example.org")]:
        presents(f"tv-nm-05-{short}", "TV-NM-05: I18N-007: wildcards that are not a whole left-most label", "DNS:" + text,
                 "foo.example.net" if short == "a-label" else domain, fits=False, reason=f"{text} (not valid)")
    presents("tv-nm-06", "TV-NM-06: I18N-007: a wildcard left of an A-label", "DNS:*.xn--bcher-kva.example.org",
             "x.xn--bcher-kva.example.org")
    presents("tv-nm-07", "TV-NM-07: PKIX-010, I18N-005: case does not matter", "DNS:WWW.Example.Com", "www.example.com")
    presents("tv-nm-08", "TV-NM-08: PKIX-009: one reference's service and another's name do not add up",
             f"SRV:_xmpp-client.{PROVIDER}", "im.example.com", "xmpp-client", fits=False)
    presents("tv-nm-09", "TV-NM-09: PKIX-013: a common name and no alternative names", None, "im.example.com", fits=False,
             subject="im.example.com", reason="names no domain")
    presents("tv-nm-10", "TV-NM-10: PKIX-015: a NUL within", "DNS:im.example.com\0.evil.example", "im.example.com",
             fits=False, reason="DNS:im.example.com?.evil.example (not valid)")
    presents("tv-nm-11", "TV-NM-11: PKIX-009: the service label's case does not matter", "SRV:_XMPP-Server.Example.NET",
             "example.net")
    presents("tv-nm-12", "TV-NM-12: PKIX-014: a user's address is no server's", "XMPP:juliet@im.example.com",
             "im.example.com", fits=False, reason="XMPP:juliet@im.example.com (not valid)")
    presents("dot", "PKIX-010: a final dot is ignored", "DNS:im.example.com.", "im.example.com")
    presents("underscore-dns", "PKIX-015: an underscore in a dNSName, which hosts do not have", "DNS:a_b.example.com",
             "ab.example.com", fits=False, reason="DNS:a_b.example.com (not valid)")
    presents("underscore-service", "PKIX-009: an SRVName's text in a dNSName", f"DNS:_xmpp-server.{DOMAIN}", DOMAIN,
             fits=False, reason=f"DNS:_xmpp-server.{DOMAIN} (not valid)")
    presents("mail-and-uri", "PKIX-013: mail addresses and URIs are no server's identity", f"URI:xmpp:{DOMAIN}", DOMAIN,
             fits=False, reason="names no domain")
    presents("direct-tls-service", "PKIX-008: the label of direct TLS", f"SRV:_xmpps-server.{DOMAIN}", DOMAIN, fits=False)
    presents("wildcard-xmpp", "PKIX-012: no wildcard in an XmppAddr", "XMPP:*.example.com", DOMAIN, fits=False)
    presents("white-space", "PKIX-010: white space is no part of a name", f"DNS:{DOMAIN} ", DOMAIN, fits=False)
    presents("nul-at-end", "PKIX-015: nor is a NUL, even at the end", f"DNS:{DOMAIN}\0", DOMAIN, fits=False)
    presents("suffix", "PKIX-010: names are compared by whole labels", f"DNS:evil-{DOMAIN}", DOMAIN, fits=False)
    presents("wildcard-alone", "PKIX-011: a wildcard and nothing else", "DNS:*", DOMAIN, fits=False)
    presents("wildcard-service", "PKIX-012: no wildcard for a service", f"SRV:_*.{DOMAIN}", DOMAIN, fits=False)
    presents("protocol-label", "PKIX-009: an SRVName has no label for the protocol", f"SRV:_xmpp-server._tcp.{DOMAIN}", DOMAIN,
             fits=False)
    presents("tv-idn-1", "TV-IDN: I18N-001: a dNSName in A-labels", "DNS:xn--bcher-kva.example", "bücher.example")
    presents("tv-idn-2", "TV-IDN: I18N-003: an XmppAddr in U-labels, its case mapped", "XMPP:BÜCHER.example",
             "bücher.example", reason="XMPP:xn--bcher-kva.example")
    presents("tv-idn-3", "TV-IDN: I18N-004: sharp s is itself", "DNS:xn--strae-oqa.example", "straße.example")
    presents("tv-idn-4", "TV-IDN: I18N-004: sharp s is not ss, as in IDNA2003", "DNS:strasse.example", "straße.example",
             fits=False, reason="DNS:xn--strae-oqa.example")
    presents("tv-idn-5", "TV-IDN: I18N-004: nor in an XmppAddr", "XMPP:strasse.example", "straße.example", fits=False)
    presents("tv-idn-6", "TV-IDN: another script", "DNS:xn--r8jz45g.xn--zckzah", "例え.テスト")
    presents("tv-idn-7", "I18N-002: an XmppAddr in A-labels is the same domain", "XMPP:xn--bcher-kva.example",
             "bücher.example")
    presents("tv-idn-8", "I18N-006: an A-label that decodes to nothing", "XMPP:xn--a.example", "bücher.example",
             fits=False, reason="(not valid)")


def confined(short, permitted=None, excluded=None):
    constraints = x509.NameConstraints(permitted and [general_name(n) for n in permitted],
                                       excluded and [general_name(n) for n in excluded])
    return Issuer("Confined", key("confined " + short), issuer=ROOT,
                  extensions=[AUTHORITY, (constraints, True)])


def constrained(short, what, names, permitted=None, excluded=None, outside=None, rule="PKIX-017"):
    issuer = confined(short, permitted, excluded)
    certs = [issuer.leaf(*names), issuer.certificate]
    if outside is None:
        pkix(f"constraint-{short}", f"PKIX-017: {what}", certs, "proven", "PKIX-006")
    else:
        pkix(f"constraint-{short}", f"PKIX-017: {what}", certs, "mismatch", rule, outside)


def write_constraints():
    own, srv, xmpp = f"DNS:{DOMAIN}", f"SRV:_xmpp-server.{DOMAIN}", f"XMPP:{DOMAIN}"
    constrained("dns", "TV-NC: a domain within what is permitted", [own], ["DNS:example.com"])
    constrained("dns-outside", "TV-NC: a domain that only ends alike", [own], ["DNS:m.example.com"],
                outside="the name constraints of CN=Confined do not permit DNS:im.example.com")
    constrained("srv-domain", "TV-NC: an SRVName and a permitted domain", [srv], ["SRV:example.com"])
    constrained("srv-domain-outside", "TV-NC: an SRVName and another permitted domain", [srv], ["SRV:m.example.com"],
                outside=f"do not permit {srv}")
    constrained("srv-service", "TV-NC: a permitted service", [srv], ["SRV:_xmpp-server"])
    constrained("srv-service-outside", "TV-NC: another permitted service", [srv], ["SRV:_mail"],
                outside=f"do not permit {srv}")
    constrained("srv-both", "TV-NC: a permitted service at a domain", [srv], ["SRV:_xmpp-server.example.com"])
    constrained("srv-both-outside", "TV-NC: a permitted service at another domain", [srv],
                ["SRV:_xmpp-server.m.example.com"], outside=f"do not permit {srv}")
    constrained("srv-for-others", "a constraint on SRVNames, and no SRVName: nothing is wrong with the chain", [own],
                ["SRV:_mail.example.net"])
    constrained("unknown-for-others", "a constraint on an otherName that nobody can compare, and no such name", [own],
                ["UTF8-MAIL:example.net"])
    constrained("unknown", "a constraint on an otherName that nobody can compare, and such a name",
                [own, "UTF8-MAIL:juliet@example.net"], ["UTF8-MAIL:example.net"], outside="cannot be compared")
    constrained("uri", "a URI within what is permitted", [own, "URI:https://a.example.com/"], ["URI:.example.com"])
    constrained("uri-outside", "a URI elsewhere", [own, "URI:https://example.net/a.example.com"], ["URI:.example.com"],
                outside="its mail or IP addresses or URIs")
    constrained("no-name", "a name with an empty label is in nothing that is permitted", [own, "DNS:.example.com"],
                ["DNS:example.com"], outside="do not permit DNS:.example.com")
    limits = x509.NameConstraints([general_name("DNS:example.com")], None)
    for short, critical in [("critical", True), ("not-critical", False)]:
        pkix(f"constraint-by-nobody-{short}", "PKIX-017: who is no authority has nobody to constrain",
             [INTERMEDIATE.leaf(own, extensions=[(limits, critical)]), CHAIN], "mismatch", "PKIX-017",
             "the certificate has name constraints and is no authority's")
    empty = Issuer("Empty", issuer=ROOT, extensions=[AUTHORITY, (x509.UnrecognizedExtension(
        ObjectIdentifier("2.5.29.30"), b"\x30\x00"), True)])
    pkix("constraint-empty", "PKIX-017: constraints that say nothing", [empty.leaf(own), empty.certificate], "mismatch", "PKIX-017",
         "the name constraints of CN=Empty cannot be compared with the names")
    constrained("xmpp-for-others", "a constraint on XmppAddrs, and no XmppAddr", [own], ["XMPP:example.net"])
    constrained("xmpp", "nobody has said what a constraint on XmppAddrs means", [xmpp], ["XMPP:im.example.com"],
                outside="cannot be compared")
    constrained("xmpp-by-dns", "an XmppAddr outside of the permitted domain", [xmpp], ["DNS:example.net"],
                outside=f"do not permit {xmpp}")
    constrained("wildcard-excluded", "a wildcard that may stand for what is excluded", ["DNS:*.example.com"],
                excluded=["DNS:a.example.com"], outside="do not permit DNS:*.example.com")
    constrained("wildcard-excluded-srv", "an SRVName's wildcard that may stand for a domain that is excluded",
                ["SRV:_xmpp-server.*.example.com"], excluded=["DNS:a.example.com"],
                outside="do not permit SRV:_xmpp-server.*.example.com")
    constrained("wildcard-permitted", "a wildcard that may stand for more than is permitted", ["DNS:*.example.com"],
                ["DNS:im.example.com"], outside="do not permit DNS:*.example.com")
    constrained("common-name", "PKIX-013: a common name is no name to be permitted", [srv], ["DNS:example.com"])
    constrained("mail", "a mail address that is excluded", [own, "MAIL:juliet@example.com"], excluded=["MAIL:example.com"],
                outside="its mail or IP addresses")
    own_limits = Issuer("Confined root", extensions=[
        AUTHORITY,
        (x509.NameConstraints([x509.DNSName("example.net")], None), True)])
    pkix("constraint-anchor", "PKIX-017: DANE-013: an anchor's own constraints", [own_limits.leaf(own)], "mismatch", "PKIX-017",
         "the name constraints of CN=Confined root do not permit", anchors=[own_limits.certificate])


def write_policies():
    """What an authority demands of all below it (RFC 5280 section 6.1)."""
    own = f"DNS:{DOMAIN}"
    one, other = (ObjectIdentifier(f"1.3.6.1.4.1.99999.{n}") for n in (11, 12))
    demand = (x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None), True)

    def policies(*oids):
        return x509.CertificatePolicies([x509.PolicyInformation(oid, None) for oid in oids]), False

    mapping = (x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.33"), tlv(0x30, tlv(0x30, *[
        tlv(0x06, bytes([0x2B, 6, 1, 4, 1, 0x86, 0x8D, 0x1F, n])) for n in (11, 12)]))), True)
    why = "an authority demands a certificate policy, and the certificate has none"
    for short, what, above, below, fits in [
            ("kept", "a policy is demanded, and there", [policies(one), demand], [policies(other, one)], True),
            ("other", "another one is there", [policies(one), demand], [policies(other)], False),
            ("none", "none is there", [policies(one), demand], [], False),
            ("not-critical", "what is demanded need not be critical", [policies(one), (demand[0], False)], [], False),
            ("not-demanded", "nobody demands any", [policies(one)], [policies(other)], True),
            ("any", "any is there", [policies(one), demand], [policies(x509.CertificatePoliciesOID.ANY_POLICY)], True),
            ("any-inhibited", "any is there, and does not count", [policies(one), demand, (x509.InhibitAnyPolicy(0), True)],
             [policies(x509.CertificatePoliciesOID.ANY_POLICY)], False),
            ("mapped", "what is demanded has another name below", [policies(one), demand, mapping], [policies(other)], True),
            ("leaf", "the certificate demands one of itself", [], [demand], False)]:
        issuer = Issuer("Demanding", issuer=ROOT, extensions=[AUTHORITY, *above])
        pkix(f"policy-{short}", f"PKIX-001: {what}", [issuer.leaf(own, extensions=below), issuer.certificate],
             "proven" if fits else "mismatch", "PKIX-006" if fits else "PKIX-001", None if fits else why)


def write_authorities():
    own = f"DNS:{DOMAIN}"
    plain = Issuer("No CA", issuer=ROOT, extensions=[])
    pkix("issuer-no-ca", "PKIX-001: issued by what is no authority", [plain.leaf(own), plain.certificate], "mismatch",
         "PKIX-001", "the certificate of CN=No CA is no certification authority's: it has no CA:TRUE")
    old = Issuer("Version 1")
    old.certificate = version_1("Version 1", old.key, "Root", ROOT.key)
    pkix("issuer-version-1", "PKIX-001: issued by an authority of version 1", [old.leaf(own), old.certificate], "mismatch",
         "PKIX-001", "the certificate of CN=Version 1 is no certification authority's: it is of a version before 3")
    old.certificate = version_1("Version 1", old.key, "Version 1", old.key)
    pkix("anchor-version-1", "PKIX-001: an anchor of version 1 may not issue either", [old.leaf(own)], "mismatch", "PKIX-001",
         "it is of a version before 3", anchors=[old.certificate])
    last = Issuer("Last", issuer=ROOT, extensions=[(x509.BasicConstraints(ca=True, path_length=0), True)])
    beyond = Issuer("Beyond", issuer=last)
    pkix("path-length", "PKIX-001: an authority below one that allows for none",
         [beyond.leaf(own), beyond.certificate, last.certificate], "mismatch", "PKIX-001", "path length 0")
    mute = Issuer("Mute", issuer=ROOT, extensions=[
        AUTHORITY, (key_usage(digital_signature=True), True)])
    pkix("issuer-key-usage", "PKIX-018: an authority whose key is not for certificates", [mute.leaf(own), mute.certificate],
         "mismatch", "PKIX-001", "key usage has no keyCertSign")
    strange = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.2"), b"\x05\x00")
    pkix("critical-unknown", "PKIX-001: a critical extension that nobody knows",
         [INTERMEDIATE.leaf(own, extensions=[(strange, True)]), CHAIN], "mismatch", "PKIX-001", "1.3.6.1.4.1.99999.2")
    pkix("not-critical-unknown", "PKIX-001: one that is not critical", [INTERMEDIATE.leaf(own, extensions=[(strange, False)]),
                                                                         CHAIN], "proven", "PKIX-006")
    pkix("leaf-is-authority", "PKIX-021: CA:TRUE in a server's certificate is bad manners", [
        INTERMEDIATE.leaf(own, extensions=[AUTHORITY]), CHAIN], "proven", "PKIX-006")
    pkix("leaf-is-only-authority", "PKIX-018: a key that may only sign certificates", [
        INTERMEDIATE.leaf(own, extensions=[AUTHORITY, (key_usage(key_cert_sign=True), True)]), CHAIN], "mismatch", "PKIX-018",
        "key usage has no digitalSignature")
    pkix("leaf-no-subject", "PKIX-021: an empty subject", [INTERMEDIATE.leaf(own, subject=x509.Name([])), CHAIN], "proven",
         "PKIX-006")
    mail = Issuer("Mail", issuer=ROOT, extensions=[
        AUTHORITY, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)])
    pkix("issuer-purpose", "PKIX-018: an authority for mail", [mail.leaf(own), mail.certificate], "mismatch", "PKIX-018",
         "the certificate of CN=Mail is not for TLS servers: extended key usage has only emailProtection")
    forged = Issuer("Root", key("forged root"))
    pkix("forged", "PKIX-001: signed by another key of the root's name", [forged.leaf(own)], "mismatch", "PKIX-001",
         "the signature on the certificate does not verify with the key of CN=Root")


def key_usage(**which):
    words = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{word: which.get(word, False) for word in words})


def write_strength():
    own = f"DNS:{DOMAIN}"
    small, usual = rsa_key("small", 1024), rsa_key("usual", 2048)
    large = rsa_key("large", 3072)
    pkix("weak-leaf", "PKIX-001: an RSA key of 1024 bits", [INTERMEDIATE.leaf(own, own_key=small), CHAIN], "mismatch", "PKIX-001",
         "the certificate has a key that is too weak for the security level medium: RSA of 1024 bits")
    weak = Issuer("Weak", small, issuer=ROOT)
    pkix("weak-issuer", "PKIX-001: an authority with an RSA key of 1024 bits",
         [weak.leaf(own, digest=hashes.SHA256()), weak.certificate], "mismatch", "PKIX-001",
         "the certificate of CN=Weak has a key that is too weak")
    weak = Issuer("Weak", small, digest=hashes.SHA256())
    pkix("weak-anchor", "PKIX-001: an anchor with an RSA key of 1024 bits", [weak.leaf(own, digest=hashes.SHA256())],
         "mismatch", "PKIX-001", "the certificate of CN=Weak has a key that is too weak", anchors=[weak.certificate])
    web = Issuer("Web", usual, issuer=ROOT)
    for digest in ["sha1", "md5"]:
        leaf = sign_weakly(web.leaf(own, digest=hashes.SHA256()), usual, digest)
        pkix(f"weak-{digest}", f"PKIX-001: signed with {digest.upper()}", [leaf, web.certificate], "mismatch", "PKIX-001",
             f"the signature on the certificate is too weak for the security level medium: RSA-{digest.upper()}")
    old = Issuer("Old", usual, digest=hashes.SHA256())
    pkix("weak-anchor-signature", "PKIX-001: an anchor's own signature says nothing", [old.leaf(own, digest=hashes.SHA256())],
         "proven", "PKIX-006", anchors=[sign_weakly(old.certificate, usual, "sha1")])
    for short, key, level, good in [("medium", usual, "medium", True), ("high-too-weak", usual, "high", False),
                                    ("high", large, "high", True), ("ultra-too-weak", large, "ultra", False)]:
        root = Issuer("Root", key, digest=hashes.SHA256())
        pkix(f"security-{short}", f"PKIX-001: security {level} and RSA of {key.key_size} bits",
             [root.leaf(own, digest=hashes.SHA256())], "proven" if good else "mismatch",
             "PKIX-006" if good else "PKIX-001", None if good else f"too weak for the security level {level}",
             anchors=[root.certificate], params={"security": level})


HARD, OFF = {"revocation": "hard"}, {"revocation": "off"}
LEAF = INTERMEDIATE.leaf(f"DNS:{DOMAIN}")


def revocation(name, what, evidence, finding="proven", reason=None, params=None, certs=(LEAF, CHAIN), **more):
    pkix(name, f"PKIX-002: {what}", certs, finding, "PKIX-006" if finding == "proven" else "PKIX-002", reason, params=params,
         evidence=evidence, **more)


def write_lists():
    clean, of_root = crl(INTERMEDIATE), crl(ROOT)
    revoked = "the certificate was revoked on 2026-11-01T00:00:00Z by the CRL of CN=Intermediate"
    none = "no OCSP response, no CRL of CN=Intermediate"
    revocation("crl-good", "lists without any of the certificates", [crls(clean, of_root)], reason=f"DNS:{DOMAIN}", params=HARD,
               not_after="2026-11-27T00:00:00Z")
    revocation("crl-good-and-forged", "a forged list behind the issuer's",
               [crls(clean, crl(INTERMEDIATE, LEAF, signer=key("somebody")), of_root)], params=HARD)
    revocation("crl-leaf", "the certificate is listed", [crls(crl(INTERMEDIATE, LEAF))], "mismatch", revoked)
    revocation("crl-authority", "an authority is listed", [crls(clean, crl(ROOT, CHAIN))], "mismatch",
               "the certificate of CN=Intermediate was revoked on 2026-11-01T00:00:00Z by the CRL of CN=Root")
    revocation("crl-off", "nobody looks", [crls(crl(INTERMEDIATE, LEAF))], params=OFF)
    revocation("crl-none", "nothing is known, and that is said", [], reason=f"; not known whether it was revoked: {none}")
    revocation("crl-none-hard", "nothing is known, and that is not enough", [], "mismatch",
               f"it is not known whether the certificate was revoked: {none}", HARD)
    revocation("crl-none-for-authority", "nothing is known of the authority", [crls(clean)], "mismatch",
               "it is not known whether the certificate of CN=Intermediate was revoked", HARD)
    stale = crl(INTERMEDIATE, begin="2026-11-01", end="2026-11-08")
    expired = "the CRL of CN=Intermediate expired on 2026-11-08T00:00:00Z"
    revocation("crl-stale", "a list that has expired, and that is said", [crls(stale, of_root)], reason=expired)
    revocation("crl-stale-hard", "a list that has expired is not enough", [crls(stale, of_root)], "mismatch", expired, HARD)
    revocation("crl-stale-leaf", "what a list called revoked stays so when it expires",
               [crls(crl(INTERMEDIATE, LEAF, begin="2026-11-01", end="2026-11-08"))], "mismatch", revoked)
    revocation("crl-future", "a list from later", [crls(crl(INTERMEDIATE, LEAF, begin="2026-11-22"))],
               reason="the CRL of CN=Intermediate begins on 2026-11-22T00:00:00Z")
    revocation("crl-forged", "a list that is not the issuer's", [crls(crl(INTERMEDIATE, LEAF, signer=key("somebody")))],
               reason="the signature on the CRL of CN=Intermediate does not verify")
    revocation("crl-forged-beside", "a forged list beside the issuer's",
               [crls(crl(INTERMEDIATE, signer=key("somebody")), crl(INTERMEDIATE, LEAF))], "mismatch", revoked)
    strange = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.2"), b"\x05\x00")
    critical = "the CRL of CN=Intermediate has something critical in it that is not known"
    for short, what, extensions, entry_extensions in [
            ("critical", "an extension that is critical and not known", [(strange, True)], ()),
            ("delta", "a list of changes only", [(x509.DeltaCRLIndicator(1), True)], ()),
            ("indirect", "entries that are other issuers'", [],
             [(x509.CertificateIssuer([x509.DirectoryName(common_name("Other"))]), True)])]:
        revocation(f"crl-{short}", what, [crls(crl(INTERMEDIATE, LEAF, extensions=extensions,
                                                   entry_extensions=entry_extensions))], reason=critical)
    reasons = [(x509.IssuingDistributionPoint(None, None, False, False, frozenset([x509.ReasonFlags.key_compromise]), False,
                                              False), True)]
    revocation("crl-reasons", "on a list for some reasons only", [crls(crl(INTERMEDIATE, LEAF, extensions=reasons))], "mismatch",
               revoked)
    revocation("crl-reasons-others", "not on a list for some reasons only", [crls(crl(INTERMEDIATE, extensions=reasons), of_root)],
               "mismatch", "the CRL of CN=Intermediate is about some reasons only", HARD)
    printable = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, " INTERMEDIATE", _type=_ASN1Type.PrintableString)])
    revocation("crl-name", "a list with the issuer's name in other letters of another type",
               [crls(crl(INTERMEDIATE, LEAF, name=printable))], "mismatch", revoked)
    own_names = [f"DNS:{DOMAIN}"]
    old = Issuer("Renewed", key("Renewed, old"), ROOT)
    new = Issuer("Renewed", key("Renewed, new"), old)
    by_new = new.leaf(*own_names)
    renewed = [by_new, new.certificate, old.certificate]
    revocation("crl-old-key", "an authority with a new key signs its list with the old one, which is on the path",
               [crls(crl(old), of_root)], params=HARD, certs=renewed)
    revocation("crl-old-key-leaf", "and revokes by it", [crls(crl(old, by_new))], "mismatch",
               "the certificate was revoked on 2026-11-01T00:00:00Z by the CRL of CN=Renewed", certs=renewed)
    revocation("crl-new-key", "but a new key that is below what was signed with the old one vouches for nobody there",
               [crls(crl(new), of_root)], "mismatch", "the signature on the CRL of CN=Renewed does not verify", HARD,
               certs=renewed)
    revocation("crl-not-critical", "extensions that are not critical", [crls(crl(
        INTERMEDIATE, LEAF, extensions=[(strange, False), (x509.CRLNumber(7), False)],
        entry_extensions=[(x509.CRLReason(x509.ReasonFlags.key_compromise), False)]))], "mismatch", revoked)
    users, authorities = (x509.IssuingDistributionPoint(None, None, *which, None, False, False)
                          for which in [(True, False), (False, True)])
    revocation("crl-users", "a list of certificates that are no authorities'",
               [crls(crl(INTERMEDIATE, extensions=[(users, True)]), of_root)], params=HARD)
    other = "the CRL of CN=Intermediate is about other certificates"
    revocation("crl-authorities", "a list of authorities says nothing of others",
               [crls(crl(INTERMEDIATE, extensions=[(authorities, True)]), of_root)], "mismatch", other, HARD)
    place, elsewhere = ([x509.UniformResourceIdentifier(f"http://crl.example/{part}")] for part in (1, 2))
    split = INTERMEDIATE.leaf(f"DNS:{DOMAIN}", extensions=[
        (x509.CRLDistributionPoints([x509.DistributionPoint(place, None, None, None)]), False)])
    for short, point, finding, params in [("here", place, "proven", HARD), ("elsewhere", elsewhere, "mismatch", HARD)]:
        part = x509.IssuingDistributionPoint(point, None, True, False, None, False, False)
        revocation(f"crl-part-{short}", f"a part of the list, that of {point[0].value}",
                   [crls(crl(INTERMEDIATE, extensions=[(part, True)]), of_root)], finding,
                   None if finding == "proven" else other, params, [split, CHAIN])
    mute = Issuer("Mute", issuer=ROOT, extensions=[AUTHORITY, (key_usage(key_cert_sign=True), True)])
    revocation("crl-key-usage", "a key that is not for lists", [crls(crl(mute, mute.certificate))],
               reason="CN=Mute may not sign CRLs", certs=[mute.leaf(f"DNS:{DOMAIN}"), mute.certificate])
    second = Issuer("Second root")
    cross = Issuer("Intermediate", INTERMEDIATE.key, issuer=second)
    revocation("crl-other-path", "another path, when an authority on the first is revoked",
               [crls(crl(ROOT, CHAIN))], certs=[LEAF, CHAIN, cross.certificate], anchors=[ROOT.certificate, second.certificate])


def write_stapled():
    good = ocsp(LEAF, INTERMEDIATE)
    of_root = crls(crl(ROOT))
    revoked = "the certificate was revoked on 2026-11-01T00:00:00Z by an OCSP response"
    revocation("ocsp-good", "a stapled response", [stapled(good), of_root], params=HARD, not_after="2026-11-27T00:00:00Z")
    revocation("ocsp-soft", "it is said of the authority that nothing is known", [stapled(good)],
               reason="; not known whether the certificate of CN=Intermediate was revoked")
    revocation("ocsp-both", "a response for each", [stapled(ocsp(CHAIN, ROOT), good)], params=HARD)
    revocation("ocsp-leaf", "the certificate is revoked", [stapled(ocsp(LEAF, INTERMEDIATE, REVOKED))], "mismatch", revoked)
    revocation("ocsp-off", "nobody looks", [stapled(ocsp(LEAF, INTERMEDIATE, REVOKED))], params=OFF)
    revocation("ocsp-good-list-not", "a list that knows better", [stapled(good), crls(crl(INTERMEDIATE, LEAF))], "mismatch",
               "by the CRL of CN=Intermediate")
    revocation("ocsp-stale-leaf", "what was revoked stays so",
               [stapled(ocsp(LEAF, INTERMEDIATE, REVOKED, "2026-11-01", "2026-11-08"))], "mismatch", revoked)
    for short, what, response, why in [
            ("unknown", "a responder that does not know", ocsp(LEAF, INTERMEDIATE, UNKNOWN),
             "the OCSP responder does not know the certificate"),
            ("stale", "a response that has expired", ocsp(LEAF, INTERMEDIATE, GOOD, "2026-11-01", "2026-11-08"),
             "the OCSP response expired on 2026-11-08T00:00:00Z"),
            ("future", "a response from later", ocsp(LEAF, INTERMEDIATE, REVOKED, "2026-11-22"),
             "the OCSP response begins on 2026-11-22T00:00:00Z"),
            ("endless", "a response without an end", ocsp(LEAF, INTERMEDIATE, end=None), "does not say when it ends"),
            ("forged", "a response that is not the issuer's", ocsp(LEAF, INTERMEDIATE, REVOKED, signer=key("somebody")),
             "not signed by the issuer or for it"),
            ("critical", "an extension that is critical and not known", ocsp(LEAF, INTERMEDIATE, more=tlv(0xA1, CRITICAL)),
             "something critical"),
            ("critical-single", "the same for the one certificate", ocsp(LEAF, INTERMEDIATE, single_more=tlv(0xA1, CRITICAL)),
             "something critical"),
            ("other", "a response about another certificate", ocsp(CHAIN, INTERMEDIATE), "no OCSP response, "),
            ("other-issuer", "a response about another issuer's", ocsp(LEAF, INTERMEDIATE, name="Other"),
             "no OCSP response, "),
            ("none", "nothing was stapled", None, "no OCSP response, "),
            ("damaged", "a response that cannot be read", good[:-1], "no OCSP response, ")]:
        evidence = [stapled(response) if response else stapled(), of_root]
        revocation(f"ocsp-{short}", what + ", and that is said", evidence, reason=why)
        revocation(f"ocsp-{short}-hard", what + " is not enough", evidence, "mismatch", why, HARD)
    purpose = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False)
    delegate_key = key("delegate")
    delegate = INTERMEDIATE.leaf(own_key=delegate_key, subject="Delegate", extensions=[purpose])
    plain = INTERMEDIATE.leaf(own_key=delegate_key, subject="Delegate")
    stranger = ROOT.leaf(own_key=delegate_key, subject="Delegate", extensions=[purpose])
    mute = INTERMEDIATE.leaf(own_key=delegate_key, subject="Delegate", extensions=[
        purpose, (key_usage(key_encipherment=True), True)])
    small, large = rsa_key("weak delegate", 1024), rsa_key("strong delegate", 2048)
    weak, strong = (INTERMEDIATE.leaf(own_key=k, subject="Delegate", extensions=[
        purpose, (key_usage(digital_signature=True), True)]) for k in (small, large))
    old = Authority("Intermediate").leaf(common_name="Delegate", begin="2026-01-01", end="2026-11-20",
                                         purpose=ExtendedKeyUsageOID.OCSP_SIGNING)
    old_key = key(repr(((), {"begin": "2026-01-01", "end": "2026-11-20", "purpose": ExtendedKeyUsageOID.OCSP_SIGNING})))
    for short, what, cert, signer, fits in [
            ("delegated", "a responder that the issuer named", delegate, delegate_key, True),
            ("not-delegated", "a certificate of the issuer's that is not for OCSP", plain, delegate_key, False),
            ("stranger", "a responder that another authority named", stranger, delegate_key, False),
            ("mute-delegate", "a responder whose key is not for that", mute, delegate_key, False),
            ("weak-delegate", "a responder with an RSA key of 1024 bits", weak, RsaSigner(small), False),
            ("rsa-delegate", "one of 2048 bits", strong, RsaSigner(large), True),
            ("old-delegate", "a responder whose certificate has expired", old, old_key, False)]:
        response = ocsp(LEAF, INTERMEDIATE, signer=signer, certs=[cert], algorithm=getattr(signer, "algorithm", ED25519))
        revocation(f"ocsp-{short}", what, [stapled(response), of_root],
                   "proven" if fits else "mismatch", None if fits else "not signed by the issuer or for it", HARD)
    demanding = INTERMEDIATE.leaf(f"DNS:{DOMAIN}", extensions=[(x509.TLSFeature([x509.TLSFeatureType.status_request]), False)])
    certs = [demanding, CHAIN]
    demands = "the certificate demands a stapled OCSP response"
    revocation("staple-present", "RFC 7633: what the certificate demands", [stapled(ocsp(demanding, INTERMEDIATE))], certs=certs)
    revocation("staple-absent", "RFC 7633: not what the certificate demands", [stapled()], "mismatch", demands, certs=certs)
    revocation("staple-absent-list", "RFC 7633: a list is not what it demands", [stapled(), crls(crl(INTERMEDIATE))], "mismatch",
               demands, certs=certs)
    revocation("staple-not-asked", "RFC 7633: nobody asked the peer", [], certs=certs)
    revocation("staple-off", "RFC 7633: nobody looks", [stapled()], params=OFF, certs=certs)


def write_provisions():
    own = Issuer("Partner")
    leaf = own.leaf(f"DNS:{DOMAIN}")
    partner = {"anchors": "partner.pem"}
    pkix("anchors-own", "PKIX-003: an anchor for this very peer", [leaf], "proven", "PKIX-006", anchors=[own.certificate],
         provided=partner, rests_on=[["pin"]])
    pkix("anchors-generic", "an anchor for everybody", [leaf], "proven", "PKIX-006", anchors=[own.certificate],
         rests_on=[["webpki"]])
    pkix("anchors-own-only", "PKIX-003: what everybody else trusts is nothing to this peer", [LEAF, CHAIN], "mismatch",
         "PKIX-001", "issuer CN=Root is not trusted", anchors=[own.certificate], provided=partner)
    stranger = Issuer("Stranger")
    pinned = stranger.leaf("DNS:other.example", extensions=[
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)])
    digest = hashlib.sha256(recordings.der(pinned)).hexdigest()
    pkix("pin", "PKIX-023: a pinned certificate, whatever it names and whoever issued it", [pinned], "proven", "PKIX-023",
         "one that the policy pins to im.example.com", params={"pins": [digest.upper()]}, rests_on=[["pin"]],
         not_after="2027-12-31T00:00:00Z")
    pkix("pin-other", "PKIX-023: another one is pinned", [pinned], "mismatch", "PKIX-018", params={"pins": ["00" * 32]})
    pkix("pin-beside", "PKIX-023: a pin takes nothing away from other certificates", [LEAF, CHAIN], "proven", "PKIX-006",
         params={"pins": [digest]}, rests_on=[["webpki"]])
    old = Authority("Old").leaf("DNS:other.example", end="2026-11-20")
    pkix("pin-expired", "PKIX-023: a pinned certificate that has expired", [old], "mismatch", "PKIX-001",
         "the certificate expired on 2026-11-20", params={"pins": [hashlib.sha256(recordings.der(old)).hexdigest()]})
    pkix("pin-misspelt", "PKIX-023: a pin that is none", [pinned], "error", "PKIX-023",
         "the pin 'sha256:00' is not a SHA-256 digest", params={"pins": [digest, "sha256:00"]})


def write_addresses():
    """PKIX-022: a domain that is an IP address."""
    def addressed(name, what, text, domain, finding, reason=None, host=None, role="initiating"):
        subject = {"domain": domain, "service": "xmpp-server", "role": role}
        if host is not None:
            subject["endpoint"] = endpoint(host)
        write_recording("pkix", name, "PKIX-022: " + what, [presented(INTERMEDIATE.leaf(text), CHAIN),
                        trust_anchors(ROOT.certificate)], expect(finding, "PKIX-006", reason), {"prove": ["pkix"]}, subject)
    addressed("address", "an address by itself; nothing is looked up", "IP:192.0.2.1", "192.0.2.1", "proven", "IP:192.0.2.1",
              "192.0.2.1")
    addressed("address-route", "it is where it says", "IP:192.0.2.1", "192.0.2.1", "proven", "IP:192.0.2.1")
    addressed("address-6", "as XMPP writes it, in brackets", "IP:2001:db8::1", "[2001:DB8:0::1]", "proven", "IP:2001:db8::1",
              "2001:db8::1")
    addressed("address-client", "a server that connects and is one", "IP:192.0.2.1", "192.0.2.1", "proven", "IP:192.0.2.1",
              role="receiving")
    addressed("address-other", "another address", "IP:192.0.2.2", "192.0.2.1", "mismatch",
              "has to name one of IP:192.0.2.1, and names IP:192.0.2.2", "192.0.2.1")
    addressed("address-mapped", "octet by octet: one of version 4 is none of version 6", "IP:192.0.2.1", "[::ffff:192.0.2.1]",
              "mismatch", "IP:::ffff:192.0.2.1")
    for kind, text in [("dns", "DNS:192.0.2.1"), ("srv", "SRV:_xmpp-server.192.0.2.1"), ("xmpp", "XMPP:192.0.2.1")]:
        addressed(f"address-{kind}", f"nothing but an iPAddress, no {kind.upper()} identifier", text, "192.0.2.1", "mismatch", text,
                  "192.0.2.1")
    presents("address-of-domain", "PKIX-022: the address of a domain's host says nothing of the domain", "IP:192.0.2.1", DOMAIN,
             fits=False, reason="IP:192.0.2.1")


def write_domains():
    """What one proof says of another stream: nothing."""
    rooms, provider = "rooms.a.example", INTERMEDIATE.leaf(f"DNS:{PROVIDER}")
    parent = [dns("_xmpp-server._tcp.a.example", "SRV", [f"0 0 5269 {PROVIDER}."]), dns(PROVIDER, "A", ["192.0.2.1"])]
    own = [dns(f"_xmpp-server._tcp.{rooms}", "SRV"), dns(f"_xmpps-server._tcp.{rooms}", "SRV")]
    profile = {"delegate": ["dnssec-srv"], "prove": ["pkix"]}
    chain = [presented(provider, CHAIN), trust_anchors(ROOT.certificate)]

    write_recording("pkix", "parent-delegates", "POL-008, POL-013, DELEG-022: signed SRV records, and the host's certificate",
                    parent + chain, expect("proven", "DELEG-009", by=["pkix"], through=["dnssec-srv"]), profile,
                    initiating(endpoint(PROVIDER), "a.example"))
    write_recording("pkix", "parent-does-not-delegate", "DELEG-022: what delegates a domain delegates none below it",
                    parent + own + chain, expect("mismatch", "PKIX-006", f"has to name one of DNS:{rooms}"), profile,
                    initiating(endpoint(PROVIDER), rooms))
    write_recording("pkix", "other-direction", "POL-010: a server that we may connect to has not connected to us by that",
                    parent + chain, expect("mismatch", "PKIX-006"), profile, recordings.receiving("a.example"))
    pkix("other-domain", "PKIX-016, POL-009: a good certificate for another domain, by default no way in",
         [INTERMEDIATE.leaf("DNS:b.example"), CHAIN], "mismatch", "PKIX-006", "and names DNS:b.example", domain="a.example")


def write_paths():
    """Authorities that signed for each other, and what does not belong on a path beside what does."""
    a = Issuer("A", issuer=ROOT)
    b = Issuer("B", issuer=a)
    a_by_b = Issuer("A", a.key, b)
    leaf = a.leaf(f"DNS:{DOMAIN}")
    pkix("path-circle", "PKIX-001: authorities that cross-signed each other, and one way out of the circle",
         [leaf, a_by_b.certificate, b.certificate, a.certificate], "proven", "PKIX-006")
    pkix("path-circle-closed", "PKIX-001: and none", [leaf, a_by_b.certificate, b.certificate], "mismatch", "PKIX-001",
         "issuer CN=A is not trusted")
    renewed = Issuer("Root", key("Root, renewed"), ROOT)
    pkix("path-renewed", "PKIX-001: a trust anchor that vouches for its new key", [renewed.leaf(f"DNS:{DOMAIN}"),
         renewed.certificate], "proven", "PKIX-006")
    code = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), False)
    layers, issuer = [], ROOT
    for name in ["C", "D", "E"]:
        own_key = key("layer " + name)
        layers += [Issuer(name, own_key, issuer, extensions=[(x509.BasicConstraints(False, None), True)]).certificate,
                   Issuer(name, own_key, issuer, extensions=[AUTHORITY, code]).certificate]
        issuer = Issuer(name, own_key, issuer)
        layers.append(issuer.certificate)
    pkix("path-among-many", "PKIX-001: the one way among 27", [issuer.leaf(f"DNS:{DOMAIN}"), *layers], "proven", "PKIX-006")


def dane(name, what, record, certs, finding, rule, reason=None, evidence=(), params=None, **more):
    owner = f"_5269._tcp.{PROVIDER}"
    profile = {"prove": ["dane"], "params": {"dane": params or {}}}
    write_recording("dane", name, what, [
        dns(f"_xmpp-server._tcp.{DOMAIN}", "SRV", [f"0 0 5269 {PROVIDER}."]), dns(PROVIDER, "A", ["192.0.2.1"]),
        dns(owner, "TLSA", [record]), presented(*certs), *evidence, trust_anchors(ROOT.certificate)],
        expect(finding, rule, reason, **more), profile, initiating(endpoint(PROVIDER)))


def write_dane():
    """PKIX-002 is for usages 0 and 1; with 2 and 3 the record is what is revoked (SEC-005)."""
    certs = [LEAF, CHAIN]
    revoked = [crls(crl(INTERMEDIATE, LEAF))]
    why = "the certificate was revoked on 2026-11-01T00:00:00Z by the CRL of CN=Intermediate"
    leaf, authority = recordings.tlsa(1, 1, 1, LEAF), recordings.tlsa(0, 0, 1, CHAIN)
    dane("revoked-0", "PKIX-002: usage 0 relies on an authority", authority, certs, "veto", "DANE-006", why, revoked)
    dane("revoked-1", "PKIX-002: usage 1 relies on one", leaf, certs, "veto", "DANE-006", why, revoked)
    dane("revoked-1-off", "PKIX-002: nobody looks", leaf, certs, "proven", "DANE-015", None, revoked, {"revocation": "off"})
    dane("revoked-1-unknown", "PKIX-002: nothing is known, and that is said", leaf, certs, "proven", "DANE-015",
         "; not known whether it was revoked")
    dane("revoked-1-hard", "PKIX-002: nothing is known, and that is not enough", leaf, certs, "veto", "DANE-006",
         "it is not known whether the certificate was revoked", (), {"revocation": "hard"})
    dane("revoked-2", "SEC-005: usage 2 relies on none but the record", recordings.tlsa(2, 0, 1, CHAIN), certs, "proven",
         "DANE-013", None, revoked, {"revocation": "hard"})
    dane("revoked-3", "SEC-005: usage 3 on nothing else at all", recordings.tlsa(3, 1, 1, LEAF), certs, "proven", "DANE-012",
         None, revoked, {"revocation": "hard"})
    dane("security", "PKIX-001: the level of security of a path", recordings.tlsa(2, 0, 1, CHAIN), certs, "veto", "DANE-006",
         "too weak for the security level ultra", (), {"security": "ultra"})


write_names()
write_constraints()
write_policies()
write_authorities()
write_strength()
write_lists()
write_stapled()
write_provisions()
write_addresses()
write_domains()
write_paths()
write_dane()
