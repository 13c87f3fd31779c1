#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A source package of a diff contains the prepared kernel: source, configuration, vmlinux, so that
# it builds where nothing else of that kernel is. (tests/e2e builds it.)
. "$(dirname "$0")/common.inc"
tool rpmbuild
tool cpio
tool xz

export KPB_STORE="$top/store" SOURCE_DATE_EPOCH=1700000000
cp -r "$KPB_SYNTH/kernel/tree" tree
cat "$KPB_SYNTH/kernel/config" - >config <<'C'
CONFIG_MODULE_SIG_KEY="certs/of_the_distribution.pem"
C
printf 'int a;\nint b;\nint c;\n' >tree/kernel/fork.c
cat >fix.patch <<'P'
--- a/kernel/fork.c
+++ b/kernel/fork.c
@@ -1,3 +1,3 @@
 int a;
-int b;
+int bb;
 int c;
P
nvr=kpatch-module-fix-6.12.94-1-1
build() { kpb build -k 6.12.94 --name fix "$@"; }

# If no kernel is prepared, the package is made without one, with a note.
expect 0 build -B srpm fix.patch
says "$err" "the source package does not contain the kernel's source; kernel 6.12.94 is not prepared"
unpack $nvr.src.rpm bare
same "$(ls bare)" "$(printf '%s\n' fix.patch kpatch-module-fix-6.12.94.spec manifest.json modules.conf)" "what it holds"
rm -r bare $nvr.src.rpm

expect 0 kpb kernel add --no-compile -k 6.12.94 --source tree --config config --vmlinux "$KPB_SYNTH/kernel/vmlinux"
id=$(cat "$out")
expect 0 build -B srpm fix.patch
silent "$err"
expect 0 kpb verify $nvr.src.rpm
unpack $nvr.src.rpm carried
same "$(ls carried)" "$(printf '%s\n' config-6.12.94 fix.patch kpatch-module-fix-6.12.94.spec linux-6.12.94.tar.xz \
	manifest.json modules.conf vmlinux-6.12.94.xz)" "what it holds"
mkdir unpacked
tar -C unpacked -xJf carried/linux-6.12.94.tar.xz
diff -r unpacked/kernel-source "$KPB_STORE/kernels/$id/tree" || fail "the source in the package is another one"
same "$(stat -c '%a %Y' unpacked/kernel-source/scripts/run.sh)" "755 946684800" "a script's mode and time"
same "$(tar -tvJf carried/linux-6.12.94.tar.xz | awk '{print $2}' | sort -u)" "0/0" "the owners in the tarball"
xz -dc carried/vmlinux-6.12.94.xz | cmp - "$KPB_SYNTH/kernel/vmlinux"
grep -q of_the_distribution carried/config-6.12.94 && fail "the configuration wants the distribution's key"
same "$(grep -c kernel-debuginfo carried/*.spec)" 0 "what building needs of the distribution"
rpm -qp --requires $nvr.src.rpm | grep -qxF xz || fail "building it does not need xz"

# The same again; and again after the packed source was removed; and with a spec beside it.
sum=$(digest $nvr.src.rpm)
rm "$KPB_STORE/kernels/$id/source.tar.xz" "$KPB_STORE/kernels/$id/vmlinux.xz"
expect 0 build -B srpm fix.patch
same "$(digest $nvr.src.rpm)" "$sum" "the package that was packed again"
mkdir both
expect 0 build -B srpm -B rpm-spec -o both fix.patch
same "$(digest both/$nvr.src.rpm)" "$sum" "the package with a spec beside it"
cmp both/*.spec carried/*.spec

# A spec alone contains nothing of the kernel, and needs no kernel.
expect 0 build -o alone.spec fix.patch
says alone.spec KERNEL_SOURCE
expect 2 build --kernel-id "$id" -o alone.spec fix.patch
says "$err" "--kernel-id is of no use here"

# A patch with the name of one of the kernel's files is renamed.
cp fix.patch config-6.12.94
expect 0 build -B srpm config-6.12.94
unpack $nvr.src.rpm named
cmp named/patch-001.patch fix.patch
grep -q '^CONFIG_' named/config-6.12.94 || fail "the configuration was lost to a patch of its name"

# Kernels that kpatch-build cannot build for, and a patch for another source, are reported here.
sed 's/int b;/int d;/' fix.patch >other.patch
expect 2 build -B srpm other.patch
says "$err" "does not apply"
expect 0 kpb kernel remove "$id"
echo 'CONFIG_X86_KERNEL_IBT=y' >>config
mkdir -p tree/scripts/livepatch && echo '# checksum)' >tree/scripts/livepatch/klp-build
expect 0 kpb kernel add --no-compile -q -k 6.12.94 --source tree --config config --vmlinux "$KPB_SYNTH/kernel/vmlinux"
expect 5 build -B srpm fix.patch
says "$err" "CONFIG_X86_KERNEL_IBT is set"
