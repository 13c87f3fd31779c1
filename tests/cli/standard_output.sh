#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Output that could not be written is an error: with a full, closed or broken standard output the
# exit status says so, and no artifact contains messages that were meant for a closed descriptor.
. "$(dirname "$0")/common.inc"

patch=$KPB_FIXTURES/livepatch-test.patch
K=5.14.0-362.8.1.el9_3

# to_full COMMAND...
to_full() { "$@" >/dev/full; }
for command in "help" "--version" "plugins list" "inspect $KPB_SYNTH/plain.ko" "verify $KPB_SYNTH/plain.ko" "help --man" "build --dry-run -k $K $patch" \
	"build -o - -k $K $patch" "inspect --json $KPB_SYNTH/plain.ko"; do
	# shellcheck disable=SC2086
	expect 5 to_full kpb $command
	says "$err" "cannot write to standard output; No space left on device"
done
files ""

# Closed.
closed() { "$@" >&-; }
expect 5 closed kpb help
says "$err" "cannot write to standard output"
closed_all() { "$@" <&- >&- 2>&-; }
expect 5 closed_all kpb help
# The package is made all the same, and contains only what belongs to it.
expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --module "$KPB_SYNTH/el7.ko"
mv ./*.rpm reference.rpm
expect 0 closed_all kpb build -q -b -p classic -k 3.10.0-229.el7 --module "$KPB_SYNTH/el7.ko"
cmp reference.rpm kpatch-module-el7-1-1.x86_64.rpm
expect 2 closed_all kpb build -q -b -p classic -k 3.10.0-327.el7 --module "$KPB_SYNTH/el7.ko" --name other
files kpatch-module-el7-1-1.x86_64.rpm reference.rpm

# A reader that stops early.
expect 0 sh -c '{ kpb help build; echo $? >status; } | head -n 1'
says "$out" "Usage: kpb build"
case $(cat status) in 0 | 5) ;; *) fail "exit status $(cat status) with a closed pipe" ;; esac
