"""Streams between servers, from end to end: each scenario asserts what came of it, and why."""

import os
import pathlib
import tempfile
import time

from lab import pki, tenants

from .peer import A, B, clock, connecting, identity, listening
from .raw import Stream

SCENARIOS = []
LISTEN_A, LISTEN_B = ["--listen", f"{A}:5269"], ["--listen", f"{B}:5269"]


def scenario(name, about):
    def add(function):
        SCENARIOS.append((name, about, function))
        return function

    return add


def policy(prooftypes="{}", weak="nobody.example"):
    """A policy of its own, in a file; with WEAK dialback is enough."""
    path = pathlib.Path(os.environ["LAB_DIR"], "policy.yaml")
    path.write_text(f"policy: 1\nprooftypes: {prooftypes}\nprofiles:\n  default: "
                    "{ delegate: [dnssec-srv], prove: [[dane, pkix], posh] }\n"
                    "  old: { extends: default, minimum: weak }\n"
                    f"rules: [{{ match: {{ remote: {weak} }}, use: old }}]\ndefault: default\n")
    return ["--policy", str(path)]


def accepted(peer, status, source, target, ping="result"):
    """It was accepted, and proven, and the ping was answered."""
    peer.has("result", **{"from": source, "to": target}, accepted=True)
    if ping:
        peer.has("pong", type=ping)
    assert status == 0, f"status {status}\n{peer.tell()}"


def refused(peer, status, wanted):
    assert status == wanted, f"status {status}, not {wanted}\n{peer.tell()}"
    peer.has("result", accepted=False)


# With other people's servers


# FLOW-001, FLOW-002, FLOW-005, FLOW-011, FLOW-016, FLOW-030, POL-010
@scenario("E2E-01 Prosody", "certificates both ways: EXTERNAL here and there")
def pkix_with_prosody():
    peer, status = connecting(*identity("a.example"), "--to", "pkix.example", *LISTEN_A)
    accepted(peer, status, "a.example", "pkix.example")
    peer.verdict("pkix.example", "proven", ["pkix"], "out")
    peer.verdict("pkix.example", "proven", ["pkix"], "in")
    peer.has("external", "our certificate was accepted", type="success")
    peer.has("external", "the certificate is enough", direction="in")
    peer.has_not("dialback")


# FLOW-021, DB-001, DB-003, DB-008
@scenario("E2E-02 Prosody", "without a certificate of ours: dialback")
def dialback_with_prosody():
    peer, status = connecting(*identity("a.example"), "--no-certificate", "--to", "pkix.example",
                              *LISTEN_A)
    accepted(peer, status, "a.example", "pkix.example")
    peer.has("dialback", element="result", type="valid")
    peer.has("key", type="valid")
    peer.has_not("external", type="success")


@scenario("E2E-03 Prosody", "a certificate for another name: dialback")
def misnamed_with_prosody():
    peer, status = connecting(*identity("misnamed.example"), "--to", "pkix.example", *LISTEN_A)
    accepted(peer, status, "misnamed.example", "pkix.example")
    peer.has("dialback", element="result", type="valid")
    peer.has_not("external", type="success")


# FLOW-020, PKIX-019
@scenario("E2E-04 ejabberd", "EXTERNAL fails for a certificate of serverAuth only, and dialback "
          "follows on the same stream; its own such certificate is enough for us")
def ejabberd_refuses_our_usage():
    peer, status = connecting(*identity("a.example"), "--to", "ejabberd.example", *LISTEN_A)
    accepted(peer, status, "a.example", "ejabberd.example")
    failure = peer.has("external", type="failure", condition="not-authorized")
    assert "unsupported certificate purpose" in failure["words"], failure
    valid = peer.has("dialback", element="result", type="valid")
    assert valid["stream"] == failure["stream"], peer.tell()
    peer.verdict("ejabberd.example", "proven", ["pkix"], "out")
    peer.verdict("ejabberd.example", "proven", ["pkix"], "in")
    peer.has("external", "the certificate is enough", direction="in")


