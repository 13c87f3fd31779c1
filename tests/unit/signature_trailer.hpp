// SPDX-License-Identifier: GPL-2.0-only
//
// What scripts/sign-file appends to a module, for any signature.
#ifndef KPB_TESTS_UNIT_SIGNATURE_TRAILER_HPP
#define KPB_TESTS_UNIT_SIGNATURE_TRAILER_HPP

#include <string>

namespace kpb_test {

inline std::string trailer(const std::string& signature = "0123456789abcdef") {
  std::string info(12, '\0');
  info[2] = 2; // PKCS#7
  info[10] = static_cast<char>(signature.size() / 256);
  info[11] = static_cast<char>(signature.size() % 256);
  return signature + info + "~Module signature appended~\n";
}

} // namespace kpb_test

#endif
