"""A worker that several clients share."""

import socket
import subprocess
import time

from lab import servers

from .cases import all_cases
from .tap import check
from .worker import ENOUGH, PATIENCE, check_case

CLIENTS = 4


def _listens(path):
    with socket.socket(socket.AF_UNIX) as sock:
        return sock.connect_ex(str(path)) == 0


def _await(path):
    deadline = time.monotonic() + servers.START_LIMIT
    while not _listens(path) and time.monotonic() < deadline:
        time.sleep(0.01)


def _ask_together(worker, path, cases):
    """The answers of each client; all of them ask everything at once."""
    command = [worker.client, "--socket", path, "--milliseconds", str(ENOUGH)]
    for case in cases:
        command += [case.name, case.type]
    clients = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(CLIENTS)]
    return [client.communicate(timeout=PATIENCE)[0].split("\n\n")[:-1] for client in clients]


def run(worker, directory):
    """All questions of all clients at once, by one worker."""
    path = directory / "shared.sock"
    cases = all_cases()
    with subprocess.Popen([worker.program, "--listen", path, "--resolver", servers.VALIDATING,
                           "--trust-anchor", worker.anchor]) as shared:
        _await(path)
        for number, answers in enumerate(_ask_together(worker, path, cases)):
            check(len(answers) == len(cases), f"everything is answered to client {number}")
            for case, lines in zip(cases, answers):
                check_case(case, lines.splitlines(), f"{case} by a shared worker, client {number}")
        shared.terminate()
    check(shared.returncode == 0 and not path.exists(), "the shared worker ends in order",
          f"status {shared.returncode}")
