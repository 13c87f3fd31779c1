# SPDX-License-Identifier: GPL-2.0-only
# faults.sh: failures on machines, one step per boot; faults.py makes the packages. Each step begins
# on a machine without live-patch packages, with kpb-runtime and its default settings, and nothing
# loaded.
deb() { echo "/payload/kpatch-module-$1-$release""_$2_amd64.deb"; }
rpm_() { echo "/payload/kpatch-module-$1-$release-$2.x86_64.rpm"; }
status() { kpb-reconcile status --all >/run/status 2>&1; status_exit=$?; cat /run/status >>$log; }
# state_is NAME STATE: the status line of that module or package shows this state.
state_is() {
	status
	line=$(grep -v "^kernel \|^ " /run/status | grep -F "$1" | head -n 1)
	case $line in "$2 "*) ok "status: $1 is $2" ;; *) not_ok "status: $1 is '$line' instead of $2" ;; esac
}
status_says() { status; grep -qF "$1" /run/status; verdict $? "status says: $1"; }
settings() { printf '%s\n' "$@" >/etc/kpb/runtime.conf; }
nothing_left() {
	names=$(dpkg-query -W -f '${Package} ' 'kpatch-module-*' 2>/dev/null)
	[ -z "$names" ] || quietly dpkg --purge $names
	settings
	quietly kpb-reconcile forgive --all
	sync
}

setup() {
	does 'kpb-runtime' dpkg -i /payload/kpb-runtime.deb
	does 'the database' rpm --initdb
	does 'what the database lacks' rpm -i /payload/machine-base.rpm
}

# One of three cannot be loaded; the others are, and the reason is reported.
failing_among_good() {
	does 'three packages' dpkg -i "$(deb good-a 1-1)" "$(deb failing 1-1)" "$(deb good-c 1-1)"
	settled
	is 'failing among good: active' "$(active)" 'kpatch_good_a_1_1 kpatch_good_c_1_1'
	is 'failing among good: /proc/loadavg' "$(says /proc/loadavg)" 'good-a'
	is 'failing among good: /proc/uptime' "$(says /proc/uptime)" 'good-c'
	state_is kpatch-module-failing refused
	status_says load-refused
	is 'failing among good: exit status of status' "$status_exit" 1
	nothing_left
}

# A patch on top of a base is loaded again after the upgrade of the base, in the same transaction as
# its own upgrade.
on_top_of() {
	does 'base and what rides on it' dpkg -i "$(deb base 1-9)" "$(deb top 1-9)"
	settled
	is 'on top of: /proc/version' "$(says /proc/version)" 'base 1-9'
	is 'on top of: /proc/loadavg' "$(says /proc/loadavg)" 'top 1-9'
	does 'both upgraded' dpkg -i "$(deb base 1-10)" "$(deb top 1-10)"
	settled
	is 'on top of, upgraded: /proc/version' "$(says /proc/version)" 'base 1-10'
	is 'on top of, upgraded: /proc/loadavg' "$(says /proc/loadavg)" 'top 1-10'
	is 'on top of, upgraded: active' "$(active)" 'kpatch_base_1_10 kpatch_top_1_10'
}
on_top_of_after_boot() {
	settled
	is 'on top of, after a reboot: /proc/version' "$(says /proc/version)" 'base 1-10'
	is 'on top of, after a reboot: /proc/loadavg' "$(says /proc/loadavg)" 'top 1-10'
	nothing_left
}

# Within one boot: a replaced module is still in memory, under the name that is loaded again.
back_and_forth() {
	does 'one' dpkg -i "$(deb base 1-9)"
	settled
	does 'a newer one' dpkg -i "$(deb base 1-10)"
	settled
	is 'back and forth, newer: /proc/version' "$(says /proc/version)" 'base 1-10'
	does 'the older one again' dpkg --force-downgrade -i "$(deb base 1-9)"
	settled
	is 'back and forth, older: /proc/version' "$(says /proc/version)" 'base 1-9'
	is 'back and forth, older: active' "$(active)" 'kpatch_base_1_9'
	state_is kpatch-module-base fixed
	does 'the newer one again' dpkg -i "$(deb base 1-10)"
	settled
	is 'back and forth, newer again: /proc/version' "$(says /proc/version)" 'base 1-10'
	is 'back and forth, newer again: active' "$(active)" 'kpatch_base_1_10'
	nothing_left
}

