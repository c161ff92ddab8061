#!/bin/sh
echo "there is no OpenSSL (Debian: libssl-dev) to compare with"
exit 77
