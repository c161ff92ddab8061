"""
Every case again from its recording, in a fresh process that nobody answers: the same has to come of
it, and nothing secure once the recording is damaged.
"""

import concurrent.futures
import dataclasses
import os
import random

from lab import servers

from . import frames, relay, wire
from .cases import all_cases
from .forgeries import all_forgeries
from .relay import Relay
from .tap import check
from .wire import ANSWER

SEED = 7712
LATER, EARLIER = 31, -3  # days: no signature of the zones holds then


def _is_recorded(case):
    return case.reason != "not asked"


def _compare(about, live, replayed):
    """A chain that took two replies is also answered from its second one on."""
    check(live and replayed[: len(live)] == live, about,
          "\n".join(["live:", *live, "from the recording:", *replayed]))


class Recorder:
    """Asks and records, and lets another worker judge what was recorded."""

    def __init__(self, worker, directory):
        self.worker = worker
        self.directory = directory
        self.nobody = Relay(servers.NOT_VALIDATING)

    def file(self, name):
        return self.directory / f"{name}.frames"

    def live(self, resolver, questions, name, *options):
        """The answers, and the file with what they rest on."""
        answers = self.worker.ask([resolver], questions, "--record", self.file(name), *options)
        return answers, self.file(name)

    def replayed(self, file):
        return self.worker.replay([self.nobody.address], file)

    def judge(self, name, recorded):
        """What these frames prove, an answer a frame."""
        self.file(name).write_bytes(b"".join(frame.to_wire() for frame in recorded))
        return self.replayed(self.file(name))


# ---- Undamaged ----


def _check_cold(recorder, number, case, resolver):
    """The first question of a worker; then the recording, alone before another one."""
    answers, file = recorder.live(resolver, [(case.name, case.type)], f"cold-{number}")
    replayed = recorder.replayed(file)
    if len(answers) == len(replayed) == 1:
        _compare(f"{case}: again from its recording", answers[0], replayed[0])
    else:
        check(False, f"{case}: is recorded", f"{answers} {replayed}")


def _check_warm(recorder, cases):
    """Asked without a recording first, then with one, then again: all from what is remembered."""
    questions = [(case.name, case.type) for case in cases]
    answers, file = recorder.live(servers.VALIDATING, questions, "warm", "--rounds", 3,
                                  "--unrecorded", 1)
    replayed = recorder.replayed(file)
    check(len(answers) == 3 * len(cases) and len(replayed) == 2 * len(cases),
          "all that is remembered is recorded", f"{len(answers)} {len(replayed)}")
    for round_number in (1, 2):
        for number, case in enumerate(cases):
            index = round_number * len(cases) + number
            _compare(f"{case}: from its recording, asked before ({round_number})",
                     answers[index], replayed[index - len(cases)])


def _check_forgeries(recorder):
    for number, forgery in enumerate(all_forgeries()):
        case = forgery.case
        with forgery.relay() as liar:
            answers, file = recorder.live(liar.address, [(case.name, case.type)],
                                          f"forged-{number}")
        _compare(f"{case}: {forgery.about}, from its recording", answers[0],
                 recorder.replayed(file)[0])


# ---- Damaged ----


@dataclasses.dataclass
class Damaged:
    about: str
    frame: frames.Frame
    essential: bool = True  # nothing may be secure as a whole without it


def _flip(message, record):
    """One bit of one octet of its data is another; not the one that is the case of a letter."""
    dice = random.Random(f"{SEED} {message.name} {record}")
    octets = bytearray(record.rdata)
    octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(5)
    records = [dataclasses.replace(other, rdata=bytes(octets)) if other is record else other
               for other in message.records]
    return dataclasses.replace(message, records=records)


def _is_essential(message, record):
    """A signed record of the answer, or the only signature of one."""
    covered = record.covers()
    signatures = sum(other.name == record.name and other.covers() == (covered or record.type)
                     for other in message.records)
    return record.section == ANSWER and (signatures == 1 if covered else signatures > 0)


def _flips(frame, item):
    """A bit in each record of the message that is signed, or a signature."""
    message = wire.Message.from_wire(item.data[0])
    for record in message.records:
        if record.section == wire.ADDITIONAL:
            continue
        changed = item.with_message(_flip(message, record))
        yield Damaged(f"a bit of {record.name} TYPE{record.type} in {item.text}",
                      frame.replacing(item, changed), _is_essential(message, record))


def _damages(frame):
    for item in frame.items:
        if item.kind == "dnssec-anchors":
            octets = bytes([item.data[0][0] ^ 1]) + item.data[0][1:]
            yield Damaged("another anchor",
                          frame.replacing(item, dataclasses.replace(item, data=[octets])))
        elif item.data:
            yield from _flips(frame, item)
        if item.kind != "dns-reply":
            yield Damaged(f"{item.text} left out", frame.without(item))
    yield Damaged("after the signatures", frame.later(LATER))
    yield Damaged("before the signatures", frame.later(EARLIER))


def _securities(answer):
    return [line.split()[3] for line in answer]


def _check_damaged(recorder, number, case, resolver):
    """All damages of one recording, between two judgements of the undamaged one."""
    answers, file = recorder.live(resolver, [(case.name, case.type)], f"damaged-{number}")
    frame = frames.read(file.read_bytes())[0]
    damages = [Damaged("nothing", frame, False), *_damages(frame), Damaged("nothing", frame, False)]
    judged = recorder.judge(f"damaged-{number}", [damaged.frame for damaged in damages])
    check(len(judged) == len(damages), f"{case}: every damaged recording is judged",
          f"{len(judged)} of {len(damages)}")
    for damaged, answer in zip(damages, judged):
        believed = [line for line in answer if line.split()[3] == "secure"]
        wrong = [line for line in believed if line not in answers[0]]
        whole = set(_securities(answer[: len(answers[0])])) == {"secure"}
        check(not wrong and not (damaged.essential and whole),
              f"{case}: nothing wrong from its recording with {damaged.about}", "\n".join(answer))
    _compare(f"{case}: damaged recordings leave nothing behind", answers[0], judged[-1])


def _damaged_cases(cases):
    """Each kind of answer from two zones, and one answer from all the others."""
    return [case for case in cases if case.security() == "secure"
            and (case.items[-1].split()[0].endswith((".nsec.example", ".nsec3.example"))
                 or case.type == "TLSA")]


def run(worker, directory):
    recorder = Recorder(worker, directory)
    cases = [case for case in all_cases() if _is_recorded(case)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(_check_cold, recorder, number, case, servers.NOT_VALIDATING)
                for number, case in enumerate(cases)]
        jobs += [pool.submit(_check_damaged, recorder, number, case, servers.NOT_VALIDATING)
                 for number, case in enumerate(_damaged_cases(cases))]
        for job in jobs:
            job.result()
    _check_warm(recorder, cases)
    _check_forgeries(recorder)
    check(not recorder.nobody.queries, "no resolver is asked about a recording",
          f"{recorder.nobody.queries[:5]}")
    recorder.nobody.stop()
