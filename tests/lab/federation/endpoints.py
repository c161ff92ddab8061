"""To whom the streams of `dna peer` lead."""

from .callbacks import silent
from .peer import A, B, Peer, identity
from .raw import Stream
from .scenarios import LISTEN_A, scenario

PING = "<iq type='get' id='1' from='pkix.example' to='a.example'><ping xmlns='urn:xmpp:ping'/></iq>"


# POL-009, FLOW-003
@scenario("--connect", "is for --to only: answers to others go where their DNS leads")
def connect():
    files = identity("pkix.example")[3], identity("pkix.example")[5]
    with silent(B), Peer(*identity("a.example"), "--to", "b.example", "--connect", f"{B}:5269",
                         *LISTEN_A) as peer:
        peer.await_event("connected", address=B)
        with Stream(A, "pkix.example", "a.example").secure(files) as stream:
            stream.open().hears("EXTERNAL")
            stream.external().hears("<success")
            stream.open().send(PING)
            peer.await_event("ping")
            peer.await_event("connected", host="xmpp.pkix.example")
        assert len(peer.find("connected", address=B)) == 1, peer.tell()
