#!/bin/sh
# The C in the README compiles, without a warning.
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${CC:=cc}"
sed -n '/^```c$/,/^```$/p' "$top_srcdir/README.md" | sed '/^```/d' >readme-$$.c
lines=$(grep -c . readme-$$.c)
$CC -std=c11 -Wall -Wextra -Werror -Wno-missing-prototypes -I"$top_srcdir/include" -fsyntax-only readme-$$.c
status=$?
rm -f readme-$$.c
[ "$lines" -gt 5 ] || { echo "there is no C in the README" >&2; exit 1; }
exit $status
