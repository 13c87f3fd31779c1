# SPDX-License-Identifier: GPL-2.0-only
# kernels.sh: what must be true in each boot of kernels.py.
status() { kpb-reconcile status --all >/run/status 2>&1; status_exit=$?; cat /run/status >>$log; }
# state_is NAME STATE [CODE]: the status line with that name shows this state.
state_is() {
	line=$(grep -v "^kernel \|^ " /run/status | grep -F "$1" | head -n 1)
	case $line in "$2 "*) ok "status: $1 is $2" ;; *) not_ok "status: $1 is '$line' instead of $2" ;; esac
	[ $# -lt 3 ] || { grep -F -A 3 "$1" /run/status | grep -qF "$3"; verdict $? "status: $1 for $3"; }
}

at_home() {
	does 'kpb-runtime' dpkg -i /payload/kpb-runtime.deb
	does 'the database' rpm --initdb
	does 'what the database lacks' rpm -i /payload/machine-base.rpm
	rpm -i --nodeps /payload/kpb-runtime.rpm >>$log 2>&1 # its files exist already, from the deb
	does 'debs for this kernel and for the other one' dpkg -i /payload/*_amd64.deb
	does 'an RPM for the other one' rpm -i --nodeps /payload/kpatch-module-by-rpm-*.rpm
	settled
	is 'at home: /proc/version' "$(says /proc/version)" 'mark 1-1'
	is 'at home: active' "$(active)" 'kpatch_mark_1_1'
	status
	is 'at home: exit status of status' $status_exit 0
	for name in right by-rpm wrong unsigned; do state_is kpatch-module-$name waiting; done
}
enforced() {
	settled
	is 'signatures: active' "$(active)" 'kpatch_by_rpm_1_1 kpatch_right_1_1'
	is 'signatures: /proc/version' "$(says /proc/version)" 'right'
	status
	is 'signatures: exit status of status' $status_exit 1
	state_is kpatch-module-right fixed
	state_is kpatch-module-by-rpm fixed
	state_is kpatch-module-wrong refused load-signature
	state_is kpatch-module-unsigned refused load-signature
	state_is kpatch-module-mark waiting
}
not_enforced() {
	settled
	is 'no signatures wanted: active' "$(active)" \
		'kpatch_by_rpm_1_1 kpatch_right_1_1 kpatch_unsigned_1_1 kpatch_wrong_1_1'
	is 'no signatures wanted: /proc/loadavg' "$(says /proc/loadavg)" 'unsigned'
	status
	is 'no signatures wanted: exit status of status' $status_exit 0
}
switched_off() { # WHAT
	settled
	is "$1: active" "$(active)" ''
	quietly systemctl start kpb-reconcile.service
	does "$1: by hand, too, nothing happens" kpb-reconcile
	settled
	is "$1: still active" "$(active)" ''
	status
	grep -qF "$1" /run/status
	verdict $? "$1: status says why"
	does "$1: a package comes all the same" dpkg -i /payload/kpatch-module-mark-*_amd64.deb
	settled
	is "$1: active after that" "$(active)" ''
}
