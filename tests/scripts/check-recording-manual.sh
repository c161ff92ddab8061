#!/bin/sh
# The first example in dna-recording(5) is a recording, and says what the manual says of it.
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${top_builddir:=.}"
expect='{ "expect": { "verdict": "veto", "reason": "the signature has expired" }, "recording": 1,'
folder=manual-$$
mkdir -p "$folder/tests/recordings"
sed -n '/^\.Bd -literal/,/^\.Ed$/p; /^\.Ed$/q' "$top_srcdir/man/dna-recording.5" | sed '/^\.[BE]d/d' |
	sed "s/^{ \"recording\": 1,/$expect/" >"$folder/tests/recordings/manual.json"
top_srcdir=$folder top_builddir=$top_builddir "$top_builddir/tests/recordings/replay"
status=$?
rm -rf "$folder"
exit $status
