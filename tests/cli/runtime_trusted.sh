#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What kpb-reconcile loads or believes must be root's, with every directory and link on the way: whoever could change a list, a
# module, the settings or the crash guard's records could load his code into the kernel or keep a fix out of it.
# status reads them as a run does.
. "$(dirname "$0")/common.inc"
root_only 'give files to another user'
tool python3
tool setpriv
program=$KPB_BUILD/sbin/kpb-reconcile
[ -x "$program" ] || skip "kpb-reconcile was not built"

digest=$(sha256sum <"$KPB_FIXTURES/livepatch-two.ko" | cut -d ' ' -f 1)
good=$PWD/good
mkdir -p "$good/usr/lib/modules/6.1.0-a" "$good/usr/share/kpb/packages/p" "$good/var/lib/kpatch/6.1.0-a" \
	"$good/var/lib/kpb" "$good/etc/kpb"
cp "$KPB_FIXTURES/livepatch-two.ko" "$good/var/lib/kpatch/6.1.0-a/m.ko"
printf '%s\n' format=kpb.modules/1 package=p version=1 release=1 kernel=6.1.0-a arch=x86_64 module=m_p \
	file=/var/lib/kpatch/6.1.0-a/m.ko "sha256=$digest" replace=yes >"$good/usr/share/kpb/packages/p/modules.conf"
echo 'foreign=keep' >"$good/etc/kpb/runtime.conf"
printf 'kpb-guard 2 1\n' >"$good/var/lib/kpb/guard.0"
printf 'end %s\n' "$(sha256sum <"$good/var/lib/kpb/guard.0" | cut -d ' ' -f 1)" >>"$good/var/lib/kpb/guard.0"
expect 0 "$program" status --root "$good"
says "$out" '1 patch ready'
silent "$err"

# An access control list by which user 65534 may write.
grant() {
	python3 - "$1" <<'EOF'
import os, stat, struct, sys
mode = os.stat(sys.argv[1]).st_mode
entries = [(1, mode >> 6 & 7, 0xffffffff), (2, 7, 65534), (4, mode >> 3 & 7, 0xffffffff), (16, 7, 0xffffffff),
           (32, mode & 7, 0xffffffff)]
try:
    os.setxattr(sys.argv[1], "system.posix_acl_access",
                struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in entries))
except OSError:
    sys.exit(77)
EOF
}
probe=$PWD/probe
: >"$probe"
lists=yes
grant "$probe" || lists=no
[ $lists = yes ] || echo "no access control lists on this file system"

his() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
# wrong HOW PATH: makes it so in ./bad.
wrong() {
	bad=$PWD/bad
	rm -rf "$bad" "$PWD/his"
	cp -a "$good" "$bad"
	at=$bad/$2
	case $1 in
	owner) chown 65534 "$at" ;;
	group) chmod g+w "$at" ;;
	others) chmod o+w "$at" ;;
	list) grant "$at" ;;
	link) # his link to what is root's, in a directory where everybody may make one
		mkdir -m 1777 "$bad/shared"
		mv "$at" "$bad/real"
		his ln -s /real "$bad/shared/link"
		ln -s /shared/link "$at" ;;
	directory) # root's link into his directory
		mkdir "$bad/his"
		mv "$at" "$bad/his/there"
		chown 65534 "$bad/his"
		ln -s /his/there "$at" ;;
	esac
}
for path in usr usr/share/kpb usr/share/kpb/packages usr/share/kpb/packages/p usr/share/kpb/packages/p/modules.conf \
	var/lib var/lib/kpatch var/lib/kpatch/6.1.0-a var/lib/kpatch/6.1.0-a/m.ko \
	etc etc/kpb etc/kpb/runtime.conf var/lib/kpb var/lib/kpb/guard.0; do
	for how in owner group others list link directory; do
		[ "$how" != list ] || [ $lists = yes ] || continue
		wrong $how $path
		status=0
		"$program" status --root "$bad" >"$out" 2>"$err" || status=$?
		[ $status -eq 1 ] || [ $status -eq 5 ] || fail "$how $path: status ends with $status" "$(cat "$out")"
		cat "$err" >>"$out"
		grep -q 'belongs to user 65534\|is writable by' "$out" || fail "$how $path: nothing is said of it" "$(cat "$out")"
		status=0
		"$program" --dry-run --root "$bad" >"$out" 2>/dev/null || status=$?
		[ $status -eq 1 ] || [ $status -eq 5 ] || fail "$how $path: --dry-run ends with $status" "$(cat "$out")"
	done
done
# Control: root's own links, and a sticky directory on the way, are none of these.
wrong none usr
mkdir -m 1777 "$bad/shared"
mv "$bad/var/lib/kpatch" "$bad/shared/kpatch"
ln -s /shared/kpatch "$bad/var/lib/kpatch"
expect 0 "$program" status --root "$bad"
