"""The lab's DNS: a signed root, the signed TLD "example.", and one zone for every tenant."""

import base64
import concurrent.futures
import datetime
import hashlib
import os
import struct
import subprocess

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from . import pki
from .tenants import DIRECT_PORT, SERVICES, STARTTLS_PORT

ROOT_SERVER, TLD_SERVER, TENANT_SERVER = "127.0.1.1", "127.0.1.2", "127.0.1.3"
TTL = 3600
ECDSA_P256_SHA256 = 13
KSK, ZSK = 257, 256
OTHER_DIGEST = "0badc0de" * 8
UNKNOWN_ALGORITHM_DS = "12345 200 2 " + "ab" * 32


class Key:
    """A DNSSEC key of one zone, in the files that ldns-signzone reads."""

    def __init__(self, zone, flags):
        private = ec.generate_private_key(ec.SECP256R1())
        point = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.zone = zone
        self.rdata = struct.pack("!HBB", flags, 3, ECDSA_P256_SHA256) + point[1:]
        self.secret = private.private_numbers().private_value.to_bytes(32, "big")

    @property
    def tag(self):
        total = sum(struct.unpack(f"!{len(self.rdata) // 2}H", self.rdata))
        return (total + (total >> 16)) & 0xFFFF

    def record(self):
        flags, protocol, algorithm = struct.unpack("!HBB", self.rdata[:4])
        text = base64.b64encode(self.rdata[4:]).decode()
        return f"{self.zone} {TTL} IN DNSKEY {flags} {protocol} {algorithm} {text}\n"

    def ds(self):
        labels = [label.encode() for label in self.zone.split(".") if label]
        owner = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
        digest = hashlib.sha256(owner + self.rdata).hexdigest()
        return f"{self.tag} {ECDSA_P256_SHA256} 2 {digest}"

    def write(self, directory):
        base = directory / f"K{self.zone}+013+{self.tag:05d}"
        secret = base64.b64encode(self.secret).decode()
        base.with_name(base.name + ".key").write_text(self.record())
        base.with_name(base.name + ".private").write_text(
            f"Private-key-format: v1.2\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: {secret}\n"
        )
        return base


class Zone:
    """A zone's records, and how they are signed."""

    def __init__(self, name, server, nsec3=False, optout=False):
        self.name = name
        self.lines = []
        self.keys = []
        self.nsec3, self.optout = nsec3, optout
        self.iterations, self.salt = "0", ""  # of NSEC3
        self.validity = (-2, 30)
        self.broken = None  # types whose signatures do not fit; "all" but DNSKEY
        server_name = f"ns.{name}" if name != "." else "ns.root."
        self.add(name, "SOA", f"{server_name} hostmaster.{name.lstrip('.')} 1 3600 600 86400 300")
        self.add(name, "NS", server_name)
        self.add(server_name, "A", server)

    @property
    def file(self):
        return f"{self.name.strip('.') or 'root'}.zone"

    def add(self, owner, kind, data):
        self.lines.append(f"{owner} {TTL} IN {kind} {data}\n")

    def delegate(self, name, server, ds=None):
        self.add(name, "NS", f"ns.{name}")
        self.add(f"ns.{name}", "A", server)
        if ds:
            self.add(name, "DS", ds)

    def sign_with(self, *flags):
        self.keys = [Key(self.name, flag) for flag in flags]

    def write(self, directory):
        plain, final = directory / f"{self.file}.plain", directory / self.file
        if not self.keys:
            final.write_text("".join(self.lines))
            return
        plain.write_text("".join(self.lines))
        command = ["ldns-signzone", "-o", self.name, "-f", final]
        command += ["-i", _date(self.validity[0]), "-e", _date(self.validity[1])]
        if self.nsec3:
            command += ["-n", "-t", self.iterations, "-s", self.salt]
        if self.optout:
            command += ["-p"]
        subprocess.run([*command, plain, *(key.write(directory) for key in self.keys)],
                       check=True, stdout=subprocess.DEVNULL)
        if self.broken:
            _break_signatures(final, self.broken)


