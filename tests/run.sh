#!/bin/sh
# run.sh: installs what the tests need (Debian 12 or newer, root), builds kpb, and runs all tests.
# Takes at most 10 minutes on 2 cores. KPB_LONG=1 adds the long stages (labels "long",
# "e2e-rebuild", "e2e-slow"). The end-to-end tests with real builders and kernels (label "e2e", half
# an hour) run if their parts were made earlier; KPB_E2E=1 makes them (one more hour, once),
# KPB_E2E=0 leaves the label out. The machines of kpb-runtime (label "machine") run if their parts
# exist; KPB_E2E=1 makes those too.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/.."

sh tests/deps.sh test
sh tests/boot/fetch-kernel.sh >/dev/null || echo 'run.sh: NOT TESTED: no stock kernel to boot (see above)'
cmake --preset test
cmake --build --preset test
set -- --preset test -j 2
excluded=
[ -n "${KPB_LONG-}" ] || excluded='long|e2e-rebuild|e2e-slow'
e2e=run
if [ "${KPB_E2E-}" = 0 ]; then
    e2e='KPB_E2E is 0'
elif [ "${KPB_E2E-}" != 1 ] && ! python3 tests/e2e/e2e.py warm; then
    e2e='the parts are not there; KPB_E2E=1 makes them'
else
    sh tests/deps.sh e2e
fi
if [ "${KPB_E2E-}" = 1 ]; then
    sh tests/e2e/prepare.sh
    sh tests/machine/prepare.sh
    sh tests/machine/prepare-kernel.sh
fi
[ "$e2e" = run ] || excluded=${excluded:+$excluded|}'e2e|e2e-rebuild'
[ -z "$excluded" ] || set -- "$@" -LE "^($excluded)\$"
status=0
ctest "$@" || status=$?
if [ "$e2e" != run ]; then
    echo "run.sh: NOT TESTED: the end-to-end tests with real kernels and builders are left out ($e2e)"
fi
exit $status
