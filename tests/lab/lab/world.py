"""Makes the lab's world and starts it, within the namespaces that `run` has entered."""

import dataclasses
import os
import pathlib
import subprocess
import time

from . import pki, servers, tenants, web, zones


@dataclasses.dataclass
class Lab:
    directory: pathlib.Path
    servers: list
    left_out: list
    start_time: float


def _network(world):
    """Brings loopback up; leaves out the tenants that need IPv6 where the machine has none."""
    left_out = []
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for name, address in list(world.servers.items()):
        if ":" not in address:
            continue  # all of 127.0.0.0/8 is there
        added = subprocess.run(["ip", "address", "add", f"{address}/128", "dev", "lo", "nodad"],
                               stderr=subprocess.DEVNULL, check=False)
        if added.returncode != 0:
            del world.servers[name]
            for key, tenant in list(world.tenants.items()):
                if name in tenant.hosts.values():
                    del world.tenants[key]
                    left_out.append(key)
    return left_out


def _identities(world, authority):
    identities = {}
    for name, tenant in world.tenants.items():
        if not isinstance(tenant.certificate, str):
            identities[name] = authority.issue(tenant.certificate)
    for name, tenant in world.tenants.items():
        if isinstance(tenant.certificate, str):
            identities[name] = identities[tenant.certificate]
    return identities


def _write_trust(directory, authority):
    """The CA as one file, and as the directory of the system's trusted certificates."""
    root = pki.pem(authority.root.certificate)
    (directory / "ca.pem").write_bytes(root)
    certs = directory / "certs"
    certs.mkdir()
    for name in ("ca-certificates.crt", "lab-root.pem"):
        (certs / name).write_bytes(root)
    subprocess.run(["openssl", "rehash", certs], check=True, stderr=subprocess.DEVNULL)


def _show_to_the_system(directory):
    """Puts the lab in place of what the system believes about DNS and certificates."""
    (directory / "resolv.conf").write_text(f"nameserver {servers.VALIDATING}\n")
    (directory / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
    (directory / "hosts").write_text("127.0.0.1 localhost\n")
    for source, target in (
        ("resolv.conf", "/etc/resolv.conf"),
        ("nsswitch.conf", "/etc/nsswitch.conf"),
        ("hosts", "/etc/hosts"),
        ("root.key", "/usr/share/dns/root.key"),
        ("certs", "/etc/ssl/certs"),
    ):
        target = os.path.realpath(target)
        if os.path.exists(target):
            subprocess.run(["mount", "--bind", directory / source, target], check=True)


def start(directory):
    """Starts everything; its files go to DIRECTORY."""
    began = time.monotonic()
    world = tenants.load()
    left_out = _network(world)
    authority = pki.Authority()
    identities = _identities(world, authority)
    _write_trust(directory, authority)

    early = [
        servers.prosody(directory, world, identities),
        servers.ejabberd(directory, world, identities),
        servers.nginx(directory, world, authority, identities),
        servers.faults(directory, world),
    ]
    for server in early:
        server.start()

    (directory / "zones").mkdir()
    served, root_key = zones.build(directory / "zones", world, identities, web.domains(world))
    names = {zones.ROOT_SERVER: "knot-root", zones.TLD_SERVER: "knot-tld"}
    late = [servers.knot(directory, names.get(address, "knot-tenants"), address, hosted)
            for address, hosted in served.items()]
    late += servers.resolvers(directory, root_key)
    for server in late:
        server.start()

    # In this order: a resolver that finds no name server would remember that.
    deadline = began + servers.START_LIMIT
    for server in early + late:
        server.await_up(deadline)
    _show_to_the_system(directory)
    return Lab(directory, early + late, left_out, time.monotonic() - began)


def environment(lab):
    """What a command inside the lab is told, for itself and for `dna`."""
    anchor, ca = str(lab.directory / "root.key"), str(lab.directory / "ca.pem")
    return {
        "LAB_DIR": str(lab.directory),
        "LAB_LEFT_OUT": " ".join(lab.left_out),
        "LAB_START_TIME": f"{lab.start_time:.1f}",
        "LAB_ROOT_ANCHOR": anchor,
        "LAB_CA": ca,
        "LAB_RESOLVER": servers.VALIDATING,
        "LAB_RESOLVER_NOVALIDATE": servers.NOT_VALIDATING,
        "DNA_RESOLVER": servers.VALIDATING,
        "DNA_TRUST_ANCHOR": anchor,
        "DNA_CA_FILE": ca,
        "DNA_ALLOW_PRIVATE": "1",
    }
