#!/bin/sh
# tests/requirements agrees with the tree: every rule is listed once, what code cites is tested, and the tests that are listed
# name the rule. `check-requirements.sh --update` writes down which tests name what.
: "${top_srcdir:=$(dirname "$0")/../..}"
cd "$top_srcdir" || exit 99
list=tests/requirements
rules=212
shown=3 # tests of a rule that are listed
pattern='\b(FLOW|DELEG|DANE|PKIX|POSH|DB|POL|SEC|I18N)-[0-9]{3}\b|\bERR-[0-9]{2}\b'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

complain() {
	echo "$1" >&2
	bad=1
}

# "ID<tab>file" for each file in these places that names a rule. Seeds of fuzzers expect nothing.
mentions() {
	grep -roE --exclude-dir=corpus --exclude=requirements --exclude=check-requirements.sh "$pattern" "$@" |
		awk -F: '{ print $2 "\t" $1 }' | sort -u
}

mentions tests plugins/*/recordings >"$work/tests"
mentions core tools include plugins/*/*.c >"$work/code"

# Programs before recordings, and of each the first few.
update() {
	awk -F'\t' -v shown=$shown '
		NR == FNR { rank = $2 ~ /recordings/ ? 2 : 1; files[$1, rank] = files[$1, rank] " " $2; next }
		/^[A-Z0-9]+-[0-9]+\ttested/ {
			count = split(files[$1, 1] files[$1, 2], file, " ")
			line = $1 "\ttested:"
			for (i = 1; i <= count && i <= shown; i++)
				line = line " " file[i]
			print line (count > shown ? " ..." : "")
			next
		}
		{ print }' "$work/tests" $list >"$work/new" && cp "$work/new" $list
}

if [ "${1:-}" = --update ]; then
	update
	exit
fi

cut -f1 "$work/code" | sort -u >"$work/cited"
cut -f1 "$work/tests" | sort -u >"$work/named"
sed -n 's/\ttested:.*//p' $list | sort -u >"$work/tested"
for id in $(comm -23 "$work/cited" "$work/tested"); do
	complain "$id is cited by code, and $list does not say by what it is tested"
done
for id in $(comm -23 "$work/named" "$work/tested"); do
	complain "$id is named by a test, and $list says otherwise: $(sed -n "s/^$id\t//p" $list)"
done
sed -n 's/^\([A-Z0-9-]*\)\ttested:\(.*\)/\1\2/p' $list | while read -r id files; do
	[ -n "$files" ] || echo "$id is called tested, and $list does not say by what"
	for file in $files; do
		case $file in tests/lab/*) [ -d tests/lab ] || continue ;; esac # a tarball has no lab
		[ "$file" = ... ] || grep -qxF "$id	$file" "$work/tests" ||
			echo "$id is to be tested by $file, which does not name it"
	done
done >"$work/wrong"
while read -r line; do
	complain "$line"
done <"$work/wrong"
duplicates=$(grep -oE "^($pattern)" $list | sort | uniq -d)
[ -z "$duplicates" ] || complain "listed twice: $duplicates"
[ "$(grep -cE "^($pattern)	." $list)" -eq $rules ] || complain "$list has not all $rules rules, each with a word on it"
[ $bad -eq 0 ] || echo "what the tests name is written down by $0 --update" >&2
exit $bad
