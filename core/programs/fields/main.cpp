// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-fields WHAT: prints a file that follows from the table of fields (core/model/fields.hpp).
#include "core/programs/fields/print.hpp"

#include <cstdio>
#include <string>

int main(int count, char** words) {
  const std::string what = count == 2 ? words[1] : "";
  std::string text;
  if (what == "constants") {
    static constexpr const kpb::FieldTable* k_tables[] = {&kpb::k_package_fields,
                                                          &kpb::k_read_back_fields};
    text = kpb::constants_header(k_tables);
  } else {
    std::fputs("usage: kpb-fields constants\n", stderr);
    return 2;
  }
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0
             ? 0
             : 1;
}