@scenario("E2E-02 ejabberd", "without a certificate of ours: dialback")
def dialback_with_ejabberd():
    peer, status = connecting(*identity("a.example"), "--no-certificate", "--to",
                              "ejabberd.example", *LISTEN_A)
    accepted(peer, status, "a.example", "ejabberd.example")
    peer.has("dialback", element="result", type="valid")
    peer.has("key", type="valid")


# DANE-006, POL-004
@scenario("E2E-14 Prosody", "TLSA that does not fit forbids what PKIX would allow")
def tlsa_veto():
    peer, status = connecting(*identity("a.example"), "--to", "dane-mismatch.example")
    refused(peer, status, 4)
    peer.verdict("dane-mismatch.example", "veto")
    peer.has("closed", "must not be used")
    peer.has_not("external")


PROVEN = [
    ("E2E-09", "delegated.example", ["pkix"], "a tenant by secure SRV, the certificate is the host's"),
    ("E2E-12", "skipped.example", ["pkix"], "bogus TLSA at the first endpoint, the second is good"),
    ("E2E-13", "dane-ee.example", ["dane"], "DANE-EE, self-signed and expired"),
    ("DANE-007", "dane-unusable.example", ["pkix"], "no TLSA record is usable: PKIX decides"),
    ("E2E-16", "posh.example", ["posh"], "POSH fingerprints"),
    ("E2E-17", "posh-reference.example", ["posh"], "a POSH reference"),
    ("E2E-21", "starttls-only.example", ["pkix"], "xmpps SRV \".\", and xmpp SRV is there"),
    ("E2E-25", "bücher.example", ["pkix"], "an internationalised domain"),
    ("direct TLS", "direct-tls.example", ["pkix"], "TLS from the start"),
]


def _add_proven(number, domain, by, about):
    @scenario(f"{number} Prosody", about)
    def proven():
        peer, status = connecting(*identity("a.example"), "--to", domain, *LISTEN_A)
        accepted(peer, status, "a.example", domain.encode("idna").decode())
        peer.verdict(domain, "proven", by, "out")


for row in PROVEN:
    _add_proven(*row)


# DELEG-008
@scenario("E2E-10 Prosody", "the same with insecure SRV is refused")
def insecure_srv():
    peer, status = connecting(*identity("a.example"), "--to", "insecure-srv.example")
    refused(peer, status, 1)
    assert "insecure" in peer.verdict("insecure-srv.example", "unproven")["reason"]
    peer.has("closed", "nothing proves that the peer is the domain")


# What cannot be connected to


NO_ROUTE = [
    ("E2E-11", "bogus-srv.example", 4, "veto", "bogus SRV ends the attempt"),
    ("E2E-20", "not-offered.example", 1, "unproven", "SRV \".\": there is no such service"),
    ("E2E-28", "srv-outage.example", 3, "undecided", "SERVFAIL on SRV is no fallback"),
    ("E2E-19", "plain.example", 3, "undecided", "STARTTLS is stripped"),
]


def _add_no_route(number, domain, wanted, verdict, about):
    @scenario(number, about)
    def no_route():
        peer, status = connecting(*identity("a.example"), "--to", domain)
        refused(peer, status, wanted)
        peer.has("no route", verdict=verdict)
        peer.has_not("secured")


for row in NO_ROUTE:
    _add_no_route(*row)


# Between two of ours


# FLOW-016, FLOW-018, FLOW-019
@scenario("E2E-01", "certificates both ways")
def pkix():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("a.example"), "--to", "b.example", *LISTEN_A)
        accepted(peer, status, "a.example", "b.example")
    peer.has("external", type="success")
    other.verdict("a.example", "proven", ["pkix"], "in")
    other.has("accepted", **{"from": "a.example", "to": "b.example"}, assurance="dna")
    other.has_not("callback")


# FLOW-021, DB-005, DB-025
@scenario("E2E-02", "no client certificate: dialback, bound to the certificate of the callback")
def dialback():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("a.example"), "--no-certificate", "--to", "b.example",
                                  *LISTEN_A)
        accepted(peer, status, "a.example", "b.example")
    other.has("callback")
    other.verdict("a.example", "proven", ["pkix"], "out")
    other.has("dialback", element="verify", type="valid")
    other.has("accepted", **{"from": "a.example", "to": "b.example"}, assurance="dna")


