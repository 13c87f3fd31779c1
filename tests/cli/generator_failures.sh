#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A module whose relations cannot be determined stops the build in %check. A spec without
# %kpb_livepatch_check makes a package that rpm refuses to install, since rpmbuild itself ignores a
# generator that fails.
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/generator.inc"
tool modinfo
K=6.12.107-kpbtest
good=$KPB_FIXTURES/livepatch-two.ko

# spec CHECK MODULE_FILE: packages module.ko as that file, with the modules.conf beside it.
spec() {
	cat <<END
Name: foreign
Version: 1
Release: 1
Summary: A live patch
License: GPL-2.0-only
%global __os_install_post %{nil}
%description
A live patch.
%install
install -D -m 0644 %{_sourcedir}/module.ko '%{buildroot}/var/lib/kpatch/$2'
[ ! -f %{_sourcedir}/modules.conf ] ||
	install -D -m 0644 %{_sourcedir}/modules.conf %{buildroot}/usr/share/kpb/packages/foreign/modules.conf
%check
$1
%files
/var/lib/kpatch
$([ ! -f modules.conf ] || echo /usr/share/kpb)
END
}

# says_of FILE LINE...: writes a modules.conf for the module in that file, whose directory is its
# kernel's.
says_of() {
	_file=$1 _kernel=${1%/*}
	shift
	conf foreign "$_kernel" "module=$module" "file=/var/lib/kpatch/$_file" "$@" >modules.conf
}

# refused MODULE_FILE TOKEN MESSAGE...: refused in %check, and without it by rpm.
refused() {
	file=$1 token=$2
	shift 2
	spec %kpb_livepatch_check "$file" >foreign.spec
	expect 1 with_generator -bb foreign.spec
	for words in "$@"; do says "$err" "$words"; done
	[ -z "$(find top/RPMS -name '*.rpm')" ] || fail "there is a package after %check failed"
	spec '' "$file" >foreign.spec
	expect 0 with_generator -bb foreign.spec
	rpm=$(echo top/RPMS/*/*.rpm)
	same "$(relations "$rpm")" "requires: kpb-livepatch-deps-failed($token)" "what the package says"
	rm -rf root
	expect 1 rpm --root "$PWD/root" --dbpath /rpmdb -i "$rpm"
	says "$err" "kpb-livepatch-deps-failed($token) is needed by foreign-1-1"
	rm -f modules.conf
}

# The positive control: all refusals below have only their own reason.
cp "$good" module.ko
module=livepatch_two
says_of $K/a.ko replace=no
spec %kpb_livepatch_check $K/a.ko >foreign.spec
expect 0 with_generator -bb foreign.spec
rm -rf root
expect 0 rpm --root "$PWD/root" --dbpath /rpmdb -i top/RPMS/*/*.rpm

# Files that are not live patches for the kernel that modules.conf states.
head -c 3000 "$good" >module.ko
says_of $K/a.ko replace=no
refused $K/a.ko a.ko "/var/lib/kpatch/$K/a.ko"
echo 'no module' >module.ko
says_of $K/a.ko replace=no
refused $K/a.ko a.ko 'ELF'
cp "$KPB_SYNTH/not-livepatch.ko" module.ko
module=not_livepatch
says_of 6.1.0-56-amd64/a.ko replace=yes
refused 6.1.0-56-amd64/a.ko a.ko 'livepatch'
cp "$good" module.ko
module=livepatch_two
says_of 6.12.108-kpbtest/a.ko replace=no
refused 6.12.108-kpbtest/a.ko a.ko 'built for' '6.12.107-kpbtest'
says_of $K/a.ko replace=no
sed -i 's/^arch=.*/arch=aarch64/' modules.conf
refused $K/a.ko a.ko "target is 'aarch64'"
says_of $K/a.ko replace=no
sed -i 's/^kernel=.*/kernel=6.12.108-kpbtest/' modules.conf
refused $K/a.ko a.ko "its kernel is '6.12.108-kpbtest'"
says_of $K/a.ko replace=no
sed -i 's/^package=.*/package=another/' modules.conf
refused $K/a.ko a.ko "its package is 'another'"
module=livepatch_one
says_of $K/a.ko replace=no
refused $K/a.ko a.ko "its module is 'livepatch_one'"
module=livepatch_two
says_of $K/a.ko replace=no "sha256=$(digest module.ko | tr 0-9 9)"
refused $K/a.ko a.ko 'its sha256 is'

# What neither the file nor anything else states.
refused $K/a.ko a.ko 'modules.conf'
says_of $K/other.ko replace=no
refused $K/a.ko a.ko 'it is not known whether it replaces'
says_of $K/a.ko
refused $K/a.ko a.ko 'replaces all other live patches' 'replace=yes or no'
says_of $K/a.ko replace=unknown
refused $K/a.ko a.ko 'does not say it'
cp "$KPB_SYNTH/plain.ko" module.ko
module=$(modinfo -F name module.ko)
says_of 6.1.0-56-amd64/a.ko replace=no
refused 6.1.0-56-amd64/a.ko a.ko 'which functions the stacked module patches' 'function=OBJECT:FUNCTION'

# A modules.conf that is wrong, or contradicts the file.
cp "$good" module.ko
module=livepatch_two
says_of $K/a.ko replace=perhaps
refused $K/a.ko a.ko "modules.conf:9: replace=perhaps is refused" 'kpb-runtime would refuse'
says_of $K/a.ko replace=no function=vmlinux:uname:1
refused $K/a.ko a.ko "differ from"
says_of $K/a.ko replace=no
sed -i 1d modules.conf
refused $K/a.ko a.ko 'its first line is not format='

# Files with unusual names: the token contains none of the unusual characters.
says_of "$K/a b,(c) < 1.ko" replace=no
refused "$K/a b,(c) < 1.ko" 'a_b__c____1.ko' 'is refused'

# Function names that no token can contain.
cp "$KPB_SYNTH/plain.ko" module.ko
module=$(modinfo -F name module.ko)
for function in 'vmlinux:a b:1' 'vmlinux:f(int, char):1' 'vmlinux:a<b:1' 'vmlinux:%{name}:1' 'vmlinux::1' 'two words:f:1' 'vmlinux:f' 'fs:ns::f:1'; do
	says_of 6.1.0-56-amd64/a.ko replace=no "function=$function"
	refused 6.1.0-56-amd64/a.ko a.ko 'a.ko' 'refused'
done
# And unusual ones that it can contain.
says_of 6.1.0-56-amd64/a.ko replace=no function=vmlinux:do_one.isra.0:3 'function=kpb-fs:f$x:0' state=7
spec %kpb_livepatch_check 6.1.0-56-amd64/a.ko >foreign.spec
expect 0 with_generator -bb foreign.spec
K=6.1.0-56-amd64
same "$(relations top/RPMS/*/*.rpm)" "$(lines "provides: kpatch-patch($K)" "provides: kpatch-stack($K)" \
	"conflicts: kpatch-slot($K)" 'conflicts: foreign < 1-1' 'conflicts: foreign > 1-1' \
	"provides: kpatch-func($K/vmlinux:do_one.isra.0:3)" "conflicts: kpatch-func($K/vmlinux:do_one.isra.0:3)" \
	"provides: kpatch-func($K/kpb_fs:f\$x:1)" "conflicts: kpatch-func($K/kpb_fs:f\$x:1)" \
	"provides: kpatch-state($K/7)" "conflicts: kpatch-state($K/7)")" "odd names"
