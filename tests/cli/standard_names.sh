#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The names from policy standard: dnf and kpatch find packages and modules by them, so they are an
# interface. One line for each case: the arguments after -k, then package, kernel, module.
. "$(dirname "$0")/common.inc"

cp "$KPB_FIXTURES/livepatch-test.patch" cve-2026-1.patch

# names ARGUMENTS...: "PACKAGE ARCH KERNEL MODULE NAME" from a dry run
names() {
	expect 0 kpb build --dry-run "$@"
	sed -nE 's/^package  ([^ ]*) [^ ]* \((.*)\)$/\1 \2/p; s/^kernel   (.*)/\1/p; s/^module   ([^ ]*) \((.*)\)/\1 \2/p' "$out" |
		paste -s -d ' '
}

while read -r release package arch kernel; do
	arguments=$(echo "$release" | sed 's/,/ -a /')
	# shellcheck disable=SC2086
	same "$(names -k $arguments cve-2026-1.patch)" \
		"kpatch-module-cve-2026-1-$package $arch $kernel /var/lib/kpatch/$kernel/kpatch-cve-2026-1-1-1.ko kpatch_cve_2026_1_1_1" \
		"the names for -k $arguments"
done <<'NAMES'
5.14.0-362.8.1.el9_3 5.14.0-362.8.1.el9_3 x86_64 5.14.0-362.8.1.el9_3.x86_64
5.14.0-362.8.1.el9_3.x86_64 5.14.0-362.8.1.el9_3 x86_64 5.14.0-362.8.1.el9_3.x86_64
5.14.0-362.8.1.el9_3.x86_64+rt 5.14.0-362.8.1.el9_3+rt x86_64 5.14.0-362.8.1.el9_3.x86_64+rt
5.14.0-362.8.1.el9_3+rt 5.14.0-362.8.1.el9_3+rt x86_64 5.14.0-362.8.1.el9_3.x86_64+rt
5.14.0-362.8.1.el9_3,aarch64 5.14.0-362.8.1.el9_3 aarch64 5.14.0-362.8.1.el9_3.aarch64
5.14.0-362.8.1.el9_3,arm64 5.14.0-362.8.1.el9_3 aarch64 5.14.0-362.8.1.el9_3.aarch64
5.14.0-362.8.1.el9_3,ppc64el 5.14.0-362.8.1.el9_3 ppc64le 5.14.0-362.8.1.el9_3.ppc64le
5.14.0-362.8.1.el9_3,s390x 5.14.0-362.8.1.el9_3 s390x 5.14.0-362.8.1.el9_3.s390x
3.10.0-229.el7 3.10.0-229.el7 x86_64 3.10.0-229.el7.x86_64
3.10.0-957.el7.x86_64.debug 3.10.0-957.el7.debug x86_64 3.10.0-957.el7.x86_64.debug
4.18.0-513.el8_9 4.18.0-513.el8_9 x86_64 4.18.0-513.el8_9.x86_64
5.4.17-2136.300.7.el8uek,x86_64 5.4.17-2136.300.7.el8uek x86_64 5.4.17-2136.300.7.el8uek.x86_64
6.14.5-300.fc42 6.14.5-300.fc42 x86_64 6.14.5-300.fc42.x86_64
6.1.94-99.176.amzn2023 6.1.94-99.176.amzn2023 x86_64 6.1.94-99.176.amzn2023.x86_64
5.10.0-60.18.0.50.oe2203 5.10.0-60.18.0.50.oe2203 x86_64 5.10.0-60.18.0.50.oe2203.x86_64
6.1.0-56-amd64 6.1.0-56-amd64 x86_64 6.1.0-56-amd64
6.1.0-56-cloud-arm64 6.1.0-56-cloud-arm64 aarch64 6.1.0-56-cloud-arm64
5.14.21-150400.22-default,x86_64 5.14.21-150400.22-default x86_64 5.14.21-150400.22-default
6.6.2.1-3.azl3,x86_64 6.6.2.1-3.azl3 x86_64 6.6.2.1-3.azl3
6.9.0~rc3-0.fc41 6.9.0_rc3-0.fc41 x86_64 6.9.0~rc3-0.fc41.x86_64
6.9.0~rc3,x86_64 6.9.0_rc3 x86_64 6.9.0~rc3
NAMES

# P, the patch's own name.
K=6.1.0-56-amd64
p_of() { names "$@" | sed -nE "s/^kpatch-module-(.*)-$K x86_64 .*/\1/p"; }
cp cve-2026-1.patch fix.diff
cp cve-2026-1.patch plain
printf 'int x;\n' >fix.c
same "$(p_of -k $K fix.diff)" fix "P of fix.diff"
same "$(p_of -k $K plain)" plain "P of plain"
same "$(p_of -k $K --replace fix.c)" fix "P of fix.c"
same "$(p_of -k $K --replace --module "$KPB_SYNTH/plain.ko")" plain "P of plain.ko"
same "$(p_of -k $K --replace "$KPB_FIXTURES/kbuild-dir/")" kbuild-dir "P of a directory"
same "$(p_of -k $K fix.diff plain)" patch "P of two patches"
same "$(p_of -k $K --name My.Fix_1+2 fix.diff plain)" My.Fix_1+2 "P as given"

# Without -k, it is the running kernel.
expect 0 kpb build --dry-run fix.diff
says "$out" "kernel   $(uname -r)"

# Version and release are part of the module's name, because kpatch does not load a new version with
# an old name.
says_names() { same "$(names "$@" | cut -d ' ' -f 4-)" "$wanted" "the names with $*"; }
wanted="/var/lib/kpatch/$K/kpatch-fix-2.1~rc1-3.ko kpatch_fix_2_1_rc1_3"
says_names -k $K --set-version 2.1~rc1 --set-release 3 fix.diff
# In the kernel's form, and cut to the length that the kernel allows, so that two long names stay
# different.
long=$(printf %060d 0)
name() { names -k $K --name "$1" fix.diff | cut -d ' ' -f 5; }
one=$(name "${long}1") two=$(name "${long}2")
[ ${#one} -le 55 ] && [ ${#two} -le 55 ] || fail "$one and $two are longer than 55"
[ "$one" != "$two" ] || fail "two names became $one"
# Other prefixes and directories change only their part.
wanted="/usr/lib/kpatch/$K/lp-fix-1-1.ko lp_fix_1_1"
says_names -k $K --set install-dir=/usr/lib/kpatch --set module-prefix=lp- fix.diff
same "$(names -k $K --set package-prefix=site- fix.diff | cut -d ' ' -f 1)" site-fix-$K "the package with another prefix"
files cve-2026-1.patch fix.c fix.diff plain
