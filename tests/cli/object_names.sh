#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# "dm-persistent-data" and "dm_persistent_data" are one module to the kernel: two patches of one function of it
# exclude each other, however their users spell it, in RPMs and debs, and beside a package that kept the '-'.
. "$(dirname "$0")/common.inc"
tool rpm
tool rpmbuild

K=6.1.0-56-amd64
pack() { kpb build -q --no-replace -k $K --module "$KPB_SYNTH/plain.ko" "$@"; }
expect 0 pack -b --name one --function dm-persistent-data:dm_bm_unlock
expect 0 pack -b --name two --function dm_persistent_data:dm_bm_unlock
for package in ./*.rpm; do
	same "$(rpm -qp --provides "$package" | grep ^kpatch-func)" "kpatch-func($K/dm_persistent_data:dm_bm_unlock:1)" "$package"
done
expect 2 kpb conflicts ./*.rpm
says "$out" "dm_persistent_data:dm_bm_unlock:1"
rm ./*.rpm

expect 0 pack -B deb --name one --function dm-persistent-data:dm_bm_unlock
expect 0 pack -B deb --name two --function dm_persistent_data:dm_bm_unlock
expect 2 kpb conflicts ./*.deb
same "$(for package in ./*.deb; do dpkg-deb -f "$package" Provides | grep -o 'kpatch-func-[0-9a-f]*'; done | uniq | wc -l)" 1 "hashes"
rm ./*.deb

# A package that somebody else made keeps the '-': kpb sees what rpm cannot.
mkdir foreign
cat >foreign.spec <<SPEC
Name: foreign
Version: 1
Release: 1
Summary: A live patch of somebody else
License: GPL-2.0-only
BuildArch: noarch
Provides: kpatch-func($K/dm-persistent-data:dm_bm_unlock:1)
Conflicts: kpatch-func($K/dm-persistent-data:dm_bm_unlock:1)
%description
%{summary}.
%files
SPEC
rpmbuild -bb --quiet --define "_topdir $PWD/top" --define "_rpmdir $PWD/foreign" foreign.spec >/dev/null 2>&1
expect 0 pack -b --name two --function dm_persistent_data:dm_bm_unlock
expect 2 kpb conflicts foreign/noarch/*.rpm ./*.rpm
says "$out" "dm_persistent_data:dm_bm_unlock:1"
