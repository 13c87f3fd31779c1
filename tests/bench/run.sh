#!/bin/sh
# run.sh: builds kpb as it is installed, and prints its costs compared with other programs.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/../.."
sh tests/deps.sh test
cmake --preset release -DKPB_BUILD_BENCH=ON >/dev/null
cmake --build --preset release >/dev/null
cmake --install build/release --prefix build/bench >/dev/null
sh tests/fixtures/synth/build.sh build/bench-modules
build/release/bin/relations_bench
python3 tests/bench/runtime.py build/release/sbin/kpb-reconcile
python3 tests/bench/bench.py build/bench tests/fixtures build/bench-modules/plain.ko "$@"
python3 tests/bench/confinement.py build/bench/bin/kpb build/bench-modules/plain.ko 6.1.0-56-amd64
exec python3 tests/bench/series.py build/bench tests/fixtures
