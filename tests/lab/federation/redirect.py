"""see-other-host: a server that sends us elsewhere, and what is made of it (RFC 6120 section 4.9.3.19)."""

import threading

from .expiry import let_expire
from .peer import A, B, PATIENCE, WORLD, Peer, clock, connecting, identity, listening
from .scenarios import LISTEN_A, accepted, policy, refused, scenario
from .server import DIALBACK, PORT, Server, header, hear


def _error(place):
    return ("<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>"
            f"{place}</see-other-host></stream:error></stream:stream>")


class Redirector(Server):
    """Sends everybody to a place: in its stream over TLS, or in clear."""

    def __init__(self, domain, place, clear=False):
        super().__init__(WORLD.servers["redirector"], domain)
        self.place, self.clear = place, clear

    def begin(self, connection):
        if not self.clear:
            return super().begin(connection)
        hear(connection, b"version='1.0'>")
        return connection

    def answer(self, connection):
        connection.sendall((header(self.domain) + _error(self.place)).encode())


def _as(domain, files):
    """Speaking for a domain with the certificate of another."""
    return ["--as", domain, *identity(files)[2:]]


def _report(peer, domain):
    """What was said of a domain last."""
    reports = [e["report"] for e in peer.find("verdict") if e["report"]["domain"] == domain]
    assert reports, f"no verdict on {domain} in\n{peer.tell()}"
    return reports[-1]


def _finding(report, prooftype):
    return next(f for f in report["findings"] if f["prooftype"] == prooftype)


# To a server that is the domain's own

GOOD = [
    ("a host and a port", f"xmpp.b.example:{PORT}", f"{B}:{PORT}"),
    ("a host", "b.example", f"{B}:{PORT}"),  # by its SRV records
    ("an address", B, f"{B}:{PORT}"),
    ("an address and a port", f"{B}:5270", f"{B}:5270"),
    ("an IPv6 address", "[fd00:5222::7]", f"[fd00:5222::7]:{PORT}"),
    ("an IPv6 address and a port", "[fd00:5222::7]:5270", "[fd00:5222::7]:5270"),
    ("capitals", f"XMPP.B.Example:{PORT}", f"{B}:{PORT}"),
]


def _add_good(name, place, where):
    # FLOW-026, SEC-011
    @scenario(f"E2E-26 {name}", f"see-other-host {place}: followed, and it proves the same domain")
    def good():
        with listening(B, *identity("moved.example"), "--listen", f"{B}:5270", "--listen",
                       f"[fd00:5222::7]:{PORT}", "--listen", "[fd00:5222::7]:5270") as other, \
                Redirector("moved.example", place):
            peer, status = connecting(*identity("a.example"), "--to", "moved.example")
            accepted(peer, status, "a.example", "moved.example", None)
            other.await_event("accepted", **{"from": "a.example", "to": "moved.example"})
        peer.has("redirected", proven=True)
        report = _report(peer, "moved.example")
        assert (report["verdict"], report["by"]) == ("proven", ["pkix"]), peer.tell()
        connected = peer.find("connected")[-1]
        address = connected["address"]
        shown = f"[{address}]" if ":" in address else address
        assert f"{shown}:{connected['port']}" == where, peer.tell()


for row in GOOD:
    _add_good(*row)


# FLOW-026
@scenario("E2E-26 the same host", "another port of where we are, by the domain's name: where we are")
def same_host():
    with listening(WORLD.servers["redirector"], *identity("moved.example"), port=5270), \
            Redirector("moved.example", "moved.example:5270"):
        peer, status = connecting(*identity("a.example"), "--to", "moved.example")
        accepted(peer, status, "a.example", "moved.example", None)
    assert [e["host"] for e in peer.find("connected")] == ["xmpp.moved.example"] * 2, peer.tell()


class Evader(Redirector):
    """Offers dialback, and sends everybody to a place instead of an answer."""

    def answer(self, connection):
        connection.sendall((header(self.domain) + DIALBACK).encode())
        hear(connection, b"</db:result>")
        connection.sendall(_error(self.place).encode())


