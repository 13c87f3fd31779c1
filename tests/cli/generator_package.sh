#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The package kpb-rpm-generators as in a build root: rpm considers it installed, its files are in
# /usr (in this test's own mount namespace), rpmbuild is unmodified. A foreign spec compiles its
# module in %build.
. "$(dirname "$0")/common.inc"
root_only "mount what the package holds"
tool rpmbuild
tool cpio
need_headers
grep -q '^KPB_GENERATOR_CAN_BE_STATIC:INTERNAL=1' "$KPB_BUILD/CMakeCache.txt" || skip "the generator is not static here"

make_package() { sh "$KPB_SOURCE/core/programs/livepatch-deps/packaging/make-package.sh" "$KPB_BUILD" "$1"; }
mkdir one two over
expect 0 make_package one
package=$(cat "$out")
expect 0 make_package two
cmp "$package" two/*.rpm
same "$(rpm -qp --scripts --triggers --filetriggers "$package")" "" "what runs at its installation"
same "$(rpm -qp --requires "$package" | grep -v '^rpmlib(')" "rpm-build >= 4.14" "what it requires"
expect 2 sh "$KPB_SOURCE/core/programs/livepatch-deps/packaging/make-package.sh" "$PWD" one

unpack "$package" over
unshare -m mount -t overlay overlay -o "lowerdir=$PWD/over/usr:/usr" /usr 2>/dev/null || skip "nothing can be mounted here"
rpm --dbpath "$PWD/db" --initdb
expect 0 rpm --dbpath "$PWD/db" -i --justdb --nodeps "$package"
in_build_root() {
	unshare -m sh -eu -c "mount -t overlay overlay -o 'lowerdir=$PWD/over/usr:/usr' /usr; exec \"\$@\"" sh \
		rpmbuild --define "_dbpath $PWD/db" --define "_topdir $PWD/top" --define "_sourcedir $PWD" "$@"
}

cp "$KPB_SOURCE/docs/example/cmdline-livepatch.c" patch.c
# spec BUILD_REQUIRES
spec() {
	cat <<END
Name: site-live-patch
Version: 3
Release: 1
Summary: A live patch
License: GPL-2.0-only
Source0: patch.c
$1
%global debug_package %{nil}
# The host's strip would take from the module what it patches with.
%global __os_install_post %{nil}
%description
A live patch that nobody at kpb knows.
%build
cp %{SOURCE0} .
echo 'obj-m := patch.o' >Makefile
make -s -C /usr/src/linux-headers-$kernel M="\$PWD" modules
%install
install -D -m 0644 patch.ko %{buildroot}/usr/lib/kpatch/$kernel/patch.ko
mkdir -p %{buildroot}/usr/share/kpb/packages/%{name}
cat >%{buildroot}/usr/share/kpb/packages/%{name}/modules.conf <<CONF
format=kpb.modules/1
package=%{name}
version=%{version}
release=%{release}
kernel=$kernel
arch=$(uname -m)
module=patch
file=/usr/lib/kpatch/$kernel/patch.ko
replace=no
function=vmlinux:cmdline_proc_show:1
CONF
%check
%kpb_livepatch_check
%files
/usr/lib/kpatch
/usr/share/kpb
END
}
spec 'BuildRequires: kpb-rpm-generators' >site.spec
expect 0 in_build_root -bb site.spec
rpm=$(echo top/RPMS/*/*.rpm)
same "$(rpm -qp --provides "$rpm" | LC_ALL=C sort)" "kpatch-func($kernel/vmlinux:cmdline_proc_show:1)
kpatch-patch($kernel)
kpatch-stack($kernel)
site-live-patch = 3-1
site-live-patch(x86-64) = 3-1" "what it provides"
same "$(rpm -qp --conflicts "$rpm" | LC_ALL=C sort)" "kpatch-func($kernel/vmlinux:cmdline_proc_show:1)
kpatch-slot($kernel)
site-live-patch < 3-1
site-live-patch > 3-1" "what it conflicts with"
same "$(rpm -qp --requires "$rpm" | grep -v '^rpmlib(')" "" "what it requires"

# rpm checks the required name: one that is not installed is missing.
spec 'BuildRequires: kpb-rpm-generators-of-tomorrow' >site.spec
in_build_root -bb site.spec >"$out" 2>&1 && fail "what is required to build is not looked up"
says "$out" 'kpb-rpm-generators-of-tomorrow is needed by'

# The generator ignores packages without a live patch.
cat >plain.spec <<'END'
Name: plain
Version: 1
Release: 1
Summary: Nothing of kpb's
License: GPL-2.0-only
BuildArch: noarch
%description
A directory.
%install
mkdir -p %{buildroot}/usr/lib/kpatch %{buildroot}/lib/modules
: >%{buildroot}/lib/modules/a.ko
%files
/usr/lib/kpatch
/lib/modules
END
expect 0 in_build_root -bb plain.spec
same "$(rpm -qp --provides --conflicts --requires top/RPMS/noarch/plain*.rpm | grep -v '^rpmlib(')" "plain = 1-1" "what it says"
