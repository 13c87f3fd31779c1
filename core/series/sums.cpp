// SPDX-License-Identifier: GPL-2.0-only
//
// See sums.hpp. sha256sum takes a '\' in front of a line for the sign that its name is escaped, and drops a CR at a
// line's end; no path that needs either is written.
#include "core/series/sums.hpp"

#include "core/base/limits.hpp"
#include "core/base/one_line.hpp"
#include "core/base/text.hpp"

namespace kpb {

namespace {

constexpr size_t k_digest = 64;
constexpr std::string_view k_between = "  ";

} // namespace

std::optional<std::string> sums_text(const Sums& sums) {
  std::string out;
  for (const auto& [path, sha256] : sums)
    out += sha256 + std::string(k_between) + path + "\n";
  const auto read = parse_sums(out);
  if (!read || *read != sums)
    return std::nullopt;
  return out;
}

std::optional<Sums> parse_sums(std::string_view text) {
  if (!text.empty() && text.back() != '\n')
    return std::nullopt;
  Sums out;
  for (std::string_view line; next_line(text, line);) {
    if (line.size() <= k_digest + k_between.size() || !is_hex(line.substr(0, k_digest)) ||
        line.substr(k_digest, k_between.size()) != k_between)
      return std::nullopt;
    const std::string_view path = line.substr(k_digest + k_between.size());
    if (not_one_line(path, k_longest_path) || contains(path, "\\") ||
        !out.emplace(path, line.substr(0, k_digest)).second)
      return std::nullopt;
  }
  return out;
}

} // namespace kpb
