"""A client that does one thing after the other: what a straightforward one has to do to be as sure.

    bench/flow/sequential.py DOMAIN AUTHORITIES RESOLVER      (it says how many seconds it took, and by what)

SRV for STARTTLS and for direct TLS; for each target in order AAAA, A, then TLSA, if DNSSEC secures
all of that; TCP, header, STARTTLS, TLS; then, if neither TLSA nor an authority vouches for the
certificate, the POSH document, and what it refers to. It asks DNS over UDP, one question after the
other, and believes what the resolver says of DNSSEC. It starts no process, and counts no time of its
own start; of what it does it leaves nothing out that costs a round trip, and waits for nothing twice.
"""

import base64
import hashlib
import http.client
import json
import pathlib
import socket
import ssl
import struct
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tests/lab"))
from cryptography import x509  # noqa: E402
from dns import wire  # noqa: E402
from lab import pki  # noqa: E402

TLS_NS, LIMIT = "urn:ietf:params:xml:ns:xmpp-tls", 10


class Client:
    def __init__(self, domain, authorities, resolver):
        self.domain, self.authorities, self.resolver = domain, authorities, resolver

    def ask(self, name, kind):
        """The records, as octets, and whether they are authentic."""
        question = wire.Message.question(name, kind)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(LIMIT)
            sock.sendto(question.to_wire(), (self.resolver, 53))
            reply = wire.Message.from_wire(sock.recv(4096))
        records = [record.rdata for record in reply.records
                   if record.section == wire.ANSWER and record.type == wire.TYPES[kind]]
        return records, bool(reply.flags & wire.AUTHENTIC)

    def endpoints(self):
        """By priority: the host, its port, whether TLS comes first, whether that is authentic."""
        found = []
        for label, direct in ("_xmpps-server", True), ("_xmpp-server", False):
            records, secure = self.ask(f"{label}._tcp.{self.domain}", "SRV")
            for rdata in records:
                priority, _, port = struct.unpack_from("!3H", rdata)
                found.append((priority, wire.read_name(rdata, 6)[0], port, direct, secure))
        return [each[1:] for each in sorted(found)]

    def address(self, host):
        ipv6, _ = self.ask(host, "AAAA")
        ipv4, secure = self.ask(host, "A")
        family = socket.AF_INET6 if ipv6 else socket.AF_INET
        return socket.inet_ntop(family, (ipv6 or ipv4)[0]), secure

    def secure(self, sock, direct):
        """STARTTLS, and TLS: the certificate, and whether an authority vouches for it."""
        if not direct:
            sock.sendall(f"<stream:stream xmlns='jabber:server' version='1.0' to='{self.domain}' "
                         "xmlns:stream='http://etherx.jabber.org/streams'>".encode())
            self._hear(sock, b"</stream:features>")
            sock.sendall(f"<starttls xmlns='{TLS_NS}'/>".encode())
            self._hear(sock, b"<proceed")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if direct:
            context.set_alpn_protocols(["xmpp-server"])
        with context.wrap_socket(sock, server_hostname=self.domain) as tls:
            return tls.getpeercert(binary_form=True)

    @staticmethod
    def _hear(sock, wanted):
        heard = b""
        while wanted not in heard:
            more = sock.recv(4096)
            if not more:
                raise ConnectionError("it ended the stream")
            heard += more

    def certificate(self):
        """Of the first endpoint that answers; its TLSA records, and whether SRV is authentic."""
        for host, port, direct, secure in self.endpoints():
            address, signed = self.address(host)
            tlsa = self.ask(f"_{port}._tcp.{host}", "TLSA") if secure and signed else ([], False)
            try:
                with socket.create_connection((address, port), LIMIT) as sock:
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    certificate = self.secure(sock, direct)
            except OSError:
                continue
            return certificate, tlsa[0] if tlsa[1] else [], [self.domain, *[host[:-1]] * secure]
        raise SystemExit("sequential: nobody answers")

    def document(self, url):
        """POSH: what is there, or what that refers to."""
        parts = urllib.parse.urlsplit(url)
        address, _ = self.address(parts.hostname)
        context = ssl.create_default_context(cafile=self.authorities)
        connection = http.client.HTTPSConnection(address, 443, timeout=LIMIT, context=context)
        with socket.create_connection((address, 443), LIMIT) as sock:
            connection.sock = context.wrap_socket(sock, server_hostname=parts.hostname)
            connection.request("GET", parts.path, headers={"Host": parts.hostname})
            document = json.loads(connection.getresponse().read())
            connection.sock.close()
        return self.document(document["url"]) if "url" in document else document

    def verify(self):
        certificate, tlsa, names = self.certificate()
        parsed = x509.load_der_x509_certificate(certificate)
        for rdata in tlsa:
            usage, selector, matching = rdata[:3]
            if usage == 3 and pki.association(parsed, selector, matching) == rdata[3:].hex():
                return "dane"
        if vouches(parsed, names):
            return "pkix"
        posh = self.document(f"https://{self.domain}/.well-known/posh/xmpp-server.json")
        digest = base64.b64encode(hashlib.sha256(certificate).digest()).decode()
        if any(each.get("sha-256") == digest for each in posh["fingerprints"]):
            return "posh"
        return "nothing"


def vouches(certificate, names):
    """An authority, by its name here: to check its signature costs no round trip."""
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return ("Lab Intermediate" in certificate.issuer.rfc4514_string()
            and set(names) & set(found.get_values_for_type(x509.DNSName)))


def main():
    client = Client(*sys.argv[1:])
    began = time.monotonic()
    by = client.verify()
    print(time.monotonic() - began, by)


if __name__ == "__main__":
    main()
