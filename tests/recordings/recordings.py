"""What the scripts share that write recordings: certificates, pieces of evidence, and the file itself.

The certificates are made here, with keys and serial numbers that follow from what is in them and with fixed
dates, so that the same bytes come out every time, whatever is made before. It needs python3-cryptography.
"""

import base64
import datetime
import hashlib
import json
import pathlib
import random

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
NOW = "2026-11-21T00:00:00Z"
DOMAIN = "im.example.com"
HOST = "hosting.example.net"


# ---- Certificates ----------------------------------------------------------------------------------

def key(seed):
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


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


def day(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)


def general_name(text):
    """Of "DNS:...", "SRV:..." or "XMPP:..."."""
    kind, value = text.split(":", 1)
    tag, oid = {"SRV": (0x16, "1.3.6.1.5.5.7.8.7"), "XMPP": (0x0C, "1.3.6.1.5.5.7.8.5")}.get(kind, (None, None))
    if oid is None:
        return x509.DNSName(value)
    return x509.OtherName(ObjectIdentifier(oid), bytes([tag, len(value.encode())]) + value.encode())


def common_name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def serial_number(*content):
    return int.from_bytes(hashlib.sha256(repr(content).encode()).digest()[:8], "big") >> 1


def certificate(name, own_key, issuer=None, issuer_key=None, names=(), begin="2026-01-01", end="2027-12-31", ca=False,
                purpose=None, constraint=None):
    """Self-signed without |issuer|, the name of who signs with |issuer_key|."""
    issuer, issuer_key = issuer or name, issuer_key or own_key
    serial = serial_number(name, raw(own_key), issuer, raw(issuer_key), names, begin, end, ca, purpose, constraint)
    builder = (x509.CertificateBuilder().serial_number(serial).subject_name(common_name(name))
               .issuer_name(common_name(issuer)).public_key(own_key.public_key())
               .not_valid_before(day(begin)).not_valid_after(day(end)))
    if ca:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([general_name(n) for n in names]), critical=False)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if constraint is not None:
        builder = builder.add_extension(
            x509.NameConstraints(permitted_subtrees=[general_name(constraint)], excluded_subtrees=None), critical=True)
    return builder.sign(issuer_key, None)


class Authority:
    """A name and a key, and its certificate: self-signed, or by another."""

    def __init__(self, name, issuer=None, seed=None, **more):
        self.name, self.key = name, key(seed or name)
        self.certificate = (issuer or self).issue(name, self.key, ca=True, **more)

    def issue(self, name, own_key, names=(), **more):
        return certificate(name, own_key, self.name, self.key, names, **more)

    def leaf(self, *names, common_name="leaf", **more):
        return self.issue(common_name, key(repr((names, more))), names, **more)


def raw(private_key):
    return private_key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def der(cert):
    return cert.public_bytes(serialization.Encoding.DER)


def pem(cert):
    return cert.public_bytes(serialization.Encoding.PEM).decode()


def spki(cert):
    return cert.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def digest(cert, hash_name="sha-256"):
    """As POSH writes it."""
    return base64.b64encode(hashlib.new(hash_name.replace("-", ""), der(cert)).digest()).decode()


def tlsa(usage, selector, matching, cert):
    data = spki(cert) if selector else der(cert)
    if matching:
        data = hashlib.new("sha512" if matching == 2 else "sha256", data).digest()
    return f"{usage} {selector} {matching} {data.hex()}"


# ---- Certificates that the library does not make ---------------------------------------------------

def tlv(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


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


# ---- Evidence --------------------------------------------------------------------------------------

def dns(name, rr_type, data=None, security="secure", outcome=None):
    """Denied without |data|, unless another |outcome| is given."""
    item = {"kind": "dns", "name": name, "type": rr_type, "outcome": outcome or ("answered" if data else "denied")}
    if security is not None:
        item["security"] = security
    if data is not None:
        item["data"] = data
    return item


def https(url, body=None, status=200, **more):
    item = {"kind": "https", "url": url, "outcome": "answered", "status": status}
    if body is not None:
        item["body"] = body
    return {**item, **more}


def presented(*certs):
    return {"kind": "peer-chain", "pem": [pem(c) for c in certs]}


def trust_anchors(*certs):
    return {"kind": "trust-anchors", "pem": [pem(c) for c in certs]}


def route(srv="secure", address="secure", domain=DOMAIN, host=HOST):
    """What core has to know before it looks at any certificate."""
    return [dns(f"_xmpp-server._tcp.{domain}", "SRV", [f"0 0 5269 {host}."], srv),
            dns(host, "A", ["192.0.2.1"], address)]


# ---- The recording ---------------------------------------------------------------------------------

def endpoint(host=HOST, port=5269, tls="starttls", **more):
    return {"host": host, "port": port, "tls": tls, **more}


def initiating(place=None, domain=DOMAIN, service="xmpp-server", **more):
    return {"domain": domain, "service": service, "role": "initiating", "endpoint": place or endpoint(), **more}


def receiving(domain=DOMAIN, service="xmpp-server"):
    return {"domain": domain, "service": service, "role": "receiving"}


def expect(finding, rule, reason=None, verdict=None, **more):
    """The verdict that follows from this one finding, unless another is given."""
    result = {"finding": finding, "rule": rule, **more}
    if reason is not None:
        result["reason"] = reason
    result["verdict"] = verdict or {"proven": "proven", "veto": "veto"}.get(finding, "unproven")
    return result


def write_recording(plugin, name, what, evidence, expected, profile, subject=None, time=NOW):
    recording = {
        "recording": 1,
        "id": what,
        "time": time,
        "subject": subject or initiating(),
        "profile": profile,
        "evidence": evidence,
        "expect": expected,
    }
    folder = TOP / "plugins" / plugin / "recordings"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(recording, indent=2, ensure_ascii=False) + "\n")
