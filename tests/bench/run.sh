#!/bin/sh
# run.sh: builds kpb as it is installed, and prints what it costs beside what it is compared with.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/../.."
sh tests/deps.sh test
cmake --preset release >/dev/null
cmake --build --preset release >/dev/null
cmake --install build/release --prefix build/bench >/dev/null
exec python3 tests/bench/bench.py build/bench tests/fixtures "$@"
