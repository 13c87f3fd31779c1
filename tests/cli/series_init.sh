#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kpb series init prints a manifest that kpb series plan accepts, with each patch of the directory.
. "$(dirname "$0")/common.inc"

mkdir patches
cp "$KPB_FIXTURES/livepatch-test.patch" patches/fix.patch
cp "$KPB_FIXTURES/livepatch-test.patch" "patches/it's a: fix #2.diff"
touch patches/notes.txt patches/.hidden.patch 'patches/---.patch'
expect 0 kpb series init patches
cp "$out" m.yml
says "$err" "'---.patch' is left out"
expect 0 kpb series plan --json m.yml
python3 - "$out" <<'PYTHON'
import json, sys
cells = json.load(open(sys.argv[1]))["cells"]
assert {c["package"]: c["patches"] for c in cells} == {
    "fix": ["patches/fix.patch"], "it-s-a-fix-2": ["patches/it's a: fix #2.diff"]}, cells
PYTHON
# A module's file does not say whether it replaces; the manifest contains the line for it, and the
# user decides.
cp "$KPB_SYNTH/plain.ko" patches/m.ko
kpb series init patches >m.yml 2>/dev/null
expect 2 kpb series plan m.yml
says "$err" "it is not known whether the module replaces all other live patches"
sed -i 's/# replace: true/replace: true/' m.yml
expect 0 kpb series plan m.yml
mkdir empty
expect 2 kpb series init empty
says "$err" "it contains no patches"
expect 2 kpb series init nowhere
files patches m.yml empty
