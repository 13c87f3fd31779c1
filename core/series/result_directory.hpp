// SPDX-License-Identifier: GPL-2.0-only
//
// Where things lie in a result directory; docs/series.md, "Result".
#ifndef KPB_CORE_SERIES_RESULT_DIRECTORY_HPP
#define KPB_CORE_SERIES_RESULT_DIRECTORY_HPP

#include <string>

namespace kpb {

struct ResultDirectory {
  std::string root; // absolute

  std::string artifact(const std::string& relative) const { return root + "/" + relative; }
  std::string sums() const { return root + "/SHA256SUMS"; }
  std::string told() const { return root + "/series.json"; }
  std::string own() const { return root + "/.kpb"; }
  std::string lock() const { return own() + "/lock"; }
  std::string journal() const { return own() + "/journal"; }
  std::string run_log() const { return own() + "/run.log"; }
  std::string names() const { return own() + "/names"; }
  std::string inputs() const { return own() + "/inputs"; }
  std::string cells() const { return own() + "/cells"; }
  // Of a job, whose name is a cell's, or "kernel-NAME" of one that makes a kernel ready.
  std::string job(const std::string& name) const { return cells() + "/" + name; }
  std::string log(const std::string& name) const { return job(name) + "/log"; }
  std::string identity(const std::string& name) const { return job(name) + "/identity"; }
  std::string report(const std::string& name, const std::string& identity) const {
    return job(name) + "/" + identity.substr(0, 16) + ".json";
  }
};

} // namespace kpb

#endif
