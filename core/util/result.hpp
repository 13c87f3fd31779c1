// SPDX-License-Identifier: GPL-2.0-only
//
// What an operation on the outside world gives back: its value, or the errno with the words needed
// to say what failed. Turning it into a diagnostic is left to the caller, who knows what it was for.
#ifndef KPB_CORE_UTIL_RESULT_HPP
#define KPB_CORE_UTIL_RESULT_HPP

#include <tl/expected.hpp>

#include <string>

namespace kpb {

struct SystemError {
  int number = 0;        // errno; 0 for a refusal of our own
  std::string operation; // "open", "write"; or the refusal: "not a regular file"
  std::string path;

  // "cannot write PATH: No space left on device"
  std::string text() const;
  // Only the reason: "No space left on device".
  std::string reason() const;
};

template <class T> using Result = tl::expected<T, SystemError>;
using Status = tl::expected<void, SystemError>;

} // namespace kpb

#endif
