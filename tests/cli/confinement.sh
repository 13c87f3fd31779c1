#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What builds a patch cannot leave where it is built: a module whose Kbuild tries to (escape.py), as root and as
# another user. The control: with --unconfined the same ways lead out. And that the module is the same either way.
. "$(dirname "$0")/common.inc"
need_headers
tool python3
tool cpio
tool setpriv
bwrap --unshare-user --unshare-pid --unshare-net --ro-bind / / true 2>first || skip "nothing can be confined here: $(cat first)"
canary=kpb-canary-$$

# What there is to reach on the host: a file, a process, sockets, a key, shared memory.
chmod 755 "$top" "$top/work"
printf %s "$canary" >secret
cat >host.py <<'P'
import ctypes, json, os, socket, sys, threading
where, canary, tree = sys.argv[1:4]
libc = ctypes.CDLL(None)
def serve(s):
    s.listen(8)
    def loop():
        while True:
            c, _ = s.accept()
            c.sendall(canary.encode())
            c.close()
    threading.Thread(target=loop, daemon=True).start()
inet = socket.socket(); inet.bind(("127.0.0.1", 0)); serve(inet)
abstract = socket.socket(socket.AF_UNIX); abstract.bind("\0" + canary); serve(abstract)
unix = socket.socket(socket.AF_UNIX); unix.bind(where + "/socket"); os.chmod(where + "/socket", 0o777); serve(unix)
x86 = os.uname().machine == "x86_64"
key = libc.syscall(248 if x86 else 217, b"user", canary.encode(), b"secret", 6, -4)  # add_key to the user's keyring
shm = 0x6b70620 + os.getpid() % 1000
libc.shmget(shm, 4096, 0o1666)
ident = libc.shmget(shm, 0, 0)
json.dump({"secret": where + "/secret", "canary": canary, "pid": os.getpid(), "port": inet.getsockname()[1],
           "abstract": canary, "socket": where + "/socket", "key": key, "shm": shm, "tree": tree,
           "beside": os.environ["TMPDIR"]}, open(where + "/host.json.new", "w"))