# A patch that somebody loaded by hand is not disabled unless that is wanted.
foreign() {
	does 'insmod of a foreign patch' insmod /payload/foreign.ko
	settled
	does 'a package beside it' dpkg -i "$(deb base 1-9)"
	settled
	is 'foreign: /proc/version' "$(says /proc/version)" 'foreign'
	status_says foreign-in-the-way
	state_is foreign foreign
	settings foreign=replace
	does 'foreign=replace' systemctl start kpb-reconcile.service
	settled
	is 'foreign, replaced: /proc/version' "$(says /proc/version)" 'base 1-9'
	is 'foreign, replaced: active' "$(active)" 'kpatch_base_1_9'
	nothing_left
}

# A module that crashes the kernel is tried once; one whose guard time had passed is not blamed.
panic() {
	settings guard-seconds=1
	does 'a good one' dpkg -i "$(deb good-a 1-1)"
	settled
	tries=0
	while systemctl -q is-active kpb-guard.service && [ $tries -lt 100 ]; do tries=$((tries + 1)); sleep 0.2; done
	is 'guard: /proc/loadavg' "$(says /proc/loadavg)" 'good-a'
	quietly dpkg --unpack "$(deb boom 1-1)"
	sync
	quietly dpkg --configure -a
	sleep 60
	not_ok 'guard: the machine went down'
}
panic_after_boot() {
	settled
	ok 'guard: the machine came back'
	is 'guard: active' "$(active)" 'kpatch_good_a_1_1'
	state_is kpatch-module-boom blocked
	quietly systemctl start kpb-reconcile.service
	settled
	state_is kpatch-module-boom blocked
	nothing_left
}

# A module that has settled stays in force after a crash that has nothing to do with it, and that crash is forgotten when the
# next boot goes well. Three in a row take it away, and so end a loop of crashes.
guard_is_done() {
	tries=0
	while systemctl -q is-active kpb-guard.service && [ $tries -lt 100 ]; do tries=$((tries + 1)); sleep 0.2; done
}
settles() {
	settings guard-seconds=1
	does 'a good one' dpkg -i "$(deb good-a 1-1)"
	settled
	guard_is_done
	is 'settled: /proc/loadavg' "$(says /proc/loadavg)" 'good-a'
	settings guard-seconds=86400
}
crash() { # the crash that another cause has; the load of this boot is within its time
	settled
	sync
	power_cut
}
settled_crash() {
	settled
	is 'settled, next boot: active' "$(active)" 'kpatch_good_a_1_1'
	crash
}
single_crash() {
	settled
	is 'a single crash: active' "$(active)" 'kpatch_good_a_1_1'
	state_is kpatch-module-good-a fixed
	status_says 'crash 1 of 3 with this fix loaded; still in force'
	is 'a single crash: exit status of status' "$status_exit" 0
	does 'the journal has it' sh -c 'journalctl -q -b -o cat -u kpb-reconcile.service | grep -F guard-crash'
	settings guard-seconds=1
	quietly systemctl restart kpb-guard.service
	guard_is_done
	status
	refuses 'a single crash is forgotten' grep -F 'crash 1 of 3' /run/status
	settings guard-seconds=86400
}
loop_begins() {
	settled
	is 'before the loop: active' "$(active)" 'kpatch_good_a_1_1'
	crash
}
loop_first() {
	settled
	status_says 'crash 1 of 3 with this fix loaded; still in force'
	crash
}
loop_second() {
	settled
	status_says 'crash 2 of 3 with this fix loaded; still in force'
	is 'in the loop: active' "$(active)" 'kpatch_good_a_1_1'
	crash
}
loop_ended() {
	settled
	is 'the loop has ended: active' "$(active)" ''
	state_is kpatch-module-good-a blocked
	status_says 'the machine crashed 3 times in a row while or shortly after it was loaded'
	is 'the loop has ended: exit status of status' "$status_exit" 1
	nothing_left
}

# Power failure between installation and loading: the next boot loads it.
power_cut_before_load() {
	quietly systemctl mask --runtime kpb-reconcile.service
	does 'installed, not loaded' dpkg -i "$(deb base 1-9)"
	is 'power cut: active before it' "$(active)" ''
	sync
	power_cut
}
power_cut_after_boot() {
	settled
	is 'power cut: /proc/version' "$(says /proc/version)" 'base 1-9'
	state_is kpatch-module-base fixed
	nothing_left
}

# rpm and dpkg at the same time, each with its own package; and two runs by hand.
two_at_once() {
	does 'kpb-runtime by rpm, too' rpm -i --replacefiles /payload/kpb-runtime.rpm
	rpm -i "$(rpm_ good-c 1-1)" >>$log 2>&1 &
	rpm=$!
	dpkg -i "$(deb good-a 1-1)" >>$log 2>&1
	verdict $? 'two at once: dpkg'
	wait $rpm
	verdict $? 'two at once: rpm'
	kpb-reconcile >>$log 2>&1 &
	one=$!
	kpb-reconcile >>$log 2>&1
	verdict $? 'two at once: one run'
	wait $one
	verdict $? 'two at once: the other run'
	settled
	is 'two at once: active' "$(active)" 'kpatch_good_a_1_1 kpatch_good_c_1_1'
	quietly rpm -e "kpatch-module-good-c-$release" kpb-runtime # this also removes files of the deb
	does 'two at once: the deb again' dpkg -i /payload/kpb-runtime.deb
	nothing_left
}