# FLOW-026, SEC-011, DB-003, DB-023
@scenario("E2E-26 instead of an answer", "see-other-host during dialback: followed, and asked anew there")
def instead_of_an_answer():
    with listening(B, *identity("moved.example")) as other, \
            Evader("moved.example", f"xmpp.b.example:{PORT}") as server:
        peer, status = connecting(*identity("a.example"), "--no-certificate", "--to", "moved.example",
                                  *LISTEN_A)
        accepted(peer, status, "a.example", "moved.example")
    peer.has("redirected", proven=True)
    assert server.visits == 1 and len(peer.find("verdict", direction="out")) == 2, peer.tell()
    assert len(peer.find("dialback", **{"from": "a.example"})) == 2, peer.tell()
    other.has("accepted", **{"from": "a.example", "to": "moved.example"}, assurance="dna")


# To somebody else


# FLOW-026, DANE-028, PKIX-004: the domain that was wanted stays the only one that counts.
@scenario("E2E-26", "see-other-host to a foreign host, with a perfect certificate for itself: refused")
def foreign():
    with listening(B, *_as("moved.example", "b.example")) as other, \
            Redirector("moved.example", f"xmpp.b.example:{PORT}"):
        peer, status = connecting(*identity("a.example"), "--to", "moved.example")
        refused(peer, status, 1)
    peer.has("redirected", proven=True)
    assert _report(peer, "moved.example")["verdict"] == "unproven", peer.tell()
    peer.has("closed", "nothing proves that the peer is the domain")
    other.has_not("verdict")


@scenario("E2E-26 nobody", "see-other-host to where nobody listens: could not tell")
def nobody():
    with Redirector("moved.example", f"127.0.2.9:{PORT}"):
        peer, status = connecting(*identity("a.example"), "--to", "moved.example")
        refused(peer, status, 3)
    peer.has("unreachable")


# SEC-007
@scenario("E2E-26 private address", "see-other-host to a private address is not followed outside of a lab")
def private_address():
    with listening(B, *identity("moved.example")) as other, Redirector("moved.example", f"{B}:{PORT}"):
        peer, status = connecting(*identity("a.example"), "--to", "moved.example",
                                  environment={"DNA_ALLOW_PRIVATE": "0"})
        refused(peer, status, 3)
    peer.has("unreachable", "no address that may be connected to")
    other.has_not("verdict")


# DANE-028: TLSA at the new host


@scenario("DANE-028", "a proven server sends us to a host whose TLSA fits: proven, as far as both are")
def tlsa_counts():
    with listening(A, *_as("moved.example", "dane-a.example")), \
            Redirector("moved.example", f"xmpp.dane-a.example:{PORT}"):
        peer, status = connecting(*identity("a.example"), "--to", "moved.example")
        accepted(peer, status, "a.example", "moved.example", None)
    report = _report(peer, "moved.example")
    assert (report["verdict"], report["by"]) == ("proven", ["dane"]), peer.tell()
    assert report["rests_on"] == [["webpki"], ["dnssec"]], report["rests_on"]


@scenario("DANE-028 mismatch", "a proven server sends us to a host whose TLSA does not fit: veto")
def tlsa_vetoes():
    with listening(A, *identity("moved.example")), \
            Redirector("moved.example", f"xmpp.tlsa-other.example:{PORT}"):
        peer, status = connecting(*identity("a.example"), "--to", "moved.example")
        refused(peer, status, 4)
    assert _report(peer, "moved.example")["verdict"] == "veto", peer.tell()


@scenario("DANE-028 unproven", "a server that nothing proves sends us to a host whose TLSA would fit: "
          "it does not count")
