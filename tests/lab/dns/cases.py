"""
What is asked, and what has to come of it: question, type, the items, words that the last one's
reason has, and whether Unbound and drill come to the same.
"""

import dataclasses

from .hierarchy import BOGUS, INSECURE, SECURE, TLSA


@dataclasses.dataclass
class Case:
    name: str
    type: str
    items: list
    reason: str = ""
    unbound: bool = True  # agrees
    drill: bool = True

    def __str__(self):
        return f"{self.name} {self.type}"

    def security(self):
        """Of the whole answer."""
        words = [item.split()[3] for item in self.items]
        return next((w for w in ("indeterminate", "bogus", "insecure") if w in words), "secure")


def answered(name, kind, security, data):
    return f"{name} {kind} answered {security} {data}"


def a(name, security, address="192.0.2.1"):
    return answered(name, "A", security, address)


def link(name, security, target):
    return answered(name, "CNAME", security, f"{target}.")


def denied(name, kind, security):
    return f"{name} {kind} denied {security}"


def failed(name, kind, security="indeterminate"):
    return f"{name} {kind} failed {security}"


def everything(zone, security, reason=""):
    """What hierarchy.fill() puts into a zone, and what is not there."""
    def case(name, kind, item, words=reason):
        return Case(name, kind, [item], words)

    def denial(name, kind, words):
        return case(name, kind, denied(name, kind, security),
                    reason if security == "bogus" else words)

    host, service, tlsa = f"xmpp.{zone}", f"_xmpp-server._tcp.{zone}", f"_5269._tcp.xmpp.{zone}"
    return [
        case(host, "A", a(host, security)),
        case(service, "SRV", answered(service, "SRV", security, f"0 5 5269 xmpp.{zone}.")),
        case(tlsa, "TLSA", answered(tlsa, "TLSA", security, TLSA)),
        case(f"any.wild.{zone}", "A", a(f"any.wild.{zone}", security, "192.0.2.2")),
        case(f"real.wild.{zone}", "A", a(f"real.wild.{zone}", security, "192.0.2.4")),
        denial(host, "AAAA", "no such record"),
        denial(f"x.nx.{zone}", "A", "no such name"),
        dataclasses.replace(denial(f"ent.{zone}", "A", "no such record"), drill=False),
        denial(f"any.wild.{zone}", "AAAA", "no such record"),
    ]


def zone_types():
    """Every kind of zone, for all that it has."""
    cases = []
    for label in SECURE:
        cases += everything(f"{label}.example", "secure")
    for label, reason in INSECURE.items():
        cases += everything(f"{label}.example", "insecure", reason)
    for label, reason in BOGUS.items():
        cases += everything(f"{label}.example", "bogus", reason)
    return cases


def halves():
    """Zones of which a part is secure."""
    tlsa = "_5269._tcp.xmpp.{}.example"
    cases = [
        # RFC 5155 section 9.2: what is not signed may have been there
        Case("xmpp.optout.example", "A", [a("xmpp.optout.example", "secure")]),
        Case("xmpp.optout.example", "AAAA", [denied("xmpp.optout.example", "AAAA", "secure")]),
        Case("nx.optout.example", "A", [denied("nx.optout.example", "A", "insecure")],
             "no such name", drill=False),
    ]
    # RFC 9276: signatures count, names that were hashed too often do not. Unbound draws the line
    # elsewhere.
    for zone, agrees in (("nsec3-101.example", False), ("nsec3-200.example", True)):
        cases += [
            Case(f"xmpp.{zone}", "A", [a(f"xmpp.{zone}", "secure")]),
            Case(f"nx.{zone}", "A", [denied(f"nx.{zone}", "A", "insecure")], "no such name", agrees,
                 drill=False),
            Case(f"any.wild.{zone}", "A", [a(f"any.wild.{zone}", "insecure", "192.0.2.2")], "",
                 agrees, drill=False),
        ]
    for label in ("partly", "naked"):
        owner = tlsa.format(label)
        cases.append(Case(owner, "TLSA", [answered(owner, "TLSA", "secure", TLSA)]))
    unsigned = "is not signed"
    return cases + [
        Case("xmpp.partly.example", "A", [a("xmpp.partly.example", "bogus")], "is wrong"),
        Case("xmpp.naked.example", "A", [a("xmpp.naked.example", "bogus")], unsigned),
        Case("any.wild.naked.example", "A", [a("any.wild.naked.example", "bogus", "192.0.2.2")],
             unsigned),
        Case("xmpp.mute.example", "A", [a("xmpp.mute.example", "secure")]),
        Case("nx.mute.example", "A", [denied("nx.mute.example", "A", "bogus")], unsigned),
        Case("xmpp.deaf.example", "A", [a("xmpp.deaf.example", "secure")]),
        Case("nx.deaf.example", "A", [denied("nx.deaf.example", "A", "bogus")], unsigned),
        Case("xmpp.deaf.example", "AAAA", [denied("xmpp.deaf.example", "AAAA", "bogus")], unsigned),
    ]


