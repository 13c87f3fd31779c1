// SPDX-License-Identifier: GPL-2.0-only
//
// A kernel patch as kpb understands it. The reader is stricter than the programs that apply
// patches: git apply and GNU patch interpret many texts differently, and a builder that patches
// other files than the user has read makes a live patch that nobody has reviewed. Whatever the two
// could interpret differently is refused here, before any program runs (docs/cli.md lists it).
#ifndef KPB_CORE_PATCH_PATCH_HPP
#define KPB_CORE_PATCH_PATCH_HPP

#include "core/diag/diagnostic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// Limits of one patch: far beyond any live patch, but small enough to stay fast. The last two also
// keep git's list of files below the limit on a program's captured output.
inline constexpr uint64_t k_max_patch_size = 32ULL * 1024 * 1024;
inline constexpr size_t k_max_patch_hunks = 100000;
inline constexpr size_t k_max_patch_line = 1024 * 1024;
inline constexpr size_t k_max_patch_files = 1000;
inline constexpr size_t k_max_patch_path = 240;

struct Hunk {
  size_t line = 0; // line of its "@@" in the patch, from 1
  uint64_t old_start = 0;
  uint64_t old_count = 0;
  uint64_t new_start = 0;
  uint64_t new_count = 0;
  uint64_t added = 0;   // lines that begin with '+'
  uint64_t deleted = 0; // lines that begin with '-'
  std::string heading;  // what follows the second "@@": often the function that the hunk is in
  std::string body;     // its lines as they are in the patch, with line ends

  // Without line ends; views into `body`. Line i is line `line` + 1 + i of the patch.
  std::vector<std::string_view> lines() const;
};

struct PatchedFile {
  enum class Kind { change, create, remove };
  Kind kind = Kind::change;
  std::string old_path; // without its first directory (as -p1 does); "" for a new file
  std::string new_path; // "" for a deleted file
  size_t line = 0;      // line of its header in the patch, from 1
  std::vector<Hunk> hunks;

  const std::string& path() const { return new_path.empty() ? old_path : new_path; }
  uint64_t added() const;
  uint64_t deleted() const;
};

struct Patch {
  std::string shown_path; // as the user named it, for messages
  std::vector<PatchedFile> files;

  // "fix.patch:12:1"
  std::string where(size_t line, size_t column = 1) const;
};

// Reads all of `content`, or reports the first mistake with Fault::input and returns nothing.
std::optional<Patch> read_patch(std::string_view content, const std::string& shown_path,
                                DiagnosticSink& sink);

} // namespace kpb

#endif
