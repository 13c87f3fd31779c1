// SPDX-License-Identifier: GPL-2.0-only
//
// What jobs leave, and whether it is believed: an artifact counts when it is the file that its job verified,
// byte for byte, under the name that was planned. From a job's own directory it goes to its place in the
// result directory by one rename; modules that were built here also go to the store, for other runs.
#ifndef KPB_CORE_SERIES_RESULTS_HPP
#define KPB_CORE_SERIES_RESULTS_HPP

#include "core/series/journal.hpp"
#include "core/series/plan.hpp"
#include "core/series/result_directory.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

// A job's report (kpb.report/1), as far as a series asks.
struct JobReport {
  int status = 0;
  bool not_needed = false; // its kernel has the patch already
  struct Artifact {
    std::string format, name, sha256;
  };
  std::vector<Artifact> artifacts;
  std::string message, hint; // of the first error
};
std::optional<JobReport> parse_report(const std::string& json);

class Results {
public:
  Results(const SeriesPlan& plan, FileSystem& files, ResultDirectory directory, std::string store)
      : m_plan(plan), m_files(files), m_directory(std::move(directory)), m_store(std::move(store)) {
  }

  // Takes over what the report names: from `from`, or from its place, where a killed run may have put it.
  // Nothing, and why, when it does not hold.
  std::optional<DoneCell> accept(const SeriesCell& cell, const std::string& identity,
                                 const JobReport& report, const std::string& from,
                                 std::string& why);
  // Whether all of it is still there as it was; one that another file stands for is hashed, and noted.
  bool still_there(const SeriesCell& cell, DoneCell& done, bool& noted);
  // The same from the store; nothing when it is not there.
  std::optional<DoneCell> take_from_store(const SeriesCell& cell, const std::string& identity);
  // Best effort: a store that is full or read-only costs other runs a build, not this one its result.
  Status put_to_store(const DoneCell& done, const std::string& report);

  const ResultDirectory& directory() const { return m_directory; }

private:
  std::string place_of(const SeriesCell& cell, const JobReport::Artifact& artifact) const;
  bool as_planned(const SeriesCell& cell, const JobReport& report, std::string& why) const;
  bool holds(const std::string& path, const std::string& sha256) const;
  Status make_place(const std::string& path) const;
  std::string stored(const std::string& identity) const {
    return m_store + "/results/" + identity.substr(0, 2) + "/" + identity;
  }

  const SeriesPlan& m_plan;
  FileSystem& m_files;
  ResultDirectory m_directory;
  std::string m_store; // "" without one
};

} // namespace kpb

#endif
