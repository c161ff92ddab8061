"""Policies that ship, that the manual shows, and that are wrong: what the schema and the reader say of them.

    check.py DNA SOURCE        DNA: the command; SOURCE: the tree
"""

import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

from situations import SITUATIONS
from wrong import BASE, GOOD, READER_ALONE, WRONG

dna, source = sys.argv[1:]
failures = []


def fail(sentence):
    failures.append(sentence)
    print(sentence, file=sys.stderr)


def run(*arguments):
    return subprocess.run([dna, "policy", *arguments], capture_output=True, text=True)


def read(*names):
    with open(os.path.join(source, *names), encoding="utf-8") as file:
        return file.read()


# ---- the schema ----

printed = run("schema").stdout
if printed != read("policy", "policy.schema.json"):
    fail("policy/policy.schema.json is not what `dna policy schema` prints")
schema = json.loads(printed)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def schema_accepts(text):
    return validator.is_valid(yaml.safe_load(text))


def reader_accepts(text, folder):
    path = os.path.join(folder, "policy.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return run("lint", path).returncode != 2


# ---- shipped policies: without fault, and without a warning ----

for name in "default", "hosting", "opportunistic", "strict":
    if not schema_accepts(read("policy", name + ".yaml")):
        fail(f"the schema refuses policy/{name}.yaml")
    result = run("lint", os.path.join(source, "policy", name + ".yaml"))
    if result.returncode != 0:
        fail(f"dna policy lint policy/{name}.yaml: {result.stdout}")

# ---- single changes of a policy: both sides agree ----


def changed(change):
    old, new = change
    if BASE.count(old) != 1:
        fail(f"{old!r} has to be in the policy once")
    return BASE.replace(old, new)


with tempfile.TemporaryDirectory() as folder:
    for change in GOOD + WRONG + READER_ALONE:
        text = changed(change)
        wanted = (change not in WRONG, change in GOOD)
        got = (schema_accepts(text), reader_accepts(text, folder))
        if got != wanted:
            fail(f"{change}: schema and reader say {got}, not {wanted}")
if len(WRONG) + len(READER_ALONE) < 100:
    fail("there are less than a hundred mistakes")

# ---- the manual: every key, and nothing else ----


def keys(part):
    for name, value in part.get("properties", {}).items():
        if value.get("description") in prooftypes:
            continue
        yield name
        for inner in value, value.get("items", {}), value.get("additionalProperties", {}):
            if isinstance(inner, dict) and name not in ("prooftypes", "params"):
                yield from keys(inner)


prooftypes = {value["description"] for value in schema["properties"]["prooftypes"]["properties"].values()}
page = read("man", "dna-policy.5")
described = set(re.findall(r"^\.It Cm (\S+)$", page, re.M))
if described != set(keys(schema)):
    fail(f"man/dna-policy.5 and the schema differ in {sorted(described ^ set(keys(schema)))}")

# ---- its situations ----


def situations():
    part = page[page.index(".Sh SITUATIONS"):page.index(".Sh DIAGNOSTICS")]
    for title, body in re.findall(r"^\.Ss (.*?)\n(.*?)^\.Ed$", part, re.M | re.S):
        yield title, body[body.index("\n", body.index(".Bd ")) + 1:]


def authority():
    with open(os.path.join(source, "plugins", "pkix", "recordings", "anchors-own.json"), encoding="utf-8") as file:
        for item in json.load(file)["evidence"]:
            if item["kind"] == "trust-anchors":
                return item["pem"][0]


with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "partner-ca.pem"), "w", encoding="utf-8") as file:
        file.write(authority())
    found = dict(situations())
    if found.keys() != SITUATIONS.keys() or len(found) < 10:
        fail(f"situations that are not tested, or not shown: {sorted(found.keys() ^ SITUATIONS.keys())}")
    for title, text in found.items():
        path = os.path.join(folder, "policy.yaml")
        if text.count("\n") > 11:
            fail(f"{title}: longer than ten lines below its first")
        if not schema_accepts(text) or not reader_accepts(text, folder):
            fail(f"{title}: {run('lint', path).stdout}")
        for arguments, expected in SITUATIONS.get(title, []):
            result = run("explain", "--json", "--policy", path, *arguments.split())
            answer = json.loads(result.stdout or "{}")
            flat = {**answer.get("effective", {}), **answer, "shadow": answer.get("shadow", {}).get("profile")}
            for key, value in expected.items():
                if flat.get(key) != value:
                    fail(f"{title}: {arguments}: {key} is {flat.get(key)!r}, not {value!r}")

sys.exit(1 if failures else 0)
