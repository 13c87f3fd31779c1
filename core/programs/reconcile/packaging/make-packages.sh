#!/bin/sh
# make-packages.sh BUILD OUT [MAINTAINER]
# Makes kpb-runtime's RPM and deb with rpmbuild and dpkg-deb, both from the tree that
# `cmake --install BUILD --component runtime` installs. If one of the two tools is missing, its
# package is left out with a message. The same BUILD and SOURCE_DATE_EPOCH give the same bytes.
# Nothing else is left in OUT.
# MAINTAINER: "NAME <ADDRESS>" on one line, for the deb, which must name a maintainer; the default
# is an address that cannot exist.
# Exit status: 0 made, 1 a tool failed, 2 usage, 5 both tools are missing or the program is not
# static.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
umask 022

die() { status=$1; shift; printf 'make-packages.sh: %s\n' "$@" >&2; exit "$status"; }
[ $# -ge 2 ] && [ $# -le 3 ] || die 2 'usage: make-packages.sh BUILD OUT [MAINTAINER]'
build=$1 out=$2 maintainer=${3-'unknown <unknown@invalid>'}
here=$(cd "$(dirname "$0")" && pwd)
# dpkg would accept other forms, but lintian and readers of changelogs would not.
case $maintainer in
    *[[:cntrl:]]* | *'<'*'<'* | *'>'?*) known=no ;;
    ?*' <'?*'@'?*'>') known=yes ;;
    *) known=no ;;
esac
[ $known = yes ] || die 2 "the maintainer is no 'NAME <ADDRESS>' on one line: $maintainer"
[ -f "$build/CMakeCache.txt" ] || die 2 "$build is no build directory of kpb"
[ -d "$out" ] || die 2 "$out is no directory"
out=$(cd "$out" && pwd)
have() { command -v "$1" >/dev/null 2>&1; }
have rpmbuild || have dpkg-deb || die 5 'neither rpmbuild nor dpkg-deb is here'

version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
machine=$(uname -m)
case $machine in
    x86_64) debian=amd64 ;;
    aarch64) debian=arm64 ;;
    ppc64le) debian=ppc64el ;;
    *) debian=$machine ;;
esac
# If the sources have no date, that of the program is used. RPM's dates have 32 bits.
: "${SOURCE_DATE_EPOCH=$(date -r "$build/sbin/kpb-reconcile" +%s)}"
case $SOURCE_DATE_EPOCH in
    '' | *[!0-9]* | ???????????*) known=no ;;
    *) [ "$SOURCE_DATE_EPOCH" -le 4294967295 ] && known=yes || known=no ;;
esac
[ $known = yes ] || die 2 "SOURCE_DATE_EPOCH is '$SOURCE_DATE_EPOCH'; it must be whole seconds since 1970, below 2^32"
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

stage=$work/stage
DESTDIR=$stage cmake --install "$build" --component runtime --prefix /usr --strip >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; die 1 'the installation failed'; }
# A program that needs this machine's libraries would not start on another distribution.
if LC_ALL=C readelf -lW "$stage/usr/sbin/kpb-reconcile" | grep -q INTERP; then
    die 5 'kpb-reconcile is not static; on Debian: apt-get install libc6-dev libstdc++-12-dev'
fi
mkdir -p "$stage/usr/lib/systemd/system/multi-user.target.wants"
ln -s ../kpb-reconcile.service "$stage/usr/lib/systemd/system/multi-user.target.wants/"
gzip -9n "$stage"/usr/share/man/man*/*

same_times() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }
as_it_is() { printf '%s\n' "$1" | sed 's/[\\&|]/\\&/g'; } # for sed: '&' is its match
# The maintainer is replaced last, so that nothing in it is replaced.
fill() {
    sed -e "s|@VERSION@|$version|" -e "s|@ARCH@|$1|" -e "s|@STAGE@|$(as_it_is "$2")|" \
        -e "s|@SIZE@|$(du -k -s --apparent-size "$2" | cut -f 1)|" \
        -e "s|@DATE@|$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")|" -e "s|@MAINTAINER@|$(as_it_is "$maintainer")|"
}

make_rpm() {
    tree=$work/rpm
    cp -a "$stage" "$tree"
    install -D -m 0644 "$here/../../../../LICENSE" "$tree/usr/share/licenses/kpb-runtime/LICENSE"
    mkdir -p "$tree/var/lib/kpb" "$tree/usr/share/kpb/packages"
    same_times "$tree"
    fill "$machine" "$tree" <"$here/kpb-runtime.spec.in" >"$work/kpb-runtime.spec"
    rpmbuild -bb --quiet --define "_topdir $work/top" --define '_buildhost kpb' \
        --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
        "$work/kpb-runtime.spec" >"$work/log" 2>&1 || { cat "$work/log" >&2; die 1 'rpmbuild failed'; }
    cp "$work/top/RPMS/$machine/kpb-runtime-$version-1.$machine.rpm" "$out/"
    echo "$out/kpb-runtime-$version-1.$machine.rpm"
}

make_deb() {
    tree=$work/deb
    cp -a "$stage" "$tree"
    doc=$tree/usr/share/doc/kpb-runtime
    install -D -m 0644 "$here/60kpb-runtime" "$tree/etc/apt/apt.conf.d/60kpb-runtime"
    mkdir -p "$doc" "$tree/usr/share/kpb/packages" "$tree/var/lib/kpb" "$tree/DEBIAN"
    cp "$here/deb/copyright" "$doc/copyright"
    install -D -m 0644 "$here/deb/lintian-overrides" "$tree/usr/share/lintian/overrides/kpb-runtime"
    fill "$debian" "$tree" <"$here/deb/changelog.in" | gzip -9n >"$doc/changelog.Debian.gz"
    (cd "$tree" && find usr -type f | LC_ALL=C sort | xargs md5sum >DEBIAN/md5sums)
    fill "$debian" "$tree" <"$here/deb/control.in" >"$tree/DEBIAN/control"
    cp "$here/deb/triggers" "$here/deb/conffiles" "$tree/DEBIAN/"
    install -m 0755 "$here/deb/postinst" "$here/deb/postrm" "$tree/DEBIAN/"
    same_times "$tree"
    dpkg-deb --root-owner-group -Zxz --build "$tree" "$out/" >"$work/log" 2>&1 ||
        { cat "$work/log" >&2; die 1 'dpkg-deb failed'; }
    echo "$out/kpb-runtime_$version-1_$debian.deb"
}

if have rpmbuild; then make_rpm; else echo 'make-packages.sh: no RPM: rpmbuild is not here' >&2; fi
if have dpkg-deb; then make_deb; else echo 'make-packages.sh: no deb: dpkg-deb is not here' >&2; fi
