// SPDX-License-Identifier: GPL-2.0-only
//
// How a diagnostic looks on a terminal. This is the only place that makes lines of one, and so the
// last barrier that keeps control bytes and lines from outside away from the terminal.
#include "core/diag/diagnostic.hpp"

#include "core/diag/message_text.hpp"

#include <utility>

namespace kpb {

namespace {

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

bool fail(DiagnosticSink& sink, Diagnostic error) {
  error.severity = Severity::error;
  sink.report(std::move(error));
  return false;
}

void warn(DiagnosticSink& sink, Diagnostic warning) {
  warning.severity = Severity::warning;
  sink.report(std::move(warning));
}

void note(DiagnosticSink& sink, Diagnostic note) {
  note.severity = Severity::note;
  sink.report(std::move(note));
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
  line += escape_lines(message_of(d)) + "\n";
  if (!d.hint.empty())
    line += "hint: " + escape_lines(hint_of(d)) + "\n";
  return line;
}

} // namespace kpb
