// SPDX-License-Identifier: GPL-2.0-only
//
// The publish pass in memory: the user's directory always contains a whole file or none, and after
// any failed call no hidden file remains.
#include "core/base/sha256.hpp"
#include "core/pipeline/build.hpp"
#include "memory_world.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <cstring>

using namespace kpb;
using kpb_test::World;

namespace {

// A build whose artifacts were made and verified by the passes before this one.
struct Run {
  explicit Run(std::vector<std::string> names, std::optional<std::string> output = {}) {
    request.arguments = {"fix.patch"};
    request.output = std::move(output);
    if (!names[0].ends_with(".spec"))
      request.backends = {"rpm-build", "srpm"};
    build.emplace(request, world.context);
    Variant variant;
    for (const std::string& name : names) {
      Artifact artifact;
      artifact.format = "rpm-build";
      artifact.name = name;
      artifact.path = "out/" + name;
      artifact.sha256 = sha256_hex("content of " + name);
      REQUIRE(build->workspace.write(artifact.path, "content of " + name));
      REQUIRE(build->workspace.file(artifact.path));
      variant.artifacts.push_back(artifact);
    }
    build->variants.push_back(std::move(variant));
    world.files.calls.clear();
  }
  bool publish() { return publish_artifacts(*build); }
  std::string published(size_t i) const { return build->variants[0].artifacts[i].published; }
  std::string content(const std::string& path) const {
    return world.files.has(path) ? world.files.nodes.at(path).content : "(not there)";
  }

