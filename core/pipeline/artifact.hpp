// SPDX-License-Identifier: GPL-2.0-only
//
// What a build makes: artifacts, and the variants of the document that they come from.
#ifndef KPB_CORE_PIPELINE_ARTIFACT_HPP
#define KPB_CORE_PIPELINE_ARTIFACT_HPP

#include "core/model/document.hpp"

#include <set>
#include <string>
#include <vector>

namespace kpb {

// A finished artifact in the workspace, then at its final place.
struct Artifact {
  std::string format;
  std::string name;   // file name
  std::string beside; // what it is, where the format made it beside the one that was asked for
  std::set<std::string> leads_to; // packages that this one requires, where it lies beside another
  std::string path;               // in the workspace, relative to it
  std::string recipe;             // of a source package: workspace path of its spec
  Document holds;                 // what it must hold: the variant's document as this format has it
  std::string sha256;             // of what was verified
  std::string published;          // where it went: "-" for standard output
};

// The formats that come from one document: all packed ones, or all that tell how to build.
struct Variant {
  bool source = false;
  std::vector<std::string> formats;
  Document document;
  std::vector<Artifact> artifacts;
};

} // namespace kpb

#endif
