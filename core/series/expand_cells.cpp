// SPDX-License-Identifier: GPL-2.0-only
//
// Packages x patches x kernels, multiplied out. A word that names a kernel is looked up once, however often
// it stands there, so that the work grows with the cells and not with their squares.
#include "core/series/plan.hpp"

#include "core/base/arch.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace kpb {

namespace {

constexpr size_t k_max_cells = 200'000;
// Kernels that are looked at for the words of all packages together. Many patterns that each match many kernels are few
// cells and much work.
constexpr size_t k_max_looks = 5'000'000;
constexpr size_t k_longest_word = 256;
// Wrong words that are told, and names in the hint of each.
constexpr size_t k_most_told = 5;
constexpr size_t k_most_names = 20;

// `*` and `?`, as in a shell.
bool matches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string::npos, resumed = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resumed = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++resumed;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string::npos;
}

bool is_pattern(const std::string& word) { return word.find_first_of("*?") != std::string::npos; }

class Kernels {
public:
  Kernels(SeriesPlan& plan, DiagnosticSink& sink) : m_plan(plan), m_sink(sink) {}

  bool take_named() {
    bool good = true;
    for (const auto& given : m_plan.manifest.kernels) {
      const auto name = parse(*given.says.kernel, given.says.arch.value_or(""), given.place);
      good = name && good;
      if (!name)
        continue;
      m_by_name.emplace(given.name, index());
      m_by_release.emplace(name->release, index()); // the first one of that release
      m_plan.kernels.push_back({given.name, *name, &given});
    }
    return good;
  }
  // The kernels that a word means; null after a report.
  const std::vector<uint32_t>* find(const KernelWord& word) {
    const auto known = m_known.find(word.word);
    const auto* found = known != m_known.end() ? &known->second : look_up(word);
    m_looks += found == nullptr ? 0 : found->size();
    return m_looks <= k_max_looks ? found : too_much(word);
  }

private:
  const std::vector<uint32_t>* look_up(const KernelWord& word) {
    std::vector<uint32_t> found;
    if (word.word.size() > k_longest_word)
      return refuse(word,
                    fmt::format("a kernel's word has {} bytes, more than {}", word.word.size(),
                                k_longest_word),
                    "give a name from kernels:, or a release (uname -r)");
    if (is_pattern(word.word)) {
      m_looks += m_plan.kernels.size();
      if (m_looks > k_max_looks)
        return too_much(word);
      for (uint32_t i = 0; i < m_plan.kernels.size(); ++i)
        if (m_plan.kernels[i].given != nullptr && matches(word.word, m_plan.kernels[i].name))
          found.push_back(i);
      if (found.empty())
        return refuse(word, "no kernel's name matches " + shown(word.word),
                      "* and ? match the names under kernels:");
    } else if (const auto named = m_by_name.find(word.word); named != m_by_name.end()) {
      found.push_back(named->second);
    } else if (is_digit(word.word[0])) {
      const auto kernel = by_release(word);
      if (!kernel)
        return nullptr;
      found.push_back(*kernel);
    } else {
      return refuse(word, "there is no kernel " + shown(word.word),
                    "give a name from kernels:, or a release (uname -r)");
    }
    return &m_known.emplace(word.word, std::move(found)).first->second;
  }

  // Told once: every word behind it is too much as well.
  const std::vector<uint32_t>* too_much(const KernelWord& word) {
    if (!std::exchange(m_too_much, true))
      fail(m_sink, {.fault = Fault::input,
                    .code = "series-too-large",
                    .where = place_text(m_plan.manifest.file, word.place),
                    .what = fmt::format("the words up to here name kernels more than {} times",
                                        k_max_looks),
                    .why = "each pattern is compared with each kernel",
                    .hint = "use fewer patterns, or split the manifest"});
    return nullptr;
  }
  uint32_t index() const { return static_cast<uint32_t>(m_plan.kernels.size()); }
  std::optional<KernelName> parse(const std::string& release, const std::string& arch,
                                  YamlPlace place) {
    CollectingSink heard;
    auto name = parse_kernel_name(release, arch, m_plan.machine, heard);
    for (auto d : heard.all()) {
      d.where = place_text(m_plan.manifest.file, place);
      m_sink.report(std::move(d));
    }
    return name;
  }
  std::optional<uint32_t> by_release(const KernelWord& word) {
    const auto name = parse(word.word, "", word.place);
    if (!name)
      return std::nullopt;
    const auto [known, fresh] = m_by_release.emplace(name->release, index());
    if (fresh)
      m_plan.kernels.push_back({name->release, *name, nullptr});
    return known->second;
  }
  const std::vector<uint32_t>* refuse(const KernelWord& word, const std::string& what,
                                      const std::string& why) {
    if (++m_told > k_most_told)
      return nullptr;
    std::vector<std::string> names;
    for (const auto& kernel : m_plan.manifest.kernels)
      names.push_back(kernel.name);
    const auto near = nearest(word.word, names);
    if (names.size() > k_most_names) {
      names.resize(k_most_names);
      names.emplace_back("...");
    }
    fail(m_sink, {.fault = Fault::input,
                  .code = "series-kernel",
                  .where = place_text(m_plan.manifest.file, word.place),
                  .what = what,
                  .why = why,
                  .hint = near            ? "did you mean " + *near + "?"
                          : names.empty() ? ""
                                          : "they are " + join(names, ", ")});
    return nullptr;
  }

