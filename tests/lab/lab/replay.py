"""Records each tenant's case, judges all recordings again, and compares what is said of them.

What DNS answered is validated again, not believed. So a recording whose replies were changed, or
lack what they are validated by, must not prove anything any more.
"""

import base64
import concurrent.futures
import copy
import datetime
import itertools
import json
import os
import pathlib
import struct
import subprocess
import tempfile
import time

from . import tenants, verify

AT_ONCE = 4 * (os.cpu_count() or 1)  # most of them wait
# What only one of the two can say. A recording leads to one endpoint; it does not have others that
# were passed over.
ELSEWHERE = ("line", "id", "policy", "route")
TYPES = {"A": 1, "AAAA": 28, "SRV": 33, "TLSA": 52}
ALIAS = 5
PATIENCE = 1800  # seconds: then it hangs


def _record(tenant, service, servers, file):
    """What `dna verify` says while it writes the recording, or nothing; and the seconds it took."""
    command = ["dna", "verify", "--json", "--timeout", str(tenant.timeout), "--service", service,
               "--record", file, tenant.domain]
    if tenant.resolver:
        command += ["--resolver", servers[tenant.resolver]]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=tenant.timeout + verify.GRACE, check=False)
    return next(verify.answers(done.stdout), {}), time.monotonic() - began


def _judge(recordings):
    """What `dna judge` says of all recordings, given as lines, in one go."""
    lines = [json.dumps(recording) + "\n" for recording in recordings]
    done = subprocess.run(["dna", "judge", "--json", "-"], input="".join(lines),
                          capture_output=True, text=True, timeout=PATIENCE, check=False)
    return list(verify.answers(done.stdout))


# What a connection was like decides nothing, and is not recorded.
OF_THE_CONNECTION = ("address", "version", "cipher")


def _comparable(said):
    said = {key: value for key, value in said.items() if key not in ELSEWHERE}
    if said.get("endpoint"):
        said["endpoint"] = {k: v for k, v in said["endpoint"].items() if k not in OF_THE_CONNECTION}
    return said


def _is_same(live, again, seconds, key=None):
    """Whether it is the same, but for the seconds between the case's beginning and a reply."""
    if key == "not_after" and isinstance(live, str) and isinstance(again, str):
        times = [datetime.datetime.fromisoformat(text.rstrip("Z")) for text in (live, again)]
        return abs(times[0] - times[1]).total_seconds() <= seconds + 1
    if isinstance(live, dict) and isinstance(again, dict):
        return live.keys() == again.keys() and all(
            _is_same(live[k], again[k], seconds, k) for k in live)
    if isinstance(live, list) and isinstance(again, list):
        return len(live) == len(again) and all(
            _is_same(a, b, seconds) for a, b in zip(live, again))
    return live == again


def _differences(live, again, seconds):
    """In what the two differ, as sentences."""
    live, again = _comparable(live), _comparable(again)
    for key in sorted(live.keys() | again.keys()):
        if not _is_same(live.get(key), again.get(key), seconds, key):
            yield f"judged again, {key} is {again.get(key)}, and was {live.get(key)}"


def _skip_name(message, at):
    while 0 < message[at] < 0xC0:
        at += 1 + message[at]
    return at + (1 if message[at] == 0 else 2)


def _change(entry):
    """Changes the data of what the reply answers; returns whether there is any."""
    message = bytearray(base64.b64decode(entry["message"]))
    at = _skip_name(message, 12) + 4
    for _ in range(struct.unpack_from("!H", message, 6)[0]):
        at = _skip_name(message, at)
        kind, size = struct.unpack_from("!H6xH", message, at)
        if kind in (TYPES[entry["type"]], ALIAS):
            message[at + 10 + min(5, size - 2)] ^= 1  # the port of SRV, a letter of a name
            entry["message"] = base64.b64encode(message).decode()
            return True
        at += 10 + size
    return False


def _changed(recording):
    """The recording, with a change in each reply about what delegates or pins."""
    forged = copy.deepcopy(recording)
    changes = [_change(entry) for entry in forged["evidence"]
               if entry["kind"] == "dns-reply" and entry["type"] in ("SRV", "TLSA")
               and entry["outcome"] == "answered"]
    return forged if any(changes) else None


def _without(recording, kind):
    kept = [entry for entry in recording["evidence"] if entry["kind"] != kind]
    return {**recording, "evidence": kept}


def _forgeries(recording, said):
    """Recordings that must not prove, made of one that does: what was done, and the recording."""
    yield "without what replies are validated by", _without(recording, "dns-chain")
    yield "without trust anchors", _without(recording, "dnssec-anchors")
    if "dane" in said["by"] or "dnssec-srv" in said.get("through", []):
        yield "with changed replies", _changed(recording)


def _unnoticed(recordings, live):
    """By index of the recording, what of its forgeries was not noticed."""
    forged = [(i, what, forgery) for i, (recording, said) in enumerate(zip(recordings, live))
              if said.get("verdict") == "proven" for what, forgery in _forgeries(recording, said)]
    problems = {i: [] for i in range(len(recordings))}
    again = _judge([forgery for _, _, forgery in forged])
    for (i, what, _), said in itertools.zip_longest(forged, again, fillvalue={}):
        if said.get("verdict") not in ("undecided", "veto"):
            problems[i].append(f"judged again {what}, it is {json.dumps(said)}")
    return problems


def replay(domains):
    """A result for each tenant and service; its problems: the verdict is not the expected one while it
    is recorded, or another when it is judged again."""
    world, wanted = verify.chosen(domains)
    cases = list(itertools.product(wanted, tenants.SERVICES))
    with tempfile.TemporaryDirectory() as directory:
        files = [pathlib.Path(directory, f"{i}.json") for i in range(len(cases))]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            live, took = zip(*pool.map(lambda case, file: _record(*case, world.servers, file),
                                       cases, files))
        recordings = [json.loads(file.read_text()) for file in files]
    again = _judge(recordings)
    unnoticed = _unnoticed(recordings, live)
    again += [{}] * (len(cases) - len(again))
    return [verify.Result(tenant, service, said,
                          [*verify.differences(tenant, service, first),
                           *_differences(first, said, seconds), *unnoticed[i]])
            for i, ((tenant, service), first, said, seconds)
            in enumerate(zip(cases, live, again, took))]
