// SPDX-License-Identifier: GPL-2.0-only
//
// See target_gates.hpp. The order of the gates, and the gate for the compiler.
#include "core/inspect/target/target_gates.hpp"

#include "core/base/text.hpp"
#include "core/inspect/target/gate_parts.hpp"

#include <algorithm>
#include <vector>

namespace kpb {

namespace {

constexpr uint64_t k_longest_comment = 1024 * 1024;

std::string listed(const std::set<std::string>& strings) {
  constexpr size_t shown_at_most = 3;
  std::vector<std::string> out;
  for (const std::string& text : strings)
    if (out.size() < shown_at_most)
      out.push_back(shown(text));
  if (strings.size() > shown_at_most)
    out.push_back(std::to_string(strings.size() - shown_at_most) + " more");
  return join(out, ", ");
}

// Another compiler inlines and splits other functions and lays out structures differently. The
// kernel may have more such strings than the module, from the assembler, the linker and Rust.
bool check_compiler(const TargetGate& gate, const TargetElf& kernel) {
  const auto section = kernel.section(".comment", k_longest_comment, gate.sink);
  if (!section)
    return false;
  const auto theirs = comment_strings(*section);
  const auto& ours = gate.references.compilers;
  if (ours.empty() || theirs.empty()) {
    warn(gate.sink, {.code = "target-compiler-unknown",
                     .where = gate.where,
                     .what = std::string(ours.empty() ? "the module" : "the target's vmlinux") +
                             " does not name its compiler",
                     .why = "so it was not checked whether both were made by the same compiler"});
    return true;
  }
  return std::includes(theirs.begin(), theirs.end(), ours.begin(), ours.end()) ||
         gate.refuse(
             {.code = "target-compiler",
              .what =
                  "was compiled by " + listed(ours) + ", the target's vmlinux by " + listed(theirs),
              .why = "another compiler may inline other functions and arrange types differently",
              .hint = "build it in a root that has the target's compiler"});
}

} // namespace

std::string hex(uint64_t value) { return "0x" + hex_digits(value, value > UINT32_MAX ? 16 : 8); }

bool check_target_gates(std::string_view module_image, const ModuleFacts& facts,
                        const TargetFiles& files, FileSystem& filesystem,
                        const std::string& shown_path, DiagnosticSink& sink) {
  const auto references = read_references(module_image, facts, shown_path, sink);
  if (!references)
    return false;
  const TargetGate gate{facts, *references, files, filesystem, shown_path, sink};
  bool ok = true;
  std::optional<TargetElf> kernel;
  if (!files.vmlinux.empty()) {
    kernel = TargetElf::open(filesystem, files.vmlinux, TargetKind::kernel, sink);
    ok = kernel.has_value();
  }
  ok = check_objects(gate, kernel ? &*kernel : nullptr) && ok;
  if (!files.symvers.empty())
    ok = check_exports(gate) && ok;
  if (kernel)
    ok = check_compiler(gate, *kernel) && ok;
  return ok;
}

} // namespace kpb
