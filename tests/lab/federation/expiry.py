"""POSH documents that expire while streams live: these live on, and nothing new rests on them (POSH-030)."""

import contextlib
import datetime
import json
import os
import pathlib
import re
import tempfile
import threading
import time

from .peer import A, B, PATIENCE, Peer, clock, identity, listening
from .raw import Stream
from .scenarios import scenario
from .server import DIALBACK, Server, header, hear


@contextlib.contextmanager
def another_document(domain):
    """Puts another fingerprint where the domain's own is."""
    path = pathlib.Path(os.environ["LAB_DIR"], "nginx", domain, ".well-known/posh/xmpp-server.json")
    before = path.read_text()
    document = json.loads(before)
    document["fingerprints"] = [{"sha-256": "A" * 43 + "="}]
    path.write_text(json.dumps(document))
    try:
        yield
    finally:
        path.write_text(before)


def _reports(peer, domain):
    """What was said of a domain, and until when that holds."""
    reports = [e["report"] for e in peer.find("verdict") if e["report"]["domain"] == domain]
    return [(r["verdict"], r["by"], datetime.datetime.fromisoformat(r["not_after"]).timestamp()
             if "not_after" in r else None) for r in reports]


def let_expire(peer, domain, calendar):
    """When the domain was proven by its POSH document: what was said of that holds no more."""
    deadline = time.monotonic() + PATIENCE
    while not _reports(peer, domain):
        assert time.monotonic() < deadline and peer.process.poll() is None, \
            f"no verdict on {domain} in\n{peer.tell()}"
        time.sleep(0.02)
    verdict, by, end = _reports(peer, domain)[-1]
    assert (verdict, by) == ("proven", ["posh"]), peer.tell()
    calendar.set(end - time.time() + 2)  # whole seconds count


def _judged_twice(peer, domain, second):
    """The second time by a document that was fetched anew."""
    reports = _reports(peer, domain)
    assert [r[0] for r in reports] == ["proven", second], peer.tell()
    if second == "proven":
        assert reports[1][1] == ["posh"] and reports[1][2] > reports[0][2], reports


def _documents(domain, changes):
    return another_document(domain) if changes else contextlib.nullcontext()


CASES = [("", False, "proven", "and is the same"), (" changed", True, "unproven", "and is another then")]


# A server that connects to us


def _ping(stream, peer, source, number):
    stream.send(f"<iq type='get' id='{number}' from='{source}' to='b.example'>"
                "<ping xmlns='urn:xmpp:ping'/></iq>")
    peer.await_event("ping", **{"from": source, "id": str(number)})


def _add_received(domain, case, changes, verdict, about):
    # FLOW-023, DB-017, POSH-016, POSH-030
    @scenario(f"POSH-030 {domain}{case}", f"the document of who connected to us expires, {about}: its "
              "pair lives on, and a further one is judged anew")
    def received():
        files, calendar = identity("posh-a.example"), clock()
        with listening(B, *identity("b.example"), *identity("b.wide.example"), "--no-dialback",
                       environment=calendar.environment) as other, \
                Stream(B, "posh-a.example").secure((files[3], files[5])) as stream:
            stream.open().hears("EXTERNAL")
            stream.external().hears("<success")
            stream.open()
            if domain != "posh-a.example":
                stream.claim((domain, "b.example")).hears("type='valid'")
            _ping(stream, other, domain, 1)
            with _documents(domain, changes):
                let_expire(other, domain, calendar)
                stream.heard = b""
                stream.claim((domain, "b.wide.example"))
                stream.hears("type='error'" if changes else "type='valid'")
            _ping(stream, other, domain, 2)
        _judged_twice(other, domain, verdict)
        found = other.find("accepted", **{"from": domain, "to": "b.wide.example"})
        assert bool(found) != changes, other.tell()


for who in ("posh-a.example", "posh-c.example"):
    for row in CASES:
        _add_received(who, *row)


# A server that we connect to


def _add_multiplied(case, changes, verdict, about):
    # POL-009, POSH-016, POSH-030
    @scenario(f"POSH-030 --also{case}", f"the document expires before we are accepted, {about}: we are, and "
              "another domain of ours gets a stream of its own, judged anew")
    def multiplied():
        with tempfile.NamedTemporaryFile("w") as secret, contextlib.ExitStack() as stack:
            secret.write("s3cr3tf0rd14lb4ck")
            secret.flush()
            ours = [*identity("a.example"), *identity("c.example"), "--secret", secret.name]
            calendar = clock()
            authority = stack.enter_context(listening(A, *ours))
            stack.enter_context(listening(B, *identity("posh-b.example")))
            with authority.paused():
                peer = Peer(*ours, "--no-certificate", "--to", "posh-b.example", "--also", "c.example",
                            environment=calendar.environment)
                let_expire(peer, "posh-b.example", calendar)
                stack.enter_context(_documents("posh-b.example", changes))
            assert peer.end() == (1 if changes else 0), peer.tell()
        peer.has("result", **{"from": "a.example", "to": "posh-b.example"}, accepted=True)
        peer.has("result", **{"from": "c.example", "to": "posh-b.example"}, accepted=not changes)
        peer.has("elsewhere", **{"from": "c.example"})
        _judged_twice(peer, "posh-b.example", verdict)


for row in CASES:
    _add_multiplied(*row)


# A server that we call back


class Authority(Server):
    """Confirms keys, all of them, but not before it may."""

    def __init__(self, domain):
        super().__init__(A, domain)
        self.asked = threading.Semaphore(0)
        self.may_answer = threading.Event()

    def answer(self, connection):
        connection.sendall((header(self.domain) + DIALBACK).encode())
        heard = hear(connection, b"</db:verify>").decode()
        self.asked.release()
        self.may_answer.wait(PATIENCE)
        stream = re.search(r"<db:verify[^>]* id='([^']*)'", heard).group(1)
        connection.sendall(f"<db:verify from='{self.domain}' to='b.example' id='{stream}' type='valid'/>"
                           .encode())


def _add_callback(case, changes, verdict, about):
    # FLOW-021, DB-025, POSH-016, POSH-030
    @scenario(f"POSH-030 callback{case}", "the document of an authoritative server expires while a key "
              f"is asked about, {about}: who comes then gets a callback of its own, judged anew")
    def called_back():
        pair, calendar = ("posh-a.example", "b.example"), clock()
        with Authority("posh-a.example") as authority, \
                listening(B, *identity("b.example"), environment=calendar.environment) as other, \
                Stream(B, *pair).secure() as first, Stream(B, *pair, "127.0.9.9").secure() as second:
            first.open().claim(pair)
            assert authority.asked.acquire(timeout=PATIENCE), other.tell()
            let_expire(other, "posh-a.example", calendar)
            with _documents("posh-a.example", changes):
                second.open().claim(pair)
                if changes:
                    second.hears("type='error'")
                else:
                    assert authority.asked.acquire(timeout=PATIENCE), other.tell()
            authority.may_answer.set()
            first.hears("type='valid'")
            if not changes:
                second.hears("type='valid'")
        assert len(other.find("callback")) == authority.visits == 2, other.tell()
        _judged_twice(other, "posh-a.example", verdict)


for row in CASES:
    _add_callback(*row)
