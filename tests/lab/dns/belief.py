"""
DELEG-017: a resolver on loopback is believed (--trust-ad). Its AD bit is the status, nothing else is
asked or known; one that is elsewhere is not believed.
"""

import subprocess

from lab import servers

from . import relay, wire
from .cases import Case, a, answered, denied, failed, link
from .hierarchy import TLSA
from .relay import Relay
from .tap import check
from .worker import PATIENCE, Worker, check_case

BELIEVING = ("--word", "--trust-ad")
NO_WORD = "the resolver does not say that it is authentic"
BOGUS = "the resolver says SERVFAIL for xmpp.bogus.example. A: "
QUESTION = "xmpp.nsec.example"

CASES = [
    Case(QUESTION, "A", [a(QUESTION, "secure")]),
    Case("_5269._tcp.xmpp.nsec3.example", "TLSA",
         [answered("_5269._tcp.xmpp.nsec3.example", "TLSA", "secure", TLSA)]),
    Case("any.wild.nsec.example", "A", [a("any.wild.nsec.example", "secure", "192.0.2.2")]),
    Case("x.nx.nsec3.example", "A", [denied("x.nx.nsec3.example", "A", "secure")], "no such name"),
    Case(QUESTION, "TXT", [denied(QUESTION, "TXT", "secure")], "no such record"),
    Case("xmpp.plain.example", "A", [a("xmpp.plain.example", "insecure")], NO_WORD),
    Case("x.nx.plain.example", "A", [denied("x.nx.plain.example", "A", "insecure")], "no such name"),
    Case("xmpp.plain.example", "TXT", [denied("xmpp.plain.example", "TXT", "insecure")],
         "no such record"),
    # one bit for the whole chain: what is secure by itself is not when its target is not
    Case("to-nsec3.nsec.example", "A",
         [link("to-nsec3.nsec.example", "secure", "xmpp.nsec3.example"),
          a("xmpp.nsec3.example", "secure")]),
    Case("xmpp.below-nsec3.nsec.example", "A",
         [link("xmpp.below-nsec3.nsec.example", "secure", "xmpp.nsec3.example"),
          a("xmpp.nsec3.example", "secure")]),
    Case("to-plain.nsec.example", "A",
         [link("to-plain.nsec.example", "insecure", "xmpp.plain.example"),
          a("xmpp.plain.example", "insecure")], NO_WORD),
    Case("xmpp.bogus.example", "A", [failed("xmpp.bogus.example", "A")], BOGUS),
    Case("to-bogus.nsec.example", "A", [failed("to-bogus.nsec.example", "A")], "says SERVFAIL"),
]


def _check_cases(worker):
    answers = worker.ask([servers.VALIDATING], [(case.name, case.type) for case in CASES], *BELIEVING)
    check(len(answers) == len(CASES), "everything is answered by a resolver that is believed")
    for case, lines in zip(CASES, answers):
        check_case(case, lines, f"{case}, by a resolver that is believed")
    bogus = worker.ask_one([servers.VALIDATING], "xmpp.bogus.example", "A", *BELIEVING)
    check(bogus and bogus[0].partition(BOGUS)[2] != "", "a resolver that is believed says what is bogus",
          "\n".join(bogus))


def _check_one_that_says_nothing(worker):
    """A resolver that does not validate vouches for nothing."""
    insecure = Case(QUESTION, "A", [a(QUESTION, "insecure")], NO_WORD)
    lines = worker.ask_one([servers.NOT_VALIDATING], QUESTION, "A", *BELIEVING)
    check_case(insecure, lines, "a resolver that does not validate is believed")


def _check_queries(worker):
    """AD and no CD, no signatures, one query and no other; no anchor is read."""
    queries = []

    def note(query, reply):
        queries.append(query)
        return reply

    unanchored = Worker(worker.client, worker.program, "/nonexistent/root.key")
    with Relay(servers.VALIDATING, note) as first:
        command = unanchored.command([first.address], *BELIEVING)
        run = subprocess.run([*command, QUESTION, "A"], capture_output=True, text=True,
                             timeout=PATIENCE)
    check(run.returncode == 0 and run.stdout.startswith(a(QUESTION, "secure")) and run.stderr == "",
          "no trust anchor is read when a resolver is believed", run.stdout + run.stderr)
    check([(q.name, q.type) for q in queries] == [(f"{QUESTION}.", wire.TYPES["A"])],
          "no zone is asked about when a resolver is believed", queries)
    flags = [q.flags & (wire.AUTHENTIC | wire.CHECKING_DISABLED) for q in queries]
    check(flags == [wire.AUTHENTIC] and queries[0].opt[7] == 0,
          "the query asks for the bit AD, and for no signatures", queries)


def _set_authentic(message):
    message.flags |= wire.AUTHENTIC


def _check_bit(worker):
    """The bit, and nothing else, makes the difference."""
    plain = Case("xmpp.plain.example", "A", [a("xmpp.plain.example", "secure")])
    with Relay(servers.VALIDATING, relay.rewritten(_set_authentic)) as liar:
        lines = worker.ask_one([liar.address], plain.name, plain.type, *BELIEVING)
        check_case(plain, lines, "a resolver that is believed may lie")
        lines = worker.ask_one([liar.address], plain.name, plain.type)
        check_case(Case(plain.name, "A", [a(plain.name, "insecure")]), lines,
                   "one that is not believed may not")


def _check_refusal(worker):
    for resolvers in ["192.0.2.1"], ["[2001:db8::1]:5353"], [servers.VALIDATING, "128.0.0.1"]:
        command = worker.command(resolvers, *BELIEVING)
        run = subprocess.run([*command, QUESTION, "A"], capture_output=True, text=True,
                             timeout=PATIENCE)
        wanted = "dna-resolver: --trust-ad is for resolvers on loopback, and this one is not: "
        check(run.returncode != 0 and wanted + resolvers[-1] in run.stderr and run.stdout == "",
              f"{' '.join(resolvers)} is not believed", run.stdout + run.stderr)


def run(worker, directory):
    _check_cases(worker)
    _check_one_that_says_nothing(worker)
    _check_queries(worker)
    _check_bit(worker)
    _check_refusal(worker)
