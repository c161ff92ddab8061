#!/bin/sh
# The command `dna` as it is called: what it says and how it exits. Without a network.
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${top_builddir:=.}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
unset DNA_POLICY DNA_RESOLVER DNA_RESOLVER_SOCKET DNA_TRUST_ANCHOR DNA_CA_FILE DNA_ALLOW_PRIVATE
export DNA_PLUGIN_DIR="$top_builddir/plugins.d" DNA_RESOLVER_PROGRAM="$top_builddir/core/resolver/dna-resolver"
export DNA_RESOLVER=127.0.0.1:1
bad=0

# expect STATUS TEXT ARGUMENT...: `dna ARGUMENT...` exits with STATUS and says TEXT, on one of its lines, somewhere.
expect() {
	status=$1 text=$2
	shift 2
	"$top_builddir/dna" "$@" <"$work/stdin" >"$work/out" 2>&1
	got=$?
	if [ $got -ne "$status" ] || ! grep -qF -e "$text" "$work/out"; then
		echo "dna $*: status $got, not $status, or it does not say: $text" >&2
		sed 's/^/    /' "$work/out" >&2
		bad=1
	fi
}

recording() { # ID SECURITY
	cat <<-END | tr -d '\n'
	{"recording": 1, "id": "$1", "time": "2026-11-21T00:00:00Z",
	"subject": {"domain": "b.example", "service": "xmpp-server", "role": "initiating"},
	"profile": {"delegate": ["dnssec-srv"], "prove": ["pkix"]},
	"evidence": [
	{"kind": "dns", "name": "_xmpp-server._tcp.b.example", "type": "SRV", "outcome": "failed", "security": "$2"},
	{"kind": "dns", "name": "_xmpps-server._tcp.b.example", "type": "SRV", "outcome": "denied", "security": "secure"}]}
	END
}

: >"$work/stdin"
printf 'policy: 1\nprofiles:\n  default: { prov: [pkix] }\ndefault: default\n' >"$work/misspelt.yaml"
printf 'policy: 1\nprofiles:\n  default: { prove: [pkix] }\ndefault: default\n' >"$work/policy.yaml"
mkdir "$work/plugins"
cp "$top_builddir"/plugins.d/*.so "$work/plugins/"
echo 'not a plugin' >"$work/plugins/broken.so"
chmod 644 "$work/plugins"/*.so

# Usage.
expect 2 'Usage: dna COMMAND'
expect 0 'Usage: dna COMMAND' --help
expect 0 'dna 0.' --version
expect 2 'there is no command "verfy"; did you mean "verify"?' verfy
expect 2 'there is no command "completely-different"; `dna --help` lists them' completely-different
for command in verify judge lookup prooftypes; do
	expect 0 "Usage: dna $command [options]" $command --help
	expect 2 'unknown option "--completely-different"' $command --completely-different
	expect 2 'unknown option "--jsn"; did you mean --json?' $command --jsn
done
for command in verify judge prooftypes; do
	expect 2 "dna $command: --plugins needs a value" $command --plugins
done
# Every option is in the manual page.
for command in verify judge lookup prooftypes chart; do
	for option in $("$top_builddir/dna" $command --help | sed -n 's/^  --\([a-z-]*\).*/\1/p'); do
		grep -q -e "Fl -$option\b" "$top_srcdir/man/dna.1" || {
			echo "dna $command --$option is not in man/dna.1" >&2
			bad=1
		}
	done
done
expect 2 'unknown option "--polcy=x"; did you mean --policy?' verify --polcy=x b.example
expect 2 'which domain?' verify
expect 2 '--timeout takes a number from 1 to 600, not "0"' verify --timeout 0 b.example
expect 2 '--service is xmpp-server or xmpp-client, not "smtp"' verify --service smtp b.example
expect 2 '--connect takes host:port or [address]:port, not "::1:5269"' verify --connect ::1:5269 b.example
expect 2 '--connect takes host:port or [address]:port, not "a b"' verify --connect 'a b' b.example
expect 2 'unknown option "-x"' verify -x.example
expect 2 '--json takes no value' verify --json=yes b.example
expect 2 'there is none' verify --direct-tls b.example
expect 2 '--from: "10.1" is not a domain that can have XMPP' verify --from 10.1 b.example
expect 2 'the resolver "foo" is of no use' verify --policy "$work/policy.yaml" --resolver foo b.example
expect 2 'the resolver "" is of no use' verify --policy "$work/policy.yaml" --resolver '' b.example
expect 2 "the trust anchor file \"$work/nowhere\" is of no use: No such file" \
	verify --policy "$work/policy.yaml" --trust-anchor "$work/nowhere" b.example
