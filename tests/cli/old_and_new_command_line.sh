#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The old program is the new one with another name: the same package, and the four lines of 2015 on
# standard error when it builds one.
. "$(dirname "$0")/common.inc"
need_headers

cp "$KPB_SOURCE/docs/example/cmdline-livepatch.c" livepatch-test.c
touch -d @1700000000 livepatch-test.c
rpm=kpatch-module-livepatch-test-1-1.x86_64.rpm
mkdir new
expect 0 kpb build -p classic -b -k "$kernel" -o new livepatch-test.c

expect 0 kpatch-package-builder -b -k "$kernel" livepatch-test.c
silent "$out"
# The third line names a file that is gone when the line can be read; its name is different each
# time.
sed -E "s|^(kpatch-package-builder: writing spec file to $TMPDIR/kpatch_)[A-Za-z0-9]{6}(\.spec\.\.\.)$|\1XXXXXX\2|" "$err" >said
same "$(cat said)" "kpatch-package-builder: generating spec file...
kpatch-package-builder: building RPM...
kpatch-package-builder: writing spec file to $TMPDIR/kpatch_XXXXXX.spec...
kpatch-package-builder: writing $rpm..." "what was said"
files livepatch-test.c new $rpm said
cmp $rpm new/$rpm
rm $rpm

expect 0 kpatch-package-builder -b -k "$kernel" --set-version 2 --set-release 3 -p livepatch-test.c
says "$err" "kpatch-package-builder: writing kpatch-module-livepatch-test-2-3.x86_64.rpm..."
files kpatch-module-livepatch-test-2-3.x86_64.rpm livepatch-test.c new said
rm ./*.rpm

# The specs are the same too.
expect 0 kpb build -p classic -o new.spec -k "$kernel" livepatch-test.c
expect 0 kpatch-package-builder -o old.spec -k "$kernel" livepatch-test.c
cmp old.spec new.spec
