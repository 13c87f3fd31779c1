#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The relations of packages with a real kpatch-build module, for each policy and the kernels that it
# supports: exactly these lines, as rpm reads them, and nothing but what rpm adds itself.
. "$(dirname "$0")/common.inc"
tool rpm

# relations RPM: each as "KIND: NAME = V", sorted; without the package itself and rpm's own
# requirements.
relations() {
	name=$(rpm -qp --qf '%{NAME}' "$1")
	for kind in provides requires conflicts obsoletes; do
		rpm -qp --$kind "$1" | sed "s/^/$kind: /"
	done | grep -vxE "requires: rpmlib\(.*|provides: $(echo "$name" | sed 's/[.+]/\\&/g')(\(x86-64\))? = .*" | LC_ALL=C sort
}

# packed KERNEL OPTIONS...: packages the module for it, as P "fix"; $rpm is the package.
packed() {
	k=$1
	shift
	python3 "$KPB_FIXTURES/set_vermagic.py" "$KPB_FIXTURES/livepatch-two.ko" "$k" fix.ko
	rm -f ./*.rpm
	expect 0 kpb build -q -b --name fix --module fix.ko -k "$k" "$@"
	rpm=$(echo ./*.rpm)
	case $rpm in *' '*) fail "there are $rpm" ;; esac
	expect 0 kpb verify "$rpm"
}

# is NAME LINES: checks that the package has that name and those relations.
is() {
	same "$(rpm -qp --qf '%{NAME}' "$rpm")" "$1" "the package for $k"
	same "$(relations "$rpm")" "$(printf '%s\n' "$2" | LC_ALL=C sort)" "what $rpm says"
}

functions() {
	for f in cmdline_proc_show version_proc_show; do
		echo "provides: kpatch-func($1/vmlinux:$f:1)"
		echo "conflicts: kpatch-func($1/vmlinux:$f:1)"
	done
}

# For each kernel, with policy standard: replace-mode and stacked. KERNEL NAME REQUIRED CONFLICTS
# OPTIONS... CONFLICTS are the vendors' patches that replace mode excludes.
both_modes() {
	k=$1 name=$2 required=$3 vendor=$4
	shift 4
	common="provides: kpatch-module(fix) = 1-1
provides: kpatch-patch($k)
conflicts: $name < 1-1
conflicts: $name > 1-1
requires: kpb-runtime${required:+
requires: $required}"
	packed "$k" --replace "$@"
	is "$name" "$common
provides: kpatch-slot($k)
conflicts: kpatch-slot($k)
conflicts: kpatch-stack($k)${vendor:+
conflicts: $vendor}"
	packed "$k" --no-replace "$@"
	is "$name" "$common
provides: kpatch-stack($k)
conflicts: kpatch-slot($k)
$(functions "$k")"
}

both_modes 3.10.0-229.el7.x86_64 kpatch-module-fix-3.10.0-229.el7 \
	'kernel-uname-r = 3.10.0-229.el7.x86_64' 'kpatch-patch = 3.10.0-229.el7.x86_64'
both_modes 5.14.0-362.8.1.el9_3.x86_64+rt kpatch-module-fix-5.14.0-362.8.1.el9_3+rt \
	'kernel-uname-r = 5.14.0-362.8.1.el9_3.x86_64+rt' 'kpatch-patch = 5.14.0-362.8.1.el9_3.x86_64+rt'
both_modes 6.14.2-300.fc42.x86_64 kpatch-module-fix-6.14.2-300.fc42 \
	'kernel-uname-r = 6.14.2-300.fc42.x86_64' 'kpatch-patch = 6.14.2-300.fc42.x86_64'
both_modes 5.4.17-2136.330.7.1.el8uek.x86_64 kpatch-module-fix-5.4.17-2136.330.7.1.el8uek \
	'kernel-uek-uname-r = 5.4.17-2136.330.7.1.el8uek.x86_64' 'kpatch-patch = 5.4.17-2136.330.7.1.el8uek.x86_64'
both_modes 6.1.72-96.166.amzn2023.x86_64 kpatch-module-fix-6.1.72-96.166.amzn2023 \
	'kernel-uname-r = 6.1.72-96.166.amzn2023.x86_64' 'kpatch-patch = 6.1.72-96.166.amzn2023.x86_64
conflicts: kernel-livepatch-6.1.72-96.166 >= 1.0-1'
both_modes 5.10.0-182.0.0.95.oe2203sp3.x86_64 kpatch-module-fix-5.10.0-182.0.0.95.oe2203sp3 \
	'kernel-uname-r = 5.10.0-182.0.0.95.oe2203sp3.x86_64' 'kpatch-patch = 5.10.0-182.0.0.95.oe2203sp3.x86_64'
# rpm does not allow two '-' in a version.
both_modes 5.14.21-150400.22-default kpatch-module-fix-5.14.21-150400.22-default \
	'kernel-default = 5.14.21-150400.22.1' 'kernel-livepatch-5_14_21-150400_22-default' --kernel-package-version 5.14.21-150400.22.1
both_modes 6.6.2.1-3.azl3 kpatch-module-fix-6.6.2.1-3.azl3 '' 'kpatch-patch = 6.6.2.1-3.azl3
conflicts: livepatch = 6.6.2.1-3.azl3'
both_modes 6.1.0-56-amd64 kpatch-module-fix-6.1.0-56-amd64 '' ''

# Red Hat's.
K=3.10.0-229.el7.x86_64
packed $K -p rhel --replace --set-version 2 --set-release 5
is kpatch-patch-3_10_0-229 "provides: kpatch-module(fix) = 2-5
provides: kpatch-patch($K)
provides: kpatch-patch = 3.10.0-229.el7.x86_64
provides: kpatch-patch = 3.10.0-229.el7
conflicts: kpatch-patch-3_10_0-229 < 2-5
conflicts: kpatch-patch-3_10_0-229 > 2-5
requires: kpatch
requires: kernel-uname-r = 3.10.0-229.el7.x86_64
provides: kpatch-slot($K)
conflicts: kpatch-slot($K)
conflicts: kpatch-stack($K)
conflicts: kpatch-patch = 3.10.0-229.el7.x86_64"
rpm -qpl "$rpm" | grep -qx "/var/lib/kpatch/$K/kpatch-3_10_0-229-2-5.ko" || fail "the module's file is another one"
K=5.14.0-362.8.1.el9_3.x86_64+rt
packed $K -p rhel --no-replace --epoch 3
is kpatch-patch-5_14_0-362_8_1-rt "provides: kpatch-module(fix) = 3:1-1
provides: kpatch-patch($K)
provides: kpatch-patch = 5.14.0-362.8.1.el9_3.x86_64+rt
provides: kpatch-patch = 5.14.0-362.8.1.el9_3+rt
conflicts: kpatch-patch-5_14_0-362_8_1-rt < 3:1-1
conflicts: kpatch-patch-5_14_0-362_8_1-rt > 3:1-1
requires: kpatch
requires: kernel-uname-r = 5.14.0-362.8.1.el9_3.x86_64+rt
provides: kpatch-stack($K)
conflicts: kpatch-slot($K)
$(functions $K)"

# SUSE's.
K=5.14.21-150400.22-default
packed $K -p suse --replace --set-version 1.2 --kernel-package-version 5.14.21-150400.22.1
is kernel-livepatch-5_14_21-150400_22-default "provides: kpatch-module(fix) = 1.2-1
provides: kpatch-patch($K)
conflicts: kernel-livepatch-5_14_21-150400_22-default < 1.2-1
conflicts: kernel-livepatch-5_14_21-150400_22-default > 1.2-1
requires: kpb-runtime
requires: kernel-default = 5.14.21-150400.22.1
provides: kpatch-slot($K)
conflicts: kpatch-slot($K)
conflicts: kpatch-stack($K)"
rpm -qpl "$rpm" | grep -qx "/var/lib/kpatch/$K/livepatch-1_2-1.ko" || fail "the module's file is another one"

# classic has none, as in 2015.
packed 3.10.0-229.el7.x86_64 -p classic
is kpatch-module-fix ""

# The two policies for one vendor's kernels refuse all others.
for K in 6.14.2-300.fc42.x86_64 5.4.17-2136.330.7.1.el8uek.x86_64 6.1.72-96.166.amzn2023.x86_64 \
	5.14.21-150400.22-default 6.6.2.1-3.azl3 6.1.0-56-amd64; do
	expect 2 kpb build --dry-run -p rhel --replace --module fix.ko -k $K
	says "$err" "policy rhel does not support the kernel $K"
done
for K in 5.14.0-362.8.1.el9_3.x86_64+rt 6.14.2-300.fc42.x86_64 6.6.2.1-3.azl3 6.1.0-56-amd64 5.15.0-1065-azure; do
	expect 2 kpb build --dry-run -p suse --replace --module fix.ko -k $K
	says "$err" "policy suse does not support the kernel $K"
done