  SeriesPlan& m_plan;
  DiagnosticSink& m_sink;
  size_t m_looks = 0;
  size_t m_told = 0;
  bool m_too_much = false;
  std::unordered_map<std::string, uint32_t> m_by_name, m_by_release;
  std::unordered_map<std::string, std::vector<uint32_t>> m_known;
};

// `only` and `except` of a package or patch, as sets.
struct Filter {
  bool limited = false;
  std::unordered_set<uint32_t> only, except;

  bool take(const KernelChoice& choice, Kernels& kernels) {
    bool good = true;
    limited = !choice.only.empty();
    for (const auto& [words, set] :
         {std::pair{&choice.only, &only}, std::pair{&choice.except, &except}})
      for (const auto& word : *words) {
        const auto* found = kernels.find(word);
        good = good && found != nullptr;
        if (found != nullptr)
          set->insert(found->begin(), found->end());
      }
    return good;
  }
  // Why the kernel is left out; "" when it is not.
  std::string why_not(uint32_t kernel) const {
    if (limited && only.count(kernel) == 0)
      return "only names other kernels";
    return except.count(kernel) != 0 ? "except names it" : "";
  }
};

// What one package wants for one kernel, while its patches are gone through.
struct WantedCell {
  std::vector<uint32_t> patches;
  std::string why_not;
};

bool collect(const SeriesPlan& plan, const ManifestPackage& package, Kernels& kernels,
             std::unordered_map<uint32_t, WantedCell>& wanted, std::vector<uint32_t>& order,
             DiagnosticSink& sink) {
  Filter of_package;
  bool good = of_package.take(package.choice, kernels);
  for (uint32_t p = 0; p < package.patches.size(); ++p) {
    const auto& patch = package.patches[p];
    Filter of_patch;
    good = of_patch.take(patch.choice, kernels) && good;
    const auto& words =
        patch.choice.kernels.empty() ? package.choice.kernels : patch.choice.kernels;
    if (words.empty())
      good = fail(sink, {.fault = Fault::input,
                         .code = "series-no-kernel",
                         .where = place_text(plan.manifest.file, patch.place),
                         .what = fmt::format("{} names no kernel", shown(patch.path())),
                         .why = "neither does its package",
                         .hint = "add kernels: and a list, here or to the package"});
    std::unordered_set<uint32_t> seen; // two patterns may name one kernel
    for (const auto& word : words) {
      const auto* found = kernels.find(word);
      good = good && found != nullptr;
      if (found == nullptr)
        continue;
      for (const uint32_t kernel : *found) {
        if (!seen.insert(kernel).second)
          continue;
        const auto [entry, fresh] = wanted.try_emplace(kernel);
        if (fresh)
          order.push_back(kernel);
        std::string why = of_package.why_not(kernel);
        if (why.empty())
          why = of_patch.why_not(kernel);
        if (why.empty())
          entry->second.patches.push_back(p);
        else
          entry->second.why_not = std::move(why);
      }
    }
  }
  return good;
}

// What the machine and the calendar leave out.
void prune(const SeriesPlan& plan, SeriesCell& cell, Context& context) {
  const auto& kernel = plan.kernel_of(cell);
  const auto& date = plan.manifest.date;
  const auto leave = [&](Left left, std::string why) {
    cell.left = left;
    cell.why = std::move(why);
  };
  if (date && kernel.given != nullptr && kernel.given->end_of_life &&
      *kernel.given->end_of_life < *date)
    leave(Left::end_of_life, "its end of life was " + *kernel.given->end_of_life);
  else if (kernel.kernel.arch != plan.machine && plan.builds(cell, context.plugins, context.files))
    leave(Left::no_builder,
          "the builders here build for " + plan.machine + ", it is for " + kernel.kernel.arch);
}

