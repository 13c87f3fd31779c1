// SPDX-License-Identifier: GPL-2.0-only
//
// What a live-patch module says about itself. Everything here was read from the ELF file; what a
// module does not say is absent (nullopt), never guessed. The replace flag is not here, because it
// is in no ELF metadata: it is a constant inside init code.
#ifndef KPB_CORE_INSPECT_MODULE_FACTS_HPP
#define KPB_CORE_INSPECT_MODULE_FACTS_HPP

#include <kpb/sdk/views.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpb {

// `name` as in kallsyms; the ELF file's position 0 ("unique") becomes 1.
struct PatchedFunction : views::Function {
  // The ELF file said 0: the kernel accepts that only if the object has no second symbol of that
  // name.
  bool must_be_unique = false;
  // The function's address in the builder's vmlinux (kpatch-build only); 0 if unknown.
  uint64_t old_address = 0;
};

using views::Callback;

// The trailer that scripts/sign-file appends. Only its form is read; nothing is verified.
struct ModuleSignature {
  uint64_t size = 0;     // of the PKCS#7 data
  uint64_t elf_size = 0; // size of the module before the signature
  unsigned id_type = 0;  // 2 is PKCS#7
  bool stacked = false;  // the signed part ends with another signature: it was signed twice
};

struct ModuleFacts {
  std::string machine; // canonical architecture name; "" if kpb does not know it
  unsigned e_machine = 0;
  bool relocatable = false;
  bool livepatch = false;                      // modinfo livepatch=Y
  std::optional<std::string> modinfo_name;     // modinfo name= (kernels since 4.13)
  std::optional<std::string> this_module_name; // .gnu.linkonce.this_module
  std::optional<std::string> vermagic;         // the whole string, as written
  std::optional<std::string> depends;
  std::vector<std::pair<std::string, std::string>> modinfo; // all of it, in order
  std::string format; // "kpatch-build", "klp-build", or "" (hand-written: functions unknown)
  std::optional<std::vector<PatchedFunction>> functions;
  std::optional<std::vector<Callback>> callbacks;
  bool shadow_variables = false; // uses the kernel's klp_shadow_ functions
  bool reads_states = false; // calls klp_get_state(); the states that it changes are not recorded
  bool forced = false;       // built with kpatch-build's KPATCH_FORCE_UNSAFE
  std::optional<ModuleSignature> signature;
  std::vector<std::string> jump_table_sections; // .klp.*__jump_table
  std::optional<std::string> build_id;          // GNU build-id note, hex

  // The kernel release that the module was built for: the first word of vermagic.
  std::optional<std::string> kernel_release() const;
  // The module's own name: from modinfo, otherwise from this_module.
  std::optional<std::string> name() const;
};

} // namespace kpb

#endif
