#!/bin/sh
# fuzz.sh TARGET SECONDS: runs one fuzz target for that long, with libFuzzer, ASan and UBSan,
# starting from the committed corpus. TARGET "planted" is the negative control: a bug that the
# fuzzer must find. The fuzzers are built on first use, with clang, beside the build that the tests
# belong to. libFuzzer prints its seed. Exit status: 0 nothing found (planted: found), 1 a finding,
# 77 clang is missing.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
target=$1 seconds=${KPB_FUZZ_SECONDS:-$2}
source=$(cd "$(dirname "$0")/../.." && pwd)
build=$source/build/fuzz
command -v clang++ >/dev/null || { echo 'SKIPPED: clang is not installed'; exit 77; }

mkdir -p "$build"
exec 9>"$build/.fuzz-lock"
flock 9
if ! { cd "$source" && cmake --preset fuzz && cmake --build --preset fuzz --target kpb_fuzzers; } >"$build/log" 2>&1; then
    tail -n 20 "$build/log"
    exit 1
fi
exec 9>&-

found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$found/new"
status=0
# What counts is the memory that is used (-rss_limit_mb): for the name of a cpio member, libarchive asks for the up to
# 4 GiB that its header states, twice that while it grows, and touches what the file has.
"$build/bin/fuzz_$target" -max_total_time="$seconds" -malloc_limit_mb=8200 -artifact_prefix="$found/" "$found/new" \
    "$source/tests/fuzz/corpus/$target" >"$found/log" 2>&1 || status=$?
grep -m 1 '^INFO: Seed' "$found/log"
tail -n 3 "$found/log"
if [ "$target" = planted ]; then
    [ $status -ne 0 ] || { echo 'the planted bug was not found'; exit 1; }
    echo "fuzz $target: the planted bug was found"
    exit 0
fi
[ $status -eq 0 ] || { cat "$found/log"; od -c "$found"/crash-* "$found"/timeout-* 2>/dev/null | head -n 40; exit 1; }
echo "fuzz $target: $seconds s, nothing found"
