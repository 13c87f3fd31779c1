#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rebuild.sh ROOT SRPM DIRECTORY: rebuilds a source package with only rpmbuild, without network, in
# a view of the build root (what is written there goes to DIRECTORY). The package is put into
# DIRECTORY/top/RPMS. Needs root privileges; the build root itself is not changed.
set -eu
[ $# = 3 ] || { echo 'usage: rebuild.sh ROOT SRPM DIRECTORY' >&2; exit 2; }
root=$1 srpm=$2 directory=$3
mkdir -p "$directory/upper/srv/rebuild" "$directory/work" "$directory/root" "$directory/top"
cp "$srpm" "$directory/top/"
exec unshare --mount --net --pid --fork --propagation private sh -eu -c '
	mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$2/root"
	mount -t proc proc "$2/root/proc"
	mount --bind /dev "$2/root/dev"
	mount --bind "$2/top" "$2/root/srv/rebuild"
	! ip link 2>/dev/null | grep -v "lo:" | grep -q "state UP" || exit 99
	exec chroot "$2/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
		rpmbuild --rebuild --nodeps --define "_topdir /srv/rebuild" "/srv/rebuild/$3"
' sh "$root" "$directory" "$(basename "$srpm")"
