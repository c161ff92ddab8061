"""What the policies of dna-policy(5)'s situations say: arguments of `dna policy explain`, and parts of the answer."""

USUAL = [["dane", "pkix"], "posh"]

SITUATIONS = {
    "A friend has a certificate that nobody signed": [
        ("friend.example", {"profile": "friend", "prove": USUAL}),
        ("other.example", {"profile": "default"}),
    ],
    "One old peer has nothing but dialback": [
        ("old.example", {"minimum": "weak", "prove": USUAL}),
        ("new.old.example", {"minimum": None}),
        ("other.example", {"minimum": None}),
    ],
    "Everybody may do with dialback, but not the bank": [
        ("other.example", {"minimum": "weak"}),
        ("bank.example", {"minimum": None}),
        ("chat.bank.example", {"minimum": None}),
    ],
    "A partner has an authority of its own": [
        ("partner.example", {"anchors": "partner-ca.pem", "prove": ["pkix"]}),
        ("other.example", {"anchors": None}),
    ],
    "Tenants of a host have certificates for the host only": [
        ("tenant.example", {"delegate": ["dnssec-srv"]}),
        ("--inbound tenant.example", {"delegate": ["dnssec-srv"]}),
    ],
    "DANE is tried before it is demanded": [
        ("a.example", {"profile": "default", "shadow": "future", "prove": USUAL}),
    ],
    # POL-007: a domain that must use DANE.
    "A domain is known to have DANE and must go on using it": [
        ("signed.example", {"prove": ["dane"], "delegate": ["dnssec-srv"]}),
        ("other.example", {"prove": USUAL}),
    ],
    "Somebody may get a certificate that is not his": [
        ("dissidents.example", {"withstand": ["webpki"], "prove": [["dane", "pkix", "posh"]]}),
        ("other.example", {"withstand": None}),
    ],
    # POL-007: one that must be proved.
    "A tenant makes exceptions, and the host sets limits": [
        ("--local club.example lab.example", {"minimum": "weak", "floor_line": None}),
        ("--local clinic.example lab.example", {"profile": "open", "minimum": None, "floor_line": 8}),
    ],
    "The DNS of a peer leads nowhere": [
        ("moved.example", {"endpoint": "xmpp.moved.example:5269"}),
        ("other.example", {"endpoint": None}),
    ],
}
