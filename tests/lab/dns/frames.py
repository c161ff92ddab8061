"""The frames of core/evidence/frame.h: as the client records them, to be damaged."""

import dataclasses
import struct

from . import wire

KINDS = ["dns", "dns-reply", "dns-chain", "dnssec-anchors", "dns-zone"]
RECORDED = 4


@dataclasses.dataclass
class Item:
    kind: str
    name: bytes  # as it is in the frame
    type: int
    middle: bytes  # outcome, security, word, code, time, not after
    reason: bytes
    data: list

    def to_wire(self):
        octets = bytes([KINDS.index(self.kind)]) + self.name + struct.pack("!H", self.type)
        octets += self.middle + struct.pack("!H", len(self.reason)) + self.reason
        octets += struct.pack("!H", len(self.data))
        return octets + b"".join(struct.pack("!H", len(entry)) + entry for entry in self.data)

    @property
    def text(self):
        return f"{self.kind} {wire.read_name(self.name, 0)[0]} {self.type}"

    def with_message(self, message):
        return dataclasses.replace(self, data=[message.to_wire()])


def _read_item(octets, at):
    kind, start = KINDS[octets[at]], at + 1
    at = wire.read_name(octets, start)[1]
    name, (number,) = octets[start:at], struct.unpack_from("!H", octets, at)
    middle = octets[at + 2 : at + 23]
    (size,) = struct.unpack_from("!H", octets, at + 23)
    reason = octets[at + 25 : at + 25 + size]
    at += 25 + size
    (count,) = struct.unpack_from("!H", octets, at)
    at += 2
    data = []
    for _ in range(count):
        (size,) = struct.unpack_from("!H", octets, at)
        data.append(octets[at + 2 : at + 2 + size])
        at += 2 + size
    return Item(kind, name, number, middle, reason, data), at


@dataclasses.dataclass
class Frame:
    """A frame of the kind "recorded"."""

    milliseconds: int
    time: int
    items: list

    def to_wire(self):
        body = struct.pack("!BIIq", RECORDED, 0, self.milliseconds, self.time)
        body += b"".join(item.to_wire() for item in self.items)
        return struct.pack("!I", len(body)) + body

    def without(self, item):
        return dataclasses.replace(self, items=[other for other in self.items if other is not item])

    def replacing(self, item, new):
        items = [new if other is item else other for other in self.items]
        return dataclasses.replace(self, items=items)

    def later(self, days):
        return dataclasses.replace(self, time=self.time + days * 86400)


def read(octets):
    frames, at = [], 0
    while at < len(octets):
        size, kind, _, milliseconds, time = struct.unpack_from("!IBIIq", octets, at)
        if kind != RECORDED:
            raise ValueError(f"a frame of kind {kind}")
        end, at = at + 4 + size, at + 21
        frames.append(Frame(milliseconds, time, []))
        while at < end:
            item, at = _read_item(octets, at)
            frames[-1].items.append(item)
    return frames
