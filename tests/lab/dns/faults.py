"""
Resolvers that fail: DELEG-018, SEC-002. What is not learnt is neither denied nor insecure, and
another resolver is asked.
"""

import concurrent.futures
import struct
import time

from lab import servers

from . import relay, wire
from .cases import Case, a, all_cases, failed
from .relay import Relay
from .tap import check, note
from .worker import ENOUGH, as_expected, check_case

AT_ONCE = 24  # most of them only wait
GRACE = 5  # seconds after its deadline in which an answer has to be there
SLOW = 20  # ... and as many times as long as this machine takes for an answer that needs no waiting
QUESTION = Case("xmpp.nsec.example", "A", [a("xmpp.nsec.example", "secure")])
FAILED = failed("xmpp.nsec.example", "A") + " | "

# Questions whose chains differ: what is asked to answer them is failed query by query.
CHAINS = ["xmpp.nsec.example A", "_5269._tcp.xmpp.a.b.c.nsec.example TLSA", "x.nx.nsec3.example A",
          "xmpp.plain.example A", "to-nsec3.nsec.example A"]


# ---- Faults: what becomes of a reply ----


def _truncated(message):
    message.flags |= wire.TRUNCATED
    message.records = []


def _half(message):
    message.flags |= wire.TRUNCATED
    message.records = message.records[: len(message.records) // 2]


def _other_name(message):
    message.name = "other." + message.name.lstrip(".")


def _other_type(message):
    message.type = wire.TYPES["MX"]


def _question(message):
    message.flags &= ~wire.REPLY


def _other_id(query, reply):
    return struct.pack("!H", query.id ^ 1) + reply[2:]


def _compressed_into_itself(query, reply):
    return reply[:12] + b"\xc0\x0c" + reply[14:]


FAULTS = {
    "says nothing": relay.silent,
    "closes the connection": relay.closing,
    "says SERVFAIL": relay.with_rcode(2),
    "says REFUSED": relay.with_rcode(5),
    "says NOTIMP": relay.with_rcode(4),
    "says FORMERR": relay.with_rcode(1),
    "says rcode 11": relay.with_rcode(11),
    "truncates everything": relay.rewritten(_truncated),
    "truncates half of it": relay.rewritten(_half),
    "answers for another name": relay.rewritten(_other_name),
    "answers for another type": relay.rewritten(_other_type),
    "answers with a question": relay.rewritten(_question),
    "answers by another id": _other_id,
    "ends in the middle of a record": lambda query, reply: reply[:-3],
    "ends in the header": lambda query, reply: reply[:7],
    "goes on after the end": lambda query, reply: reply + b"\0",
    "compresses a name into itself": _compressed_into_itself,
}


# ---- A fault at every query of a chain ----


def _chain(worker, case):
    """The queries of a cold lookup."""
    with Relay(servers.NOT_VALIDATING) as first:
        lines = worker.ask_one([first.address], case.name, case.type)
        check_case(case, lines, f"{case} through a relay")
        return sorted(set(first.queries))


def _kind(number):
    return next((kind for kind, value in wire.TYPES.items() if value == number), f"TYPE{number}")


def _needed(case, query):
    """Whether there is no answer without it; some queries are made on suspicion."""
    name, kind = query
    zone = ".".join(case.items[-1].split()[0].split(".")[-2:]) + "."  # all of them are right below the TLD
    ancestors = (".", "example.", zone)
    return (query == (case.name + ".", wire.TYPES[case.type])
            or name in ancestors and kind == wire.TYPES["DNSKEY"] and case.security() == "secure"
            or name in ancestors[:2] and kind in (wire.TYPES["DS"], wire.TYPES["DNSKEY"]))


def _fail_one(worker, case, query, fault):
    """One query fails: alone, and with another resolver that works."""
    name, kind = query[0], _kind(query[1])
    about = f"{case}: the resolver {fault}, for {name} {kind}"
    spoil = relay.only(name, kind, FAULTS[fault])
    with Relay(servers.NOT_VALIDATING, spoil) as first:
        lines = worker.ask_one([first.address], case.name, case.type, milliseconds=1500)
    fails = len(lines) > 0 and lines[-1].split()[2:4] == ["failed", "indeterminate"]
    check(fails or (as_expected(case, lines) and not _needed(case, query)), about, "\n".join(lines))
    with Relay(servers.NOT_VALIDATING, spoil) as first:
        lines = worker.ask_one([first.address, servers.VALIDATING], case.name, case.type)
    check_case(case, lines, about + "; another one does not")


def _check_every_query(worker, pool):
    cases = {str(case): case for case in all_cases()}
    jobs = []
    for case in map(cases.get, CHAINS):
        queries = _chain(worker, case)
        note(f"{case} is answered by {len(queries)} queries")
        faults = FAULTS if case.name == QUESTION.name else ["says nothing"]
        jobs += [pool.submit(_fail_one, worker, case, query, fault)
                 for query in queries for fault in faults]
    for job in jobs:
        job.result()


# ---- Resolvers that fail whatever they are asked ----


def _check_failing(worker, about, resolvers, expected, milliseconds=ENOUGH):
    began = time.monotonic()
    worker.ask_one([servers.VALIDATING], QUESTION.name, QUESTION.type)
    answered = time.monotonic()
    lines = worker.ask_one(resolvers, QUESTION.name, QUESTION.type, milliseconds=milliseconds)
    took = time.monotonic() - answered
    most = milliseconds / 1000 + GRACE + SLOW * (answered - began)
    check(len(lines) == 1 and lines[0].startswith(expected) and took < most,
          about, "\n".join([expected, "got:", f"after {took:.1f} s", *lines]))


def _prohibited(message):
    """REFUSED, and why."""
    text = b"not you"
    message.flags |= 5
    message.records = []
    message.opt = b"\0" + struct.pack("!HHIHHHH", wire.TYPES["OPT"], 1232, 0, 6 + len(text),
                                      15, 2 + len(text), 18) + text


def _first_closes():
    """Closes the first connection, and is honest on all that follow."""
    connections = []

    def spoil(query, reply):
        connections.append(query)
        return relay.CLOSE if len(connections) == 1 else reply

    return spoil


def _check_resolvers(worker):
    nobody, good = relay.fresh_address(), a(QUESTION.name, "secure")
    with (Relay(servers.VALIDATING, relay.silent) as silent,
          Relay(servers.VALIDATING, relay.rewritten(_prohibited)) as refusing,
          Relay(servers.VALIDATING, _first_closes()) as closing):
        for about, resolvers, expected, milliseconds in [
            ("a silent resolver", [silent.address], "there is no answer within 700 ms", 700),
            ("nobody", [nobody], f"{nobody}:53 cannot be reached", ENOUGH),
            ("a refusing resolver", [refusing.address],
             f"the resolver says REFUSED for {QUESTION.name}. A: prohibited: not you", ENOUGH),
        ]:
            _check_failing(worker, about, resolvers, FAILED + expected, milliseconds)
        for about, resolvers in [
            ("a resolver that first closes", [closing.address]),
            ("the second of two", [nobody, servers.VALIDATING]),
            ("the second when the first refuses", [refusing.address, servers.VALIDATING]),
            ("the second when the first is silent", [silent.address, servers.VALIDATING]),
            ("the last of four", [silent.address, nobody, refusing.address, servers.VALIDATING]),
        ]:
            _check_failing(worker, about, resolvers, good)


def _check_anchors(worker, directory):
    """Without an anchor of the root nothing is known, and it is said why."""
    own_key = (directory / "zones" / "nsec.example.zone").read_text().splitlines()
    own_key = next(line for line in own_key if line.split()[3] == "DNSKEY")
    for name, text, complaint in [
        ("empty", "", "has no trust anchor that can be used"),
        ("missing", None, "cannot be read"),
        ("island", own_key + "\n", "has other records than DS and DNSKEY of the root"),
        ("island-too", (directory / "root.ds").read_text() + own_key + "\n",
         "has other records than DS and DNSKEY of the root"),
    ]:
        file = directory / f"{name}.key"
        if text is not None:
            file.write_text(text)
        _check_failing(type(worker)(worker.client, worker.program, file),
                       f"a trust anchor file that is {name}", [servers.VALIDATING],
                       FAILED + f"the trust anchor file {file} {complaint}")


# ---- Replies from elsewhere ----


FORGED = bytes([6, 6, 6, 6])


def _forge(message):
    for record in message.records:
        if record.type == wire.TYPES["A"] and record.section == wire.ANSWER:
            record.rdata = FORGED


def _check_elsewhere(worker):
    """An unsigned zone: only that the reply is the one asked for speaks for it."""
    case = Case("xmpp.plain.example", "A", [a("xmpp.plain.example", "insecure")])
    forge = relay.rewritten(_forge)
    kept = []

    def forged_id(query, reply):
        return [_other_id(query, forge(query, reply)), reply]

    def forged_name(query, reply):
        return [relay.rewritten(_other_name)(query, forge(query, reply)), reply]

    def keep(query, reply):
        kept.append(forge(query, reply))

    def from_another_connection(query, reply):
        return [*kept, reply]

    def late(query, reply):
        """Nothing on the first connection; on later ones what belonged there, and the reply."""
        if not kept:
            kept.append(forge(query, reply))
            return relay.CLOSE
        return [*kept, reply]

    for about, spoils in [("with another id", [forged_id]),
                          ("to another question", [forged_name]),
                          ("to another resolver", [keep, from_another_connection]),
                          ("on an earlier connection", [late])]:
        kept.clear()
        relays = [Relay(servers.NOT_VALIDATING, relay.only(case.name, case.type, spoil))
                  for spoil in spoils]
        lines = worker.ask_one([each.address for each in relays], case.name, case.type)
        said = "\n".join(lines)
        check("6.6.6.6" not in said and len(lines) == 1
              and (as_expected(case, lines) or lines[0].startswith(failed(case.name, "A"))),
              f"a forged reply {about} is not believed", said)
        for each in relays:
            each.stop()


# ---- A resolver that dies and returns ----


def _check_return(worker):
    """The same worker, whatever becomes of the resolver between its questions."""
    with Relay(servers.NOT_VALIDATING, relay.rewritten(_without_time)) as first:
        status, answers = worker.ask_in_rounds(first.address, QUESTION,
                                               [lambda: None, first.stop, first.start])
    good = a(QUESTION.name, "secure")
    check(status == 0 and [len(lines) for lines in answers] == [1, 1, 1]
          and answers[0][0].startswith(good) and answers[1][0].startswith(FAILED)
          and answers[2][0].startswith(good),
          "a resolver dies, and returns", "\n".join(map(str, answers)))


def _without_time(message):
    """Nothing of it may be remembered."""
    for record in message.records:
        record.ttl = 0


def run(worker, directory):
    _check_resolvers(worker)
    _check_anchors(worker, directory)
    _check_elsewhere(worker)
    _check_return(worker)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        _check_every_query(worker, pool)