expect 2 "the CA file \"$work/stdin\" is of no use: there is no certificate" \
	verify --policy "$work/policy.yaml" --ca-file "$work/stdin" b.example
expect 2 "--record keeps one domain's evidence; there are 2" verify --record "$work/r" a.example b.example

expect 2 '--trust-ad is for a resolver program of our own, and --resolver-socket names one that runs already' \
	verify --policy "$work/policy.yaml" --trust-ad --resolver-socket "$work/s" b.example

# Questions to DNS.
expect 2 'one name and one type; try `dna lookup _xmpp-server._tcp.example.com SRV`' lookup b.example
expect 2 'one name and one type' lookup b.example A AAAA
expect 2 'there is no record type "svr"; did you mean SRV?' lookup b.example svr
expect 2 'there is no record type "TSLA"; did you mean TLSA?' lookup b.example TSLA
expect 2 'there is no record type "TYPE65536"; after the name comes one such as SRV, TLSA or TYPE65' lookup b.example TYPE65536
expect 2 'there is no record type "b.example"; after the name' lookup SRV b.example
expect 2 '"a b.example" is not a name that can be looked up' lookup 'a b.example' A
expect 2 '"" is not a name that can be looked up' lookup '' A
expect 2 '"_xmpp-server._tcp.a..example" is not a name' lookup _xmpp-server._tcp.a..example SRV
expect 2 '--at takes a time such as 2026-11-21T00:00:00Z, not "yesterday"' lookup --at yesterday b.example A
expect 2 '--at takes a time' lookup --at forever b.example A
expect 2 '--at takes a time' lookup --at 1970-01-01T00:00:00Z b.example A
expect 2 'the resolver "foo" is of no use' lookup --resolver foo b.example A
expect 2 '--resolver is for a resolver program of our own' lookup --resolver ::1 --resolver-socket "$work/s" b.example A
expect 3 '_xmpp-server._tcp.xn--bcher-kva.example SRV: failed, could not tell this time' \
	lookup --timeout 5 _xmpp-server._tcp.BÜCHER.example srv
expect 3 '"type":"TYPE65","rcode":null,"outcome":"failed","security":"indeterminate"' \
	lookup --json --timeout 5 b.example. type65

# Policies.
expect 2 'cannot be read: No such file or directory. It was named by --policy or DNA_POLICY.' \
	verify --policy "$work/nowhere.yaml" b.example
expect 2 "$work/misspelt.yaml:3:14: " verify --policy "$work/misspelt.yaml" b.example
expect 2 "'prove'" verify --policy "$work/misspelt.yaml" b.example
expect 2 "$work/misspelt.yaml:3:14: " judge --policy "$work/misspelt.yaml" -

# dna policy.
expect 2 'Usage: dna policy COMMAND' policy
expect 0 'Usage: dna policy COMMAND' policy --help
expect 2 'there is no "lnt"; did you mean "lint"?' policy lnt
for command in lint explain diff schema; do
	expect 0 "Usage: dna policy $command [options]" policy $command --help
	for option in $("$top_builddir/dna" policy $command --help | sed -n 's/^  --\([a-z-]*\).*/\1/p'); do
		grep -q -e "Fl -$option\b" "$top_srcdir/man/dna.1" || {
			echo "dna policy $command --$option is not in man/dna.1" >&2
			bad=1
		}
	done
done
cat >"$work/weak.yaml" <<'END'
policy: 1
profiles:
  default: { prove: [pkix] }
  weak: { extends: default, minimum: weak }
rules:
  - { match: { remote: old.example }, use: weak }
default: default
END
cat >"$work/clients.yaml" <<'END'
policy: 1
profiles:
  default: { delegate: [], prove: [pkix], minimum: weak }
default: default
END
cat >"$work/floors.yaml" <<'END'
policy: 1
profiles:
  default: { prove: [pkix] }
