#!/bin/sh
# fresh-root.sh DIR
# Makes DIR (new or empty) a bare Debian root, of bookworm unless KPB_SUITE names another suite. Only
# there can be seen whether a list of dependencies is complete, because a developer's machine has
# everything already. The first call takes a minute; it leaves a tarball for the next ones in
# ${KPB_CACHE:-/var/cache/kpb-tests}/root (delete it to start anew).
# Exit status: 0 done, 1 debootstrap failed, 2 usage, 5 tool, permission or mirror missing.
# SPDX-License-Identifier: GPL-2.0-only
set -eu

die() { status=$1; shift; printf 'fresh-root.sh: %s\n' "$@" >&2; exit "$status"; }

[ $# -eq 1 ] || die 2 'usage: fresh-root.sh DIR'
dir=$1
suite=${KPB_SUITE:-bookworm}
[ "$(id -u)" = 0 ] || die 5 'only root can make a root file system'
[ ! -e "$dir" ] || [ -z "$(ls -A "$dir")" ] || die 2 "$dir is not an empty directory"

cache=${KPB_CACHE:-/var/cache/kpb-tests}/root
tarball=$cache/$suite-$(dpkg --print-architecture).tar
if [ ! -r "$tarball" ]; then
    command -v debootstrap >/dev/null || die 5 'debootstrap is missing; apt-get install debootstrap'
    host=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    # This machine's sources for its release, its updates and security, as apt knows them: they may
    # be in several files and two formats. Without backports: whatever needs those must add them
    # itself.
    sources() {
        apt-get indextargets --format 'deb $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
            sed -nE "s/ $host((-updates|-security)? main)$/ $suite\1/p" | LC_ALL=C sort -u
    }
    # apt only names sources whose lists it has.
    [ -n "$(sources)" ] || apt-get -q update >&2
    mirror=$(sources | sed -n "s/^deb \(.*\) $suite main$/\1/p" | head -n 1)
    [ -n "$mirror" ] || die 5 "apt has no source for $host here, so no mirror is known"

    mkdir -p "$cache"
    temp=$(mktemp -d "$cache/making.XXXXXX")
    trap 'rm -rf "$temp"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' HUP TERM
    echo "fresh-root.sh: making a $suite root from $mirror" >&2
    debootstrap --variant=minbase "$suite" "$temp/root" "$mirror" >"$temp/log" 2>&1 || {
        tail -n 20 "$temp/log" >&2
        die 1 'debootstrap failed; the end of its log is above.'
    }
    sources >"$temp/root/etc/apt/sources.list"
    rm -rf "$temp"/root/var/cache/apt/archives/*.deb "$temp"/root/var/lib/apt/lists/*
    # Not compressed, so that packing and unpacking take only a second.
    tar -C "$temp/root" --numeric-owner --xattrs -cf "$temp/tar" .
    mv "$temp/tar" "$tarball"
fi

mkdir -p "$dir"
tar -C "$dir" --numeric-owner --xattrs -xpf "$tarball"
