#!/bin/sh
# prepare.sh: makes, once, the real parts for the e2e tests, below ${KPB_CACHE:-/var/cache/kpb-tests}:
#   root-trixie       a build root: Debian 13 with kpatch-build, gcc 14 and linux-source-6.12
#   src/              kernel sources as Debian ships them (6.12 of Debian 13, 7.2 or newer of sid)
#   dist-6.12, -7.x   what a distribution would ship for a small kernel built from them: bzImage,
#                     vmlinux, modules/, Module.symvers, config, release; and the key that signs modules
# About 20 minutes on 2 cores, and 6 GB. Every part appears only when it is complete, so this can be
# interrupted and called again. Needs Debian 12, root, and what `tests/deps.sh test` installs.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${KPB_CACHE:-/var/cache/kpb-tests}
root=$cache/root-trixie

die() { printf 'prepare.sh: %s\n' "$@" >&2; exit 1; }
say() { printf '== %s\n' "$@"; }
[ "$(id -u)" = 0 ] || die 'run it as root'
mkdir -p "$cache/src"
exec 9>"$cache/lock"
flock 9

if [ ! -d "$root" ]; then
    say 'Debian 13 build root'
    sh "$here/../../docs/make-debian-root.sh" trixie "$root" linux-source-6.12
fi
[ -e "$cache/src/linux-source-6.12.tar.xz" ] ||
    cp "$root/usr/src/linux-source-6.12.tar.xz" "$cache/src/linux-source-6.12.tar.xz"

# The newest linux-source-7.x of sid, fetched by an apt with its own configuration, which changes
# nothing here.
fetch_7() {
    apt=$cache/apt-sid
    rm -rf "$apt"
    mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' | sed -n "s/^$codename //p" | head -n 1)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$apt/sources.list"
    options="-o Dir::Etc::sourcelist=$apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State=$apt/state
        -o Dir::Cache=$apt/cache -o Dir::State::status=/dev/null -o APT::Sandbox::User=root"
    apt-get -q $options update
    package=$(apt-cache $options search --names-only '^linux-source-7[.]' | cut -d ' ' -f 1 | sort -V | head -n 1)
    [ -n "$package" ] || die 'sid has no linux-source-7.x'
    (cd "$apt" && apt-get -q $options download "$package" && dpkg-deb -x "$package"_*.deb unpacked)
    mv "$apt"/unpacked/usr/src/linux-source-7.*.tar.xz "$cache/src/"
    rm -rf "$apt"
}
if ! ls "$cache"/src/linux-source-7.*.tar.xz >/dev/null 2>&1; then
    say 'sources of Linux 7'
    fetch_7
fi

# VERSION TARBALL [LINE...]: a "distribution's" kernel; LINEs are added to its configuration.
distribute() {
    version=$1 tarball=$2
    shift 2
    [ ! -d "$cache/dist-$version" ] || return 0
    say "the distribution's kernel $version"
    work=$root/srv/dist-$version
    rm -rf "$work"
    mkdir -p "$work/out/modules"
    tar -C "$work" --strip-components=1 -xf "$tarball"
    cp "$here/kernel.config" "$work/kpb.config"
    for line; do echo "$line" >>"$work/kpb.config"; done
    if [ ! -e "$cache/test-key.pem" ]; then
        openssl req -new -nodes -utf8 -sha256 -days 36500 -batch -x509 -newkey rsa:2048 -outform PEM \
            -subj '/CN=kpb test key, for kernels that only tests boot' \
            -out "$cache/test-key.crt" -keyout "$cache/test-key.new" 2>/dev/null
        cat "$cache/test-key.crt" >>"$cache/test-key.new"
        mv "$cache/test-key.new" "$cache/test-key.pem"
    fi
    cp "$cache/test-key.pem" "$work/certs/kpb_test_key.pem"
    cat >"$work/kpb-build.sh" <<'EOF'
set -eu
cd "$1"
release=$(make -s kernelversion)-kpbtest
make -s tinyconfig
cat kpb.config >>.config
make -s olddefconfig
for line in $(grep -v '^#' kpb.config | grep '=[ym]$' | tr '\n' ' '); do
    grep -qx "$line" .config || { echo "the configuration lost $line" >&2; exit 1; }
done
make -s -j"$(nproc)" KERNELRELEASE=$release KBUILD_BUILD_USER=kpb KBUILD_BUILD_HOST=kpb \
    KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 2026' bzImage vmlinux modules
cp arch/x86/boot/bzImage vmlinux Module.symvers out/
cp .config out/config
find . -path ./out -prune -o -name '*.ko' -exec cp {} out/modules/ ';'
for module in out/modules/*.ko; do
    scripts/sign-file sha256 certs/kpb_test_key.pem certs/kpb_test_key.pem "$module"
done
cp scripts/sign-file out/
echo "$release" >out/release
EOF
    mount --bind /proc "$root/proc"
    status=0
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
        sh "/srv/dist-$version/kpb-build.sh" "/srv/dist-$version" >"$cache/dist-$version.log" 2>&1 || status=$?
    umount "$root/proc"
    [ $status = 0 ] || { tail -n 30 "$cache/dist-$version.log" >&2; die "kernel $version cannot be built"; }
    mv "$work/out" "$cache/dist-$version"
    rm -rf "$work" "$cache/dist-$version.log"
}
distribute 6.12 "$cache/src/linux-source-6.12.tar.xz" 'CONFIG_X86_KERNEL_IBT=n'
distribute 7 "$(ls "$cache"/src/linux-source-7.*.tar.xz)" 'CONFIG_X86_KERNEL_IBT=y'
say "complete: $cache"
