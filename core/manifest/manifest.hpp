// SPDX-License-Identifier: GPL-2.0-only
//
// A manifest as it was written (docs/series.md): each word is checked, but nothing is looked up and
// nothing is expanded. core/series decides which cells follow from it.
#ifndef KPB_CORE_MANIFEST_MANIFEST_HPP
#define KPB_CORE_MANIFEST_MANIFEST_HPP

#include "core/manifest/yaml_tree.hpp"

#include <map>
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

// What `defaults` can set and a package can override. Empty means not set.
struct PackageDefaults {
  std::vector<std::string> policies;
  std::vector<std::string> backends;
  std::optional<std::string> release;
  std::optional<bool> replace;
  std::optional<std::string> builder;
  std::map<std::string, std::string> settings;
  std::map<std::string, std::string>
      texts; // license, url, packager; for a package also summary, description
  Limits limits;
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
  std::string release; // as written
  std::string arch;    // as written, or ""
  // Paths as they are written; see resolve_path().
  std::optional<std::string> source, config, vmlinux, modules, symvers, root;
  std::optional<std::string> kernel_id, builder, package_version;
  std::optional<std::string> end_of_life; // YYYY-MM-DD
  Limits limits;
};

struct ManifestPatch {
  YamlPlace place;
  std::string path; // as written
  bool module = false;
  KernelChoice choice;
  std::vector<std::string> cves;
};

struct ManifestPackage {
  YamlPlace place;
  std::string name;
  std::optional<std::string> version, epoch;
  PackageDefaults own; // the package's values, with those of `defaults` for what is missing
  std::vector<std::string> cves, supersedes, functions;
  std::optional<std::string> on_top_of;
  KernelChoice choice;
  std::vector<ManifestPatch> patches;
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
