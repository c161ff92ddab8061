#!/bin/sh
# Arrows run one way (HACKING.md): who may include whom, and which library may be seen where.
# Prints each arrow that runs back; exits non-zero if there is one.
: "${top_srcdir:=$(dirname "$0")/../..}"
cd "$top_srcdir" || exit 99
bad=0

complain() {
	echo "$1" >&2
	bad=1
}

# Includes of the files in folders $@, as "file:name".
includes() {
	find "$@" -name '*.[ch]' -exec grep -Ho '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"][^>"]*[>"]' {} + |
		sed 's/:.*[<"]\([^>"]*\)[>"]/:\1/'
}

# Folder $1 may include our own headers from the folders $2... only.
may_include() {
	folder=$1
	shift
	for line in $(find "$folder" -name '*.[ch]' -exec grep -Ho '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]*/[^"]*"' {} + |
		sed 's/:.*"\([^"]*\)"/:\1/'); do
		from=${line%%:*} to=${line#*:}
		ok=no
		for layer in "$@"; do
			case $to in "$layer"/*) ok=yes ;; esac
		done
		[ "$ok" = yes ] || complain "$from includes \"$to\": an arrow that runs back"
	done
}

may_include include
may_include core/base base
may_include core/evidence base evidence
may_include core/policy base evidence policy
may_include core/proof base evidence policy proof
may_include core/flow base evidence policy proof flow
may_include core/plugin base evidence policy proof flow plugin
may_include core/loop base loop
may_include core/net base evidence loop net
may_include core/resolver base evidence loop resolver
may_include plugins
may_include tools base evidence policy plugin net tools stream peer

# Header $1 may be included in the folders $2... only.
only_in() {
	header=$1
	shift
	for line in $(includes include core plugins tools tests | grep ":$header"); do
		ok=no
		for folder in "$@"; do
			case $line in "$folder"/*) ok=yes ;; esac
		done
		[ "$ok" = yes ] || complain "${line%%:*} includes <${line#*:}>, which only $* may"
	done
}

only_in ltdl.h core/plugin
only_in curl/ core/net tests
only_in getdns/ core/resolver tests bench
only_in expat.h tools/stream
only_in yaml.h core/policy tests bench
only_in idn2.h core/base tests
only_in gnutls/ core/evidence core/flow core/net core/resolver tools/stream tests bench
only_in jansson.h core/evidence core/policy core/proof tools tests bench
only_in criterion/ tests
only_in openssl/ tests bench

# A plugin includes <dna/prooftype.h>, its own parts, and nothing else that is not the C library's or that does IO.
for line in $(includes plugins); do
	[ -e "${line%/*}/${line#*:}" ] && continue
	case ${line#*:} in
	dna/prooftype.h | ctype.h | inttypes.h | limits.h | stdarg.h | stdbool.h | stddef.h | stdint.h | stdio.h | stdlib.h | string.h | strings.h) ;;
	*) complain "${line%%:*} includes ${line#*:}, which a prooftype may not" ;;
	esac
done

# libdna does no IO but in its loader of plugins and policies.
for call in socket connect getaddrinfo fopen open openat popen system fork; do
	hits=$(grep -rnE "(^|[^_[:alnum:]])$call[[:space:]]*\(" core/base core/evidence core/policy core/proof core/flow plugins \
		--include='*.c' | grep -vE '^[^:]*:[0-9]*:[[:space:]]*(/?\*|//)')
	[ -z "$hits" ] || complain "IO where there must be none: $hits"
done

[ $bad = 0 ] && echo "all arrows run one way"
exit $bad
