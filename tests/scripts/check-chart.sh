#!/bin/sh
# dna-flow(7) shows what `dna chart` prints. `check-chart.sh --update` writes it into the page.
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${top_builddir:=.}"
page=$top_srcdir/man/dna-flow.7
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$top_builddir/dna" chart >"$work/chart" || exit 1
"$top_builddir/dna" chart --dot >"$work/dot" || exit 1
if command -v dot >/dev/null; then
	dot -Tplain -o /dev/null "$work/dot" || exit 1
fi
if [ "${1:-}" = --update ]; then
	awk -v chart="$work/chart" '
		/^\.Ed$/ { inside = 0 }
		!inside
		/^\.Bd -literal -compact$/ { inside = 1; while ((getline line <chart) > 0) print line }' "$page" >"$work/page" &&
		cp "$work/page" "$page"
	exit
fi
sed -n '/^\.Bd -literal -compact$/,/^\.Ed$/p' "$page" | sed '/^\.[BE]d/d' >"$work/shown"
diff "$work/shown" "$work/chart" || {
	echo "man/dna-flow.7 does not show the chart: check-chart.sh --update" >&2
	exit 1
}
