#!/bin/sh
# prepare.sh: makes, once, the machine that the tests of kpb-runtime boot, below
# ${KPB_CACHE:-/var/cache/kpb-tests}/machine:
#   root.img      Debian 12 with systemd, dpkg, apt, rpm and dnf, on ext4, never written to again
#   kernel/       Debian's stock kernel: vmlinuz, release, and the modules that mounting the root needs
#   kpatch.deb    Debian 13's kpatch (a script without dependencies), for the cells "with kpatch"
# Takes about 5 minutes and 2 GB; it appears when it is complete. Needs Debian 12, root, and what
# `tests/deps.sh boot e2e` installs.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${KPB_CACHE:-/var/cache/kpb-tests}
machine=$cache/machine

die() { status=$1; shift; printf 'prepare.sh: %s\n' "$@" >&2; exit "$status"; }
say() { printf '== %s\n' "$@"; }
[ "$(id -u)" = 0 ] || die 5 'run it as root'
mkdir -p "$cache"
exec 9>"$cache/machine.lock"
flock 9
[ ! -d "$machine" ] || { say "complete: $machine"; exit 0; }
for tool in debootstrap mkfs.ext4 dpkg-deb; do
    command -v $tool >/dev/null || PATH=$PATH:/usr/sbin command -v $tool >/dev/null || die 5 "$tool is missing"
done
PATH=$PATH:/usr/sbin:/sbin

making=$machine.making
rm -rf "$making"
mkdir -p "$making/kernel/modules"
trap 'rm -rf "$making"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
log=$cache/machine.log
: >"$log"
run() { "$@" >>"$log" 2>&1 || { tail -n 20 "$log" >&2; die 1 "$1 failed; $log has all of it"; }; }

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' | sed -n "s/^$codename //p" | head -n 1)
[ -n "$mirror" ] || die 5 'apt has no source for this release; run apt-get update'
[ "$codename" = bookworm ] || die 5 "this is for Debian 12 (bookworm), not $codename"

say 'the root'
root=$making/root
run debootstrap --variant=minbase "$codename" "$root" "$mirror"
inside() {
    run chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # nothing is started meanwhile
chmod 755 "$root/usr/sbin/policy-rc.d"
inside apt-get -q -y --no-install-recommends install systemd systemd-sysv kmod rpm dnf createrepo-c \
    dpkg-dev procps
rm -f "$root/usr/sbin/policy-rc.d"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* \
    "$root"/usr/share/locale/* "$root"/usr/share/man/*
# Nothing in the root may wait for a network, a login or a clock.
rm -f "$root"/etc/apt/sources.list
: >"$root/etc/fstab"
echo 'machine' >"$root/etc/hostname"
echo 'uninitialized' >"$root/etc/machine-id"
for unit in getty.target apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
    fstrim.timer systemd-timesyncd.service e2scrub_reap.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
cat >"$root/etc/systemd/system/kpb-test.service" <<'EOF'
[Unit]
Description=What the host wants to be tried
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/payload/run
StandardOutput=null
TimeoutStartSec=infinity
EOF
mkdir -p "$root/payload" "$root/etc/systemd/system/multi-user.target.wants"
ln -s ../kpb-test.service "$root/etc/systemd/system/multi-user.target.wants/kpb-test.service"

say 'the kernel'
# From apt's lists, like tests/boot/fetch-kernel.sh: the release of the installed headers.
image=$(sh "$here/../boot/fetch-kernel.sh")
release=$(dpkg-query -W -f '${Depends}' linux-headers-amd64 | sed -n 's/.*linux-headers-\([0-9][^ ,]*\).*/\1/p')
cp "$image" "$making/kernel/vmlinuz"
echo "$release" >"$making/kernel/release"
mkdir "$making/deb"
(cd "$making/deb" && run apt-get -q -o APT::Sandbox::User=root download "linux-image-$release")
run dpkg-deb -x "$making"/deb/linux-image-*.deb "$making/deb/root"
modules=$making/deb/root/lib/modules/$release
run depmod -b "$making/deb/root" "$release"
# In the order in which they are loaded. Without a whole kernel's modules.dep, modprobe would find
# nothing.
number=100
for name in virtio_pci virtio_blk ext4; do
    modprobe -d "$making/deb/root" -S "$release" --show-depends "$name" | sed -n 's/^insmod //p'
done | while read -r file _; do
    case $(ls "$making/kernel/modules") in *"$(basename "$file")"*) continue ;; esac
    number=$((number + 1))
    cp "$file" "$making/kernel/modules/$number-$(basename "$file")"
done
# A module that live patches can be for, and those that roots within the root and full disks need.
mkdir -p "$root/lib/modules/$release/kernel"
for module in drivers/net/dummy.ko drivers/block/loop.ko fs/overlayfs/overlay.ko; do
    [ ! -f "$modules/kernel/$module" ] || install -D -m 0644 "$modules/kernel/$module" "$root/lib/modules/$release/kernel/$module"
done
run depmod -b "$root" "$release"
rm -rf "$making/deb"

say "Debian 13's kpatch"
apt=$making/apt
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$apt/sources.list"
options="-o Dir::Etc::sourcelist=$apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State=$apt/state
    -o Dir::Cache=$apt/cache -o Dir::State::status=/dev/null -o APT::Sandbox::User=root"
run apt-get -q $options update
(cd "$apt" && run apt-get -q $options download kpatch)
mv "$apt"/kpatch_*.deb "$making/kpatch.deb"
rm -rf "$apt"

say 'the disk'
size=$(($(du -sm "$root" | cut -f 1) * 5 / 4 + 300))
run mkfs.ext4 -q -F -L kpb-root -O ^has_journal -d "$root" "$making/root.img" "${size}M"
run tune2fs -O has_journal "$making/root.img"
rm -rf "$root"
mv "$making" "$machine"
trap - EXIT
rm -f "$log"
say "complete: $machine"
