#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# --json: one document on standard output and nothing else, whatever happens, with the exit status
# and all messages in it; and what it states about files is true.
. "$(dirname "$0")/common.inc"

K=6.1.0-56-amd64
cp "$KPB_FIXTURES/livepatch-test.patch" fix.patch
mkdir out

cat >"$top/check.py" <<'PYTHON'
import hashlib, json, os, sys
status, said, command = int(sys.argv[1]), open(sys.argv[3]).read(), sys.argv[4]
told = json.load(open(sys.argv[2]))  # a second document would be an error here
assert told["schema"] == "kpb.result/1" and told["command"] == command, told
assert told["status"] == status, told["status"]
errors = [d for d in told["diagnostics"] if d["severity"] == "error"]
assert bool(errors) == (status != 0), told["diagnostics"]
for d in told["diagnostics"]:
    assert set(d) == {"severity", "code", "origin", "message", "hint"}, d
    assert d["code"] and d["origin"] and d["message"], d
    assert d["message"] in said, "people are not told: " + d["message"]
    assert "\n" not in d["hint"] and "\033" not in d["message"], d
for artifact in told.get("artifacts", []):
    assert artifact["format"] and artifact["name"], artifact
    if "path" in artifact:
        assert os.path.basename(artifact["path"]) == artifact["name"], artifact
        assert artifact["sha256"] == hashlib.sha256(open(artifact["path"], "rb").read()).hexdigest(), artifact
    else:
        assert status != 0, artifact
for package in told.get("packages", []):
    assert package["schema"] == "kpb.package/1" and package["provenance"], package
PYTHON
# json STATUS COMMAND ARGUMENTS...
json() {
	status=$1 command=$2
	shift 2
	expect "$status" kpb "$command" --json "$@"
	python3 "$top/check.py" "$status" "$out" "$err" "$command" || fail "kpb $command --json $*: $(cat "$out")"
}

json 0 build -k $K fix.patch
json 0 build -B srpm -B rpm-spec -k $K fix.patch -o out
json 0 build -B srpm -B rpm-build -k $K --replace --module "$KPB_SYNTH/plain.ko" -o out
python3 - "$out" <<'PYTHON'
import json, sys
told = json.load(open(sys.argv[1]))
assert [a["format"] for a in told["artifacts"]] == ["srpm", "rpm-build"], told["artifacts"]
assert len(told["packages"]) == 1
assert [d["code"] for d in told["diagnostics"]] == ["gate-name-differs"], told["diagnostics"]
assert any(t["name"] == "rpmbuild" for t in told["packages"][0]["tools"]), told["packages"][0]["tools"]
PYTHON
rpm=out/kpatch-module-plain-$K-1-1.x86_64.rpm

# A terminal must not interpret a name, wherever the document is shown; it remains the same name.
expect 2 kpb verify --json "$(printf 'a\177\302\233b\342\200\256.ko')"
LC_ALL=C grep -q "$(printf '[\177\302\342]')" "$out" && fail "raw control bytes: $(cat -v "$out")"
says "$out" '"a\u007f\u009bb\u202e.ko"'
expect 0 kpb build --json -k $K --summary "$(printf 'caf\303\251')" fix.patch
says "$out" "$(printf 'caf\303\251')"

# Every part can fail.
json 2 build --frobnicate fix.patch
json 2 build -k
json 2 build --color sometimes fix.patch
json 2 build -k el9 --epoch one fix.patch
json 2 build -k $K missing.patch
json 2 build -p standrad -k $K fix.patch
json 3 build --plugin-dir /tmp -k $K fix.patch
json 2 build -b -k 6.1.0-57-amd64 --replace --module "$KPB_SYNTH/plain.ko"
json 5 build -b -k $K fix.patch
printf '#error no\n' >fix.c
json 1 build -b -k 5.14.0-362.8.1.el9_3 --replace --source "$KPB_FIXTURES/kernel-tree" fix.c
json 2 build -b -k $K --replace --module "$KPB_SYNTH/plain.ko" -o missing
mkdir -p site/rpm
sed 's/^Summary:.*/Summary: another/' "$KPB_PREFIX/share/kpb/templates/rpm/package.spec" >site/rpm/package.spec
json 4 build -k $K --template-dir site fix.patch

json 0 inspect "$KPB_SYNTH/plain.ko" "$rpm"
json 2 inspect missing.ko "$KPB_SYNTH/plain.ko"
python3 -c 'import json, sys; assert len(json.load(open(sys.argv[1]))["files"]) == 1' "$out"
json 2 inspect
json 0 verify "$rpm" "$KPB_SYNTH/plain.ko"
json 2 verify "$KPB_SYNTH/depends.ko"
printf x >>"$rpm"
json 4 verify "$rpm"
json 0 plugins list
json 0 plugins show standard
json 2 plugins show standrad
json 2 plugins
