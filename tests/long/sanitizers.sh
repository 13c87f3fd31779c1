#!/bin/sh
# sanitizers.sh: the whole suite, except the long stages, built with ASan and UBSan.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/../.."
cmake --preset asan
cmake --build --preset asan
unset KPB_PREFIX KPB_FIXTURES KPB_SYNTH KPB_SOURCE # those of the build in which this runs
ctest --preset asan -LE 'long|e2e' -j 2