def _two_machines(directory, first, second):
    """One machine of a.example's makes the keys, and another is asked about them."""
    files = []
    for name, secret in (("first", first), ("second", second)):
        path = pathlib.Path(directory, name)
        path.touch(mode=0o600)
        path.write_text(secret)
        files.append(["--secret", str(path)])
    with listening(B, *identity("b.example")), \
            listening(A, *identity("a.example"), *files[1]) as authority:
        peer, status = connecting(*identity("a.example"), "--no-certificate", "--to", "b.example",
                                  *files[0])
        authority.await_event("key")
    for said in (peer.tell(), authority.tell()):
        assert first.strip() not in said and second.strip() not in said, said  # SEC-010
    return peer, status, authority


# DB-002
@scenario("DB-002", "a machine of ours answers for the keys of another that has the same secret")
def shared_secret():
    with tempfile.TemporaryDirectory() as directory:
        peer, status, authority = _two_machines(directory, "s3cr3tf0rd14lb4ck\n", "s3cr3tf0rd14lb4ck")
    accepted(peer, status, "a.example", "b.example", None)
    authority.has("key", type="valid")


@scenario("DB-002 another", "and for none of one that has another secret")
def another_secret():
    with tempfile.TemporaryDirectory() as directory:
        peer, status, authority = _two_machines(directory, "s3cr3tf0rd14lb4ck", "S3cr3tf0rd14lb4ck")
    refused(peer, status, 1)
    authority.has("key", type="invalid")
    peer.has("dialback", element="result", type="invalid")


# FLOW-017, ERR-03
@scenario("E2E-02 --no-dialback", "no client certificate, and only certificates count")
def no_dialback():
    with listening(B, *identity("b.example"), "--no-dialback") as other:
        peer, status = connecting(*identity("a.example"), "--no-certificate", "--to", "b.example",
                                  *LISTEN_A)
        refused(peer, status, 1)
        peer.has("error", condition="policy-violation")
    other.has("rejected", condition="policy-violation")


# POL-001, DB-009
@scenario("E2E-03", "a certificate for another name is not enough, and neither is dialback")
def misnamed():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("misnamed.example"), "--to", "b.example", *LISTEN_A)
        refused(peer, status, 1)
        peer.has("dialback", element="result", type="error")
    other.verdict("misnamed.example", "unproven")
    other.has_not("accepted", **{"from": "misnamed.example"})


# DB-019
@scenario("E2E-03 weak", "but where the policy says that dialback is enough it is weak")
def misnamed_weak():
    with listening(B, *identity("b.example"), *policy(weak="misnamed.example")) as other:
        peer, status = connecting(*identity("misnamed.example"), "--to", "b.example", *LISTEN_A)
        accepted(peer, status, "misnamed.example", "b.example")
        peer.has("dialback", element="result", type="valid")
        peer, status = connecting(*identity("client-only.example"), "--to", "b.example", *LISTEN_A)
        refused(peer, status, 1)  # the rule is not for this one
    other.has("accepted", **{"from": "misnamed.example"}, assurance="weak")


# FLOW-023, DB-017
@scenario("E2E-05", "an assertion that the same certificate proves")
def assertion_by_certificate():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("both.example"), "--to", "b.example", "--also",
                                  "c.example")
        accepted(peer, status, "both.example", "b.example", None)
        peer.has("result", **{"from": "c.example", "to": "b.example"}, accepted=True)
    first = other.has("accepted", **{"from": "both.example"}, assurance="dna")
    second = other.has("accepted", **{"from": "c.example"}, assurance="dna")
    assert first["stream"] == second["stream"]
    other.has_not("callback")


