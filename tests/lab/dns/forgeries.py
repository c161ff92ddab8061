"""
Replies that are well formed and not true: pieces of what is rightly signed, in places where they
prove nothing (RFC 4035 section 5.4, RFC 5155 section 8, RFC 6840 section 4). No resolver that does
not lie says this, so that a relay has to.
"""

import dataclasses

from lab import servers

from . import relay, wire
from .cases import Case, a, answered, denied, failed
from .hierarchy import TLSA
from .relay import Relay
from .wire import ADDITIONAL, ANSWER, AUTHORITY, TYPES, Record
from .worker import check_case


@dataclasses.dataclass
class Forgery:
    """What is said instead of the reply to one question, and what has to come of CASE then."""

    about: str
    case: Case
    name: str
    type: str
    change: object

    def relay(self):
        spoil = relay.rewritten(self.change)
        return Relay(servers.NOT_VALIDATING, relay.only(self.name, self.type, spoil))


# ---- Changes ----


def _says(name, kind):
    return relay.asked(servers.NOT_VALIDATING, name, kind)


def without(*covered, types=()):
    """No signatures over these types, and none of these TYPES."""
    covered, types = [TYPES[kind] for kind in covered], [TYPES[kind] for kind in types]

    def change(message):
        message.records = [record for record in message.records
                           if record.covers() not in covered and record.type not in types]

    return change


def as_if(name, kind, owner=None):
    """What is said of NAME and KIND, as if it were said of this; its answer, as if of OWNER."""

    def change(message):
        other = _says(name, kind)
        message.flags, message.records = other.flags, other.records
        for record in message.records:
            if owner and record.section == ANSWER:
                record.name = owner

    return change


def signed_by(zone):
    """Signatures that say that they are this zone's."""

    def change(message):
        for record in message.records:
            if record.type == TYPES["RRSIG"] and record.section == ANSWER:
                _, end = wire.read_name(record.rdata, 18)
                record.rdata = record.rdata[:18] + wire.write_name(zone) + record.rdata[end:]

    return change


def with_also(section, name, kind, rdata):
    def change(message):
        message.records.append(Record(section, name, TYPES[kind], 3600, rdata))

    return change


def instead(name, kind, rdata):
    """Nothing but this record, unsigned."""

    def change(message):
        message.records = [Record(ANSWER, name, TYPES[kind], 3600, rdata)]

    return change


def nothing(message):
    """No such record, says nobody."""
    message.records = []


def wildcard_as(name):
    """The expansion of a wildcard, for a name that is there by itself."""

    def change(message):
        as_if("any.wild.nsec.example", "A", name)(message)

    return change


def all_of(*changes):
    def change(message):
        for each in changes:
            each(message)

    return change


# ---- Forgeries ----


HOST, ADDRESS = "xmpp.nsec.example", bytes([6, 6, 6, 6])
UNSIGNED, NOT_PROVEN = "is not signed", "do not prove it for"
NO_DS = "the DS of nsec.example., or its denial, " + UNSIGNED
UNKNOWN_DS = bytes([48, 57, 200, 2]) + bytes(32)


def of_host(item, reason="", kind="A"):
    return Case(HOST, kind, [item], reason)


BOGUS = a(HOST, "bogus")


