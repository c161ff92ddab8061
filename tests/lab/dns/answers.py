"""Every kind of zone and of answer, from every kind of resolver."""

import concurrent.futures
import dataclasses
import subprocess

from lab import servers

from . import relay, wire
from .cases import all_cases
from .tap import check
from .worker import PATIENCE, check_case


def _check_all(worker, resolver, cases):
    """All questions at once."""
    answers = worker.ask([resolver], [(case.name, case.type) for case in cases])
    check(len(answers) == len(cases), f"everything is answered through {resolver}")
    for case, lines in zip(cases, answers):
        check_case(case, lines, f"{case} through {resolver}")


def _unbound_says(case):
    """Secure, insecure or bogus, as Unbound finds by its own validation from the root."""
    reply = relay.asked(servers.VALIDATING, case.name, case.type, wire.RECURSIVE)
    if reply.rcode == 2:
        return "bogus"
    return "secure" if reply.flags & wire.AUTHENTIC else "insecure"


def _check_against_unbound(cases):
    for case in cases:
        if case.unbound and case.security() != "indeterminate":
            says = _unbound_says(case)
            check(says == case.security(), f"Unbound agrees on {case}",
                  f"ours: {case.security()}, Unbound's: {says}")


def _drill_chases(case, anchor):
    """Whether ldns finds a chain of signatures from the answer up to the root."""
    kind = "DNSKEY" if case.type == "TYPE48" else case.type
    command = ["drill", "-S", "-k", anchor, case.name, kind, f"@{servers.NOT_VALIDATING}"]
    run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         timeout=PATIENCE)
    return run.returncode == 0


def _check_against_drill(cases, anchor):
    """Backwards, where we go forwards: from the answer to the root. It looks at one RRset only."""
    cases = [case for case in cases
             if case.drill and len(case.items) == 1 and case.security() != "indeterminate"]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for case, chased in zip(cases, pool.map(lambda case: _drill_chases(case, anchor), cases)):
            check(chased == (case.security() == "secure"), f"drill agrees on {case}",
                  f"ours: {case.security()}, drill's: {chased}")


def run(worker, directory):
    """DELEG-017: the status is our own finding, whatever the resolver validates."""
    cases = all_cases()
    _check_all(worker, servers.VALIDATING, cases)
    with_key = dataclasses.replace(worker, anchor=directory / "root.key")
    _check_all(with_key, servers.NOT_VALIDATING, cases)
    _check_against_unbound(cases)
    _check_against_drill(cases, with_key.anchor)