  World world;
  BuildRequest request;
  std::optional<Build> build;
};

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("publish: into the current directory, or the one that was named", "[publish]") {
  Run here({"a.rpm", "b.src.rpm"});
  CHECK(here.publish());
  CHECK(here.world.files.names("/cwd") == Names{"a.rpm", "b.src.rpm"});
  CHECK(here.content("/cwd/a.rpm") == "content of a.rpm");
  CHECK(here.world.files.nodes["/cwd/a.rpm"].mode == 0644);
  CHECK(here.published(0) == "a.rpm");
  for (const char* output : {"out", "out/", "/cwd/out"}) {
    Run there({"a.rpm"}, output);
    there.world.files.directory("out");
    CHECK(there.publish());
    CHECK(there.world.files.names("/cwd/out") == Names{"a.rpm"});
    CHECK(there.world.files.names("/cwd") == Names{"out"});
    CHECK(there.published(0).ends_with("out/a.rpm"));
  }
}

TEST_CASE("publish: one spec under the name that was given, or to standard output", "[publish]") {
  Run file({"a.spec"}, "my.spec");
  CHECK(file.publish());
  CHECK(file.world.files.names("/cwd") == Names{"my.spec"});
  CHECK(file.published(0) == "my.spec");
  Run out({"a.spec"}, "-");
  CHECK(out.publish());
  CHECK(out.published(0) == "-");
  CHECK(out.world.files.calls.empty());
}

TEST_CASE("publish: nothing is visible before all of it is there", "[publish]") {
  Run run({"a.rpm", "b.rpm"});
  CHECK(run.publish());
  size_t last_write = 0;
  size_t first_rename = 0;
  for (size_t i = 0; i < run.world.files.calls.size(); ++i) {
    const std::string& call = run.world.files.calls[i];
    CAPTURE(call);
    if (call.starts_with("write_new")) {
      last_write = i;
      CHECK(call.starts_with("write_new durable ./.kpb-")); // synced, and hidden from *
    }
    if (first_rename == 0 && call.starts_with("rename"))
      first_rename = i;
  }
  CHECK(last_write != 0);
  CHECK(last_write < first_rename);
  CHECK(run.world.files.calls.back() == "sync_directory .");
}

TEST_CASE("publish: an older file is replaced, whole", "[publish]") {
  Run run({"a.rpm"});
  run.world.files.file("a.rpm", "old");
  CHECK(run.publish());
  CHECK(run.content("/cwd/a.rpm") == "content of a.rpm");
}

TEST_CASE("publish: a link of the user's stays and leads to the new file", "[publish]") {
  Run run({"a.spec"}, "link.spec");
  run.world.files.file("/store/real.spec", "old");
  run.world.files.symlink("link.spec", "/store/real.spec");
  CHECK(run.publish());
  CHECK(run.content("/store/real.spec") == "content of a.spec");
  CHECK(run.world.files.nodes["/cwd/link.spec"].type == FileInfo::Type::symlink);
  CHECK(run.world.files.names("/store") == Names{"real.spec"});
}

TEST_CASE("publish: where others can put links, none is followed", "[publish]") {
  Run run({"a.spec"}, "/shared/link.spec");
  run.world.files.directory("/shared", 01777);
  run.world.files.file("/home/victim", "precious");
  run.world.files.symlink("/shared/link.spec", "/home/victim");
  CHECK(run.publish());
  CHECK(run.content("/home/victim") == "precious");
  CHECK(run.world.files.nodes["/shared/link.spec"].type == FileInfo::Type::regular);
  CHECK(run.content("/shared/link.spec") == "content of a.spec");
}

TEST_CASE("publish: the user's umask decides who may read", "[publish]") {
  for (const auto& [mask, mode] : {std::pair{0022U, 0644U}, {0077U, 0600U}, {0002U, 0664U}}) {
    Run run({"a.rpm"});
    run.world.environment.mask = mask;
    CHECK(run.publish());
    CHECK(run.world.files.nodes["/cwd/a.rpm"].mode == mode);
  }
}

TEST_CASE("publish: something else of that name is refused", "[publish]") {
  for (const auto type : {FileInfo::Type::directory, FileInfo::Type::other}) {
    Run run({"a.rpm"});
    run.world.files.put("a.rpm", {type, "", 0755});
    CHECK_FALSE(run.publish());
    CHECK(run.world.code() == "output-write");
    CHECK(run.world.error()->fault == Fault::environment);
    CHECK(run.world.files.names("/cwd") == Names{"a.rpm"});
    CHECK(run.world.files.nodes["/cwd/a.rpm"].type == type);
  }
}

TEST_CASE("publish: what changed after it was verified is not published", "[publish]") {
  Run run({"a.rpm", "b.rpm"});
  run.world.files.nodes["/tmp/kpb-random/out/b.rpm"].content = "something else";
  CHECK_FALSE(run.publish());
  CHECK(run.world.code() == "artifact-changed");
  CHECK(run.world.error()->fault == Fault::verification);
  CHECK(run.world.files.names("/cwd").empty());
  Run gone({"a.rpm"});
  gone.world.files.nodes.erase("/tmp/kpb-random/out/a.rpm");
  CHECK_FALSE(gone.publish());
  CHECK(gone.world.code() == "artifact-changed");
  CHECK(gone.world.files.names("/cwd").empty());
}

TEST_CASE("publish: packages are never written to a file of their directory's name", "[publish]") {
  Run run({"a.rpm", "b.rpm"}, "gone");
  CHECK_FALSE(run.publish());
  CHECK(run.world.code() == "output-write");
  CHECK(run.world.files.names("/cwd").empty());
}

TEST_CASE("publish: an interrupt leaves nothing", "[publish]") {
  Run run({"a.rpm", "b.rpm"});
  run.world.interrupts.number = 2;
  CHECK_FALSE(run.publish());
  CHECK(run.world.files.names("/cwd").empty());
}

TEST_CASE("publish: two runs into one directory have hidden names of their own", "[publish]") {
  Run run({"a.rpm"});
  CHECK(run.publish());
  std::string hidden;
  for (const std::string& call : run.world.files.calls)
    if (call.starts_with("write_new"))
      hidden = base_name(call);
  Run again({"a.rpm"});
  again.world.files.file("/cwd/" + hidden, "another run's");
  // Both runs have the same workspace name here, so their hidden files collide; the other's file is
  // not touched.
  CHECK_FALSE(again.publish());
  CHECK(again.content("/cwd/" + hidden) == "another run's");
  Run other({"b.rpm"});
  other.world.files.file("/cwd/" + hidden, "another run's");
  CHECK(other.publish());
}

TEST_CASE("publish: whatever call fails, no half file and no hidden file stays", "[publish]") {
  const int number = GENERATE(ENOSPC, EACCES, EIO);
  const bool replacing = GENERATE(false, true);
  size_t failures = 0;
  for (size_t call = 1;; ++call) {
    Run run({"a.rpm", "b.rpm"});
    if (replacing) {
      run.world.files.file("a.rpm", "old a");
      run.world.files.file("b.rpm", "old b");
    }
    run.world.files.fail_at = call;
    run.world.files.fail_errno = number;
    const bool good = run.publish();
    if (run.world.files.calls.size() < call)
      break;
    const std::string failed = run.world.files.calls[call - 1];
    CAPTURE(failed, replacing, number);
    size_t renames = 0;
    for (size_t i = 0; i + 1 < call; ++i)
      renames += run.world.files.calls[i].starts_with("rename");
    if (good) {
      // Some calls only check whether something is in the way; the rename would notice it as well.
      CHECK(failed.starts_with("stat "));
      renames = 2;
    } else {
      ++failures;
      REQUIRE(run.world.error() != nullptr);
      const std::string& why = run.world.error()->why;
      CHECK((why == std::strerror(number) ||
             why == "the file that was written reads back differently"));
    }
    // All or nothing. A file that was replaced before the failure stays, new and complete, and is
    // named.
    if (!good && !replacing)
      renames = 0;
    CHECK(run.content("/cwd/a.rpm") == (renames >= 1 ? "content of a.rpm"
                                        : replacing  ? "old a"
                                                     : "(not there)"));
    CHECK(run.content("/cwd/b.rpm") == (renames >= 2 ? "content of b.rpm"
                                        : replacing  ? "old b"
                                                     : "(not there)"));
    CHECK(run.world.files.names("/cwd").size() == (replacing ? 2 : renames));
    const auto& all = run.world.sink.all();
    CHECK(std::count_if(all.begin(), all.end(), [](const auto& d) {
            return d.code == "output-replaced";
          }) == (good ? 0 : static_cast<std::ptrdiff_t>(renames)));
  }
  CHECK(failures >= 10);
}
