"""The zones that everything is asked of: one for every way of being signed, or not."""

import concurrent.futures
import os

from lab import zones

from .zones import ALGORITHMS, EditedZone, ForeignKey, with_also, without, without_at

TLSA = "3 1 1 " + "ab" * 32
MANY = 40  # more records than one answer may have
DEEP = "a.b.c.nsec.example."  # a zone, though none begins at b.c or c
DEEPER = "z.y.x.w.v.nsec3.example."

# What is right about each zone; "a.example." is "a" here.
SECURE = ["nsec", "nsec3", "nsec3-100", "split", "keys", "roll", "mixed", "a.b.c.nsec",
          "z.y.x.w.v.nsec3", "safe.optout", *(algorithm.lower() for algorithm in ALGORITHMS)]
INSECURE = {"plain": "plain.example. has no DS in example.",
            "island": "island.example. has no DS in example.",
            "kid.nsec": "kid.nsec.example. has no DS in nsec.example.",
            "kid.nsec3": "kid.nsec3.example. has no DS in nsec3.example.",
            "kid.optout": "kid.optout.example. has no DS in optout.example.",
            "late.optout": "late.optout.example. has no DS in optout.example.",
            "signed.plain": "plain.example. has no DS in example.",
            "q.r.z.y.x.w.v.nsec3":
                "q.r.z.y.x.w.v.nsec3.example. has no DS in z.y.x.w.v.nsec3.example.",
            "unknown": "every DS of unknown.example. is of an unknown algorithm or digest",
            "unknown-signed": "every DS of unknown-signed.example. is of an unknown algorithm",
            "odd-digest": "every DS of odd-digest.example. is of an unknown algorithm or digest"}
BOGUS = {"bogus": "is wrong",
         "expired": "the signature of expired.example. DNSKEY expired on",
         "future": "the signature of future.example. DNSKEY is not valid before",
         "wrong-ds": "no DS of wrong-ds.example. matches a key of it",
         "stripped": "stripped.example.",
         "forged": "no DS of forged.example. matches a key of it",
         "bare-keys": "bare-keys.example. DNSKEY has no signature by bare-keys.example.",
         "bare-ds": "the DS of bare-ds.example., or its denial, is not signed"}


def fill(zone):
    """What every zone has."""
    name = zone.name
    zone.add(f"xmpp.{name}", "A", "192.0.2.1")
    zone.add(f"_xmpp-server._tcp.{name}", "SRV", f"0 5 5269 xmpp.{name}")
    zone.add(f"_5269._tcp.xmpp.{name}", "TLSA", TLSA)
    zone.add(f"*.wild.{name}", "A", "192.0.2.2")
    zone.add(f"real.wild.{name}", "A", "192.0.2.4")
    zone.add(f"a.ent.{name}", "A", "192.0.2.3")


def add_aliases(zone):
    """Out of the zone, into one that is secure, insecure, bogus in one way or in another."""
    name = zone.name
    for target in ("nsec3", "plain", "bogus", "expired"):
        zone.add(f"to-{target}.{name}", "CNAME", f"xmpp.{target}.example.")
        zone.add(f"below-{target}.{name}", "DNAME", f"{target}.example.")


def add_chains(zone):
    """Aliases that stay here, or return."""
    name = zone.name
    zone.add(f"to-nothing.{name}", "CNAME", f"nothing.{name}")
    zone.add(f"to-wild.{name}", "CNAME", f"any.wild.{name}")
    zone.add(f"through-plain.{name}", "CNAME", "back.plain.example.")
    zone.add(f"round.{name}", "CNAME", f"trip.{name}")
    zone.add(f"trip.{name}", "CNAME", f"round.{name}")
    for link in range(9):
        zone.add(f"chain{link}.{name}", "CNAME", f"chain{link + 1}.{name}")
    zone.add(f"chain9.{name}", "A", "192.0.2.9")
    for target in range(MANY):
        zone.add(f"_many._tcp.{name}", "SRV", f"0 {target} 5269 xmpp.{name}")


def _with_digest(ds, digest_type):
    tag, algorithm, _, digest = ds.split()
    return f"{tag} {algorithm} {digest_type} {digest}"


def _of_algorithm(number):
    """An edit: keys and signatures are said to be of this algorithm."""

    def edit(records):
        for fields in records:
            if fields[3] == "DNSKEY":
                fields[6] = number
            elif fields[3] == "RRSIG":
                fields[5] = number
        return records

    return edit


