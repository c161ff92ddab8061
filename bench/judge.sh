#!/bin/sh
# How fast recordings are judged: all in one process, and beside it a process for each.
# Usage: judge.sh DNA PLUGINS SOURCE-TREE; the number of recordings is COUNT (1000).
set -e
dna=$1 plugins=$2 source=$3
: "${COUNT:=1000}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One line a recording, as often as it takes.
for file in "$source"/plugins/*/recordings/*.json; do
	tr -d '\n' <"$file"
	echo
done >"$work/once"
: >"$work/lines"
while [ "$(wc -l <"$work/lines")" -lt "$COUNT" ]; do
	cat "$work/once" >>"$work/lines"
done
head -n "$COUNT" "$work/lines" >"$work/all"

seconds() {
	start=$(date +%s%N)
	"$@" >"$work/out" 2>&1 || true # verdicts are of every kind
	end=$(date +%s%N)
	echo "$(((end - start) / 1000)) $COUNT" | awk '{ printf "%8.3f s  %8.0f recordings/s", $1 / 1e6, $2 * 1e6 / $1 }'
}

together() {
	"$dna" judge --json --plugins "$plugins" - <"$work/all"
}

apart() {
	while IFS= read -r line; do
		printf '%s\n' "$line" | "$dna" judge --json --plugins "$plugins" - || true
	done <"$work/all"
}

printf 'judge  one process          %s\n' "$(seconds together)"
printf 'judge  a process for each   %s\n' "$(seconds apart)"
