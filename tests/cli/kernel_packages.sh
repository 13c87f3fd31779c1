#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A kernel from distributions' packages: debs and RPMs with the paths of Debian's and Fedora's, a
# linux-source package, a Debian source package and a source RPM. All of them give the same kernel.
. "$(dirname "$0")/common.inc"
tool dpkg-deb
tool dpkg-source
tool rpmbuild
tool xz

export KPB_STORE="$top/store"
kernels=$KPB_STORE/kernels
K=6.12.94
from=$KPB_SYNTH/kernel

expect 0 kpb kernel add --no-compile -k $K --source "$from/tree" --config "$from/config" --vmlinux "$from/vmlinux" \
	--symvers "$from/Module.symvers" --modules "$from/modules"
id=$(cat "$out")
expect 0 kpb kernel remove "$id"
same_kernel() {
	shift
	expect 0 kpb kernel add --no-compile -k $K "$@"
	same "$(cat "$out")" "$id" "the id of the kernel from $*"
	silent "$err"
	expect 0 kpb kernel remove "$id"
}

# deb NAME: from the content of ./root
deb() {
	mkdir -p root/DEBIAN
	printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: x <x@y>\nDescription: x\n' "$1" >root/DEBIAN/control
	dpkg-deb -Zxz --root-owner-group -b root "$1.deb" >/dev/null
	rm -rf root
}
mkdir -p root/boot root/lib/modules/$K/kernel/drivers
cp "$from/config" root/boot/config-$K
xz -c "$from/modules/drivers/a-driver.ko" >root/lib/modules/$K/kernel/drivers/a-driver.ko.xz
deb linux-image
mkdir -p root/usr/lib/debug/boot
cp "$from/vmlinux" root/usr/lib/debug/boot/vmlinux-$K
deb linux-image-dbg
mkdir -p root/usr/src/linux-headers-$K
cp "$from/Module.symvers" root/usr/src/linux-headers-$K/
deb linux-headers
mkdir -p root/usr/src
tar -C "$from" -cJf root/usr/src/linux-source-6.12.tar.xz --transform 's,^tree,linux-source-6.12,S' tree
deb linux-source-6.12
same_kernel : --source linux-source-6.12.deb --package linux-image.deb --package linux-image-dbg.deb \
	--package linux-headers.deb
same_kernel : --source linux-source-6.12.deb --config linux-image.deb --vmlinux linux-image-dbg.deb \
	--symvers linux-headers.deb --modules linux-image.deb

# A package of another kernel, one without any part of a kernel, two that do not match.
expect 2 kpb kernel add --no-compile -k 6.12.95 --source "$from/tree" --package linux-image.deb
says "$err" "linux-image.deb: the package is of the kernel '$K', but the target is '6.12.95'"
expect 2 kpb kernel add --no-compile -k $K --source "$from/tree" --package linux-source-6.12.deb
says "$err" "linux-source-6.12.deb: the package contains nothing that kpb needs"
expect 2 kpb kernel add --no-compile -k $K --source linux-image.deb --config "$from/config" --vmlinux "$from/vmlinux"
says "$err" "linux-image.deb: it contains no kernel source"
mkdir -p root/boot
echo CONFIG_OTHER=y >root/boot/config-$K
deb linux-other
expect 2 kpb kernel add --no-compile -k $K --source "$from/tree" --package linux-image.deb --package linux-other.deb
says "$err" "has another config than linux-image.deb: boot/config-$K"
# An explicitly named file overrides that of a package.
expect 0 kpb kernel add --no-compile -k $K --source "$from/tree" --config "$from/config" --vmlinux "$from/vmlinux" --package linux-image.deb
expect 0 kpb kernel remove $K
head -c 2000 linux-image.deb >cut.deb
expect 2 kpb kernel add --no-compile -k $K --source "$from/tree" --package cut.deb

