// SPDX-License-Identifier: GPL-2.0-only
//
// What jobs make, and the check of it: an artifact is accepted when it is, byte for byte, the file that its job
// verified, and has the name that was planned. It is renamed from the job's own directory to its place in the
// result directory. What was built here is also put into the store, for other runs.
#ifndef KPB_CORE_SERIES_RESULTS_HPP
#define KPB_CORE_SERIES_RESULTS_HPP

#include "core/model/own_fields.hpp"
#include "core/series/journal.hpp"
#include "core/series/plan.hpp"
#include "core/series/result_directory.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kpb {

// What a series reads of a job's report (kpb.report/1).
struct JobReport {
  int status = 0;
  bool not_needed = false; // one of the patches is in the kernel already
  struct Artifact {
    std::string format, name, sha256;

    template <class Self, class Each> static void visit(Self& self, const Each& each) {
      each(fields::report::artifact::format, self.format);
      each(fields::report::artifact::name, self.name);
      each(fields::report::artifact::sha256, self.sha256);
    }
  };
  std::vector<Artifact> artifacts;
  std::string message, hint; // of the first error
  std::string text;          // the report itself

  // Of a set of several patches, all that is known is that one of them is not needed; that is a failure.
  bool says_not_needed(const SeriesCell& cell) const {
    return not_needed && cell.patches.size() == 1;
  }
};
std::optional<JobReport> parse_report(const std::string& json);

class Results {
public:
  Results(const SeriesPlan& plan, FileSystem& files, ResultDirectory directory, std::string store)
      : m_plan(plan), m_files(files), m_directory(std::move(directory)), m_store(std::move(store)) {
  }

  // Moves what the report names from `from` to its place, where a killed run may have put it already. An error,
  // with the reason, when that is not what was planned and verified.
  tl::expected<DoneCell, std::string> accept(const SeriesCell& cell, const std::string& identity,
                                             const JobReport& report, const std::string& from);
  enum class Presence : uint8_t {
    untouched,
    replaced, // by files of the same content; `done` now describes these
    gone,     // some are not there, or have other content
  };
  // Whether the artifacts are as they were made.
  Presence check(const SeriesCell& cell, DoneCell& done);
  // Copies the artifacts of this identity from the store to their places. Nothing when it has none.
  std::optional<DoneCell> take_from_store(const SeriesCell& cell, const std::string& identity);
  // An error costs nothing but time: other runs build it again.
  Status put_to_store(const DoneCell& done, const JobReport& report);

  const ResultDirectory& directory() const { return m_directory; }

private:
  std::string place_of(const SeriesCell& cell, const JobReport::Artifact& artifact) const;
  // How the report's artifacts differ from those planned; nothing when they do not.
  static std::optional<std::string> unplanned(const SeriesCell& cell, const JobReport& report);
  bool holds(const std::string& path, const std::string& sha256) const;
  Status make_place(const std::string& path) const;
  Status write_result(const DoneCell& done, const std::string& report,
                      const std::string& directory) const;
  std::string stored(const std::string& identity) const {
    return m_store + "/results/" + identity.substr(0, 2) + "/" + identity;
  }

  const SeriesPlan& m_plan;
  FileSystem& m_files;
  ResultDirectory m_directory;
  std::string m_store;           // "" without one
  std::set<std::string> m_swept; // directories in which nothing of a killed run is left
};

} // namespace kpb

#endif
