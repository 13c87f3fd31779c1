// SPDX-License-Identifier: GPL-2.0-only
//
// Formats the status: as a table that fits a screen, and as JSON (schema kpb.status/1).
#include "core/programs/reconcile/status.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"
#include "core/programs/reconcile/transition.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace kpb::runtime {

namespace {

using Cells = std::array<std::string, 5>;

std::string count(size_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string headline(const StatusReport& report) {
  std::map<State, size_t> numbers;
  for (const auto& row : report.rows)
    ++numbers[row.state];
  const bool at_rest = report.kernel.empty();
  const size_t good =
      at_rest ? numbers[State::waiting] : numbers[State::fixed] + numbers[State::armed];
  size_t not_in_force = 0;
  for (const State state :
       {State::installed, State::transition, State::stalled, State::refused, State::blocked})
    not_in_force += numbers[state];
  std::string out = "kernel " + shown_plain(report.kernel);
  if (at_rest)
    out = report.kernels.empty()       ? "no kernel"
          : report.kernels.size() == 1 ? "kernel " + report.kernels.front()
                                       : "kernels " + join(report.kernels, ", ");
  out += ": " + count(good, "patch", "patches") + (at_rest ? " ready" : " in force");
  if (not_in_force > 0)
    out += ", " + std::to_string(not_in_force) + (at_rest ? " not ready" : " not in force");
  if (const size_t n = numbers[State::until_reboot]; n > 0)
    out += ", " + std::to_string(n) + " until reboot";
  if (const size_t n = numbers[State::foreign]; n > 0)
    out += ", " + std::to_string(n) + " foreign";
  if (const size_t n = numbers[State::uncovered]; n > 0)
    out += report.kernels.empty() ? ", uncovered"
                                  : ", " + count(n, "kernel", "kernels") + " uncovered";
  if (const size_t n = numbers[State::waiting]; n > 0 && !at_rest)
    out += ", " + count(n, "waits", "wait") + " for other kernels";
  return out + "\n";
}

// What a row is about.
std::string subject(const Row& row) {
  for (const auto* text : {&row.package, &row.module, &row.file})
    if (!text->empty())
      return shown_plain(*text);
  return row.kernel.empty() ? "no kernel" : "kernel " + row.kernel;
}

// The first CVE and the number of others; --json has the whole list.
std::string fixes(const Row& row) {
  if (row.cves.empty())
    return "";
  return row.cves.front() + (row.cves.size() > 1 ? " +" + std::to_string(row.cves.size() - 1) : "");
}

Cells cells(const Row& row, const std::string& running) {
  return {name_of(row.state), subject(row),
          row.version +
              (row.state == State::waiting && row.kernel != running ? " for " + row.kernel : ""),
          row.functions.empty() ? "" : count(row.functions.size(), "function", "functions"),
          fixes(row)};
}

void append_line(std::string& out, const Cells& line, const std::array<size_t, 5>& widths) {
  std::string text;
  for (size_t i = 0; i < line.size(); ++i) {
    text += line[i];
    text.append(widths[i] + 2 - std::min(line[i].size(), widths[i]), ' ');
  }
  text.erase(text.find_last_not_of(' ') + 1);
  out += text + "\n";
}

std::string json_list(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const auto& value : values)
    out += (out.size() > 1 ? ", " : "") + json_text(value);
  return out + "]";
}

std::string json_flag(bool value) { return value ? "true" : "false"; }

std::string json_row(const Row& row) {
  std::string out = "    {\"state\": " + json_text(name_of(row.state));
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty())
      out += std::string(", \"") + key + "\": " + json_text(value);
  };
  text("module", row.module);
  text("package", row.package);
  text("version", row.version);
  text("kernel", row.kernel);
  text("file", row.file);
  if (row.replace != Replace::unknown)
    out += ", \"replace\": " + json_flag(row.replace == Replace::yes);
  if (!row.why.why.empty())
    out += ", \"why\": {" + (row.why ? "\"code\": " + json_text(row.why.code) + ", " : "") +
           "\"text\": " + json_text(row.why.why) + "}";
  out += ", \"functions\": " + json_list(row.functions) + ", \"cves\": " + json_list(row.cves);
  out += ", \"objects\": [";
  for (const auto& object : row.objects)
    out += std::string(&object == &row.objects.front() ? "" : ", ") +
           "{\"name\": " + json_text(object.name) + ", \"loaded\": " + json_flag(object.loaded) +
           ", \"patched\": " + json_flag(object.patched) + "}";
  out += "]";
  if (row.crashes != 0)
    out += ", \"crashes\": " + std::to_string(row.crashes) +
           ", \"crash_limit\": " + std::to_string(row.crash_limit);
  out += ", \"tasks\": [";
  for (const auto& task : row.tasks)
    out += std::string(&task == &row.tasks.front() ? "" : ", ") +
           "{\"pid\": " + std::to_string(task.pid) + ", \"name\": " + json_text(task.name) +
           ", \"where\": " + json_text(task.where) + "}";
  return out + "]}";
}

} // namespace

std::string status_table(const StatusReport& report, bool all) {
  std::string out = headline(report);
  if (!report.idle.empty())
    out += "nothing is loaded here: " + report.idle + "\n";
  for (const auto& one : report.unknown)
    out +=
        "not known: " + (one.where.empty() ? "" : shown_plain(one.where) + ": ") + one.text + "\n";
  std::vector<const Row*> rows;
  for (const auto& row : report.rows)
    if (all || row.state != State::waiting || report.kernel.empty())
      rows.push_back(&row);
  if (rows.empty())
    return out;
  std::array<size_t, 5> widths = {};
  for (const auto* row : rows) {
    const Cells line = cells(*row, report.kernel);
    for (size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], line[i].size());
  }
  out += "\n";
  for (const auto* row : rows) {
    append_line(out, cells(*row, report.kernel), widths);
    std::string why = row->why.why;
    if (!row->tasks.empty())
      why += (why.empty() ? "" : ": ") + tasks_text(row->tasks);
    if (!why.empty())
      out += "    " + why + (row->why ? " [" + row->why.code + "]" : "") + "\n";
    if (!row->why.hint.empty())
      out += "    hint: " + row->why.hint + "\n";
  }
  return out;
}

std::string status_json(const StatusReport& report) {
  std::string out = "{\n  \"schema\": \"kpb.status/1\",\n";
  if (!report.kernel.empty())
    out += "  \"kernel\": " + json_text(report.kernel) + ",\n";
  if (report.kernel.empty() || !report.kernels.empty())
    out += "  \"kernels\": " + json_list(report.kernels) + ",\n";
  if (!report.idle.empty())
    out += "  \"idle\": " + json_text(report.idle) + ",\n";
  if (!report.unknown.empty()) {
    out += "  \"unknown\": [";
    for (const auto& one : report.unknown)
      out += std::string(&one == &report.unknown.front() ? "" : ", ") + "{" +
             (one.where.empty() ? "" : "\"where\": " + json_text(one.where) + ", ") +
             "\"text\": " + json_text(one.text) + "}";
    out += "],\n";
  }
  out += "  \"status\": " + std::to_string(report.exit_status) + ",\n  \"patches\": [";
  for (const auto& row : report.rows)
    out += (&row == &report.rows.front() ? "\n" : ",\n") + json_row(row);
  return out + (report.rows.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

} // namespace kpb::runtime
