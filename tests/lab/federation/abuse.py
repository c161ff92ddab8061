"""What a hostile peer sends to `dna peer`, and the stream error that it gets for it."""

import re
import socket
import threading

from .peer import A, B, PATIENCE, identity, listening
from .raw import DECLARATION, STARTTLS, Stream, header
from .scenarios import scenario

BOMB = "<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
OF_ADDRESS = 256

# Before TLS: instead of a header, or after one. FLOW-015, FLOW-027, ERR-04; what exceeds a bound: SEC-006
FIRST = [
    ("not XML", "GET / HTTP/1.1\r\n\r\n", "not-well-formed"),
    ("an entity bomb", DECLARATION + BOMB, "restricted-xml"),
    ("another namespace", DECLARATION + header("a.example", "b.example", "jabber:client"),
     "invalid-namespace"),
    ("no stream", "<stream xmlns='jabber:server'>", "invalid-namespace"),
    ("another encoding", "<?xml version='1.0' encoding='ISO-8859-1'?>", "unsupported-encoding"),
    ("another host", DECLARATION + header("a.example", "nobody.example"), "host-unknown"),
    ("no domain", DECLARATION + header("a.example", "..."), "improper-addressing"),
    ("an endless header", DECLARATION + "<stream:stream x='" + "x" * 100000, "resource-constraint"),
]
AFTER_HEADER = [
    ("a stanza in clear", "<message from='a.example' to='b.example'/>", "not-authorized"),
    ("a second header", header("a.example", "b.example"), "bad-format"),
    ("a comment", "<!-- -->", "restricted-xml"),
    ("an instruction", "<?php ?>", "restricted-xml"),
    ("an entity", "<message>&lol;</message>", "restricted-xml"),
    ("depth", "<a>" * 100, "resource-constraint"),
    ("attributes", "<a " + " ".join(f"a{i}=''" for i in range(100)) + "/>", "resource-constraint"),
    ("a long attribute", f"<message to='{'x' * 4000}'/>", "resource-constraint"),
    ("size", "<message>" + "x" * 100000, "resource-constraint"),
    ("mismatched tags", "<message></iq>", "not-well-formed"),
    ("text", "hello", "bad-format"),
    ("an unknown element", "<unknown xmlns='urn:example'/>", "unsupported-stanza-type"),
    ("data with STARTTLS", STARTTLS + "<message/>", "unsupported-stanza-type"),
]
AFTER_TLS = [
    ("a stanza before authentication", "<message from='a.example' to='b.example'/>",
     "not-authorized"),
    ("STARTTLS again", STARTTLS, "unsupported-stanza-type"),
    ("a long key", f"<db:result from='a.example' to='b.example'>{'0' * 2000}</db:result>",
     "resource-constraint"),
    ("dialback without domains", "<db:result>0</db:result>", "improper-addressing"),
    ("size", "<message>" + "x" * 100000, "resource-constraint"),
]


def _add(name, send, condition, prepare):
    @scenario(f"abuse: {name}", condition)
    def abuse():
        with listening(B, *identity("b.example")) as other:
            with Stream(B) as stream:
                prepare(stream).send(send).ends_with(condition)
            other.await_event("rejected", condition=condition)
        other.has_not("accepted")


for row in FIRST:
    _add(*row, lambda stream: stream)
for row in AFTER_HEADER:
    _add(*row, Stream.open)
for row in AFTER_TLS:
    _add(row[0] + ", over TLS", *row[1:], lambda stream: stream.secure().open())


# FLOW-016, FLOW-020
@scenario("abuse: EXTERNAL that was not offered", "invalid-mechanism, and in the end policy-violation")
def external_not_offered():
    with listening(B, *identity("b.example")) as other, Stream(B).secure() as stream:
        stream.open()
        assert b"EXTERNAL" not in stream.heard
        for _ in range(8):
            stream.external()
        stream.ends_with("policy-violation")
        assert b"<invalid-mechanism/>" in stream.heard
    other.has_not("accepted")


# FLOW-018
@scenario("EXTERNAL by challenge", "first for somebody else: invalid-authzid; then for oneself")
def external_by_challenge():
    files = identity("a.example")[3], identity("a.example")[5]
    with listening(B, *identity("b.example")) as other, Stream(B).secure(files) as stream:
        stream.open().hears("EXTERNAL")
        stream.send(f"<auth xmlns='{SASL}' mechanism='EXTERNAL'>Yy5leGFtcGxl</auth>")
        stream.hears("<invalid-authzid/>")
        stream.send(f"<auth xmlns='{SASL}' mechanism='EXTERNAL'/>").hears("<challenge")
        stream.send(f"<response xmlns='{SASL}'>YS5leGFtcGxl</response>").hears("<success")
        other.await_event("accepted", **{"from": "a.example"})
    other.has_not("accepted", **{"from": "c.example"})


# FLOW-009
@scenario("abuse: EXTERNAL in clear", "encryption-required, and the end")
def external_in_clear():
    with listening(B, *identity("b.example")), Stream(B) as stream:
        stream.open().external().ends()
        assert b"<encryption-required/>" in stream.heard, stream.heard


