#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The units of kpb-runtime on a machine whose network is up before sysinit.target, as with
# cloud-init and ifupdown: there must be no ordering cycle that systemd would have to break. The
# units of those two are stand-ins with the same ordering, and so is Debian's kpatch.service.
. "$(dirname "$0")/common.inc"
tool systemd-analyze
tool rpmbuild
grep -q '^KPB_RUNTIME_CAN_BE_STATIC:INTERNAL=1' "$KPB_BUILD/CMakeCache.txt" || skip "the runtime is not static here"
system=/usr/lib/systemd/system
[ -f $system/sysinit.target ] || skip "systemd's own units are not here"

mkdir packages units
sh "$KPB_SOURCE/core/programs/reconcile/packaging/make-packages.sh" "$KPB_BUILD" "$PWD/packages" >/dev/null
mkdir tree
unpack "$(ls packages/*.rpm)" tree
mkdir units/multi-user.target.wants
for target in multi-user basic sysinit local-fs network-pre network network-online shutdown sockets timers paths slices; do
	cp $system/$target.target units/
done
cp $system/systemd-modules-load.service units/
cp -r tree/usr/lib/systemd/system/* units/
network() { # NAME ORDER
	printf '[Unit]\nDefaultDependencies=no\nConflicts=shutdown.target\n%s\n[Service]\nType=oneshot\nExecStart=/bin/true\n' "$2" \
		>units/"$1".service
	ln -s ../"$1".service units/multi-user.target.wants/
}
network networking 'After=local-fs.target network-pre.target systemd-modules-load.service
Before=network.target shutdown.target network-online.target'
network cloud-init 'After=networking.service
Before=network-online.target sysinit.target shutdown.target'
# The programs do not exist here.
sed -i 's/^ExecStart=.*/ExecStart=\/bin\/true/; /^ExecStopPost/d' units/kpb-*.service
printf '[Unit]\nBefore=network-pre.target\nWants=network-pre.target\n[Service]\nType=oneshot\nExecStart=/bin/true\n' >units/kpatch.service
ln -s ../kpatch.service units/multi-user.target.wants/

circles() { SYSTEMD_UNIT_PATH=$PWD/units systemd-analyze verify --man=no multi-user.target 2>&1 | grep -i 'cycle' || :; }
same "$(circles)" "" "circles with kpb-runtime's units"
# Negative control: the stand-ins cause a cycle if a unit is before the network and has the default
# dependencies.
sed -i '/^DefaultDependencies/d' units/kpb-reconcile.service
[ -n "$(circles)" ] || fail "no circle with the default dependencies: this test sees none"
