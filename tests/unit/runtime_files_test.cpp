// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-reconcile's real files: what others could have changed is not believed and not written, a module
// that was opened stays the one that was opened, and nothing is written into another root.
#include "core/base/sha256.hpp"
#include "core/programs/reconcile/real_world.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <filesystem>

using namespace kpb;
using namespace kpb_test;

namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("runtime files: the module that was checked is the one that is loaded") {
  TemporaryDirectory at;
  const auto path = at.file("m.ko", "checked");
  const runtime::RootDirectory root("");
  const auto file = runtime::real_kernel(root)->open_module(path);
  REQUIRE(file);
  CHECK((*file)->path() == path);
  const auto other = at.file("other.ko", "swapped");
  REQUIRE(::rename(other.c_str(), path.c_str()) == 0);
  CHECK((*file)->sha256().value() == sha256_hex("checked"));
}

TEST_CASE(
    "runtime files: what others could have written is not read, and where they could write nothing is") {
  TemporaryDirectory at;
  const runtime::RootDirectory root("");
  const auto files = runtime::real_files(root);
  std::filesystem::create_directory(at / "d");
  const auto file = at.file("d/file", "text");
  REQUIRE(files->read(file).value() == "text");
  REQUIRE(files->list(at / "d").value() == std::vector<std::string>{"file"});
  REQUIRE(files->replace(file, "new") == 0);
  REQUIRE(files->overwrite(file, "newer") == 0);
  REQUIRE(files->read(file).value() == "newer");

  REQUIRE(::chmod(file.c_str(), 0664) == 0);
  const auto refused = files->read(file);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == EPERM);
  CHECK(refused.error().others);
  CHECK(refused.error().text().find("d/file is writable by others (mode 0664)") !=
        std::string::npos);
  CHECK_FALSE(runtime::real_kernel(root)->open_module(file));
  REQUIRE(::chmod(file.c_str(), 0644) == 0);

  for (const mode_t mode : {mode_t{0777}, mode_t{01777}}) {
    REQUIRE(::chmod((at / "d").c_str(), mode) == 0);
    CHECK((files->list(at / "d").error() == EPERM));
    CHECK(files->replace(file, "x") == EPERM);
    CHECK(files->overwrite(file, "x") == EPERM);
    CHECK(files->remove(file) == EPERM);
    CHECK(files->make_directory(at / "d/e") == EPERM);
    CHECK((files->try_lock(at / "d/lock").error() == EPERM));
  }
  REQUIRE(::chmod((at / "d").c_str(), 0755) == 0);
  CHECK(content(file) == "newer");
  CHECK(files->list(at / "d").value() == std::vector<std::string>{"file"});
}

TEST_CASE("runtime files: a record that is a link is not written through") {
  TemporaryDirectory at;
  const runtime::RootDirectory root("");
  const auto files = runtime::real_files(root);
  const auto target = at.file("target", "keep");
  std::filesystem::create_symlink(target, at / "guard.0");
  CHECK(files->overwrite(at / "guard.0", "x") == ELOOP);
  CHECK((files->try_lock(at / "guard.0").error() == ELOOP));
  CHECK(content(target) == "keep");
  CHECK(files->replace(at / "guard.0", "x") == 0); // by rename: the link is gone
  CHECK(content(target) == "keep");
}

TEST_CASE("runtime files: another root is read as if it were /, and nothing is written there") {
  TemporaryDirectory at;
  std::filesystem::create_directories(at / "root/etc");
  at.file("outside", "host");
  at.file("root/etc/inside", "inside");
  const runtime::RootDirectory root(at / "root");
  if (root.error() == ENOSYS)
    SKIP("this kernel has no openat2");
  REQUIRE(root.error() == 0);
  const auto files = runtime::real_files(root);
  CHECK(files->read("/etc/inside").value() == "inside");
  for (const std::string& target : {at / "outside", std::string("../../outside")}) {
    std::filesystem::remove(at / "root/etc/link");
    std::filesystem::create_symlink(target, at / "root/etc/link");
    CHECK((files->read("/etc/link").error() == ENOENT));
    CHECK((files->look("/etc/link").error() == ENOENT));
    CHECK_FALSE(runtime::real_kernel(root)->open_module("/etc/link"));
  }
  // Nor where the kernel's own word is read.
  std::filesystem::create_symlink(at.path(), at / "root/proc");
  CHECK((files->read("/proc/outside").error() == ENOENT));
  CHECK((files->list("/proc/").error() == ENOENT));
  CHECK(files->replace("/etc/x", "x") == EROFS);
  CHECK(files->overwrite("/etc/x", "x") == EROFS);
  CHECK(files->put("/etc/inside", "x") == EROFS);
  CHECK(files->make_directory("/etc/d") == EROFS);
  CHECK(files->remove("/etc/inside") == EROFS);
  CHECK((files->try_lock("/etc/lock").error() == EROFS));
  CHECK(content(at / "root/etc/inside") == "inside");
  CHECK(runtime::RootDirectory(at / "nowhere").error() == ENOENT);
  CHECK(runtime::RootDirectory(at / "outside").error() == ENOTDIR);
}
