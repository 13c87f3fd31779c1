// SPDX-License-Identifier: GPL-2.0-only
//
// See apply_git.hpp. The texts are those of git in the C locale (2.39 to 2.51 agree on them). Text
// that is not recognised is shown to the user as it is.
#include "core/patch/apply_git.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace kpb {

namespace {

// Takes the number that follows `word` in `line`.
std::optional<uint64_t> number_behind(std::string_view line, std::string_view word) {
  const size_t at = line.find(word);
  if (at == std::string_view::npos)
    return std::nullopt;
  line.remove_prefix(at + word.size());
  return parse_unsigned(line.substr(0, line.find_first_not_of("0123456789")), 1ULL << 40U);
}

const PatchedFile* find_file(const Patch& patch, std::string_view path) {
  for (const PatchedFile& file : patch.files)
    if (file.path() == path)
      return &file;
  return nullptr;
}

} // namespace

std::string expected_numstat(const Patch& patch) {
  std::string out;
  for (const PatchedFile& file : patch.files) {
    out +=
        std::to_string(file.added()) + "\t" + std::to_string(file.deleted()) + "\t" + file.path();
    out += '\0';
  }
  return out;
}

std::vector<HunkOffset> read_offsets(const std::string& output, size_t patch) {
  std::vector<HunkOffset> out;
  std::string path;
  for (const std::string_view line : split(output, '\n')) {
    constexpr std::string_view checking = "Checking patch ";
    if (line.starts_with(checking) && line.ends_with("..."))
      path = line.substr(checking.size(), line.size() - checking.size() - 3);
    if (!line.starts_with("Hunk #"))
      continue;
    const bool up = line.find("(offset -") != std::string_view::npos;
    const auto hunk = number_behind(line, "Hunk #");
    const auto at = number_behind(line, "succeeded at ");
    const auto offset = number_behind(line, up ? "(offset -" : "(offset ");
    if (hunk && at && offset)
      out.push_back({patch, path, *hunk, *at,
                     up ? -static_cast<int64_t>(*offset) : static_cast<int64_t>(*offset)});
  }
  return out;
}

std::string last_words(const std::string& output) {
  std::string words = last_lines(output, 1);
  if (words.starts_with("error: "))
    words = words.substr(7);
  return words.empty() ? "it did not say why" : words;
}

bool tell_refusal(const std::string& output, const Patch& patch, DiagnosticSink& sink) {
  const auto refuse = [&](const char* code, const std::string& where, const std::string& what,
                          const std::string& why, const std::string& hint) {
    return fail(sink, {.fault = Fault::input,
                       .code = code,
                       .where = where,
                       .what = what,
                       .why = why,
                       .hint = hint});
  };
  constexpr const char* other_kernel =
      "it is for another kernel, or other patches must be applied first; give several "
      "patches in their order";
  for (const std::string_view line : split(output, '\n')) {
    constexpr std::string_view failed = "error: patch failed: ";
    constexpr std::string_view error = "error: ";
    if (line.starts_with(failed)) {
      const std::string_view rest = line.substr(failed.size());
      const size_t colon = rest.rfind(':');
      const PatchedFile* file = find_file(patch, rest.substr(0, colon));
      const auto start = parse_unsigned(rest.substr(colon + 1), 1ULL << 40U);
      if (file == nullptr || !start)
        continue;
      const auto hunk = std::find_if(file->hunks.begin(), file->hunks.end(),
                                     [&](const Hunk& h) { return h.old_start == *start; });
      if (hunk == file->hunks.end())
        continue;
      return refuse("patch-does-not-apply", patch.where(hunk->line),
                    "the patch does not apply to " + shown(file->path()),
                    "hunk " + std::to_string(hunk - file->hunks.begin() + 1) + " (line " +
                        std::to_string(*start) + ") does not match the kernel's source",
                    other_kernel);
    }
    if (!line.starts_with(error))
      continue;
    const std::string_view rest = line.substr(error.size());
    const PatchedFile* file = find_file(patch, rest.substr(0, rest.find(": ")));
    if (file == nullptr)
      continue;
    if (line.ends_with(": No such file or directory"))
      return refuse("patch-file-missing", patch.where(file->line),
                    "there is no " + shown(file->path()) + " in the kernel's source",
                    "the patch changes or deletes it", other_kernel);
    if (line.ends_with(": already exists in working directory"))
      return refuse("patch-file-exists", patch.where(file->line),
                    shown(file->path()) + " already exists in the kernel's source",
                    "the patch creates it", other_kernel);
  }
  return refuse("patch-does-not-apply", patch.shown_path,
                "the patch does not apply to the kernel's source",
                "git says: " + shown(last_words(output)), other_kernel);
}

} // namespace kpb
