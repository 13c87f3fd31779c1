#!/bin/sh
# sanitizers.sh: the whole suite but the long stages once more, built with ASan and UBSan.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/../.."
cmake --preset asan
cmake --build --preset asan
unset KPB_PREFIX KPB_FIXTURES KPB_SYNTH KPB_SOURCE # of the build that this runs in
ctest --preset asan -LE 'long|e2e' -j 2
