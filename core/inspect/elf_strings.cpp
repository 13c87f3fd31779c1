// SPDX-License-Identifier: GPL-2.0-only
//
// See elf_strings.hpp.
#include "core/inspect/elf_strings.hpp"

#include "core/base/one_line.hpp"
#include "core/base/text.hpp"

#include <algorithm>

namespace kpb {

namespace {

// The kernel's own names are below 512 bytes, their ".klp.sym." forms below 600.
constexpr size_t k_longest_name = 1024;

} // namespace

bool check_strings(std::string_view table, const char* what, const InputErrors& errors) {
  while (!table.empty()) {
    const std::string_view one = table.substr(0, table.find('\0'));
    table.remove_prefix(std::min(one.size() + 1, table.size()));
    if (const auto fault = not_one_line(one, k_longest_name))
      return errors.fail({.code = "module-text",
                          .what = std::string(what) + " " + shown(one) + ", which " + *fault,
                          .why = "no compiler makes such a name, and it is printed where lines are "
                                 "read",
                          .hint = "build the module again"});
  }
  return true;
}

} // namespace kpb
