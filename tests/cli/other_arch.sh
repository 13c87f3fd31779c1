#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A package for another architecture than this machine's: rpm must be told, and all parts must mean
# the same architecture by its different names.
. "$(dirname "$0")/common.inc"

K=4.18.0-80.el8
module=$KPB_SYNTH/aarch64.ko
rpm=kpatch-module-fix-$K-1-1.aarch64.rpm
for arguments in "-k $K -a aarch64" "-k $K -a arm64" "-k $K.aarch64"; do
	# shellcheck disable=SC2086
	expect 0 kpb build -q -B srpm -B rpm-build --replace --name fix --module "$module" $arguments
	same "$(rpm -qp --qf '%{ARCH} %{OS}' $rpm)" "aarch64 linux" "the package's architecture"
	same "$(rpm -qlp $rpm | grep 'ko$')" /var/lib/kpatch/$K.aarch64/kpatch-fix-1-1.ko "the module"
	expect 0 kpb verify $rpm kpatch-module-fix-$K-1-1.src.rpm
	expect 0 kpb inspect $rpm
	says "$out" "kernel     $K.aarch64 (aarch64)"
	unpack $rpm content
	cmp content/var/lib/kpatch/$K.aarch64/kpatch-fix-1-1.ko "$module"
	rm -r ./*
done

expect 2 kpb build -b --replace --name fix --module "$module" -k $K -a x86_64
says "$err" "built for 'aarch64'; the target is 'x86_64'"
files ""
# For another machine, everything works that needs no compiler.
expect 0 kpb build -B rpm-spec -B srpm --replace --name fix -k $K -a s390x "$KPB_FIXTURES/kbuild-dir"
same "$(rpm -qp --qf '%{ARCH}' ./*.src.rpm)" s390x "the source package's architecture"
