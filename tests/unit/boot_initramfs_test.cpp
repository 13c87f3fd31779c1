// SPDX-License-Identifier: GPL-2.0-only
//
// Tests the bytes of the guest's file system and of the kernel image.
#include "core/boot/initramfs.hpp"
#include "core/boot/kernel_image.hpp"
#include "memory_filesystem.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using kpb::Initramfs;

namespace {

// The beginning of a bzImage for that release.
std::string image(const std::string& version) {
  std::string out(0x1000, '\0');
  out.replace(0x1fe, 2, "\x55\xaa");
  out.replace(0x202, 4, "HdrS");
  out.replace(0x20e, 2, std::string("\x00\x08", 2)); // 0x800 + 0x200
  out.replace(0xa00, version.size(), version);
  return out;
}

// The release that was read, or why the image was refused.
std::string read(const std::string& content) {
  kpb_test::MemoryFileSystem files;
  REQUIRE(files.write_new("/cwd/k", content, 0644, false));
  kpb::CollectingSink sink;
  const auto found = kpb::read_kernel_image(files, "/cwd/k", sink);
  return found ? found->release : sink.first_error()->why;
}

} // namespace

TEST_CASE("initramfs: what goes in, with its parents and a console", "[boot]") {
  kpb_test::MemoryFileSystem files;
  Initramfs root;
  REQUIRE(root.add_file("/var/lib/x.ko", "ELF", 0644));
  REQUIRE(root.add_link("/lib", "usr/lib"));
  REQUIRE(root.write(files, "/cwd/out"));
  const auto content = files.read("/cwd/out", 1 << 20);
  REQUIRE(content);
  size_t at = 0;
  for (const char* name :
       {"dev", "dev/console", "lib", "var", "var/lib", "var/lib/x.ko", "TRAILER!!!"}) {
    CAPTURE(name);
    const size_t found = content->find(std::string(name) + '\0', at);
    CHECK(found != std::string::npos);
    CHECK(found >= at);
    at = found;
  }
  CHECK(content->substr(0, 6) == "070701");
}

TEST_CASE("initramfs: the same content gives the same bytes", "[boot]") {
  kpb_test::MemoryFileSystem files;
  Initramfs one, other;
  CHECK(one.add_file("/a", "1", 0644));
  CHECK(one.add_file("/b", "2", 0755));
  CHECK(other.add_file("/b", "2", 0755));
  CHECK(other.add_file("/a", "1", 0644));
  REQUIRE(one.write(files, "/cwd/one"));
  REQUIRE(other.write(files, "/cwd/other"));
  CHECK(files.read("/cwd/one", 1 << 20).value() == files.read("/cwd/other", 1 << 20).value());
}

TEST_CASE("initramfs: paths that cannot be, or are taken", "[boot]") {
  Initramfs root;
  REQUIRE(root.add_file("/a/b", "1", 0644));
  CHECK(root.add_file("/a/b", "1", 0644)); // the same again
  CHECK_FALSE(root.add_file("/a/b", "2", 0644));
  CHECK_FALSE(root.add_file("/a", "1", 0644));
  CHECK_FALSE(root.add_file("/a/b/c", "1", 0644));
  for (const char* path : {"", "/", "a", "/../x", "/x/..", "/x//y", "/x/./y", "/x/"})
    CHECK_FALSE(root.add_file(path, "1", 0644));
}

TEST_CASE("initramfs: a full disk is told", "[boot]") {
  kpb_test::MemoryFileSystem files;
  files.fail_at = 1; // the first call, which writes
  files.fail_errno = ENOSPC;
  Initramfs root;
  REQUIRE(root.add_file("/a", "1", 0644));
  const auto written = root.write(files, "/cwd/out");
  REQUIRE_FALSE(written);
  CHECK(written.error().number == ENOSPC);
}

TEST_CASE("kernel image: the release in its header", "[boot]") {
  CHECK(read(image("6.1.0-56-amd64 (x@y) #1 SMP")) == "6.1.0-56-amd64");
  CHECK(read(image("6.12.107-kpbtest")) == "6.12.107-kpbtest");
}

TEST_CASE("kernel image: what is none", "[boot]") {
  const std::string content = GENERATE(std::string(), std::string("\177ELF"),
                                       std::string(0x1000, 'x'), image("6.1").substr(0, 0x20f));
  CHECK(read(content) == "it is not an x86 bzImage, and boot-test can boot nothing else");
}

TEST_CASE("kernel image: one that does not say what it is", "[boot]") {
  const std::string content = GENERATE(image(""), image(std::string(200, '6')), image("6.1\x1b[2J"),
                                       image("6.1").substr(0, 0x900)); // cut off before the name
  CHECK(read(content) == "its header does not contain the kernel's release");
}
