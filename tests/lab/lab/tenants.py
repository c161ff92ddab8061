"""Reads tenants.yaml: what is published, and what is expected of it."""

import dataclasses
import pathlib

import yaml

FILES = [pathlib.Path(__file__).parent.parent / name
         for name in ("tenants.yaml", "federation.yaml")]
SERVICES = ("xmpp-client", "xmpp-server")
STARTTLS_PORT = {"xmpp-client": 5222, "xmpp-server": 5269}
DIRECT_PORT = {"xmpp-client": 5223, "xmpp-server": 5270}
VERDICTS = ("proven", "unproven", "weak", "undecided", "veto")


@dataclasses.dataclass
class Certificate:
    names: list
    subject: str = ""
    issuer: str = "ca"
    usage: str = "server"
    expired: bool = False
    seconds: int = 0  # that it holds from now on; 0: long enough
    incomplete: bool = False


@dataclasses.dataclass
class Posh:
    fingerprints: str = "leaf"
    expires: int = 86400
    by_reference: str = ""
    redirect: str = ""
    status: int = 200
    https: str = "ca"


@dataclasses.dataclass
class Expectation:
    verdict: str
    by: list | None = None
    through: list | None = None
    endpoint: str | None = None
    reason: str | None = None
    connects: bool = True

    def __post_init__(self):
        if self.verdict not in VERDICTS:
            raise ValueError(f"no such verdict: {self.verdict}")


@dataclasses.dataclass
class Tenant:
    domain: str
    about: str
    expect: dict = dataclasses.field(default_factory=dict)  # empty: nothing, of `dna verify`
    zone: str = "secure"
    bogus: list = dataclasses.field(default_factory=list)
    lame: list = dataclasses.field(default_factory=list)
    hosts: dict = dataclasses.field(default_factory=lambda: {"xmpp": "prosody"})
    srv: list | None = None
    direct: list = dataclasses.field(default_factory=list)
    srv_alias: str = ""
    certificate: Certificate | str = ""
    tlsa: dict = dataclasses.field(default_factory=dict)
    posh: Posh | None = None
    resolver: str = ""
    timeout: int = 300

    def __post_init__(self):
        self.name = self.domain.encode("idna").decode()
        if self.srv is None:
            self.srv = [] if self.srv_alias else [f"0 5 xmpp.{self.name}"]
        if isinstance(self.certificate, str):
            self.certificate = self.certificate or {}
        if isinstance(self.certificate, dict):
            self.certificate = Certificate(**{"names": [f"dns:{self.name}"], **self.certificate})
        if self.posh is not None:
            self.posh = Posh(**_identifiers(self.posh))
        self.tlsa = {h: [r] if isinstance(r, str) else r for h, r in self.tlsa.items()}
        if "verdict" in self.expect:
            self.expect = {service: self.expect for service in SERVICES}
        self.expect = {service: Expectation(**e) for service, e in self.expect.items()}

    def host(self, name):
        """The full name of one of the tenant's hosts."""
        return self.name if name == "@" else f"{name}.{self.name}"


@dataclasses.dataclass
class World:
    """All of the lab: the addresses by server name, and the tenants by domain (A-label)."""

    servers: dict
    tenants: dict


def _identifiers(mapping):
    return {key.replace("-", "_"): value for key, value in mapping.items()}


def load():
    world = World({}, {})
    for path in FILES:
        with open(path, encoding="utf-8") as file:
            document = yaml.safe_load(file)
        world.servers.update(document["servers"])
        for entry in document["tenants"]:
            try:
                tenant = Tenant(**_identifiers(entry))
            except (TypeError, ValueError) as error:
                raise SystemExit(f"{path}: {entry.get('domain')}: {error}") from error
            world.tenants[tenant.name] = tenant
    return world
