// SPDX-License-Identifier: GPL-2.0-only
//
// See view.hpp.
#include "core/cli/series/view.hpp"

#include "core/base/text.hpp"
#include "core/cli/series/text.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"

#include <cmath>
#include <fmt/core.h>
#include <unistd.h>

namespace kpb {

namespace {

namespace f = fields::event;

constexpr double k_between = 0.2; // seconds between two updates of the screen
constexpr size_t k_rows = 15;
constexpr uint64_t k_max_log = 1ULL << 30U;

void say(const std::string& text) {
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace

SeriesView::SeriesView(Session& session, const ResultDirectory& directory, std::string events)
    : m_session(session), m_directory(directory), m_events(std::move(events)) {
  if (m_events.empty())
    return;
  auto file = AppendFile::open(m_events);
  if (file)
    m_file = std::move(*file);
  else
    fail(session.diagnostics(), {.fault = Fault::environment,
                                 .code = "events",
                                 .what = fmt::format("cannot write {}", shown(m_events)),
                                 .why = file.error().reason()});
}

void SeriesView::planned(size_t cells, size_t to_do) {
  m_cells = cells;
  m_to_do = to_do;
  m_began = m_session.environment().seconds();
  Document d;
  const Writer out(d, "");
  out.put(f::event, "planned");
  out.put_integer(f::cells, cells);
  out.put_integer(f::to_do, to_do);
  event(d);
}

void SeriesView::started(const std::string& job) {
  m_running[job] = m_session.environment().seconds();
  Document d;
  const Writer out(d, "");
  out.put(f::event, "started");
  out.put(f::job, job);
  event(d);
  draw();
}

void SeriesView::ended(const std::string& job, CellState state, double seconds,
                       const std::string& why) {
  const bool ran = m_running.erase(job) != 0;
  const bool failed = state == CellState::failed;
  if (ran && !job.starts_with("kernel-"))
    ++m_done;
  if (failed)
    ++m_failed;
  if (ran || failed) {
    Document d;
    const Writer out(d, "");
    out.put(f::event, "ended");
    out.put(f::job, job);
    out.put(f::state, state_word(state));
    out.put_integer(f::milliseconds, std::lround(seconds * 1000));
    if (failed)
      out.put(f::why, why);
    event(d);
  }
  if (failed) { // shown in any case, like every error
    close();
    return;
  }
  if (ran && !rewrites() && !m_session.quiet() && !m_session.json())
    say(m_session.program() + ": " + state_word(state) + " " + job + " (" +
        duration_words(seconds) + ")\n");
  draw();
}

void SeriesView::tick() {
  m_drawn = 0;
  draw();
}

// What the job is doing: the last line in its log that kpb's progress wrote.
std::string SeriesView::phase_of(const std::string& job) {
  const auto log = m_session.files().read(m_directory.log(job), k_max_log);
  const auto lines = split(log ? *log : "", '\n');
  for (auto it = lines.rbegin(); it != lines.rend(); ++it)
    if (it->starts_with("kpb: step: "))
      return it->substr(11);
  return "";
}

void SeriesView::draw() {
  if (!rewrites() || m_session.environment().seconds() - m_drawn < k_between)
    return;
  close();
  const size_t columns =
      std::max<size_t>(m_session.environment().terminal_width(STDERR_FILENO), 2) - 1;
  const double now = m_session.environment().seconds();
  m_drawn = now;
  std::string text;
  size_t rows = 0;
  for (const auto& [job, since] : m_running) {
    if (++rows > k_rows) { // only what is on the screen can be overwritten
      text += "  and " + std::to_string(m_running.size() - k_rows) + " more\n";
      ++m_lines;
      break;
    }
    const std::string line = "  " + job + "  " + duration_words(now - since) + "  " + phase_of(job);
    text += cut_to_columns(escape_control(line), columns) + "\n";
    ++m_lines;
  }
  std::string all = std::to_string(m_done) + " of " + std::to_string(m_to_do) + " done, " +
                    duration_words(now - m_began);
  if (m_failed != 0)
    all += ", " + std::to_string(m_failed) + " failed";
  if (m_done != 0 && m_done < m_to_do)
    all += ", about " +
           duration_words((now - m_began) / static_cast<double>(m_done) *
                          static_cast<double>(m_to_do - m_done)) +
           " to go";
  say(text + cut_to_columns(all, columns) + "\n");
  ++m_lines;
}

void SeriesView::close() {
  if (m_lines != 0)
    say("\033[" + std::to_string(m_lines) + "A\033[J");
  m_lines = 0;
}

void SeriesView::event(const Document& what) {
  if (!m_file)
    return;
  std::string line; // one line: the dump has line ends only between members
  for (const auto& part : split(what.dump(/*with_provenance=*/false), '\n'))
    line += part.substr(std::min(part.find_first_not_of(' '), part.size()));
  [[maybe_unused]] const auto put = m_file->append(line);
}

} // namespace kpb
