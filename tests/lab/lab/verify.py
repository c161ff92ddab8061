"""Runs `dna verify` over the lab's tenants and compares what it says with what is expected."""

import concurrent.futures
import dataclasses
import itertools
import json
import os
import pathlib
import shutil
import socket
import subprocess

from . import tenants

# The worst verdict of several domains is the exit status.
STATUS = {"proven": 0, "unproven": 1, "weak": 1, "undecided": 3, "veto": 4}
GRACE = 300  # seconds beyond its own time limits before `dna verify` counts as hung
PATIENCE = 1800  # seconds for many domains: then it hangs
OURSELVES = "check.example"


@dataclasses.dataclass
class Result:
    """What `dna verify` said of one tenant's service, and in what that is not as expected."""

    tenant: tenants.Tenant
    service: str
    said: dict
    problems: list

    @property
    def expected(self):
        return self.tenant.expect[self.service]


def chosen(domains):
    """The tenants of these domains, or all that the lab could start."""
    world = tenants.load()
    for name in os.environ["LAB_LEFT_OUT"].split():
        del world.tenants[name]
    if not domains:
        return world, [tenant for tenant in world.tenants.values() if tenant.expect]
    known = {tenant.domain: tenant for tenant in world.tenants.values()} | world.tenants
    unknown = [domain for domain in domains if domain not in known]
    if unknown:
        raise SystemExit(f"lab: no such tenant: {' '.join(unknown)}")
    return world, [known[domain] for domain in domains]


def differences(tenant, service, said):
    """In what an answer differs from what is expected, as sentences."""
    expected, endpoint = tenant.expect[service], said.get("endpoint")
    if said.get("domain") not in (tenant.domain, tenant.name) or said.get("service") != service:
        yield f"it speaks of {said.get('domain')} and {said.get('service')}"
    if said.get("verdict") != expected.verdict:
        yield f"the verdict is {said.get('verdict')}, not {expected.verdict}"
    for key in ("by", "through"):
        wanted = getattr(expected, key)
        if wanted is not None and sorted(said.get(key, [])) != sorted(wanted):
            yield f"{key} is {said.get(key)}, not {wanted}"
    if expected.endpoint and (not endpoint or endpoint.get("host") != expected.endpoint):
        yield f"the endpoint is {endpoint}, not {expected.endpoint}"
    if expected.reason and expected.reason not in said.get("reason", ""):
        yield f"the reason does not say \"{expected.reason}\""
    if not expected.connects and endpoint:
        yield f"it names an endpoint, {endpoint}, although nothing may be connected"


def answers(output):
    """The objects on the lines of an output; what is none is one that says so."""
    for line in output.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        yield said if isinstance(said, dict) else {"not a JSON object": line}


def _run(service, group, servers):
    """One `dna verify` over a group of tenants that share its options: results, complaints."""
    timeout, resolver = group[0].timeout, group[0].resolver
    command = ["dna", "verify", "--json", "--timeout", str(timeout), "--service", service]
    if resolver:
        command += ["--resolver", servers[resolver]]
    command += [tenant.domain for tenant in group]
    try:
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=PATIENCE, check=False)
        output, errors, status = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired as hung:
        output, errors, status = (hung.stdout or b"").decode(), "", "none: it hung"
    said_of = list(answers(output))
    results = []
    for tenant, said in itertools.zip_longest(group, said_of[: len(group)], fillvalue={}):
        problems = list(differences(tenant, service, said)) if said else ["no answer"]
        results.append(Result(tenant, service, said, problems))
    complaints = []
    worst = max(STATUS.get(said.get("verdict"), -1) for said in said_of) if said_of else None
    if status != worst or len(said_of) != len(group):
        complaints.append(f"{' '.join(command[:8])}...: {len(said_of)} answers to {len(group)} "
                          f"domains, exit status {status}, not {worst}\n{errors}".rstrip())
    return results, complaints


def _tripwire():
    """Who has connected to the tripwire so far; we come last, and wait until that is noted."""
    address = tenants.load().servers["tripwire"], tenants.STARTTLS_PORT["xmpp-server"]
    with socket.create_connection(address, GRACE) as sock:
        sock.sendall(f"<stream:stream to='{OURSELVES}'>".encode())
        while sock.recv(4096):
            pass
    return pathlib.Path(os.environ["LAB_DIR"], "tripwire").read_text().split()


def _tripped(results, already):
    """Holds who connected to the tripwire against the results; returns who that was otherwise."""
    strangers = []
    for name in _tripwire()[already:]:
        if name == OURSELVES:
            continue
        culprits = [r for r in results if name in (r.tenant.domain, r.tenant.name)]
        for result in culprits:
            result.problems.append("it connected, although nothing may be connected")
        if not culprits:
            strangers.append(f"someone connected to the tripwire, asking for {name}")
    return strangers


def verify(domains):
    """All results, in the order of tenants and services, and complaints about the runs."""
    if not shutil.which("dna"):
        raise SystemExit("lab: there is no dna on PATH; ./dev demo and ./dev check see to that")
    world, wanted = chosen(domains)
    already = len(_tripwire())
    groups = {}
    for service in tenants.SERVICES:
        for tenant in wanted:
            groups.setdefault((service, tenant.timeout, tenant.resolver), []).append(tenant)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = list(pool.map(lambda key: _run(key[0], groups[key], world.servers), groups))
    results = [result for run in runs for result in run[0]]
    complaints = [complaint for run in runs for complaint in run[1]]
    complaints += _tripped(results, already)
    place = {id(tenant): index for index, tenant in enumerate(wanted)}
    results.sort(key=lambda r: (place[id(r.tenant)], tenants.SERVICES.index(r.service)))
    return results, complaints


def left_out():
    """A sentence about tenants that this machine cannot have, if there are any."""
    names = os.environ["LAB_LEFT_OUT"].split()
    return f"left out, for this machine has no IPv6: {' '.join(names)}" if names else ""
