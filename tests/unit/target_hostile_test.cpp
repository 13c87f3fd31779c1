// SPDX-License-Identifier: GPL-2.0-only
//
// Unusable files of the target: cut off, with false claims, of another kind, very large. Each gives
// one error that names the file, quickly. Also the real modules of tests/fixtures with a target
// made for them.
#include "inspect_image.hpp"
#include "target_world.hpp"
#include "temporary_directory.hpp"

#include <chrono>
#include <cstdio>
#include <random>

using kpb_test::ElfMaker;
using kpb_test::Image;
using kpb_test::TargetWorld;

namespace {

// The only error when the file is opened and searched; "" if there is none.
std::string judge(const std::string& bytes, kpb::TargetFiles target = {"/k/vmlinux", "", ""},
                  const std::string& path = "/k/vmlinux") {
  TargetWorld world;
  world.files.file(path, bytes);
  kpb::CollectingSink sink;
  world.facts.functions->push_back({"xfs", "xfs_setattr", 1});
  if (path == "/k/vmlinux")
    world.facts.functions->pop_back();
  const bool ok = kpb::check_target_gates(world.patch.image(), world.facts, target, world.files,
                                          "dir/x.ko", sink);
  REQUIRE(ok == (sink.first_error() == nullptr));
  size_t errors = 0;
  for (const auto& d : sink.all()) {
    if (d.severity != kpb::Severity::error)
      continue;
    ++errors;
    REQUIRE(d.fault == kpb::Fault::input);
    REQUIRE((d.where == path || d.where == "dir/x.ko"));
  }
  // Function and compiler may both not be found, but no more than that.
  REQUIRE(errors <= 2);
  return ok ? "" : sink.first_error()->code;
}

ElfMaker small_vmlinux() {
  ElfMaker maker;
  maker.comment({kpb_test::k_compiler});
  for (uint64_t i = 0; i < 50; ++i)
    maker.function("f" + std::to_string(i), 0x1000 + i);
  maker.function("cmdline_proc_show", 0x100);
  return maker;
}

} // namespace

TEST_CASE("hostile targets: cut at every 64 bytes", "[target][hostile]") {
  const std::string whole = small_vmlinux().image();
  CHECK(judge(whole).empty());
  for (size_t size = 0; size < whole.size(); size += 64) {
    INFO(size << " of " << whole.size());
    // The section table is at the end.
    const std::string code = judge(whole.substr(0, size));
    CHECK(code == (size == 0 ? "target-not-elf" : "target-damaged"));
  }
}

TEST_CASE("hostile targets: a module is held to the same", "[target][hostile]") {
  const std::string whole = ElfMaker(ET_REL).function("xfs_setattr").image();
  const kpb::TargetFiles target{"", "/k/modules", ""};
  CHECK(judge(whole, target, "/k/modules/xfs.ko").empty());
  for (size_t size = 0; size < whole.size(); size += 64) {
    INFO(size);
    CHECK_FALSE(judge(whole.substr(0, size), target, "/k/modules/xfs.ko").empty());
  }
  CHECK(judge("\xfd\x37zXZ...", target, "/k/modules/xfs.ko") == "target-not-elf");
  CHECK(judge(small_vmlinux().image(), target, "/k/modules/xfs.ko") == "target-kind");
}

