#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Replacing one package by another that takes over from it, with rpm itself: the old one is removed
# when the new one is installed, up to the named version, and another kernel's package stays.
. "$(dirname "$0")/common.inc"
root_only "install a package"

mkdir root
rpm --root "$PWD/root" --initdb
installed() { rpm --root "$PWD/root" -qa --qf '%{NAME}-%{VERSION}-%{RELEASE}\n' | LC_ALL=C sort; }
# packed NAME KERNEL OPTIONS...
packed() {
	name=$1 kernel=$2
	shift 2
	python3 "$KPB_FIXTURES/set_vermagic.py" "$KPB_FIXTURES/livepatch-two.ko" "$kernel" fix.ko
	expect 0 kpb build -q -b --replace --name "$name" --module fix.ko -k "$kernel" --set runtime=none --set kernel-requires=none "$@"
}
K1=5.14.0-362.8.1.el9_3 K2=5.14.0-362.13.1.el9_3
packed old $K1.x86_64
packed old $K2.x86_64
packed old $K1.x86_64 --set-version 3
packed new $K1.x86_64 --supersedes kpatch-module-old-$K1=2-1

# A newer version of the old package than the named one is not replaced, and keeps the new package
# out.
expect 0 rpm --root "$PWD/root" --nosignature -i kpatch-module-old-$K1-3-1.x86_64.rpm
expect 1 rpm --root "$PWD/root" --nosignature -U kpatch-module-new-$K1-1-1.x86_64.rpm
says "$err" "kpatch-slot($K1.x86_64)"
expect 0 rpm --root "$PWD/root" -e kpatch-module-old-$K1

expect 0 rpm --root "$PWD/root" --nosignature -i kpatch-module-old-$K1-1-1.x86_64.rpm kpatch-module-old-$K2-1-1.x86_64.rpm
# Without superseding, two replace-mode packages cannot be installed together.
packed other $K1.x86_64
expect 1 rpm --root "$PWD/root" --nosignature -U kpatch-module-other-$K1-1-1.x86_64.rpm
expect 0 rpm --root "$PWD/root" --nosignature -U kpatch-module-new-$K1-1-1.x86_64.rpm
same "$(installed)" "kpatch-module-new-$K1-1-1
kpatch-module-old-$K2-1-1" "what is installed after taking over"
[ -e "root/var/lib/kpatch/$K1.x86_64/kpatch-new-1-1.ko" ] || fail "the new module is not there"
[ ! -e "root/var/lib/kpatch/$K1.x86_64/kpatch-old-1-1.ko" ] || fail "the old module is still there"
