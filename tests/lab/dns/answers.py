"""Every kind of zone and of answer, from every kind of resolver."""

from lab import servers

from . import relay, wire
from .cases import all_cases
from .forgeries import all_forgeries
from .tap import check
from .worker import check_case


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


def run(worker_with_ds, worker_with_key):
    """DELEG-017: the status is our own finding, whatever the resolver validates."""
    cases = all_cases()
    _check_all(worker_with_ds, servers.VALIDATING, cases)
    _check_all(worker_with_key, servers.NOT_VALIDATING, cases)
    _check_against_unbound(cases)


def run_forgeries(worker):
    for forgery in all_forgeries():
        with forgery.relay() as liar:
            lines = worker.ask_one([liar.address], forgery.case.name, forgery.case.type)
        check_case(forgery.case, lines, f"{forgery.case}: {forgery.about}")
