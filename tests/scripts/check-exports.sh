#!/bin/sh
# The libraries export what their lists say and nothing else; plugins use only what is public, and need only libdna and libc.
: "${top_builddir:=.}"
: "${top_srcdir:=$(dirname "$0")/../..}"
bad=0

complain() {
	echo "$1" >&2
	bad=1
}

exports() {
	nm -D --defined-only "$1" | awk '$2 != "A" { print $3 }' | sed 's/@.*//'
}

for library in core/.libs/libdna.so core/net/.libs/libdna-net.so; do
	for symbol in $(exports "$top_builddir/$library"); do
		case $symbol in
		dna_*) ;;
		__asan* | __ubsan* | __sancov* | __odr_asan*) ;;
		*) complain "$library exports $symbol" ;;
		esac
	done
done

# Every function that a public header declares is there.
declared=$(cat "$top_srcdir"/include/dna/*.h | sed 's,/\*.*\*/,,' |
	grep -oE '\bdna_[a-z0-9_]+\(' | tr -d '(' | sort -u)
there=$(for library in core/.libs/libdna.so core/net/.libs/libdna-net.so; do exports "$top_builddir/$library"; done | sort -u)
for name in $declared; do
	grep -qE "^typedef .*\b$name\(" "$top_srcdir"/include/dna/*.h && continue # the type of a callback
	echo "$there" | grep -qx "$name" || {
		# a mention in prose is no declaration
		grep -qE "^[a-z].*[ *]$name\(" "$top_srcdir"/include/dna/*.h && complain "$name is declared and not exported"
	}
done

private=$(sed -n '/LIBDNA_PRIVATE/,/^}/p' "$top_srcdir/core/libdna.map" | grep -oE 'dna_[a-z0-9_]+\*?;' | tr -d ';')
for plugin in "$top_builddir"/plugins.d/*.so; do
	for symbol in $(nm -D --undefined-only "$plugin" | awk '{ print $2 }' | sed 's/@.*//' | grep '^dna_'); do
		for pattern in $private; do
			# shellcheck disable=SC2254
			case $symbol in $pattern) complain "$plugin uses $symbol, which is private" ;; esac
		done
	done
	for need in $(readelf -d "$plugin" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
		case $need in
		libdna.so.* | libc.so.* | libasan* | libubsan* | libgcc_s* | libclang_rt*) ;;
		*) complain "$plugin needs $need" ;;
		esac
	done
	[ "$(exports "$plugin" | grep -v '^__' | wc -l)" = 1 ] || complain "$plugin exports more than its prooftype"
done
exit $bad