TEST_CASE("hostile targets: each lie about places and sizes", "[target][hostile]") {
  const Image good{small_vmlinux().image()};
  const uint64_t huge = UINT64_MAX - 8;
  struct Lie {
    const char* section;
    size_t field;
    size_t width;
    uint64_t value;
  };
  const Lie lies[] = {
      {".symtab", Image::k_offset, 8, huge},
      {".symtab", Image::k_offset, 8, good.bytes.size()},
      {".symtab", Image::k_size, 8, huge - 1},
      {".symtab", Image::k_size, 8, 25},
      {".symtab", Image::k_size, 8, 24ULL << 30},
      {".symtab", Image::k_entry_size, 8, 0},
      {".symtab", Image::k_link, 4, 0},
      {".symtab", Image::k_link, 4, 0xffffffff},
      {".symtab", Image::k_flags, 8, SHF_COMPRESSED},
      {".strtab", Image::k_offset, 8, huge},
      {".strtab", Image::k_size, 8, 2},
      {".strtab", Image::k_size, 8, 0},
      {".strtab", Image::k_size, 8, 24ULL << 30},
      {".strtab", Image::k_type, 4, SHT_NOBITS},
      {".strtab", Image::k_type, 4, SHT_SYMTAB},
      {".shstrtab", Image::k_offset, 8, huge},
      {".shstrtab", Image::k_size, 8, 1},
      {".shstrtab", Image::k_type, 4, SHT_PROGBITS},
      {".text", Image::k_name, 4, 0xffffffff},
      {".comment", Image::k_size, 8, huge},
      {".comment", Image::k_size, 8, 1ULL << 21},
      {".comment", Image::k_type, 4, SHT_NOBITS},
  };
  for (const Lie& lie : lies) {
    INFO(lie.section << " field " << lie.field << " is " << lie.value);
    Image bad = good;
    bad.set(lie.section, lie.field, lie.width, lie.value);
    CHECK(judge(bad.bytes) == "target-damaged");
  }
  // In the header: the section table's place, entry size, count, and the index of the names.
  for (const auto& [at, width, value] : {std::tuple<size_t, size_t, uint64_t>{40, 8, huge},
                                         {40, 8, good.bytes.size()},
                                         {58, 2, 63},
                                         {60, 2, 0},
                                         {60, 2, 0xff00},
                                         {60, 2, 0xfeff},
                                         {62, 2, 0xffff},
                                         {4, 1, 1},
                                         {5, 1, 3}}) {
    INFO("header " << at << " is " << value);
    Image bad = good;
    CHECK(judge(bad.put(at, width, value).bytes) == "target-damaged");
  }
  // More than is read of such a section, although the file contains it.
  ElfMaker large;
  large.section(".comment", std::string((1 << 20) + 1, 'c')).function("cmdline_proc_show", 1);
  CHECK(judge(large.image()) == "target-damaged");
  // Names without an end.
  Image open = good;
  const size_t last =
      open.data(".strtab") + open.get(open.header(".strtab") + Image::k_size, 8) - 1;
  CHECK(judge(open.put(last, 1, 'x').bytes) == "target-damaged");
  // A symbol's name outside the name table.
  Image bad = good;
  CHECK(judge(bad.put(bad.data(".symtab") + 48, 4, 0x7fffffff).bytes) == "target-damaged");
}

TEST_CASE("hostile targets: files of another kind", "[target][hostile]") {
  CHECK(judge("MZ\xea\x07 and a packed kernel") == "target-not-elf");
  CHECK(judge(ElfMaker(ET_REL).function("cmdline_proc_show").image()) == "target-kind");
  CHECK(judge(ElfMaker(ET_CORE).image()) == "target-kind");
  Image stripped{small_vmlinux().image()};
  stripped.set(".symtab", Image::k_type, 4, SHT_PROGBITS);
  CHECK(judge(stripped.bytes) == "target-stripped");
  TargetWorld world;
  world.target.vmlinux = "/k/nowhere";
  world.check_refused("target-unreadable", {"No such file"}, "/k/nowhere");
  TargetWorld directory;
  directory.target.modules = "/k/nowhere";
  directory.check_refused("target-unreadable", {"No such file"}, "/k/nowhere");
}

TEST_CASE("hostile targets: bytes changed at random", "[target][hostile]") {
  const Image good{small_vmlinux().image()};
  const unsigned seed = 20240611;
  std::mt19937_64 random(seed);
  size_t survived = 0;
  constexpr size_t rounds = 3000;
  for (size_t round = 0; round < rounds; ++round) {
    INFO("seed " << seed << ", round " << round);
    Image bad = good;
    for (uint64_t n = 1 + random() % 4; n > 0; --n) {
      const size_t reach = std::min<size_t>(bad.bytes.size(), 640);
      const size_t at = random() % 2 == 0 ? random() % 64 : bad.bytes.size() - 1 - random() % reach;
      bad.bytes[at] = static_cast<char>(random());
    }
    survived += judge(bad.bytes).empty();
  }
  CHECK(survived > rounds / 50);
  CHECK(survived < rounds * 9 / 10);
}

