// SPDX-License-Identifier: GPL-2.0-only
//
// See last_run.hpp. One line for each: MODULE SHA256 CODE WHY HINT, separated by tabs.
#include "core/programs/reconcile/last_run.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>

namespace kpb::runtime {

namespace {

constexpr size_t k_largest = 1U << 20U;

std::string field(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
  return text;
}

// An unlisted file has no recorded digest.
std::string digest_of(const Module& module) { return module.sha256.empty() ? "-" : module.sha256; }

} // namespace

void keep_refusals(Files& files, const std::vector<Candidate>& plan) {
  std::string text;
  for (const auto& candidate : plan)
    if (const auto& refusal = candidate.refusal)
      text += candidate.module->name + "\t" + digest_of(*candidate.module) + "\t" + refusal.code +
              "\t" + field(refusal.why) + "\t" + field(refusal.hint) + "\n";
  const auto before = files.read(k_refused, k_largest);
  if (before.value_or("") == text)
    return;
  if (text.empty())
    files.remove(k_refused);
  else
    files.replace(k_refused, text);
}

Refusal last_refusal(Files& files, const Module& module) {
  const auto text = files.read(k_refused, k_largest);
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  std::string_view line;
  while (next_line(rest, line)) {
    const auto fields = split(line, '\t');
    if (fields.size() == 5 && fields[0] == module.name && fields[1] == digest_of(module))
      return {fields[2], fields[3], fields[4]};
  }
  return {};
}

} // namespace kpb::runtime
