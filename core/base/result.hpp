// SPDX-License-Identifier: GPL-2.0-only
//
// What an operation on the outside world gives back: its value, or the errno with the words needed
// to say what failed. Turning it into a diagnostic is left to the caller, who knows what it was for.
#ifndef KPB_CORE_BASE_RESULT_HPP
#define KPB_CORE_BASE_RESULT_HPP

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

// Whether the process or the system had nothing left to open a file with: of the file that was to be
// opened this says nothing.
bool is_exhausted(int number);
inline constexpr const char* k_more_descriptors =
    "let kpb open more files: ulimit -n says how many it may";

// Why a file or directory is not used; `why` is a sentence that names the offending part.
struct Distrust {
  std::string why;     // "" when all is well
  int number = 0;      // errno where it could not be looked at
  bool others = false; // somebody else owns it or can write to it
  bool empty() const { return why.empty(); }
};

template <class T> using Result = tl::expected<T, SystemError>;
using Status = tl::expected<void, SystemError>;

} // namespace kpb

#endif
