#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The secrets of signing reach the signer and nobody else: a canary is searched in the environment and arguments of every
# child, in kpb's own environment and memory while it runs, and in all that it prints and leaves.
. "$(dirname "$0")/common.inc"
need_headers
tool python3
tool cpio
pin=canary-pin-$$-0123456789abcdef
other=canary-env-$$-0123456789abcdef
mkdir stubs seen out

# Stubs that write down what they got, then do the real thing. With --unconfined, or they could write nothing down.
for program in make gcc rpmbuild git patch; do
	real=$(command -v $program || true)
	[ -n "$real" ] || continue
	cat >stubs/$program <<E
#!/bin/sh
{ env; for word; do echo "\$word"; done; tr '\\0' '\\n' </proc/\$PPID/environ; } >>'$PWD/seen/$program' 2>&1
E
	[ $program != rpmbuild ] || cat >>stubs/$program <<E
# After the signer: kpb, our parent, has forgotten them. (Only root may look; a process with secrets is not dumpable.)
python3 '$PWD/memory.py' \$PPID '$PWD/canaries' >>'$PWD/seen/memory' 2>&1
E
	echo "exec $real \"\$@\"" >>stubs/$program
done
chmod 755 stubs/*
printf '%s\n%s\n' "$pin" "$other" >canaries
cat >memory.py <<'P'
import sys
wanted = open(sys.argv[2], "rb").read().split()
found = 0
with open(f"/proc/{sys.argv[1]}/mem", "rb", 0) as memory:
    for line in open(f"/proc/{sys.argv[1]}/maps"):
        words = line.split()
        if "r" not in words[1] or (len(words) > 5 and words[5] in ("[vvar]", "[vsyscall]")):
            continue
        begin, end = (int(x, 16) for x in words[0].split("-"))
        try:
            memory.seek(begin)
            content = memory.read(end - begin)
        except (OSError, ValueError, OverflowError):
            continue
        found += sum(content.count(w) for w in wanted)
print("looked, and found", found)
P

# The signer gets them; of kpb it sees an environment without them, and that there will be no core file.
cat >signer <<E
#!/bin/sh
[ "\$KBUILD_SIGN_PIN \$OTHER_SECRET" = '$pin $other' ] && echo got >'$PWD/seen/signer'
tr '\\0' '\\n' </proc/\$PPID/environ >'$PWD/seen/kpb'
tr '\\0' '\\n' </proc/\$PPID/cmdline >>'$PWD/seen/kpb'
grep 'core file' /proc/\$PPID/limits >'$PWD/seen/limits'
[ ! -e '$PWD/refuse' ] || { echo "the PIN is \$KBUILD_SIGN_PIN, the other is \$OTHER_SECRET; \$SHORT"; exit 9; }
python3 - "\$@" <<'P'
import sys
body = bytes(40)
open(sys.argv[2], "wb").write(open(sys.argv[1], "rb").read() + body + b"\0\0\2\0\0\0\0\0" + len(body).to_bytes(4, "big") + b"~Module signature appended~\n")
P
E
chmod 755 signer
nowhere() { # FILE...: no canary in any of them
	for canary in "$pin" "$other"; do
		! grep -rlF -- "$canary" "$@" || fail "a secret is told, see above"
	done
}
cp -R "$KPB_FIXTURES/kbuild-dir" fix
build() {
	env KBUILD_SIGN_PIN="$pin" OTHER_SECRET="$other" SHORT=7 PATH="$PWD/stubs:$PATH" kpb build -d --unconfined -b -k "$kernel" \
		--replace --sign-command "$PWD/signer" --sign-env OTHER_SECRET --sign-env SHORT -o out --report report.json fix
}
(ulimit -c unlimited 2>/dev/null; expect 0 build)
same "$(cat seen/signer)" got "what the signer got"
same "$(tr -s ' ' <seen/limits)" "Max core file size 0 0 bytes " "the limit of core files"
for program in make rpmbuild; do [ -s seen/$program ] || fail "the stub of $program was not run"; done
same "$(cat seen/kpb | grep -c SIGN_PIN || true)" 0 "the variables of kpb itself"
[ "$(id -u)" -ne 0 ] || same "$(cat seen/memory)" "looked, and found 0" "the memory of kpb after signing"
unpack out/*.rpm content
nowhere seen out content report.json "$out" "$err" "$TMPDIR"

# A signer that tells them, and fails: nothing is too short to be left out.
: >refuse
expect 1 build
says "$err" "(a line with SHORT)"
sed -i 's/; \$SHORT//' signer
expect 1 build
says "$err" "the PIN is (KBUILD_SIGN_PIN), the other is (OTHER_SECRET)"
nowhere "$out" "$err" seen

# A series hands them to its jobs, and tells nobody either.
rm refuse
cp "$KPB_SYNTH/plain.ko" .
cat >m.yml <<YAML
packages:
  - {name: one, backends: [rpm-build], replace: true, patches: [{module: plain.ko, kernels: [6.1.0-56-amd64]}]}
YAML
rm -f seen/*
expect 0 env KBUILD_SIGN_PIN="$pin" OTHER_SECRET="$other" PATH="$PWD/stubs:$PATH" kpb series build --debug --unconfined \
	--sign-command "$PWD/signer" --sign-env OTHER_SECRET --events events m.yml
same "$(cat seen/signer)" got "what the signer of a series got"
nowhere seen m.series events "$out" "$err"
