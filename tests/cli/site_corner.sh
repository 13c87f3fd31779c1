#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What a site's policies put below /x/REVERSE.DNS gets into the package unchanged and has no other
# effect: `kpb verify` accepts the package, and except for its manifest it is the same as one made
# without.
. "$(dirname "$0")/common.inc"
tool g++
tool rpm2cpio
K=6.1.0-56-amd64

mkdir plugins
cat >corner.cpp <<'CPP'
#include <kpb/sdk.hpp>
namespace sdk = kpb::sdk;
class Corner : public sdk::Policy {
  void name(const sdk::Host&, const sdk::Document&, const sdk::Sink& out) override {
    out.put("/x/com.example/ticket", "T-1");
  }
  void describe(const sdk::Host&, const sdk::Document& document, const sdk::Sink& out) override {
    out.put("/x/com.example/ticket", std::string(document.text("/x/com.example/ticket")) + "23");
    out.put("/x/com.example/review/by/-", "A. Reader");
    out.put_boolean("/x/com.example/review/done", true);
    const std::string entry = out.append("/x/com.example/list");
    out.put_integer(entry + "/number", 7);
    out.put(entry + "/nothing", sdk::kind_value(KPB_KIND_NULL));
  }
};
KPB_EXPORT_POLICY("com.example.corner", "1.0", "corner", Corner);
CPP
g++ -std=c++17 -fPIC -shared -I"$KPB_PREFIX/include" corner.cpp -o plugins/corner.so || fail "the policy cannot be built"

pack() { expect 0 kpb build -q -b -k $K --replace --name fix --module "$KPB_SYNTH/plain.ko" "$@"; }
rpm=kpatch-module-fix-$K-1-1.x86_64.rpm
pack
mv "$rpm" plain.rpm
pack --plugin-dir plugins -p standard -p corner
expect 0 kpb verify "$rpm"
unpack "$rpm" with
unpack plain.rpm without
python3 - with without <<'PYTHON'
import glob, json, os, sys
trees = []
for top in sys.argv[1:]:
    tree = {}
    for folder, _, files in os.walk(top):
        for name in files:
            path = os.path.join(folder, name)
            tree[os.path.relpath(path, top)] = open(path, "rb").read()
    trees.append(tree)
(manifest,) = [path for path in trees[0] if path.endswith("manifest.json")]
told, other = (json.loads(tree.pop(manifest)) for tree in trees)
assert trees[0] == trees[1], "more than the manifest differs"
assert told.pop("x") == {"com.example": {"ticket": "T-123", "review": {"by": ["A. Reader"], "done": True},
                                         "list": [{"number": 7, "nothing": None}]}}, told
assert told["provenance"].pop("/x") == "policy corner", told["provenance"]
assert {p["id"] for p in told.pop("plugins")} - {p["id"] for p in other.pop("plugins")} == {"com.example.corner"}
assert told == other, "the document differs elsewhere"
PYTHON
