// SPDX-License-Identifier: GPL-2.0-only
//
// How a diagnostic looks on a terminal. The one place that turns it into text, and with it the last
// net that keeps control bytes from outside away from the terminal.
#include "core/diag/diagnostic.hpp"

#include "core/base/text.hpp"

#include <utility>

namespace kpb {

namespace {

Diagnostic make(Severity severity, Fault fault, std::string code, std::string where,
                std::string what, std::string why, std::string hint) {
  Diagnostic d;
  d.severity = severity;
  d.fault = fault;
  d.code = std::move(code);
  d.where = std::move(where);
  d.what = std::move(what);
  d.why = std::move(why);
  d.hint = std::move(hint);
  return d;
}

const char* severity_word(Severity severity) {
  switch (severity) {
  case Severity::error: return "error";
  case Severity::warning: return "warning";
  case Severity::note: return "note";
  }
  return "error";
}

const char* severity_colour(Severity severity) {
  switch (severity) {
  case Severity::error: return "\033[1;31m";
  case Severity::warning: return "\033[1;33m";
  case Severity::note: return "\033[1;36m";
  }
  return "";
}

} // namespace

bool fail(DiagnosticSink& sink, Fault fault, std::string code, std::string where, std::string what,
          std::string why, std::string hint) {
  sink.report(make(Severity::error, fault, std::move(code), std::move(where), std::move(what),
                   std::move(why), std::move(hint)));
  return false;
}

void warn(DiagnosticSink& sink, std::string code, std::string where, std::string what,
          std::string why, std::string hint) {
  sink.report(make(Severity::warning, Fault::input, std::move(code), std::move(where),
                   std::move(what), std::move(why), std::move(hint)));
}

void note(DiagnosticSink& sink, std::string code, std::string where, std::string what,
          std::string why, std::string hint) {
  sink.report(make(Severity::note, Fault::input, std::move(code), std::move(where), std::move(what),
                   std::move(why), std::move(hint)));
}

void CollectingSink::report(Diagnostic diagnostic) { m_all.push_back(std::move(diagnostic)); }

const Diagnostic* CollectingSink::first_error() const {
  for (const auto& d : m_all)
    if (d.severity == Severity::error)
      return &d;
  return nullptr;
}

void CollectingSink::forward_to(DiagnosticSink& sink) const {
  for (const auto& d : m_all)
    sink.report(d);
}

std::string format_diagnostic(const Diagnostic& d, const std::string& program, bool colour) {
  std::string line = program + ": ";
  if (colour)
    line += severity_colour(d.severity);
  line += severity_word(d.severity);
  line += ": ";
  if (colour)
    line += "\033[0m";
  std::string body;
  if (!d.where.empty())
    body += d.where + ": ";
  body += d.what;
  if (!d.why.empty())
    body += "; " + d.why;
  // Several lines are allowed in a message (the tail of a build log); anything else is escaped.
  line += escape_control(body, /*keep_newlines=*/true) + "\n";
  if (!d.hint.empty())
    line += "hint: " + escape_control(d.hint, true) + "\n";
  return line;
}

} // namespace kpb
