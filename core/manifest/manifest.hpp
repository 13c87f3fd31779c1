// SPDX-License-Identifier: GPL-2.0-only
//
// A manifest as it was written (docs/series.md): checked word by word, nothing looked up, nothing multiplied
// out. Which cells follow from it is core/series' affair.
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

  // What is not said here comes from there.
  Limits or_else(const Limits& other) const;
};

// What `defaults` says and a package may say otherwise. Empty: not said.
struct PackageDefaults {
  std::vector<std::string> policies;
  std::vector<std::string> backends;
  std::optional<std::string> release;
  std::optional<bool> replace;
  std::optional<std::string> builder;
  std::map<std::string, std::string> settings;
  std::map<std::string, std::string>
      texts; // license, url, packager; of a package also summary, description
  Limits limits;
};

// Words that name kernels, each with its place.
struct KernelWord {
  std::string word;
  YamlPlace place;
};

struct KernelChoice {
  std::vector<KernelWord> kernels; // empty: the package's
  std::vector<KernelWord> only;
  std::vector<KernelWord> except;
};

struct ManifestKernel {
  std::string name;
  YamlPlace place;
  std::string release; // as written
  std::string arch;    // as written, or ""
  // Paths as written; see resolve_path().
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
  PackageDefaults own; // the package's words, else those of `defaults`, else nothing
  std::vector<std::string> cves, supersedes, functions;
  std::optional<std::string> on_top_of;
  KernelChoice choice;
  std::vector<ManifestPatch> patches;
};

struct Manifest {
  std::string file;                // as messages show it
  std::string sha256;              // of its text
  std::string directory;           // relative paths begin here; "" is the current one
  std::optional<std::string> date; // YYYY-MM-DD
  std::vector<ManifestKernel> kernels;
  std::vector<ManifestPackage> packages;

  std::string resolve_path(const std::string& path) const;
};

// `file` is the manifest's path, which text came from. Nothing after a report.
std::optional<Manifest> parse_manifest(std::string_view text, const std::string& file,
                                       DiagnosticSink& sink);

// "8G" in bytes, "90m" in seconds; nothing for other words.
std::optional<uint64_t> parse_memory(std::string_view word);
std::optional<uint64_t> parse_time(std::string_view word);
// YYYY-MM-DD of a day that exists.
bool is_date(std::string_view word);

} // namespace kpb

#endif
