"""
Zones that are only there to be computed: many keys of one tag and many signatures by it, all wrong
(KeyTrap, CVE-2023-50387); names that are hashed thousands of times (CVE-2023-50868).
"""

import base64
import contextlib
import random
import resource
import struct

from lab import servers, zones

from . import relay
from .cases import Case, a, denied
from .tap import check, note
from .worker import as_expected
from .zones import EditedZone

RSASHA256 = 8
EXPONENT = bytes([3, 1, 0, 1])
MODULUS_SIZE = 128
TAG = 7712
ITERATIONS = 5000
NAMES = 20  # of each zone, asked for at once
COMPUTED = 10  # seconds, with any sanitizer; one unbounded answer takes as long


def _tag(rdata):
    total = sum(struct.unpack(f"!{len(rdata) // 2}H", rdata))
    return (total + (total >> 16)) & 0xFFFF


def _fake_key():
    """RDATA of an RSA key that has the tag, and nobody the other half of."""
    while True:
        modulus = bytearray(random.randbytes(MODULUS_SIZE))
        modulus[0] |= 0x80
        modulus[-1] |= 1
        modulus[:4] = modulus[:2] + bytes(2)
        rdata = bytearray(struct.pack("!HBB", zones.ZSK, 3, RSASHA256) + EXPONENT + modulus)
        struct.pack_into("!H", rdata, len(rdata) - MODULUS_SIZE + 2, (TAG - _tag(rdata)) % 0xFFFF)
        if _tag(rdata) == TAG:
            return rdata


def _text(octets):
    return base64.b64encode(octets).decode()


def _with_wrong_signatures(count, kept=("DNSKEY",)):
    """An edit: each RRset has so many of them, and none that is right but over the types KEPT."""

    def edit(records):
        edited = []
        for fields in records:
            if fields[3] != "RRSIG" or fields[4] in kept:
                edited.append(fields)
                continue
            fields[5], fields[10] = str(RSASHA256), str(TAG)
            edited += [[*fields[:12], _text(random.randbytes(MODULUS_SIZE))] for _ in range(count)]
        return edited

    return edit


def _trap(h, label, keys, signatures, kept=("DNSKEY",)):
    zone = h.make(label)
    for number in range(NAMES):
        zone.add(f"trap{number}.{zone.name}", "A", "192.0.2.1")
    for _ in range(keys):
        zone.add(zone.name, "DNSKEY", f"{zones.ZSK} 3 {RSASHA256} {_text(_fake_key()[4:])}")
    zone.edit = _with_wrong_signatures(signatures, kept)
    return zone


def add_zones(h):
    for label, keys, signatures in [("trap-keys", 60, 60), ("trap-tags", 20, 60),
                                    ("trap-signatures", 4, 100)]:
        zone = _trap(h, label, keys, signatures)
        h.delegate(zone, zone.keys[0].ds())
    zone = _trap(h, "trap-ds", 4, 100, kept=())  # nor are the keys rightly signed
    h.delegate(zone, *(f"{TAG} {RSASHA256} 2 {random.randbytes(32).hex()}" for _ in range(60)))
    zone = h.add("trap-hashes", nsec3=True)
    zone.iterations, zone.salt = str(ITERATIONS), "ab" * 100


def _cases():
    cases = []
    for label, reason in [("trap-keys", "has too many keys"), ("trap-tags", "has too many keys"),
                          ("trap-signatures", "too many signatures"), ("trap-ds", "no DS of")]:
        for number in range(NAMES):
            name = f"trap{number}.{label}.example"
            cases.append(Case(name, "A", [a(name, "bogus")], reason))
            name = f"nothing{number}.{label}.example"
            cases.append(Case(name, "A", [denied(name, "A", "bogus")]))
    for number in range(NAMES):
        name = f"a.b.c.d.e.f.nothing{number}.trap-hashes.example"
        cases.append(Case(name, "A", [denied(name, "A", "insecure")], "no such name"))
    for zone in ("nsec", "nsec3"):
        cases.append(Case(f"xmpp.{zone}.example", "A", [a(f"xmpp.{zone}.example", "secure")]))
    return cases


def _let_resolver_know(cases):
    """So that all of them can be answered at once, whatever that costs the resolver."""
    for case in cases:
        zone = case.name.split(".", case.name.count(".") - 1)[-1]
        for name, kind in (case.name, case.type), (zone, "DNSKEY"), (zone, "DS"):
            with contextlib.suppress(EOFError, OSError):  # the worker asks again
                relay.asked(servers.NOT_VALIDATING, name, kind)


def run(worker, _):
    """All at once: what is asked beside it is answered as ever."""
    cases = _cases()
    _let_resolver_know(cases)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers = worker.ask([servers.NOT_VALIDATING], [(case.name, case.type) for case in cases])
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = now.ru_utime - before.ru_utime + now.ru_stime - before.ru_stime
    note(f"{len(cases)} answers from traps cost {seconds:.2f} s of computing")
    check(len(answers) == len(cases), "all traps are answered")
    for case, lines in zip(cases, answers):
        check(as_expected(case, lines), f"{case} is no trap", "\n".join([*case.items, *lines]))
    check(seconds < COMPUTED, "traps cost little", f"{seconds:.1f} s of computing")
