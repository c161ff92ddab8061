"""The lab's servers: their configurations, and how one knows that they are up."""

import dataclasses
import os
import pathlib
import socket
import struct
import subprocess
import sys
import time

from . import web, zones
from .tenants import DIRECT_PORT, STARTTLS_PORT

VALIDATING, NOT_VALIDATING = "127.0.0.20", "127.0.0.21"
START_LIMIT = 900.0  # seconds, on any machine
REPLY_LIMIT = 5.0  # then it is asked again
EJABBERD_LIBRARIES = "/usr/lib/x86_64-linux-gnu"
POLL_INTERVAL = 0.02

KNOT = """\
server:
    rundir: "{directory}"
    pidfile: "{directory}/knot.pid"
    listen: "{address}@53"
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: "{directory}/db"
template:
  - id: default
    storage: "{zones}"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    semantic-checks: off
zone:
"""

UNBOUND = """\
server:
  interface: {address}
  interface: {address}@53
  do-ip6: no
  num-threads: 1
  use-syslog: no
  username: ""
  chroot: ""
  directory: "{directory}"
  pidfile: "{directory}/unbound.pid"
  root-hints: "{hints}"
  trust-anchor-file: "{anchor}"
  module-config: "{modules}"
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  target-fetch-policy: "0 0 0 0 0"
  outgoing-range: 512
  # However slow this machine is, Knot is there, and nothing has to be lost for want of room.
  so-rcvbuf: 4m
  infra-cache-min-rtt: 400
  incoming-num-tcp: 400
  outgoing-num-tcp: 200
  ede: yes
  val-log-level: 2
  local-zone: "example." nodefault
remote-control:
  control-enable: no
"""

PROSODY = """\
run_as_root = true
pidfile = "{directory}/prosody.pid"
data_path = "{directory}/data"
interfaces = {{ {starttls} }}
c2s_direct_tls_interfaces = {{ {direct} }}
s2s_direct_tls_interfaces = {{ {direct} }}
c2s_ports = {{ 5222 }}
s2s_ports = {{ 5269 }}
c2s_direct_tls_ports = {{ 5223 }}
s2s_direct_tls_ports = {{ 5270 }}
ssl = {certificate}
modules_enabled = {{ "disco", "ping", "saslauth", "tls", "dialback" }}
modules_disabled = {{ "offline", "pep" }}
c2s_require_encryption = true
s2s_require_encryption = true
s2s_secure_auth = false
limits = {{ }}
authentication = "internal_hashed"
storage = "memory"
unbound = {{
  resolvconf = false; hoststxt = false; forward = {{ "{resolver}" }};
  options = {{ ["do-not-query-localhost:"] = "no" }};
}}
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
"""

PROSODY_CERTIFICATE = ('{{ key = "{directory}/{name}.key", certificate = "{directory}/{name}.pem",'
                       ' cafile = "{authorities}" }}')

VIRTUAL_HOST = """\
VirtualHost "{domain}"
  ssl = {certificate}
  c2s_direct_tls_ssl = {certificate}
  s2s_direct_tls_ssl = {certificate}
"""


EJABBERD = """\
hosts: [{hosts}]
loglevel: info
ca_file: "{authorities}"
certfiles: [{certificates}]
s2s_use_starttls: required
listen:
  - {{ port: 5269, ip: "{address}", module: ejabberd_s2s_in }}
modules:
  mod_disco: {{}}
  mod_ping: {{}}
  mod_s2s_dialback: {{}}
"""

EJABBERD_INET = """\
{{lookup, [file, dns]}}.
{{nameserver, {{{nameserver}}}}}.
"""


@dataclasses.dataclass
class Server:
    """A server's command, where its output goes, and the question whether it is up."""

    name: str
    command: list
    log: pathlib.Path
    is_up: object
    environment: dict = dataclasses.field(default_factory=dict)
    process: object = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,  # an interrupt at the terminal is for the command
            )

    def await_up(self, deadline):
        while not self.is_up():
            if self.process.poll() is not None:
                self.fail(f"ended with status {self.process.returncode}")
            if time.monotonic() > deadline:
                self.fail("did not come up in time")
            time.sleep(POLL_INTERVAL)

    def fail(self, what):
        tail = self.log.read_text(errors="replace").splitlines()[-15:]
        raise SystemExit("\n".join([f"lab: {self.name} {what}; its last words:", *tail]))


def accepts(*endpoints):
    """A question: does someone accept connections at all these (address, port)?"""

    def ask():
        for endpoint in endpoints:
            try:
                socket.create_connection(endpoint, REPLY_LIMIT).close()
            except OSError:
                return False
        return True

    return ask


def speaks_xmpp(domain, *endpoints):
    """A question: does an XMPP server answer for this domain at all these (address, port)?"""
    header = (f"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
              f" version='1.0' to='{domain}'>").encode()

    def ask():
        for endpoint in endpoints:
            try:
                with socket.create_connection(endpoint, REPLY_LIMIT) as sock:
                    sock.sendall(header)
                    if b"stream" not in sock.recv(4096):
                        return False
            except OSError:
                return False
        return True

    return ask


def answers(address, names):
    """A question: does this DNS server answer the SOA of all these zones?"""

    def ask():
        return all(_soa_answered(address, name) for name in names)

    return ask


