#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is larger, deeper or more than the limits in docs/limits.md is refused, with the limit and without the cost that
# it was made for; what just fits is read. Memory is that of kpb's largest process.
. "$(dirname "$0")/common.inc"
tool as
tool objcopy

export SOURCE_DATE_EPOCH=1700000000 KPB_STORE="$top/store"
most=256 # MiB
! grep -q libasan.so "$(command -v kpb)" || most=4096 # the sanitizers keep what was freed

make() { python3 "$KPB_SOURCE/tests/bench/inputs.py" "$@"; }
# cheap STATUS COMMAND...: as expect, and below the bound of memory
cheap() {
	_wanted=$1
	shift
	expect "$_wanted" python3 "$KPB_SOURCE/tests/bench/usage.py" "$@"
	used=$(tail -n 1 "$err" | cut -d ' ' -f 3)
	[ "${used%.*}" -lt $most ] || fail "$used MiB were used, more than $most, by: $*" "$(head -n 5 "$err")"
}
# refused STATUS KIND FILE SIZE TEXT COMMAND...
refused() {
	_status=$1 _kind=$2 _file=$3 _size=$4 _text=$5
	shift 5
	make "$_kind" "$_file" "$_size"
	cheap "$_status" "$@" "$_file"
	says "$err" "$_text"
	rm "$_file"
}
# taken KIND FILE SIZE COMMAND...
taken() {
	_kind=$1 _file=$2 _size=$3
	shift 3
	make "$_kind" "$_file" "$_size"
	cheap 0 "$@" "$_file"
	rm "$_file"
}

# Archives of sources: 292 bytes for 200,000 directories.
add="kpb kernel add --no-compile -k 6.12.94 --config $KPB_SYNTH/kernel/config --vmlinux $KPB_SYNTH/kernel/vmlinux --source"
# shellcheck disable=SC2086
{
	refused 2 tar_depth d.tar.xz 200000 'it holds a path of 400005 bytes, more than 4095' $add
	refused 2 tar_depth d.tar.xz 65 'it holds a path of 65 directories, more than 64' $add
	refused 2 tar_depth d.tar.xz 64 'it is no kernel source' $add
	refused 2 tar_stated d.tar.xz 1000 'it unpacks to 1073741824512 bytes, more than 34359738368' $add
	refused 2 tar_members d.tar.gz 1000001 'it has more than 1000000 members' $add
}

# Debs.
refused 4 deb_fields x.deb 30000 'there are more than 500 fields' kpb inspect
refused 4 deb_fields x.deb 501 'there are more than 500 fields' kpb inspect
taken deb_fields x.deb 500 kpb inspect
refused 4 deb_relations x.deb 20001 'more than 20000 relations' kpb inspect
taken deb_relations x.deb 20000 kpb inspect
refused 4 deb_relations x.deb 150000 'bytes; kpb reads, and apt takes, at most 1000000' kpb inspect
refused 4 deb_files x.deb 20001 'data.tar.xz has more than 20000 members' kpb inspect
taken deb_files x.deb 20000 kpb inspect
refused 4 deb_unpacked x.deb 250 'data.tar.xz unpacks to more than 80 MiB' kpb inspect
taken deb_unpacked x.deb 79 kpb inspect
refused 4 deb_control_unpacked x.deb 250 'control.tar.xz unpacks to more than 16 MiB' kpb inspect
taken deb_sums x.deb 400000 kpb inspect

# RPMs: the length that a header states, and what the payload unpacks to.
expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --module "$KPB_SYNTH/el7.ko" --name fix
rpm=kpatch-module-fix-1-1.x86_64.rpm
python3 - $rpm <<'PYTHON'
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
data[108:112] = struct.pack(">I", 200 << 20)
open("signature.rpm", "wb").write(data)
data = bytearray(open(sys.argv[1], "rb").read())
entries, size = struct.unpack(">II", data[104:112])
at = (112 + 16 * entries + size + 7) // 8 * 8
data[at + 12:at + 16] = struct.pack(">I", 200 << 20)
open("header.rpm", "wb").write(data)
PYTHON
cheap 4 kpb inspect signature.rpm
says "$err" 'its signature header has 20971'
says "$err" 'more than 16777216'
cheap 4 kpb inspect header.rpm
says "$err" 'its header has 20971'
cat >zeros.spec <<'SPEC'
Name: zeros
Version: 1
Release: 1
Summary: x
License: x
AutoReqProv: no
%global __os_install_post %{nil}
%description
x
%install
mkdir -p %{buildroot}/opt
truncate -s %{megabytes}M %{buildroot}/opt/zeros
%files
/opt/zeros
SPEC
for megabytes in 79 250; do
	expect 0 rpmbuild -bb --define "_topdir $PWD/top" --define "megabytes $megabytes" zeros.spec
	mv top/RPMS/*/zeros-1-1.*.rpm $megabytes.rpm
done
cheap 0 kpb inspect 79.rpm
cheap 4 kpb inspect 250.rpm
says "$err" 'its payload unpacks to more than 80 MiB'
rm -rf top ./*.rpm

# Specs, modules, patches, manifests.
refused 2 spec_lines x.spec 400000 'the spec has more than 4194304 bytes' kpb inspect
refused 2 module_functions x.ko 20001 'more than 20000' kpb inspect
taken module_functions x.ko 20000 kpb inspect
refused 2 module_size x.ko 65 'a module has at most 67108864 bytes' kpb inspect
taken module_size x.ko 63 kpb inspect
build='kpb build --dry-run -q -B rpm-spec -k 6.1.0-56-amd64 --replace'
# shellcheck disable=SC2086
{
	refused 2 patch_hunks x.patch 100001 'it has more than 100,000 hunks' $build
	taken patch_hunks x.patch 100000 $build
	refused 2 patch_files x.patch 1001 'it changes more than 1,000 files' $build
	refused 2 patch_size x.patch 33 'it is larger than 32 MiB' $build
	taken patch_size x.patch 31 $build
	refused 2 patch_line x.patch 1025 'a line is longer than 1 MiB' $build
	taken patch_line x.patch 1000 $build
}
refused 2 manifest_values x.yml 200000 'there are more than 200,000 values' kpb series plan
taken manifest_values x.yml 190000 kpb series plan
refused 2 manifest_patterns x.yml 8000000 'name kernels more than 5000000 times' kpb series plan
taken manifest_patterns x.yml 4900000 kpb series plan
refused 2 manifest_wrong x.yml 10000 "there is no kernel 'x0'" kpb series plan