def tlsa_does_not_count():
    with listening(A, *_as("moved-misnamed.example", "dane-a.example")), \
            Redirector("moved-misnamed.example", f"xmpp.dane-a.example:{PORT}"):
        peer, _ = connecting(*identity("a.example"), "--to", "moved-misnamed.example",
                             *policy(weak="moved-misnamed.example"))
    peer.has("redirected", "TLSA records there do not count", proven=False)
    report = _report(peer, "moved-misnamed.example")
    assert report["verdict"] != "proven", peer.tell()
    finding = _finding(report, "dane")
    assert (finding["finding"], finding["rule"]) == ("none", "DANE-028"), finding


@scenario("DANE-028 unsigned", "a proven server sends us to another port of where we are, by an address "
          "or its own name; the name by which we came there is not signed: its TLSA does not count")
def name_that_nobody_vouches_for():
    for place in (WORLD.servers["redirector"], "moved-unsigned.example"):
        with Redirector("moved-unsigned.example", f"{place}:{PORT}"):
            peer, _ = connecting(*identity("a.example"), "--to", "moved-unsigned.example")
        peer.has("redirected", "TLSA records there do not count", host="xmpp.moved-host.example",
                 proven=False)
        report = _report(peer, "moved-unsigned.example")
        assert (report["verdict"], report["by"]) == ("proven", ["pkix"]), peer.tell()
        assert _finding(report, "dane")["rule"] == "DANE-028", report


class LateRedirector(Redirector):
    """Says where to go when it may."""

    def __init__(self, domain, place):
        super().__init__(domain, place)
        self.may_answer = threading.Event()

    def answer(self, connection):
        self.may_answer.wait(PATIENCE)
        super().answer(connection)


# POSH-030
@scenario("DANE-028 expired", "a server that was proven by a POSH document sends us elsewhere when that has "
          "expired: what it says is as good as that of one that nothing proves")
def proof_has_expired():
    calendar = clock()
    with listening(A, *_as("posh-moved.example", "dane-a.example")), \
            LateRedirector("posh-moved.example", f"xmpp.dane-a.example:{PORT}") as server:
        peer = Peer(*identity("a.example"), "--to", "posh-moved.example", environment=calendar.environment)
        let_expire(peer, "posh-moved.example", calendar)
        server.may_answer.set()
        refused(peer, peer.end(), 1)
    peer.has("redirected", "TLSA records there do not count", proven=False)
    assert _finding(_report(peer, "posh-moved.example"), "dane")["rule"] == "DANE-028", peer.tell()


# What is not followed


# SEC-011
@scenario("E2E-26 in clear", "see-other-host before TLS is not followed")
def in_clear():
    with listening(B, *identity("moved.example")) as other, \
            Redirector("moved.example", f"xmpp.b.example:{PORT}", clear=True):
        peer, status = connecting(*identity("a.example"), "--to", "moved.example")
        refused(peer, status, 1)
    peer.has("error", condition="see-other-host", host=f"xmpp.b.example:{PORT}")
    peer.has_not("redirected")
    other.has_not("verdict")


# FLOW-026
@scenario("E2E-26 loop", "a server that always sends us to itself: the third time is the last")
def loop():
    with Redirector("moved.example", "moved.example") as server:
        peer, status = connecting(*identity("a.example"), "--to", "moved.example")
        refused(peer, status, 1)
    peer.has("closed", "the peer redirected too often")
    assert (server.visits, len(peer.find("redirected"))) == (3, 2), peer.tell()


MALFORMED = ["", " ", "https://b.example", "b.example:", "b.example:0", "b.example:65536", "b example",
             "b.example:5270,direct", "[fd00:5222::7", "fd00:5222::7", ":5269", "@b.example",
             "b.example/x", "b..example", "x" * 300, "xn--a.example"]


@scenario("E2E-26 malformed", "see-other-host to what is no place ends the attempt")
def malformed():
    for place in MALFORMED:
        with Redirector("moved.example", place):
            peer, status = connecting(*identity("a.example"), "--to", "moved.example")
            refused(peer, status, 1)
        peer.has("error", condition="see-other-host")
        peer.has_not("redirected")