# FLOW-029
@scenario("abuse: a half-closed socket", "is closed")
def half_closed():
    with listening(B, *identity("b.example")), Stream(B) as stream:
        stream.open().socket.shutdown(socket.SHUT_WR)
        stream.ends()
        assert b"</stream:stream>" in stream.heard, stream.heard


# FLOW-032
@scenario("abuse: one octet a second", "is ended by a timer")
def slow():
    with listening(B, *identity("b.example")), Stream(B) as stream:
        stream.socket.settimeout(1)
        text = stream.header.encode()
        for i in range(len(text) // 2):
            stream.send(text[i:i + 1])
            try:
                if not stream.socket.recv(4096):
                    break
            except (TimeoutError, socket.timeout):
                continue
            except OSError:
                break
        else:
            raise AssertionError("it was never ended")


# FLOW-029
@scenario("abuse: requests to be answered where nobody listens", "one attempt, and then we wait")
def unanswerable():
    files = identity("a.example")[3], identity("a.example")[5]
    with listening(B, *identity("b.example")) as other, Stream(B).secure(files) as stream:
        stream.open().hears("EXTERNAL")
        stream.send(f"<auth xmlns='{SASL}' mechanism='EXTERNAL'>=</auth>").hears("<success")
        stream.open()
        for i in range(5):
            stream.send(f"<iq type='get' id='{i}' from='a.example' to='b.example'>"
                        "<ping xmlns='urn:xmpp:ping'/></iq>")
            other.await_event("ping", id=str(i))
            other.await_count(i + 1, "unreachable", "waiting")
        other.await_event("waiting", **{"from": "b.example", "to": "a.example"})
    assert len(other.find("unreachable")) < 3, other.tell()


# SEC-006
@scenario("abuse: white space without end", "to an honest one it does not matter")
def white_space():
    with listening(B, *identity("b.example")) as other, Stream(B) as endless, \
            Stream(B, place="127.0.9.9") as honest:
        endless.open()
        sender = threading.Thread(target=_send_without_end, args=[endless, b"\n" * 65536], daemon=True)
        sender.start()
        honest.secure().open()
        assert sender.is_alive(), other.tell()


def _send_without_end(stream, data):
    try:
        while True:
            stream.socket.sendall(data)
    except OSError:
        pass  # the peer has had enough, or the scenario


# SEC-006
@scenario("abuse: 1000 idle connections", "most are not taken, and to an honest one they do not matter")
def idle():
    with listening(B, *identity("b.example")):
        crowd = [socket.create_connection((B, 5269), PATIENCE, ("127.0.9.9", 0)) for _ in range(1000)]
        with Stream(B).secure() as stream:
            stream.open()
        assert sum(map(_is_closed, crowd)) == 1000 - OF_ADDRESS
        for each in crowd:
            each.close()


def _is_closed(connection):
    connection.setblocking(False)
    try:
        return not connection.recv(1)
    except BlockingIOError:
        return False
    except OSError:
        return True


# FLOW-007, FLOW-008
@scenario("ids", "are long, and fresh after TLS")
def ids():
    with listening(B, *identity("b.example")), Stream(B).secure() as stream:
        clear = stream.clear
        stream.open()
        found = [re.search(rb"\bid='([0-9a-f]{32})'", heard) for heard in (clear, stream.heard)]
        assert all(found) and found[0].group(1) != found[1].group(1), (clear, stream.heard)


# FLOW-031
@scenario("another domain after TLS", "policy-violation")
def changed_domain():
    with listening(B, *identity("b.example")), Stream(B).secure() as stream:
        stream.header = DECLARATION + header("c.example", "b.example")
        stream.send(stream.header).ends_with("policy-violation")


# DB-024
@scenario("a domain of ours", "invalid-from")
def own_domain():
    with listening(B, *identity("b.example")), Stream(B, "b.example").secure() as stream:
        stream.send(stream.header).ends_with("invalid-from")


# DB-024
@scenario("a domain of one label", "invalid-from, and not-acceptable for its key")
def one_label():
    with listening(B, *identity("b.example")), Stream(B, "localhost").secure() as stream:
        stream.send(stream.header).ends_with("invalid-from")
    with listening(B, *identity("b.example")), Stream(B).secure() as stream:
        stream.open().send("<db:result from='localhost' to='b.example'>0</db:result>")
        stream.hears("<not-acceptable")


# SEC-007
@scenario("a callback to a private address", "is not made outside of a lab")
def private_address():
    with listening(A, *identity("a.example")), \
            listening(B, *identity("b.example"), environment={"DNA_ALLOW_PRIVATE": "0"}) as other:
        with Stream(B).secure() as stream:
            stream.open().send("<db:result from='a.example' to='b.example'>0</db:result>")
            stream.hears("<remote-connection-failed")
    other.has("unreachable", "no address that may be connected to")
    other.has_not("connected")
