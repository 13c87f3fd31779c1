// SPDX-License-Identifier: GPL-2.0-only
//
// See answers.hpp. The lines are TAP, version 13.
#include "core/boot/answers.hpp"

#include "core/base/text.hpp"

#include <cstdint>

namespace kpb {

namespace {

constexpr std::string_view k_version = "TAP version 13";
constexpr std::string_view k_bail = "Bail out! ";
constexpr std::string_view k_panic = "Kernel panic - not syncing";

class Reader {
public:
  explicit Reader(size_t count) : m_count(count) {}

  // One line of the guest without its tag. False if it cannot be trusted.
  bool line(std::string_view text) {
    if (report.finished || !report.gave_up.empty())
      return broken("it continued after its end", text);
    if (!m_begun)
      return text == k_version ? (m_begun = true)
                               : broken("it did not start with a TAP version line", text);
    if (text.starts_with("# "))
      return report.answers.empty() || note(text.substr(2));
    if (text.starts_with(k_bail)) {
      report.gave_up = std::string(text.substr(k_bail.size()));
      return true;
    }
    if (text == "1.." + std::to_string(m_count)) {
      report.finished = report.answers.size() == m_count;
      return report.finished || broken("it ended before its last step", text);
    }
    return answer(text);
  }

  GuestReport report;

private:
  bool broken(const std::string& why, std::string_view text) {
    report.broken = why + ": " + shown(text);
    return false;
  }

  bool note(std::string_view text) {
    report.answers.back().notes.emplace_back(text);
    return true;
  }

  bool answer(std::string_view whole) {
    std::string_view text = whole;
    GuestAnswer out;
    out.ok = !text.starts_with("not ");
    if (!out.ok)
      text.remove_prefix(4);
    const std::string wanted = "ok " + std::to_string(report.answers.size() + 1) + " - ";
    if (!text.starts_with(wanted) || report.answers.size() == m_count)
      return broken("this does not answer step " + std::to_string(report.answers.size() + 1),
                    whole);
    out.detail = std::string(text.substr(wanted.size()));
    report.answers.push_back(std::move(out));
    return true;
  }

  size_t m_count;
  bool m_begun = false;
};

} // namespace

GuestReport read_answers(std::string_view serial, std::string_view tag, size_t count) {
  Reader reader(count);
  while (!serial.empty()) {
    const size_t end = serial.find('\n');
    std::string_view line = serial.substr(0, end);
    while (line.ends_with("\r"))
      line.remove_suffix(1);
    const bool whole = end != std::string_view::npos;
    serial.remove_prefix(whole ? end + 1 : serial.size());
    if (const size_t panic = line.find(k_panic);
        panic != std::string_view::npos && reader.report.panic.empty())
      reader.report.panic = std::string(line.substr(panic));
    if (!line.starts_with(tag))
      continue;
    // A line without a line end was cut off, and its content may be incomplete.
    if (!whole || !reader.line(line.substr(tag.size())))
      break;
  }
  return std::move(reader.report);
}

} // namespace kpb
