// SPDX-License-Identifier: GPL-2.0-only
//
// See symvers.hpp. A line has CRC, symbol, module, kind of export and, since Linux 5.4, its
// namespace, separated by tabs.
#include "core/inspect/target/symvers.hpp"

#include "core/base/text.hpp"

#include <charconv>

namespace kpb {

namespace {

bool is_export(std::string_view word) { return word.starts_with("EXPORT_"); }

std::optional<uint32_t> parse_crc(std::string_view word) {
  if (!word.starts_with("0x"))
    return std::nullopt;
  word.remove_prefix(2);
  uint32_t crc = 0;
  const auto end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, crc, 16);
  if (word.empty() || error != std::errc() || stopped != end)
    return std::nullopt;
  return crc;
}

// What is wrong with the line, or "".
std::string parse_line(std::string_view line, Exports& out) {
  for (const char c : line)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
      return "holds a control byte: " + shown(line);
  auto fields = split(line, '\t');
  if (fields.size() < 4 || fields.size() > 5)
    return "has " + std::to_string(fields.size()) + " fields instead of 4 or 5";
  // Linux 5.4 and 5.5 had the namespace before the module.
  if (fields.size() == 5 && !is_export(fields[3]) && is_export(fields[4]))
    fields = {fields[0], fields[1], fields[3], fields[4], fields[2]};
  const auto crc = parse_crc(fields[0]);
  if (!crc)
    return "begins with " + shown(fields[0]) + ", which is no CRC like 0x12345678";
  if (fields[1].empty() || fields[2].empty())
    return std::string("has no ") + (fields[1].empty() ? "symbol" : "module");
  if (!is_export(fields[3]))
    return "has " + shown(fields[3]) + " as the kind of export";
  Export found;
  found.crc = *crc;
  found.module = fields[2];
  found.gpl_only = fields[3].find("_GPL") != std::string::npos;
  if (fields.size() == 5)
    found.name_space = fields[4];
  const auto [at, fresh] = out.emplace(fields[1], found);
  if (!fresh && found.from_kernel())
    at->second = std::move(found);
  return {};
}

} // namespace

std::optional<Exports> parse_symvers(std::string_view text, const std::string& path,
                                     DiagnosticSink& sink) {
  Exports out;
  for (size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::string wrong = parse_line(line, out);
    if (wrong.empty())
      continue;
    fail(sink, {.fault = Fault::input,
                .code = "target-symvers",
                .where = path + ":" + std::to_string(number),
                .what = "the line " + wrong,
                .why = "it is not a Module.symvers, or it is damaged",
                .hint = "give the Module.symvers of the target's headers or devel package"});
    return std::nullopt;
  }
  if (out.empty()) {
    fail(sink, {.fault = Fault::input,
                .code = "target-symvers",
                .where = path,
                .what = "it lists no exported symbol",
                .why = "every kernel with modules exports symbols",
                .hint = "give the Module.symvers of the target's headers or devel package"});
    return std::nullopt;
  }
  return out;
}

} // namespace kpb
