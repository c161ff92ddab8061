"""Callbacks: who makes `dna peer` ask authoritative servers, how often, and what spares it."""

import contextlib
import itertools
import pathlib
import socket
import tempfile
import time

from lab import pki, tenants

from .peer import A, B, PATIENCE, connecting, identity, listening
from .raw import Stream
from .scenarios import LISTEN_A, accepted, policy, refused, scenario

AT_A = ["a", "both", "c", "misnamed", "client-only", "dane-a", "tlsa-other"]
AT_B = ["b", "b.wide", "rooms.wide"]
PAIRS = [(f"{a}.example", f"{b}.example") for b, a in itertools.product(AT_B, AT_A)]
PAIR = [("a.example", "b.example")]
OF_LINK, OF_ADDRESS = 8, 16
FAILURE_SECONDS = 15  # until one that failed is tried again


@contextlib.contextmanager
def silent(address):
    """A server that takes connections, and says nothing."""
    with socket.create_server((address, 5269)) as server:
        server.settimeout(PATIENCE)
        yield server


def _at_b():
    return listening(B, *itertools.chain(*(identity(f"{b}.example") for b in AT_B)))


# SEC-006, SEC-007, DB-009
@scenario("callbacks of a stream", "are so many, and no more: resource-constraint")
def of_a_stream():
    with listening(B, *identity("b.example")) as other, Stream(B).secure() as stream:
        stream.open().claim(*((f"x{i}.example", "b.example") for i in range(OF_LINK + 1)))
        for _ in range(OF_LINK + 1):
            stream.hears("type='error'")
            stream.heard = stream.heard.replace(b"type='error'", b"an error", 1)
        assert stream.heard.count(b"<resource-constraint") == 1, stream.heard
        assert stream.heard.count(b"<remote-server-not-found") == OF_LINK, stream.heard
    assert len(other.find("callback")) == OF_LINK, other.tell()


# SEC-006, SEC-007
@scenario("callbacks of an address", "are so many, however many streams come from there")
def of_an_address():
    with silent(A), _at_b() as other, contextlib.ExitStack() as stack:
        streams = [stack.enter_context(Stream(B, place=place).secure())
                   for place in ("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.9.9")]
        for stream in streams:
            stream.open()
        streams[0].claim(*PAIRS[:OF_LINK])
        streams[1].claim(*PAIRS[OF_LINK:OF_ADDRESS])
        other.await_event("callback", **dict(zip(("from", "to"), PAIRS[OF_ADDRESS - 1])))
        streams[2].claim(PAIRS[OF_ADDRESS]).hears("<resource-constraint")
        other.has_not("callback", **dict(zip(("from", "to"), PAIRS[OF_ADDRESS])))
        streams[3].claim(PAIRS[OF_ADDRESS])
        other.await_event("callback", **dict(zip(("from", "to"), PAIRS[OF_ADDRESS])))


# SEC-007
@scenario("callbacks that are the same", "are one, and its end is everybody's")
def coalesced():
    with silent(A) as server, listening(B, *identity("b.example")) as other, \
            Stream(B).secure() as first, Stream(B, place="127.0.9.9").secure() as second:
        first.open().claim(*PAIR)
        connection = server.accept()[0]
        second.open().claim(*PAIR, ("x.example", "b.example")).hears("to='x.example' type='error'")
        server.close()
        connection.close()
        for stream in (first, second):
            stream.hears("to='a.example' type='error'").hears("<remote-connection-failed")
    assert len(other.find("callback", **{"from": "a.example"})) == 1, other.tell()


# SEC-007
@scenario("a callback that failed", "is not repeated at once")
def failed():
    with listening(B, *identity("b.example")) as other:
        began = time.monotonic()
        for _ in range(3):
            with Stream(B).secure() as stream:
                stream.open().claim(*PAIR).hears("<remote-connection-failed")
        most = 1 + (time.monotonic() - began) // FAILURE_SECONDS
    assert 1 <= len(other.find("callback")) <= most, other.tell()


