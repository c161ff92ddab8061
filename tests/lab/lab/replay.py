"""Records each tenant's case, judges all recordings again, and compares what is said of them."""

import concurrent.futures
import itertools
import json
import os
import pathlib
import subprocess
import tempfile

from . import tenants, verify

AT_ONCE = 4 * (os.cpu_count() or 1)  # most of them wait
# What only one of the two can say. A recording leads to one endpoint; it does not have others that
# were passed over.
ELSEWHERE = ("id", "stated", "policy", "route")


def _record(tenant, service, servers, file):
    """What `dna verify` says while it writes the recording, or nothing."""
    command = ["dna", "verify", "--json", "--timeout", str(tenant.timeout), "--service", service,
               "--record", file, tenant.domain]
    if tenant.resolver:
        command += ["--resolver", servers[tenant.resolver]]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=tenant.timeout + verify.GRACE, check=False)
    return next(verify.answers(done.stdout), {})


def _judge(files):
    """What `dna judge` says of all recordings, given as lines, in one go."""
    lines = [json.dumps(json.loads(file.read_text())) + "\n" for file in files]
    done = subprocess.run(["dna", "judge", "--json", "-"], input="".join(lines),
                          capture_output=True, text=True, timeout=60, check=False)
    return list(verify.answers(done.stdout))


def _comparable(said):
    said = {key: value for key, value in said.items() if key not in ELSEWHERE}
    if said.get("endpoint"):
        said["endpoint"] = {k: v for k, v in said["endpoint"].items() if k != "address"}
    return said


def _differences(live, again):
    """In what the two differ, as sentences."""
    live, again = _comparable(live), _comparable(again)
    for key in sorted(live.keys() | again.keys()):
        if live.get(key) != again.get(key):
            yield f"judged again, {key} is {again.get(key)}, and was {live.get(key)}"


def replay(domains):
    """A result for each tenant and service; its problems are differences from the live verdict."""
    world, wanted = verify.chosen(domains)
    cases = list(itertools.product(wanted, tenants.SERVICES))
    with tempfile.TemporaryDirectory() as directory:
        files = [pathlib.Path(directory, f"{i}.json") for i in range(len(cases))]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            live = list(pool.map(lambda case, file: _record(*case, world.servers, file),
                                 cases, files))
        again = _judge(files)
    return [verify.Result(tenant, service, said, list(_differences(first, said)))
            for (tenant, service), first, said
            in itertools.zip_longest(cases, live, again[: len(cases)], fillvalue={})]
