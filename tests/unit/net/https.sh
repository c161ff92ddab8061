#!/bin/sh
# Run the tests that need certificates, made here and now, and a server on loopback that has them.
dir=$(mktemp -d) || exit 1
server=
trap 'test -z "$server" || kill "$server"; rm -rf "$dir"' EXIT

for tool in python3 openssl; do
	command -v $tool >/dev/null || { echo "$tool is missing"; exit 77; }
done

make_ca() { # file, name
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$2" \
		-addext keyUsage=critical,keyCertSign -keyout "$dir/$1.key" -out "$dir/$1.pem"
}

make_certificate() { # file, authority, identifiers, days
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1.example" \
		-keyout "$dir/$1.key" -out "$dir/$1.csr" &&
	printf 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n%s\n' "$3" >"$dir/$1.ext" &&
	openssl x509 -req -in "$dir/$1.csr" -CA "$dir/$2.pem" -CAkey "$dir/$2.key" -set_serial "$serial" \
		-days "$4" -extfile "$dir/$1.ext" -out "$dir/$1.crt" &&
	cat "$dir/$1.crt" "$dir/$1.key" >"$dir/$1.pem"
	serial=$((serial + 1))
}

{
	serial=2
	make_ca ca "Test CA" && make_ca stranger "A CA that nobody trusts" &&
	make_certificate good ca "subjectAltName=DNS:a.example,DNS:b.example,DNS:public.example,DNS:old.example,DNS:alias.example,DNS:both.example,DNS:several.example,DNS:many.example,DNS:forged.example" 30 &&
	make_certificate wrong ca "subjectAltName=DNS:b.example" 30 &&
	make_certificate common-name ca "" 30 &&
	make_certificate expired ca "subjectAltName=DNS:expired.example" -1 &&
	make_certificate unknown stranger "subjectAltName=DNS:unknown.example" 30
} >"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }

python3 -W ignore "${top_srcdir:-..}/tests/unit/net/https_server.py" "$dir" &
server=$!
for i in $(seq 600); do
	test -s "$dir/port" && break
	sleep 0.1
done

openssl x509 -in "$dir/good.crt" -outform DER -out "$dir/good.der" || exit 1
export DNA_TEST_DIR="$dir" DNA_TEST_PORT="$(cat "$dir/port")"
status=0
for program in https verify; do
	"${top_builddir:-.}/tests/unit/net/$program" "$@" || status=1
done
exit $status
