"""A resolver that passes everything on to another one, and spoils what it is told to spoil."""

import itertools
import socket
import threading

from . import wire

CLOSE = object()
PATIENCE = 300  # seconds: then something hangs
_hosts = itertools.count(1)


def fresh_address():
    """An address that nobody listens at, and nobody did."""
    host = next(_hosts)
    return f"127.0.{5 + host // 250}.{1 + host % 250}"


def exchange(resolver, octets):
    """What RESOLVER replies to a query."""
    with socket.create_connection((resolver, 53), PATIENCE) as sock:
        wire.send(sock, octets)
        return wire.receive(sock)


def asked(resolver, name, kind, flags=wire.RECURSIVE | wire.CHECKING_DISABLED):
    """What RESOLVER says of NAME and KIND, validated or not."""
    query = wire.Message.question(name, kind, flags)
    return wire.Message.from_wire(exchange(resolver, query.to_wire()))


def honest(query, reply):
    return reply


class Relay:
    """
    Listens at ADDRESS, port 53 over TCP. SPOIL(query, reply) gives what is sent instead of REPLY:
    octets, or a list of them, None for silence, or CLOSE. |queries| are those that came.
    """

    def __init__(self, resolver, spoil=honest, address=None):
        self.address = address or fresh_address()
        self.resolver = resolver
        self.spoil = spoil
        self.queries = []
        self.connections = set()
        self.start()

    def start(self):
        self._listener = socket.create_server((self.address, 53))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self):
        """Every connection ends, and no new one is accepted."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has just ended by itself

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _accept(self, listener):
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            self.connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            with connection, socket.create_connection((self.resolver, 53), PATIENCE) as upstream:
                while self._pass_on(connection, upstream):
                    pass
        except (EOFError, OSError):
            pass
        finally:
            self.connections.discard(connection)

    def _pass_on(self, connection, upstream):
        octets = wire.receive(connection)
        query = wire.Message.from_wire(octets)
        self.queries.append((query.name.lower(), query.type))
        wire.send(upstream, octets)
        replies = self.spoil(query, wire.receive(upstream))
        if replies is CLOSE:
            return False
        if replies is not None:
            for reply in replies if isinstance(replies, list) else [replies]:
                wire.send(connection, reply)
        return True


def only(name, kind, spoil):
    """SPOIL, for the replies to one question only."""
    asked_for = (name.rstrip(".").lower() + ".", wire.type_number(kind))

    def select(query, reply):
        return spoil(query, reply) if (query.name.lower(), query.type) == asked_for else reply

    return select


def silent(query, reply):
    return None


def closing(query, reply):
    return CLOSE


def rewritten(change):
    """The reply with CHANGE(message) applied, which may return another message."""

    def spoil(query, reply):
        message = wire.Message.from_wire(reply)
        return (change(message) or message).to_wire()

    return spoil


def with_rcode(rcode):
    """A reply that says nothing but this."""

    def change(message):
        message.flags = message.flags & ~0xF | rcode
        message.records = []

    return rewritten(change)