def _stripped():
    return [
        Forgery("the answer unsigned", of_host(BOGUS, UNSIGNED), HOST, "A", without("A")),
        Forgery("the keys unsigned", of_host(BOGUS, "DNSKEY has no signature"),
                "nsec.example", "DNSKEY", without("DNSKEY")),
        Forgery("the root's keys unsigned", of_host(BOGUS, "DNSKEY has no signature"),
                ".", "DNSKEY", without("DNSKEY")),
        Forgery("no keys", of_host(BOGUS, "no DS of nsec.example. matches a key"),
                "nsec.example", "DNSKEY", nothing),
        Forgery("the DS unsigned", of_host(BOGUS, NO_DS), "nsec.example", "DS", without("DS")),
        Forgery("no DS", of_host(BOGUS, NO_DS), "nsec.example", "DS", nothing),
        Forgery("no answer", of_host(denied(HOST, "A", "bogus"), UNSIGNED), HOST, "A", nothing),
        Forgery("everything unsigned",
                of_host(BOGUS, UNSIGNED), HOST, "A", without("A", types=["NSEC", "RRSIG"])),
        Forgery("a denial without NSEC", of_host(denied(HOST, "AAAA", "bogus"), UNSIGNED, "AAAA"),
                HOST, "AAAA", without(types=["NSEC", "RRSIG"])),
        Forgery("a denial without signatures",
                of_host(denied(HOST, "AAAA", "bogus"), UNSIGNED, "AAAA"), HOST, "AAAA",
                without("NSEC")),
    ]


def _downgraded():
    """No DS, as somebody else's denial has it."""
    return [
        Forgery("the denial of another zone's DS",
                of_host(BOGUS, "the records by which example. denies it " + NOT_PROVEN),
                "nsec.example", "DS", as_if("plain.example", "DS")),
        Forgery("the child's own denial of its DS", of_host(BOGUS, NO_DS),
                "nsec.example", "DS", as_if("nsec.example", "AAAA")),
        Forgery("the parent's denial of another type",
                of_host(BOGUS, NO_DS), "nsec.example", "DS", as_if("nsec.example", "MX")),
        Forgery("the root's denial",
                of_host(BOGUS, "the records by which . denies it " + NOT_PROVEN),
                "nsec.example", "DS", as_if("nowhere", "DS")),
        Forgery("another zone's DS", of_host(BOGUS, "the signature of nsec.example. DS by key"),
                "nsec.example", "DS", as_if("nsec3.example", "DS", "nsec.example.")),
        Forgery("the denial of a DS that may be missing",
                Case("xmpp.safe.optout.example", "A", [a("xmpp.safe.optout.example", "bogus")],
                     "the records by which optout.example. denies it " + NOT_PROVEN),
                "safe.optout.example", "DS", as_if("late.optout.example", "DS")),
        Forgery("an unknown DS beside the right one",
                of_host(BOGUS, "the signature of nsec.example. DS by key"), "nsec.example", "DS",
                with_also(ANSWER, "nsec.example.", "DS", UNKNOWN_DS)),
        Forgery("an unknown DS instead", of_host(BOGUS, NO_DS), "nsec.example", "DS",
                instead("nsec.example.", "DS", UNKNOWN_DS)),
        Forgery("another key beside the right one",
                of_host(BOGUS, "the signature of nsec.example. DNSKEY"), "nsec.example", "DNSKEY",
                with_also(ANSWER, "nsec.example.", "DNSKEY", bytes([1, 1, 3, 13]) + bytes(64))),
        Forgery("an alias instead of the DS", of_host(BOGUS, NO_DS), "nsec.example", "DS",
                instead("nsec.example.", "CNAME", wire.write_name("plain.example"))),
    ]


def _denied_wrongly():
    """Denials that are signed, and not of this."""
    deep, hashed = "xmpp.a.b.c.nsec.example", "xmpp.nsec3.example"
    tlsa, real = f"_5269._tcp.{HOST}", "real.wild.nsec.example"

    def of(name, kind="A"):
        return Case(name, kind, [denied(name, kind, "bogus")], NOT_PROVEN)

    return [
        Forgery("the denial of another name", of(HOST), HOST, "A", as_if("x.nx.nsec.example", "A")),
        Forgery("the denial of another type", of(HOST), HOST, "A", as_if(HOST, "AAAA")),
        Forgery("the denial of another type", of(tlsa, "TLSA"), tlsa, "TLSA", as_if(tlsa, "A")),
        Forgery("the denial of another name", of(hashed), hashed, "A",
                as_if("x.nx.nsec3.example", "A")),
        # its NSEC is that of the cut, and spans all names below: they are not the parent's
        Forgery("the parent's denial of a name beside the zone", of(deep), deep, "A",
                as_if("a0.b.c.nsec.example", "A")),
        Forgery("the grandparent's denial", of(deep), deep, "A", as_if("nowhere.example", "A")),
        Forgery("the denial of a wildcard's type, for a name that is there", of(real), real, "A",
                as_if("any.wild.nsec.example", "AAAA")),
    ]


