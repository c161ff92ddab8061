#!/bin/sh
# Prooftypes judge every recording alike with IO and the clock taken away, and do not even try to have them. That this would
# be noticed is shown by one that does.
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${top_builddir:=.}"
top_builddir=$(cd "$top_builddir" && pwd) || exit 99
top_srcdir=$(cd "$top_srcdir" && pwd) || exit 99
folder=$PWD/pure-$$
if nm "$top_builddir/tests/recordings/.libs/replay" "$top_builddir/tests/recordings/replay" 2>/dev/null | grep -q __asan_init; then
	echo "skipped: a sanitizer takes the place of the clock itself"
	exit 77
fi
bad=0
trap 'rm -rf "$folder"' EXIT

# Where a sanitizer's library has to come first it is not asked to.
replay() {
	env ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" DNA_NO_IO=1 \
		LD_PRELOAD="$top_builddir/tests/pure/.libs/no-io.so" \
		top_srcdir="$1" top_builddir="$2" "$top_builddir/tests/recordings/replay"
}

replay "$top_srcdir" "$top_builddir" >pure-$$.log || { cat pure-$$.log; bad=1; }
tail -n 1 pure-$$.log
rm -f pure-$$.log

mkdir -p "$folder/plugins/impure/recordings" "$folder/plugins.d"
cp "$top_builddir/tests/pure/.libs/impure.so" "$folder/plugins.d/"

# recording PARAMETERS
recording() {
	cat >"$folder/plugins/impure/recordings/one.json" <<-END
	{ "recording": 1, "id": "impure", "time": "2026-11-21T00:00:00Z",
	  "subject": { "domain": "tenant.example", "role": "receiving" },
	  "profile": { "delegate": [], "prove": ["impure"], "params": { "impure": $1 } },
	  "expect": { "finding": "none" } }
	END
}

recording '{}'
replay "$folder" "$folder" || { echo "a prooftype is blamed that did nothing"; bad=1; }
for how in open socket getaddrinfo getenv time clock_gettime; do
	for early in false true; do
		recording "{ \"how\": \"$how\", \"early\": $early }"
		replay "$folder" "$folder" | grep "^# $how() by impure.so\$" || { echo "$how() was not noticed"; bad=1; }
	done
done
exit $bad
