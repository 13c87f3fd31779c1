// SPDX-License-Identifier: GPL-2.0-only
//
// A kernel patch as kpb understands it. The reader is stricter than the programs that apply patches:
// git apply and GNU patch disagree on what many texts mean, and a builder that patches other files than
// the user has read makes a live patch that nobody has reviewed. What the two could take differently is
// refused here, before any program runs (docs/cli.md says what).
#ifndef KPB_CORE_PATCH_PATCH_HPP
#define KPB_CORE_PATCH_PATCH_HPP

#include "core/diag/diagnostic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// What one patch may hold: far beyond any live patch, and little enough to stay quick. The last two
// also keep git's list of the files below what is kept of a program's output.
inline constexpr uint64_t k_max_patch_size = 32ULL * 1024 * 1024;
inline constexpr size_t k_max_patch_hunks = 100000;
inline constexpr size_t k_max_patch_line = 1024 * 1024;
inline constexpr size_t k_max_patch_files = 1000;
inline constexpr size_t k_max_patch_path = 240;

struct Hunk {
  size_t line = 0; // where its "@@" stands in the patch, from 1
  uint64_t old_start = 0;
  uint64_t old_count = 0;
  uint64_t new_start = 0;
  uint64_t new_count = 0;
  uint64_t added = 0;   // lines that begin with '+'
  uint64_t deleted = 0; // lines that begin with '-'
  std::string heading;  // what follows the second "@@": often the function that it is in
  std::string body;     // its lines as they stand in the patch, each with its line end

  // Without line ends; views of `body`. Line i of them stands in line `line` + 1 + i of the patch.
  std::vector<std::string_view> lines() const;
};

struct PatchedFile {
  enum class Kind { change, create, remove };
  Kind kind = Kind::change;
  std::string old_path; // less its first directory, as -p1 does; "" for a new file
  std::string new_path; // "" for a deleted one
  size_t line = 0;      // where its header begins in the patch, from 1
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

// Everything in `content` or nothing: the first thing that is wrong is reported with Fault::input.
std::optional<Patch> read_patch(std::string_view content, const std::string& shown_path,
                                DiagnosticSink& sink);

} // namespace kpb

#endif
