#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The packages of kpb-runtime: one program that needs nothing from a distribution, the same files in
# both packages, and scripts that only start a unit and never fail. tests/machine shows what they do
# on a machine.
. "$(dirname "$0")/common.inc"
tool rpmbuild
tool dpkg-deb
grep -q '^KPB_RUNTIME_CAN_BE_STATIC:INTERNAL=1' "$KPB_BUILD/CMakeCache.txt" || skip "the runtime is not static here"

make_packages() { sh "$KPB_SOURCE/core/programs/reconcile/packaging/make-packages.sh" "$KPB_BUILD" "$1"; }
mkdir one two
expect 0 make_packages one
expect 0 make_packages two
for package in one/*; do cmp "$package" "two/${package#one/}"; done
expect 2 sh "$KPB_SOURCE/core/programs/reconcile/packaging/make-packages.sh" "$PWD" one
rpm=$(ls one/*.rpm) deb=$(ls one/*.deb)

# The maintainer appears in the deb exactly as given, although sed treats such characters specially.
mkdir named refused
by() { sh "$KPB_SOURCE/core/programs/reconcile/packaging/make-packages.sh" "$KPB_BUILD" "$@"; }
who='Smith & Sons | R\D @DATE@ \1 <a@example.org>'
expect 0 by named "$who"
same "$(dpkg-deb -f named/*.deb Maintainer)" "$who" "the maintainer"
dpkg-deb --fsys-tarfile named/*.deb | tar -xOf - ./usr/share/doc/kpb-runtime/changelog.Debian.gz | gzip -d >changelog
says changelog " -- $who  "
for who in '' 'Smith' '<a@example.org>' 'Smith <example.org>' 'Smith <a@example.org> x' 'Smith <a@b> <c@d>' "$(printf 'Smith\nEssential: yes <c@d>')"; do
	expect 2 by refused "$who"
	says "$err" "the maintainer is no 'NAME <ADDRESS>' on one line: $who"
done
for date in x '' -1 1.5 0x10 '1 2' 4294967296 99999999999999999999; do
	expect 2 env SOURCE_DATE_EPOCH="$date" sh "$KPB_SOURCE/core/programs/reconcile/packaging/make-packages.sh" "$KPB_BUILD" refused
	says "$err" "SOURCE_DATE_EPOCH is '$date'; it must be whole seconds since 1970, below 2^32"
done
same "$(ls refused)" "" "what a refused run leaves"

same "$(rpm -qp --requires "$rpm" | grep -v '^rpmlib(\|^config(' | sort -u)" "/bin/sh" "what the RPM requires"
same "$(dpkg-deb -f "$deb" Depends Pre-Depends Recommends)" "" "what the deb depends on"

# Nothing is loaded within a transaction; and if systemctl or kpb-reconcile fails or is missing, the
# transaction continues.
rpm -qp --filetriggers "$rpm" >triggers
same "$(grep -c 'kpb-reconcile trigger || :' triggers)" 2 "triggers of the RPM that start the unit"
same "$(grep -c '^exit 0$' triggers)" 2 "triggers of the RPM that end with 0"
dpkg-deb -e "$deb" control
same "$(cut -d ' ' -f 1 control/triggers | sort -u)" interest-noawait "the deb's triggers"
mkdir nothing
for script in postinst postrm; do
	for word in configure triggered remove upgrade; do
		expect 0 env PATH="$PWD/nothing" /bin/sh "control/$script" "$word" /var/lib/kpatch
	done
done

mkdir from-rpm
unpack "$rpm" from-rpm
dpkg-deb -x "$deb" from-deb
for file in usr/sbin/kpb-reconcile usr/lib/systemd/system/kpb-reconcile.service etc/kpb/runtime.conf \
	usr/lib/systemd/system/kpatch.service.d/kpb.conf; do
	cmp "from-rpm/$file" "from-deb/$file"
done
program=from-deb/usr/sbin/kpb-reconcile
! readelf -lW $program | grep -q INTERP || fail "the program needs a loader"

# The program itself: its help contains every word of the synopsis, and unknown words are refused.
expect 0 $program --help
for word in --dry-run status --json --all forgive --root; do grep -q -e "$word" "$out" || fail "help lacks $word"; done
expect 2 $program nonsense
expect 2 $program --root "$PWD"
mkdir -p root/usr/share/kpb
expect 0 $program status --root "$PWD/root"

# --root reads the files of that root, not those with the same names here.
package=root/usr/share/kpb/packages/a-patch
mkdir -p $package root/var/lib/kpatch/x root/usr/lib/modules/6.1.0-x
cp "$KPB_FIXTURES/livepatch-two.ko" root/var/lib/kpatch/x/there.ko
conf() {
	printf '%s\n' format=kpb.modules/1 package=a-patch version=1 release=1 kernel=6.1.0-x "arch=$(uname -m)" \
		module=there "file=/var/lib/kpatch/x/$1.ko" \
		"sha256=$(sha256sum <"$KPB_FIXTURES/livepatch-two.ko" | cut -d ' ' -f 1)" replace=yes >$package/modules.conf
}
conf there
expect 0 $program status --root "$PWD/root"
grep -q '^waiting *a-patch' "$out" || fail "the module below the root was not found"
conf gone
expect 1 $program status --root "$PWD/root"
grep -q 'file-missing' "$out" || fail "a module that is not below the root was found"

# Output that could not be written is an error, and is reported.
for words in --help "status --root $PWD/root"; do
	expect 5 sh -c "$program $words >/dev/full"
	grep -q 'cannot be written' "$err" || fail "$words: that its answer is lost is not said"
done
