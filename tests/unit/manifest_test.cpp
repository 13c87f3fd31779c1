// SPDX-License-Identifier: GPL-2.0-only
//
// The two descriptions in a package: what must not get from a run into the manifest, and
// modules.conf line by line.
#include "core/pipeline/manifest.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;

namespace {

// A document at the time when the manifest is made, with words of this machine in every field that
// can contain some.
Document full() {
  Document d;
  d.put_text("/schema", "kpb.package/1", "kpb");
  d.put_text("/request/stem", "fix", "kpb");
  d.put_text("/request/kind", "diff", "kpb");
  d.put_text("/request/style", "packed-of-this-run", "kpb");
  d.put_text("/request/formats/-", "rpm-build-of-this-run", "command line");
  d.put_integer("/request/jobs", 424242, "command line");
  d.put_text("/request/source", "/home/builder/tree", "command line");
  d.put_text("/settings/runtime", "none", "command line");
  d.put_integer("/source_date_epoch", 1700000000, "environment");
  d.put_text("/kernel/release", "6.1.0-56-amd64", "running kernel");
  d.put_text("/kernel/arch", "x86_64", "running kernel");
  d.put_text("/inputs/0/name", "fix.patch", "inputs");
  d.put_text("/inputs/0/stored", "inputs/workspace-name", "inputs");
  d.put_text("/inputs/0/sha256", "abc", "inputs");
  d.put_text("/package/name", "kpatch-module-fix", "policy standard");
  d.put_text("/package/version", "1", "default");
  d.put_text("/package/release", "2", "command line");
  d.put_text("/modules/0/name", "kpatch_fix_1_2", "inspection");
  d.put_text("/modules/0/path", "/var/lib/kpatch/6.1.0-56-amd64/kpatch-fix-1-2.ko", "kpb");
  d.put_text("/modules/0/sha256", "0123", "builder kbuild");
  d.put_boolean("/modules/0/replace", true, "builder kbuild");
  d.put_text("/build/module", "out/workspace.ko", "builder kbuild");
  d.put_text("/build/tools/0/name", "gcc", "builder kbuild");
  d.put_text("/build/tools/0/version", "12.2", "builder kbuild");
  d.put_text("/source/steps/-", "make of-this-run", "builder kbuild");
  d.put_text("/sources/0/stored", "packed/workspace-source", "kpb");
  d.put_text("/files/0/path", "/var/lib/kpatch/6.1.0-56-amd64/kpatch-fix-1-2.ko", "kpb");
  d.put_text("/files/0/stored", "packed/workspace-file", "kpb");
  d.put_text("/files/0/sha256", "0123", "kpb");
  d.put_text("/artifacts/0/path", "/tmp/kpb-x/RPMS/workspace.rpm", "backend rpm-build");
  d.put_text("/tools/0/path", "/usr/bin/rpmbuild-of-this-run", "kpb");
  d.put_text("/plugins/0/id", "org.kpb.standard", "kpb");
  return d;
}

} // namespace

TEST_CASE("manifest: nothing of one run or machine gets into it", "[manifest]") {
  const std::string json = package_manifest(full());
  for (const char* word :
       {"workspace", "of-this-run", "424242", "/home/builder", "/tmp", "\"/request/jobs\"",
        "\"/sources", "\"/artifacts", "\"/tools", "\"/build/module\""}) {
    CAPTURE(word, json);
    CHECK(json.find(word) == std::string::npos);
  }
  CollectingSink sink;
  const auto d = Document::parse(json, "manifest.json", sink);
  REQUIRE(d);
  for (const char* path :
       {"/request/formats", "/request/jobs", "/request/source", "/request/style", "/build/module",
        "/source", "/sources", "/artifacts", "/tools", "/inputs/0/stored", "/files/0/stored"}) {
    CAPTURE(path);
    CHECK_FALSE(d->has(path));
  }
  for (const char* path :
       {"/schema", "/request/stem", "/request/kind", "/settings/runtime", "/source_date_epoch",
        "/kernel/release", "/inputs/0/name", "/inputs/0/sha256", "/package/name",
        "/modules/0/sha256", "/modules/0/replace", "/build/tools/0/version", "/files/0/path",
        "/files/0/sha256", "/plugins/0/id"}) {
    CAPTURE(path);
    CHECK(d->has(path));
    CHECK(d->provenance(path) == full().provenance(path));
  }
}