floors:
  - { match: { local: clinic.example }, withstand: [webpki] }
  - { match: { service: xmpp-client }, withstand: [dnssec] }
default: default
END
expect 0 'nothing to find fault with' policy lint "$work/policy.yaml" "$work/weak.yaml"
expect 2 '      3 |   default: { prov: [pkix] }' policy lint "$work/misspelt.yaml"
expect 2 '        |              ^' policy lint "$work/misspelt.yaml"
expect 2 '"valid":false,"complaints":["' policy lint --json "$work/misspelt.yaml"
expect 2 'cannot be read: No such file or directory' policy lint "$work/nowhere.yaml"
expect 0 'old.example: profile weak' policy explain --policy "$work/weak.yaml" old.example
expect 0 "$work/weak.yaml:6:5" policy explain --policy "$work/weak.yaml" old.example
expect 0 'without a proof dialback over TLS is enough' policy explain --policy "$work/weak.yaml" old.example
expect 0 '"profile":"default"' policy explain --json --policy "$work/weak.yaml" --inbound --service xmpp-client new.example
# POL-002: whatever the profile says.
expect 0 'nothing delegates it' policy explain --policy "$work/clients.yaml" old.example
expect 0 'dialback' policy explain --policy "$work/clients.yaml" old.example
expect 0 '"meaning":"pkix has to prove the domain; nothing delegates it to a host"' \
	policy explain --json --policy "$work/clients.yaml" --service xmpp-client old.example
expect 2 '"10.1" is not a domain that can have XMPP' policy explain --policy "$work/weak.yaml" 10.1
expect 2 'which domain?' policy explain
expect 1 'old.example: default -> weak' policy diff "$work/policy.yaml" "$work/weak.yaml" old.example new.example
expect 1 '2 compared, 1 differ' policy diff "$work/policy.yaml" "$work/weak.yaml" old.example new.example
expect 0 '1 compared, 0 differ' policy diff "$work/policy.yaml" "$work/weak.yaml" new.example
expect 0 '1 compared, 0 differ' policy diff "$work/policy.yaml" "$work/floors.yaml" b.example
expect 1 '1 compared, 1 differ' policy diff --local clinic.example "$work/policy.yaml" "$work/floors.yaml" b.example
expect 1 '1 compared, 1 differ' policy diff --service xmpp-client "$work/policy.yaml" "$work/floors.yaml" b.example
expect 2 '--service is xmpp-server or xmpp-client' policy diff --service c2s "$work/policy.yaml" "$work/floors.yaml" b.example
recording one secure >"$work/recorded.json"
expect 0 '1 compared, 0 differ' policy diff "$work/policy.yaml" "$work/weak.yaml" "$work/recorded.json"
cat >"$work/limits.yaml" <<'END'
policy: 1
prooftypes: { gone: { optional: true } }
profiles:
  default: { delegate: [], prove: [pkix, gone] }
  partner: { extends: default, prove: [pkix] }
rules:
  - { match: { remote: 192.0.2.1 }, use: partner }
  - { match: { remote: "[2001:db8::1]" }, use: partner }
  - { match: { remote: b.example, local: club.example }, use: partner }
floors:
  - { match: { local: clinic.example }, withstand: [webpki] }
default: default
END
received() { # LOCAL
	cat <<-END | tr -d '\n'
	{"recording": 1, "time": "2026-11-21T00:00:00Z",
	"subject": {"domain": "b.example", "local": "$1", "role": "receiving"}, "evidence": []}
	END
}
# PKIX-022
expect 0 '2001:db8::1: profile partner' policy explain --policy "$work/limits.yaml" 192.0.2.1 2001:DB8:0::1
expect 1 '[2001:db8::1]: default -> partner' policy diff "$work/policy.yaml" "$work/limits.yaml" '[2001:db8::1]'
# What is not installed shows where it would have counted.
expect 0 'gone is not installed and left out' policy explain --policy "$work/limits.yaml" b.example
expect 0 '"left_out":["gone"]' policy explain --json --policy "$work/limits.yaml" b.example
received home.example >"$work/home.json"
received club.example >"$work/club.json"
received clinic.example >"$work/clinic.json"
expect 1 'gone, which is not installed' judge --policy "$work/limits.yaml" "$work/home.json"
expect 1 '"profile":"default","left_out":["gone"]' judge --json --policy "$work/limits.yaml" "$work/home.json"
# POL-007: on whose behalf it was asked chooses rules and floors again.
expect 1 '"profile":"partner","file"' judge --json --policy "$work/limits.yaml" "$work/club.json"
expect 1 '"withstand":["webpki"]' judge --json --policy "$work/limits.yaml" "$work/clinic.json"
expect 2 'two policies, and domains or recordings, are needed' policy diff "$work/policy.yaml"
expect 0 '"$schema": "https://json-schema.org/draft/2020-12/schema"' policy schema

