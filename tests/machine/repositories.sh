# SPDX-License-Identifier: GPL-2.0-only
# repositories.sh: exactly what an administrator types, with a local repository. See
# repositories.py.
deb() { echo "/payload/kpatch-module-$1-$release""_$2_amd64.deb"; }
mark=kpatch-module-mark-$release

apt_source() {
	echo 'deb [trusted=yes] file:/payload/repository ./' >/etc/apt/sources.list
	does 'apt update' apt-get -q update
}
kpatch_shows() {
	kpatch list 2>>$log | grep -q "^$1 \[enabled\]"
	verdict $? "kpatch list shows $1"
}

with_apt() {
	apt_source
	does "apt install ./x.deb" apt install -q -y "$(deb mark 1-9)"
	settled
	is 'apt install: /proc/version' "$(says /proc/version)" 'mark 1-9'
	is 'kpb-runtime came with it' "$(dpkg-query -W -f '${db:Status-Status}' kpb-runtime)" installed
	quietly kpb-reconcile status
	verdict $? 'status: all is in force'
	does 'kpatch beside it' dpkg -i /payload/kpatch.deb
	settled
	kpatch_shows kpatch_mark_1_9
	does 'apt install of the next version' apt install -q -y "$(deb mark 1-10)"
	settled
	is 'apt upgrade: /proc/version' "$(says /proc/version)" 'mark 1-10'
	kpatch_shows kpatch_mark_1_10
	does 'apt remove' apt remove -q -y "$mark"
	settled
	is 'apt remove: /proc/version' "$(says /proc/version)" 'mark 1-10'
	kpb-reconcile status >>$log 2>&1
	is 'status: exit status while one is active until reboot' "$?" 3
}

with_dnf() {
	rpm --initdb
	mkdir -p /etc/yum.repos.d
	printf '[local]\nname=local\nbaseurl=file:///payload/repository\ngpgcheck=0\n' >/etc/yum.repos.d/local.repo
	dnf="dnf -y --releasever=1 --setopt=gpgcheck=0"
	does 'dnf install x.rpm' $dnf install "/payload/$mark-1-9.x86_64.rpm"
	settled
	is 'dnf install: /proc/version' "$(says /proc/version)" 'mark 1-9'
	does 'kpb-runtime came with it' rpm -q kpb-runtime
	quietly kpb-reconcile status
	verdict $? 'status: all is in force'
	does 'kpatch beside it' dpkg -i /payload/kpatch.deb
	settled
	kpatch_shows kpatch_mark_1_9
	does 'dnf install of the next version' $dnf install "/payload/$mark-1-10.x86_64.rpm"
	settled
	is 'dnf upgrade: /proc/version' "$(says /proc/version)" 'mark 1-10'
	kpatch_shows kpatch_mark_1_10
	does 'dnf remove' $dnf remove "$mark"
	settled
	is 'dnf remove: /proc/version' "$(says /proc/version)" 'mark 1-10'
}

# What apt does to one live patch in favour of another, and without another.
with_hook() {
	apt_source
	does 'apt install' apt install -q -y "$(deb mark 1-10)"
	settled
	refuses 'a rival for the slot: apt is stopped' apt-get -q -y install "$(deb rival 1-1)"
	grep -q "apt-swap" $log && grep -q "remove this live patch for the sake of kpatch-module-rival-$release" $log
	verdict $? 'a rival for the slot: both are named'
	is 'a rival for the slot: nothing was removed' "$(dpkg-query -W -f '${db:Status-Status}' "$mark")" installed
	is 'a rival for the slot: /proc/version' "$(says /proc/version)" 'mark 1-10'
	does 'on purpose' apt-get -q -y install "$(deb rival 1-1)" "$mark-"
	settled
	is 'on purpose: /proc/version' "$(says /proc/version)" 'rival 1-1'
	does 'plain removal' apt-get -q -y remove "kpatch-module-rival-$release"
	does 'a stacked one' apt-get -q -y install "$(deb near 1-1)"
	settled
	is 'a stacked one: /proc/loadavg' "$(says /proc/loadavg)" near
	refuses 'the same function: apt is stopped' apt-get -q -y install "$(deb same 1-1)"
	grep -q "the function vmlinux:loadavg_proc_show" $log
	verdict $? 'the same function: it is named'
	is 'the same function: nothing was removed' \
		"$(dpkg-query -W -f '${db:Status-Status}' "kpatch-module-near-$release")" installed
	does 'with the option' apt-get -q -y -o Kpb::AllowSwap=true install "$(deb same 1-1)"
	settled
	is 'with the option: /proc/loadavg' "$(says /proc/loadavg)" same
	does 'the runtime away' apt-get -q -y purge kpb-runtime
	does 'without the runtime apt still works' apt-get -q -y install --reinstall /payload/repository/kpb-runtime_*.deb
}
