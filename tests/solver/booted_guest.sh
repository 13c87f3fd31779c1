#!/bin/busybox sh
# booted_guest.sh: init of the virtual machine of booted.py. Loads live patches in the orders of
# steps.sh. After each order it reports on the serial line which of them are active, and the text in
# the files whose functions they patch.
# SPDX-License-Identifier: GPL-2.0-only
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc && mount -t sysfs sys /sys && mount -t devtmpfs dev /dev
exec >/dev/console 2>&1
# The kernel's own messages would mix with the lines below.
dmesg -n 1
livepatch=/sys/kernel/livepatch

fail() {
	echo "KPB-FAILED $*"
	dmesg | tail -n 15
	reboot -f
}
# settled NAME: waits until every task runs the new code or, if the patch was disabled, the old.
settled() {
	tries=0
	while read -r moving 2>/dev/null <"$livepatch/$1/transition" && [ "$moving" = 1 ]; do
		[ $tries -lt 600 ] || fail "$1 is still in transition after 60 s"
		tries=$((tries + 1))
		usleep 100000
	done
}
# The kernel releases a module a moment after its patch is disabled.
gone() {
	tries=0
	until rmmod "$1" 2>/dev/null; do
		[ $tries -lt 100 ] || fail "rmmod $1"
		tries=$((tries + 1))
		usleep 50000
	done
}
# order ID NAME...
order() {
	id=$1
	shift
	for name; do
		insmod "/modules/$name.ko" || fail "$id: insmod $name"
		settled "$name"
	done
	on=
	for name; do
		enabled=0
		[ ! -e "$livepatch/$name" ] || read -r enabled <"$livepatch/$name/enabled"
		[ "$enabled" != 1 ] || on="$on $name"
	done
	shown=
	for file in $files; do
		read -r text <"$file"
		# The text of a patch is one word, a module's name.
		case $text in kpb_is_*) shown="$shown ${text#kpb_is_}" ;; *) shown="$shown -" ;; esac
	done
	echo "KPB-ORDER $id on$on; shown$shown"
	for name; do
		[ ! -e "$livepatch/$name" ] || echo 0 >"$livepatch/$name/enabled" || fail "$id: $name cannot be disabled"
		settled "$name"
	done
	for name; do gone "$name"; done
}

[ -d $livepatch ] || fail 'this kernel has no live patching'
. /steps.sh
echo "KPB-END"
# Ends the machine because of -no-reboot.
reboot -f
