"""The benchmark's zones, signed as those of the lab, and the questions about them."""

import concurrent.futures
import os

from lab import zones

TLSA = "3 1 1 " + "ab" * 32
ZONES = 1000
NAMES = 20000
KNOWN, HASHED = "known.example.", "hashed.example."
FIRST = f"xmpp.{KNOWN}", "A"  # the question that comes before the others


def _tenant(name, tld, **options):
    zone = zones.Zone(name, zones.TENANT_SERVER, **options)
    zone.sign_with(zones.KSK)
    zone.add(f"xmpp.{name}", "A", "192.0.2.1")
    zone.add(f"_xmpp-server._tcp.{name}", "SRV", f"0 5 5269 xmpp.{name}")
    zone.add(f"_5269._tcp.xmpp.{name}", "TLSA", TLSA)
    tld.delegate(name, zones.TENANT_SERVER, zone.keys[0].ds())
    return zone


def build(directory):
    """Writes all zones below DIRECTORY; returns them by server, and the root's key."""
    root = zones.Zone(".", zones.ROOT_SERVER)
    tld = zones.Zone("example.", zones.TLD_SERVER, nsec3=True)
    for zone in (root, tld):
        zone.sign_with(zones.KSK, zones.ZSK)
    root.delegate(tld.name, zones.TLD_SERVER, tld.keys[0].ds())
    tenants = [_tenant(f"z{number}.example.", tld) for number in range(ZONES)]
    known = _tenant(KNOWN, tld)
    for number in range(NAMES):
        known.add(f"h{number}.{KNOWN}", "A", "192.0.2.1")
    tenants += [known, _tenant(HASHED, tld, nsec3=True)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda zone: zone.write(directory), [root, tld, *reversed(tenants)]))
    return {zones.ROOT_SERVER: [root], zones.TLD_SERVER: [tld],
            zones.TENANT_SERVER: tenants}, root.keys[0]


def in_one_zone():
    """Names that are there, each once."""
    return [(f"h{number}.{KNOWN}", "A") for number in range(NAMES)]


def of_each_zone():
    """What an XMPP server asks about each domain that it meets."""
    questions = []
    for number in range(ZONES):
        name = f"z{number}.example."
        questions += [(f"_xmpp-server._tcp.{name}", "SRV"), (f"xmpp.{name}", "A"),
                      (f"_5269._tcp.xmpp.{name}", "TLSA")]
    return questions


def of_nothing(zone):
    """Names that are not there; in the zone of many names no two lie between the same two."""
    return [(f"h{number}-.{zone}", "A") for number in range(NAMES)]