def _answered_wrongly():
    """Answers that are signed, and not to this."""
    real, wild = "real.wild.nsec.example", "any.wild.nsec.example"
    foreign = as_if("xmpp.nsec3.example", "A", f"{HOST}.")
    return [
        Forgery("another zone's answer", of_host(BOGUS, UNSIGNED), HOST, "A", foreign),
        Forgery("another zone's answer, said to be this one's",
                of_host(BOGUS, "nsec.example. has no key"), HOST, "A",
                all_of(foreign, signed_by("nsec.example."))),
        Forgery("another answer of the same zone",
                of_host(a(HOST, "bogus", "192.0.2.9"), "is wrong"), HOST, "A",
                as_if("chain9.nsec.example", "A", f"{HOST}.")),
        Forgery("the answer of a wildcard without the proof",
                Case(wild, "A", [a(wild, "bogus", "192.0.2.2")]), wild, "A",
                without(types=["NSEC"])),
        Forgery("the answer of a wildcard, for a name that is there",
                Case(real, "A", [a(real, "bogus", "192.0.2.2")]),
                real, "A", wildcard_as(f"{real}.")),
        Forgery("one more record", of_host(a(HOST, "bogus", "192.0.2.1, 6.6.6.6"), "is wrong"),
                HOST, "A", with_also(ANSWER, f"{HOST}.", "A", ADDRESS)),
        Forgery("another record", of_host(a(HOST, "bogus", "6.6.6.6"), UNSIGNED), HOST, "A",
                instead(f"{HOST}.", "A", ADDRESS)),
        Forgery("an alias", of_host(failed(HOST, "A", "bogus"), UNSIGNED), HOST, "A",
                instead(f"{HOST}.", "CNAME", wire.write_name("xmpp.plain.example"))),
        Forgery("an alias above", of_host(failed(HOST, "A", "bogus"), UNSIGNED), HOST, "A",
                instead("example.", "DNAME", wire.write_name("plain"))),
    ]


def _beside():
    """What nobody asked for is not looked at."""
    secure = of_host(a(HOST, "secure"))
    srv = "_xmpp-server._tcp.nsec.example"
    service = Case(srv, "SRV", [answered(srv, "SRV", "secure", f"0 5 5269 {HOST}.")])
    return [
        Forgery("the same record twice", secure, HOST, "A",
                with_also(ANSWER, f"{HOST}.", "A", bytes([192, 0, 2, 1]))),
        Forgery("an address of another name", secure, HOST, "A",
                with_also(ANSWER, "ymca.nsec.example.", "A", ADDRESS)),
        Forgery("an address in the additional section", service, service.name, "SRV",
                with_also(ADDITIONAL, f"{HOST}.", "A", ADDRESS)),
        Forgery("an unsigned denial in the authority section", secure, HOST, "A",
                with_also(AUTHORITY, f"{HOST}.", "NSEC",
                          wire.write_name("nsec.example") + b"\0\1\2")),
        Forgery("TLSA for an address", secure, HOST, "A",
                with_also(ANSWER, f"{HOST}.", "TLSA", bytes.fromhex("".join(
                    f"{int(field):02x}" for field in TLSA.split()[:3]) + TLSA.split()[3]))),
    ]


def all_forgeries():
    return _stripped() + _downgraded() + _denied_wrongly() + _answered_wrongly() + _beside()


def run(worker, _):
    for forgery in all_forgeries():
        with forgery.relay() as liar:
            lines = worker.ask_one([liar.address], forgery.case.name, forgery.case.type)
        check_case(forgery.case, lines, f"{forgery.case}: {forgery.about}")
