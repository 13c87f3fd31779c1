#!/bin/sh
# make-debian-root.sh SUITE DIRECTORY [PACKAGE...]
# Makes a build root for `kpb ... --root DIRECTORY` from Debian packages: the suite's own compiler,
# kpatch-build, the tools for compiling a kernel, and PACKAGE... The mirror is the one that this machine's
# apt uses. Needs Debian 12 or newer, root, and debootstrap.
#
#   sh make-debian-root.sh trixie /srv/roots/trixie linux-source-6.12
#
# DIRECTORY must not exist; it appears only when it is complete. Exit status: 0 made, 1 debootstrap failed,
# 2 usage, 5 this machine lacks something.
# SPDX-License-Identifier: GPL-2.0-only
set -eu

die() { status=$1; shift; printf 'make-debian-root.sh: %s\n' "$@" >&2; exit "$status"; }

[ $# -ge 2 ] || die 2 'usage: make-debian-root.sh SUITE DIRECTORY [PACKAGE...]'
suite=$1 directory=$2
shift 2
case $suite in *[!a-z]* | '') die 2 "suite '$suite' is refused; for example trixie" ;; esac
[ ! -e "$directory" ] || die 2 "$directory exists; remove it first"
case $directory in /*) ;; *) directory=$PWD/$directory ;; esac
[ "$(id -u)" = 0 ] || die 5 'debootstrap must run as root'
command -v debootstrap >/dev/null || die 5 'debootstrap is not installed; apt-get install debootstrap'
command -v apt-get >/dev/null || die 5 'apt-get is not installed; the mirror is taken from its configuration'

mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' |
    sed -n "s/^$(. /etc/os-release && echo "$VERSION_CODENAME") //p" | head -n 1)
[ -n "$mirror" ] || die 5 'apt has no source for this release; run apt-get update'

# patchutils: without lsdiff kpatch-build skips its own checks. kmod: without modprobe it skips the
# comparison of symbol versions. libxxhash-dev: objtool's half of klp-build. rpm: to rebuild source RPMs.
packages='kpatch-build gcc make bc bison flex gawk patch patchutils kmod cpio rsync xz-utils
    libelf-dev libdw-dev libssl-dev libxxhash-dev openssl pahole python3-minimal perl rpm'

making=$directory.making
rm -rf "$making"
trap 'rm -rf "$making"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
run() {
    "$@" >>"$directory.log" 2>&1 || {
        tail -n 20 "$directory.log" >&2
        die 1 "$1 failed; its whole output is in $directory.log"
    }
}
: >"$directory.log"
run debootstrap --variant=minbase "$suite" "$making" "$mirror"
# Not by debootstrap's --include: some packages cannot be configured in its order.
inside() {
    run chroot "$making" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}
printf '#!/bin/sh\nexit 101\n' >"$making/usr/sbin/policy-rc.d" # a root starts no services
chmod 755 "$making/usr/sbin/policy-rc.d"
inside apt-get -q -y --no-install-recommends install $packages "$@"
rm -rf "$making"/var/cache/apt/archives/*.deb "$making"/var/lib/apt/lists/*
mv "$making" "$directory"
rm -f "$directory.log"
