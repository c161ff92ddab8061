"""A policy, and what becomes of it by single changes: (what stands there, what stands there instead)."""

BASE = """\
policy: 1
prooftypes:
  dane: { usages: [2, 3], clients: true }
  pkix: { security: high }
  dnssec-srv:
profiles:
  first: { delegate: [dnssec-srv], prove: [[dane, pkix], posh], minimum: dna }
  second: { extends: first, withstand: [webpki], params: { posh: { strict: true } } }
rules:
  - { match: { remote: "*.a.example", service: xmpp-server }, use: first, shadow: second }
  - { match: { local: b.example, direction: receiving }, use: second }
  - { match: { remote: c.example }, use: second, endpoint: "xmpp.c.example:5270" }
floors:
  - { match: { local: d.example }, minimum: weak, withstand: any }
default: first
"""

# Both the schema and the reader accept these.
GOOD = [
    ("[2, 3]", "[]"),
    ("clients: true", "optional: true"),
    ("pkix: { security: high }", "pkix:"),
    ("  dnssec-srv:\n", ""),
    ("delegate: [dnssec-srv], ", ""),
    ("delegate: [dnssec-srv]", "delegate: []"),
    ("[[dane, pkix], posh]", "[dane]"),
    ("minimum: dna", "minimum: none-tls"),
    ("[webpki]", "any"),
    ("[webpki]", "[]"),
    ("[webpki]", "[webpki, dnssec, pin, config, other, any]"),
    ("{ posh: { strict: true } }", "{}"),
    (", service: xmpp-server", ""),
    ('"*.a.example"', '"*"'),
    ('"*.a.example"', "bücher.example"),
    ('"*.a.example"', "xn--bcher-kva.example."),
    ('"xmpp.c.example:5270"', "xmpp.c.example"),
    ('"xmpp.c.example:5270"', '"[2001:db8::1]:5270,direct"'),
    ('"xmpp.c.example:5270"', "192.0.2.1"),
    (", minimum: weak, withstand: any", ""),
    ("default: first", "default: second"),
    ("{ match: { local: d.example }, minimum", "{ match: {}, minimum"),
]

