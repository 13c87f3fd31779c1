// SPDX-License-Identifier: GPL-2.0-only
//
// A result directory while a run uses it: its lock, its journal, its log, and the digests of input files. It answers one
// question: is this cell, with this identity, done?
#ifndef KPB_CORE_SERIES_MEMORY_HPP
#define KPB_CORE_SERIES_MEMORY_HPP

#include "core/run/log.hpp"
#include "core/series/run.hpp"

namespace kpb {

class SeriesMemory {
public:
  struct Found {
    std::optional<DoneCell> done;
    std::string why_not; // what changed since it was made, where that is known
  };

  SeriesMemory(const SeriesPlan& plan, const SeriesRequest& request, Context& context,
               SeriesMode mode);

  bool open();
  // A cell that is done is found in the journal, in what a job left when no run was there to take it, or in the
  // store. Whatever those say, the artifacts themselves are checked.
  Found find(const SeriesCell& cell, const std::string& identity, const IdentityFields& fields);
  bool remember(const DoneCell& done, const IdentityFields& fields);
  // How long a kernel's job took, for the next plan.
  bool remember_time(const std::string& job, const std::string& key, double seconds);
  // Removes the artifacts of the cell's former identity that have other names than the new ones.
  void forget_former(const DoneCell& done);
  bool close();

  Identities& identities() { return m_identities; }
  Results& results() { return m_results; }
  // Returns false.
  bool refuse(const SystemError& error);

private:
  bool lock();
  void open_log();
  bool is_somebody_elses();
  bool put_journal(const DoneCell& done);
  Found from_journal(const SeriesCell& cell, const std::string& identity);
  std::optional<DoneCell> from_earlier_job(const SeriesCell& cell, const std::string& identity);

  const SeriesPlan& m_plan;
  const SeriesRequest& m_request;
  Context& m_context;
  SeriesMode m_mode;
  FileDigests m_digests;
  Identities m_identities;
  Results m_results;
  std::unique_ptr<FileLock> m_lock;
  std::unique_ptr<AppendFile> m_journal;
  std::optional<LogFile> m_log;
  JournalText m_known;
};

} // namespace kpb

#endif
