// SPDX-License-Identifier: GPL-2.0-only
//
// Any bytes as a patch: refused with one error that has a place, or read so that its parts put
// together are a patch again, with the same result. tests/property/patch_agreement.py asks git.
#include "core/base/text.hpp"
#include "core/patch/warn_unpatchable.hpp"
#include "fuzz.hpp"

using kpb_fuzz::require;

namespace {

// Writes what was read as a plain patch.
std::string written(const kpb::Patch& patch) {
  std::string out;
  for (const kpb::PatchedFile& file : patch.files) {
    out += "--- " + (file.old_path.empty() ? "/dev/null" : "a/" + file.old_path) + "\n";
    out += "+++ " + (file.new_path.empty() ? "/dev/null" : "b/" + file.new_path) + "\n";
    for (const kpb::Hunk& hunk : file.hunks)
      out += "@@ -" + std::to_string(hunk.old_start) + "," + std::to_string(hunk.old_count) + " +" +
             std::to_string(hunk.new_start) + "," + std::to_string(hunk.new_count) + " @@ " +
             hunk.heading + "\n" + hunk.body;
  }
  return out;
}

void check_path(const std::string& path) {
  require(!path.empty() && path[0] != '/' && path[0] != '-', "a relative path");
  require(!kpb::first_control_byte(path, false), "no control byte");
  for (const std::string& part : kpb::split(path, '/'))
    require(!part.empty() && part != "." && part != ".." && part != ".git", "inside the tree");
}

void check_hunk(const kpb::Hunk& hunk, const kpb::PatchedFile& file) {
  uint64_t old_lines = 0;
  uint64_t new_lines = 0;
  for (const std::string_view line : hunk.lines()) {
    const char kind = line.empty() ? ' ' : line[0];
    require(std::string_view(" +-\\").find(kind) != std::string_view::npos, "a line of a hunk");
    old_lines += kind == ' ' || kind == '-' ? 1 : 0;
    new_lines += kind == ' ' || kind == '+' ? 1 : 0;
  }
  require(old_lines == hunk.old_count && new_lines == hunk.new_count, "the counts are right");
  require(hunk.added <= new_lines && hunk.deleted <= old_lines, "the sums are right");
  require(hunk.added + hunk.deleted > 0, "something changes");
  require(hunk.line > file.line, "a place in the text");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kpb::CollectingSink sink;
  const auto patch = kpb::read_patch(kpb_fuzz::text_of(data, size), "x", sink);
  if (!patch) {
    require(sink.all().size() == 1, "one error");
    const kpb::Diagnostic& error = sink.all()[0];
    require(error.fault == kpb::Fault::input && error.code.starts_with("patch-"), "its code");
    require(error.where.starts_with("x") && !error.what.empty() && !error.why.empty(),
            "where, what, why");
    require(!kpb::first_control_byte(error.what + error.why + error.hint, false),
            "it can be shown");
    return 0;
  }
  require(sink.all().empty() && !patch->files.empty(), "a patch has files");
  for (const kpb::PatchedFile& file : patch->files) {
    check_path(file.path());
    require(file.old_path.empty() == (file.kind == kpb::PatchedFile::Kind::create) &&
                file.new_path.empty() == (file.kind == kpb::PatchedFile::Kind::remove),
            "kind and names agree");
    require(!file.hunks.empty(), "a file has hunks");
    for (const kpb::Hunk& hunk : file.hunks)
      check_hunk(hunk, file);
  }
  const std::string text = written(*patch);
  const auto again = kpb::read_patch(text, "x", sink);
  require(again && written(*again) == text, "what was read can be written and read");
  kpb::warn_unpatchable({*patch}, sink);
  return 0;
}
