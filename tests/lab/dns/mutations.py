"""
Thousands of replies that are damaged in every way that octets can be, at any query of the chains.
Whatever comes of it: nothing is secure that is not so, nothing is denied or insecure that is there
and signed, and the worker lives.
"""

import concurrent.futures
import os
import random
import struct

from lab import servers

from . import relay, wire
from .relay import Relay
from .tap import check, note

SEED = 7712
WANTED = 5000  # damaged replies
MILLISECONDS = 600  # for a question, when a reply has become none
QUESTIONS = [("xmpp.nsec.example", "A"), ("_xmpp-server._tcp.nsec3.example", "SRV"),
             ("any.wild.nsec3.example", "A"), ("x.nx.nsec.example", "A"),
             ("xmpp.nsec3.example", "AAAA"), ("to-nsec3.nsec.example", "A"),
             ("xmpp.below-nsec3.nsec.example", "A"), ("xmpp.plain.example", "A"),
             ("xmpp.a.b.c.nsec.example", "A"), ("xmpp.kid.optout.example", "A")]


# ---- Damage: octets, of which the first two are the id ----


def _some(dice, octets):
    return dice.randrange(2, len(octets))


def _bits(dice, octets):
    for _ in range(dice.randint(1, 8)):
        octets[_some(dice, octets)] ^= 1 << dice.randrange(8)


def _values(dice, octets):
    for _ in range(dice.randint(1, 4)):
        octets[_some(dice, octets)] = dice.choice((0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFE, 0xFF))


def _cut(dice, octets):
    del octets[_some(dice, octets) :]


def _longer(dice, octets):
    octets += dice.randbytes(dice.randint(1, 40))


def _removed(dice, octets):
    at = _some(dice, octets)
    del octets[at : at + dice.randint(1, 20)]


def _inserted(dice, octets):
    at = _some(dice, octets)
    octets[at:at] = dice.randbytes(dice.randint(1, 20))


def _copied(dice, octets):
    """A piece of the message over another piece of it."""
    size = dice.randint(1, 40)
    source, target = _some(dice, octets), _some(dice, octets)
    octets[target : target + size] = octets[source : source + size]


def _counts(dice, octets):
    struct.pack_into("!H", octets, 4 + 2 * dice.randrange(4), dice.choice((0, 1, 2, 3, 255, 65535)))


def _flags(dice, octets):
    octets[2:4] = dice.randbytes(2)


def _pointer(dice, octets):
    """A compressed name that leads anywhere."""
    at = _some(dice, octets)
    octets[at : at + 2] = struct.pack("!H", 0xC000 | dice.randrange(len(octets)))


OCTETS = [_bits, _values, _cut, _longer, _removed, _inserted, _copied, _counts, _flags, _pointer]


# ---- Damage: records, in a message that stays well formed ----


def _dropped(dice, records):
    records.pop(dice.randrange(len(records)))


def _moved(dice, records):
    dice.choice(records).section = dice.randrange(3)


def _renamed(dice, records):
    dice.choice(records).name = dice.choice(records).name


def _retyped(dice, records):
    dice.choice(records).type = dice.choice(records).type


def _exchanged(dice, records):
    one, other = dice.choice(records), dice.choice(records)
    one.rdata, other.rdata = other.rdata, one.rdata


def _lifetime(dice, records):
    dice.choice(records).ttl = dice.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF))


def _shuffled(dice, records):
    dice.shuffle(records)


def _doubled(dice, records):
    records += dice.sample(records, dice.randint(1, len(records)))


RECORDS = [_dropped, _moved, _renamed, _retyped, _exchanged, _lifetime, _shuffled, _doubled]


def damaged(dice, reply):
    """The reply, with one to three things done to it."""
    if dice.random() < 0.4:
        message = wire.Message.from_wire(reply)
        for _ in range(dice.randint(1, 3)):
            if message.records:
                dice.choice(RECORDS)(dice, message.records)
        return message.to_wire()
    octets = bytearray(reply)
    for _ in range(dice.randint(1, 3)):
        if len(octets) > 2:
            dice.choice(OCTETS)(dice, octets)
    return bytes(octets)


# ---- What may come of it ----


def _fields(answer):
    """Its items without the reasons: a list of (name, type, outcome, security, data)."""
    return [line.partition(" | ")[0].split(" ", 4) for line in answer]


def _wrong(answer, truth):
    """What is said and not true, or None."""
    truth = _fields(truth)
    insecure_from = next((i for i, item in enumerate(truth) if item[3] != "secure"), len(truth))
    for index, item in enumerate(_fields(answer)):
        _, _, outcome, security, *_ = item
        if security == "secure" and item not in truth:
            return "secure, and not so"
        if security == "insecure" and index < insecure_from and outcome != "failed":
            return "insecure, and not so"
    return None


def _trial(worker, number, truths):
    """One fresh worker, some damaged replies. Returns how many they were."""
    dice = random.Random(SEED + number)
    share = dice.choice((0.2, 0.3, 0.5))
    count = [0]

    def spoil(query, reply):
        if dice.random() > share:
            return reply
        count[0] += 1
        return damaged(dice, reply)

    with Relay(servers.NOT_VALIDATING, spoil) as first:
        resolvers = [first.address] + [servers.VALIDATING] * (number % 2)
        answers = worker.ask(resolvers, QUESTIONS, milliseconds=MILLISECONDS)
    wrong = [f"{_wrong(answer, truth)}: {answer}" for answer, truth in zip(answers, truths)
             if _wrong(answer, truth)]
    if wrong or len(answers) != len(QUESTIONS):
        check(False, f"damaged replies, seed {SEED + number}", "\n".join(wrong))
    return count[0], sum(answer != truth for answer, truth in zip(answers, truths))


def run(worker, _):
    truths = worker.ask([servers.NOT_VALIDATING], QUESTIONS)
    check(len(truths) == len(QUESTIONS), "all is known without damage")
    count = trials = changed = 0
    with concurrent.futures.ThreadPoolExecutor(8 * os.cpu_count()) as pool:
        while count < WANTED:
            numbers = range(trials, trials + 40)
            for damages, differences in pool.map(lambda n: _trial(worker, n, truths), numbers):
                count += damages
                changed += differences
            trials += len(numbers)
    note(f"{count} damaged replies to {trials} workers changed {changed} answers")
    check(changed > trials, "damage is noticed")
