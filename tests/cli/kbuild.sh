#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A hand-written module is compiled with the name from the policy, for the requested kernel, and the
# user's own directory is not changed.
. "$(dirname "$0")/common.inc"
need_headers
tool cpio
tool modinfo

example=$KPB_SOURCE/docs/example/cmdline-livepatch.c
rpm=kpatch-module-cmdline-livepatch-$kernel-1-1.x86_64.rpm

# built RPM NAME: checks the name of the only module in the package with modinfo
built() {
	unpack "$1" content
	ko=content/var/lib/kpatch/$kernel/$(echo "$2" | sed 's/^kpatch_\(.*\)_\([0-9]*\)_\([0-9]*\)$/kpatch-\1-\2-\3/; s/cmdline_livepatch/cmdline-livepatch/').ko
	same "$(modinfo -F name "$ko")" "$2" "the module's name"
	same "$(modinfo -F vermagic "$ko" | cut -d ' ' -f 1)" "$kernel" "the module's kernel"
	same "$(modinfo -F livepatch "$ko") $(modinfo -F depends "$ko")" "Y " "what modinfo says of livepatch and depends"
	rm -r content
}

expect 0 kpb build -b -k "$kernel" --replace "$example"
same "$(cat "$out")" "$rpm" "what was said to be made"
files "$rpm"
built "$rpm" kpatch_cmdline_livepatch_1_1
rm "$rpm"

expect 0 kpb build -b -k "$kernel" --no-replace --function vmlinux:cmdline_proc_show --set-version 2 --set-release 7 "$example"
built "kpatch-module-cmdline-livepatch-$kernel-2-7.x86_64.rpm" kpatch_cmdline_livepatch_2_7
rm ./*.rpm

# A directory with the files of an earlier build in it.
cp -R "$KPB_FIXTURES/kbuild-dir" fix
echo 'no object' >fix/main.o
echo 'no module' >fix/cmdline-dir.ko
find fix -type f -exec sha256sum {} + >before
expect 0 kpb build -b -k "$kernel" --replace fix
find fix -type f -exec sha256sum {} + >after
cmp before after
built "kpatch-module-fix-$kernel-1-1.x86_64.rpm" kpatch_fix_1_1
same "$(rpm -qlp ./*.rpm | sed -n "s|^/usr/share/doc/kpatch-module-fix-$kernel/||p")" "Kbuild
include
include/mark.h
main.c
src
src/show.c" "the sources in the documentation"
rm -r ./*

# The compiler's messages are passed on with file and line; nothing is left.
sed '/^static struct klp_patch/i this is no C' "$example" >broken.c
expect 1 kpb build -b -k "$kernel" --replace broken.c
says "$err" "broken.c:$(grep -n 'this is no C' broken.c | cut -d : -f 1):"
files broken.c
sed 's/seq_printf(m, /kpb_no_such_function(m, /; s/^static int livepatch_cmdline/int kpb_no_such_function(struct seq_file *m, const char *format, ...);\n&/' \
	"$example" >undefined.c
expect 1 kpb build -b -k "$kernel" --replace undefined.c
says "$err" kpb_no_such_function
says "$err" "a hand-written module can only use symbols that the kernel exports"
files broken.c undefined.c

# A module that is not a live patch is compiled, and then stopped at the gates.
sed '/MODULE_INFO(livepatch/d' "$example" >ordinary.c
expect 2 kpb build -b -k "$kernel" --replace ordinary.c
says "$err" "modinfo has no 'livepatch=Y'"
files broken.c ordinary.c undefined.c
