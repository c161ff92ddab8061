"""What one asks of DNS about a tenant, and what has to be said of it."""

from . import web
from .tenants import SERVICES, STARTTLS_PORT

STATUS_OF_ZONE = {
    "secure": "secure", "nsec3": "secure",
    "insecure": "insecure", "island": "insecure", "unknown-algorithm": "insecure",
    "bogus": "bogus", "wrong-ds": "bogus", "expired": "bogus",
    "lame": "failed",
}


def wanted_security(world, tenant, kind):
    """What DNSSEC says of the tenant's records of one type, as tenants.yaml has it."""
    zone = STATUS_OF_ZONE[tenant.zone]
    if zone != "secure":
        return zone
    if kind in tenant.bogus:
        return "bogus"
    if kind == "SRV" and tenant.srv_alias:
        return wanted_security(world, world.tenants[tenant.srv_alias], kind)
    return "secure"


def questions_of(world, tenant):
    """All that one asks about a tenant: (name, type, security, records or None)."""
    for service in SERVICES:
        security = wanted_security(world, tenant, "SRV")
        published = None
        if not tenant.srv_alias:
            published = [
                "0 0 0 ." if target == "." else
                f"{' '.join(target.split()[:2])} {STARTTLS_PORT[service]} {target.split()[2]}."
                for target in tenant.srv]
        yield f"_{service}._tcp.{tenant.name}", "SRV", security, published
    for host, server in tenant.hosts.items():
        address = world.servers[server]
        kind = "AAAA" if ":" in address else "A"
        if host == "@" and tenant.name in web.domains(world):
            address = world.servers["web"]
        yield tenant.host(host), kind, wanted_security(world, tenant, kind), [address]
        for port in STARTTLS_PORT.values():
            lame = any(f"_tcp.{host}".endswith(name) for name in tenant.lame)
            security = "failed" if lame else wanted_security(world, tenant, "TLSA")
            if security == "bogus" and host not in tenant.tlsa and "TLSA" in tenant.bogus:
                security = "secure"  # the denial is signed as it should be
            yield f"_{port}._tcp.{tenant.host(host)}", "TLSA", security, None