# A Debian source package, whose patches are part of the source.
mkdir -p src && cp -r "$from/tree" src/linux-6.12
(
	cd src
	tar -cJf linux_6.12.orig.tar.xz linux-6.12
	mkdir -p linux-6.12/debian/source linux-6.12/debian/patches
	printf '3.0 (quilt)\n' >linux-6.12/debian/source/format
	printf 'Source: linux\nMaintainer: x <x@y>\n\nPackage: linux\nArchitecture: any\nDescription: x\n' >linux-6.12/debian/control
	printf 'linux (6.12-1) unstable; urgency=low\n\n  * x\n\n -- x <x@y>  Thu, 01 Jan 2026 00:00:00 +0000\n' >linux-6.12/debian/changelog
	printf 'one.patch\n' >linux-6.12/debian/patches/series
	printf -- '--- a/kernel/fork.c\n+++ b/kernel/fork.c\n@@ -1 +1 @@\n-int fork(void) { return 0; }\n+int fork(void) { return 1; }\n' \
		>linux-6.12/debian/patches/one.patch
	dpkg-source -b linux-6.12 >/dev/null 2>&1
) || fail "no Debian source package was made"
expect 0 kpb kernel add --no-compile -k $K --source src/linux_6.12-1.dsc --config "$from/config" --vmlinux "$from/vmlinux"
says "$kernels/$(cat "$out")/tree/kernel/fork.c" "return 1"
[ ! -e "$kernels/$(cat "$out")/scratch" ] || fail "the place where it was unpacked is left"
expect 0 kpb kernel remove $K
echo x >>src/linux_6.12.orig.tar.xz
expect 1 kpb kernel add --no-compile -k $K --source src/linux_6.12-1.dsc --config "$from/config" --vmlinux "$from/vmlinux"
says "$err" "dpkg-source failed with status"
same "$(ls "$kernels")" "" "what is in the store after a damaged source package"

# RPMs.
mkdir -p rpm/SOURCES rpm/SPECS
tar -C "$from" -cJf rpm/SOURCES/linux-6.12.tar.xz --transform 's,^tree,linux-6.12,S' tree
printf -- '--- a/kernel/fork.c\n+++ b/kernel/fork.c\n@@ -1 +1 @@\n-int fork(void) { return 0; }\n+int fork(void) { return 2; }\n' \
	>rpm/SOURCES/one.patch
cp -r "$from" rpm/SOURCES/files
cat >rpm/SPECS/kernel.spec <<S
%global debug_package %{nil}
%global __os_install_post %{nil}
%define _binary_payload w9.xzdio
Name: kernel
Version: 6.12
Release: 1
Summary: x
License: GPL-2.0-only
Source0: linux-6.12.tar.xz
Patch0: one.patch
%description
x
%package core
Summary: x
%description core
x
%package debuginfo
Summary: x
%description debuginfo
x
%package devel
Summary: x
%description devel
x
%prep
%setup -q -n linux-6.12
%patch -P 0 -p1
%install
f=%{_sourcedir}/files
install -D \$f/config %{buildroot}/lib/modules/$K/config
install -D \$f/modules/drivers/a-driver.ko %{buildroot}/lib/modules/$K/kernel/a-driver.ko
install -D \$f/vmlinux %{buildroot}/usr/lib/debug/lib/modules/$K/vmlinux
install -D \$f/Module.symvers %{buildroot}/usr/src/kernels/$K/Module.symvers
%files core
/lib/modules
%files debuginfo
/usr/lib/debug
%files devel
/usr/src/kernels
S
rpmbuild -ba --define "_topdir $PWD/rpm" --nodeps rpm/SPECS/kernel.spec >rpm.log 2>&1 || fail "no RPM was made" "$(tail rpm.log)"
core=$(ls rpm/RPMS/*/kernel-core-*.rpm) debuginfo=$(ls rpm/RPMS/*/kernel-debuginfo-*.rpm) devel=$(ls rpm/RPMS/*/kernel-devel-*.rpm)
same_kernel : --source "$from/tree" --package "$core" --package "$debuginfo" --package "$devel"
expect 0 kpb kernel add --no-compile -k $K --source rpm/SRPMS/kernel-6.12-1.src.rpm --package "$core" --package "$debuginfo"
says "$kernels/$(cat "$out")/tree/kernel/fork.c" "return 2"
expect 0 kpb kernel remove $K
expect 2 kpb kernel add --no-compile -k $K --source "$core" --package "$core" --package "$debuginfo"
says "$err" "it is a binary package; no source is in it"

# Module.symvers and vmlinux compressed, as some distributions ship them.
gzip -c "$from/Module.symvers" >symvers.gz
xz -c "$from/vmlinux" >vmlinux.xz
same_kernel : --source "$from/tree" --config "$from/config" --vmlinux vmlinux.xz --symvers symvers.gz --modules "$from/modules"
