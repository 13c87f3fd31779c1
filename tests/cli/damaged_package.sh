#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A package that changed after it was made is refused, wherever the change is: kpb verify is what one runs
# before a package is put into a repository.
. "$(dirname "$0")/common.inc"

expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --module "$KPB_SYNTH/el7.ko" --name fix
rpm=kpatch-module-fix-1-1.x86_64.rpm
size=$(stat -c %s $rpm)

cat >"$top/flip.py" <<'PYTHON'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[3])] ^= 1 << int(sys.argv[4])
open(sys.argv[2], "wb").write(data)
PYTHON
# refused WHAT: bad.rpm is, as a damaged artifact or as no package at all
refused() {
	status=0
	kpb verify bad.rpm >"$out" 2>"$err" </dev/null || status=$?
	case $status in
	4) ;;
	2) says "$err" "bad.rpm: it is no RPM package" ;;
	*) fail "exit status $status for a package with $1" "$(cat "$out" "$err")" ;;
	esac
	says "$err" bad.rpm
}

# The first 96 bytes are the lead, which no digest covers and nobody reads but for its first 4; the
# signature's padding is the other place. All else is spread over here.
headers=$(python3 - $rpm <<'PYTHON'
import struct, sys
data = open(sys.argv[1], "rb").read()
entries, size = struct.unpack(">II", data[104:112])
signature = 112 + 16 * entries + size
print(signature, (signature + 7) // 8 * 8)
PYTHON
)
signature_end=${headers% *} header=${headers#* }
step=$(((size - header) / 60))
offsets="0 1 2 3 96 97 98 $((signature_end - 1)) $header $((header + 1)) $((size - 1))"
at=$header
while [ "$at" -lt "$size" ]; do
	offsets="$offsets $at"
	at=$((at + step))
done
bit=0
for offset in $offsets; do
	bit=$(((bit + 3) % 8))
	python3 "$top/flip.py" $rpm bad.rpm "$offset" $bit
	refused "bit $bit of byte $offset changed"
done

for cut in 0 1 95 96 111 "$header" $((header + 20)) $((size / 2)) $((size - 1)); do
	head -c "$cut" $rpm >bad.rpm
	refused "its first $cut bytes alone"
done
{ cat $rpm; printf x; } >bad.rpm
refused "a byte more"
cat $rpm $rpm >bad.rpm
refused "another one behind it"

# A package of somebody else's, with what ours never have.
mkdir -p top/SOURCES
cp "$KPB_SYNTH/el7.ko" top/SOURCES
foreign() {
	{
		printf '%s\n' 'Name: foreign' 'Version: 1' 'Release: 1' 'Summary: x' 'License: x' 'Source0: el7.ko' \
			'%global debug_package %{nil}' '%global __os_install_post %{nil}' 'AutoReqProv: no' '%description' 'x' \
			'%install' "install -D -m $1 %{SOURCE0} %{buildroot}/var/lib/kpatch/$2/kpatch-fix.ko"
		# shellcheck disable=SC2059
		printf "$3"
		printf '%s\n' '%files' "$4/var/lib/kpatch/$2/kpatch-fix.ko"
	} >foreign.spec
	expect 0 rpmbuild -bb --define "_topdir $PWD/top" --define "_build_id_links none" foreign.spec
	mv top/RPMS/*/*.rpm foreign.rpm
}
K=3.10.0-229.el7.x86_64
foreign 0644 $K '' '%attr(0644,root,root) '
expect 0 kpb verify foreign.rpm
foreign 0755 $K '' '%attr(0755,root,root) '
expect 4 kpb verify foreign.rpm
says "$err" "has mode '0755', not 0644"
foreign 0644 $K '' '%attr(0666,root,root) '
expect 4 kpb verify foreign.rpm
says "$err" "is writable by others"
foreign 0644 $K '' '%attr(0644,daemon,root) '
expect 4 kpb verify foreign.rpm
says "$err" "belongs to daemon:root"
foreign 0644 $K '%%post\ntrue\n' '%attr(0644,root,root) '
expect 4 kpb verify foreign.rpm
says "$err" "has 1 scriptlets or triggers"
foreign 0644 3.10.0-327.el7.x86_64 '' '%attr(0644,root,root) '
expect 4 kpb verify foreign.rpm
says "$err" "built for '3.10.0-229.el7.x86_64', target is '3.10.0-327.el7.x86_64'"
