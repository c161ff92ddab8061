"""
Records that parsers stumble over: forms that are not allowed, types that nobody asked for. What the
strict check does not know is refused, and another resolver asked (DELEG-018).
"""

import dataclasses
import struct

from lab import servers

from . import relay, wire
from .cases import Case, a, answered, failed
from .relay import Relay
from .tap import check
from .wire import ADDITIONAL, ANSWER, AUTHORITY, TYPES, Record
from .worker import check_case

SERVICE = "_xmpp-server._tcp.nsec.example"
HOST = "xmpp.nsec.example"
MALFORMED = "a record is malformed"
POINTER = b"\xc0\x0c"  # to the question


@dataclasses.dataclass
class Oddity:
    about: str
    case: Case
    spoil: object  # what is sent instead of the reply to the question


def _refused(about, name, kind, spoil, reason=MALFORMED):
    return Oddity(about, Case(name, kind, [failed(name, kind)], reason), spoil)


def _service(target, signed):
    """The SRV record with these octets as its target; they may point back into the question."""

    def spoil(query, reply):
        signatures = [r for r in wire.Message.from_wire(reply).records if r.covers() and signed]
        rdata = struct.pack("!3H", 0, 5, 5269) + target
        octets = struct.pack("!6H", query.id, wire.REPLY, 1, 1 + len(signatures), 0, 0)
        octets += wire.write_name(query.name) + struct.pack("!2H", query.type, 1)
        octets += POINTER + struct.pack("!HHIH", query.type, 1, 3600, len(rdata)) + rdata
        return octets + b"".join(record.to_wire() for record in signatures)

    return spoil


def _services():
    """RFC 2782: the target is not compressed; RFC 3597 section 4: nor may it be on reading."""
    compressed = b"\4xmpp" + struct.pack("!H", 0xC000 | 12 + len("_xmpp-server._tcp") + 1)
    plain = wire.write_name(HOST)
    secure = Case(SERVICE, "SRV", [answered(SERVICE, "SRV", "secure", f"0 5 5269 {HOST}.")])
    return [
        _refused("a compressed target", SERVICE, "SRV", _service(compressed, False)),
        _refused("a compressed target, signed", SERVICE, "SRV", _service(compressed, True)),
        _refused("a target that is the question", SERVICE, "SRV", _service(POINTER, True)),
        _refused("a target that never ends", SERVICE, "SRV",
                 _service(struct.pack("!H", 0xC000 | 12 + len(SERVICE) + 6 + 12), True)),
        _refused("no target", SERVICE, "SRV", _service(b"", True)),
        _refused("a target and more", SERVICE, "SRV", _service(plain + b"\0", True)),
        Oddity("a target in full", secure, _service(plain, True)),
    ]


def _naptr(flags, service, regular):
    strings = b"".join(bytes([len(text)]) + text for text in (flags, service, regular))
    return struct.pack("!2H", 100, 10) + strings + wire.write_name("xmpp.plain.example")


def _pointers():
    """NAPTR, for which there is no use, and no layout: not even a right one passes."""
    name = "xmpp.plain.example"
    datas = {"": _naptr(b"s", b"XMPP+d", b""), " with quotes": _naptr(b'"', b'\\"', b'!^.*$!";"!'),
             " with strings as long as can be": _naptr(*[bytes([255]) * 255] * 3),
             " with zeroes": _naptr(b"\0", b"\0\0", b"\n\0"),
             " whose string ends outside": struct.pack("!2H", 1, 1) + b"\xff" + b"u",
             " without anything": b""}

    def instead(rdata):
        def change(message):
            message.flags &= ~0xF
            message.records = [Record(ANSWER, name + ".", TYPES["NAPTR"], 3600, rdata)]

        return relay.rewritten(change)

    return [_refused(f"NAPTR{about}", name, "TYPE35", instead(rdata))
            for about, rdata in datas.items()]


def _beside(section, kind, rdata, owner=HOST + "."):
    """The true reply, and one record more."""
    return relay.rewritten(
        lambda message: message.records.append(Record(section, owner, kind, 3600, rdata)))


def _strangers():
    """Types that a reply has besides: refused are those that a parser may know, and we do not."""
    secure = Case(HOST, "A", [a(HOST, "secure")])
    refused = {"HIP": 55, "APL": 42, "IPSECKEY": 45, "TSIG": 250, "SIG": 24, "KEY": 25, "NXT": 30,
               "LOC": 29, "WKS": 11, "ATMA": 34, "NAPTR": TYPES["NAPTR"], "ANY": 255}
    oddities = [_refused(f"{name} beside the answer", HOST, "A",
                         _beside(ADDITIONAL, kind, b"\1" * 9))
                for name, kind in refused.items()]
    empty = [_refused(f"{name} without data", HOST, "A", _beside(AUTHORITY, TYPES[name], b""))
             for name in ("A", "NS", "SOA", "DS", "DNSKEY", "RRSIG", "NSEC", "NSEC3", "TLSA")]
    return oddities + empty + [
        Oddity("an unknown type beside the answer", secure, _beside(ADDITIONAL, 65280, b"\1" * 9)),
        Oddity("an unknown type without data", secure, _beside(ADDITIONAL, 65280, b"")),
        _refused("OPT in the answer", HOST, "A", _beside(ANSWER, TYPES["OPT"], b"", ".")),
        _refused("two OPT", HOST, "A", _beside(ADDITIONAL, TYPES["OPT"], b"", ".")),
    ]


def all_oddities():
    return _services() + _pointers() + _strangers()


def run(worker, _):
    for oddity in all_oddities():
        case = oddity.case
        spoil = relay.only(case.name, case.type, oddity.spoil)
        with Relay(servers.NOT_VALIDATING, spoil) as odd:
            lines = worker.ask_one([odd.address], case.name, case.type)
            check_case(case, lines, f"{case}: {oddity.about}")
            again = worker.ask_one([odd.address, servers.VALIDATING], case.name, case.type)
        honest = worker.ask_one([servers.VALIDATING], case.name, case.type)
        check(again == honest, f"{case}: {oddity.about}; another resolver has none",
              "\n".join([*honest, "got:", *again]))
