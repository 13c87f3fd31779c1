#!/bin/sh
# run.sh: installs what the tests need (Debian 12 or newer, root), builds kpb, and passes all tests.
# At most 10 minutes on 2 cores. KPB_LONG=1 adds the long stages (label "long"). The end-to-end tests (label
# "e2e", half an hour more) run where their parts are there or KPB_E2E=1, which makes them; KPB_E2E=0: never.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/.."

sh tests/deps.sh test
cmake --preset test
cmake --build --preset test
set -- --preset test -j 2
excluded=
[ -n "${KPB_LONG-}" ] || excluded=long
# Half an hour of real builds, where their parts are at hand (tests/e2e/prepare.sh makes them).
cache=${KPB_CACHE:-/var/cache/kpb-tests}
e2e=run
if [ "${KPB_E2E-}" = 0 ]; then
    e2e='KPB_E2E=0'
elif [ "${KPB_E2E-}" = 1 ]; then
    sh tests/deps.sh e2e
elif [ ! -d "$cache/store" ] || [ ! -d "$cache/dist-6.12" ] || [ ! -d "$cache/dist-7" ]; then
    e2e="no parts in $cache; KPB_E2E=1 makes them"
fi
[ "$e2e" = run ] || excluded=${excluded:+$excluded|}e2e
[ -z "$excluded" ] || set -- "$@" -LE "^($excluded)\$"
status=0
ctest "$@" || status=$?
if [ "$e2e" != run ]; then
    echo "run.sh: NOT TESTED: the end-to-end tests with real kernels and builders are left out ($e2e)"
fi
exit $status
