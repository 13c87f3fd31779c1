// SPDX-License-Identifier: GPL-2.0-only
//
// What is read from modules: real ones of both builders, and synthetic ones for forms that these do
// not have. Refusals are in inspect_module_refusal_test.cpp.
#include "inspect_image.hpp"

using kpb::Callback;
using kpb::ModuleFacts;
using kpb::PatchedFunction;
using kpb_test::Image;

namespace {

using Functions = std::vector<PatchedFunction>;
using Callbacks = std::vector<Callback>;

// What tests/fixtures/synth/{kpatch,klp}_form.c patch.
const Functions k_synth_functions = {{"vmlinux", "uptime_proc_show", 1},
                                     {"vmlinux", "do_one.isra.0", 3},
                                     {"kpbfs", "kpbfs_open", 1}};
const Callbacks k_synth_klp_callbacks = {{"kpbfs", "pre_patch"},
                                         {"kpbfs", "post_unpatch"},
                                         {"kpb_net", "post_patch"},
                                         {"kpb_net", "pre_unpatch"}};
const Callbacks k_synth_kpatch_callbacks = {
    {"vmlinux", "pre_patch"}, {"kpbfs", "pre_patch"}, {"kpbfs", "post_unpatch"}};

ModuleFacts facts_of(const Image& image) {
  auto out = kpb_test::read(image);
  INFO(out.text());
  REQUIRE(out.facts);
  return *out.facts;
}

ModuleFacts synth(const std::string& name) { return facts_of(Image::synth(name)); }

} // namespace

TEST_CASE("kpatch-build says where it found a function", "[inspect]") {
  const auto functions = *facts_of(Image::fixture("livepatch-two")).functions;
  REQUIRE(functions.size() == 2);
  CHECK(functions[0].old_address == 0xffffffff8120c3e0);
  CHECK(functions[1].old_address == 0xffffffff8120d930);
  CHECK((*synth("klp").functions)[0].old_address == 0);
}

TEST_CASE("a position of 0 is the first, and says that there is no second", "[inspect]") {
  for (const char* name : {"kpatch", "klp"}) {
    INFO(name);
    const auto functions = *synth(name).functions;
    REQUIRE(functions.size() == 3);
    CHECK(functions[0].position == 1);
    CHECK(functions[0].must_be_unique);
    CHECK_FALSE(functions[1].must_be_unique);
    CHECK(functions[2].position == 1);
    CHECK_FALSE(functions[2].must_be_unique);
  }
}

TEST_CASE("a module of klp-build", "[inspect]") {
  const ModuleFacts facts = facts_of(Image::fixture("klp-livepatch-test"));
  CHECK(facts.machine == "x86_64");
  CHECK(facts.e_machine == 62);
  CHECK(facts.relocatable);
  CHECK(facts.livepatch);
  CHECK(facts.modinfo_name == "out_livepatch_test_1_1");
  CHECK(facts.this_module_name == "out_livepatch_test_1_1");
  CHECK(facts.name() == "out_livepatch_test_1_1");
  CHECK(facts.vermagic == "7.2.13-kpbtest SMP preempt mod_unload ");
  CHECK(facts.kernel_release() == "7.2.13-kpbtest");
  CHECK(facts.depends == "");
  CHECK(facts.format == "klp-build");
  CHECK(facts.functions == Functions{{"vmlinux", "cmdline_proc_show", 1}});
  CHECK(facts.callbacks == Callbacks{});
  CHECK_FALSE(facts.forced);
  CHECK_FALSE(facts.signature);
  CHECK(facts.jump_table_sections.empty());
  CHECK(facts.build_id == "c866a11777e65cf889bcb21377f4a2935b6e8c16");
  REQUIRE(facts.modinfo.size() == 11);
  CHECK(facts.modinfo[0] == std::pair<std::string, std::string>("description", "Livepatch module"));
  CHECK(facts.modinfo[8].second == "");
}

TEST_CASE("a module of kpatch-build", "[inspect]") {
  const ModuleFacts facts = facts_of(Image::fixture("livepatch-two"));
  CHECK(facts.machine == "x86_64");
  CHECK(facts.livepatch);
  CHECK(facts.name() == "livepatch_two");
  CHECK(facts.this_module_name == "livepatch_two");
  CHECK(facts.kernel_release() == "6.12.107-kpbtest");
  CHECK(facts.format == "kpatch-build");
  CHECK(facts.functions ==
        Functions{{"vmlinux", "cmdline_proc_show", 1}, {"vmlinux", "version_proc_show", 1}});
  CHECK(facts.callbacks == Callbacks{});
  CHECK_FALSE(facts.forced);
  CHECK(facts.build_id->size() == 40);
}

TEST_CASE("kpatch-build's form with all that it can say", "[inspect]") {
  const ModuleFacts bare = synth("kpatch");
  CHECK(bare.format == "kpatch-build");
  CHECK(bare.functions == k_synth_functions);
  CHECK(bare.callbacks == Callbacks{});
  CHECK_FALSE(bare.forced);

  const ModuleFacts full = synth("kpatch-full");
  CHECK(full.functions == k_synth_functions);
  CHECK(full.callbacks == k_synth_kpatch_callbacks);
  CHECK(full.forced);
}

