// SPDX-License-Identifier: GPL-2.0-only
//
// See believe.hpp.
#include "core/system/believe.hpp"

#include "core/base/text.hpp"

namespace kpb {

Diagnostic distrusted(const Believed& believed, const Distrust& why) {
  const bool exhausted = is_exhausted(why.number);
  std::string hint;
  if (exhausted)
    hint = k_more_descriptors;
  else if (!why.others)
    hint = "correct the path, or what lies there";
  else
    hint = believed.because + ": make " + (why.place.empty() ? "it" : escape_control(why.place)) +
           " and the directories above it yours (or root's) and writable by nobody else";
  return {.fault = exhausted ? Fault::environment : believed.fault,
          .code = believed.code,
          .where = believed.where,
          .what = believed.what,
          .why = why.why,
          .hint = std::move(hint)};
}

std::optional<std::string> believe(FileSystem& files, DiagnosticSink& sink, const std::string& path,
                                   Wanted wanted, const Believed& believed) {
  auto trusted = files.trusted(path, wanted);
  if (trusted)
    return std::move(*trusted);
  fail(sink, distrusted(believed, trusted.error()));
  return std::nullopt;
}

} // namespace kpb