def _soa_answered(address, name):
    labels = [label.encode() for label in name.split(".") if label]
    owner = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    question = struct.pack("!6H", 1, 0x0100, 1, 0, 0, 0) + owner + struct.pack("!2H", 6, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(REPLY_LIMIT)
        try:
            sock.connect((address, 53))
            sock.send(question)
            reply = sock.recv(4096)
        except OSError:
            return False
    flags, _, answered = struct.unpack("!3H", reply[2:8])
    return flags & 0xF == 0 and answered > 0


def _directory(parent, name):
    path = parent / name
    path.mkdir()
    return path


def knot(lab, name, address, served):
    directory = _directory(lab, name)
    config = KNOT.format(directory=directory, address=address, zones=lab / "zones")
    for zone in served:
        config += f'  - domain: "{zone.name}"\n    file: "{zone.file}"\n'
    (directory / "knot.conf").write_text(config)
    command = ["knotd", "-c", directory / "knot.conf"]
    question = answers(address, [zone.name for zone in served])
    return Server(name, command, directory / "log", question)


def unbound(lab, name, address, modules, settings):
    directory = _directory(lab, name)
    config = UNBOUND.format(directory=directory, address=address, modules=modules,
                            hints=lab / "root.hints", anchor=lab / "root.key")
    (directory / "unbound.conf").write_text(config + settings)
    command = ["unbound", "-d", "-c", directory / "unbound.conf"]
    return Server(name, command, directory / "log", answers(address, ["example."]))


def prosody(lab, world, identities):
    directory = _directory(lab, "prosody")
    starttls = [world.servers["prosody"]]
    if "prosody-ipv6" in world.servers:
        starttls.append(world.servers["prosody-ipv6"])
    direct = [world.servers["prosody-direct"]]
    quoted = [", ".join(f'"{address}"' for address in each) for each in (starttls, direct)]
    certificates = {name: PROSODY_CERTIFICATE.format(directory=directory, name=name,
                                                     authorities=lab / "ca.pem")
                    for name in world.tenants}
    config = PROSODY.format(directory=directory, starttls=quoted[0], direct=quoted[1], resolver=VALIDATING,
                            certificate=next(iter(certificates.values())))
    for name, tenant in world.tenants.items():
        identities[name].write(directory, name)
        if not tenant.expect:
            continue  # another server answers for it, if any
        config += VIRTUAL_HOST.format(domain=tenant.domain, certificate=certificates[name])
    (directory / "prosody.cfg.lua").write_text(config)
    command = ["prosody", "-F", "--config", directory / "prosody.cfg.lua"]
    # Prosody listens long before it answers: it has a certificate to load for every domain.
    first = next(iter(world.tenants.values())).domain
    listens = accepts(*[(a, p) for a in direct for p in DIRECT_PORT.values()])
    speaks = speaks_xmpp(first, *[(a, STARTTLS_PORT["xmpp-client"]) for a in starttls])
    return Server("prosody", command, directory / "log", lambda: speaks() and listens())


def ejabberd(lab, world, identities):
    """An Erlang node without a name: no cookie, no epmd, nothing outside of its directory."""
    directory = _directory(lab, "ejabberd")
    names = [name for name, tenant in world.tenants.items() if "ejabberd" in tenant.hosts.values()]
    certificates = []
    for name in names:
        identities[name].write(directory, name)
        path = directory / f"{name}.both"
        path.write_bytes((directory / f"{name}.pem").read_bytes()
                         + (directory / f"{name}.key").read_bytes())
        certificates.append(f'"{path}"')
    config, inet = directory / "ejabberd.yml", directory / "inetrc"
    config.write_text(EJABBERD.format(
        hosts=", ".join(names), certificates=", ".join(certificates),
        authorities=lab / "ca.pem", address=world.servers["ejabberd"]))
    inet.write_text(EJABBERD_INET.format(nameserver=VALIDATING.replace(".", ",")))
    environment = {
        "HOME": str(directory), "ERL_LIBS": EJABBERD_LIBRARIES, "ERL_INETRC": str(inet),
        "EJABBERD_CONFIG_PATH": str(config), "EJABBERD_LOG_PATH": str(directory / "ejabberd.log"),
        "ERL_CRASH_DUMP_BYTES": "0",
    }
    command = ["erl", "-noinput", "+S", "1", "-mnesia", "dir", f'"{directory}/mnesia"',
               "-s", "ejabberd"]
    return Server("ejabberd", command, directory / "log",
                  speaks_xmpp(names[0], (world.servers["ejabberd"], 5269)), environment)


def nginx(lab, world, authority, identities):
    directory = _directory(lab, "nginx")
    config = web.build(directory, world, authority, identities)
    command = ["nginx", "-c", config, "-e", directory / "nginx.log"]
    return Server("nginx", command, directory / "nginx.log", accepts((world.servers["web"], 443)))


def faults(lab, world):
    modes = {name: address for name, address in world.servers.items() if address[:8] == "127.0.3."}
    program = pathlib.Path(__file__).parent / "faults.py"
    command = [sys.executable, program, lab / "tripwire"]
    command += [f"{mode}={address}" for mode, address in modes.items()]
    (lab / "tripwire").touch()
    black_hole = modes.pop("black-hole")
    # The tripwire is not asked whether it is up: it would count that.
    endpoints = [(a, p) for m, a in modes.items() for p in STARTTLS_PORT.values() if m != "tripwire"]
    return Server("faults", command, lab / "faults.log", accepts(*endpoints, (black_hole, 53)))


def resolvers(lab, root_key, settings=""):
    """Unbound, validating and not; SETTINGS are in force besides those that are always."""
    (lab / "root.key").write_text(root_key.record())
    (lab / "root.ds").write_text(f". {zones.TTL} IN DS {root_key.ds()}\n")
    (lab / "root.hints").write_text(
        f". {zones.TTL} IN NS ns.root.\nns.root. {zones.TTL} IN A {zones.ROOT_SERVER}\n"
    )
    return [
        unbound(lab, "unbound", VALIDATING, "validator iterator", settings),
        unbound(lab, "unbound-not-validating", NOT_VALIDATING, "iterator", settings),
    ]
