// SPDX-License-Identifier: GPL-2.0-only
//
// See symvers.hpp.
#include "core/kernel/symvers.hpp"

#include "core/util/text.hpp"

#include <charconv>
#include <cstdio>

namespace kpb {

namespace {

constexpr size_t k_shown = 5;

std::optional<uint32_t> crc_of(std::string_view text) {
  if (!starts_with(text, "0x") || text.size() < 3 || text.size() > 10)
    return std::nullopt;
  uint32_t crc = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data() + 2, end, crc, 16);
  return error == std::errc() && at == end ? std::optional<uint32_t>(crc) : std::nullopt;
}

std::string hex(uint32_t crc) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", crc);
  return text;
}

} // namespace

std::optional<Symvers> parse_symvers(std::string_view text, const std::string& where,
                                     DiagnosticSink& sink) {
  Symvers out;
  size_t number = 0;
  for (const auto& line : split(text, '\n')) {
    ++number;
    if (line.empty())
      continue;
    // CRC, symbol, module, EXPORT_SYMBOL[_GPL], and since 5.4 the namespace.
    const auto fields = split(line, '\t');
    const auto crc = crc_of(fields[0]);
    if (!crc || fields.size() < 4 || fields[1].empty()) {
      fail(sink, Fault::input, "kernel-symvers", where + ":" + std::to_string(number),
           "it is no line of a Module.symvers", "found " + shown(line),
           "give the file as the kernel's build made it");
      return std::nullopt;
    }
    out[fields[1]] = {*crc, fields[2]};
  }
  if (out.empty()) {
    fail(sink, Fault::input, "kernel-symvers", where, "no symbol is in it");
    return std::nullopt;
  }
  return out;
}

SymversComparison compare_symvers(const Symvers& shipped, const Symvers& rebuilt) {
  SymversComparison out;
  for (const auto& [symbol, entry] : shipped) {
    const auto there = rebuilt.find(symbol);
    if (there == rebuilt.end())
      out.missing.push_back(symbol);
    else if (there->second.crc != entry.crc)
      out.differing.push_back({symbol, entry.crc, there->second.crc});
    else
      ++out.equal;
  }
  for (const auto& [symbol, entry] : rebuilt)
    out.extra += shipped.count(symbol) == 0 ? 1U : 0U;
  return out;
}

bool check_symvers(const SymversComparison& comparison, const std::string& where,
                   DiagnosticSink& sink) {
  if (comparison.good())
    return true;
  std::vector<std::string> first;
  for (const auto& d : comparison.differing)
    if (first.size() < k_shown)
      first.push_back(d.symbol + " (shipped " + hex(d.shipped) + ", compiled " + hex(d.rebuilt) +
                      ")");
  std::string why;
  if (!first.empty())
    why = std::to_string(comparison.differing.size()) + " differ, for example " + join(first, ", ");
  first.clear();
  for (const auto& symbol : comparison.missing)
    if (first.size() < k_shown)
      first.push_back(symbol);
  if (!first.empty())
    why += (why.empty() ? "" : "; ") + std::to_string(comparison.missing.size()) +
           " are missing, for example " + join(first, ", ");
  return fail(
      sink, Fault::input, "kernel-symvers", where,
      "the compiled kernel does not export what the shipped Module.symvers lists", why,
      "source, configuration or compiler are not the kernel's own: compare versions, and see "
      "docs/building-patches.md");
}

} // namespace kpb
