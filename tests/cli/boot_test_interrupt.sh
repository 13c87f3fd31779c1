#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Ctrl-C and TERM while the machine of kpb boot-test runs (a stub of QEMU that does not end): the right
# status, no child, nothing in TMPDIR.
. "$(dirname "$0")/common.inc"

module=$KPB_FIXTURES/klp-livepatch-test.ko
release=$(kpb inspect --json "$module" | python3 -c 'import json, sys; print(json.load(sys.stdin)["files"][0]["kernel"])')
python3 - bzImage "$release" <<'EOF'
import sys
head = bytearray(0x1000)
head[0x1fe:0x200], head[0x202:0x206], head[0x20e:0x210] = b"\x55\xaa", b"HdrS", b"\x00\x08"
version = sys.argv[2].encode() + b" (stub)\0"
head[0xa00:0xa00 + len(version)] = version
open(sys.argv[1], "wb").write(head)
EOF
mkdir bin
chmod 755 bin
cp "$KPB_SOURCE/tests/stubs/qemu-system-x86_64" bin/
echo silent >bin/mode
export PATH="$top/work/bin:$PATH"

job=''
cleanup() { [ -z "$job" ] || kill -KILL "$job" 2>/dev/null || true; }
state() { sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null || echo Z; }

for signal in INT TERM; do
	env --default-signal=INT kpb boot-test --kernel-image bzImage "$module" >"$out" 2>"$err" </dev/null &
	job=$!
	tries=0
	until machine=$(cat "$TMPDIR"/kpb-*/waiting 2>/dev/null) && [ -n "$machine" ]; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || fail "the machine has not come up in 20 seconds" "$(cat "$err")"
		[ "$(state $job)" != Z ] || fail "it ended early" "$(cat "$err")"
		sleep 0.05
	done
	kill -$signal $job
	status=0
	wait $job || status=$?
	job=''
	[ $signal = INT ] && wanted=130 || wanted=143
	same $status $wanted "the exit status after $signal"
	same "$(state "$machine")" Z "the machine after $signal"
	same "$(ls -A "$TMPDIR")" "" "what is left in TMPDIR after $signal"
	silent "$out"
done
