#!/bin/sh
# Every public header compiles alone, as C11 and as C++, without a warning.
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${CC:=cc}"
bad=0
for header in "$top_srcdir"/include/dna/*.h; do
	for language in c c++; do
		standard=c11
		[ $language = c ] || standard=c++11
		echo "#include <dna/$(basename "$header")>" |
			$CC -x $language -std=$standard -pedantic -Wall -Wextra -Wno-variadic-macros -Werror -I"$top_srcdir/include" -fsyntax-only - || {
			echo "$header does not compile alone as $language" >&2
			bad=1
		}
	done
done
exit $bad
