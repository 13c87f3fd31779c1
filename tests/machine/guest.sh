# SPDX-License-Identifier: GPL-2.0-only
# guest.sh: functions for the scripts in the machine. Sourced by /payload/run at each boot. TAP is
# written to the second serial line; numbers and everything else that must survive a reboot are in
# /kpb-test.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root
export DEBIAN_FRONTEND=noninteractive
state=/kpb-test
livepatch=/sys/kernel/livepatch
tap=/dev/ttyS1
log=/run/kpb-test.log
mkdir -p $state
: >$log
stage=$(($(cat $state/stage 2>/dev/null || echo 0) + 1))
echo $stage >$state/stage
release=$(uname -r)

number=$(cat $state/number 2>/dev/null || echo 0)
count() { # one more; a full disk must not cause a wrong count
	number=$((number + 1))
	echo $number >$state/number
} 2>/dev/null
ok() { count; echo "ok $number - $*" >$tap; }
not_ok() {
	count
	echo "not ok $number - $*" >$tap
	{ tail -n 12 $log; dmesg | tail -n 6; ls $livepatch; journalctl -q -b -n 12 -o cat -u 'kpb-*' -u kpatch; } 2>&1 |
		sed 's/^/#   /' | cut -c 1-200 >$tap
}
verdict() { status=$1; shift; if [ "$status" = 0 ]; then ok "$@"; else not_ok "$@"; fi; }
is() { if [ "$2" = "$3" ]; then ok "$1: $2"; else not_ok "$1: '$2' instead of '$3'"; fi; }
note() { echo "# $*" >$tap; }
# does WHAT COMMAND...: it must succeed.
does() { what=$1; shift; echo "+ $*" >>$log; "$@" >>$log 2>&1 </dev/null; verdict $? "$what"; }
refuses() { what=$1; shift; echo "+ $*" >>$log; ! "$@" >>$log 2>&1 </dev/null; verdict $? "$what"; }
quietly() { echo "+ $*" >>$log; "$@" >>$log 2>&1 </dev/null; }

# settled: waits until systemd has no job of ours and no patch is in transition.
settled() {
	tries=0
	while [ $tries -lt 300 ]; do
		busy=''
		systemctl list-jobs 2>/dev/null | grep -q 'kpb-reconcile\|kpatch.service\|kpb-load' && busy=1
		case $(systemctl is-active kpb-reconcile.service kpatch.service 2>/dev/null) in *activating*) busy=1 ;; esac
		grep -qsx 1 $livepatch/*/transition && busy=1
		[ -n "$busy" ] || return 0
		tries=$((tries + 1))
		sleep 0.2
	done
	note 'it has not settled in a minute'
}
# The first line of a file in /proc.
says() { head -n 1 "$1"; }
# The names of the active patches, in one line.
active() { ls $livepatch | paste -sd ' '; }
# boots STEP...: a function for each boot, in turn; each ends with again or power_cut. After the
# last: finish.
boots() {
	eval "step=\${$stage-}"
	[ -z "$step" ] || { note "boot $stage: $step"; $step; again; }
}
# The machine starts again, in order or as after a power failure.
again() { sync; systemctl --no-block reboot; sleep infinity; }
power_cut() { echo 1 >/proc/sys/kernel/sysrq; echo b >/proc/sysrq-trigger; sleep infinity; }
# off: ends a run in order; the next run continues with its disk.
off() {
	echo "1..$number" >$tap
	rm -rf $state
	systemctl --no-block poweroff
	sleep infinity
}
# A script that dies (set -u) must not look like a machine that hangs.
trap 'not_ok "the script in the guest ended early"; finish' EXIT
finish() {
	echo "1..$number" >$tap
	sleep 1
	sync
	echo 1 >/proc/sys/kernel/sysrq
	echo o >/proc/sysrq-trigger
	sleep infinity
}
