#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# How dpkg and apt treat the relations: installation, upgrade, downgrade and removal; two patches
# for one slot; stacked patches with and without a common function; kernels. Some of what is
# recorded here is unwanted (apt removes a patch to install another); that is why kpb-runtime has a
# hook.
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/apt.inc"

other kpb-runtime 1
other linux-image-$K 6.12.107-1
patch a 1 --replace
patch a 2 --replace
patch a 10 --replace
patch b 1 --replace
patch s1 1 --no-replace
patch s2 1 --no-replace
a=kpatch-module-a-$K b=kpatch-module-b-$K s1=kpatch-module-s1-$K s2=kpatch-module-s2-$K
deb() { echo "patches/${1}_$2-1_amd64.deb"; }
runtime=others/kpb-runtime_1_amd64.deb
image=others/linux-image-${K}_6.12.107-1_amd64.deb

# From a repository, with its dependencies; the module is installed, and no part of a kernel is
# pulled in.
fresh
publish "$runtime" "$image" "$(deb $a 1)"
expect 0 apt_ install -y $a
same "$(installed)" "$a 1-1
kpb-runtime 1" "what is installed"
cmp "$apt_root/var/lib/kpatch/$K/kpatch-a-1-1.ko" "$KPB_FIXTURES/livepatch-two.ko"
# As a file.
fresh
publish "$runtime"
expect 0 apt_ install -y "./$(deb $a 1)"
same "$(installed)" "$a 1-1
kpb-runtime 1" "what is installed of a file"

# Upgrade (version 10 is newer than 2), downgrade, reinstallation: one file, the right one.
publish "$runtime" "$(deb $a 1)" "$(deb $a 2)" "$(deb $a 10)"
expect 0 apt_ upgrade -y
same "$(ls "$apt_root/var/lib/kpatch/$K")" "kpatch-a-10-1.ko" "the modules after the upgrade"
expect 0 apt_ install -y --allow-downgrades "$a=2-1"
same "$(ls "$apt_root/var/lib/kpatch/$K")" "kpatch-a-2-1.ko" "the modules after the downgrade"
expect 0 apt_ install -y --reinstall "$a=2-1"
same "$(ls "$apt_root/var/lib/kpatch/$K")" "kpatch-a-2-1.ko" "the modules after the reinstallation"
# By its capability instead of its name.
fresh
publish "$runtime" "$(deb $a 1)"
expect 0 apt_ satisfy -y "kpatch-patch (= $K)"
same "$(installed)" "$a 1-1
kpb-runtime 1" "what is installed by kernel"
expect 0 apt_ purge -y $a
same "$(installed)" "kpb-runtime 1" "what is left"
[ ! -e "$apt_root/var/lib/kpatch" ] || fail "directories are left: $(find "$apt_root/var/lib/kpatch")"

# Two for one slot. dpkg refuses. apt, if asked to install one, removes the other without asking; if
# asked for both, or told not to remove anything, it refuses; an upgrade never swaps them.
fresh
publish "$runtime" "$(deb $a 1)" "$(deb $b 1)"
expect 0 apt_ install -y $a
expect 1 dpkg_ -i "$(deb $b 1)"
says "$err" "$a provides kpatch-slot-$K and is present and installed"
same "$(installed)" "$a 1-1
kpb-runtime 1" "what dpkg left"
dpkg_ --purge $b >/dev/null 2>&1 || : # the selection that dpkg -i recorded
expect 100 apt_ install -y --no-remove $b
expect 100 apt_ install -y $a $b
same "$(installed)" "$a 1-1
kpb-runtime 1" "what apt left"
expect 0 apt_ install -y $b
says "$out" "$a"
same "$(installed)" "$b 1-1
kpb-runtime 1" "what apt made of it: this is what the hook of kpb-runtime is for"

# Stacked: these two patch the same functions.
fresh
publish "$runtime" "$(deb $s1 1)" "$(deb $s2 1)" "$(deb $a 1)"
expect 0 apt_ install -y $s1
expect 1 dpkg_ -i "$(deb $s2 1)"
says "$err" "$s1 provides kpatch-func-"
expect 1 dpkg_ -i "$(deb $a 1)"
says "$err" "$s1 provides kpatch-stack-$K and is present and installed"
same "$(installed)" "$s1 1-1
kpb-runtime 1" "what dpkg left of the stack"
# With different functions, here of a module that does not say which it patches, they can be
# installed together.
mkdir plain
for p in p1:one p2:two p3:one; do
	expect 0 kpb build -q -B deb -k 6.1.0-56-amd64 --no-replace --name "${p%:*}" --function "vmlinux:${p#*:}" \
		--module "$KPB_SYNTH/plain.ko" -o plain
done
p() { echo "plain/kpatch-module-$1-6.1.0-56-amd64_1-1_amd64.deb"; }
publish "$runtime"
expect 0 dpkg_ -i "$(p p1)" "$(p p2)"
expect 1 dpkg_ -i "$(p p3)"
says "$err" "kpatch-module-p1-6.1.0-56-amd64 provides kpatch-func-"

# On top of one version of another package: it is removed together with it.
patch top 1 --no-replace --on-top-of "$a=1-1"
top=kpatch-module-top-$K
fresh
publish "$runtime" "$(deb $a 1)" "$(deb $a 2)" "$(deb $top 1)"
expect 100 apt_ install -y $top # apt only considers the newest version of the base
expect 0 apt_ install -y $top "$a=1-1"
same "$(installed)" "$a 1-1
$top 1-1
kpb-runtime 1" "what is installed on top"
expect 0 apt_ upgrade -y
same "$(installed | grep $a)" "$a 1-1" "the base, which an upgrade leaves alone"

# Kernels. If a new build of the kernel has the same name, it is installed and the patch stays (the
# patch does not load there, which the runtime reports). With the setting, the new build is held
# back.
other linux-image-$K 6.12.107-2
newer=others/linux-image-${K}_6.12.107-2_amd64.deb
fresh
publish "$runtime" "$image" "$(deb $a 1)"
expect 0 apt_ install -y linux-image-$K $a
publish "$runtime" "$image" "$newer" "$(deb $a 1)"
expect 0 apt_ full-upgrade -y
same "$(installed)" "$a 1-1
kpb-runtime 1
linux-image-$K 6.12.107-2" "what is installed after the kernel's update"
patch strict 1 --replace --set strict-kernel=yes --kernel-package-version 6.12.107-1
strict=kpatch-module-strict-$K
fresh
publish "$runtime" "$image" "$(deb $strict 1)"
expect 0 apt_ install -y $strict
publish "$runtime" "$image" "$newer" "$(deb $strict 1)"
expect 0 apt_ upgrade -y
same "$(installed)" "$strict 1-1
kpb-runtime 1
linux-image-$K 6.12.107-1" "what is installed with strict-kernel"
# The unsigned build of the kernel also counts.
other linux-image-$K-unsigned 6.12.107-1 "Conflicts: linux-image-$K" "Replaces: linux-image-$K"
fresh
publish "$runtime" "$image" "others/linux-image-${K}-unsigned_6.12.107-1_amd64.deb" "$(deb $strict 1)"
expect 0 apt_ install -y linux-image-$K-unsigned
expect 0 apt_ install -y $strict
same "$(installed)" "$strict 1-1
kpb-runtime 1
linux-image-$K-unsigned 6.12.107-1" "what is installed beside an unsigned kernel"
