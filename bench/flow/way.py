"""The long way: the client's programs in a network of their own, delayed from all of the lab.

The lab's servers stay where they are. In the client's network all of 127.0.0.0/8 but what is its own
lies behind the delay; there is Unbound too, on loopback, so that what it asks others is delayed.
"""

import os
import pathlib
import socket
import subprocess
import time

from lab import servers, tenants

DEVICE = "delay0"
CLIENT, LAB = "127.0.9.1", "127.0.9.2"
SERVERS = tenants.load().servers
PEER, OTHER, WEB = SERVERS["peer-a"], SERVERS["peer-b"], SERVERS["web"]  # a server of the client's; two of the lab
RESOLVER = "127.0.9.20"
ONE_WAY = 0.05  # seconds
ROUND_TRIP = 2 * ONE_WAY
START_LIMIT = 20.0
CONNECTS = 20

UNBOUND = """\
server:
  qname-minimisation: no
  aggressive-nsec: no
  prefetch: no
remote-control:
  control-enable: yes
  control-interface: "{directory}/control"
  control-use-cert: no
"""


def _ip(*words):
    subprocess.run(["ip", *words], check=True)


def _accept_loopback():
    """Addresses of 127.0.0.0/8 are as any others, outside of the loopback device."""
    for device in ("all", DEVICE):
        for name, value in ("route_localnet", "1"), ("rp_filter", "0"):
            pathlib.Path(f"/proc/sys/net/ipv4/conf/{device}/{name}").write_text(value)


def far_end():
    """The lab's end: what belongs to the client is behind the delay."""
    _accept_loopback()
    _ip("link", "set", DEVICE, "up")
    _ip("address", "add", LAB, "dev", DEVICE)
    for address in (CLIENT, PEER):
        _ip("route", "add", address, "dev", DEVICE, "table", "local", "src", LAB)


def near_end():
    """The client's end: what does not belong to it is."""
    _accept_loopback()
    for device in ("lo", DEVICE):
        _ip("link", "set", device, "up")
    for address in (CLIENT, PEER):
        _ip("address", "add", address, "dev", DEVICE)
    _ip("address", "add", RESOLVER, "dev", "lo")
    _ip("route", "delete", "local", "127.0.0.0/8", "dev", "lo", "table", "local")
    _ip("route", "add", "127.0.0.0/8", "dev", DEVICE, "src", CLIENT)


def enter(pid):
    """What precedes a command that is to run in the network of a process."""
    return ["nsenter", f"--net=/proc/{pid}/ns/net"]


class Delay:
    """The program that is the way, and the network behind it."""

    def __init__(self, program, log=None):
        command = [program, str(round(ONE_WAY * 1e6)), DEVICE, *([log] if log else [])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit("bench: there is no network device to delay packets with")

    def end(self):
        """How many packets there were, and how much too late: median, one in a hundred, worst."""
        said, _ = self.process.communicate()
        return [int(word) for word in said.split()]


class Resolver:
    """Unbound beside the client."""

    def __init__(self, directory):
        self.directory = directory
        settings = UNBOUND.format(directory=directory)
        self.server = servers.unbound(directory, "unbound-near", RESOLVER, "validator iterator",
                                      settings)
        self.server.start()
        self.server.await_up(time.monotonic() + START_LIMIT)

    def _control(self, *words):
        subprocess.run(["unbound-control", "-s", self.directory / "control",
                        "-c", self.directory / "unbound-near/unbound.conf", *words],
                       check=True, stdout=subprocess.DEVNULL)

    def forget(self, zones):
        """All that is in these zones, and their keys."""
        for zone in zones:
            self._control("flush_zone", zone.encode("idna").decode())


def connect_times():
    """Seconds to connect over TCP, which is a round trip: to the lab's web server."""
    times = []
    for _ in range(CONNECTS):
        began = time.monotonic()
        with socket.create_connection((WEB, 443)):
            times.append(time.monotonic() - began)
    return times


def load():
    return os.getloadavg()[0]
