#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The real kpb-enter: what a builder can see and write to, and that none of it remains.
. "$(dirname "$0")/common.inc"
root_only "mount as a test"
enter=$(find "$KPB_PREFIX" -name kpb-enter -type f)
[ -n "$enter" ] || fail "kpb-enter is not installed"
mkdir lower upper work below
"$enter" --tmpfs /mnt --make-dir /mnt/t --overlay "$PWD/lower" "$PWD/upper" "$PWD/work" /mnt/t -- true 2>first ||
	skip "no namespaces or no overlayfs here: $(cat first)"

# view COMMAND: a shell in a view of the host's root, with an overlay at /mnt/t and ./below at
# /mnt/b.
job=''
cleanup() {
	[ -z "$job" ] || kill -KILL "$job" 2>/dev/null || true
	rm -f /etc/kpb-test /usr/kpb-test /var/tmp/kpb-test # in case the root is not read-only
}
view() {
	rm -rf work && mkdir work # overlayfs refuses it a second time after a volatile mount
	set -- "$enter" --tmpfs /tmp --tmpfs /mnt --make-dir /mnt/t --make-dir /mnt/b --make-dir /mnt/r \
		--overlay "$PWD/lower" "$PWD/upper" "$PWD/work" /mnt/t --bind "$PWD/below" /mnt/b \
		--read-only-bind "$PWD/lower" /mnt/r --chdir /mnt/t -- sh -c "$1"
	"$@"
}

# What can be written, and where it ends up.
echo old >lower/file
expect 0 view 'pwd && cat file && echo new >file && echo x >../b/out && cat ../r/file'
same "$(tr '\n' ' ' <"$out")" "/mnt/t old old " "what a program saw"
same "$(cat lower/file upper/file below/out | tr '\n' ' ')" "old new x " "what it wrote"
for place in /etc/kpb-test /usr/kpb-test /var/tmp/kpb-test /mnt/r/kpb-test "$HOME/kpb-test"; do
	expect 1 view "exec 2>/dev/null; (echo x >$place) || exit 1"
	[ ! -e "$place" ] || fail "$place was written"
done
expect 1 view 'exec 2>/dev/null; v=$(cat /proc/sys/vm/swappiness); (echo $v >/proc/sys/vm/swappiness) || exit 1'
expect 0 view 'echo x >/tmp/y && echo x >/dev/null && [ ! -e /dev/sda ] && [ ! -e /dev/kmsg ]'
[ ! -e /tmp/y ] || fail "/tmp is the host's"

# No network except a loopback that is down, no other processes, no way to gain privileges.
expect 0 view 'tail -n +3 /proc/net/dev; ls -d /proc/[0-9]* | wc -l; grep NoNewPrivs /proc/self/status'
same "$(grep -c : "$out")" 2 "the interfaces (lo) and NoNewPrivs"
says "$out" "lo:"
[ "$(grep -x '[0-9 ]*' "$out")" -le 5 ] || fail "it sees other processes" "$(cat "$out")"
grep -q 'NoNewPrivs:[[:space:]]*1' "$out" || fail "new privileges are possible"

# Exit statuses.
for status in 0 1 77 124 255; do expect $status view "exit $status"; done
expect 143 view 'kill -TERM $$'
expect 137 view 'kill -KILL $$'
expect 125 "$enter" --tmpfs /mnt -- /no/such/program
says "$err" "kpb-enter: cannot run /no/such/program: No such file"
expect 125 "$enter" --bind "$PWD/none" /mnt -- true
says "$err" "kpb-enter: cannot open $PWD/none: No such file"
expect 125 "$enter" --unknown x -- true
expect 125 "$enter" --bind relative /mnt -- true
expect 125 "$enter" --tmpfs /mnt
expect 125 "$enter" --root "$PWD/below" -- true # has no /dev to mount on
same "$(grep -c "$PWD" /proc/self/mountinfo)" 0 "mounts of the view on the host"

