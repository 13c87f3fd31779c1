#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A module whose relations cannot be told stops the build in %check; a spec without %kpb_livepatch_check gives a
# package that rpm refuses to install, since rpmbuild itself takes no notice of a generator that fails.
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/generator.inc"
K=6.12.107-kpbtest
good=$KPB_FIXTURES/livepatch-two.ko

# spec CHECK MODULE_FILE: packs module.ko as that file, with the modules.conf that is beside it.
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
/usr/share/kpb*
END
}

# conf FILE LINE...: a modules.conf of the module in that file.
conf() {
	echo format=kpb.modules/1
	echo module=livepatch_two
	echo "file=/var/lib/kpatch/$1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@"
}

# refused MODULE_FILE TOKEN WORDS...: in %check, and without it by rpm.
refused() {
	file=$1 token=$2
	shift 2
	mkdir -p usr
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

# The reverse, so that all of the refusals below have one reason.
cp "$good" module.ko
conf $K/a.ko replace=no >modules.conf
spec %kpb_livepatch_check $K/a.ko >foreign.spec
expect 0 with_generator -bb foreign.spec
rm -rf root
expect 0 rpm --root "$PWD/root" --dbpath /rpmdb -i top/RPMS/*/*.rpm

# Files that are no live patches.
head -c 3000 "$good" >module.ko
conf $K/a.ko replace=no >modules.conf
refused $K/a.ko a.ko "/var/lib/kpatch/$K/a.ko"
echo 'no module' >module.ko
conf $K/a.ko replace=no >modules.conf
refused $K/a.ko a.ko 'ELF'
cp "$KPB_SYNTH/not-livepatch.ko" module.ko
conf 6.1.0-56-amd64/a.ko replace=yes >modules.conf
refused 6.1.0-56-amd64/a.ko a.ko 'livepatch'
cp "$good" module.ko
conf 6.12.108-kpbtest/a.ko replace=no >modules.conf
refused 6.12.108-kpbtest/a.ko a.ko 'built for' '6.12.107-kpbtest'
# A directory that is no kernel's.
conf "not a kernel/a.ko" replace=no >modules.conf
refused "not a kernel/a.ko" a.ko 'not a kernel'

# What the file does not say, and nobody else.
refused $K/a.ko a.ko 'modules.conf'
conf $K/other.ko replace=no >modules.conf
refused $K/a.ko a.ko '/usr/share/kpb/packages/NAME/modules.conf is not there or does not list it'
conf $K/a.ko >modules.conf
refused $K/a.ko a.ko 'replaces all other live patches' 'replace=yes or no'
conf $K/a.ko replace=unknown >modules.conf
refused $K/a.ko a.ko 'does not say it'
cp "$KPB_SYNTH/plain.ko" module.ko
conf 6.1.0-56-amd64/a.ko replace=no >modules.conf
refused 6.1.0-56-amd64/a.ko a.ko 'which functions the stacked module patches' 'function=OBJECT:FUNCTION'

# A modules.conf that is wrong.
cp "$good" module.ko
conf $K/a.ko replace=perhaps >modules.conf
refused $K/a.ko a.ko 'modules.conf:4: replace is' 'yes, no or unknown'
conf $K/a.ko replace=no function=vmlinux:uname >modules.conf
refused $K/a.ko a.ko "others than the file's"
conf $K/a.ko replace=no | sed '1a kernel=6.12.108-kpbtest' >modules.conf
refused $K/a.ko a.ko "its kernel is '6.12.108-kpbtest'"
conf $K/a.ko replace=no | sed '1a package=another' >modules.conf
refused $K/a.ko a.ko "its package is 'another'"

# Files with odd names: the token has none of it.
conf "$K/a b,(c) < 1.ko" >modules.conf
refused "$K/a b,(c) < 1.ko" 'a_b__c____1.ko' 'does not say it'

# Functions that no token can carry.
cp "$KPB_SYNTH/plain.ko" module.ko
for function in 'vmlinux:a b' 'vmlinux:f(int, char)' 'vmlinux:a<b' 'vmlinux:%{name}' 'vmlinux:' 'two words:f'; do
	conf 6.1.0-56-amd64/a.ko replace=no "function=$function" >modules.conf
	refused 6.1.0-56-amd64/a.ko a.ko "$function" 'is refused'
done
# And odd ones that it can.
conf 6.1.0-56-amd64/a.ko replace=no function=vmlinux:do_one.isra.0:3 'function=kpb-fs:ns::f$x' state=7 >modules.conf
spec %kpb_livepatch_check 6.1.0-56-amd64/a.ko >foreign.spec
expect 0 with_generator -bb foreign.spec
K=6.1.0-56-amd64
same "$(relations top/RPMS/*/*.rpm)" "$(lines "provides: kpatch-patch($K)" "provides: kpatch-stack($K)" \
	"conflicts: kpatch-slot($K)" 'conflicts: foreign < 1-1' 'conflicts: foreign > 1-1' \
	"provides: kpatch-func($K/vmlinux:do_one.isra.0:3)" "conflicts: kpatch-func($K/vmlinux:do_one.isra.0:3)" \
	"provides: kpatch-func($K/kpb-fs:ns::f\$x:1)" "conflicts: kpatch-func($K/kpb-fs:ns::f\$x:1)" \
	"provides: kpatch-state($K/7)" "conflicts: kpatch-state($K/7)")" "odd names"
