#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A series whose kernel the manifest says how to make: it is prepared once, by a job of its own, and its cells are built
# with it; another result directory takes them from the store. All of it is kpb's own but the builder, which is
# the STUB of tests/stubs: it copies a finished module.
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
expect 0 kpb series build --events events m.yml
says "$out" "2 cells: 2 built"
rpm=m.series/rpm-build/$release/kpatch-module-ab-$release-1-1.x86_64.rpm
expect 0 kpb inspect "$rpm"
says "$out" version_proc_show
same "$(grep -c '"job": *"kernel-small"' events)" 2 "the number of words on the kernel's job"
expect 0 kpb series build --events again m.yml
says "$out" "2 cells: 2 reused"
same "$(grep -c '"job": *"ab@small"' again)" 0 "words on a finished cell"

# Another result directory, the same store: nothing is built, and the bytes are the same.
rm "$root/kpb-stub-module"
expect 0 kpb series build -o other --events other.events m.yml
says "$out" "2 cells: 1 built, 1 reused"
same "$(grep -c '"job": *"ab@small"' other.events)" 0 "words on the cell that is in the store"
cmp "$rpm" "other/${rpm#m.series/}"

# A patch that the kernel has is not needed: said once, and no failure.
sed -i 's/^int b;/int bb;/' tree/fs/proc/cmdline.c
expect 0 kpb series build m.yml
says "$out" "ab@small      not needed"
expect 0 kpb series build --events third m.yml
same "$(grep -c '"job": *"ab@small"' third)" 0 "words on a patch that is not needed"

# A kernel that cannot be made fails its cells, with one line, and no others.
echo 'no kernel' >vmlinux
expect 2 kpb series build m.yml
says "$err" "ab@small: it failed; its kernel could not be prepared: "
says "$out" "1 reused, 1 failed"