def _date(days):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return moment.strftime("%Y%m%d%H%M%S")


def _break_signatures(path, types):
    lines = []
    for line in path.read_text().splitlines():
        fields = line.split()
        if len(fields) > 12 and fields[3] == "RRSIG":
            covered = fields[4]
            if covered in types or (types == "all" and covered != "DNSKEY"):
                fields[12] = ("B" if fields[12][0] == "A" else "A") + fields[12][1:]
                line = " ".join(fields)
        lines.append(line + "\n")
    path.write_text("".join(lines))


def _srv_records(zone, tenant):
    for service in SERVICES:
        forms = [(service, tenant.srv, STARTTLS_PORT),
                 (service.replace("xmpp-", "xmpps-"), tenant.direct, DIRECT_PORT)]
        for label, targets, ports in forms:
            owner = f"_{label}._tcp.{zone.name}"
            for target in targets:
                if target == ".":
                    zone.add(owner, "SRV", "0 0 0 .")
                else:
                    priority, weight, host = target.split()
                    zone.add(owner, "SRV", f"{priority} {weight} {ports[service]} {host}.")
        if tenant.srv_alias:
            zone.add(f"_{service}._tcp.{zone.name}", "CNAME", f"_{service}._tcp.{tenant.srv_alias}.")


def _tlsa_records(zone, tenant, identity):
    certificates = {"leaf": identity.chain[0], "issuer": identity.chain[-1]}
    for host, records in tenant.tlsa.items():
        for record in records:
            usage, selector, matching, data = record.split()
            if data in certificates:
                data = pki.association(certificates[data], int(selector), int(matching))
            elif data == "other":
                data = OTHER_DIGEST
            for port in STARTTLS_PORT.values():
                owner = f"_{port}._tcp.{tenant.host(host)}."
                zone.add(owner, "TLSA", f"{usage} {selector} {matching} {data}")


def _host_records(zone, tenant, servers, web):
    hosts = dict(tenant.hosts)
    if web:
        hosts["@"] = "web"
    for host, server in hosts.items():
        address = servers[server]
        zone.add(f"{tenant.host(host)}.", "AAAA" if ":" in address else "A", address)
    for host in tenant.lame:  # the root's server has nothing to say about them
        zone.delegate(f"{tenant.host(host)}.", ROOT_SERVER)


def _tenant_zone(tenant, identity, world, web):
    """The zone of a tenant, and the DS for its parent."""
    zone = Zone(f"{tenant.name}.", TENANT_SERVER, nsec3=tenant.zone == "nsec3")
    _srv_records(zone, tenant)
    _tlsa_records(zone, tenant, identity)
    _host_records(zone, tenant, world.servers, web)
    if tenant.zone == "unknown-algorithm":
        return zone, UNKNOWN_ALGORITHM_DS
    if tenant.zone in ("insecure", "lame"):
        return zone, None
    zone.sign_with(KSK)
    zone.broken = "all" if tenant.zone == "bogus" else tenant.bogus
    if tenant.zone == "expired":
        zone.validity = (-60, -10)
    if tenant.zone == "island":
        return zone, None
    if tenant.zone == "wrong-ds":
        return zone, Key(zone.name, KSK).ds()
    return zone, zone.keys[0].ds()


def build(directory, world, identities, web):
    """Writes all zones below DIRECTORY; returns their names by server, and the root's key."""
    root = Zone(".", ROOT_SERVER)
    tld = Zone("example.", TLD_SERVER, nsec3=True, optout=True)
    root.sign_with(KSK, ZSK)
    tld.sign_with(KSK, ZSK)
    root.delegate(tld.name, TLD_SERVER, tld.keys[0].ds())
    served = []
    for name, tenant in world.tenants.items():
        zone, ds = _tenant_zone(tenant, identities[name], world, name in web)
        tld.delegate(zone.name, TENANT_SERVER, ds)
        if tenant.zone != "lame":
            served.append(zone)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda zone: zone.write(directory), [root, tld, *served]))
    servers = {ROOT_SERVER: [root], TLD_SERVER: [tld], TENANT_SERVER: served}
    return servers, root.keys[0]
