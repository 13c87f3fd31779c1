#!/bin/busybox sh
# guest.sh: init of the virtual machine that the e2e tests boot. It has the functions that steps.sh,
# written by guest.py for each boot, calls, and reports each result on the serial line, as TAP.
# SPDX-License-Identifier: GPL-2.0-only
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc && mount -t sysfs sys /sys && mount -t devtmpfs dev /dev
exec >/dev/console 2>&1
# The kernel's own messages would mix with the lines below.
dmesg -n 1
number=0 section=''
livepatch=/sys/kernel/livepatch

ok() {
	number=$((number + 1))
	echo "TAP ok $number - $section: $*"
}
not_ok() {
	number=$((number + 1))
	echo "TAP not ok $number - $section: $*"
	dmesg | tail -n 8 | sed 's/^/TAP #   /'
}
# verdict STATUS TEXT...
verdict() {
	status=$1
	shift
	if [ "$status" = 0 ]; then ok "$@"; else not_ok "$@"; fi
}
is() { # WHAT IS WANTED
	if [ "$2" = "$3" ]; then ok "$1: $2"; else not_ok "$1: $2 instead of $3"; fi
}
section() { section=$1; }
# settled NAME: waits until every task runs the new code or, if the patch was disabled, the old.
settled() {
	tries=0
	while [ "$(cat "$livepatch/$1/transition" 2>/dev/null)" = 1 ] && [ $tries -lt 600 ]; do
		tries=$((tries + 1))
		usleep 100000
	done
	[ $tries -lt 600 ]
}
target() {
	insmod "/targets/$1.ko"
	verdict $? "insmod $1, which is the kernel's own"
}
target_refused() {
	! insmod "/targets/$1.ko" 2>/dev/null
	verdict $? "$1, the kernel's own, does not load"
}
# The kernel releases a module a moment after its patch is disabled.
gone() {
	rmmod "$1" 2>/dev/null || { sleep 1; rmmod "$1"; }
	verdict $? "rmmod $1"
}
load() { # FILE NAME REPLACE
	insmod "/modules/$1"
	verdict $? "insmod $1"
	settled "$2"
	verdict $? "$2 has settled"
	is "transition of $2" "$(cat "$livepatch/$2/transition")" 0
	is "enabled of $2" "$(cat "$livepatch/$2/enabled")" 1
	is "replace of $2" "$(cat "$livepatch/$2/replace")" "$3"
}
refused() { # FILE: because of its signature
	! insmod "/modules/$1" 2>/tmp/insmod
	verdict $? "$1 does not load"
	grep -qi 'key was rejected\|required key\|invalid argument\|permission\|bad message' /tmp/insmod
	verdict $? "why: $(tail -n 1 /tmp/insmod)"
}
patched() { # NAME OBJECT 0|1
	is "patched of $2 in $1" "$(cat "$livepatch/$1/$2/patched")" "$3"
}
switched_off() { # NAME: no longer listed, because another one replaces it
	[ ! -e "$livepatch/$1" ]
	verdict $? "$1 has been switched off"
}
off() {
	echo 0 >"$livepatch/$1/enabled"
	verdict $? "$1 can be disabled"
	settled "$1"
	tries=0
	while [ -e "$livepatch/$1" ] && [ $tries -lt 50 ]; do tries=$((tries + 1)); usleep 100000; done
	switched_off "$1"
	gone "$1"
}
# before KEY COMMAND stores the output; old KEY COMMAND expects the same; new KEY MARKER COMMAND
# expects MARKER in it.
before() {
	sh -c "$2" >"/tmp/$1" 2>&1
	[ -s "/tmp/$1" ]
	verdict $? "before, $2: $(head -n 1 "/tmp/$1")"
}
old() { is "as before, $2" "$(sh -c "$2" 2>&1)" "$(cat "/tmp/$1")"; }
new() {
	text=$(sh -c "$3" 2>&1)
	case $text in *"$2"*) ok "changed, $3: $(echo "$text" | grep -F "$2" | head -n 1)" ;; *) not_ok "$3: $text" ;; esac
}
log_has() {
	dmesg | grep -F "$1" >/tmp/found
	verdict $? "the kernel's log: $(tail -n 1 /tmp/found | cut -c 1-150)"
}

. /steps.sh
echo "TAP 1..$number"
# Ends the machine because of -no-reboot; the kernel has no ACPI for powering off.
reboot -f