# What a program leaves running ends with it, and also when kpb-enter ends in any way.
alive() { [ -d "/proc/$1" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }
ends() { # FILE-OF-MARK: waits until no process has that in its command line
	tries=0
	while grep -lsaF "$1" /proc/[0-9]*/cmdline >found; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || fail "$2 is still there"
		sleep 0.05
	done
}
expect 0 view 'sleep 98765.1 & setsid sleep 98765.2 & exit 0'
ends 98765. "what a program left running"
view 'sleep 98765.3 & setsid sh -c "trap \"\" TERM HUP INT; sleep 98765.4; sleep 98765.5" & echo up >/mnt/b/up; wait' &
job=$!
tries=0
until [ -s below/up ] && grep -lsaF 98765.4 /proc/[0-9]*/cmdline >found; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || fail "the view did not come up"
	sleep 0.05
done
alive "$job" || fail "kpb-enter has ended"
# The shell function runs in a subshell, whose only child is kpb-enter.
pid=$(cat /proc/"$job"/task/"$job"/children)
kill -KILL ${pid:-$job}
wait "$job" 2>/dev/null || true
job=''
ends 98765. "a descendant of a killed kpb-enter"

# Sources below /mnt, which the view covers; a root of its own.
mkdir -p below/root/dev below/root/proc below/root/tmp below/root/mnt
busybox=$(command -v busybox || true)
if [ -n "$busybox" ] && ! ldd "$busybox" >/dev/null 2>&1; then
	mkdir below/root/bin && cp "$busybox" below/root/bin/sh
	expect 7 "$enter" --root "$PWD/below/root" --tmpfs /mnt -- /bin/sh -c 'echo /*; echo x >/x || exit 7'
	says "$out" "/bin /dev /mnt /proc /tmp"
fi
expect 0 unshare -m sh -c 'mount -t tmpfs tmpfs /mnt && mkdir -p /mnt/l/d /mnt/k /mnt/u /mnt/w && echo deep >/mnt/l/d/f &&
	exec "$0" --tmpfs /mnt --make-dir /mnt/x --overlay /mnt/k:/mnt/l /mnt/u /mnt/w /mnt/x -- cat /mnt/x/d/f' "$enter"
same "$(cat "$out")" deep "a file of a source below /mnt"

# Where no view is possible: the program runs without one, and the lock is held as long as anything
# that it started lives.
mkdir held
expect 3 "$enter" --hold "$PWD/hold.lock" --chdir "$PWD/held" -- sh -c 'pwd; exit 3'
same "$(cat "$out")" "$PWD/held" "where it runs"
expect 0 flock -n hold.lock true
mkfifo release
"$enter" --hold "$PWD/hold.lock" --chdir / -- sh -c 'cat "$0" >/dev/null & exit 0' "$PWD/release"
expect 1 flock -n hold.lock true
: >release
expect 0 flock -w 60 hold.lock true
expect 125 flock -x hold.lock "$enter" --hold "$PWD/hold.lock" --chdir / -- true

# As another user, where user namespaces are allowed.
command -v setpriv >/dev/null || exit 0
mkdir other other/lower other/upper other/work
cp "$enter" other/enter # other users may not be able to read the installed one
chown -R 65534:65534 other
chmod 755 "$top" "$top/work" other
as_other() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
if as_other "$PWD/other/enter" --tmpfs /mnt -- true 2>third; then
	expect 0 as_other "$PWD/other/enter" --tmpfs /mnt --make-dir /mnt/x --overlay "$PWD/other/lower" \
		"$PWD/other/upper" "$PWD/other/work" /mnt/x -- sh -c 'echo mine >/mnt/x/f && id -u && ! echo x 2>/dev/null >/etc/kpb-test'
	same "$(cat "$out") $(stat -c %u other/upper/f)" "0 65534" "who is who in a user namespace"
else
	echo "not tried as another user: $(cat third)"
	says third "kpb-enter: "
fi
