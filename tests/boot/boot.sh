#!/bin/sh
# boot.sh [-v] VMLINUZ MODULE.ko [MODULE.ko...]
# Proves on a real kernel that live patch modules load, change /proc/cmdline
# (the one effect that is easy to see from outside) and unload again without a
# trace. A virtual machine, because a wrong live patch takes its kernel down.
# Exit status: 0 all of that was seen, 1 it was not, 2 usage, 5 a tool is missing.
# SPDX-License-Identifier: GPL-2.0-only
set -eu

die() { status=$1; shift; printf 'boot.sh: %s\n' "$@" >&2; exit "$status"; }
need() { command -v "$1" >/dev/null 2>&1 || die 5 "$1 is missing; on Debian: apt-get install $2"; }

if [ "${1-}" = -v ]; then verbose=1; shift; else verbose=; fi
[ $# -ge 2 ] || die 2 'usage: boot.sh [-v] VMLINUZ MODULE.ko [MODULE.ko...]'
for file; do
    [ -f "$file" ] && [ -r "$file" ] || die 2 "$file: no such file, or not readable"
done
limit=${KPB_BOOT_TIMEOUT:-120}
kernel=$1; shift

PATH=$PATH:/usr/sbin:/sbin
need qemu-system-x86_64 qemu-system-x86
need busybox busybox-static
need cpio cpio
busybox=$(command -v busybox)
# The guest has no C library.
if ldd "$busybox" >/dev/null 2>&1; then
    die 5 "$busybox is not static; on Debian: apt-get install busybox-static"
fi

work=$(mktemp -d)
qemu=
# qemu runs in timeout's own process group, out of reach of the terminal's
# Ctrl-C: it has to be stopped by hand.
clean() {
    if [ -n "$qemu" ]; then kill "$qemu" 2>/dev/null && wait "$qemu" || true; fi
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

# Same inputs, same initramfs: modes, order, times, owners and inode numbers are fixed.
umask 022
root=$work/root
mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/modules"
cp "$busybox" "$root/bin/busybox"
number=100 # so that the guest's glob keeps the order given here
for module; do
    number=$((number + 1))
    mkdir "$root/modules/$number"
    cp "$module" "$root/modules/$number/"
done

cat >"$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc && mount -t sysfs sys /sys && mount -t devtmpfs dev /dev
exec >/dev/console 2>&1
# The kernel's own messages would land in the middle of the lines below.
dmesg -n 1

end() { echo "KPB-BOOT: $*"; poweroff -f; }
fail() { echo 'the last kernel messages:'; dmesg | tail -n 15; end "failed: $*"; }
show() {
    text=$(paste -sd ' ' /proc/cmdline)
    [ -n "$text" ] || fail "$1: /proc/cmdline is empty"
    echo "$1: $text"
}
patches() { ls /sys/kernel/livepatch; }
# settled NAME: until every task runs the new code, or, when the patch was
# switched off and its directory has gone, the old code again.
settled() {
    tries=0
    while [ "$(cat "/sys/kernel/livepatch/$1/transition" 2>/dev/null)" = 1 ]; do
        [ $tries -lt 600 ] || fail "$1: still in transition after 60 s"
        tries=$((tries + 1))
        usleep 100000
    done
}

[ -d /sys/kernel/livepatch ] || fail 'this kernel has no live patching'
show before
for file in /modules/*/*; do
    old=" $(echo $(patches)) " name=
    insmod "$file" || fail "insmod ${file##*/}"
    # The module's name is the directory that was not there before.
    for patch in $(patches); do
        case $old in *" $patch "*) ;; *) name=$patch ;; esac
    done
    [ -n "$name" ] || fail "${file##*/} is not a live patch"
    settled "$name"
    enabled=$(cat "/sys/kernel/livepatch/$name/enabled")
    [ "$enabled" = 1 ] || fail "$name is not enabled"
    echo "enabled: $name $enabled"
done
show patched
# A patch that replaces has switched off the ones before it: they are no
# longer listed here, but still loaded.
for name in $(patches); do
    echo 0 >"/sys/kernel/livepatch/$name/enabled" || fail "$name: cannot be disabled"
    settled "$name"
done
for name in $(cut -d ' ' -f 1 /proc/modules); do
    # The kernel lets go of a module a moment after its patch has ended.
    rmmod "$name" 2>/dev/null || { sleep 1; rmmod "$name"; } || fail "rmmod $name"
done
show unloaded
end ok
INIT
chmod 755 "$root/init"

find "$root" -exec touch -h -d @0 {} +
(cd "$root" && find . | LC_ALL=C sort | cpio --quiet -o -H newc --owner=0:0 --reproducible) \
    >"$work/initramfs"

[ -n "$verbose" ] && kernel_log=loglevel=7 || kernel_log=quiet
echo "booting $kernel (at most $limit s)"
# tcg: works everywhere, in virtual machines and containers too. oops=panic
# panic=-1 and -no-reboot: any fault in the guest's kernel ends qemu at once.
timeout -k 5 "$limit" qemu-system-x86_64 -accel tcg -m 512 -nodefaults -no-user-config \
    -display none -serial stdio -no-reboot -kernel "$kernel" -initrd "$work/initramfs" \
    -append "console=ttyS0 oops=panic panic=-1 $kernel_log" </dev/null >"$work/serial" 2>&1 &
qemu=$!
wait "$qemu" && status=0 || status=$?
qemu=

tr -d '\r' <"$work/serial" >"$work/log"
if [ -n "$verbose" ]; then
    cat "$work/log"
else
    sed -nE '/^(before|insmod|enabled|patched|rmmod|unloaded|KPB-BOOT): |Kernel panic/s/^/guest| /p' \
        "$work/log"
fi

failed() {
    [ -n "$verbose" ] || { echo '--- end of the serial log:' && tail -n 40 "$work/log"; }
    die 1 "$1"
}
line() { sed -n "s/^$1: //p" "$work/log"; }
case $status in
    0) ;;
    124 | 137) failed "no result within $limit s (KPB_BOOT_TIMEOUT changes that)" ;;
    *) failed "qemu ended with status $status" ;;
esac
[ "$(line KPB-BOOT)" = ok ] || failed 'the guest did not finish'
[ "$(line patched)" != "$(line before)" ] || failed 'the patch is on, yet /proc/cmdline did not change'
[ "$(line unloaded)" = "$(line before)" ] || failed '/proc/cmdline did not come back after unloading'
