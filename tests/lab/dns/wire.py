"""DNS messages: enough of them to take a reply apart, change it, and put it together again."""

import dataclasses
import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "AAAA": 28, "SRV": 33, "NAPTR": 35,
         "DNAME": 39, "OPT": 41, "DS": 43, "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50,
         "TLSA": 52}
ANSWER, AUTHORITY, ADDITIONAL = range(3)
QUERY, RECURSIVE, REPLY, TRUNCATED = 0, 0x0100, 0x8000, 0x0200
CHECKING_DISABLED, AUTHENTIC = 0x0010, 0x0020
DNSSEC_OK = b"\0" + struct.pack("!HHIH", TYPES["OPT"], 4096, 0x8000, 0)


def type_number(kind):
    return TYPES[kind] if kind in TYPES else int(kind.removeprefix("TYPE"))


def write_name(text):
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def read_name(octets, at):
    """The name at AT, decompressed, with its final dot; and where it ends."""
    labels, end = [], None
    while octets[at] != 0:
        if octets[at] >= 0xC0:
            end = end or at + 2
            at = struct.unpack_from("!H", octets, at)[0] & 0x3FFF
            continue
        labels.append(octets[at + 1 : at + 1 + octets[at]].decode("latin-1"))
        at += 1 + octets[at]
    return ".".join(labels) + ".", end or at + 1


@dataclasses.dataclass
class Record:
    section: int
    name: str
    type: int
    ttl: int
    rdata: bytes

    def covers(self):
        """The type that a signature is of."""
        return struct.unpack_from("!H", self.rdata)[0] if self.type == TYPES["RRSIG"] else None

    def to_wire(self):
        fixed = struct.pack("!HHIH", self.type, 1, self.ttl, len(self.rdata))
        return write_name(self.name) + fixed + self.rdata


def _read_rdata(octets, kind, at, end):
    """RDATA without compression."""
    prefix = octets[at : at + 2] if kind == TYPES["MX"] else b""
    names = {TYPES["NS"]: 1, TYPES["CNAME"]: 1, TYPES["SOA"]: 2, TYPES["MX"]: 1}.get(kind, 0)
    at += len(prefix)
    written = b""
    for _ in range(names):
        name, at = read_name(octets, at)
        written += write_name(name)
    return prefix + written + octets[at:end]


@dataclasses.dataclass
class Message:
    """A message with one question. What OPT says is kept apart, as octets."""

    id: int
    flags: int
    name: str
    type: int
    records: list
    opt: bytes = b""

    @property
    def rcode(self):
        return self.flags & 0xF

    @classmethod
    def question(cls, name, kind, flags=RECURSIVE, number=1):
        return cls(number, flags, name, type_number(kind), [], DNSSEC_OK)

    @classmethod
    def from_wire(cls, octets):
        number, flags, _, *counts = struct.unpack_from("!6H", octets)
        name, at = read_name(octets, 12)
        message = cls(number, flags, name, struct.unpack_from("!H", octets, at)[0], [])
        at += 4
        for section, count in enumerate(counts):
            for _ in range(count):
                at = message._read_record(octets, at, section)
        return message

    def _read_record(self, octets, start, section):
        name, at = read_name(octets, start)
        kind, _, ttl, size = struct.unpack_from("!HHIH", octets, at)
        end = at + 10 + size
        if kind == TYPES["OPT"]:
            self.opt = octets[start:end]
        else:
            rdata = _read_rdata(octets, kind, at + 10, end)
            self.records.append(Record(section, name, kind, ttl, rdata))
        return end

    def to_wire(self):
        counts = [sum(record.section == section for record in self.records) for section in range(3)]
        counts[ADDITIONAL] += bool(self.opt)
        records = sorted(self.records, key=lambda record: record.section)
        return (struct.pack("!6H", self.id, self.flags, 1, *counts) + write_name(self.name)
                + struct.pack("!2H", self.type, 1) + b"".join(r.to_wire() for r in records)
                + self.opt)


def send(sock, octets):
    sock.sendall(struct.pack("!H", len(octets)) + octets)


def _receive_exactly(sock, size):
    octets = b""
    while len(octets) < size:
        more = sock.recv(size - len(octets))
        if not more:
            raise EOFError
        octets += more
    return octets


def receive(sock):
    """The next message. EOFError: there is none."""
    return _receive_exactly(sock, struct.unpack("!H", _receive_exactly(sock, 2))[0])
