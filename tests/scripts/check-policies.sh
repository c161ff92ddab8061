#!/bin/sh
# Shipped policies, those of the manual, and many wrong ones: the JSON schema, the reader and the manual agree.
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${top_builddir:=.}"
python3 -c 'import jsonschema, yaml' 2>/dev/null || exit 77
unset DNA_POLICY
export DNA_PLUGIN_DIR="$top_builddir/plugins.d" PYTHONDONTWRITEBYTECODE=1
exec python3 "$top_srcdir/tests/policies/check.py" "$top_builddir/dna" "$top_srcdir"
