// SPDX-License-Identifier: GPL-2.0-only
//
// See guard_records.hpp. The format:
//
//   kpb-guard 2 SEQUENCE
//   attempt MODULE SHA256 KERNEL BOOT WHEN CRASHES     (or blocked, settled)
//   end DIGEST             of everything before it; then line ends up to the file's size
//
// Format 1 had no CRASHES; it is read, and written as 2.
#include "core/programs/reconcile/guard_records.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <array>
#include <cerrno>

namespace kpb::runtime {

namespace {

constexpr size_t k_step = 8192;
constexpr size_t k_largest = 1U << 20U;
constexpr std::array<const char*, 3> k_kinds = {"attempt", "blocked", "settled"};

std::string slot(uint64_t number) {
  return std::string(k_state) + "/guard." + std::to_string(number % 2);
}

} // namespace

std::string GuardRecords::text() const {
  std::string out = "kpb-guard 2 " + std::to_string(sequence) + "\n";
  for (const auto& e : entries)
    out += std::string(k_kinds[static_cast<size_t>(e.kind)]) + " " + e.module + " " + e.sha256 +
           " " + e.kernel + " " + e.boot + " " + std::to_string(e.when) + " " +
           std::to_string(e.crashes) + "\n";
  out += "end " + sha256_hex(out) + "\n";
  out.resize((out.size() + k_step - 1) / k_step * k_step, '\n');
  return out;
}

bool parse_guard(std::string_view text, GuardRecords& out) {
  out = {};
  std::string_view rest = text;
  std::string_view line;
  if (!next_line(rest, line))
    return false;
  const auto first = words(line);
  if (first.size() != 3 || first[0] != "kpb-guard" || (first[1] != "1" && first[1] != "2"))
    return false;
  const size_t width = first[1] == "1" ? 6 : 7;
  const auto sequence = parse_unsigned(first[2], UINT64_MAX / 2);
  if (!sequence)
    return false;
  out.sequence = *sequence;
  for (;;) {
    const size_t before = text.size() - rest.size();
    if (!next_line(rest, line))
      return false;
    const auto fields = words(line);
    if (fields.size() == 2 && fields[0] == "end")
      return fields[1] == sha256_hex(text.substr(0, before));
    if (fields.size() != width)
      return false;
    const auto when = parse_unsigned(fields[5], UINT64_MAX / 2);
    const auto crashes = width == 7 ? parse_unsigned(fields[6], UINT32_MAX) : uint64_t{0};
    size_t kind = 0;
    while (kind < k_kinds.size() && fields[0] != k_kinds[kind])
      ++kind;
    if (!when || !crashes || kind == k_kinds.size())
      return false;
    out.entries.push_back({static_cast<GuardEntry::Kind>(kind), fields[1], fields[2], fields[3],
                           fields[4], *when, *crashes});
  }
}

GuardRecords read_guard(Files& files) {
  using Condition = GuardRecords::Condition;
  GuardRecords newest;
  int good_ones = 0, spoilt = 0, missing = 0;
  for (const uint64_t number : {uint64_t{0}, uint64_t{1}}) {
    GuardRecords records;
    const auto text = files.read(slot(number), k_largest);
    const bool good = text && parse_guard(*text, records);
    if (good && records.sequence >= newest.sequence)
      newest = std::move(records);
    good_ones += good ? 1 : 0;
    missing += !text && text.error() == ENOENT ? 1 : 0;
    spoilt += text && !good ? 1 : 0; // neither: it cannot be read, or others could have written it
  }
  if (good_ones == 0 && missing != 2)
    newest.condition = spoilt == 1 && missing == 1 ? Condition::unfinished : Condition::unreadable;
  else if (good_ones == 1 && missing == 0)
    newest.condition = Condition::one_copy;
  return newest;
}

int write_guard(Files& files, GuardRecords& records) {
  ++records.sequence;
  const std::string text = records.text();
  files.make_directory(k_state);
  const int error = files.overwrite(slot(records.sequence), text);
  // The other file gets its disk space now, while there is some. If that fails, this one is on disk
  // anyway.
  if (error == 0 && !files.look(slot(records.sequence + 1)))
    files.overwrite(slot(records.sequence + 1), text);
  return error;
}

} // namespace kpb::runtime
