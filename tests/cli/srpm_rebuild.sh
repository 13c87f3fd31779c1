#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A source package promises that rpmbuild alone can build the module again, offline: the result must
# be exactly the module that kpb packaged.
. "$(dirname "$0")/common.inc"
need_headers
tool cpio

for source in "$KPB_SOURCE/docs/example/cmdline-livepatch.c" "$KPB_FIXTURES/kbuild-dir"; do
	name=$(basename "$source" .c)
	nvr=kpatch-module-$name-$kernel-1-1
	expect 0 kpb build -B srpm -B rpm-build -k "$kernel" --replace --name "$name" "$source"
	same "$(sort "$out")" "$nvr.src.rpm
$nvr.x86_64.rpm" "what was said to be made"
	expect 0 kpb verify "$nvr.src.rpm" "$nvr.x86_64.rpm"
	# Without network, if that is possible here.
	offline=
	unshare -rn true 2>/dev/null && offline="unshare -rn"
	# shellcheck disable=SC2086
	expect 0 $offline rpmbuild --rebuild --nodeps --define "_topdir $PWD/top" "$nvr.src.rpm"
	rebuilt=$(find top/RPMS -name '*.rpm')
	same "$(basename "$rebuilt")" "$nvr.x86_64.rpm" "the rebuilt package"
	unpack "$nvr.x86_64.rpm" ours
	unpack "$rebuilt" theirs
	ko=$(cd ours && find . -name '*.ko')
	cmp "ours/$ko" "theirs/$ko"
	# The manifest says how it was built, so it differs; the other installed files do not.
	same "$(rpm -qlp "$rebuilt")" "$(rpm -qlp "$nvr.x86_64.rpm")" "the file list"
	same "$(rpm -qp --scripts "$rebuilt")" "" "what runs at installation"
	# A package that rpmbuild made from our source package passes our own check.
	expect 0 kpb verify "$rebuilt"
	rm -r ./*
done

# rpm knows what the build needs, if kpb knows how the distribution names it.
K=5.14.0-362.8.1.el9_3
expect 0 kpb build -B srpm -k $K --replace "$KPB_FIXTURES/kbuild-dir"
same "$(rpm -qp --requires ./*.src.rpm | grep -v '^rpmlib(')" "gcc
kernel-devel-uname-r = $K.x86_64
make" "what building the module needs"
rm ./*
expect 0 kpb build -B srpm -k $K "$KPB_FIXTURES/livepatch-test.patch"
rpm -qp --requires ./*.src.rpm >needs
for need in kpatch-build gcc make "kernel-devel-uname-r = $K.x86_64" "kernel-debuginfo = $K"; do
	grep -qxF "$need" needs || fail "building the patch needs $need too, but: $(cat needs)"
done
