#!/bin/sh
# make-package.sh BUILD OUT
# Makes the RPM kpb-rpm-generators from the tree that
# `cmake --install BUILD --component rpm-generators` installs. The same BUILD and SOURCE_DATE_EPOCH
# give the same bytes. Nothing else is left in OUT.
# Exit status: 0 made, 1 a tool failed, 2 usage, 5 rpmbuild is missing or the program is not static.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
umask 022

die() { status=$1; shift; printf 'make-package.sh: %s\n' "$@" >&2; exit "$status"; }
[ $# -eq 2 ] || die 2 'usage: make-package.sh BUILD OUT'
build=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
[ -f "$build/CMakeCache.txt" ] || die 2 "$build is no build directory of kpb"
[ -d "$out" ] || die 2 "$out is no directory"
out=$(cd "$out" && pwd)
command -v rpmbuild >/dev/null 2>&1 || die 5 'rpmbuild is not here'

version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
libexec=$(sed -n 's/^CMAKE_INSTALL_LIBEXECDIR:PATH=//p' "$build/CMakeCache.txt")
[ "$libexec" = libexec ] || die 2 "programs go to $libexec in $build; the package has them in libexec"
machine=$(uname -m)
# If the sources have no date, that of the program is used.
: "${SOURCE_DATE_EPOCH:=$(date -r "$build/libexec/kpb/kpb-livepatch-deps" +%s)}"
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

stage=$work/stage
DESTDIR=$stage cmake --install "$build" --component rpm-generators --prefix /usr --strip >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; die 1 'the installation failed'; }
# A build root can be of any distribution, and has few libraries.
if LC_ALL=C readelf -lW "$stage/usr/libexec/kpb/kpb-livepatch-deps" | grep -q INTERP; then
    die 5 'kpb-livepatch-deps is not static; on Debian: apt-get install libc6-dev libstdc++-12-dev libelf-dev zlib1g-dev'
fi
install -D -m 0644 "$here/../../../../LICENSE" "$stage/usr/share/licenses/kpb-rpm-generators/LICENSE"
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
sed -e "s|@VERSION@|$version|" -e "s|@ARCH@|$machine|" -e "s|@STAGE@|$stage|" <"$here/kpb-rpm-generators.spec.in" \
    >"$work/kpb-rpm-generators.spec"
rpmbuild -bb --quiet --define "_topdir $work/top" --define '_buildhost kpb' \
    --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
    "$work/kpb-rpm-generators.spec" >"$work/log" 2>&1 || { cat "$work/log" >&2; die 1 'rpmbuild failed'; }
rpm=kpb-rpm-generators-$version-1.$machine.rpm
cp "$work/top/RPMS/$machine/$rpm" "$out/"
echo "$out/$rpm"
