"""What is measured, and the least number of round trips that it can take.

A step is counted where nothing before it could have begun it earlier, and nothing else takes as long
beside it. The least number is that of the longest line of steps that wait for each other.
"""

import dataclasses

# Lines of steps, each step one round trip:
SRV = "SRV"  # both kinds at once; beside it the chain of DS and DNSKEY of the domain's zone
ADDRESS = "address"  # A and AAAA at once; beside it the chain of the host's zone
TCP = "TCP"  # beside it TLSA, which is asked for when the addresses are known to be signed
REFUSED = "TCP refused"  # the addresses of the next host are there by then
HEADER = "header, features"
STARTTLS = "starttls, proceed"  # RFC 6120: after the features
TLS = "TLS 1.3"
GET = "GET"
WEB_ADDRESS, WEB_TCP, WEB_TLS = "web address", "web TCP", "web TLS"
REDIRECTED = [f"provider's {step}" for step in (WEB_ADDRESS, WEB_TCP, WEB_TLS, GET)]
OPEN = "header, features within TLS"  # the header goes with the end of the handshake
EXTERNAL = "auth, success"
# Prosody has Nagle's algorithm, unless told otherwise: what it says first after a handshake waits, as
# it has just sent a ticket or its certificate, until that is acknowledged.
HELD = "held back by Prosody"
RESULT = "db:result"  # there, and the answer back when the callback is over


def _callback(*steps):
    return [f"callback's {step}" for step in (TCP, HEADER, STARTTLS, TLS, *steps, "db:verify")]



STREAM = [SRV, ADDRESS, TCP, HEADER, STARTTLS, TLS]
DIRECT = [SRV, ADDRESS, TCP, TLS]
DOCUMENT = [WEB_ADDRESS, WEB_TCP, WEB_TLS, GET]  # from the start: only the domain has to be known


@dataclasses.dataclass
class Case:
    title: str
    domain: str  # of tests/lab/tenants.yaml
    lines: list  # of steps; the longest one counts
    by: str  # the prooftype that has to prove it
    zones: tuple = ()  # further ones that it needs something of
    policy: str = ""  # below the source's top; the default one unless it is said

    @property
    def longest(self):
        return max(self.lines, key=len)

    @property
    def least(self):
        return len(self.longest)

    @property
    def all_zones(self):
        return (self.domain, *self.zones)


VERDICTS = [
    Case("PKIX, STARTTLS", "pkix.example", [STREAM], "pkix"),
    Case("PKIX, direct TLS", "direct-tls.example", [DIRECT], "pkix"),
    Case("DANE 3 1 1", "dane-ee.example", [STREAM], "dane"),
    Case("DANE 3 1 1 at a provider", "dane-hosted.example", [STREAM], "dane", ("danehost.example",)),
    Case("secure delegation", "delegated.example", [STREAM], "pkix", ("hosting.example",)),
    Case("POSH by fingerprint", "posh.example", [STREAM, DOCUMENT], "posh"),
    Case("POSH by reference", "posh-reference.example", [STREAM, DOCUMENT + REDIRECTED], "posh",
         ("hosting.example",)),
    Case("signed, policy of a host", "hosting.example", [STREAM], "pkix",
         policy="policy/hosting.yaml"),
    Case("first target refuses", "second.example",
         [[SRV, ADDRESS, REFUSED, TCP, HEADER, STARTTLS, TLS]], "pkix"),
]


@dataclasses.dataclass
class Stream:
    """From one server to another, until it is authenticated."""

    title: str
    local: str  # of tests/lab/federation.yaml: its certificate decides how
    domain: str
    event: str  # of `dna peer`, that says so
    steps: list
    options: tuple = ()  # of `dna peer`

    @property
    def least(self):
        return len(self.steps)

    @property
    def held(self):
        """How many of the steps are Prosody's own waiting."""
        return sum(step.endswith(HELD) for step in self.steps)

    @property
    def with_prosody(self):
        """Whether Prosody can be told to do the same: it always shows its certificate."""
        return not self.options


STREAMS = [
    Stream("EXTERNAL, to Prosody", "a.example", "pkix.example", "external",
           [*STREAM, OPEN, HELD, EXTERNAL]),
    Stream("dialback, to Prosody", "misnamed.example", "pkix.example", "dialback",
           [*STREAM, OPEN, HELD, RESULT, *_callback(HELD, OPEN, EXTERNAL, OPEN)]),
    Stream("EXTERNAL, to dna peer", "a.example", "b.example", "external",
           [*STREAM, OPEN, EXTERNAL]),
    Stream("dialback, to dna peer", "a.example", "b.example", "dialback",
           [*STREAM, OPEN, RESULT, *_callback(OPEN)], ("--no-certificate",)),
]
