#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A spec that kpb did not write and that builds its module in %build gets the same provides and
# conflicts as kpb's own package of that module.
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/generator.inc"
K=5.14.0-362.8.1.el9_3.x86_64
python3 "$KPB_FIXTURES/set_vermagic.py" "$KPB_FIXTURES/livepatch-two.ko" $K made.ko

# spec NAME LINE...: its %build stands for one that compiles (generator_package.sh has a real one).
# The lines are those of its modules.conf that state what the module does not.
spec() {
	name=$1
	shift
	cat <<END
Name: $name
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
$(printf '%s\n' "$@" | grep -v ^replace=)
module=livepatch_two
file=/var/lib/kpatch/$K/kpatch-fix-1-1.ko
$(printf "%s\n" "$@" | grep ^replace=)
CONF
%check
%kpb_livepatch_check
%files
/var/lib/kpatch/$K
/usr/share/kpb/packages/%{name}
END
}

# alike RELATION OPTIONS SPEC_ARGUMENT...: both packages have the same relations, among them
# RELATION.
alike() {
	what=$1 options=$2
	shift 2
	spec "$@" >foreign.spec
	expect 0 with_generator -bb foreign.spec
	says "$out" "kpb-livepatch-deps: 1 module, relations known"
	foreign=$(echo top/RPMS/*/*.rpm)
	relations "$foreign" | grep -qxF "$what" || fail "the foreign package does not say: $what"
	# shellcheck disable=SC2086
	expect 0 kpb build -q -b $options --name fix -k $K --module made.ko
	same "$(relations "$foreign" | grep -v ^requires)" "$(relations ./*.rpm | grep -v ^requires)" "what rpm says of one like $options"
	# The generator does not add any requirements.
	same "$(relations "$foreign" | grep ^requires)" "" "what the foreign package requires"
	rm ./*.rpm
}
standard=kpatch-module-fix-5.14.0-362.8.1.el9_3
alike "provides: kpatch-slot($K)" --replace $standard stem=fix replace=yes
alike "conflicts: kpatch-func($K/vmlinux:cmdline_proc_show:1)" --no-replace $standard stem=fix replace=no
alike "conflicts: kpatch-patch = $K" --replace $standard stem=fix replace=yes
alike "conflicts: kpatch-stack($K)" '--replace --set vendor-conflict=no' $standard stem=fix vendor-conflict=no replace=yes
alike "provides: kpatch-patch = $K" '--replace -p rhel' kpatch-patch-5_14_0-362_8_1 stem=fix replace=yes
alike "provides: kpatch-func($K/vmlinux:version_proc_show:1)" '--no-replace --on-top-of kpatch-patch-5_14_0-362_8_1=1-1' \
	$standard stem=fix on-top-of=kpatch-patch-5_14_0-362_8_1=1-1 replace=no
