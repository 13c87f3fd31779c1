#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every path from which kpb runs code or whose content it believes (docs/trusted-paths.md) x every way in which
# another user could change it: he is nobody, and attacks root's kpb. Each is refused, the message names him, and nothing
# of his runs. As control, the same command with the same path in good order is refused for no such reason.
. "$(dirname "$0")/common.inc"
root_only 'give files to another user'
tool python3
tool setpriv
tool rpmbuild

swapper='' # a process of his that never ends by itself
cleanup() { [ -z "$swapper" ] || kill -KILL "$swapper" 2>/dev/null || :; }

K=6.1.0-56-amd64
his() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

# An access control list by which user 65534 may write.
grant() {
	python3 - "$1" <<'PYTHON'
import os, struct, sys
mode = os.stat(sys.argv[1]).st_mode
entries = [(1, mode >> 6 & 7, 0xffffffff), (2, 7, 65534), (4, mode >> 3 & 7, 0xffffffff), (16, 7, 0xffffffff),
           (32, mode & 7, 0xffffffff)]
try:
    os.setxattr(sys.argv[1], "system.posix_acl_access",
                struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in entries))
except OSError:
    sys.exit(77)
PYTHON
}
: >probe
lists=yes
grant probe || lists=no
[ $lists = yes ] || echo "skipped: access control lists, which this file system does not have"

# The things, each at ./bad/way/NAME. A program that runs leaves ./ran.
good=$PWD/good bad=$PWD/bad
mkdir -p "$good/way/plugins" "$good/way/templates" "$good/way/bin" "$good/way/tmp" "$good/way/waiting" "$good/way/store" \
	"$good/way/source" "$good/way/root" "$good/way/result/.kpb/cells"
: >"$good/way/config"
: >"$good/way/vmlinux"
: >"$good/way/symvers"
: >"$good/way/key.pem"
: >"$good/way/cert.pem"
mkdir "$good/way/modules"
: >"$good/way/result/.kpb/journal"
for program in "$good/way/bin/rpmbuild" "$good/way/signer"; do
	printf '#!/bin/sh\n: >%s/ran\nexit 1\n' "$PWD" >"$program"
	chmod 0755 "$program"
done
# A plugin with libraries of its own: the run path of each leads to the next.
mkdir "$good/way/lib" "$good/way/deep" with-library
printf '#include <fcntl.h>\n__attribute__((constructor)) static void run(void) { open("%s/ran", O_CREAT | O_WRONLY, 0600); }\n' \
	"$PWD" >deep.c
echo 'int helper(void) { return 0; }' >helper.c
compile() { "${CC:-cc}" -std=c11 -fPIC -shared -Wl,--no-as-needed "$@"; }
libraries=no
if command -v "${CC:-cc}" >/dev/null; then
	libraries=yes
	compile deep.c -o "$good/way/deep/libdeep.so"
	compile helper.c -L"$good/way/deep" -ldeep "-Wl,-rpath,$bad/way/deep" -o "$good/way/lib/libhelper.so"
	compile -fvisibility=hidden "-I$KPB_SOURCE/sdk/include" "$KPB_SOURCE/tests/plugin_abi/zoo/good.c" -L"$good/way/lib" -lhelper \
		"-Wl,-rpath,$bad/way/lib,-rpath-link,$good/way/deep" -o with-library/zoo.so
else
	echo "skipped: a plugin with libraries, which needs a C compiler"
fi
cp "$KPB_SOURCE/docs/example/cmdline-livepatch.c" fix.c
cat >m.yml <<YAML
packages:
  - name: recipe
    kernels: [$K]
    patches: [{filename: $KPB_FIXTURES/livepatch-test.patch}]
YAML