# Verdicts, of what needs no DNS: a domain that is none, and an endpoint where nobody is.
expect 2 '10.1: invalid' verify --policy "$work/policy.yaml" 10.1
expect 2 '{"domain":"192.0.2.1:1","verdict":"invalid","error":"this is not a domain that can have XMPP, as example.com is","service":"xmpp-client"}' \
	verify --json --service xmpp-client --policy "$work/policy.yaml" 192.0.2.1:1
expect 3 '127.0.0.1:1 could not be reached: Connection refused [' \
	verify --policy "$work/policy.yaml" --connect 127.0.0.1:1 --timeout 5 --record "$work/r.json" b.example
expect 3 'b.example: undecided' judge "$work/r.json"
expect 2 '(no name): invalid' verify --policy "$work/policy.yaml" ''
expect 2 'as example.com is' verify --policy "$work/policy.yaml" user@b.example
expect 3 '"verdict":"undecided"' verify --json --policy "$work/policy.yaml" --connect '[::1]:1,direct' --timeout 5 b.example 10.1
expect 2 "the recording \"$work/no/r.json\" cannot be written: No such file or directory" \
	verify --policy "$work/policy.yaml" --record "$work/no/r.json" --connect 127.0.0.1:1 --timeout 5 b.example

# Recordings: files, and lines; what cannot be read does not stop the rest.
recording one bogus >"$work/one.json"
recording two secure >"$work/two.json"
expect 2 'which recording?' judge
expect 4 'one: veto' judge "$work/one.json"
expect 4 '{"id":"'"$work"'/nowhere.json","verdict":"invalid","error":"No such file or directory"}' \
	judge --json "$work/nowhere.json" "$work/one.json"
{ recording one bogus; echo; echo; echo 'nonsense'; echo '{"id": "three"}'; recording two bogus; } >"$work/stdin"
expect 4 '{"line":1,"id":"one","domain":"b.example","service":"xmpp-server","verdict":"veto"' judge --json -
expect 4 '{"line":3,"id":null,"verdict":"invalid","error":"' judge --json -
expect 4 '{"line":4,"id":"three","verdict":"invalid","error":"' judge --json -
expect 4 '{"line":5,"id":"two","domain":"b.example","service":"xmpp-server","verdict":"veto"' judge --json -
[ "$(grep -c '^{' "$work/out")" -eq 4 ] || { echo "4 recordings, but not 4 lines" >&2; bad=1; }
expect 4 'line 3: invalid' judge -
{ printf ' \t\r\n'; head -c 17000000 /dev/zero | tr '\0' ' '; echo; recording one bogus | tr -d '\n'; } >"$work/stdin"
expect 4 '{"line":2,"id":null,"verdict":"invalid","error":"the line is longer than a recording may be"}' judge --json -
expect 4 '{"line":3,"id":"one",' judge --json -
: >"$work/stdin"
# A shadow judges by what is recorded as well.
printf 'policy: 1\nprofiles:\n  now: { prove: [posh] }\n  tried: { prove: [dane] }\nrules: [{ match: { remote: "*" }, use: now, shadow: tried }]\ndefault: now\n' >"$work/shadow.yaml"
sed 's/"profile": {[^}]*}, *//' "$work/one.json" >"$work/shadowed.json"
expect 4 '"shadow":{"profile":"tried","verdict":"veto"' judge --json --policy "$work/shadow.yaml" "$work/shadowed.json"
expect 2 'there is no recording on standard input' judge -
expect 2 'dnssec-srv.so does not exist' judge --plugins "$work" "$work/one.json" # a profile's prooftypes have to be there

