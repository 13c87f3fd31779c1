#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A series whose manifest says how its kernel is prepared: a job of its own prepares it once, its
# cells are built with it, and another result directory takes them from the store. Everything is
# kpb's own except the builder, which is the STUB of tests/stubs: it copies a finished module.
. "$(dirname "$0")/common.inc"
release=6.12.107-kpbtest version=6 patchlevel=12 sublevel=107 extra=-kpbtest
. "$(dirname "$0")/stub_kernel.inc"

export SOURCE_DATE_EPOCH=1700000000
cp "$KPB_SOURCE/tests/stubs/kpatch-build" "$root/usr/bin/kpatch-build"
echo 'ERROR: no changed objects found.' >"$root/kpb-stub-original"
cp symvers "$root/kpb-stub-symvers"
sed 's/livepatch_two/kpatch_ab_1_1/g' "$KPB_FIXTURES/livepatch-two.ko" >"$root/kpb-stub-module"
echo 'SUCCESS' >"$root/success.log"
echo success.log >"$root/kpb-stub-log"
echo 0 >"$root/kpb-stub-status"
cat >m.yml <<YAML
kernels:
  small: {release: $release, source: tree, config: config, vmlinux: vmlinux, symvers: symvers, root: $root, builder: kpatch-build}
packages:
  - {name: ab, backends: [rpm-build], patches: [{filename: ab.patch, kernels: [small]}]}
  - {name: recipe, patches: [{filename: ab.patch, kernels: [small]}]}
YAML

expect 0 kpb series status m.yml
says "$out" "2 cells: 2 to do"
[ ! -e "$KPB_STORE" ] || fail "a look made the store"
expect 0 kpb series plan m.yml
says "$out" "2 cells for 1 kernel, 1 kernel to prepare first"
expect 0 kpb series build --events events m.yml
says "$out" "2 cells: 2 built"
rpm=m.series/rpm-build/$release/kpatch-module-ab-$release-1-1.x86_64.rpm
expect 0 kpb inspect "$rpm"
says "$out" version_proc_show
same "$(grep -c '"job": *"kernel-small"' events)" 2 "the number of words on the kernel's job"
expect 0 kpb series build --events again m.yml
says "$out" "2 cells: 2 reused"
same "$(grep -c '"job": *"ab@small"' again)" 0 "words on a finished cell"

# The durations of the jobs are known: 4000 and 2000 seconds. Another result directory does not know
# them.
python3 - <<'PYTHON'
import hashlib
path = "m.series/.kpb/journal"
lines = [line.split("\t") for line in open(path).read().split("\n") if line]
with open(path, "w") as file:
    for line in lines:
        line[5] = {"ab@small": "4000", "recipe@small": "2000"}.get(line[2], line[5])
        text = "\t".join(line[1:])
        file.write(hashlib.sha256(text.encode()).hexdigest()[:16] + "\t" + text + "\n")
assert {line[2] for line in lines} == {"ab@small", "kernel-small", "recipe@small"}, lines
PYTHON
# A kernel that is in the store, without its source here, need not be prepared.
sed 's/, source: tree.*builder: kpatch-build//' m.yml >there.yml
expect 0 kpb series plan --json -o m.series there.yml
python3 - "$out" "$(nproc)" <<'PYTHON'
import json, sys
size = json.load(open(sys.argv[1]))["size"]
wanted = {"cells": 2, "left_out": 0, "kernels": 1, "kernels_to_prepare": 0,
          "seconds_by_last_run": 6000 // min(2, int(sys.argv[2]))}
assert size == wanted, size
PYTHON
expect 0 kpb series plan -o m.series there.yml
says "$out" "2 cells for 1 kernel, about "
expect 0 kpb series plan -o other there.yml
same "$(tail -n 1 "$out")" "2 cells for 1 kernel" "the size without a last run"
expect 0 kpb series plan --store "$top/elsewhere" m.yml
says "$out" "2 cells for 1 kernel, 1 kernel to prepare first, about "
expect 0 kpb series build m.yml
says "$out" "2 cells: 2 reused"

# Another result directory with the same store: nothing is built, and the bytes are the same.
rm "$root/kpb-stub-module"
expect 0 kpb series build -o other --events other.events m.yml
says "$out" "2 cells: 1 built, 1 reused"
same "$(grep -c '"job": *"ab@small"' other.events)" 0 "words on the cell that is in the store"
cmp "$rpm" "other/${rpm#m.series/}"

# A patch that the kernel already contains is not needed: reported once, not as a failure.
sed -i 's/^int b;/int bb;/' tree/fs/proc/cmdline.c
expect 0 kpb series build m.yml
says "$out" "ab@small      not needed"
expect 0 kpb series build --events third m.yml
same "$(grep -c '"job": *"ab@small"' third)" 0 "words on a patch that is not needed"

# A kernel that cannot be prepared fails its own cells, with one line, and no others.
echo 'no kernel' >vmlinux
expect 2 kpb series build m.yml
says "$err" "ab@small: it failed; its kernel could not be prepared: "
says "$err" "its log: $PWD/m.series/.kpb/cells/kernel-small/log"
says "$out" "1 reused, 1 failed"