packs() { kpb build --replace -k $K --module "$KPB_SYNTH/plain.ko" -o made -B rpm-build "$@"; }
adds() { kpb kernel add -k 6.1.0 --store "$PWD/a-store" "$@"; }
try() { # NAME PATH
	case $1 in
	plugins) kpb plugins list --plugin-dir "$2" ;;
	KPB_PLUGIN_PATH) KPB_PLUGIN_PATH="$2" kpb plugins list ;;
	templates) packs --template-dir "$2" ;;
	PATH) PATH="$2:$PATH" packs ;;
	rpmbuild) PATH="${2%/*}:$KPB_PREFIX/bin" packs ;;
	TMPDIR) TMPDIR="$2" packs ;;
	sign-command) packs --sign-command "$2" ;;
	sign-file) packs --sign-file "$2" --sign-key "$good/way/key.pem" --sign-cert "$good/way/cert.pem" ;;
	sign-key) packs --sign-file /bin/true --sign-key "$2" --sign-cert "$good/way/cert.pem" ;;
	sign-cert) packs --sign-file /bin/true --sign-key "$good/way/key.pem" --sign-cert "$2" ;;
	sign-later) packs --sign-later "$2" ;;
	store) kpb kernel list --store "$2" ;;
	KPB_STORE) KPB_STORE="$2" kpb kernel list ;;
	source) adds --source "$2" --config "$good/way/config" --vmlinux "$good/way/vmlinux" ;;
	config) adds --source "$good/way/source" --config "$2" --vmlinux "$good/way/vmlinux" ;;
	vmlinux) adds --source "$good/way/source" --config "$good/way/config" --vmlinux "$2" ;;
	symvers) adds --source "$good/way/source" --config "$good/way/config" --vmlinux "$good/way/vmlinux" --symvers "$2" ;;
	modules) adds --source "$good/way/source" --config "$good/way/config" --vmlinux "$good/way/vmlinux" --modules "$2" ;;
	root) adds --source "$good/way/source" --config "$good/way/config" --vmlinux "$good/way/vmlinux" --root "$2" ;;
	build-source) kpb build -b --replace -k $K --source "$2" fix.c ;;
	runpath | library | deep*)
		kpb build --dry-run -k $K --plugin-dir "$PWD/with-library" -p zoo "$KPB_FIXTURES/livepatch-test.patch" ;;
	series) kpb series build m.yml -o "$2" ;;
	series-status) kpb series status m.yml -o "$2" ;;
	series-journal) kpb series build m.yml -o "${2%/.kpb/journal}" ;;
	series-memory) kpb series build m.yml -o "${2%/.kpb}" ;;
	*) fail "what is $1?" ;;
	esac
}
# NAME THING [STATUS]: the option, what is given to it, and the exit status when it is refused.
table="plugins plugins 3
KPB_PLUGIN_PATH plugins 3
templates templates 2
PATH bin -
rpmbuild bin/rpmbuild 5
TMPDIR tmp 5
sign-command signer 5
sign-file signer 5
sign-key key.pem 2
sign-cert cert.pem 2
sign-later waiting 2
store store 2
KPB_STORE store 2
source source 2
config config 2
vmlinux vmlinux 2
symvers symvers 2
modules modules 2
root root 2
build-source source 2
series result 2
series-status result 2
series-memory result/.kpb 2
series-journal result/.kpb/journal 2"

[ $libraries = no ] || table="$table
runpath lib 3
library lib/libhelper.so 3
deep deep 3
deep-library deep/libdeep.so 3"

# make HOW THING: ./bad, with the thing in that state.
make() {
	rm -rf "$bad" made
	cp -a "$good" "$bad"
	mkdir made
	at=$bad/way/$2
	case $1 in
	good) ;;
	owner) chown 65534 "$at" ;;
	group) chmod g+w "$at" ;;
	others) chmod o+w "$at" ;;
	list) grant "$at" ;;
	way-owner) chown 65534 "$bad/way" ;;
	way-group) chmod g+w "$bad/way" ;;
	way-list) grant "$bad/way" ;;
	link) # his link to what is root's, in a directory where everybody may make one
		mkdir -m 1777 "$bad/shared"
		mv "$at" "$bad/real"
		his ln -s "$bad/real" "$bad/shared/link"
		ln -s "$bad/shared/link" "$at" ;;
	directory) # root's link into his directory
		mkdir "$bad/his"
		mv "$at" "$bad/his/there"
		chown 65534 "$bad/his"
		ln -s "$bad/his/there" "$at" ;;
	esac
}
names_him() { grep -q 'belongs to user 65534\|is writable by' "$out" "$err"; }
run() { # NAME THING: $status
	status=0
	rm -f ran
	try "$1" "$bad/way/$2" >"$out" 2>"$err" </dev/null || status=$?
}

