#!/usr/bin/env python3
"""Write more recordings of pkix: names, constraints, strength, authorities.

Run it after a change, and look at what `git diff` shows.
"""

import hashlib
import random

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

import recordings
from recordings import (DOMAIN, Authority, common_name, day, dns, endpoint, expect, initiating, key, presented, serial_number,
                        spki, trust_anchors, write_recording)

PROVIDER = "xmpp.provider.example"
A_LABELS = {"bücher.example": "xn--bcher-kva.example", "straße.example": "xn--strae-oqa.example",
            "例え.テスト": "xn--r8jz45g.xn--zckzah"}


# ---- Certificates of every kind --------------------------------------------------------------------

def seeded(seed):
    return int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")


def prime(bits, draw):
    """The next prime that |draw| comes upon (Miller-Rabin)."""
    while True:
        n = draw.getrandbits(bits) | 3 << (bits - 2) | 1
        if any(n % p == 0 for p in (3, 5, 7, 11, 13, 17, 19, 23)):
            continue
        d, r = n - 1, 0
        while d % 2 == 0:
            d, r = d // 2, r + 1
        if all(is_witness_for(n, d, r, draw.randrange(2, n - 1)) for _ in range(32)):
            return n


def is_witness_for(n, d, r, a):
    x = pow(a, d, n)
    if x in (1, n - 1):
        return True
    for _ in range(r - 1):
        x = x * x % n
        if x == n - 1:
            return True
    return False


def rsa_key(seed, bits):
    draw = random.Random(seeded(seed))
    e = 65537
    while True:
        p, q = prime(bits // 2, draw), prime(bits // 2, draw)
        if p != q and (p - 1) % e and (q - 1) % e:
            break
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q),
                                    rsa.RSAPublicNumbers(e, p * q))
    return numbers.private_key()


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

def tlv(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


ED25519 = tlv(0x30, tlv(0x06, b"\x2b\x65\x70"))


def version_1(name, own_key, issuer, issuer_key):
    """A certificate without version and extensions."""
    serial = tlv(0x02, serial_number(name, spki(own_key), issuer).to_bytes(8, "big"))
    dates = tlv(0x30, tlv(0x17, b"260101000000Z"), tlv(0x17, b"271231000000Z"))
    tbs = tlv(0x30, serial, ED25519, common_name(issuer).public_bytes(), dates, common_name(name).public_bytes(),
              spki(own_key))
    return x509.load_der_x509_certificate(tlv(0x30, tbs, ED25519, tlv(0x03, b"\0" + issuer_key.sign(tbs))))


def sign_weakly(cert, key, digest):
    """The same certificate, signed by RSA with a digest that the library does not sign with any more."""
    arcs = {"md5": 4, "sha1": 5, "sha256": 11}
    oids = {"md5": bytes.fromhex("2a864886f70d0205"), "sha1": bytes.fromhex("2b0e03021a")}
    old, new = (tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d0101") + bytes([arcs[name]])), tlv(0x05))
                for name in ("sha256", digest))
    tbs = cert.tbs_certificate_bytes.replace(old, new)
    info = tlv(0x30, tlv(0x30, tlv(0x06, oids[digest]), tlv(0x05)), tlv(0x04, hashlib.new(digest, tbs).digest()))
    numbers, size = key.private_numbers(), key.key_size // 8
    block = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
    signature = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
    return x509.load_der_x509_certificate(tlv(0x30, tbs, new, tlv(0x03, b"\0" + signature)))


# ---- Recordings ------------------------------------------------------------------------------------

def pkix(name, what, certs, finding, rule, reason=None, domain=DOMAIN, service="xmpp-server", anchors=None, params=None,
         evidence=(), **more):
    port = 5269 if service == "xmpp-server" else 5222
    route = [dns(f"_{service}._tcp.{A_LABELS.get(domain, domain)}", "SRV", [f"0 0 {port} {PROVIDER}."], "insecure"),
             dns(PROVIDER, "A", ["192.0.2.1"], "insecure")]
    profile = {"prove": ["pkix"]}
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
             subject="im.example.com", reason="names none")
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
             fits=False, reason="names none")
    presents("direct-tls-service", "PKIX-008: the label of direct TLS", f"SRV:_xmpps-server.{DOMAIN}", DOMAIN, fits=False)
    presents("wildcard-xmpp", "PKIX-012: no wildcard in an XmppAddr", "XMPP:*.example.com", DOMAIN, fits=False)
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


write_names()
write_constraints()
write_authorities()
write_strength()