TEST_CASE("one forced function without the linker script's padding", "[inspect]") {
  Image image = Image::synth("kpatch-full");
  image.set(".kpatch.force", Image::k_size, 8, 8);
  CHECK(facts_of(image).forced);
}

TEST_CASE("klp-build's form under both names", "[inspect]") {
  for (const char* name : {"klp", "klp-first"}) {
    INFO(name);
    const ModuleFacts facts = synth(name);
    CHECK(facts.format == "klp-build");
    CHECK(facts.functions == k_synth_functions);
    CHECK(facts.callbacks == k_synth_klp_callbacks);
  }
}

TEST_CASE("strings behind section symbols, named ones and local ones", "[inspect]") {
  for (const char* name : {"kpatch-named", "kpatch-local", "klp-named", "klp-local"}) {
    INFO(name);
    CHECK(synth(name).functions == k_synth_functions);
  }
}

TEST_CASE("relocations in any order", "[inspect]") {
  Image image = Image::synth("kpatch");
  const size_t first = image.data(".rela.kpatch.funcs");
  const size_t last = first + 8 * 24;
  const std::string entry = image.bytes.substr(first, 24);
  image.bytes.replace(first, 24, image.bytes.substr(last, 24));
  image.bytes.replace(last, 24, entry);
  CHECK(facts_of(image).functions == k_synth_functions);
}

TEST_CASE("the empty klp sections of Linux 6.19 say nothing", "[inspect]") {
  const ModuleFacts facts = synth("kpatch-relics");
  CHECK(facts.format == "kpatch-build");
  CHECK(facts.functions == k_synth_functions);
}

TEST_CASE("big-endian modules", "[inspect]") {
  const ModuleFacts kpatch = synth("kpatch-s390x");
  CHECK(kpatch.machine == "s390x");
  CHECK(kpatch.e_machine == 22);
  CHECK(kpatch.relocatable);
  CHECK(kpatch.functions == k_synth_functions);
  CHECK(kpatch.callbacks == k_synth_kpatch_callbacks);
  CHECK(kpatch.forced);
  CHECK(kpatch.build_id == synth("kpatch-full").build_id);

  const ModuleFacts klp = synth("klp-s390x");
  CHECK(klp.functions == k_synth_functions);
  CHECK(klp.callbacks == k_synth_klp_callbacks);
}

TEST_CASE("architectures by their ELF number and byte order", "[inspect]") {
  const std::pair<unsigned, const char*> machines[] = {
      {62, "x86_64"}, {183, "aarch64"}, {21, "ppc64le"}, {258, ""}, {22, ""}};
  for (const auto& [number, name] : machines) {
    INFO(number);
    const ModuleFacts facts = facts_of(Image::synth("plain").put(18, 2, number));
    CHECK(facts.machine == name);
    CHECK(facts.e_machine == number);
  }
}

TEST_CASE("a hand-written module says nothing of its functions", "[inspect]") {
  const ModuleFacts facts = synth("plain");
  CHECK(facts.livepatch);
  CHECK(facts.format.empty());
  CHECK_FALSE(facts.functions);
  CHECK_FALSE(facts.callbacks);
}

TEST_CASE("what a module does not say is absent", "[inspect]") {
  const ModuleFacts facts = synth("name-absent");
  CHECK_FALSE(facts.name());
  CHECK_FALSE(facts.depends);
  const ModuleFacts old = synth("name-old-kernel");
  CHECK_FALSE(old.modinfo_name);
  CHECK(old.name() == "synth");
  CHECK_FALSE(synth("not-livepatch").livepatch);
  CHECK_FALSE(synth("livepatch-no").livepatch);
  ModuleFacts none;
  CHECK_FALSE(none.kernel_release());
  none.vermagic = " SMP";
  CHECK_FALSE(none.kernel_release());
}

TEST_CASE("sections for jump labels are listed", "[inspect]") {
  CHECK(synth("jump-table").jump_table_sections ==
        std::vector<std::string>{".klp.rela.vmlinux.__jump_table"});
}

TEST_CASE("a linked file is read, and said to be no relocatable one", "[inspect]") {
  CHECK_FALSE(synth("linked").relocatable);
}

TEST_CASE("signatures", "[inspect]") {
  const size_t plain = Image::synth("plain").bytes.size();
  const auto once = synth("signed").signature;
  REQUIRE(once);
  CHECK(once->size == 16);
  CHECK(once->elf_size == plain);
  CHECK(once->id_type == 2);
  CHECK_FALSE(once->stacked);

  const auto twice = synth("signed-twice").signature;
  REQUIRE(twice);
  CHECK(twice->elf_size == plain + 56);
  CHECK(twice->stacked);

  // In the X.509 form, the signer's name and key id precede the signature.
  Image old = Image::synth("signed");
  const size_t info = old.bytes.size() - 40;
  old.bytes.insert(info, "SIGNERkeyid");
  old.put(info + 11, 5, 0x0506010402);
  const auto x509 = facts_of(old).signature;
  REQUIRE(x509);
  CHECK(x509->id_type == 1);
  CHECK(x509->elf_size == plain);
}

TEST_CASE("zeros behind the ELF data are padding", "[inspect]") {
  Image image = Image::synth("plain");
  image.bytes.append(13, '\0');
  CHECK(facts_of(image).livepatch);
}