# Recorded replies are validated again, and what is stated beside them is not believed.
with_evidence() { # EVIDENCE
	sed 's/"evidence": \[.*/"evidence": ['"$1"']}/' "$work/two.json"
}
question='"name": "_xmpp-server._tcp.b.example", "type": "SRV"'
stated='{"kind": "dns", '$question', "security": "secure", "data": ["0 0 0 ."]},
{"kind": "dns", "name": "_xmpps-server._tcp.b.example", "type": "SRV", "outcome": "denied", "security": "secure"}'
stated=$(echo "$stated" | tr -d '\n')
with_evidence "$stated" >"$work/stated.json"
with_evidence "$stated, {\"kind\": \"dns-reply\", $question, \"message\": \"AAAA\"}" >"$work/replied.json"
expect 1 'two: unproven, as its evidence states' judge "$work/stated.json"
expect 3 'the recorded reply is no DNS message' judge "$work/replied.json"
(
	export DNA_RESOLVER_PROGRAM="$work/nowhere"
	expect 3 'the recorded reply cannot be validated again: ' judge "$work/replied.json"
	expect 3 '"verdict":"undecided"' judge --json "$work/replied.json" "$work/replied.json"
	export DNA_RESOLVER_PROGRAM=/bin/false
	expect 3 'the recorded reply cannot be validated again: ' judge "$work/replied.json"
	export DNA_CA_FILE="$work/nowhere" # so that there is no libdna-net at all
	expect 3 'the recorded reply cannot be validated again: there is no resolver program for it' judge "$work/replied.json"
	exit $bad
) || bad=1

# A recording without a profile needs a policy, and says so.
sed 's/"profile": {[^}]*},//' "$work/one.json" >"$work/bare.json"
: >"$work/stdin"
expect 4 'policy      profile default, chosen at '"$work/policy.yaml:" judge --policy "$work/policy.yaml" "$work/bare.json"

# What cannot be written has not been said.
cannot_write() {
	got=$1
	shift
	if [ "$got" -ne 2 ] || ! grep -q 'the output cannot be written' "$work/err"; then
		echo "dna $*: status $got, not 2, although nothing was written" >&2
		bad=1
	fi
}
for arguments in --version prooftypes "verify --help" "judge $work/nowhere.json" "verify --policy $work/policy.yaml 10.1"; do
	"$top_builddir/dna" $arguments >&- 2>"$work/err"
	cannot_write $? "$arguments" ">&-"
done
if [ -w /dev/full ]; then
	"$top_builddir/dna" --version >/dev/full 2>"$work/err"
	cannot_write $? --version '>/dev/full'
fi

# Prooftypes, and one that is refused.
expect 0 '  pkix        ' prooftypes
expect 0 '  max_lifetime' prooftypes posh
expect 2 "the plugin directory \"$work/stdin\" cannot be used: Not a directory" prooftypes --plugins "$work/stdin"
expect 0 '  broken      refused: ' prooftypes --plugins "$work/plugins"
expect 0 '{"prooftype":"broken","loaded":false,"refusal":"' prooftypes --json --plugins "$work/plugins"
expect 2 'dna prooftypes: broken is refused: ' prooftypes --plugins "$work/plugins" broken
expect 2 'did you mean "pkix"?' prooftypes pxix
expect 0 'Parameters:' prooftypes dane
expect 2 'one NAME at a time' prooftypes pkix dane

# One end of streams between servers.
expect 2 'as whom?' peer --to b.example
expect 2 'to whom?' peer --as a.example
expect 2 'to whom?' peer --as a.example --also c.example
expect 2 '--as: "10.1" is not a domain' peer --as 10.1 --to b.example
expect 2 'each --cert has its --key' peer --as a.example --cert "$work/nowhere" --to b.example
expect 2 'cannot be used: ' peer --as a.example --cert "$work/nowhere" --key "$work/nowhere" --to b.example
expect 2 '--listen needs a certificate' peer --as a.example --listen 127.0.0.1:5269
expect 2 '--connect takes host:port' peer --as a.example --to b.example --connect :
expect 2 'named with --as and --to' peer --as a.example b.example
expect 0 '--no-certificate' peer --help
expect 3 'a.example to b.example: not accepted' peer --as a.example --to b.example --policy "$work/policy.yaml"
expect 3 '"event":"no route"' peer --json --as a.example --to b.example --policy "$work/policy.yaml"
exit $bad
