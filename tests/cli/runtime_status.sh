#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kpb-reconcile status as root and as an ordinary user, and of another root: it never says that all is well when it cannot
# know, judges the kernels of that root, and reads nothing outside it.
. "$(dirname "$0")/common.inc"
root_only 'ask as another user'
tool setpriv
program=$KPB_BUILD/sbin/kpb-reconcile
[ -x "$program" ] || skip "kpb-reconcile was not built"
cp "$program" ./kpb-reconcile # where another user can run it
chmod 0755 . kpb-reconcile
program=$PWD/kpb-reconcile
setpriv --reuid 65534 --regid 65534 --clear-groups "$program" --version >/dev/null || skip "another user cannot get to $PWD"
nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$program" "$@"; }

digest=$(sha256sum <"$KPB_FIXTURES/livepatch-two.ko" | cut -d ' ' -f 1)
# package ROOT NAME KERNEL FILE: a package with one module.
package() {
	mkdir -p "$1/usr/share/kpb/packages/$2"
	printf '%s\n' format=kpb.modules/1 "package=$2" version=1 release=1 "kernel=$3" arch=x86_64 \
		"module=m_$2" "file=$4" "sha256=$digest" replace=yes >"$1/usr/share/kpb/packages/$2/modules.conf"
}
module() { # ROOT PATH
	mkdir -p "$1$(dirname "$2")"
	cp "$KPB_FIXTURES/livepatch-two.ko" "$1$2"
}
kernel() { mkdir -p "$1/usr/lib/modules/$2"; } # ROOT RELEASE

# The process 1 of that root may not be looked at, which is no sign of a container.
hidden=$PWD/hidden
mkdir -p "$hidden/proc/self/ns" "$hidden/proc/1/ns" "$hidden/proc/sys/kernel" "$hidden/sys/kernel/livepatch"
for process in self 1; do
	ln -s 'pid:[4026531836]' "$hidden/proc/$process/ns/pid"
	ln -s 'user:[4026531837]' "$hidden/proc/$process/ns/user"
done
ln -s / "$hidden/proc/1/root"
echo quiet >"$hidden/proc/cmdline"
echo 6.9.9-running >"$hidden/proc/sys/kernel/osrelease"
chmod 0700 "$hidden/proc/1"
package "$hidden" p 6.9.9-running /var/lib/kpatch/6.9.9-running/m.ko
expect 1 "$program" status --root "$hidden"
says "$out" 'kernel 6.9.9-running: 0 patches in force, 1 not in force'
expect 5 nobody status --root "$hidden"
says "$out" 'not known: it cannot be seen whether this is a container: /proc/1/ns/pid: Permission denied'
expect 5 nobody status --json --root "$hidden"
says "$out" '"unknown": [{"text": "it cannot be seen whether this is a container'
says "$out" '"status": 5'
expect 5 nobody --dry-run --root "$hidden"
# Control: with nothing hidden both get the same answer.
chmod 0755 "$hidden/proc/1"
expect 1 nobody status --root "$hidden"

# The same without a kernel that runs there: what is refused is told to both.
rm "$hidden/proc/sys/kernel/osrelease"
chmod 0700 "$hidden/proc/1"
expect 1 "$program" status --root "$hidden"
expect 1 nobody status --root "$hidden"
says "$out" 'file-missing'

# Every part that a user may not read is named.
part=$PWD/part
kernel "$part" 6.1.0-a
package "$part" p 6.1.0-a /var/lib/kpatch/6.1.0-a/m.ko
module "$part" /var/lib/kpatch/6.1.0-a/m.ko
mkdir -p "$part/etc/kpb" "$part/var/lib/kpb"
echo 'foreign=keep' >"$part/etc/kpb/runtime.conf"
printf 'kpb-guard 2 1\n' >"$part/var/lib/kpb/guard.0"
printf 'end %s\n' "$(sha256sum <"$part/var/lib/kpb/guard.0" | cut -d ' ' -f 1)" >>"$part/var/lib/kpb/guard.0"
expect 0 nobody status --root "$part"
says "$out" 'kernel 6.1.0-a: 1 patch ready'
for path in usr/share/kpb/packages usr/share/kpb/packages/p usr/share/kpb/packages/p/modules.conf usr/lib/modules \
	var/lib/kpatch var/lib/kpatch/6.1.0-a etc/kpb etc/kpb/runtime.conf var/lib/kpb var/lib/kpb/guard.0; do
	mode=$(stat -c %a "$part/$path")
	chmod 0 "$part/$path"
	expect 5 nobody status --root "$part"
	says "$out" "not known: /${path%/modules.conf}"
	expect 5 nobody status --json --root "$part"
	says "$out" '"unknown": [{"where": "/'
	expect 0 "$program" status --root "$part" # root may read it all the same
	chmod "$mode" "$part/$path"
