#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Ctrl-C and TERM while the machine of kpb boot-test runs (a stub of QEMU that does not end): the
# right exit status, no child process left, nothing left in TMPDIR.
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/boot_test.inc"

echo silent >bin/mode

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
