#!/bin/sh
# What is installed serves others: a prooftype and a program are built against it out of the tree, as hello.md and the
# README say, and the installed `dna` judges by that prooftype.
: "${top_srcdir:?}" "${CC:?}" "${PKG_CONFIG:?}" "${bindir:?}" "${libdir:?}" "${docdir:?}" "${pkgconfigdir:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
root=$DESTDIR
hello=$root$docdir/examples/hello
export PKG_CONFIG_PATH="$root$pkgconfigdir" PKG_CONFIG_SYSROOT_DIR="$root" LD_LIBRARY_PATH="$root$libdir"
unset DNA_PLUGIN_DIR DNA_POLICY DESTDIR # pkgconf tells plugindir without the sysroot if it is that of DESTDIR
dna=$root$bindir/dna
flags="-std=c11 -Wall -Wextra -Werror -fPIC -shared -Wl,-z,now -Wl,--no-undefined"

fail() {
	echo "install-check: $*" >&2
	exit 1
}

sed -n '/^```c$/,/^```$/p' "$top_srcdir/README.md" | sed '/^```/d' >"$work/readme.c"
cp "$hello/hello.c" "$work/"
cd "$work" || exit 99
$CC $flags -o hello.so hello.c $($PKG_CONFIG --cflags --libs libdna) || fail "the prooftype cannot be built"
$CC $flags -o readme.so readme.c $($PKG_CONFIG --cflags --libs libdna-net) || fail "the README's program cannot be built"

"$dna" --version || fail "dna does not run"
"$dna" prooftypes --plugins . hello | grep -F "$work/hello.so" || fail "the prooftype cannot be loaded"
ln -s "$($PKG_CONFIG --variable=plugindir libdna)/dnssec-srv.so" . || fail "libdna.pc does not say where plugins are"
"$dna" judge --plugins . "$hello/recordings/proven.json" || fail "the prooftype does not prove what it should"
command -v python3 >/dev/null || exit 0
manual=$($PKG_CONFIG --variable=manualtool libdna)
"$dna" prooftypes --plugins . --json hello >"$work/hello.json" || fail "the prooftype does not describe itself"
"$root${manual#"$root"}" "$hello/hello.md" <"$work/hello.json" | grep '^.Nm dna-hello$' >/dev/null || fail "its manual page cannot be made"
