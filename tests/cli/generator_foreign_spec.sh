#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A spec that kpb did not write, and that makes its module in %build, gets the provides and conflicts that kpb
# gives to a package of that module.
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/generator.inc"
K=5.14.0-362.8.1.el9_3.x86_64
python3 "$KPB_FIXTURES/set_vermagic.py" "$KPB_FIXTURES/livepatch-two.ko" $K made.ko

# spec REPLACE: its %build stands for one that compiles.
spec() {
	cat <<END
Name: kpatch-module-fix-5.14.0-362.8.1.el9_3
Version: 1
Release: 1
Summary: A live patch
License: GPL-2.0-only
Source0: made.ko
BuildRequires: kpb-rpm-generators
# The host's strip would take the module's functions away.
%global __os_install_post %{nil}
%description
A live patch.
%build
cat %{SOURCE0} >built.ko
%install
install -D -m 0644 built.ko %{buildroot}/var/lib/kpatch/$K/kpatch-fix-1-1.ko
mkdir -p %{buildroot}/usr/share/kpb/packages/%{name}
cat >%{buildroot}/usr/share/kpb/packages/%{name}/modules.conf <<CONF
format=kpb.modules/1
package=%{name}
version=%{version}
release=%{release}
kernel=$K
arch=x86_64
stem=fix
module=livepatch_two
file=/var/lib/kpatch/$K/kpatch-fix-1-1.ko
replace=$1
CONF
%check
%kpb_livepatch_check
%files
/var/lib/kpatch/$K
/usr/share/kpb/packages/%{name}
END
}

for replace in yes no; do
	spec $replace >foreign.spec
	expect 0 with_generator -bb foreign.spec
	says "$out" "kpb-livepatch-deps: 1 module, relations known"
	foreign=$(echo top/RPMS/*/*.rpm)
	case $replace in
	yes) option=--replace says="provides: kpatch-slot($K)" ;;
	no) option=--no-replace says="conflicts: kpatch-func($K/vmlinux:cmdline_proc_show:1)" ;;
	esac
	relations "$foreign" | grep -qxF "$says" || fail "the foreign package does not say: $says"
	expect 0 kpb build -q -b $option --name fix -k $K --module made.ko
	same "$(relations "$foreign" | grep -v ^requires)" "$(relations ./*.rpm | grep -v ^requires)" "what rpm says with replace=$replace"
	# The generator adds nothing that is required.
	same "$(relations "$foreign" | grep ^requires)" "" "what the foreign package requires"
	rm ./*.rpm
done
