// SPDX-License-Identifier: GPL-2.0-only
//
// The texts of errors.
#include "core/base/result.hpp"

#include <cerrno>
#include <cstring>

namespace kpb {

bool is_exhausted(int number) { return number == EMFILE || number == ENFILE; }

// "Too many open files" sounds like a problem of the files; the name of the error can be looked up.
std::string SystemError::reason() const {
  if (number == 0)
    return operation;
  return std::string(std::strerror(number)) + (number == EMFILE   ? " (EMFILE)"
                                               : number == ENFILE ? " (ENFILE)"
                                                                  : "");
}

std::string SystemError::text() const {
  if (number == 0)
    return "cannot read " + path + ": " + operation;
  return "cannot " + operation + " " + path + ": " + reason();
}

} // namespace kpb