os.rename(where + "/host.json.new", where + "/host.json")
sys.stdin.read()
libc.shmctl(ident, 0, None)
P
cleanup() { exec 9>&-; [ -z "${job-}" ] || wait "$job" 2>/dev/null || true; }
start_host() { # [PREFIX...]: as whom
	rm -f host.json socket hold
	mkfifo hold
	"$@" env KPB_TEST_SECRET="$canary" python3 host.py "$PWD" "$canary" "/usr/src/linux-headers-$kernel" <hold &
	job=$!
	exec 9>hold
	tries=0
	until [ -s host.json ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || fail "the host's side did not come up"
		sleep 0.05
	done
	rm -rf fix
	cp -R "$KPB_FIXTURES/kbuild-dir" fix
	cp "$KPB_SOURCE/tests/cli/escape.py" host.json fix/
	printf '%s\n' '$(info $(shell cd $(obj) && python3 escape.py 2>&1 | tr "\n" ";"))' >>fix/Kbuild
	printf '%s\n' '$(error the end)' >>fix/Kbuild # kpb then shows what was said
}
stop_host() { exec 9>&-; wait "$job" 2>/dev/null || true; job=''; }
verdicts() { grep -hoE '(ESCAPED|held) [a-z_]+|tried [0-9]+' "$err" | sort -u; }

# As whom, in two runs: nothing leads out; and without confinement most ways do.
as() { # WHO [PREFIX...]
	who=$1
	shift
	start_host "$@"
	for how in '' --unconfined; do
		expect 1 "$@" env KPB_TEST_SECRET="$canary" kpb build -d -b -k "$kernel" --replace $how fix
		cp "$err" "$who$how"
		verdicts >"$who$how.verdicts"
		grep -q '^tried' "$who$how.verdicts" || fail "nothing was tried as $who $how" "$(tail -n 20 "$err")"
	done
	says "$err" "is not confined"
	stop_host
	! grep '^ESCAPED' "$who.verdicts" || fail "that was $who"
	count=$(grep -c '^held' "$who.verdicts")
	[ "$count" -ge 30 ] || fail "only $count ways were tried as $who"
}
control() { # WHO NAME...: these lead out when nothing is confined; where the tests run in a container, not all do
	who=$1
	shift
	led=0
	for name; do
		if grep -q "^ESCAPED $name$" "$who--unconfined.verdicts"; then led=$((led + 1)); else echo "control: $who: $name does not lead out here"; fi
	done
	[ $((led * 2)) -ge $# ] || fail "only $led of $# controls ($who) lead out:" "$(cat "$who--unconfined.verdicts")"
}

of_everybody='reads_a_file_of_the_host compiles_a_file_in writes_beside_the_workspace reads_an_environment
	sees_processes_of_the_host sees_sysfs can_gain_privileges reaches_the_network
	reaches_an_abstract_socket reaches_a_unix_socket sees_cgroups attaches_shared_memory makes_a_user_namespace'
of_root='reads_shadow mounts_something writes_to_usr writes_to_the_kernels_tree makes_a_disk
	opens_memory_or_a_disk traces_a_process_of_the_host goes_through_the_root_of_another_process leaves_by_chroot
	has_capabilities signals_a_process_of_the_host opens_by_handle changes_the_kernels_settings loads_bpf sets_the_clock
	sees_directories_of_people sets_the_host_name'
if [ "$(id -u)" -eq 0 ]; then
	as root
	control root $of_everybody $of_root
	mkdir "$top/other" && cp -R "$KPB_PREFIX" "$top/other/prefix" && mkdir "$top/other/tmp"
	chmod -R a+rX "$top/other"
	chown 65534 "$top/other/tmp" . && chmod 700 "$top/other/tmp"
	other() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
	if other bwrap --unshare-user --ro-bind / / true 2>first && other test -x "$top/other/prefix/bin/kpb"; then
		(
			export TMPDIR="$top/other/tmp" PATH="$top/other/prefix/bin:$PATH"
			as other setpriv --reuid 65534 --regid 65534 --clear-groups
			control other $of_everybody
		)
	else
		echo "not tried as another user: $(cat first)"
	fi
	chown 0 .
else
	as user
	control user $of_everybody
fi
rm -rf fix secret

# The module is the same, confined or not; the manifest says which.
cp -R "$KPB_FIXTURES/kbuild-dir" fix
mkdir one two
export SOURCE_DATE_EPOCH=1700000000
expect 0 kpb build -b -k "$kernel" --replace -o one fix
silent "$err"
expect 0 kpb build -b -k "$kernel" --replace -o two --unconfined fix
unpack one/*.rpm one/c
unpack two/*.rpm two/c
cmp one/c/var/lib/kpatch/"$kernel"/*.ko two/c/var/lib/kpatch/"$kernel"/*.ko
grep -q '"unconfined": *true' two/c/usr/share/kpb/packages/*/manifest.json || fail "the manifest does not say that it was not confined"
! grep unconfined one/c/usr/share/kpb/packages/*/manifest.json || fail "the manifest says that it was not confined"

# A file of the host does not become part of the module.
echo secret >secret
{ cat "$KPB_SOURCE/docs/example/cmdline-livepatch.c"; echo "asm(\".incbin \\\"$PWD/secret\\\"\");"; } >incbin.c
expect 1 kpb build -b -k "$kernel" --replace incbin.c
says "$err" "$PWD/secret"

# A link that is left in place of the module, or of what kpb writes next, is not followed.
mkdir stubs elsewhere
module=$(ls "$PWD"/one/c/var/lib/kpatch/"$kernel"/*.ko)
cat >stubs/make <<E
#!/bin/sh
for word; do case \$word in M=*) cd "\${word#M=}" ;; esac; done
. '$PWD/stubs/do.sh'
E
chmod 755 stubs/make
leaves() { # DO: what the stub of make does in the module's directory
	rm -rf fix && cp -R "$KPB_FIXTURES/kbuild-dir" fix
	printf '%s\n' "$1" >stubs/do.sh
	PATH="$PWD/stubs:$PATH" kpb build -b -k "$kernel" --replace -o two fix
}
cp "$module" kpatch_fix_1_1.ko
! leaves "ln -s '$PWD/kpatch_fix_1_1.ko' kpatch_fix_1_1.ko" 2>"$err" || fail "a link was taken for the module"
cp "$module" stubs/module
! leaves "cp '$PWD/stubs/module' kpatch_fix_1_1.ko; ln -s '$PWD/elsewhere' ../rpm-packed" 2>"$err" || fail "kpb wrote through a link"
same "$(ls -A elsewhere)" "" "what was written through a link"

# Too many processes end the build. They are started one after the other: one that doubles would, until it is ended,
# take the machine from the tests that run beside this one.
cp -R "$KPB_FIXTURES/kbuild-dir" bomb
printf '%s\n' '$(shell i=0; while [ $$i -lt 4000 ]; do sleep 600 & i=$$((i + 1)); done >/dev/null 2>&1; sleep 600)' >>bomb/Kbuild
expect 1 timeout 120 kpb build -b -k "$kernel" --replace bomb
says "$err" processes

# Where nothing can be confined kpb says why, and builds only if told to.
mkdir bin
ln -s /usr/bin/* bin/ && rm bin/bwrap
export PATH="$KPB_PREFIX/bin:$PWD/bin"
/bin/rm -rf fix && /bin/cp -R "$KPB_FIXTURES/kbuild-dir" fix
_status=0
kpb build -b -k "$kernel" --replace -o two fix 2>"$err" || _status=$?
same "$_status" 5 "the exit status without bubblewrap"
PATH=/usr/bin:/bin
says "$err" "bubblewrap (bwrap) is not installed"
says "$err" "--unconfined"
