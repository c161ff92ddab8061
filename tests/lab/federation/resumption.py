"""TLS sessions: none is resumed, so that each stream is judged anew (PKIX-025)."""

import ssl
import subprocess

from .expiry import another_document, let_expire
from .peer import B, PATIENCE, TIMEOUT, clock, connecting, identity, listening
from .raw import Stream, tls_context
from .redirect import Redirector
from .scenarios import scenario

VERSIONS = [("TLS 1.2", ssl.TLSVersion.TLSv1_2), ("TLS 1.3", ssl.TLSVersion.TLSv1_3)]
SESSION_TICKET, PRE_SHARED_KEY = 35, 41


def _files(domain):
    options = identity(domain)
    return options[3], options[5]


def _extensions(hello):
    """The types of the extensions of a ClientHello, in its record."""
    at = 5 + 4 + 2 + 32  # record, message, version, random
    at += 1 + hello[at]  # session id
    at += 2 + int.from_bytes(hello[at:at + 2], "big")  # cipher suites
    at += 1 + hello[at]  # compression
    at += 2
    found = []
    while at < len(hello):
        found.append(int.from_bytes(hello[at:at + 2], "big"))
        at += 4 + int.from_bytes(hello[at + 2:at + 4], "big")
    return found


# A server of ours


def _add_server(name, version):
    # PKIX-025
    @scenario(f"E2E-27 receiving, {name}", "a client that offers its session again gets a full handshake")
    def receiving():
        context = tls_context(_files("a.example"), version)
        with listening(B, *identity("b.example")) as other:
            with Stream(B).secure(context=context) as stream:
                stream.open().hears("EXTERNAL")
                session = stream.socket.session
            with Stream(B).secure(context=context, session=session) as stream:
                stream.open().hears("EXTERNAL")
                assert not stream.socket.session_reused, "it was resumed"
                assert not stream.socket.session.has_ticket, "there is a ticket"
        assert [e["certificate"] for e in other.find("secured")] == [True, True], other.tell()
        assert len(other.find("verdict")) == 2, other.tell()


# A client of ours, and a server that offers sessions and tickets


def _check(server, visits):
    assert server.visits == visits == len(server.hellos), (server.visits, len(server.hellos))
    assert server.context.session_stats()["hits"] == 0, server.context.session_stats()
    for hello in server.hellos:
        assert not {SESSION_TICKET, PRE_SHARED_KEY} & set(_extensions(hello)), _extensions(hello)


def _add_client(name, version):
    # PKIX-025: the streams of one process, to the same place for the same domain
    @scenario(f"E2E-27 initiating, {name}", "to a server that offers tickets no session is offered")
    def initiating():
        with Redirector("moved.example", "moved.example") as server:
            server.context.minimum_version = server.context.maximum_version = version
            peer, _ = connecting(*identity("a.example"), "--to", "moved.example")
            _check(server, 3)
        assert len(peer.find("verdict")) == 3, peer.tell()

    @scenario(f"E2E-27 verify, {name}", "nor by `dna verify`")
    def verify():
        with Redirector("moved.example", "moved.example") as server:
            server.context.minimum_version = server.context.maximum_version = version
            done = subprocess.run(["dna", "verify", "--json", "--timeout", str(TIMEOUT),
                                   "moved.example", "moved.example"],
                                  capture_output=True, text=True, timeout=PATIENCE, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            _check(server, 2)


for row in VERSIONS:
    _add_server(*row)
    _add_client(*row)


# What proved the first stream does not hold for the second


# PKIX-025, POSH-016, POL-009
@scenario("E2E-27", "the POSH document has expired, and is another now: the same client, with the same "
          "session, is judged anew and proves nothing")
def posh_expires():
    context, calendar = tls_context(_files("posh-a.example")), clock()
    with listening(B, *identity("b.example"), environment=calendar.environment) as other:
        with Stream(B, "posh-a.example").secure(context=context) as stream:
            stream.open().hears("EXTERNAL")
            session = stream.socket.session
        with another_document("posh-a.example"):
            let_expire(other, "posh-a.example", calendar)
            with Stream(B, "posh-a.example").secure(context=context, session=session) as stream:
                stream.open()
                assert b"EXTERNAL" not in stream.heard, stream.heard
    verdicts = [e["report"]["verdict"] for e in other.find("verdict")]
    assert verdicts == ["proven", "unproven"], other.tell()
    assert other.find("verdict")[0]["report"]["by"] == ["posh"], other.tell()