# Neither does these.
WRONG = [
    # the whole
    ("policy: 1\n", ""),
    ("policy: 1\n", "policy: 2\n"),
    ("policy: 1\n", "policy: '1'\n"),
    ("policy: 1\n", "policy: [1]\n"),
    ("policy: 1\n", "policy: one\n"),
    ("policy: 1\n", "policy:\n"),
    ("policy: 1\n", "policy: 1\nextra: 1\n"),
    ("policy: 1\n", "version: 1\n"),
    ("prooftypes:", "prooftype:"),
    ("profiles:\n", "profile:\n"),
    ("rules:", "rule:"),
    ("floors:", "floor:"),
    ("default: first", "defaults: first"),
    ("default: first", ""),
    ("default: first", "default: [first]"),
    ("default: first", "default: {}"),
    ("default: first", "default: first\nremotes: [a.yaml]"),
    ("default: first", "default: first\nlocals: {}"),
    ("default: first", "default: first\nremotes: ''"),
    # parameters
    ("  dane: { usages: [2, 3], clients: true }", "  dane: [2, 3]"),
    ("  dane: { usages: [2, 3], clients: true }", "  dane: 3"),
    ("[2, 3]", "3"),
    ("[2, 3]", "[4]"),
    ("[2, 3]", "[-1]"),
    ("[2, 3]", "['2']"),
    ("[2, 3]", "[two]"),
    ("[2, 3]", "[[2]]"),
    ("[2, 3]", "{}"),
    ("clients: true", "clients: 1"),
    ("clients: true", "clients: 'true'"),
    ("clients: true", "clients: []"),
    ("clients: true", "client: true"),
    ("clients: true", "optional: maybe"),
    ("clients: true", "optional: 1"),
    ("security: high", "security: highest"),
    ("security: high", "security: [high]"),
    ("security: high", "security: 128"),
    ("security: high", "secure: high"),
    ("security: high", "pins: abc"),
    ("security: high", "pins: [[abc]]"),
    ("security: high", "strict: true"),
    ("strict: true", "strict: very"),
    ("strict: true", "stict: true"),
    ("strict: true", "optional: true"),
    ("{ posh: { strict: true } }", "[posh]"),
    ("{ posh: { strict: true } }", "posh"),
    # profiles
    ("delegate: [dnssec-srv]", "delegate: dnssec-srv"),
    ("delegate: [dnssec-srv]", "delegate: {}"),
    ("delegate: [dnssec-srv]", "delegate: [[dnssec-srv]]"),
    ("delegate: [dnssec-srv]", "delegate: ['']"),
    ("delegate: [dnssec-srv]", "delegates: [dnssec-srv]"),
    ("prove: [[dane, pkix], posh], ", ""),
    ("prove: [[dane", "proof: [[dane"),
    ("[[dane, pkix], posh]", "dane"),
    ("[[dane, pkix], posh]", "{}"),
    ("[[dane, pkix], posh]", "[]"),
    ("[[dane, pkix], posh]", "[[]]"),
    ("[[dane, pkix], posh]", "[[[dane]]]"),
    ("[[dane, pkix], posh]", "[{}]"),
    ("[[dane, pkix], posh]", "[dane, '']"),
    ("minimum: dna", "minimum: none"),
    ("minimum: dna", "minimum: DNA"),
    ("minimum: dna", "minimum: [dna]"),
    ("minimum: dna", "minimum:"),
    ("minimum: dna", "maximum: dna"),
    ("minimum: dna", "anchors: []"),
    ("minimum: dna", "anchors: ''"),
    ("minimum: dna", "crls: {}"),
    ("[webpki]", "webpki"),
    ("[webpki]", "all"),
    ("[webpki]", "[pki]"),
    ("[webpki]", "[[webpki]]"),
    ("[webpki]", "{}"),
    ("[webpki]", "[1]"),
    ("extends: first", "extends: [first]"),
    ("extends: first", "extends: ''"),
    ("extends: first", "extend: first"),
    ("  first: { ", "  '': { prove: [dane] }\n  first: { "),
    # rules
    ("{ match: { remote: c.example }, use: second", "{ use: second"),
    ("{ match: { remote: c.example }, use: second", "{ match: c.example, use: second"),
    ("{ match: { remote: c.example }, use: second", "{ match: [], use: second"),
    ("{ match: { remote: c.example }, use: second", "{ match: { remote: c.example }, profile: second"),
    ("{ match: { remote: c.example }, use: second", "{ match: { domain: c.example }, use: second"),
    ("remote: c.example", "remote: [c.example]"),
    ("remote: c.example", "remote: ''"),
    ("remote: c.example", "remote: '**'"),
    ("remote: c.example", "remote: 'a b'"),
    ("remote: c.example", "remote: a..b"),
    ("remote: c.example", "remote: 'user@c.example'"),
    ("remote: c.example", "remote: 'a.*.b'"),
    ("remote: c.example", "remote: '*.'"),
    ("remote: c.example", "remote: 'https://c.example'"),
    ("service: xmpp-server", "service: xmpp"),
    ("service: xmpp-server", "service: [xmpp-server]"),
    ("direction: receiving", "direction: inbound"),
    ("direction: receiving", "inbound: true"),
    ("shadow: second", "shadow: []"),
    ("shadow: second", "shade: second"),
    ('"xmpp.c.example:5270"', '"a b:5270"'),
    ('"xmpp.c.example:5270"', '"xmpp.c.example:port"'),
    ('"xmpp.c.example:5270"', '"xmpp.c.example:5270,tls"'),
    ('"xmpp.c.example:5270"', '"2001:db8::1"'),
    ('"xmpp.c.example:5270"', '"xmpp.c.example:0"'),
    ('"xmpp.c.example:5270"', "[]"),
    # floors
    ("{ match: { local: d.example }, minimum", "{ minimum"),
    ("minimum: weak", "minimum: weaker"),
    ("minimum: weak", "use: first"),
    ("withstand: any", "withstand: some"),
    ("withstand: any", "prove: [dane]"),
]

# What the looks of a policy do not show: the schema accepts these, and the reader does not.
READER_ALONE = [
    ("default: first", "default: third"),
    ("default: first", "default: first\nremotes: nowhere.yaml"),
    ("extends: first", "extends: second"),
    ("extends: first", "extends: third"),
    ("shadow: second", "shadow: third"),
    ("pkix: { security: high }", "pkxi: { security: high }"),
    ("[[dane, pkix], posh]", "[[dane, dane], posh]"),
    ("[[dane, pkix], posh]", "[dnssec-srv]"),
    ("delegate: [dnssec-srv]", "delegate: [pkix]"),
    ("minimum: dna", "anchors: nowhere.pem"),
    ("remote: c.example", "remote: 192.0.2"),
    ("remote: c.example", "remote: '*.a.example', service: xmpp-server"),
    ('"xmpp.c.example:5270"', '"xmpp.c.example:70000"'),
]