tried=0
echo "$table" >table
while read -r name thing wanted; do
	make good "$thing"
	run "$name" "$thing"
	! names_him || fail "$name: refused in good order" "$(cat "$err")"
	case $name in deep*) [ -e ran ] || fail "$name: the library is not loaded in good order" "$(cat "$err")" ;; esac
	for how in owner group others list way-owner way-group way-list link directory; do
		case $how in *list) [ $lists = yes ] || continue ;; esac
		make $how "$thing"
		run "$name" "$thing"
		tried=$((tried + 1))
		names_him || fail "$name, $how: nothing is said of him" "$(cat "$out" "$err")"
		[ "$wanted" = - ] || [ $status -eq "$wanted" ] || fail "$name, $how: exit status $status, not $wanted" "$(cat "$err")"
		[ ! -e ran ] || fail "$name, $how: his program was run"
		[ "$wanted" = - ] || [ -z "$(ls -A made)" ] || fail "$name, $how: there is a package"
	done
done <table
echo "$tried refusals"

# A run path that he can make lead somewhere.
if [ $libraries = yes ]; then
	make good lib
	rm -r "$bad/way/lib"
	chmod o+w "$bad/way"
	run runpath lib
	[ $status -eq 3 ] && names_him || fail "a run path that he can make: exit status $status" "$(cat "$err")"
fi

# Swapped between the check and the use: he changes his link, or renames what lies in his directory, all the time.
for how in link directory; do
	for pair in "sign-command signer" "TMPDIR tmp" "source source" "series result"; do
		name=${pair% *} thing=${pair#* }
		make $how "$thing"
		place=$bad/shared
		[ $how = link ] || place=$bad/his
		[ $how = link ] || cp -a "$bad/his/there" "$bad/his/other"
		[ $how = directory ] || cp -a "$bad/real" "$bad/real-too"
		cat >swap.py <<'PYTHON'
import ctypes, os, sys
place, good, name = sys.argv[1:]
os.chdir(place)
exchange = ctypes.CDLL(None).renameat2 # at every moment there is something of that name
while True:
    try:
        if name == "link":
            for to in (good, good + "-too"):
                os.symlink(to, "new")
                os.rename("new", "link")
        else:
            exchange(-100, b"there", -100, b"other", 2)
    except OSError:
        pass
PYTHON
		chmod 0644 swap.py
		setpriv --reuid 65534 --regid 65534 --clear-groups python3 swap.py "$place" "$bad/real" $how &
		swapper=$!
		for _ in 1 2 3 4 5; do
			run "$name" "$thing"
			[ $status -ne 0 ] || fail "$name, swapped $how: accepted" "$(cat "$err")"
			[ ! -e ran ] || fail "$name, swapped $how: his program was run"
		done
		kill -KILL $swapper
		wait $swapper 2>/dev/null || true
		swapper=''
	done
done

# A user's own directories work for that user, also those that his private group can write to; and a sticky directory, like
# /tmp, is a place for TMPDIR.
make good tmp
chmod 1777 "$bad/way/tmp"
run TMPDIR tmp
[ $status -eq 0 ] || fail "TMPDIR in a sticky directory" "$(cat "$err")"
make good tmp
mkdir "$bad/home"
chown 65534:65534 "$bad/home" made
chmod 0775 "$bad/home"
if his test -w made; then
	TMPDIR=$bad/home expect 0 his kpb build --replace -k $K --module "$KPB_SYNTH/plain.ko" -o made -B rpm-build
fi
# Data that is only read may be anybody's.
cp "$KPB_SYNTH/plain.ko" theirs.ko
chown 65534 theirs.ko
rm -rf made
mkdir made
expect 0 kpb build --replace -k $K --module theirs.ko -o made -B rpm-build
