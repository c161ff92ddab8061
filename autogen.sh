#!/bin/sh
# Make configure and its friends from configure.ac and Makefile.am.
set -e
cd "$(dirname "$0")"
exec autoreconf --install --force "$@"