done
chmod 0 "$part/var/lib/kpatch/6.1.0-a/m.ko"
expect 1 nobody status --root "$part"
says "$out" 'file-unreadable'
chmod 0644 "$part/var/lib/kpatch/6.1.0-a/m.ko"

# The kernels are those of the root: the one that runs here is none of them.
other=$PWD/other
kernel "$other" 6.1.0-a
kernel "$other" 6.2.0-b
module "$other" /var/lib/kpatch/6.1.0-a/m.ko
package "$other" p 6.1.0-a /var/lib/kpatch/6.1.0-a/m.ko
expect 3 "$program" status --root "$other"
says "$out" 'kernels 6.1.0-a, 6.2.0-b: 1 patch ready, 1 kernel uncovered'
grep -q '^uncovered *kernel 6.2.0-b' "$out" || fail "the kernel without a patch is not named"
says "$out" 'no live patch is installed for this kernel, but for 6.1.0-a'
expect 3 "$program" status --json --root "$other"
says "$out" '"kernels": ["6.1.0-a", "6.2.0-b"]'
! grep -qF "$(uname -r)" "$out" || fail "this machine's kernel is in the answer"
package "$other" running "$(uname -r)" /nowhere.ko # for a kernel that is not there
expect 1 "$program" status --root "$other"
rm -r "$other/usr/share/kpb/packages/running" "$other/usr/lib/modules/6.2.0-b"
expect 0 "$program" status --root "$other"
expect 2 "$program" status --root "$PWD/nowhere"
expect 2 "$program" status --root "$KPB_FIXTURES/livepatch-two.ko"

# No link leads out of the root, whatever is a link: the file, its directory, or one above.
mkdir secret
echo 'secret-word=host' >secret/runtime.conf
printf 'secret line of the host\n' >secret/modules.conf
cp "$KPB_FIXTURES/livepatch-two.ko" secret/m.ko
strays() { # LINK TARGET: status says nothing of what lies outside
	stray=$PWD/stray
	rm -rf "$stray"
	cp -a "$other" "$stray"
	rm -rf "${stray:?}/$1"
	mkdir -p "$(dirname "$stray/$1")"
	ln -s "$2" "$stray/$1"
	for words in "status --root $stray" "status --json --root $stray" "--dry-run --root $stray"; do
		"$program" $words >"$out" 2>"$err" || :
		! grep -q 'secret\|root:' "$out" "$err" || fail "$1 -> $2: what lies outside was read: $(cat "$out" "$err")"
	done
}
up=../../../../../../../../../../../../../../..
for target in "$PWD/secret" "$up$PWD/secret"; do
	strays etc/kpb/runtime.conf "$target/runtime.conf"
	strays etc/kpb "$target"
	strays usr/share/kpb/packages/p/modules.conf "$target/modules.conf"
	strays usr/share/kpb/packages/p "$target"
	strays var/lib/kpatch/6.1.0-a/m.ko "$target/m.ko"
	says "$out" 'file-missing' # the digest would be right
	strays var/lib/kpatch/6.1.0-a "$target"
	says "$out" 'file-missing'
done
strays etc/kpb/runtime.conf /etc/shadow
strays etc/kpb /etc
# But links inside it are followed as they would be there.
stray=$PWD/stray
rm -rf "$stray"
cp -a "$other" "$stray"
mv "$stray/var/lib/kpatch" "$stray/srv"
ln -s /srv "$stray/var/lib/kpatch"
expect 0 "$program" status --root "$stray"