class Hierarchy:
    """A signed root, the signed "example.", and below it the zones that are made here."""

    def __init__(self, directory):
        self.directory = directory
        self.root = zones.Zone(".", zones.ROOT_SERVER)
        self.tld = EditedZone("example.", zones.TLD_SERVER, nsec3=True)
        self.tenants = {}
        for zone in (self.root, self.tld):
            zone.sign_with(zones.KSK, zones.ZSK)
        self.root.delegate(self.tld.name, zones.TLD_SERVER, self.tld.keys[0].ds())

    def make(self, label, kind=EditedZone, parent=None, **options):
        """A zone with one key, and no delegation to it yet."""
        zone = self.tenants[label] = kind(f"{label}.example.", zones.TENANT_SERVER, **options)
        zone.sign_with(zones.KSK)
        zone.parent = parent or self.tld
        fill(zone)
        return zone

    def delegate(self, zone, *ds):
        zone.parent.delegate(zone.name, zones.TENANT_SERVER)
        for data in ds:
            zone.parent.add(zone.name, "DS", data)

    def add(self, label, kind=EditedZone, parent=None, **options):
        """A zone that is rightly delegated to."""
        zone = self.make(label, kind, parent, **options)
        self.delegate(zone, zone.keys[0].ds())
        return zone

    def add_unsigned(self, label, *ds, parent=None):
        zone = self.make(label, parent=parent)
        zone.keys = []
        self.delegate(zone, *ds)
        return zone

    def served(self):
        """The zones of each server."""
        return {zones.ROOT_SERVER: [self.root], zones.TLD_SERVER: [self.tld],
                zones.TENANT_SERVER: list(self.tenants.values())}

    def write(self):
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda zone: zone.write(self.directory),
                          [self.root, self.tld, *self.tenants.values()]))


def _add_secure(h):
    nsec, nsec3 = h.add("nsec"), h.add("nsec3", nsec3=True)
    add_aliases(nsec)
    add_chains(nsec)
    hashed = h.add("nsec3-100", nsec3=True)
    hashed.iterations, hashed.salt = "100", "aabbccdd"
    h.add("a.b.c.nsec", parent=nsec)
    h.add("z.y.x.w.v.nsec3", parent=nsec3, nsec3=True)
    split = h.make("split")
    split.sign_with(zones.KSK, zones.ZSK)
    h.delegate(split, split.keys[0].ds())
    keys = h.make("keys")  # two that sign everything, one of them vouched for
    keys.sign_with(zones.KSK, zones.KSK)
    h.delegate(keys, keys.keys[1].ds())
    roll = h.make("roll")  # the next key is announced, and not yet there
    h.delegate(roll, zones.Key(roll.name, zones.KSK).ds(), roll.keys[0].ds())
    mixed = h.make("mixed")
    h.delegate(mixed, mixed.keys[0].ds(), zones.UNKNOWN_ALGORITHM_DS)
    for algorithm in ALGORITHMS:
        zone = h.make(algorithm.lower(), nsec3="NSEC3" in algorithm)
        zone.keys = [ForeignKey(zone.name, algorithm, h.directory)]
        h.delegate(zone, zone.keys[0].ds())


def _add_insecure(h):
    plain = h.add_unsigned("plain")
    add_aliases(plain)
    plain.add("back.plain.example.", "CNAME", "xmpp.nsec.example.")
    h.delegate(h.make("island"))
    h.add_unsigned("kid.nsec", parent=h.tenants["nsec"])
    h.add_unsigned("kid.nsec3", parent=h.tenants["nsec3"])
    optout = h.add("optout", nsec3=True, optout=True)
    h.add("safe.optout", parent=optout)
    h.add_unsigned("kid.optout", parent=optout)
    late = h.make("late.optout", parent=optout)  # no NSEC3 record says that it is there
    late.keys = []
    optout.edit = with_also(f"{late.name} 3600 IN NS ns.{late.name}",
                            f"ns.{late.name} 3600 IN A {zones.TENANT_SERVER}")
    h.add("signed.plain", parent=plain)
    h.add_unsigned("q.r.z.y.x.w.v.nsec3", parent=h.tenants["z.y.x.w.v.nsec3"])
    h.add_unsigned("unknown", zones.UNKNOWN_ALGORITHM_DS)
    h.delegate(h.make("unknown-signed"), zones.UNKNOWN_ALGORITHM_DS)
    odd = h.make("odd-digest")
    h.delegate(odd, _with_digest(odd.keys[0].ds(), 99))
    for iterations in ("101", "200"):  # names are hashed more often than we care to compute
        zone = h.add(f"nsec3-{iterations}", nsec3=True)
        zone.iterations, zone.salt = iterations, "aabbccdd"


def _add_bogus(h):
    add_aliases(h.add("bogus"))
    h.tenants["bogus"].broken = "all"
    h.add("partly").broken = "A"
    h.add("expired").validity = (-60, -10)
    h.add("future").validity = (10, 40)
    wrong = h.make("wrong-ds")
    h.delegate(wrong, zones.Key(wrong.name, zones.KSK).ds())
    h.add_unsigned("stripped", zones.Key("stripped.example.", zones.KSK).ds())
    forged = h.make("forged")  # the key is not the one vouched for, but of an unknown algorithm
    forged.edit = _of_algorithm("200")
    h.delegate(forged, forged.keys[0].ds(), zones.UNKNOWN_ALGORITHM_DS)
    h.add("bare-keys").edit = without("RRSIG DNSKEY")
    h.add("bare-ds")
    h.tld.edit = without_at("bare-ds.example.", "RRSIG DS")
    h.add("naked").edit = without("RRSIG A")
    h.add("mute").edit = without("RRSIG NSEC")
    h.add("deaf").edit = without("NSEC", "RRSIG NSEC")


def hierarchy(directory):
    h = Hierarchy(directory)
    _add_secure(h)
    _add_insecure(h)
    _add_bogus(h)
    return h
