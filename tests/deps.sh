#!/bin/sh
# deps.sh build|boot|test|e2e...
# Installs, on Debian 12 or newer, what a part of the project needs, so that README, CI and
# developers use the same list, which is known to be complete.
#   build  compile kpb and run it       boot  headers, and a machine to boot in
#   test   everything: build, boot and what the tests and checks use
#   e2e    in addition to test: what is needed to make the kernels and the build root of tests/e2e
# Exit status: 0 everything is installed, 1 apt failed, 2 usage, 5 cannot install.
# SPDX-License-Identifier: GPL-2.0-only
set -eu

die() { status=$1; shift; printf 'deps.sh: %s\n' "$@" >&2; exit "$status"; }

build='g++ cmake ninja-build pkg-config zlib1g-dev rpm git patch bubblewrap
    libboost-dev libboost-program-options-dev libfmt-dev libspdlog-dev libkainjow-mustache-dev
    nlohmann-json3-dev libyaml-cpp-dev libelf-dev libarchive-dev liblzma-dev librpm-dev libssl-dev libexpected-dev'
boot='linux-headers-amd64 make gcc binutils kmod qemu-system-x86 busybox-static cpio'
checks='clang clang-format clang-tidy libc++-dev libc++abi-dev strace rpmlint lintian python3 faketime openssl
    dpkg-dev patchutils dnf createrepo-c zstd python3-jsonschema python3-yaml slurm-wlm munge'
e2e='debootstrap openssl xz-utils flex bison bc libelf-dev libssl-dev'

usage='usage: deps.sh build|boot|test|e2e...'
[ $# -gt 0 ] || die 2 "$usage"
want='' catch2=''
for part; do
    case $part in
        build) want="$want $build" ;;
        boot) want="$want $boot" ;;
        test) want="$want $build $boot $checks" catch2=wanted ;;
        e2e) want="$want $boot $e2e" ;;
        *) die 2 "$part: no such part" "$usage" ;;
    esac
done
command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
    die 5 'this is for Debian; elsewhere install the counterparts of:' $want

have=" $(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $want 2>/dev/null |
    sed -n 's/ installed$//p' | tr '\n' ' ')"
missing=''
for package in $want; do
    case "$have$missing " in *" $package "*) ;; *) missing="$missing $package" ;; esac
done
# The tests are written for Catch2 3, whose CMake package comes with this one; Debian 12's own
# package is version 2.
version=$(dpkg-query -W -f '${db:Status-Status} ${Version}' libcatch2-dev 2>/dev/null) || version=
case $catch2$version in
    'wantedinstalled '*) dpkg --compare-versions "${version#installed }" ge 3 && catch2= ;;
esac

[ -n "$missing$catch2" ] || exit 0
[ "$(id -u)" = 0 ] || die 5 "missing:$missing${catch2:+ libcatch2-dev (version 3)}" \
    "As root: sh $0 $*"

export DEBIAN_FRONTEND=noninteractive
install() {
    apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 \
        install --no-install-recommends "$@" ||
        die 1 'apt-get install failed; its words are above.'
}
# The option above does not cover the lock on the package lists, so this waits for it.
update() {
    tries=0
    until log=$(LC_ALL=C apt-get -q update 2>&1); do
        tries=$((tries + 1))
        case $log in *'Could not get lock'*) [ $tries -lt 60 ] && sleep 2 && continue ;; esac
        echo "$log" >&2
        return 1
    done
}

update || die 1 'apt-get update failed; its words are above.'
codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
# Other releases have version 3 themselves.
if [ -n "$catch2" ] && [ "$codename" != bookworm ]; then
    missing="$missing libcatch2-dev" catch2=
fi
[ -z "$missing" ] || install $missing
[ -n "$catch2" ] || exit 0

# The mirror that this machine uses for its release also has the backports.
mirror_of() { apt-get indextargets --format '$(CODENAME) $(REPO_URI)' | sed -n "s/^$1 //p" | head -n 1; }
backports=$codename-backports
if [ -z "$(mirror_of "$backports")" ]; then
    mirror=$(mirror_of "$codename")
    [ -n "$mirror" ] || die 5 "apt has no source for $codename"
    list=/etc/apt/sources.list.d/kpb-backports.list
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $backports main" >"$list"
    # A broken source would make every later update fail.
    update && [ -n "$(mirror_of "$backports")" ] ||
        { rm -f "$list"; die 1 "$mirror has no usable $backports; its source was removed again."; }
fi
# -t: so that an installed Catch2 2 is upgraded together with it instead of conflicting.
install -t "$backports" libcatch2-dev
