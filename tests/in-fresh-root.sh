#!/bin/sh
# in-fresh-root.sh REPOSITORY COMMAND [ARGUMENT...]
# Runs COMMAND in /src, a clone of REPOSITORY (path or URL), inside a bare Debian root that is removed
# afterwards. It proves that the instructions in README work where nothing else is installed, and for
# what is committed instead of what happens to be in the working tree. KPB_SUITE and KPB_CACHE are
# those of fresh-root.sh.
# Exit status: that of COMMAND; 2 usage, 5 permission missing.
# SPDX-License-Identifier: GPL-2.0-only
set -eu

die() { status=$1; shift; printf 'in-fresh-root.sh: %s\n' "$@" >&2; exit "$status"; }

[ $# -ge 2 ] || die 2 'usage: in-fresh-root.sh REPOSITORY COMMAND [ARGUMENT...]'
[ "$(id -u)" = 0 ] || die 5 'only root can mount and chroot'
repository=$1
shift

# Not /tmp: that is often in memory, and a build needs several gigabytes.
root=$(mktemp -d "${TMPDIR:-/var/tmp}/kpb-root.XXXXXX")
inside=
clean() {
    # Killing this one ends everything in the root (see below); with KILL, because unshare ignores
    # other signals.
    if [ -n "$inside" ]; then { kill -KILL "$inside" && wait "$inside"; } 2>/dev/null || true; fi
    rm -rf --one-file-system "$root"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

sh "$(dirname "$0")/fresh-root.sh" "$root"
# Done by the host's git, so that the root needs none; without hard links, so that nothing in the
# root can change the original.
git clone -q --no-hardlinks -- "$repository" "$root/src" || die 2 "$repository cannot be cloned"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"

# The mounts are in a namespace of their own: they disappear with its last process, and the rm above
# cannot reach the host's /dev through them. A PID namespace makes sure that no process remains.
unshare --mount --propagation private --pid --fork --kill-child sh -euc '
    root=$1
    shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --rbind /sys "$root/sys"
    # Its root, not a chroot: in one, nobody can make the user namespaces that builds are confined in.
    mount --rbind "$root" "$root"
    cd "$root"
    pivot_root . mnt
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    umount -l /mnt
    exec env -i HOME=/root PATH="$PATH" sh -c '\''cd /src && exec "$@"'\'' sh "$@"
' sh "$root" "$@" </dev/null &
inside=$!
wait "$inside" && status=0 || status=$?
inside=
exit "$status"
