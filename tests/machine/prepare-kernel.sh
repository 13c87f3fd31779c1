#!/bin/sh
# prepare-kernel.sh: makes, once, the machine's second kernel, below
# ${KPB_CACHE:-/var/cache/kpb-tests}/machine-kernel:
#   bzImage, release   a kernel that accepts modules signed with the test key, and no others if that is
#                      enforced; Debian's own kernel trusts no key that a test could have
#   build/             its headers, with scripts/sign-file
# Its source and the key are those that tests/e2e/prepare.sh fetches and makes. Takes about 10 minutes
# and temporarily 2 GB; it appears when it is complete. Needs what `tests/deps.sh test e2e` installs.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${KPB_CACHE:-/var/cache/kpb-tests}
done=$cache/machine-kernel

die() { status=$1; shift; printf 'prepare-kernel.sh: %s\n' "$@" >&2; exit "$status"; }
mkdir -p "$cache"
exec 9>"$cache/machine-kernel.lock"
flock 9
[ ! -d "$done" ] || { echo "== complete: $done"; exit 0; }
tarball=$cache/src/linux-source-6.12.tar.xz
for part in "$tarball" "$cache/test-key.pem" "$cache/test-key.crt"; do
    [ -e "$part" ] || die 5 "$part is missing; sh tests/e2e/prepare.sh makes it"
done
for tool in flex bison bc; do command -v $tool >/dev/null || die 5 "$tool is missing: sh tests/deps.sh e2e"; done

work=$done.making log=$cache/machine-kernel.log
rm -rf "$work"
mkdir -p "$work/build"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
tar -C "$work/build" --strip-components=1 -xf "$tarball"
cd "$work/build"
cp "$cache/test-key.pem" certs/kpb_test_key.pem
cat "$here/../e2e/kernel.config" "$here/kernel.config" >kpb.config
build() {
    release=$(make -s kernelversion)-kpbmachine
    make -s tinyconfig
    cat kpb.config >>.config
    make -s olddefconfig
    grep '^CONFIG.*=[ym]$' kpb.config | while read -r line; do
        grep -qx "$line" .config || { echo "the configuration lost $line"; exit 1; }
    done || return 1
    make -s -j"${KPB_JOBS:-$(nproc)}" KERNELRELEASE="$release" KBUILD_BUILD_USER=kpb KBUILD_BUILD_HOST=kpb \
        KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 2026' bzImage modules
}
build >"$log" 2>&1 || { tail -n 30 "$log" >&2; die 1 "the kernel cannot be built; $log has all of it"; }
cp arch/x86/boot/bzImage ../bzImage
echo "$release" >../release
echo "$release" >include/config/kernel.release # the release that external modules are built for
# What external modules are compiled against; the rest is a gigabyte.
rm -f certs/kpb_test_key.pem
find . -type f \( -name '*.o' -o -name '*.a' -o -name '*.cmd' -o -name '*.ko' \) ! -path './scripts/*' -delete
for directory in */; do
    case $directory in arch/ | include/ | scripts/ | tools/) ;; *) find "$directory" -type f ! -name 'Kconfig*' ! -name 'Makefile*' ! -name Kbuild -delete ;; esac
done
find arch -mindepth 1 -maxdepth 1 -type d ! -name x86 -exec rm -rf {} +
find tools -mindepth 1 -maxdepth 1 ! -name objtool ! -name build ! -name scripts ! -name include ! -name lib -exec rm -rf {} +
rm -f vmlinux vmlinux.unstripped arch/x86/boot/bzImage arch/x86/boot/vmlinux.bin arch/x86/boot/compressed/vmlinux*
find . -type d -empty -delete
cd "$here"
mv "$work" "$done"
trap - EXIT
rm -f "$log"
echo "== complete: $done"