TEST_CASE("hostile targets: work stays in proportion", "[target][hostile]") {
  // Many symbols share one long name; a copy of it for each would need gigabytes.
  ElfMaker maker;
  maker.comment({kpb_test::k_compiler});
  maker.function("cmdline_proc_show", 1);
  for (size_t i = 0; i < 100000; ++i)
    maker.function("", i);
  maker.function(std::string(4000000, 'a'), 1);
  Image image{maker.image()};
  const size_t table = image.data(".symtab");
  for (size_t i = 2; i < 100002; ++i)
    image.put(table + 24 * i, 4, 40);
  const auto start = std::chrono::steady_clock::now();
  CHECK(judge(image.bytes).empty());
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  CHECK(spent.count() < 3.0);
}

TEST_CASE("hostile targets: a module that refers to more than any live patch",
          "[target][hostile]") {
  TargetWorld world;
  for (size_t i = 0; i <= 100000; ++i)
    world.patch.livepatch(".klp.sym.vmlinux.s" + std::to_string(i) + ",0");
  world.check_refused("module-damaged", {"more than 100000 symbols"});
}

TEST_CASE("a vmlinux with 300 MB of debug information is not read whole", "[target]") {
  kpb_test::TemporaryDirectory directory;
  ElfMaker maker;
  maker.comment({kpb_test::k_compiler});
  for (uint64_t i = 0; i < 150000; ++i)
    maker.function("some_function_of_the_kernel_" + std::to_string(i), 0x1000 + 16 * i);
  maker.function("cmdline_proc_show", 0x100);
  maker.write(directory / "vmlinux", 300ULL * 1024 * 1024);
  TargetWorld world;
  const auto files = kpb::make_real_filesystem();
  kpb::CollectingSink sink;
  const auto start = std::chrono::steady_clock::now();
  const bool ok = kpb::check_target_gates(world.patch.image(), world.facts,
                                          {directory / "vmlinux", "", ""}, *files, "x.ko", sink);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  std::fprintf(stderr, "gates against a vmlinux of 300 MB: %.0f ms\n", spent.count() * 1000);
  CHECK(ok);
  CHECK(sink.all().empty());
  CHECK(spent.count() < 1.0);
}

TEST_CASE("the real modules fit a target that has what they use", "[target]") {
  for (const char* name : {"klp-livepatch-test", "livepatch-two"}) {
    INFO(name);
    const Image image = Image::fixture(name);
    const auto read = kpb_test::read(image);
    REQUIRE(read.facts);
    TargetWorld world;
    world.vmlinux.function("version_proc_show", 0x1100).data("linux_proc_banner", 0x9100);
    world.symvers.clear();
    for (const char* symbol :
         {"__kmalloc_noprof", "klp_find_section_by_name", "klp_enable_patch", "kfree", "__fentry__",
          "_printk", "seq_write", "__seq_puts", "const_pcpu_hot", "strcmp", "seq_printf"})
      world.symvers += std::string("0x00000000\t") + symbol + "\tvmlinux\tEXPORT_SYMBOL_GPL\t\n";
    world.files.file("/k/vmlinux", world.vmlinux.image());
    world.files.file("/k/Module.symvers", world.symvers);
    world.files.directory("/k/modules");
    const auto codes = [&] {
      kpb::CollectingSink sink;
      kpb::check_target_gates(image.bytes, *read.facts, world.target, world.files, "x.ko", sink);
      std::vector<std::string> out;
      for (const auto& d : sink.all())
        out.push_back(d.code);
      return out;
    };
    CHECK(codes().empty());
    // And with one thing missing of each kind.
    world.files.file("/k/Module.symvers",
                     world.symvers.substr(0, world.symvers.find("0x00000000\t_printk")));
    world.files.file("/k/vmlinux", ElfMaker().comment({"clang"}).function("x").image());
    auto all = codes();
    CHECK(std::count(all.begin(), all.end(), "target-function") ==
          static_cast<long>(read.facts->functions->size()));
    CHECK(std::count(all.begin(), all.end(), "target-klp-symbol") >= 1);
    CHECK(std::count(all.begin(), all.end(), "target-undefined") >= 3);
    CHECK(std::count(all.begin(), all.end(), "target-compiler") == 1);
  }
}
