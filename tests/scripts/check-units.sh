#!/bin/sh
# systemd understands the units, and finds that the service is confined.
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${top_builddir:=.}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
program=$(cd "$top_builddir" && pwd)/core/resolver/dna-resolver
service=$work/dna-resolver.service

command -v systemd-analyze >/dev/null || {
	echo "skipped: there is no systemd-analyze here"
	exit 77
}
cp "$top_srcdir/systemd/dna-resolver.socket" "$work/"
# What is not installed yet cannot be found where it will be.
sed "s|@libexecdir@/dna-resolver|$program|" "$top_srcdir/systemd/dna-resolver.service.in" >"$service"
said=$(systemd-analyze verify --man=no "$service" "$work/dna-resolver.socket" 2>&1)
status=$?
case $said in
*"Failed to initialize manager"* | *"not been booted"*)
	echo "skipped: systemd-analyze does not work here: $said"
	exit 77
	;;
esac
if [ $status -ne 0 ] || [ -n "$(echo "$said" | grep -F dna-resolver)" ]; then
	echo "$said" >&2
	exit 1
fi
# The threshold is in tenths; 20 and less is called OK or better.
systemd-analyze security --no-pager --offline=yes --threshold=20 "$service" >"$work/security" 2>&1 || {
	cat "$work/security" >&2
	exit 1
}
tail -n 1 "$work/security"
