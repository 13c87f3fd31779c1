#!/bin/sh
# run.sh: installs what the tests need (Debian 12 or newer, root), builds kpb, and passes all tests.
# At most 10 minutes on 2 cores. KPB_LONG=1 adds the long stages (label "long"), KPB_E2E=1 the end-to-end
# tests with real builders and kernels (label "e2e": half an hour, and one more to make their parts once).
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/.."

sh tests/deps.sh test
sh tests/boot/fetch-kernel.sh >/dev/null || echo 'run.sh: NOT TESTED: no stock kernel to boot (see above)'
cmake --preset test
cmake --build --preset test
set -- --preset test -j 2
excluded=
[ -n "${KPB_LONG-}" ] || excluded=long
e2e=run
if [ "${KPB_E2E-}" = 1 ]; then
    sh tests/deps.sh e2e
else
    e2e='KPB_E2E=1 runs them'
fi
[ "$e2e" = run ] || excluded=${excluded:+$excluded|}e2e
[ -z "$excluded" ] || set -- "$@" -LE "^($excluded)\$"
status=0
ctest "$@" || status=$?
if [ "$e2e" != run ]; then
    echo "run.sh: NOT TESTED: the end-to-end tests with real kernels and builders are left out ($e2e)"
fi
exit $status
