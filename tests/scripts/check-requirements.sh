#!/bin/sh
# tests/coverage-of-requirements agrees with the tree: what code cites is tested, what is called tested is named by a test, and
# every rule is listed once.
: "${top_srcdir:=$(dirname "$0")/../..}"
cd "$top_srcdir" || exit 99
list=tests/coverage-of-requirements
pattern='\b(FLOW|DELEG|DANE|PKIX|POSH|DB|POL|SEC|I18N)-[0-9]{3}\b|\bERR-[0-9]{2}\b'
bad=0

ids() {
	grep -rhoE --exclude=coverage-of-requirements --exclude=check-requirements.sh "$pattern" "$@" | sort -u
}

state() {
	sed -n "s/^$1	//p" $list
}

complain() {
	echo "$1" >&2
	bad=1
}

tests=$(ids tests plugins/*/recordings)
for id in $(ids core tools include plugins/*/*.c); do
	[ "$(state "$id")" = tested ] || complain "$id is cited by code, and $list does not call it tested"
done
for id in $(sed -n 's/	tested$//p' $list); do
	echo "$tests" | grep -qx "$id" || complain "$id is called tested, and no test names it"
done
for id in $tests; do
	[ "$(state "$id")" = tested ] || complain "$id is named by a test, and $list says otherwise: $(state "$id")"
done
duplicates=$(grep -oE "^($pattern)" $list | sort | uniq -d)
[ -z "$duplicates" ] || complain "listed twice: $duplicates"
[ "$(grep -cE "^($pattern)	." $list)" -eq 212 ] || complain "$list has not all 212 rules, each with a word on it"
exit $bad
