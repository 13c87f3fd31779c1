#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The content of the deb is what was verified, byte for byte, owned by root and read-only for
# others, without any scripts: according to dpkg, not kpb. And dpkg is not needed to make it.
. "$(dirname "$0")/common.inc"
tool dpkg-deb

K=6.12.107-kpbtest
module=$KPB_FIXTURES/livepatch-two.ko
export SOURCE_DATE_EPOCH=1700000000
expect 0 kpb build -q -B deb --replace -k $K --name fix --cve CVE-2026-12345 \
	--packager 'Kernel Team <kernel@example.org>' --url https://example.org/fix --module "$module"
name=kpatch-module-fix-$K
deb=${name}_1-1_amd64.deb
files "$deb"
ko=/var/lib/kpatch/$K/kpatch-fix-1-1.ko
data=/usr/share/kpb/packages/$name
docs=/usr/share/doc/$name

# Members and compression, as ar and dpkg-deb see them.
same "$(ar t "$deb")" "debian-binary
control.tar.xz
data.tar.xz" "the members"
same "$(dpkg-deb --ctrl-tarfile "$deb" | tar -tf -)" "./
./control
./md5sums" "the control part: no maintainer scripts"
same "$(dpkg-deb -c "$deb" | awk '{print $1, $2, $4, $5, $6}')" "drwxr-xr-x root/root 2023-11-14 22:13 ./
drwxr-xr-x root/root 2023-11-14 22:13 ./usr/
drwxr-xr-x root/root 2023-11-14 22:13 ./usr/share/
drwxr-xr-x root/root 2023-11-14 22:13 ./usr/share/doc/
drwxr-xr-x root/root 2023-11-14 22:13 .$docs/
-rw-r--r-- root/root 2023-11-14 22:13 .$docs/changelog.Debian.gz
-rw-r--r-- root/root 2023-11-14 22:13 .$docs/copyright
drwxr-xr-x root/root 2023-11-14 22:13 ./usr/share/kpb/
drwxr-xr-x root/root 2023-11-14 22:13 ./usr/share/kpb/packages/
drwxr-xr-x root/root 2023-11-14 22:13 .$data/
-rw-r--r-- root/root 2023-11-14 22:13 .$data/manifest.json
-rw-r--r-- root/root 2023-11-14 22:13 .$data/modules.conf
drwxr-xr-x root/root 2023-11-14 22:13 ./usr/share/lintian/
drwxr-xr-x root/root 2023-11-14 22:13 ./usr/share/lintian/overrides/
-rw-r--r-- root/root 2023-11-14 22:13 ./usr/share/lintian/overrides/$name
drwxr-xr-x root/root 2023-11-14 22:13 ./var/
drwxr-xr-x root/root 2023-11-14 22:13 ./var/lib/
drwxr-xr-x root/root 2023-11-14 22:13 ./var/lib/kpatch/
drwxr-xr-x root/root 2023-11-14 22:13 ./var/lib/kpatch/$K/
-rw-r--r-- root/root 2023-11-14 22:13 .$ko" "the file list"
same "$(dpkg-deb --fsys-tarfile "$deb" | tar --numeric-owner -tvf - | awk '{print $2}' | sort -u)" "0/0" "the owners"

dpkg-deb -x "$deb" content
cmp "content$ko" "$module"
dpkg-deb -e "$deb" control
(cd content && md5sum -c --quiet ../control/md5sums) || fail "md5sums are not those of the files"
same "$(cut -c 35- control/md5sums)" "$(cd content && find . -type f | sed 's|^\./||' | LC_ALL=C sort)" "what md5sums lists"
same "$(dpkg-deb -f "$deb" Package Version Architecture Maintainer Homepage Section Priority)" \
	"Package: $name
Version: 1-1
Architecture: amd64
Maintainer: Kernel Team <kernel@example.org>
Homepage: https://example.org/fix
Section: kernel
Priority: optional" "the identity"
kib=$(find content -mindepth 1 -type d | wc -l)
for size in $(find content -type f -printf '%s\n'); do kib=$((kib + (size + 1023) / 1024)); done
same "$(dpkg-deb -f "$deb" Installed-Size)" "$kib" "the installed size"
same "$(zcat "content$docs/changelog.Debian.gz")" "$name (1-1) unstable; urgency=medium

  * Live patch for kernel $K
  * Fixes CVE-2026-12345

 -- Kernel Team <kernel@example.org>  Tue, 14 Nov 2023 22:13:20 +0000" "the changelog"
