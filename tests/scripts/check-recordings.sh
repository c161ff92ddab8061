#!/bin/sh
# The recordings of the plugins, and the seeds that are made with them, are what the scripts of tests/recordings write.
: "${top_srcdir:=$(dirname "$0")/../..}"
python3 -c 'import cryptography' 2>/dev/null || { echo "there is no python3-cryptography to write recordings with"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

mkdir -p "$work/tests/recordings" "$work/tests/fuzz/corpus"
cp "$top_srcdir"/tests/recordings/*.py "$work/tests/recordings/"
for folder in "$top_srcdir"/plugins/*/recordings; do
	plugin=$(basename "$(dirname "$folder")")
	mkdir -p "$work/plugins/$plugin"
done
for script in "$work"/tests/recordings/make-*.py; do
	python3 "$script" || { echo "$(basename "$script") fails"; bad=1; }
done
for folder in "$work"/plugins/*/recordings "$work"/tests/fuzz/corpus/*; do
	[ -d "$folder" ] || continue
	diff -r "$folder" "$top_srcdir/${folder#"$work/"}" >"$work/difference" ||
		{ head -n 20 "$work/difference"; echo "${folder#"$work/"} is not what the scripts write"; bad=1; }
done
exit $bad