# DB-009: nobody can be called, or nobody answers; a host that was named need not exist.
@scenario("a callback to a domain that does not exist", "remote-server-not-found")
def nobody():
    with listening(B, *identity("b.example")), Stream(B).secure() as stream:
        stream.open().claim(("nobody.example", "b.example")).hears("<remote-server-not-found")
        stream.claim(*PAIR).hears("<remote-connection-failed")


# SEC-006, DB-005
@scenario("keys after many refusals", "are asked about all the same")
def many_refusals():
    with listening(A, *identity("a.example")), listening(B, *identity("b.example")), \
            Stream(B).secure() as stream:
        stream.open()
        for i in range(40):
            stream.claim((f"x{i}.example", "b.example")).hears(f"to='x{i}.example' type='error'")
        stream.claim(*PAIR).hears("type='invalid'")


# FLOW-007, FLOW-008, DB-003
@scenario("dialback before EXTERNAL", "is answered before <success/>, and headers say who we are")
def before_external():
    files = identity("a.example")[3], identity("a.example")[5]
    with silent(A) as server, listening(B, *identity("b.example")) as other, \
            Stream(B).secure(files) as stream:
        stream.open().claim(("c.example", "b.example"))
        server.accept()
        stream.external().hears("<success")
        before = stream.heard.partition(b"<success")[0]
        assert b"to='c.example' type='error'" in before, stream.heard
        stream.header = stream.header.replace(" from='a.example' to='b.example'",
                                              " to='nobody.example'")
        stream.open()
        assert b"from='b.example'" in stream.heard and b"to='a.example'" in stream.heard, \
            stream.heard
        other.await_event("accepted", **{"from": "a.example"}, assurance="dna")


# The same certificate


def _weak(domain, *more):
    return listening(B, *identity("b.example"), *policy(weak=domain), *more)


def _connects(domain):
    return connecting(*identity(domain), "--to", "b.example", *LISTEN_A)


# DB-018, DB-019
@scenario("the same certificate", "spares the question about the key, and is weak")
def same_certificate():
    with _weak("self-made.example", "--same-certificate") as other:
        accepted(*_connects("self-made.example"), "self-made.example", "b.example")
    other.has("callback", **{"from": "self-made.example"})
    other.has("accepted", **{"from": "self-made.example"}, assurance="weak")
    other.has_not("verify")


# DB-018, DB-019
@scenario("the same certificate, not allowed", "the key is asked about")
def same_certificate_not_allowed():
    with _weak("self-made.example") as other:
        accepted(*_connects("self-made.example"), "self-made.example", "b.example")
    other.has("verify")
    other.has("accepted", **{"from": "self-made.example"}, assurance="weak")


# DB-018, POL-001
@scenario("the same certificate, and proof demanded", "it is no proof")
def same_certificate_no_proof():
    with listening(B, *identity("b.example"), "--same-certificate") as other:
        refused(*_connects("self-made.example"), 1)
    other.has_not("accepted", **{"from": "self-made.example"})


# DB-018
@scenario("the same certificate, of another name", "the key is asked about")
def same_certificate_misnamed():
    with _weak("misnamed.example", "--same-certificate") as other:
        accepted(*_connects("misnamed.example"), "misnamed.example", "b.example")
    other.has("verify")


# DB-018, DB-011
@scenario("another certificate of that name", "the key is asked about")
def another_certificate():
    with tempfile.TemporaryDirectory() as name, listening(A, *identity("self-made.example")), \
            _weak("self-made.example", "--same-certificate") as other:
        directory = pathlib.Path(name)
        certificate = tenants.Certificate(names=["dns:self-made.example"], issuer="self")
        pki.leaf(certificate, None).write(directory, "other")
        with Stream(B, "self-made.example").secure((directory / "other.pem",
                                                    directory / "other.key")) as stream:
            stream.open().claim(("self-made.example", "b.example")).hears("type='invalid'")
    other.has("verify")
    other.has_not("accepted")
