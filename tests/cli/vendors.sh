#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# tests/fixtures/kernels.tsv: beside a package that provides what the vendor's kernel provides, a live patch for that
# kernel can be installed by rpm; beside the package of another kernel, or none, it cannot. The control is a patch
# that requires what no package provides.
. "$(dirname "$0")/common.inc"
root_only "install into a root of its own"
tool rpm
tool rpmbuild
tool python3

# What rpm ends with differs from version to version.
refused() {
	if "$@" >"$out" 2>"$err"; then fail "rpm takes it: $*"; fi
	says "$err" "is needed by"
}

python3 - "$KPB_FIXTURES/kernels.tsv" "$KPB_FIXTURES/livepatch-two.ko" <<'PYTHON'
import os, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
spec = ["Name: fakes\nVersion: 1\nRelease: 1\nSummary: kernels\nLicense: GPL-2.0-only\nBuildArch: noarch\n",
        "%description\n%{summary}.\n"]
data, wanted, number = open(sys.argv[2], "rb").read(), [], 0
for line in open(sys.argv[1]):
    if line.startswith("#"):
        continue
    form, _, kernel, arch, _, _, _, _, requires, _, provides, _, _ = line.rstrip("\n").split("\t")
    if form != "rpm" or requires == "-" or provides == "-" or arch != "x86_64":
        continue
    number += 1
    spec.append("%%package -n fake%d\nSummary: %s\n" % (number, kernel))
    spec += ["Provides: %s\n" % text for text in provides.split("; ")]
    spec.append("%%description -n fake%d\n%%{summary}.\n%%files -n fake%d\n" % (number, number))
    wanted.append("%d %s %s\n" % (number, kernel, requires))
open("fakes.spec", "w").write("".join(spec))
open("wanted", "w").writelines(wanted)
PYTHON
rpmbuild -bb --quiet --define "_topdir $PWD/top" --define "_rpmdir $PWD" fakes.spec >rpmbuild.log 2>&1 ||
	fail "the fakes are not made: $(tail -n 3 rpmbuild.log)"
mkdir root
rpm --root "$PWD/root" --initdb

count=0 other=
while read -r number kernel requires; do
	python3 "$KPB_FIXTURES/set_vermagic.py" "$KPB_FIXTURES/livepatch-two.ko" "$kernel" module.ko
	expect 0 kpb build -q -b -o . --replace --set runtime=none --name fix -k "$kernel" --module module.ko
	package=$(echo kpatch-module-fix-*.rpm)
	rpm -qp --requires "$package" >requires
	grep -qxF "$requires" requires || fail "$kernel: it does not require '$requires' but: $(cat requires)"
	expect 0 rpm --root "$PWD/root" -i --test --ignorearch --ignoreos "noarch/fake$number-1-1.noarch.rpm" "$package"
	[ -z "$other" ] || refused rpm --root "$PWD/root" -i --test --ignorearch --ignoreos "$other" "$package"
	other=noarch/fake$number-1-1.noarch.rpm last=$kernel
	rm "$package"
	count=$((count + 1))
done <wanted
[ $count -ge 60 ] || fail "only $count kernels"
expect 0 kpb build -q -b -o . --replace --set runtime=none --set 'kernel-requires=no-such = 1' --name fix -k "$last" --module module.ko
refused rpm --root "$PWD/root" -i --test --ignorearch --ignoreos "$other" kpatch-module-fix-*.rpm
