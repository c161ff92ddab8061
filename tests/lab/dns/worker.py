"""The worker, asked by the client of tests/unit/resolver/ask.c."""

import dataclasses
import subprocess

from .tap import check

PATIENCE = 900  # seconds, beyond any deadline: then something hangs
ENOUGH = 300000  # milliseconds for what is answered, on any machine


@dataclasses.dataclass
class Worker:
    """The two programs, and the trust anchors that the worker is given."""

    client: str
    program: str
    anchor: str

    def command(self, resolvers, *options, milliseconds=ENOUGH):
        command = [self.client, "--program", self.program, "--trust-anchor", self.anchor,
                   "--milliseconds", str(milliseconds), *map(str, options)]
        for resolver in resolvers:
            command += ["--resolver", resolver]
        return command

    def ask(self, resolvers, questions, *options, milliseconds=ENOUGH):
        """The answers, in the order of the questions, each as the lines that the client prints."""
        command = self.command(resolvers, *options, milliseconds=milliseconds)
        for name, kind in questions:
            command += [name, kind]
        run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE,
                             stdin=subprocess.DEVNULL)
        if run.returncode != 0:
            check(False, f"the worker lives, asked through {' '.join(resolvers)}",
                  f"{command}\n{run.stderr[-3000:]}")
        return [answer.splitlines() for answer in run.stdout.split("\n\n")[:-1]]

    def ask_one(self, resolvers, name, kind, *options, **others):
        """The lines of the only answer; none if there is not exactly one."""
        answers = self.ask(resolvers, [(name, kind)], *options, **others)
        return answers[0] if len(answers) == 1 else []

    def ask_in_rounds(self, resolver, case, before, environment=None):
        """
        One question, asked again and again by the same worker, each time when what stands BEFORE it
        was done: the exit status, and the answers.
        """
        command = self.command([resolver], "--rounds", len(before))
        answers = []
        before[0]()
        with subprocess.Popen([*command, case.name, case.type], text=True, env=environment,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asking:
            for number, prepare in enumerate(before):
                if number > 0:
                    prepare()
                    asking.stdin.write("\n")
                    asking.stdin.flush()
                answers.append(list(iter(lambda: asking.stdout.readline().strip(), "")))
                if not answers[-1]:
                    break  # it is gone
        return asking.returncode, answers

    def replay(self, resolvers, file):
        """What the frames of FILE prove to a fresh worker, an answer a frame."""
        return self.ask(resolvers, [], "--replay", file)


def _fits(line, item):
    """An item that ends in "..." goes on as it likes."""
    said = line.partition(" | ")[0]
    return said.startswith(item[:-3]) if item.endswith("...") else said == item


def as_expected(case, lines):
    return (len(lines) == len(case.items)
            and all(_fits(line, item) for line, item in zip(lines, case.items))
            and case.reason in lines[-1].partition(" | ")[2])


def check_case(case, lines, about):
    check(as_expected(case, lines), about,
          "\n".join(["expected:", *case.items, case.reason, "got:", *lines]))
