#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# --dry-run prints what would be made, with the names that it would get, and creates nothing, not
# even a working directory.
. "$(dirname "$0")/common.inc"

K=6.1.0-56-amd64
cp "$KPB_FIXTURES/livepatch-test.patch" fix.patch
printf 'int x;\n' >fix.c
mkdir out
none="TMPDIR=/nonexistent/kpb"

# would ARGUMENTS...: what would be made
would() {
	expect 0 env $none kpb build --dry-run "$@"
	silent "$err"
	sed -n 's/^would make  //p' "$out" | sort | paste -s -d ' '
}
same "$(would -k $K fix.patch)" "fix.spec (rpm-spec)" "what would be made"
same "$(would -B srpm -B rpm-build -k $K --replace --module "$KPB_SYNTH/plain.ko" -o out)" \
	"kpatch-module-plain-$K-1-1.src.rpm (srpm) kpatch-module-plain-$K-1-1.x86_64.rpm (rpm-build)" "what would be made"
same "$(would -B srpm -k $K --replace fix.c)" "kpatch-module-fix-$K-1-1.src.rpm (srpm)" "what would be made"
same "$(would -o - -k $K fix.patch)" "fix.spec (rpm-spec)" "what would be made on standard output"
files fix.c fix.patch out
same "$(ls -A out)" "" "what is in the output directory"

# It matches what is made afterwards.
expect 0 kpb build -B srpm -B rpm-build -k $K --replace --module "$KPB_SYNTH/plain.ko" -o out
same "$(ls out)" "kpatch-module-plain-$K-1-1.src.rpm
kpatch-module-plain-$K-1-1.x86_64.rpm" "what was made"

# For programs: names, but no paths or digests.
expect 0 kpb build --dry-run --json -k $K fix.patch
python3 - "$out" <<'PYTHON'
import json, sys
told = json.load(open(sys.argv[1]))
assert told["status"] == 0 and told["dry_run"] is True
assert told["artifacts"] == [{"format": "rpm-spec", "name": "fix.spec"}], told["artifacts"]
assert told["packages"][0]["package"]["name"] == "kpatch-module-fix-6.1.0-56-amd64"
PYTHON

# Errors in the request are still reported.
expect 2 kpb build --dry-run -k $K missing.patch
expect 2 kpb build --dry-run -k $K -o missing/x.spec fix.patch
expect 2 kpb build --dry-run -k $K --set nothing=1 fix.patch
expect 5 kpb build --dry-run -b -k $K fix.patch
files fix.c fix.patch out
