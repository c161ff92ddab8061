"""
How long what was learnt is used: no longer than its TTL, than the TTL that was signed, than its
signatures (DANE-024, DELEG-021, SEC-009); and by what clock (SEC-008). The worker's clock is set
forward, and back, between questions.
"""

import concurrent.futures
import datetime
import functools
import os
import pathlib
import re
import subprocess
import time

from lab import clock, servers, zones

from . import relay, wire
from .cases import Case, a, answered, denied, failed
from .hierarchy import TLSA
from .relay import Relay
from .tap import check
from .worker import PATIENCE, check_case

TTL = 600  # of records, as the relay has them
MOST = 0x7FFFFFFF  # that a TTL can be
DENIAL_TTL = 300  # that the SOA of all zones says
SIGNED_TTL = zones.TTL
LONGEST = 86400  # for which anything is remembered
DAYS = 3  # until the signatures of the zone "soon" end

SECURE = Case("_5269._tcp.xmpp.nsec.example", "TLSA",
              [answered("_5269._tcp.xmpp.nsec.example", "TLSA", "secure", TLSA)])
INSECURE = Case("xmpp.plain.example", "A", [a("xmpp.plain.example", "insecure")])
DENIED = Case("nothing.nsec3.example", "A", [denied("nothing.nsec3.example", "A", "secure")])
SOON = Case("xmpp.soon.example", "A", [a("xmpp.soon.example", "secure")])
SOON_DENIED = Case("nothing.soon.example", "A", [denied("nothing.soon.example", "A", "secure")])
EXPIRED_DENIED = Case(SOON_DENIED.name, "A", [denied(SOON_DENIED.name, "A", "bogus")], "expired on")
EXPIRED = Case(SOON.name, "A", [a(SOON.name, "bogus")], "expired on")
TO_COME = Case("xmpp.future.example", "A", [a("xmpp.future.example", "secure")])


def add_zones(h):
    h.add("soon").validity = (-2, DAYS)


def _lasting(seconds):
    """All records have this TTL; those of the types in a table, theirs."""

    def ttl_of(record):
        if not isinstance(seconds, dict):
            return seconds
        kind = record.covers() or record.type
        return next((ttl for name, ttl in seconds.items() if wire.TYPES[name] == kind), record.ttl)

    def change(message):
        for record in message.records:
            record.ttl = ttl_of(record)

    return relay.rewritten(change)


class Clock(clock.Clock):
    """A worker's, which is set before each round of asking."""

    def __init__(self, worker, directory):
        super().__init__(pathlib.Path(worker.client).resolve().parents[3], directory)
        self.worker = worker
        self.environment = {**os.environ, **self.environment}

    def run(self, command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True,
                              timeout=PATIENCE)

    def ask(self, resolver, case, offsets):
        """The answer of each round."""
        status, answers = self.worker.ask_in_rounds(
            resolver, case, [functools.partial(self.set, offset) for offset in offsets],
            self.environment)
        check(status == 0 and len(answers) == len(offsets) and all(answers),
              f"{case}: the worker lives by its clock", answers)
        return answers


def _check_rounds(clock, about, case, spoil, rounds, counted=None):
    """
    ROUNDS: the clock, whether the resolver is asked for COUNTED (or CASE itself), and what is
    expected if not CASE.
    """
    name, kind = counted or (case.name, case.type)
    with Relay(servers.NOT_VALIDATING, spoil) as first:
        answers = clock.ask(first.address, case, [offset for offset, *_ in rounds])
    for (offset, _, *other), answer in zip(rounds, answers):
        check_case(other[0] if other else case, answer, f"{case}: {about}, at {int(offset)} s")
    count = first.queries.count((name + ".", wire.TYPES[kind]))
    expected = sum(again for _, again, *_ in rounds)
    check(count == expected, f"{case}: {about}: {name} {kind} is asked for {expected} times",
          f"{count} times")


def _ttls():
    """Of each check: about, question, what the relay does, rounds, and what is counted."""
    def rounds(ttl):
        return [(0, True), (ttl - 60, False), (ttl + 5, True)]

    return [
        ("its TTL counts", SECURE, _lasting(TTL), rounds(TTL)),
        ("its TTL counts", INSECURE, _lasting(TTL), rounds(TTL)),
        ("the TTL of its denial counts", DENIED, _lasting(TTL), rounds(DENIAL_TTL)),
        ("the TTL of keys counts", SECURE, _lasting({"TLSA": 0, "DNSKEY": TTL}), rounds(TTL),
         ("nsec.example", "DNSKEY")),
        ("the TTL of DS counts", SECURE, _lasting({"TLSA": 0, "DS": TTL}), rounds(TTL),
         ("nsec.example", "DS")),
        ("the signed TTL counts", SECURE, _lasting(MOST), rounds(SIGNED_TTL)),
        ("nothing is for ever", INSECURE, _lasting(MOST), rounds(LONGEST)),
        ("a clock that is set back makes it live no longer", SECURE, _lasting(TTL),
         [(2 * TTL, True), (2 * TTL, False), (0, True)]),
    ]


def _end_of_signatures(directory):
    """When those of the zone "soon" end, in seconds from now."""
    zone = (directory / "zones" / "soon.example.zone").read_text()
    end = re.search(r"RRSIG A .* (\d{14}) \d{14} ", zone).group(1)
    end = datetime.datetime.strptime(end + "+0000", "%Y%m%d%H%M%S%z")
    return end.timestamp() - time.time()


def _signatures(directory):
    end = _end_of_signatures(directory)
    return [("its signature counts", case, relay.honest,
             [(end - 250, True), (end - 200, False), (end + 5, True, expired)])
            for case, expired in ((SOON, EXPIRED), (SOON_DENIED, EXPIRED_DENIED))]


def _check_implausible(clock, worker, directory):
    """SEC-008. What is not about now is none of this clock's business."""
    since_1970 = int(time.time())
    file = directory / "plausible.frames"
    known = worker.ask_one([servers.NOT_VALIDATING], SECURE.name, SECURE.type, "--record", file)
    for case in (SECURE, INSECURE, DENIED):
        answer = clock.ask(servers.NOT_VALIDATING, case, [1000 - since_1970])[0]
        check_case(Case(case.name, case.type, [failed(case.name, case.type)],
                        "the clock of this machine says 1970-01-01T00:"), answer,
                   f"{case}: nothing is known without a clock")
    clock.set(1000 - since_1970)
    run = clock.run(worker.command([servers.NOT_VALIDATING], "--replay", file))
    check(run.stdout.splitlines()[:-1] == known, "a recording is judged by its own time",
          run.stdout)


def _check_other_times(worker):
    """As of another time than now."""
    now = int(time.time())
    tlsa = [answered(SECURE.name, "TLSA", "bogus", TLSA)]
    for days, case in [(0, SECURE), (20, SECURE), (20, TO_COME),
                       (31, Case(SECURE.name, "TLSA", tlsa, "expired on")),
                       (-3, Case(SECURE.name, "TLSA", tlsa, "not valid before"))]:
        lines = worker.ask_one([servers.NOT_VALIDATING], case.name, case.type, "--time",
                               now + days * 86400)
        check_case(case, lines, f"{case}: as of {days} days from now")


def run(worker, directory):
    _check_other_times(worker)
    _check_implausible(Clock(worker, directory), worker, directory)
    with concurrent.futures.ThreadPoolExecutor() as pool:  # most of the time they wait
        jobs = [pool.submit(_check_rounds, Clock(worker, directory), *what)
                for what in _signatures(directory) + _ttls()]
    for job in jobs:
        job.result()
