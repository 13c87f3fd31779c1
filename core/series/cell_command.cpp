// SPDX-License-Identifier: GPL-2.0-only
//
// See cell_command.hpp.
#include "core/series/cell_command.hpp"

#include "core/base/text.hpp"

namespace kpb {

namespace {

class Words {
public:
  explicit Words(std::vector<std::string> words) : m_words(std::move(words)) {}
  void add(const char* option, const std::string& value) {
    m_words.emplace_back(option);
    m_words.push_back(value);
  }
  void add(const char* option, const std::optional<std::string>& value) {
    if (value)
      add(option, *value);
  }
  void add_all(const char* option, const std::vector<std::string>& values) {
    for (const auto& value : values)
      add(option, value);
  }
  void plain(const std::string& word) { m_words.push_back(word); }
  std::vector<std::string> take() { return std::move(m_words); }

private:
  std::vector<std::string> m_words;
};

void add_metadata(Words& words, const ManifestPackage& package, const SeriesCell& cell) {
  words.add("--name", package.name);
  words.add("--set-version", package.version);
  words.add("--set-release", package.own.release);
  words.add("--epoch", package.epoch);
  for (const auto& [key, value] : package.own.settings)
    words.add("--set", key + "=" + value);
  for (const auto& [key, value] : package.own.texts)
    words.add(("--" + key).c_str(), value);
  words.add_all("--cve", package.cves);
  for (const uint32_t p : cell.patches)
    words.add_all("--cve", package.patches[p].cves);
  words.add_all("--function", package.functions);
  words.add_all("--supersedes", package.supersedes);
  words.add("--on-top-of", package.on_top_of);
  if (package.own.replace)
    words.plain(*package.own.replace ? "--replace" : "--no-replace");
}

// What a module is built with; nothing of it is of use to others.
void add_kernel_files(Words& words, const SeriesPlan& plan, const SeriesKernel& kernel, bool all) {
  if (kernel.given == nullptr)
    return;
  const auto path = [&](const char* option, const std::optional<std::string>& value) {
    if (value)
      words.add(option, plan.manifest.resolve_path(*value));
  };
  path("--source", kernel.given->source);
  if (!all)
    return;
  path("--config", kernel.given->config);
  path("--vmlinux", kernel.given->vmlinux);
  path("--modules", kernel.given->modules);
  path("--symvers", kernel.given->symvers);
  path("--root", kernel.given->root);
  words.add("--kernel-id", kernel.given->kernel_id);
}

} // namespace

std::string builder_of(const ManifestPackage& package, const SeriesKernel& kernel) {
  if (package.own.builder)
    return *package.own.builder;
  return kernel.given != nullptr ? kernel.given->builder.value_or("auto") : "auto";
}

std::vector<std::string> cell_command(const SeriesPlan& plan, const SeriesCell& cell,
                                      const JobWords& common, const SeriesSigning& signing,
                                      const CellJob& job) {
  const auto& package = plan.package_of(cell);
  const auto& kernel = plan.kernel_of(cell);
  Words words({common.program, "build"});
  for (const auto& word : common.common)
    words.plain(word);
  words.add_all("--backend", formats_of(package));
  words.add_all("--policy", policies_of(package));
  words.add("--kernel", kernel.kernel.release);
  words.add("--arch", kernel.kernel.arch);
  if (kernel.given != nullptr)
    words.add("--kernel-package-version", kernel.given->package_version);
  add_metadata(words, package, cell);
  if (job.kind != "module") {
    words.add("--builder", builder_of(package, kernel));
    words.add("--jobs", std::to_string(job.processors));
  }
  if (job.uses_kernel) {
    words.add("--store", common.store);
    words.add("--store-limit", common.store_limit);
    if (!job.kernel_id.empty())
      words.add("--kernel-id", job.kernel_id);
    else
      add_kernel_files(words, plan, kernel, /*all=*/true);
  } else if (job.kind == "source" && job.builds) {
    add_kernel_files(words, plan, kernel, /*all=*/false);
  }
  for (const auto& option :
       job.builds || job.kind == "module" ? signing.options : std::vector<std::string>{})
    words.plain(option);
  words.add("--output", job.output);
  words.add("--report", job.report);
  if (job.kind == "module") {
    words.add("--module", plan.manifest.resolve_path(package.patches[cell.patches[0]].path));
    return words.take();
  }
  words.plain("--");
  for (const uint32_t p : cell.patches)
    words.plain(plan.manifest.resolve_path(package.patches[p].path));
  return words.take();
}

std::vector<std::string> prime_command(const SeriesPlan& plan, const SeriesKernel& kernel,
                                       const JobWords& job, uint64_t processors, bool compile) {
  Words words({job.program, "kernel", "add"});
  for (const auto& word : job.common)
    words.plain(word);
  words.add("--kernel", kernel.kernel.release);
  words.add("--arch", kernel.kernel.arch);
  add_kernel_files(words, plan, kernel, true);
  words.add("--builder", kernel.given->builder);
  if (!compile)
    words.plain("--no-compile");
  words.add("--store", job.store);
  words.add("--store-limit", job.store_limit);
  words.add("--jobs", std::to_string(processors));
  return words.take();
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) {
    const bool plain =
        !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
                                                "VWXYZ0123456789_@%+=:,./-") == std::string::npos;
    out += (out.empty() ? "" : " ") + (plain ? word : "'" + replace_all(word, "'", "'\\''") + "'");
  }
  return out;
}

} // namespace kpb