TEST_CASE("manifest: runs that differ in what is not the package's give equal bytes",
          "[manifest]") {
  Document other = full();
  other.put_integer("/request/jobs", 7, "default");
  other.put_text("/request/formats/-", "srpm", "command line");
  other.put_text("/inputs/0/stored", "elsewhere", "kpb");
  other.put_text("/build/module", "elsewhere.ko", "builder kbuild");
  other.put_text("/artifacts/1/path", "/tmp/other", "backend srpm");
  other.remove("/source");
  other.remove("/tools");
  CHECK(package_manifest(other) == package_manifest(full()));
  // And it does not change the document.
  CHECK(other.has("/request/jobs"));
}

TEST_CASE("manifest: an empty build section leaves no trace", "[manifest]") {
  Document d = full();
  d.remove("/build/tools");
  CHECK(package_manifest(d).find("\"build\"") == std::string::npos);
}

TEST_CASE("manifest: modules.conf, line by line", "[manifest]") {
  Document d = full();
  d.put_text("/modules/0/functions/0/object", "vmlinux", "inspection");
  d.put_text("/modules/0/functions/0/name", "cmdline_proc_show", "inspection");
  d.put_integer("/modules/0/functions/0/position", 1, "inspection");
  d.put_text("/modules/0/functions/1/object", "ext4", "inspection");
  d.put_text("/modules/0/functions/1/name", "f.isra.0", "inspection");
  d.put_integer("/modules/0/functions/1/position", 3, "inspection");
  CHECK(modules_conf_text(d) == R"(format=kpb.modules/1
package=kpatch-module-fix
version=1
release=2
kernel=6.1.0-56-amd64
arch=x86_64
stem=fix
module=kpatch_fix_1_2
file=/var/lib/kpatch/6.1.0-56-amd64/kpatch-fix-1-2.ko
sha256=0123
replace=yes
function=vmlinux:cmdline_proc_show:1
function=ext4:f.isra.0:3
)");
}

TEST_CASE("manifest: modules.conf has all that the runtime compares, where it is known",
          "[manifest]") {
  Document d = full();
  d.put_text("/kernel/build_id", "00aa", "prepared kernel");
  d.put_text("/request/on_top_of/name", "base", "command line");
  d.put_text("/request/on_top_of/version", "2:1-3", "command line");
  d.put_text("/package/cves/0", "CVE-2026-1", "command line");
  d.put_text("/package/cves/1", "CVE-2026-2", "command line");
  d.put_text("/modules/0/build_id", "11bb", "inspection");
  d.put_text("/modules/0/vermagic", "6.1.0-56-amd64 SMP mod_unload ", "inspection");
  d.put_text("/modules/0/objects/0/name", "ext4", "prepared kernel");
  d.put_text("/modules/0/objects/0/build_id", "22cc", "prepared kernel");
  d.put_text("/modules/0/objects/1/name", "no_build_id", "prepared kernel");
  d.put_text("/request/states/0", "7", "command line");
  CHECK(modules_conf_text(d) == R"(format=kpb.modules/1
package=kpatch-module-fix
version=1
release=2
kernel=6.1.0-56-amd64
arch=x86_64
stem=fix
kernel-build-id=00aa
on-top-of=base=2:1-3
cve=CVE-2026-1
cve=CVE-2026-2
module=kpatch_fix_1_2
file=/var/lib/kpatch/6.1.0-56-amd64/kpatch-fix-1-2.ko
sha256=0123
build-id=11bb
vermagic=6.1.0-56-amd64 SMP mod_unload 
replace=yes
object=ext4:22cc
state=7
)");
}

TEST_CASE("manifest: modules.conf has the epoch where there is one", "[manifest]") {
  Document d = full();
  CHECK(modules_conf_text(d).find("epoch") == std::string::npos);
  d.put_text("/package/epoch", "3", "command line");
  CHECK(modules_conf_text(d).find("\nepoch=3\n") != std::string::npos);
}

TEST_CASE("manifest: modules.conf says what is not known", "[manifest]") {
  Document d = full();
  d.put_boolean("/modules/0/replace", false, "");
  CHECK(modules_conf_text(d).find("\nreplace=no\n") != std::string::npos);
  d.put_null("/modules/0/replace", "");
  CHECK(modules_conf_text(d).find("\nreplace=unknown\n") != std::string::npos);
  d.put_null("/modules/0/functions", "");
  d.remove("/modules/0/sha256"); // a source package's module does not exist yet
  const std::string text = modules_conf_text(d);
  CHECK(text.find("function=") == std::string::npos);
  CHECK(text.find("sha256=") == std::string::npos);
}