// A set that becomes one module: diffs, or one thing that is no diff.
bool check_set(const SeriesPlan& plan, const SeriesCell& cell, Context& context) {
  if (cell.patches.size() < 2)
    return true;
  for (const uint32_t p : cell.patches) {
    const auto& patch = plan.package_of(cell).patches[p];
    SeriesCell alone = cell;
    alone.patches = {p};
    const std::string kind = plan.kind_of(alone, context.files);
    if (kind != "diff")
      return fail(context.diagnostics,
                  {.fault = Fault::input,
                   .code = "series-set",
                   .where = place_text(plan.manifest.file, patch.place),
                   .what = fmt::format("{} has {} together with other patches", plan.name_of(cell),
                                       shown(patch.path())),
                   .why = fmt::format(
                       "the patches for one kernel become one module, and {} is already a module",
                       kind == "module" ? "a finished module" : "a hand-written one"),
                   .hint = "put it into a separate package"});
  }
  return true;
}

bool add_cells(SeriesPlan& plan, uint32_t package,
               const std::unordered_map<uint32_t, WantedCell>& wanted,
               const std::vector<uint32_t>& order, Context& context) {
  bool good = true;
  for (const uint32_t kernel : order) {
    const WantedCell& want = wanted.at(kernel);
    SeriesCell cell;
    cell.package = package;
    cell.kernel = kernel;
    cell.patches = want.patches;
    if (cell.patches.empty()) {
      cell.left = Left::excepted;
      cell.why = want.why_not;
    } else {
      good = check_set(plan, cell, context) && good;
      prune(plan, cell, context);
    }
    plan.cells.push_back(std::move(cell));
  }
  return good;
}

} // namespace

const char* left_word(Left left) {
  switch (left) {
  case Left::no: return "";
  case Left::excepted: return "excepted";
  case Left::end_of_life: return "end-of-life";
  case Left::no_builder: return "no-builder";
  }
  return "";
}

std::string SeriesPlan::name_of(const SeriesCell& cell) const {
  return package_of(cell).name() + "@" + kernel_of(cell).name;
}

std::string SeriesPlan::version_of(const SeriesCell& cell) const {
  const auto& says = package_of(cell).says;
  return (says.epoch ? *says.epoch + ":" : "") + says.version.value_or(says.first()) + "-" +
         says.release.value_or(says.first());
}

std::string SeriesPlan::kind_of(const SeriesCell& cell, FileSystem& files) const {
  const auto& patch = package_of(cell).patches[cell.patches[0]];
  if (patch.is_module())
    return "module";
  if (patch.path().ends_with(".c"))
    return "source";
  if (patch.path().ends_with(".patch") || patch.path().ends_with(".diff"))
    return "diff"; // whatever it is, a build says so
  const auto info = files.stat(manifest.resolve_path(patch.path()));
  return info && info->type == FileInfo::Type::directory ? "source" : "diff";
}

bool SeriesPlan::uses_kernel(const SeriesCell& cell, FileSystem& files) const {
  return kind_of(cell, files) == "diff" &&
         package_of(cell).says.formats() != std::vector<std::string>{"rpm-spec"};
}

bool SeriesPlan::builds(const SeriesCell& cell, const PluginCatalog& plugins,
                        FileSystem& files) const {
  if (kind_of(cell, files) == "module")
    return false;
  for (const auto& format : package_of(cell).says.formats())
    if (const auto offer = plugins.offer("backend", format); !offer || !offer->source)
      return true;
  return false;
}

std::string builder_of(const ManifestPackage& package, const SeriesKernel& kernel) {
  if (package.says.builder)
    return *package.says.builder;
  return kernel.given != nullptr ? kernel.given->says.builder.value_or("auto") : "auto";
}

std::optional<SeriesPlan> expand_cells(Manifest manifest, Context& context) {
  SeriesPlan plan;
  plan.manifest = std::move(manifest);
  plan.machine = canonical_arch(context.environment.machine()).value_or("x86_64");
  Kernels kernels(plan, context.diagnostics);
  bool good = kernels.take_named();
  for (uint32_t i = 0; i < plan.manifest.packages.size(); ++i) {
    std::unordered_map<uint32_t, WantedCell> wanted;
    std::vector<uint32_t> order;
    good = collect(plan, plan.manifest.packages[i], kernels, wanted, order, context.diagnostics) &&
           good;
    if (plan.cells.size() + order.size() > k_max_cells) {
      fail(context.diagnostics,
           {.fault = Fault::input,
            .code = "series-too-large",
            .where = place_text(plan.manifest.file, plan.manifest.packages[i].place),
            .what = "the manifest has more than 200,000 cells",
            .hint = "split the manifest"});
      return std::nullopt;
    }
    good = good && add_cells(plan, i, wanted, order, context);
  }
  if (!good)
    return std::nullopt;
  return plan;
}

std::optional<SeriesPlan> plan_series(Manifest manifest, Context& context,
                                      const std::string& cache) {
  auto plan = expand_cells(std::move(manifest), context);
  if (!plan || !name_cells(*plan, context, cache) || !check_collisions(*plan, context.diagnostics))
    return std::nullopt;
  return plan;
}

} // namespace kpb
