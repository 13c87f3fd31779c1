// SPDX-License-Identifier: GPL-2.0-only
//
// A manifest as it was written (docs/series.md): each word is checked, but nothing is looked up and
// nothing is expanded. Each map states a part of a build's request and is stored as one.
// core/series decides which cells follow from it.
#ifndef KPB_CORE_MANIFEST_MANIFEST_HPP
#define KPB_CORE_MANIFEST_MANIFEST_HPP

#include "core/manifest/yaml_tree.hpp"
#include "core/request/request.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

struct Limits {
  std::optional<uint64_t> memory; // bytes
  std::optional<uint64_t> time;   // seconds
  std::optional<std::string> partition;

  // These limits, with those of `other` for what is missing.
  Limits or_else(const Limits& other) const;
};

// A word that names kernels, with its place.
struct KernelWord {
  std::string word;
  YamlPlace place;
};

struct KernelChoice {
  std::vector<KernelWord> kernels; // empty: those of the package
  std::vector<KernelWord> only;
  std::vector<KernelWord> except;
};

struct ManifestKernel {
  std::string name;
  YamlPlace place;
  BuildRequest says;                      // release, files; paths as written, see resolve_path()
  std::optional<std::string> end_of_life; // YYYY-MM-DD
  Limits limits;
};

struct ManifestPatch {
  YamlPlace place;
  BuildRequest says;
  KernelChoice choice;

  bool is_module() const { return says.module.has_value(); }
  // As it was written.
  const std::string& path() const { return is_module() ? *says.module : says.arguments.at(0); }
};

struct ManifestPackage {
  YamlPlace place;
  BuildRequest says; // the package's values, with those of `defaults` for what is missing
  Limits limits;     // the same
  KernelChoice choice;
  std::vector<ManifestPatch> patches;

  const std::string& name() const { return *says.name; }
};

struct Manifest {
  std::string file;                // as shown in messages
  std::string sha256;              // of the file's text
  std::string directory;           // base of relative paths; "" is the current directory
  std::optional<std::string> date; // YYYY-MM-DD
  std::vector<ManifestKernel> kernels;
  std::vector<ManifestPackage> packages;

  std::string resolve_path(const std::string& path) const;
};

// `file` is the path of the manifest with this text. After an error, nothing is returned.
std::optional<Manifest> parse_manifest(std::string_view text, const std::string& file,
                                       DiagnosticSink& sink);

// "8G" in bytes, "90m" in seconds; nothing for words of another form.
std::optional<uint64_t> parse_memory(std::string_view word);
std::optional<uint64_t> parse_time(std::string_view word);
// Whether it is YYYY-MM-DD and that day exists.
bool is_date(std::string_view word);

} // namespace kpb

#endif
