// SPDX-License-Identifier: GPL-2.0-only
//
// What a live-patch module says about itself. Everything here was read out of the ELF file; what a
// module does not say is absent (nullopt), never guessed. The replace flag is in no ELF metadata at
// all (it is a constant inside init code), so it has no place here.
#ifndef KPB_CORE_INSPECT_MODULE_FACTS_HPP
#define KPB_CORE_INSPECT_MODULE_FACTS_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpb {

struct PatchedFunction {
  std::string object;   // "vmlinux" or the module's name
  std::string function; // as kallsyms has it
  // Occurrence in the object, 1-based; the ELF's 0 ("unique") is written as 1.
  uint64_t position = 1;
  // The ELF said 0: the kernel takes it only where the object has no second symbol of that name.
  bool must_be_unique = false;
  // Where the builder found it in its vmlinux (kpatch-build); 0 where it does not say.
  uint64_t old_address = 0;

  // Which function it is; how the file finds it is no part of that.
  bool operator==(const PatchedFunction& other) const {
    return object == other.object && function == other.function && position == other.position;
  }
};

struct Callback {
  std::string object;
  std::string hook; // "pre_patch", "post_patch", "pre_unpatch" or "post_unpatch"

  bool operator==(const Callback&) const = default;
};

// The trailer that scripts/sign-file appends. Presence and form only; nothing is verified.
struct ModuleSignature {
  uint64_t size = 0;     // of the PKCS#7 data
  uint64_t elf_size = 0; // bytes in front of it
  unsigned id_type = 0;  // 2 is PKCS#7
  bool stacked = false;  // the signed part ends in another signature: signed twice
};

struct ModuleFacts {
  std::string machine; // canonical architecture name; "" for one that kpb does not know
  unsigned e_machine = 0;
  bool relocatable = false;
  bool livepatch = false;                      // modinfo livepatch=Y
  std::optional<std::string> modinfo_name;     // modinfo name= (kernels since 4.13)
  std::optional<std::string> this_module_name; // .gnu.linkonce.this_module
  std::optional<std::string> vermagic;         // the whole string, as written
  std::optional<std::string> depends;
  std::vector<std::pair<std::string, std::string>> modinfo; // all of it, in order
  std::string format; // "kpatch-build", "klp-build" or "" (hand-written: functions unknown)
  std::optional<std::vector<PatchedFunction>> functions;
  std::optional<std::vector<Callback>> callbacks;
  bool shadow_variables = false; // it uses the kernel's klp_shadow_ functions
  bool reads_states = false;     // it asks for klp states; which ones it changes stands nowhere
  bool forced = false;           // kpatch-build's KPATCH_FORCE_UNSAFE was used
  std::optional<ModuleSignature> signature;
  std::vector<std::string> jump_table_sections; // .klp.*__jump_table
  std::optional<std::string> build_id;          // GNU build-id note, hex

  // The kernel release that the module was built for: vermagic's first word.
  std::optional<std::string> kernel_release() const;
  // The module's own name: modinfo's, else this_module's.
  std::optional<std::string> name() const;
};

} // namespace kpb

#endif
