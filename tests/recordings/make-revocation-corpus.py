#!/usr/bin/env python3
"""Write the fuzzing corpora of revocation lists, OCSP responses and PEM, from the recordings of pkix about them."""

import base64
import json
import textwrap

import recordings


def write(corpus, name, content):
    folder = recordings.TOP / "tests" / "fuzz" / "corpus" / corpus
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def octets(pem):
    return base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-")))


def block(content, end="\n"):
    lines = textwrap.wrap(base64.b64encode(content).decode(), 64)
    return end.join(["-----BEGIN X509 CRL-----", *lines, "-----END X509 CRL-----", ""]).encode()


def write_inquiries():
    """The certificate, its issuer's, and what is said of it."""
    for path in sorted((recordings.TOP / "plugins" / "pkix" / "recordings").glob("*.json")):
        items = {item["kind"]: item for item in json.loads(path.read_text())["evidence"]}
        about = b"".join(octets(pem) for pem in items["peer-chain"]["pem"][:2])
        if path.stem.startswith("crl-") and not path.stem.endswith("-hard") and "crls" in items:
            write("crl", path.stem[4:], about + octets(items["crls"]["pem"][0]))
        if path.stem.startswith("ocsp-") and not path.stem.endswith("-hard") and "data" in items.get("ocsp", {}):
            write("ocsp", path.stem[5:], about + base64.b64decode(items["ocsp"]["data"][0]))


def write_blocks():
    one, other = block(bytes(range(60))), block(b"\x30\x00")
    write("pem", "one", one)
    write("pem", "two", b"said of the first\n" + one + b"and of the second\n" + other)
    write("pem", "crlf", block(bytes(range(60)), "\r\n"))
    write("pem", "one-line", one.replace(b"\n", b""))
    write("pem", "header", one.replace(b"-\n", b"-\nA: b\n\n", 1))
    write("pem", "other-label", one.replace(b"X509 CRL", b"CERTIFICATE") + other)
    write("pem", "nested", one.replace(b"-\n", b"-\n-----BEGIN X509 CRL-----\n", 1))
    write("pem", "no-end", one[:-12])
    write("pem", "no-data", block(b""))


write_inquiries()
write_blocks()
