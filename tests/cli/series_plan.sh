#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kpb series plan: which cells a manifest has, their names, what is left out and why, and what is
# refused before anything is built. Nothing is written.
. "$(dirname "$0")/common.inc"

export TMPDIR=/nonexistent/kpb
cp "$KPB_FIXTURES/manifests/2015.yml" "$KPB_FIXTURES/manifests/full.yml" .

# The example of 2015, unchanged, and every key of the full form.
expect 0 kpb series plan 2015.yml
silent "$err"
says "$out" "livepatch-test 1-1  (policy standard; rpm-spec)"
says "$out" "3.10.0-229.el7.x86_64  livepatch-test.patch"
says "$out" "1 cell for 1 kernel"
# A path that is not a store has no kernels: a plan does not need any.
expect 0 kpb series plan --store full.yml 2015.yml
silent "$err"
sed -i 's/policy: \[standard, site\]/policy: standard/' full.yml
expect 0 kpb series plan --explain full.yml
says "$out" "left out (excepted): except names it"
says "$out" "rpm-build/5.14.0-362.8.1.el9_3.x86_64/kpatch-module-cve-2026-1-5.14.0-362.8.1.el9_3-1.10-010.x86_64.rpm"

cat >fleet.yml <<'YAML'
date: 2026-11-25
defaults: {replace: true, backends: [rpm-build, deb]}
kernels:
  old: {release: 6.1.0-55-amd64, end_of_life: 2026-11-24}
  last-day: {release: 6.1.0-56-amd64, end_of_life: 2026-11-25}
  arm: {release: 6.1.0-56-arm64, arch: aarch64}
  other: {release: 6.1.0-57-amd64}
packages:
  - name: fix
    kernels: ["*"]
    except: [other]
    patches:
      - filename: a.patch
      - filename: b.patch
        kernels: [last-day]
  - name: packed
    patches: [{module: a.ko, kernels: [arm]}]
YAML
expect 0 kpb series plan --json fleet.yml
python3 - "$out" <<'PYTHON'
import json, sys
cells = {c["cell"]: c for c in json.load(open(sys.argv[1]))["cells"]}
assert list(cells) == ["fix@old", "fix@last-day", "fix@arm", "fix@other", "packed@arm"], list(cells)
assert {n: c.get("left_out") for n, c in cells.items()} == {
    "fix@old": "end-of-life", "fix@last-day": None, "fix@arm": "no-builder", "fix@other": "excepted",
    "packed@arm": None}, cells
both = cells["fix@last-day"]
assert both["patches"] == ["a.patch", "b.patch"], "one kernel, one set, in order"
assert both["name"] == "kpatch-module-fix-6.1.0-56-amd64" and both["module"] == "kpatch_fix_1_1", both
assert [a["path"] for a in both["artifacts"]] == [
    "rpm-build/6.1.0-56-amd64/kpatch-module-fix-6.1.0-56-amd64-1-1.x86_64.rpm",
    "deb/6.1.0-56-amd64/kpatch-module-fix-6.1.0-56-amd64_1-1_amd64.deb"], both
PYTHON

# refused MESSAGE MANIFEST-LINES: status 2, with that message
refused() {
	printf '%s\n' "$2" >bad.yml
	expect 2 kpb series plan bad.yml
	says "$err" "$1"
}
refused "bad.yml:1:1: a manifest has no key 'package'" "package: []"
says "$err" "did you mean packages?"
refused "bad.yml:1:56: there is no kernel 'el9'" "packages: [{name: p, patches: [{filename: a, kernels: [el9]}]}]"
refused "no kernel's name matches 'el*'" "packages: [{name: p, patches: [{filename: a, kernels: ['el*']}]}]"
refused "'a' names no kernel" "packages: [{name: p, patches: [{filename: a}]}]"
refused "p@6.1.0-56-amd64 and p@6.1.0-56-amd64 are both called" \
	"packages: [{name: p, patches: [{filename: a, kernels: [6.1.0-56-amd64]}]}, {name: p, version: 2, patches: [{filename: b, kernels: [6.1.0-56-amd64]}]}]"
refused "are both the package kpatch-module-p 1-1" \
	"packages: [{name: p, policy: classic, patches: [{filename: a, kernels: [6.1.0-56-amd64, 6.1.0-57-amd64]}]}]"
refused "are both the module kpatch_p_1_1_1 of 6.1.0-56-amd64" \
	"packages: [{name: p.1, version: 1, patches: [{filename: a, kernels: [6.1.0-56-amd64]}]}, {name: p-1, patches: [{filename: a, kernels: [6.1.0-56-amd64]}]}]"
refused "has 'm.ko' together with other patches" \
	"packages: [{name: p, replace: true, kernels: [6.1.0-56-amd64], patches: [{filename: a.patch}, {module: m.ko}]}]"
refused "it is not known whether the module replaces all other live patches" \
	"packages: [{name: p, patches: [{module: m.ko, kernels: [6.1.0-56-amd64]}]}]"
says "$err" "hint: add replace: true"
refused "there is no policy 'nobody'" \
	"packages: [{name: p, policy: nobody, patches: [{filename: a, kernels: [6.1.0-56-amd64]}]}]"
expect 2 kpb series plan nothing.yml
says "$err" "nothing.yml: the manifest cannot be read"
expect 2 kpb series plan --fail-fast 2015.yml
says "$err" "kpb series plan does not take it"
expect 2 kpb series paln 2015.yml
files 2015.yml full.yml fleet.yml bad.yml
