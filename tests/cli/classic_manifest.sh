#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The unchanged manifest of 2015 with the old command line: the same lines, the same spec.
. "$(dirname "$0")/common.inc"

cp "$KPB_FIXTURES/manifests/2015.yml" packages.yml
cp "$KPB_FIXTURES/livepatch-test.patch" .
expect 0 kpatch-package-builder --manifest packages.yml
same "$(cat "$err")" "kpatch-package-builder: generating spec file...
kpatch-package-builder: writing livepatch-test.spec..." "what was said"
silent "$out"
mkdir one
expect 0 sh -c 'cd one && exec kpatch-package-builder -k 3.10.0-229.el7 ../livepatch-test.patch'
cmp one/livepatch-test.spec livepatch-test.spec
files livepatch-test.patch livepatch-test.spec one packages.yml

# Options that the manifest already states are refused.
for option in "-k 3.10.0-229.el7" "-o x.spec" "--set-version 2" "livepatch-test.patch"; do
	# shellcheck disable=SC2086
	expect 2 kpatch-package-builder --manifest packages.yml $option
	says "$err" "cannot be combined with --manifest"
done
printf 'packages: [{name: p, pathces: []}]\n' >bad.yml
expect 2 kpatch-package-builder --manifest bad.yml
says "$err" "kpatch-package-builder: error: bad.yml:1:22: a package has no key 'pathces'"

# Several packages, one after the other; the policy is classic unless the manifest says otherwise.
cat >two.yml <<'YAML'
packages:
  - {name: first, patches: [{filename: livepatch-test.patch, kernels: [3.10.0-229.el7]}]}
  - {name: second, policy: standard, patches: [{filename: livepatch-test.patch, kernels: [3.10.0-229.el7]}]}
YAML
expect 0 kpatch-package-builder --manifest two.yml
says first.spec "Name: kpatch-module-first"
says second.spec "Name: kpatch-module-second-3.10.0-229.el7"