def tree():
    """Near the root, and at the cuts."""
    return [
        Case("XMPP.NSEC.EXAMPLE", "A", [a("xmpp.nsec.example", "secure")]),
        Case("nsec.example", "DS", [answered("nsec.example", "DS", "secure", "...")]),
        Case("nsec.example", "TYPE48", [r"nsec.example DNSKEY answered secure \# 68 0101030d..."]),
        Case("plain.example", "DS", [denied("plain.example", "DS", "secure")], "no such record"),
        Case("kid.nsec.example", "DS", [denied("kid.nsec.example", "DS", "secure")],
             "no such record"),
        Case("kid.optout.example", "DS", [denied("kid.optout.example", "DS", "secure")],
             "no such record"),
        Case("late.optout.example", "DS", [denied("late.optout.example", "DS", "insecure")],
             "no such record", drill=False),
        Case("nowhere.example", "A", [denied("nowhere.example", "A", "secure")], "no such name"),
        Case("nowhere", "A", [denied("nowhere", "A", "secure")], "no such name"),
    ]


# How hosts "xmpp" of these zones end, whoever leads there.
TARGETS = {"nsec3": ("secure", ""), "plain": ("insecure", ""), "bogus": ("bogus", "is wrong"),
           "expired": ("bogus", "expired on")}


def aliases():
    """DELEG-006, DELEG-015: each link by itself, and what is behind it by itself."""
    cases = []
    for target, (end, reason) in TARGETS.items():
        host = f"xmpp.{target}.example"
        for source, security in (("nsec.example", "secure"), ("plain.example", "insecure")):
            for name in (f"to-{target}.{source}", f"xmpp.below-{target}.{source}"):
                cases.append(Case(name, "A", [link(name, security, host), a(host, end)], reason))
        for name in (f"to-{target}.bogus.example", f"xmpp.below-{target}.bogus.example"):
            cases.append(Case(name, "A", [failed(name, "A", "bogus")], "is wrong"))
    for source in ("nsec.example", "plain.example"):
        name = f"nx.below-nsec3.{source}"
        security = "secure" if source == "nsec.example" else "insecure"
        cases.append(Case(name, "A", [link(name, security, "nx.nsec3.example"),
                                      denied("nx.nsec3.example", "A", "secure")], "no such name"))
    return cases


def chains():
    zone = "nsec.example"
    return [
        Case(f"to-nothing.{zone}", "A", [link(f"to-nothing.{zone}", "secure", f"nothing.{zone}"),
                                         denied(f"nothing.{zone}", "A", "secure")], "no such name"),
        Case(f"to-wild.{zone}", "A", [link(f"to-wild.{zone}", "secure", f"any.wild.{zone}"),
                                      a(f"any.wild.{zone}", "secure", "192.0.2.2")]),
        Case(f"through-plain.{zone}", "A",
             [link(f"through-plain.{zone}", "secure", "back.plain.example"),
              link("back.plain.example", "insecure", f"xmpp.{zone}"), a(f"xmpp.{zone}", "secure")]),
        # SEC-006: eight links, and no more
        Case(f"chain1.{zone}", "A",
             [link(f"chain{i}.{zone}", "secure", f"chain{i + 1}.{zone}") for i in range(1, 9)]
             + [a(f"chain9.{zone}", "secure", "192.0.2.9")]),
        Case(f"chain0.{zone}", "A",
             [link(f"chain{i}.{zone}", "secure", f"chain{i + 1}.{zone}") for i in range(8)]
             + [failed(f"chain8.{zone}", "A")], "too long"),
        # what nobody can answer with a signature
        Case(".", "DS", [failed(".", "DS")], "not asked"),
        Case(f"*.wild.{zone}", "A", [failed(f"*.wild.{zone}", "A")], "not asked"),
        Case(zone, "TYPE255", [failed(zone, "TYPE255")], "not asked"),
    ]


def all_cases():
    return zone_types() + halves() + tree() + aliases() + chains()
