#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The real kpb-enter, around and inside bubblewrap: the overlay that it mounts, statuses, and that nothing of what it ran
# remains. What a confined program cannot do is in confinement.sh.
. "$(dirname "$0")/common.inc"
root_only "mount as a test"
enter=$(find "$KPB_PREFIX" -name kpb-enter -type f)
[ -n "$enter" ] || fail "kpb-enter is not installed"
mkdir lower upper work below
"$enter" --overlay "$PWD/lower" "$PWD/upper" "$PWD/work" -- true 2>first ||
	skip "no namespaces or no overlayfs here: $(cat first)"
bwrap --unshare-user --unshare-pid --ro-bind / / true 2>first || skip "nothing can be confined here: $(cat first)"

# view COMMAND: a shell that sees an overlay at /mnt/t and ./below at /mnt/b.
job=''
cleanup() { [ -z "$job" ] || kill -KILL "$job" 2>/dev/null || true; }
inside="--unshare-user --unshare-pid --unshare-net --cap-drop ALL --die-with-parent --as-pid-1 --ro-bind / / --tmpfs /mnt
	--proc /proc --tmpfs /dev --dev-bind /dev/null /dev/null --ro-bind $enter /dev/kpb-enter --bind $PWD/upper /mnt/t
	--bind $PWD/below /mnt/b --chdir /mnt/t -- /dev/kpb-enter --first --"
view() {
	rm -rf work && mkdir work # overlayfs refuses it a second time after a volatile mount
	"$enter" --overlay "$PWD/lower" "$PWD/upper" "$PWD/work" -- bwrap $inside sh -c "$1"
}

# What can be written, and where it ends up.
echo old >lower/file
expect 0 view 'pwd && cat file && echo new >file && echo x >../b/out'
same "$(tr '\n' ' ' <"$out")" "/mnt/t old " "what a program saw"
same "$(cat lower/file upper/file below/out | tr '\n' ' ')" "old new x " "what it wrote"
same "$(grep -c "$PWD" /proc/self/mountinfo)" 0 "mounts of the view on the host"

# Its environment is what it was given; no core file, no privileges, a filter.
expect 0 env -i A=1 "$enter" -- /usr/bin/bwrap $inside /usr/bin/env
same "$(cat "$out")" A=1 "the environment"
expect 0 view 'grep -E "^(NoNewPrivs|Seccomp):" /proc/self/status; grep "core file size" /proc/self/limits'
same "$(sed 's/[[:space:]][[:space:]]*/ /g' "$out")" "NoNewPrivs: 1
Seccomp: 2
Max core file size 0 0 bytes " "what is said of the process"

# Exit statuses.
for status in 0 1 77 124 255; do expect $status view "exit $status"; done
expect 143 view 'kill -TERM $$'
expect 137 view 'kill -KILL $$'
expect 125 "$enter" -- /no/such/program
says "$err" "kpb-enter: cannot run /no/such/program: No such file"
expect 125 "$enter" --overlay "$PWD/none" "$PWD/upper" "$PWD/work" -- true
says "$err" "kpb-enter: cannot open $PWD/none: No such file"
expect 125 "$enter" --unknown x -- true
expect 125 "$enter" --chdir relative -- true
expect 125 "$enter" --chdir /
expect 125 "$enter" --first

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

# In a chroot, where nobody can make a user namespace, its directory becomes the root first.
mkdir -p jail/usr jail/proc jail/dev jail/tmp jail/mnt jail/home/here
for name in bin sbin lib lib64; do [ ! -L /$name ] || ln -s usr/$name jail/$name; done
if [ -L jail/bin ]; then
	cp "$enter" jail/home/enter
	expect 0 unshare -m --propagation private sh -c '
		mount --rbind /usr jail/usr && mount -t proc proc jail/proc && mount --rbind /dev jail/dev || exit 9
		chroot jail bwrap --unshare-user --ro-bind / / true 2>/dev/null && exit 8
		exec chroot jail /home/enter --own-root -- /usr/bin/bwrap --unshare-user --unshare-pid --cap-drop ALL \
			--ro-bind / / --bind /home/here /home/here --proc /proc sh -c "cd /home/here && echo x >file && ls -d /home/*"'
	same "$(tr '\n' ' ' <"$out")" "/home/enter /home/here " "what is seen of the chroot"
	same "$(cat jail/home/here/file)" x "what was written in it"
fi

# Several lower layers.
mkdir -p l/d k
echo deep >l/d/f
rm -rf work && mkdir work
expect 0 "$enter" --overlay "$PWD/k:$PWD/l" "$PWD/upper" "$PWD/work" -- cat "$PWD/upper/d/f"
same "$(cat "$out")" deep "a file of the second layer"

# The lock is held as long as anything that the program started lives.
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
if as_other "$PWD/other/enter" --overlay "$PWD/other/lower" "$PWD/other/upper" "$PWD/other/work" -- true 2>third; then
	rm -rf other/work && mkdir other/work && chown 65534:65534 other/work
	expect 0 as_other "$PWD/other/enter" --overlay "$PWD/other/lower" "$PWD/other/upper" "$PWD/other/work" -- \
		bwrap --unshare-user --unshare-pid --cap-drop ALL --as-pid-1 --ro-bind / / --tmpfs /dev --proc /proc \
		--dev-bind /dev/null /dev/null --ro-bind "$PWD/other/enter" /dev/kpb-enter --bind "$PWD/other/upper" /mnt \
		-- /dev/kpb-enter --first -- sh -c 'echo mine >/mnt/f && id -u && ! echo x 2>/dev/null >/etc/kpb-test'
	same "$(cat "$out") $(stat -c %u other/upper/f)" "0 65534" "who is who in a user namespace"
else
	echo "not tried as another user: $(cat third)"
	says third "kpb-enter: "
fi
