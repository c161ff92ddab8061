"""A server by hand: as far as its stream over TLS, and then what a scenario makes of it."""

import socket
import ssl
import threading

from .peer import PATIENCE, identity
from .raw import DECLARATION

PORT = 5269
STARTTLS = ("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
            "</stream:features>")
PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
DIALBACK = ("<stream:features><dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>"
            "</stream:features>")


def header(domain):
    return (f"{DECLARATION}<stream:stream xmlns='jabber:server' id='1' from='{domain}' version='1.0'"
            " xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback'>")


def hear(connection, text):
    """Reads until this has come: all that was said."""
    heard = b""
    while text not in heard:
        data = connection.recv(65536)
        if not data:
            raise OSError("closed")
        heard += data
    return heard


def _peek(connection):
    """The first record, which stays to be read."""
    data = b""
    while len(data) < 5 or len(data) < 5 + int.from_bytes(data[3:5], "big"):
        data = connection.recv(65536, socket.MSG_PEEK)
        if not data:
            raise OSError("closed")
    return data[:5 + int.from_bytes(data[3:5], "big")]


class Server:
    """Serves everybody who comes, each in a thread of its own, until the peer closes."""

    def __init__(self, address, domain):
        self.domain = domain
        self.visits = 0
        self.hellos = []  # of TLS, as they came
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        files = identity(domain)
        self.context.load_cert_chain(files[3], files[5])
        self.listener = socket.create_server((address, PORT))

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            self.visits += 1
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        connection.settimeout(PATIENCE)
        try:
            connection = self.begin(connection)
            self.answer(connection)
            while connection.recv(65536):
                pass
        except OSError:
            pass  # the peer has ended it; what it says of that is what counts
        connection.close()

    def begin(self, connection):
        """Up to the peer's header over TLS: the connection as it is then."""
        hear(connection, b"version='1.0'>")
        connection.sendall((header(self.domain) + STARTTLS).encode())
        hear(connection, b"<starttls")
        connection.sendall(PROCEED.encode())
        self.hellos.append(_peek(connection))
        connection = self.context.wrap_socket(connection, server_side=True)
        hear(connection, b"version='1.0'>")
        return connection

    def answer(self, connection):
        """What is said to that header, and after."""
        raise NotImplementedError
