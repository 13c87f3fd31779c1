#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Several modules: each package of a spec gets the relations of its own modules. Refused are modules
# in one package that would disable each other or are for different kernels.
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/generator.inc"
tool modinfo
for k in 1 2; do
	python3 "$KPB_FIXTURES/set_vermagic.py" "$KPB_FIXTURES/livepatch-two.ko" 6.$k.0-56-amd64 two-$k.ko
	python3 "$KPB_FIXTURES/set_vermagic.py" "$KPB_FIXTURES/klp-livepatch-test.ko" 6.$k.0-56-amd64 one-$k.ko
	python3 "$KPB_FIXTURES/set_vermagic.py" "$KPB_SYNTH/plain.ko" 6.$k.0-56-amd64 plain-$k.ko
done

head_of_spec='Name: main
Epoch: 2
Version: 1
Release: 1
Summary: Live patches
License: GPL-2.0-only
%global __os_install_post %{nil}
%description
Live patches.'

# module PACKAGE FILE KERNEL REPLACE FUNCTION...: lines of %install.
module() {
	package=$1 file=$2 kernel=$3 replace=$4
	shift 4
	conf=%{buildroot}/usr/share/kpb/packages/$package/modules.conf
	echo "install -D -m 0644 %{_sourcedir}/$file %{buildroot}/usr/lib/kpatch/$kernel/$file"
	echo "mkdir -p ${conf%/*}"
	echo "[ -s $conf ] || cat >$conf <<CONF"
	conf "$package" "$kernel" epoch=2 | if [ "$package" = other ]; then sed 's/^version=.*/version=5/'; else cat; fi
	echo CONF
	echo "cat >>$conf <<CONF"
	printf '%s\n' "module=$(modinfo -F name "$file")" "file=/usr/lib/kpatch/$kernel/$file" "replace=$replace" "$@"
	echo CONF
}

# Two packages, the first with two modules; the second is for another kernel and has its own
# version.
{
	echo "$head_of_spec"
	printf '%%package -n other\nVersion: 5\nSummary: Another\n%%description -n other\nAnother.\n%%install\n'
	module main two-1.ko 6.1.0-56-amd64 no
	module main plain-1.ko 6.1.0-56-amd64 no function=vmlinux:version_show:1 state=3
	module other two-2.ko 6.2.0-56-amd64 yes
	printf '%%check\n%%kpb_livepatch_check\n%%files\n/usr/lib/kpatch/*/two-1.ko\n'
	printf '/usr/lib/kpatch/*/plain-1.ko\n/usr/share/kpb/packages/main\n'
	printf '%%files -n other\n/usr/lib/kpatch/*/two-2.ko\n/usr/share/kpb/packages/other\n'
} >main.spec
expect 0 with_generator -bb main.spec
says "$out" "3 modules, relations known"
same "$(relations top/RPMS/x86_64/main-*.rpm)" "$(lines \
	'conflicts: main < 2:1-1' 'conflicts: main > 2:1-1' \
	'provides: kpatch-patch(6.1.0-56-amd64)' \
	'provides: kpatch-stack(6.1.0-56-amd64)' 'conflicts: kpatch-slot(6.1.0-56-amd64)' \
	'provides: kpatch-func(6.1.0-56-amd64/vmlinux:cmdline_proc_show:1)' \
	'conflicts: kpatch-func(6.1.0-56-amd64/vmlinux:cmdline_proc_show:1)' \
	'provides: kpatch-func(6.1.0-56-amd64/vmlinux:version_proc_show:1)' \
	'conflicts: kpatch-func(6.1.0-56-amd64/vmlinux:version_proc_show:1)' \
	'provides: kpatch-func(6.1.0-56-amd64/vmlinux:version_show:1)' \
	'conflicts: kpatch-func(6.1.0-56-amd64/vmlinux:version_show:1)' \
	'provides: kpatch-state(6.1.0-56-amd64/3)' 'conflicts: kpatch-state(6.1.0-56-amd64/3)')" "the first package"
same "$(relations top/RPMS/x86_64/other-*.rpm)" "$(lines \
	'conflicts: other < 2:5-1' 'conflicts: other > 2:5-1' 'provides: kpatch-patch(6.2.0-56-amd64)' \
	'provides: kpatch-slot(6.2.0-56-amd64)' 'conflicts: kpatch-slot(6.2.0-56-amd64)' \
	'conflicts: kpatch-stack(6.2.0-56-amd64)')" "the second package"

# Modules that must not be in one package: refused in %check, and without it by rpm.
together() { { echo "$head_of_spec"; echo %install; "$1"; printf '%%check\n%s\n%%files\n/usr/lib/kpatch\n/usr/share/kpb\n' "$2"; } >main.spec; }
replacing() { module main two-1.ko 6.1.0-56-amd64 yes; module main one-1.ko 6.1.0-56-amd64 no; }
overlap() { module main two-1.ko 6.1.0-56-amd64 no; module main one-1.ko 6.1.0-56-amd64 no; }
same_name() { module main two-1.ko 6.1.0-56-amd64 no; module main again.ko 6.1.0-56-amd64 no; }
two_kernels() { module main two-1.ko 6.1.0-56-amd64 no; module main plain-2.ko 6.2.0-56-amd64 no function=vmlinux:version_show:1; }
cp two-1.ko again.ko
for case in replacing overlap same_name two_kernels; do
	together $case %kpb_livepatch_check
	expect 1 with_generator -bb main.spec
	case $case in
	replacing) says "$err" 'disables every other live patch' ;;
	overlap) says "$err" "both patch 'vmlinux:cmdline_proc_show:1'" ;;
	same_name) says "$err" 'comes twice' ;;
	two_kernels) says "$err" "its kernel is '6.1.0-56-amd64'" ;;
	esac
	together $case ''
	expect 0 with_generator -bb main.spec
	relations top/RPMS/*/*.rpm | grep -q '^requires: kpb-livepatch-deps-failed(' || fail "$case can be installed"
done

# A directory that only this spec uses.
{
	echo "$head_of_spec" | sed '1i %global kpb_livepatch_dir /opt/a+b.c'
	echo %install
	module main two-1.ko 6.1.0-56-amd64 yes | sed 's|/usr/lib/kpatch|/opt/a+b.c|g'
	printf '%%check\n%%kpb_livepatch_check\n%%files\n/opt/a+b.c\n/usr/share/kpb\n'
} >main.spec
expect 0 with_generator -bb main.spec
relations top/RPMS/*/*.rpm | grep -qxF 'provides: kpatch-slot(6.1.0-56-amd64)' || fail "nothing is said of /opt/a+b.c"