# The disk is full when the module should be loaded.
full_disk() {
	does 'another one, for which the guard wrote its files' dpkg -i "$(deb good-a 1-1)"
	settled
	quietly dpkg --purge "kpatch-module-good-a-$release"
	settled
	quietly systemctl mask --runtime kpb-reconcile.service
	does 'installed, not loaded' dpkg -i "$(deb base 1-9)"
	quietly systemctl unmask --runtime kpb-reconcile.service
	cat /dev/zero >/var/full 2>/dev/null
	refuses 'full disk: nothing more can be written' sh -c 'head -c 8192 /dev/zero >/var/lib/kpb/more'
	rm -f /var/lib/kpb/more
	does 'full disk: the run' systemctl start kpb-reconcile.service
	settled
	is 'full disk: /proc/version' "$(says /proc/version)" 'base 1-9'
	rm /var/full
	nothing_left
}

# /var is not writable: what the guard cannot record is not loaded; what it knows is.
read_only_var() {
	does 'installed' dpkg -i "$(deb base 1-9)"
	settled
	is 'read-only /var: /proc/version before' "$(says /proc/version)" 'base 1-9'
	quietly systemctl mask --runtime kpb-reconcile.service
	does 'a new version, not loaded' dpkg -i "$(deb base 1-10)"
	quietly systemctl unmask --runtime kpb-reconcile.service
	mount --bind /var /var && mount -o remount,bind,ro /var
	refuses 'read-only /var: it is that' touch /var/lib/kpb/more
	quietly systemctl start kpb-reconcile.service
	settled
	is 'read-only /var: /proc/version' "$(says /proc/version)" 'base 1-9'
	status_says guard-not-written
	settings guard=best-effort
	quietly systemctl start kpb-reconcile.service
	settled
	is 'read-only /var, best effort: /proc/version' "$(says /proc/version)" 'base 1-10'
	umount -l /var
	nothing_left
}

# A task sleeps in the old code: the transition stalls, the task is named, and the transition ends
# when the task leaves.
stalled() {
	settings transition-seconds=3
	does 'the target' insmod /payload/kpbtarget.ko
	cat /proc/kpb_wait >/dev/null &
	sleeper=$!
	sleep 1
	quietly dpkg -i "$(deb waits 1-1)"
	tries=0
	until [ -d $livepatch/kpatch_waits_1_1 ] || [ $tries = 100 ]; do tries=$((tries + 1)); sleep 0.2; done
	sleep 5
	state_is kpatch-module-waits stalled
	status_says "cat"
	is 'stalled: exit status of status' "$status_exit" 1
	is 'stalled: a second one' "$(dpkg -i "$(deb good-a 1-1)" >>$log 2>&1; echo $?)" 0
	sleep 6
	is 'stalled: active meanwhile' "$(active)" 'kpatch_waits_1_1'
	kill $sleeper
	tries=0
	until [ "$(active)" = 'kpatch_good_a_1_1 kpatch_waits_1_1' ] || [ $tries = 150 ]; do tries=$((tries + 1)); sleep 0.2; done
	settled
	is 'stalled, ended: active' "$(active)" 'kpatch_good_a_1_1 kpatch_waits_1_1'
	state_is kpatch-module-waits fixed
	nothing_left
}

# The runtime is installed after the patches, and removed before them.
runtime_later() {
	does 'without the runtime' dpkg --purge kpb-runtime
	quietly dpkg --force-depends -i "$(deb base 1-9)"
	is 'runtime later: active before it' "$(active)" ''
	does 'then the runtime' dpkg -i /payload/kpb-runtime.deb
	settled
	is 'runtime later: /proc/version' "$(says /proc/version)" 'base 1-9'
	does 'and away with it first' dpkg --force-depends --purge kpb-runtime
	is 'runtime away: /proc/version' "$(says /proc/version)" 'base 1-9'
	quietly dpkg --purge "kpatch-module-base-$release"
	is 'runtime away: files' "$(ls /var/lib/kpatch/"$release" 2>/dev/null)" ''
	is 'runtime away: until the next boot /proc/version' "$(says /proc/version)" 'base 1-9'
}
runtime_gone() {
	is 'runtime away, after a reboot: active' "$(active)" ''
}
