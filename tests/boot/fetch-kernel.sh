#!/bin/sh
# Prints the path of a stock Debian kernel image that matches the installed linux-headers-amd64, and
# downloads it if this machine has none. The image is only unpacked: installing it would need disk
# space for all its modules, an initramfs and perhaps a boot loader, for one file.
# SPDX-License-Identifier: GPL-2.0-only
set -eu

die() { status=$1; shift; printf 'fetch-kernel.sh: %s\n' "$@" >&2; exit "$status"; }

# The release of the headers, not `uname -r`: in a container or a chroot the running kernel is
# another system's.
release=$(dpkg-query -W -f '${Depends}' linux-headers-amd64 2>/dev/null |
    sed -n 's/.*linux-headers-\([0-9][^ ,]*\).*/\1/p') || true
[ -n "$release" ] || die 5 'linux-headers-amd64 is not installed.' \
    'Install it with: sh tests/deps.sh boot'

cache=${KPB_CACHE:-/var/cache/kpb-tests}/kernel
for image in "/boot/vmlinuz-$release" "$cache/$release/vmlinuz"; do
    if [ -r "$image" ]; then
        echo "$image"
        exit 0
    fi
done

# Inside the cache, so that the last step is a rename within one file system and readers see the
# complete image or none.
mkdir -p "$cache/$release" 2>/dev/null && temp=$(mktemp -d "$cache/fetch.XXXXXX") ||
    die 5 "$cache cannot be written; set KPB_CACHE to a directory that can."
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

# As root, apt downloads as the user _apt, who cannot write here, and warns.
download() {
    (cd "$temp" && apt-get -q -o APT::Sandbox::User=root download "linux-image-$release") \
        >"$temp/log" 2>&1
}

echo "fetch-kernel.sh: downloading linux-image-$release" >&2
# One retry: the package lists may be missing, or older than the mirror.
if ! download && ! { apt-get -q update >"$temp/update.log" 2>&1 && download; }; then
    cat "$temp/update.log" "$temp/log" >&2
    die 1 "linux-image-$release could not be downloaded (apt's words are above)." \
        'An archive keeps only the newest kernels. If this one is gone, move to the' \
        'newest with: apt-get install linux-headers-amd64 (and compile the modules again),' \
        "or put the image of $release here: $cache/$release/vmlinuz"
fi

dpkg-deb -x "$temp"/linux-image-*.deb "$temp/root"
mv "$temp/root/boot/vmlinuz-$release" "$cache/$release/vmlinuz"
echo "$cache/$release/vmlinuz"
