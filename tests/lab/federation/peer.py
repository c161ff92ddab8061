"""`dna peer`, started and listened to."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

from lab import tenants
from lab.clock import Clock

TIMEOUT = 300  # seconds that it gets for what has to happen, on any machine
PATIENCE = 600  # seconds, beyond all of its own time limits: then it hangs
WORLD = tenants.load()
A, B = WORLD.servers["peer-a"], WORLD.servers["peer-b"]


def identity(domain):
    """The options by which it speaks for a domain."""
    name = domain.encode("idna").decode()
    base = pathlib.Path(os.environ["LAB_DIR"], "prosody", name)
    return ["--as", domain, "--cert", f"{base}.pem", "--key", f"{base}.key"]


def clock():
    """A clock for what is started with its environment."""
    return Clock(pathlib.Path(shutil.which("dna")).resolve().parents[1],
                 pathlib.Path(os.environ["LAB_DIR"]))


class Peer:
    """One `dna peer` and the events that it tells."""

    def __init__(self, *options, environment=None):
        self.command = ["dna", "peer", "--json", "--timeout", str(TIMEOUT), *options]
        self.events = []
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, text=True,
                                        env={**os.environ, **(environment or {})},
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @contextlib.contextmanager
    def paused(self):
        """It does nothing for a while; who connects to it waits."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def stop(self):
        """Ends it as an operator does."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.end()

    def end(self):
        """Waits for its end: the exit status."""
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"hung: {' '.join(self.command)}\n{self.tell()}") from None
        self.reader.join()
        errors = self.process.stderr.read()
        assert not errors, f"complained: {errors}"
        return status

    def tell(self):
        """All that it said, for a failure's report."""
        return "\n".join(json.dumps(event, ensure_ascii=False)[:600] for event in self.events)

    def find(self, event, **fields):
        return [e for e in self.events if e["event"] == event
                and all(e.get(key) == value for key, value in fields.items())]

    def has(self, event, text="", **fields):
        """Asserts that there is such an event, with these words in its text."""
        found = [e for e in self.find(event, **fields) if text in e.get("text", "")]
        assert found, f"no event {event} {fields} \"{text}\" in\n{self.tell()}"
        return found[0]

    def has_not(self, event, **fields):
        assert not self.find(event, **fields), f"there is an event {event} {fields} in\n{self.tell()}"

    def verdict(self, domain, verdict, by=None, direction=None):
        """Asserts what was said of a domain."""
        for event in self.find("verdict"):
            report = event["report"]
            if report["domain"] != domain or direction not in (None, event["direction"]):
                continue
            assert report["verdict"] == verdict, f"{domain} is {report['verdict']}\n{self.tell()}"
            assert by is None or report["by"] == by, f"{domain} by {report['by']}\n{self.tell()}"
            return report
        raise AssertionError(f"no verdict on {domain} in\n{self.tell()}")

    def await_event(self, event, **fields):
        deadline = time.monotonic() + PATIENCE
        while not self.find(event, **fields):
            assert time.monotonic() < deadline and self.process.poll() is None, \
                f"no event {event} {fields} in\n{self.tell()}"
            time.sleep(0.02)

    def await_count(self, count, *events):
        """Waits until there are so many of these events."""
        deadline = time.monotonic() + PATIENCE
        while sum(e["event"] in events for e in self.events) < count:
            assert time.monotonic() < deadline and self.process.poll() is None, \
                f"not {count} of {events} in\n{self.tell()}"
            time.sleep(0.02)


def listening(address, *options, port=5269, **more):
    """A `dna peer` that takes connections there."""
    peer = Peer(*options, "--listen", f"{address}:{port}", **more)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection((address, port), PATIENCE).close()
            return peer
        except OSError:
            if time.monotonic() > deadline or peer.process.poll() is not None:
                peer.process.kill()
                raise AssertionError(f"does not listen: {peer.process.stderr.read()}") from None
            time.sleep(0.02)


def connecting(*options, **more):
    """A `dna peer` that has run: it and its exit status."""
    peer = Peer(*options, **more)
    return peer, peer.end()