same "$(head -c 10 "content$docs/changelog.Debian.gz" | od -An -tx1)" " 1f 8b 08 00 00 00 00 00 02 03" \
	"the changelog's gzip header: no name, no time, best compression"
says "content$docs/copyright" "License: GPL-2.0-only"
says "content$docs/copyright" "/usr/share/common-licenses/GPL-2"
same "$(dpkg-parsechangelog -l "content$docs/changelog.Debian.gz" -S Version 2>/dev/null ||
	zcat "content$docs/changelog.Debian.gz" | dpkg-parsechangelog -l - -S Version)" "1-1" "the version, as dpkg reads the changelog"

# Names of more than 100 characters do not fit a tar header; dpkg only understands GNU's extension
# for them.
long=$(printf 'n%.0s' $(seq 100))
mkdir long
expect 0 kpb build -q -B deb --replace -k $K --name "$long" --module "$module" -o long
dpkg-deb -x long/*.deb long/content
cmp "long/content/var/lib/kpatch/$K/kpatch-$long-1-1.ko" "$module"

# Other compressions contain the same.
for payload in gzip:gz zstd:zst; do
	mkdir "${payload%:*}"
	expect 0 kpb build -q -B deb --replace -k $K --name fix --module "$module" --set payload=${payload%:*} -o "${payload%:*}"
	same "$(ar t "${payload%:*}/$deb" | tail -n 1)" "data.tar.${payload#*:}" "the compression"
	dpkg-deb -x "${payload%:*}/$deb" "${payload%:*}/content"
	cmp "${payload%:*}/content$ko" "$module"
	expect 0 kpb verify "${payload%:*}/$deb"
done
expect 2 kpb build -q -B deb --replace -k $K --name fix --module "$module" --set payload=lzma
says "$err" "the setting payload is 'lzma'"

# On a system without dpkg, tar and xz.
mkdir bare without
ln -s "$(command -v kpb)" bare/kpb
expect 0 env PATH="$PWD/bare" "$KPB_PREFIX/bin/kpb" build -q -B deb --replace -k $K --name fix --cve CVE-2026-12345 \
	--packager 'Kernel Team <kernel@example.org>' --url https://example.org/fix --module "$module" -o without
cmp "$deb" "without/$deb"

# Several formats in one run do not affect each other.
if command -v rpmbuild >/dev/null; then
	mkdir both alone
	expect 0 kpb build -q -B deb -B rpm-build --replace -k $K --name fix --module "$module" -o both
	expect 0 kpb build -q -B deb --replace -k $K --name fix --module "$module" -o alone
	expect 0 kpb build -q -B rpm-build --replace -k $K --name fix --module "$module" -o alone
	same "$(ls both)" "$(ls alone)" "what is made together"
	for made in both/*; do cmp "$made" "alone/$(basename "$made")"; done
fi

root_only "install a package"
mkdir -p root/var/lib/dpkg/info root/var/lib/dpkg/updates
: >root/var/lib/dpkg/status
dpkg="dpkg --root=$PWD/root --force-depends --log=$PWD/log"
# shellcheck disable=SC2086
expect 0 $dpkg -i "$deb"
cmp "root$ko" "$module"
same "$(stat -c '%A %u:%g' "root$ko")" "-rw-r--r-- 0:0" "the installed module"
# shellcheck disable=SC2086
expect 0 $dpkg -V "$name"
silent "$out"
printf x >>"root$data/modules.conf"
# shellcheck disable=SC2086
$dpkg -V "$name" >"$out" 2>&1 || :
says "$out" "$data/modules.conf"
# shellcheck disable=SC2086
expect 0 $dpkg -P "$name"
[ ! -e "root/var/lib/kpatch" ] && [ ! -e "root/usr/share/kpb" ] || fail "the package left its directories behind"
