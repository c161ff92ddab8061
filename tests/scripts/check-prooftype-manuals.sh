#!/bin/sh
# The manual page of each prooftype is what man/prooftype-manual makes of its prose and its parameters today.
# `check-prooftype-manuals.sh --write PAGE...` writes those anew that are not; `make manuals` calls it.
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${top_builddir:=.}"
command -v python3 >/dev/null || {
	echo "skipped: there is no python3 here"
	exit 77
}
unset DNA_POLICY
export DNA_PLUGIN_DIR="$top_builddir/plugins.d"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

complain() {
	echo "$1" >&2
	bad=1
}

# generate NAME: the page of a prooftype, into $work/page
generate() {
	"$top_builddir/dna" prooftypes --json "$1" >"$work/said" &&
		python3 "$top_srcdir/man/prooftype-manual" "$top_srcdir/plugins/$1/$1.md" <"$work/said" >"$work/page"
}

# Whether a page says what the generated one says, whenever it was written.
is_current() {
	sed '/^\.Dd /d' "$1" >"$work/old" && sed '/^\.Dd /d' "$work/page" >"$work/new" && diff -u "$work/old" "$work/new"
}

if [ "${1:-}" = --write ]; then
	shift
	for page in "$@"; do
		name=$(basename "$page" .7)
		generate "${name#dna-}" || exit 1
		is_current "$top_srcdir/$page" >/dev/null 2>&1 || cp "$work/page" "$top_srcdir/$page" || exit 1
	done
	exit
fi

for prose in "$top_srcdir"/plugins/*/*.md; do
	name=$(basename "$prose" .md)
	page=$top_srcdir/man/dna-$name.7
	if ! generate "$name"; then
		complain "there is no manual page to be made of $prose"
	elif ! is_current "$page" >&2; then
		complain "$page is not what $prose and the prooftype say; make manuals"
	fi
	for parameter in $(grep -o '"name":"[a-z_]*"' "$work/said" | cut -d'"' -f4); do
		grep -q "^\.It Cm $parameter$" "$page" || complain "parameter $parameter is not in $page"
	done
done

# What cannot be a page of that prooftype is refused.
"$top_builddir/dna" prooftypes --json posh |
	python3 "$top_srcdir/man/prooftype-manual" "$top_srcdir/plugins/pkix/pkix.md" >/dev/null 2>&1 &&
	complain "prooftype-manual takes the prose of one prooftype for another's"
exit $bad
