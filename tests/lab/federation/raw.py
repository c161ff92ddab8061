"""A stream by hand: what no decent server would send."""

import socket
import ssl

PATIENCE = 600  # seconds: then somebody hangs
DECLARATION = "<?xml version='1.0'?>"
STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"


def header(source, target, namespace="jabber:server"):
    return (f"<stream:stream xmlns='{namespace}' xmlns:stream='http://etherx.jabber.org/streams'"
            f" xmlns:db='jabber:server:dialback' from='{source}' to='{target}' version='1.0'>")


def tls_context(certificate=None, version=None):
    """Of a client that checks nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(*certificate)
    if version:
        context.minimum_version = context.maximum_version = version
    return context


class Stream:
    """A connection to a server that listens, and all that it has said."""

    def __init__(self, address, source="a.example", target="b.example", place="127.0.0.1"):
        self.header = DECLARATION + header(source, target)
        self.heard = b""
        self.socket = socket.create_connection((address, 5269), PATIENCE, (place, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data.encode() if isinstance(data, str) else data)
        except OSError:
            pass  # it may have closed already; what it said is what counts
        return self

    def hears(self, text):
        """Reads until this has come."""
        while text.encode() not in self.heard:
            data = self.socket.recv(65536)
            assert data, f"the end came before {text}: {self.heard}"
            self.heard += data
        return self

    def open(self):
        """Opens a stream, as far as its features."""
        self.heard = b""
        return self.send(self.header).hears("</stream:features>")

    def claim(self, *pairs):
        """Dialback with a key that is nobody's, for these pairs at once."""
        return self.send("".join(f"<db:result from='{source}' to='{target}'>{'0' * 64}</db:result>"
                                 for source, target in pairs))

    def external(self):
        """SASL EXTERNAL, for the domain of the header."""
        return self.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>="
                         "</auth>")

    def secure(self, certificate=None, context=None, session=None):
        """STARTTLS, with a certificate (PEM and key, as files) or without; an earlier session is offered."""
        self.open().send(STARTTLS).hears("<proceed")
        context = context or tls_context(certificate)
        self.socket = context.wrap_socket(self.socket, session=session)
        self.clear, self.heard = self.heard, b""
        return self

    def ends(self):
        """Reads until the peer has closed: all that it said."""
        while True:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                return self.heard
            self.heard += data

    def ends_with(self, condition):
        """The stream ends with this error, and so does the connection."""
        self.ends()
        assert f"<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'".encode() in self.heard \
            and b"</stream:stream>" in self.heard, f"no {condition} in {self.heard}"
        return self
