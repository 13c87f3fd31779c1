#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The package of 2015 in every detail: machines have it installed, and upgrades must match it.
. "$(dirname "$0")/common.inc"

build() { expect 0 kpb build -p classic -b --module "$KPB_SYNTH/el7.ko" --name livepatch-test "$@"; }

build -k 3.10.0-229.el7 -a x86_64
rpm=kpatch-module-livepatch-test-1-1.x86_64.rpm
files $rpm
same "$(cat "$out")" $rpm "what was said to be made"
silent "$err"

rpm -qip $rpm | sed -nE '/^(Name|Version|Release|Architecture|Group|License|Summary) *:/p; /^Description/,$p' >told
cmp told - <<'RPM' || fail "rpm -qip: $(cat told)"
Name        : kpatch-module-livepatch-test
Version     : 1
Release     : 1
Architecture: x86_64
Group       : System Environment/Kernel
License     : GPLv2
Summary     : kpatch livepatch module
Description :
Package generated from livepatch-test.patch by kpatch-package-builder
RPM
same "$(rpm -qlp $rpm)" /var/lib/kpatch/3.10.0-229.el7.x86_64/kpatch-livepatch-test.ko "the file list"
# No relations except those that rpm adds itself.
same "$(rpm -qp --provides $rpm)" "kpatch-module-livepatch-test = 1-1
kpatch-module-livepatch-test(x86-64) = 1-1" "what it provides"
same "$(rpm -qp --requires $rpm | grep -v '^rpmlib(')" "" "what it requires"
same "$(rpm -qp --conflicts --obsoletes --recommends --suggests --supplements --enhances $rpm)" "" "its other relations"
same "$(rpm -qp --qf '%{PAYLOADFORMAT} %{PAYLOADCOMPRESSOR} %{EPOCH} %{VENDOR} %{PACKAGER} %{URL}' $rpm)" \
	"cpio gzip (none) (none) (none) (none)" "the rest of its header"
expect 0 kpb verify $rpm
same "$(cat "$out")" "$rpm: ok (no manifest, so header and relations were not compared)" "the verdict"
rm -- *

# The same kernel in another form gives the same bytes.
build -k 3.10.0-229.el7
first=$(digest $rpm)
rm $rpm
build -k 3.10.0-229.el7.x86_64
same "$(digest $rpm)" "$first" "the package for the same kernel by its full name"
rm $rpm

build -k 3.10.0-229.el7 --set-version 2 --set-release 3
files kpatch-module-livepatch-test-2-3.x86_64.rpm
same "$(rpm -qp --qf '%{VERSION}-%{RELEASE}' ./*.rpm)" 2-3 "version and release"
rm -- *

build -k 3.10.0-229.el7 --epoch 7
same "$(rpm -qp --qf '%{EPOCHNUM}:%{VERSION}-%{RELEASE}' $rpm)" 7:1-1 "epoch, version and release"
same "$(rpm -qp --provides $rpm | head -n 1)" "kpatch-module-livepatch-test = 7:1-1" "what it provides"
rm -- *

# Policy classic does not check the module's name, but its kernel.
expect 2 kpb build -p classic -b --module "$KPB_SYNTH/el7.ko" --name livepatch-test -k 3.10.0-327.el7
says "$err" "built for '3.10.0-229.el7.x86_64'; the target is '3.10.0-327.el7.x86_64'"
files ""
