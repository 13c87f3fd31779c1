// SPDX-License-Identifier: GPL-2.0-only
//
// See reading.hpp.
#include "reading.hpp"

#include <kpb/sdk.hpp>

#include <cerrno>
#include <cstring>

namespace kpb::package_text {

void refuse_open(const std::string& path, int number, const std::string& code) {
  const bool exhausted = number == EMFILE || number == ENFILE;
  throw sdk::Error(
      {.fault = exhausted ? sdk::Fault::environment : sdk::Fault::input,
       .code = code,
       .what = "cannot open " + path + (number != 0 ? std::string(": ") + strerror(number) : ""),
       .hint = exhausted ? "allow more open files (ulimit -n shows the limit)" : ""});
}

std::string octal_mode(unsigned mode) {
  std::string text = "0000";
  for (size_t i = 4; i-- > 0; mode >>= 3U)
    text[i] = static_cast<char>('0' + (mode & 7U));
  return text;
}

} // namespace kpb::package_text