# FLOW-012, FLOW-023, DB-021
@scenario("E2E-06", "an assertion that needs a callback")
def assertion_by_callback():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("a.example"), *identity("c.example"), "--to",
                                  "b.example", "--also", "c.example", *LISTEN_A)
        accepted(peer, status, "a.example", "b.example")
        peer.has("result", **{"from": "c.example", "to": "b.example"}, accepted=True)
    other.has("callback", **{"from": "c.example", "to": "b.example"})
    other.verdict("c.example", "unproven", direction="in")
    other.verdict("c.example", "proven", ["pkix"], "out")
    first = other.has("accepted", **{"from": "a.example"}, assurance="dna")
    second = other.has("accepted", **{"from": "c.example"}, assurance="dna")
    assert first["stream"] == second["stream"]


# FLOW-024, DB-015, SEC-012
@scenario("E2E-07", "a supposition that a wildcard certificate bears out")
def supposition():
    with listening(B, *identity("b.wide.example"), *identity("rooms.wide.example")) as other:
        peer, status = connecting(*identity("a.example"), "--to", "b.wide.example", "--also-to",
                                  "rooms.wide.example")
        accepted(peer, status, "a.example", "b.wide.example", None)
        peer.has("result", to="rooms.wide.example", accepted=True)
    peer.verdict("rooms.wide.example", "proven", ["pkix"], "out")
    peer.has_not("elsewhere")
    streams = {event["stream"] for event in other.find("accepted", **{"from": "a.example"})}
    assert len(streams) == 1, other.tell()


def _on_two_streams(peer, other, target):
    peer.has("elsewhere", to=target)
    streams = {event["stream"] for event in other.find("accepted", **{"from": "a.example"})}
    assert len(streams) == 2, other.tell()


# FLOW-024, DB-015, SEC-012
@scenario("E2E-07 no certificate", "a supposition that it does not: a stream of its own")
def supposition_without_certificate():
    with listening(B, *identity("b.example"), *identity("rooms.example")) as other:
        peer, status = connecting(*identity("a.example"), "--to", "b.example", "--also-to",
                                  "rooms.example")
        accepted(peer, status, "a.example", "b.example", None)
        peer.has("result", to="rooms.example", accepted=True)
    assert peer.find("verdict")[1]["report"]["verdict"] == "unproven", peer.tell()
    _on_two_streams(peer, other, "rooms.example")


# FLOW-024, DB-014
@scenario("E2E-08", "a supposition of a target at another place: a stream of its own")
def supposition_elsewhere():
    with listening(B, *identity("b.wide.example"), *identity("elsewhere.wide.example"),
                   *LISTEN_A) as other:
        peer, status = connecting(*identity("a.example"), "--to", "b.wide.example", "--also-to",
                                  "elsewhere.wide.example")
        accepted(peer, status, "a.example", "b.wide.example", None)
        peer.has("result", to="elsewhere.wide.example", accepted=True)
    _on_two_streams(peer, other, "elsewhere.wide.example")


@scenario("DANE-027", "TLSA proves a server that connects to us")
def dane_client():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("dane-a.example"), "--to", "b.example", *LISTEN_A)
        accepted(peer, status, "dane-a.example", "b.example")
        peer.has("external", type="success")
    other.verdict("dane-a.example", "proven", ["dane"], "in")


@scenario("DANE-027 mismatch", "TLSA of another certificate is no veto against who connects to us: "
          "nobody promised that it comes from one of its hosts")
def tlsa_mismatch_inbound():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("tlsa-other.example"), "--to", "b.example")
        accepted(peer, status, "tlsa-other.example", "b.example", None)
    findings = other.verdict("tlsa-other.example", "proven", ["pkix"], "in")["findings"]
    assert {"dane": "mismatch", "pkix": "proven"}.items() <= \
        {each["prooftype"]: each["finding"] for each in findings}.items(), findings


@scenario("DB-022", "bogus DNS forbids to call back")
def bogus_callback():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("bogus-a.example"), "--no-certificate", "--to",
                                  "b.example", *LISTEN_A)
        refused(peer, status, 1)
        peer.has("dialback", element="result", type="error", condition="not-acceptable")
    other.has("no route", verdict="veto")


