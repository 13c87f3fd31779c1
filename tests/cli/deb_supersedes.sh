#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# --supersedes in debs: an ordinary upgrade moves a machine from the old package to the new one by
# means of the transitional package. Without that package it would not, and dpkg would refuse to
# install both.
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/apt.inc"

other kpb-runtime 1
runtime=others/kpb-runtime_1_amd64.deb
patch old 1 --set-release 3 --replace
patch new 1 --replace --supersedes kpatch-module-old-$K=1-3
old=kpatch-module-old-$K new=kpatch-module-new-$K
transitional=patches/${old}_1-3+kpb1.1_amd64.deb
(cd patches && files "${new}_1-1_amd64.deb" "${old}_1-3+kpb1.1_amd64.deb" "${old}_1-3_amd64.deb")
same "$(dpkg-deb -f "$transitional" Package Version Architecture Section Depends Conflicts Provides)" "Package: $old
Version: 1-3+kpb1.1
Architecture: amd64
Section: oldlibs
Depends: $new" "the transitional package"
same "$(dpkg-deb -c "$transitional" | awk '$1 !~ /^d/ {print $6}')" "./usr/share/doc/$old/changelog.Debian.gz
./usr/share/doc/$old/copyright" "what it holds"
same "$(dpkg-deb -f "patches/${new}_1-1_amd64.deb" Breaks Replaces)" "Breaks: $old (<< 1-3+kpb)
Replaces: $old (<< 1-3+kpb)" "what the new one says"
for version in 1-3 1-2 1-3+kpb1.1 1-4; do
	dpkg --compare-versions "$version" lt 1-3+kpb && echo "$version is superseded"
done >"$top/below" || :
same "$(cat "$top/below")" "1-3 is superseded
1-2 is superseded" "the versions below the bound"
expect 0 kpb verify "$transitional"
says "$out" "a transitional package"

begin() {
	fresh
	publish "$runtime" "patches/${old}_1-3_amd64.deb"
	expect 0 apt_ install -y $old
	same "$(ls "$apt_root/var/lib/kpatch/$K")" "kpatch-old-1-3.ko" "the module at first"
}
migrated() {
	same "$(installed)" "$new 1-1
$old 1-3+kpb1.1
kpb-runtime 1" "what $1 installed"
	same "$(ls "$apt_root/var/lib/kpatch/$K")" "kpatch-new-1-1.ko" "the modules after $1"
}

begin
publish "$runtime" "patches/${old}_1-3_amd64.deb" "patches/${new}_1-1_amd64.deb" "$transitional"
expect 0 apt_ full-upgrade -y
migrated "full-upgrade"
# The empty package can then be removed, and the patch stays.
expect 0 apt_ remove -y $old
same "$(installed)" "$new 1-1
kpb-runtime 1" "what is left without the transitional package"

begin
publish "$runtime" "patches/${new}_1-1_amd64.deb" "$transitional"
expect 0 apt_ upgrade -y --with-new-pkgs
migrated "upgrade --with-new-pkgs"

# Installed by name, and by dpkg, which removes the old package.
begin
publish "$runtime" "patches/${new}_1-1_amd64.deb" "$transitional"
expect 0 apt_ install -y $new
same "$(installed | grep $new)" "$new 1-1" "what install brought"
same "$(ls "$apt_root/var/lib/kpatch/$K")" "kpatch-new-1-1.ko" "the modules after install"
begin
expect 0 dpkg_ -i "patches/${new}_1-1_amd64.deb"
same "$(installed)" "$new 1-1
kpb-runtime 1" "what dpkg installed"

# Negative control: without the transitional package in the repository no machine is moved.
begin
publish "$runtime" "patches/${old}_1-3_amd64.deb" "patches/${new}_1-1_amd64.deb"
expect 0 apt_ full-upgrade -y
same "$(installed)" "$old 1-3
kpb-runtime 1" "what full-upgrade leaves without the transitional package"

# The next version of the new package comes with a newer transitional package.
patch new 2 --replace --supersedes kpatch-module-old-$K=1-3
begin
publish "$runtime" patches/${new}_1-1_amd64.deb patches/${new}_2-1_amd64.deb "$transitional" \
	patches/${old}_1-3+kpb2.1_amd64.deb
expect 0 apt_ full-upgrade -y
same "$(installed)" "$new 2-1
$old 1-3+kpb2.1
kpb-runtime 1" "what the second version installed"

# A third package takes over from the old one as well: its transitional deb would have the name of
# the first one's but different content. The existing one is kept, and nothing is made. The same
# package can be made again.
mkdir both
take_over() {
	_status=$1
	shift
	expect "$_status" kpb build -q -B deb -k $K --no-replace -o both --module "$KPB_FIXTURES/livepatch-two.ko" \
		--supersedes kpatch-module-old-$K=1-3 "$@"
}
take_over 0 --name first
before=$(cat both/* | sha256sum)
take_over 2 --name second
says "$err" "the output file 'both/${old}_1-3+kpb1.1_amd64.deb' would be overwritten; it is for 'kpatch-module-first-$K'"
says "$err" "leads to 'kpatch-module-second-$K'"
take_over 2 --name second --dry-run
same "$(cat both/* | sha256sum)" "$before" "what a refused build leaves"
take_over 0 --name first --packager "Example <a@example.org>"
same "$(dpkg-deb -f "both/${old}_1-3+kpb1.1_amd64.deb" Maintainer)" "Example <a@example.org>" "who made the package again"
take_over 0 --name second --set-version 2
rm both/*
# A file that is not a deb is replaced, as any output is.
echo x >"both/${old}_1-3+kpb1.1_amd64.deb"
take_over 0 --name second

# Names that would become the same are refused before anything is made.
mkdir none
expect 2 kpb build -q -B deb -k $K --name new --replace --supersedes kpatch-module-NEW-$K=1-1 \
	--module "$KPB_FIXTURES/livepatch-two.ko" -o none
says "$err" "would both be called '$new'"
expect 2 kpb build -q -B deb -k $K --name new --replace --supersedes kpatch-module-a-$K=1-1 \
	--supersedes kpatch-module-A-$K=1-1 --module "$KPB_FIXTURES/livepatch-two.ko" -o none
says "$err" "would both be called 'kpatch-module-a-$K'"
same "$(ls none)" "" "what a refused build leaves"
