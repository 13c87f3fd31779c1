// SPDX-License-Identifier: GPL-2.0-only
//
// A result directory as one run holds it: locked, with its journal, and with what was found out about files.
// It answers one question: is this cell, of this identity, done?
#ifndef KPB_CORE_SERIES_MEMORY_HPP
#define KPB_CORE_SERIES_MEMORY_HPP

#include "core/series/run.hpp"

namespace kpb {

class SeriesMemory {
public:
  // With `look_only` nothing is written and nothing locked.
  SeriesMemory(const SeriesPlan& plan, const SeriesRequest& request, Context& context,
               bool look_only);

  bool open();
  // What was made of it, from the journal, from a job that nobody was there for, or from the store; only what
  // the artifacts themselves show. Nothing: it is to be done, and `why` says what changed.
  std::optional<DoneCell> find(const SeriesCell& cell, const std::string& identity,
                               const IdentityFields& fields, std::string& why);
  bool remember(const DoneCell& done, const IdentityFields& fields);
  // How long a kernel's job took, for the next plan.
  bool remember_time(const std::string& job, const std::string& key, double seconds);
  // Artifacts of what the cell was before, unless they have the same names.
  void forget_former(const DoneCell& done);
  bool close();

  Identities& identities() { return m_identities; }
  Results& results() { return m_results; }
  // Returns false.
  bool refuse(const SystemError& error);

private:
  bool lock();
  bool is_somebody_elses();
  bool put_journal(const DoneCell& done);
  std::optional<DoneCell> from_journal(const SeriesCell& cell, const std::string& identity,
                                       std::string& why);
  std::optional<DoneCell> from_earlier_job(const SeriesCell& cell, const std::string& identity);

  const SeriesPlan& m_plan;
  const SeriesRequest& m_request;
  Context& m_context;
  bool m_look_only;
  FileDigests m_digests;
  Identities m_identities;
  Results m_results;
  std::unique_ptr<FileLock> m_lock;
  std::unique_ptr<AppendFile> m_journal;
  JournalText m_known;
};

} // namespace kpb

#endif
