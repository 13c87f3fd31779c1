// SPDX-License-Identifier: GPL-2.0-only
//
// What is read from a vmlinux: everything from a good one, and nothing harmful from a bad one.
#include "core/kernel/elf_facts.hpp"
#include "inspect_image.hpp"
#include "memory_filesystem.hpp"

#include <random>

using namespace kpb;
using kpb_test::Image;

namespace {

std::string kernel_file(const std::string& name) {
  return Image::load(std::string(KPB_TEST_SYNTH) + "/kernel/" + name).bytes;
}

std::optional<ElfFacts> facts_of(const std::string& bytes, CollectingSink& sink) {
  kpb_test::MemoryFileSystem files;
  files.file("/f", bytes);
  const auto file = files.open("/f");
  REQUIRE(file);
  return read_elf_facts(**file, "code", "where", sink);
}

ElfFacts good(const std::string& name) {
  CollectingSink sink;
  auto facts = facts_of(kernel_file(name), sink);
  REQUIRE(facts);
  REQUIRE(sink.all().empty());
  return *facts;
}

} // namespace

TEST_CASE("vmlinux: what it says", "[kernel]") {
  const auto facts = good("vmlinux");
  CHECK(facts.machine == "x86_64");
  CHECK(facts.release == "6.12.94");
  CHECK(facts.build_id.size() == 40);
  CHECK(facts.debug_info);
  CHECK(facts.symbols);
  CHECK_FALSE(facts.relocatable);
  CHECK(facts.compiler().find("GCC: (") == 0);
  CHECK(good("vmlinux-release").release == "6.12.95");
  CHECK(good("vmlinux-no-banner").release.empty());
  CHECK_FALSE(good("vmlinux-no-debug").debug_info);
  CHECK_FALSE(good("vmlinux-stripped").symbols);
  CHECK_FALSE(good("vmlinux-stripped").debug_info);
  CHECK(good("vmlinux-aarch64").machine == "aarch64");
  CHECK(good("vmlinux-compiler").compiler() == "GCC: (Other 1.2-3) 1.2.3");
  CHECK(good("vmlinux-no-compiler").compiler().empty());
  const auto module = good("modules/drivers/a-driver.ko");
  CHECK(module.vermagic == "6.12.94");
  CHECK(module.relocatable);
  CHECK(module.release.empty());
}

TEST_CASE("vmlinux: a banner at the seam of two pieces is found", "[kernel]") {
  // .rodata is read in pieces of one MiB.
  Image image = Image::load(std::string(KPB_TEST_SYNTH) + "/kernel/vmlinux");
  const std::string banner = "Linux version 9.8.7 (x) ";
  for (const size_t at :
       {size_t{0}, size_t{1048576} - 5, size_t{1048576} - 200, size_t{1048576} * 2 - 262}) {
    Image copy = image;
    std::string rodata(size_t{3} << 20U, 'x');
    rodata.replace(at, banner.size(), banner);
    copy.set(".rodata", Image::k_offset, 8, copy.bytes.size());
    copy.set(".rodata", Image::k_size, 8, rodata.size());
    copy.bytes += rodata;
    CollectingSink sink;
    const auto facts = facts_of(copy.bytes, sink);
    REQUIRE(facts);
    CHECK(facts->release == "9.8.7");
  }
}

TEST_CASE("vmlinux: what only looks like a banner is none", "[kernel]") {
  for (const char* text : {"Linux version %s (x) ", "Linux version ", "Linux version (6.1) "}) {
    Image image = Image::load(std::string(KPB_TEST_SYNTH) + "/kernel/vmlinux");
    const size_t size = image.get(image.header(".rodata") + Image::k_size, 8);
    std::string rodata = text;
    rodata.resize(size, '\0');
    image.bytes.replace(image.data(".rodata"), size, rodata);
    CollectingSink sink;
    CHECK(facts_of(image.bytes, sink)->release.empty());
  }
}

TEST_CASE("vmlinux: cut and flipped ones are refused or read, never worse", "[kernel]") {
  const std::string bytes = kernel_file("vmlinux");
  for (size_t size = 0; size < bytes.size(); size += size < 200 ? 1 : 97) {
    CollectingSink sink;
    CHECK_FALSE(facts_of(bytes.substr(0, size), sink));
    REQUIRE(sink.all().size() == 1);
    CHECK(sink.all()[0].code == "code");
    CHECK(sink.all()[0].fault == Fault::input);
  }
  std::mt19937 random(4711);
  for (int round = 0; round < 3000; ++round) {
    std::string hostile = bytes;
    const size_t headers = Image{bytes}.get(40, 8);
    for (int i = 0; i < 4; ++i) {
      // Half of the changes are in the headers, where they do most harm.
      const size_t at = round % 2 == 0 ? random() % hostile.size()
                        : i % 2 == 0   ? random() % 64
                                       : headers + random() % (hostile.size() - headers);
      hostile[at] = static_cast<char>(random());
    }
    CollectingSink sink;
    const bool read = facts_of(hostile, sink).has_value();
    REQUIRE(read == sink.all().empty());
  }
}
