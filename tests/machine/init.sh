#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# init.sh: the initramfs of the machine. Mounts the disk as the root, puts the host's files at
# /payload (in memory, so they are new at each boot), and starts systemd.
/bin/busybox mkdir -p /proc /sys /dev /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
for module in /modules/*; do /bin/busybox insmod "$module"; done 2>/dev/null # one of them is for other processors
tries=0
until [ -b /dev/vda ] || [ $tries = 100 ]; do tries=$((tries + 1)); /bin/busybox usleep 100000; done
/bin/busybox mount -t ext4 -o rw,noatime /dev/vda /root || echo 'the disk cannot be mounted'
/bin/busybox mount -t tmpfs -o size=256m tmpfs /root/payload
/bin/busybox cp -a /payload/. /root/payload/
/bin/busybox umount /proc
/bin/busybox mount --move /dev /root/dev
/bin/busybox umount /sys
exec /bin/busybox switch_root /root /sbin/init
