// SPDX-License-Identifier: GPL-2.0-only
//
// What an operation on the outside world returns: its value, or the errno with what is needed to
// describe the failure. Making a diagnostic of it is left to the caller, who knows the purpose.
#ifndef KPB_CORE_BASE_RESULT_HPP
#define KPB_CORE_BASE_RESULT_HPP

#include <tl/expected.hpp>

#include <string>

namespace kpb {

struct SystemError {
  int number = 0;        // errno; 0 if kpb itself refused
  std::string operation; // "open", "write"; or the reason of the refusal: "not a regular file"
  std::string path;

  // "cannot write PATH: No space left on device"
  std::string text() const;
  // Only the reason: "No space left on device".
  std::string reason() const;
};

// Whether the process or the system could open no more files. That says nothing about the file that
// was to be opened.
bool is_exhausted(int number);
inline constexpr const char* k_more_descriptors =
    "allow more open files (ulimit -n shows the limit)";

// Why a file or directory is not used. `why` is a sentence that names the offending part.
struct Distrust {
  std::string why;        // "" if all is well
  int number = 0;         // errno if it could not be examined
  bool others = false;    // somebody else owns it or can write to it
  std::string place = {}; // the offending part's path, if known
  bool empty() const { return why.empty(); }
};

template <class T> using Result = tl::expected<T, SystemError>;
using Status = tl::expected<void, SystemError>;

} // namespace kpb

#endif
