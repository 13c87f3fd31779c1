#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Scripts of 2015 read the old program's lines and use its file: both must be as they were, and the
# spec must mean the same to the rpm of that time.
. "$(dirname "$0")/common.inc"

patch=livepatch-test.patch
cp "$KPB_FIXTURES/$patch" .

expect 0 kpatch-package-builder -k 3.10.0-229.el7 $patch
same "$(cat "$err")" "kpatch-package-builder: generating spec file...
kpatch-package-builder: writing livepatch-test.spec..." "what was said"
silent "$out"
files $patch livepatch-test.spec

# On standard output: only the spec.
expect 0 kpatch-package-builder -o - -k 3.10.0-229.el7 $patch
same "$(cat "$err")" "kpatch-package-builder: generating spec file..." "what was said with -o -"
cmp "$out" livepatch-test.spec
files $patch livepatch-test.spec

# The same kernel in all its forms, and the same patch however it is given.
for arguments in "-k 3.10.0-229.el7.x86_64 $patch" "-k 3.10.0-229.el7 -a x86_64 $patch" \
	"-k 3.10.0-229.el7 -a amd64 $patch" "-k 3.10.0-229.el7 -p $patch" "-d -p $patch -k 3.10.0-229.el7"; do
	# shellcheck disable=SC2086
	expect 0 kpatch-package-builder -o other.spec $arguments
	says "$err" "kpatch-package-builder: writing other.spec..."
	cmp other.spec livepatch-test.spec
	rm other.spec
done

expect 0 kpatch-package-builder -o - --set-version 2 --set-release 3 -k 3.10.0-229.el7 $patch
says "$out" "Version: 2"
says "$out" "Release: 3"
for option in -v --version; do
	expect 0 kpatch-package-builder $option
	says "$out" "kpatch-package-builder "
done
for option in -h --help; do
	expect 0 kpatch-package-builder $option
	says "$out" "Usage: kpatch-package-builder"
done

# rpm parses it with the macros of this machine and with those of EL 7, whose %install adds the
# debuginfo package.
tool rpmspec
cat >el7.macros <<'MACROS'
%rhel 7
%el7 1
%dist .el7
%_sharedstatedir /var/lib
%_localstatedir /var
%_var /var
%_rpmfilename %%{ARCH}/%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm
%optflags -O2 -g -pipe -Wall -Wp,-D_FORTIFY_SOURCE=2 -fexceptions -fstack-protector-strong
%_enable_debug_packages 1
%debug_package %package debuginfo\
Summary: Debug information for package %{name}\
Group: Development/Debug\
AutoReqProv: 0\
%description debuginfo\
This package provides debug information.\
%files debuginfo\
%{nil}
%install %{?_enable_debug_packages:%{?buildsubdir:%{debug_package}}}\
%%install\
%{nil}
%__os_install_post /usr/lib/rpm/brp-compress\
/usr/lib/rpm/redhat/brp-strip-static-archive %{__strip}\
%{nil}
MACROS
parsed="kpatch-module-livepatch-test 1-1 x86_64 <System Environment/Kernel> <GPLv2> <kpatch livepatch module>"
for load in "" "--load=el7.macros"; do
	# shellcheck disable=SC2086
	expect 0 rpmspec $load -q --target x86_64 \
		--qf '%{NAME} %{VERSION}-%{RELEASE} %{ARCH} <%{GROUP}> <%{LICENSE}> <%{SUMMARY}>\n' livepatch-test.spec
	same "$(cat "$out")" "$parsed" "the packages that rpm sees $load"
	silent "$err"
	# Nothing strips the module, whatever the distribution does to other files.
	{ cat livepatch-test.spec; echo 'afterwards: [%{__os_install_post}] [%{debug_package}]'; } >probe.spec
	# shellcheck disable=SC2086
	expect 0 rpmspec $load -P --target x86_64 probe.spec
	says "$out" /var/lib/kpatch/3.10.0-229.el7.x86_64/kpatch-livepatch-test.ko
	says "$out" 'afterwards: [] []'
done
expect 0 rpmspec --load=el7.macros -q --srpm --qf '[%{SOURCE}\n]' livepatch-test.spec
same "$(cat "$out")" $patch "the sources"
