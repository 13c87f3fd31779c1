#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kpb boot-test with a stub of QEMU: only the complete answers of this boot count as success, and
# every failure has its own exit status and message. (tests/boot runs a real kernel.)
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/boot_test.inc"

boot() { kpb boot-test --kernel-image bzImage "$@" "$module"; }
mode() { printf '%s\n' "$*" >bin/mode; }

mode good
expect 0 boot
says "$out" 'every object is patched'
! grep -q FAILED "$out" || fail "a check failed" "$(cat "$out")"
silent "$err"

# If the serial line is flooded, only its last lines are kept; the answers are among them.
mode flood
expect 0 boot

# The kernel would truncate its command line, and come up without what was requested, or not at all.
room=$(python3 -c 'print(2047 - len("console=ttyS0 oops=panic panic=-1 quiet no_timer_check rdinit=/init "))')
expect 0 boot --append "$(printf '%*s' "$room" x)"
expect 2 boot --append "$(printf '%*s' $((room + 1)) x)"
says "$err" "--append has $((room + 1)) bytes, which is refused; together with kpb's own options, the kernel's command line has room for $room"

# The packages made with --supersedes are passed on as they are printed: the transitional deb has no
# module, the other one has.
expect 0 kpb build -B deb -k "$release" --name new --replace --supersedes "kpatch-module-old-$release=1-1" \
	--module "$module" -o .
same "$(wc -l <"$out")" 2 "the debs that are made"
made=$(cat "$out") transitional=$(grep old "$out")
# shellcheck disable=SC2086
expect 0 kpb boot-test --kernel-image bzImage $made
says "$err" "kpb: note: $transitional: it contains no module; it is a transitional package"
expect 2 kpb boot-test --kernel-image bzImage "$transitional"
says "$err" "no package contains a live-patch module"

for hostile in garbage forged doubled cut early skip; do
	mode $hostile
	expect 1 boot
	says "$err" "kpb: error: the guest"
done
mode garbage
expect 1 boot --json
python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
assert d["status"] == 1 and d["diagnostics"][0]["code"] == "boot-answers", d
assert all(check["result"] == "not reached" for check in d["checks"]), d' "$out"

# A panic before the patch is loaded is the kernel's fault, afterwards the patch's; after a success
# it does not count.
mode dies 1
expect 1 boot
says "$err" 'the kernel does not boot; Kernel panic'
mode dies 3
expect 4 boot
says "$err" 'the kernel crashed in step 3'
says "$err" 'Kernel panic - not syncing: Fatal exception'
mode after
expect 4 boot

mode status
expect 1 boot
says "$err" 'qemu-system-x86_64 ended with status 1'

mode silent
expect 1 boot --timeout 1
says "$err" 'the guest did not finish within 1 s; it had reached step 1'
says "$err" 'hint: allow more time with --timeout'

# Without QEMU.
rm bin/qemu-system-x86_64
empty=$top/work/none
mkdir "$empty"
expect 5 env PATH="$empty" "$KPB_PREFIX/bin/kpb" boot-test --kernel-image bzImage "$module"
says "$err" 'qemu-system-x86_64 is not installed'
