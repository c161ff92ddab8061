#!/bin/sh
# The manual pages are well-formed, and the one of dna-resolver has its options.
: "${top_srcdir:=$(dirname "$0")/../..}"
bad=0

complain() {
	echo "$1" >&2
	bad=1
}

for option in $(sed -n 's/.*{ "\([a-z-]*\)", \(required\|no\)_argument.*/\1/p' "$top_srcdir/core/resolver/main.c"); do
	grep -q -e "^\.It Fl -$option\b" "$top_srcdir/man/dna-resolver.8" ||
		complain "dna-resolver --$option is not in man/dna-resolver.8"
done
if command -v mandoc >/dev/null; then
	for page in "$top_srcdir"/man/*.[1-8]; do
		said=$(mandoc -T lint -W warning "$page") || complain "$said"
	done
elif [ $bad = 0 ]; then
	echo "skipped: there is no mandoc here"
	exit 77
fi
exit $bad
