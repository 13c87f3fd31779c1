// SPDX-License-Identifier: GPL-2.0-only
//
// Shows a running series on the terminal: a line for each running job and one for the whole,
// updated in place. Without a terminal, prints a line for each job when it ends.
#ifndef KPB_CORE_CLI_SERIES_VIEW_HPP
#define KPB_CORE_CLI_SERIES_VIEW_HPP

#include "core/cli/session.hpp"
#include "core/run/log.hpp"
#include "core/series/run.hpp"

#include <map>

namespace kpb {

class SeriesView final : public SeriesObserver {
public:
  // `events`: a file that gets a JSON line for each event; "" for none.
  SeriesView(Session& session, const ResultDirectory& directory, std::string events);
  ~SeriesView() override { close(); }
  bool good() const { return m_events.empty() || m_file; }
  void planned(size_t cells, size_t to_do) override;
  void started(const std::string& job) override;
  void ended(const std::string& job, CellState state, double seconds,
             const std::string& why) override;
  void tick() override;
  void close(); // call before anything else is written to the terminal

private:
  // Debug lines would be overwritten.
  bool rewrites() const { return m_session.terminal() && !debug_log_enabled(); }
  void draw();
  void event(const Document& what);
  std::string phase_of(const std::string& job);

  Session& m_session;
  ResultDirectory m_directory;
  std::string m_events;
  std::unique_ptr<AppendFile> m_file;
  std::map<std::string, double> m_running; // with the time of their start
  size_t m_cells = 0, m_to_do = 0, m_done = 0, m_failed = 0, m_lines = 0;
  double m_began = 0, m_drawn = 0;
};

} // namespace kpb

#endif
