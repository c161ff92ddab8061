"""The lab's certificates: one public CA (root and intermediate) and whatever tenants.yaml asks for."""

import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

SRV_NAME = ObjectIdentifier("1.3.6.1.5.5.7.8.7")
XMPP_ADDR = ObjectIdentifier("1.3.6.1.5.5.7.8.5")
IA5_STRING, UTF8_STRING = 0x16, 0x0C
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def _days(count):
    return NOW + datetime.timedelta(days=count)


def _other_name(oid, tag, text):
    value = text.encode()
    if len(value) > 127:
        raise ValueError(f"name too long for a short DER length: {text}")
    return x509.OtherName(oid, bytes([tag, len(value)]) + value)


def _general_name(text):
    kind, value = text.split(":", 1)
    if kind == "dns":
        return x509.DNSName(value)
    if kind == "srv":
        return _other_name(SRV_NAME, IA5_STRING, value)
    if kind == "xmpp":
        return _other_name(XMPP_ADDR, UTF8_STRING, value)
    raise ValueError(f"unknown kind of name: {text}")


class Identity:
    """A private key, its certificate, and the certificates that a server sends with it."""

    def __init__(self, key, certificate, above=()):
        self.key = key
        self.certificate = certificate
        self.chain = [certificate, *above]

    def write(self, directory, name):
        """Writes NAME.key and NAME.pem, the chain, as servers want them."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (directory / f"{name}.key").write_bytes(key)
        (directory / f"{name}.pem").write_bytes(b"".join(pem(c) for c in self.chain))


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def public_key(certificate):
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def association(certificate, selector, matching):
    """The certificate association data of a TLSA record."""
    data = public_key(certificate) if selector == 1 else der(certificate)
    if matching == 0:
        return data.hex()
    return hashlib.new({1: "sha256", 2: "sha512"}[matching], data).hexdigest()


def _subject(common_name):
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "DNA lab")]
    if common_name:
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    return x509.Name(attributes)


def _build(subject, key, issuer, starts, ends):
    """A builder for what all certificates here have in common; ISSUER None is the key itself."""
    issuer_name = issuer.certificate.subject if issuer else subject
    issuer_key = (issuer.key if issuer else key).public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), False)
    )


def _sign(builder, key, issuer):
    return builder.sign(issuer.key if issuer else key, hashes.SHA256())


def authority(name, issuer=None):
    """A certification authority: self-signed, or below ISSUER."""
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    builder = (
        _build(_subject(name), key, issuer, _days(-400), _days(400))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(usage, True)
    )
    return Identity(key, _sign(builder, key, issuer))


def leaf(spec, issuer=None, above=()):
    """A server's identity as a tenants.Certificate describes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    starts, ends = (_days(-60), _days(-10)) if spec.expired else (_days(-1), _days(60))
    if spec.seconds:
        ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(0, spec.seconds)
    usages = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
    builder = (
        _build(_subject(spec.subject), key, issuer, starts, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([usages[spec.usage]]), False)
        .add_extension(x509.SubjectAlternativeName([_general_name(n) for n in spec.names]), False)
    )
    return Identity(key, _sign(builder, key, issuer), above)


class Authority:
    """The CA that the lab's world trusts."""

    def __init__(self):
        self.root = authority("Lab Root")
        self.intermediate = authority("Lab Intermediate", self.root)

    def issue(self, spec):
        if spec.issuer == "self":
            return leaf(spec)
        if spec.issuer == "own":
            own = authority("Private CA")
            return leaf(spec, own, [own.certificate])
        above = [] if spec.incomplete else [self.intermediate.certificate]
        return leaf(spec, self.intermediate, above)
