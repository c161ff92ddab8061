"""Runs `dna lookup` on every tenant's records and compares what it says with what is published."""

import concurrent.futures
import datetime
import json
import os
import subprocess

from . import verify
from .questions import questions_of

STATUS = {"secure": 0, "insecure": 0, "failed": 3, "bogus": 4}
ENOUGH = ["--timeout", "300"]  # seconds for what is answered, on any machine
PATIENCE = 600  # seconds: then it hangs
# Where the chain of signatures ends, by what is wrong with the tenant's zone.
ENDS = {
    "bogus": "bogus: {name} {kind}, the chain breaks here\n",
    "wrong-ds": "zone        bogus: {zone}, the chain breaks here: ",
    "expired": "zone        bogus: {zone}, the chain breaks here: ",
    "insecure": "zone        insecure: {zone}, the chain ends here: ",
    "island": "zone        insecure: {zone}, the chain ends here: ",
    "unknown-algorithm": "zone        insecure: {zone}, the chain ends here: ",
    "lame": "failed      indeterminate: {name} {kind}\n",
}


def _dna(*arguments):
    """Exit status and output of `dna lookup`."""
    done = subprocess.run(["dna", "lookup", *ENOUGH, *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)
    return done.returncode, done.stdout


def _ask(*arguments):
    """Exit status of `dna lookup --json`, and its object."""
    status, output = _dna("--json", *arguments)
    return status, next(verify.answers(output), {})


def _differences(question, status, said):
    """In what an answer differs from what is published, as sentences."""
    name, kind, security, published = question
    if (said.get("name"), said.get("type")) != (name, kind):
        yield f"it speaks of {said.get('name')} {said.get('type')}"
    if status != STATUS[security]:
        yield f"the exit status is {status}, not {STATUS[security]}"
    wanted = "indeterminate" if security == "failed" else security
    if said.get("security") != wanted:
        yield f"the security is {said.get('security')}, not {wanted}"
    rcodes = ("SERVFAIL",) if security == "failed" else ("NOERROR", "NXDOMAIN")
    if said.get("rcode") not in rcodes:
        yield f"the response code is {said.get('rcode')}, not {' or '.join(rcodes)}"
    if security == "failed":
        return
    records = sorted(answer["data"] for answer in said.get("answers", []))
    if published is not None and records != sorted(published):
        yield f"the records are {records}, not {published}"
    if (said.get("outcome") == "answered") != bool(records):
        yield f"the outcome is {said.get('outcome')}, with {len(records)} records"


def _alias_differences(world, tenant, said):
    """The alias comes first and is secure, as its zone is, whatever it leads to."""
    first, *rest = said.get("answers") or [{}]
    if (first.get("type"), first.get("security")) != ("CNAME", "secure"):
        yield f"the first answer is {first}, not the alias"
    owner = f"_xmpp-server._tcp.{world.tenants[tenant.srv_alias].name}"
    if [answer["name"] for answer in rest] != [owner] or said.get("rcode") != "NOERROR":
        yield f"the alias leads to {rest}, not to {owner}"


def _text_differences(tenant, question, status, text):
    """For people the zones are named, and where the chain of signatures ends."""
    name, kind, security, _ = question
    title = f"{name} {kind}: {security}"
    if not text.startswith(title):
        yield f"the text does not begin with \"{title}\""
    if status != STATUS[security]:
        yield f"the exit status is {status}, not {STATUS[security]}, for people"
    zones = ["the root", "example"]
    trouble = "bogus" if kind in tenant.bogus else tenant.zone
    end = ENDS.get(trouble, "").format(name=name, kind=kind, zone=tenant.name)
    if security in ("secure", "bogus") and trouble in ("secure", "nsec3", "bogus"):
        zones.append(tenant.name)
    wanted = [end] + [f"zone        secure: {zone}\n" for zone in zones if security != "failed"]
    for line in wanted:
        if line not in text:
            yield f"the text does not say \"{line.strip()}\":\n{text}"


def _question(world, tenant, question):
    name, kind, _, _ = question
    status, said = _ask(name, kind)
    problems = list(_differences(question, status, said))
    if name == f"_xmpp-server._tcp.{tenant.name}":
        problems += _text_differences(tenant, question, *_dna(name, kind))
        if tenant.srv_alias:
            problems += _alias_differences(world, tenant, said)
    return verify.Result(tenant, f"{name} {kind}", said, problems)


def lookup(domains):
    """A result for each set of records that a server asks for; clients' are alike."""
    world, wanted = verify.chosen(domains)
    asked = [(world, tenant, question) for tenant in wanted
             for question in questions_of(world, tenant)
             if not question[0].startswith(("_xmpp-client.", "_5222."))]
    with concurrent.futures.ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        return list(pool.map(lambda each: _question(*each), asked))


def options():
    """What the options change, held against what it should be: complaints."""
    name = "_xmpp-server._tcp.delegated.example"
    world, _ = verify.chosen([])
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=60)
    cases = [
        (["--at", later.strftime("%Y-%m-%dT%H:%M:%SZ"), name, "SRV"],
         4, {"security": "bogus", "rcode": "NOERROR", "not_after": None}),
        (["--timeout", "1", "--resolver", world.servers["black-hole"], name, "SRV"],
         3, {"outcome": "failed", "rcode": None, "answers": []}),
        (["_XMPP-server._tcp.BÜCHER.example", "srv"],
         0, {"name": "_xmpp-server._tcp.xn--bcher-kva.example", "security": "secure"}),
        ([".", "DNSKEY"], 0, {"name": ".", "security": "secure", "word": "validated"}),
    ]
    for arguments, wanted_status, wanted in cases:
        status, said = _ask(*arguments)
        got = {key: said.get(key, "nothing") for key in wanted}
        if (status, got) != (wanted_status, wanted):
            yield (f"dna lookup {' '.join(arguments)}: exit status {status}, not {wanted_status}, "
                   f"or not {wanted}: {json.dumps(said, indent=2)}")