# DELEG-007, ERR-07: bogus SRV ends an attempt to connect, and here nobody connects by it
@scenario("DELEG-007 inbound", "bogus SRV is no veto on a certificate that has the domain's own name")
def bogus_inbound():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("bogus-a.example"), "--to", "b.example")
        accepted(peer, status, "bogus-a.example", "b.example", None)
    other.verdict("bogus-a.example", "proven", ["pkix"], "in")


@scenario("PKIX-019", "a certificate for TLS clients only does not prove a server")
def client_only():
    with listening(B, *identity("b.example")) as other:
        peer, status = connecting(*identity("client-only.example"), "--to", "b.example", *LISTEN_A)
        refused(peer, status, 1)
    other.verdict("client-only.example", "unproven", direction="in")


# FLOW-028
@scenario("E2E-24", "the certificate expires while the stream is there: reset")
def expiry():
    authority = pki.authority("Short-lived CA")
    seconds, began, calendar = 3600, time.monotonic(), clock()
    short = tenants.Certificate(names=["dns:a.example"], seconds=seconds)
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        pki.leaf(short, authority).write(directory, "a")
        authority.write(directory, "ca")
        files = directory / "a.pem", directory / "a.key"
        with listening(B, *identity("b.example"), "--ca-file", f"{directory}/ca.pem",
                       environment=calendar.environment) as other, \
                Stream(B, "a.example", "b.example").secure(files) as stream:
            stream.open().hears("EXTERNAL")
            stream.external()
            stream.hears("<success")
            other.await_event("accepted", **{"from": "a.example"}, assurance="dna")
            calendar.set(seconds - (time.monotonic() - began) - 2)
            stream.open().ends_with("reset")
        other.await_event("rejected", condition="reset")


# DANE-007, DANE-011
@scenario("E2E-15", "only usage 0, which the policy does not take: PKIX, by the host's name")
def masked_usage():
    peer, status = connecting(*identity("a.example"), "--to", "dane-authority.example", *LISTEN_A,
                              *policy("{ dane: { mask: rfc7671, clients: true } }"))
    accepted(peer, status, "a.example", "dane-authority.example")
    peer.verdict("dane-authority.example", "proven", ["pkix"], "out")


@scenario("E2E-18", "POSH does not fit, PKIX does: proven")
def posh_mismatch():
    peer, status = connecting(*identity("a.example"), "--to", "posh-outdated.example", *LISTEN_A)
    accepted(peer, status, "a.example", "posh-outdated.example")
    peer.verdict("posh-outdated.example", "proven", ["pkix"], "out")


# POL-005
@scenario("E2E-18 strict", "POSH does not fit, and is strict: veto")
def posh_mismatch_strict():
    peer, status = connecting(*identity("a.example"), "--to", "posh-outdated.example",
                              *policy("{ posh: { strict: true } }"))
    refused(peer, status, 4)
    peer.verdict("posh-outdated.example", "veto")


# Attacks


# DB-006
@scenario("E2E-22", "valid answers that nobody asked for change nothing")
def unsolicited():
    with listening(B, *identity("b.example")) as other:
        with Stream(B, "a.example", "b.example").secure() as attacker:
            attacker.open()
            attacker.send("<db:result from='a.example' to='b.example' type='valid'/>"
                          "<db:verify from='a.example' to='b.example' id='1' type='valid'/>"
                          "<message from='a.example' to='b.example'/>")
            attacker.ends_with("not-authorized")
        other.await_event("rejected", condition="not-authorized")
    other.has("ignored", "DB-006")
    other.has_not("accepted")


# FLOW-022, DB-011
@scenario("E2E-23", "a stream as a.example without a certificate, while the real one has a good one")
def impersonation():
    with listening(A, *identity("a.example")), listening(B, *identity("b.example")) as other:
        with Stream(B, "a.example", "b.example").secure() as attacker:
            attacker.open()
            attacker.send("<db:result from='a.example' to='b.example'>" + "0" * 64 + "</db:result>")
            attacker.hears("type='invalid'")
            attacker.ends()
        other.await_event("dialback", element="verify", type="invalid")
    other.verdict("a.example", "proven", ["pkix"], "out")  # of the callback, and of nothing else
    other.has_not("accepted")
