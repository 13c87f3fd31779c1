#!/bin/sh
# in-fresh-root.sh REPOSITORY COMMAND [ARGUMENT...]
# Runs COMMAND in /src, a clone of REPOSITORY (path or URL), inside a bare
# Debian root that is thrown away afterwards: the proof that what the README
# tells a newcomer works where nothing else is installed, and for what is
# committed rather than for what happens to lie in the working tree.
# KPB_SUITE and KPB_CACHE as in fresh-root.sh.
# Exit status: that of COMMAND; 2 usage, 5 permission missing.
# SPDX-License-Identifier: GPL-2.0-only
set -eu

die() { status=$1; shift; printf 'in-fresh-root.sh: %s\n' "$@" >&2; exit "$status"; }

[ $# -ge 2 ] || die 2 'usage: in-fresh-root.sh REPOSITORY COMMAND [ARGUMENT...]'
[ "$(id -u)" = 0 ] || die 5 'only root can mount and chroot'
repository=$1
shift

# Not /tmp: that is often memory, and a build needs some gigabytes.
root=$(mktemp -d "${TMPDIR:-/var/tmp}/kpb-root.XXXXXX")
inside=
clean() {
    # The kill takes everything in there along (see below), KILL because
    # unshare ignores the others.
    if [ -n "$inside" ]; then { kill -KILL "$inside" && wait "$inside"; } 2>/dev/null || true; fi
    rm -rf --one-file-system "$root"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

sh "$(dirname "$0")/fresh-root.sh" "$root"
# By the host's git, so that the root needs none; without hard links, so that
# nothing in there can reach the original.
git clone -q --no-hardlinks -- "$repository" "$root/src" || die 2 "$repository cannot be cloned"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"

# The mounts live in a namespace of their own: they go when the last process
# in it goes, and the rm above cannot reach through them into the host's /dev.
# A process namespace makes sure that none stays behind.
unshare --mount --propagation private --pid --fork --kill-child sh -euc '
    root=$1
    shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --rbind /sys "$root/sys"
    exec env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        chroot "$root" sh -c '\''cd /src && exec "$@"'\'' sh "$@"
' sh "$root" "$@" </dev/null &
inside=$!
wait "$inside" && status=0 || status=$?
inside=
exit "$status"
