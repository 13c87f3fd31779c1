#!/bin/sh
# run.sh: installs what the tests need (Debian 12 or newer, root), builds kpb, and passes all tests.
# At most 10 minutes on 2 cores. KPB_LONG=1 adds the long stages (label "long").
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/.."

sh tests/deps.sh test
cmake --preset test
cmake --build --preset test
set -- --preset test -j 2
[ -n "${KPB_LONG-}" ] || set -- "$@" -LE long
ctest "$@"
