// SPDX-License-Identifier: GPL-2.0-only
//
// The policies name each cell, and the formats its files, in one worker for all of them: a policy that
// crashes, hangs or eats memory takes the worker down and not the run. Libraries are loaded once; a package's
// plugins are made once and asked for each of its kernels.
#include "core/series/plan.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/pipeline/build.hpp"
#include "core/pipeline/plan_artifacts.hpp"
#include "core/pipeline/take_request.hpp"
#include "core/plugin/call_guard.hpp"
#include "core/series/cell_request.hpp"
#include "core/series/records.hpp"
#include "core/system/fork_worker.hpp"
#include <kpb/sdk/fields.hpp>

#include <algorithm>
#include <cstring>

namespace kpb {

namespace {

constexpr WorkerLimits k_limits = {60, 4ULL << 30};

// Says to the parent what is wrong, at the manifest's place.
class TellingSink final : public DiagnosticSink {
public:
  explicit TellingSink(const SayToParent& say) : m_say(say) {}
  std::string where;
  void report(Diagnostic d) override {
    if (d.code == "replace-unknown") // its hint is for a command line
      d.hint = "add replace: true (if klp_patch.replace is true) or replace: false to the package; "
               "policy classic needs neither";
    d.where = where + (d.where.empty() ? "" : ": " + d.where);
    m_say(record({"diagnostic", std::to_string(static_cast<int>(d.severity)),
                  std::to_string(static_cast<int>(d.fault)), d.code, d.where, d.what, d.why, d.hint,
                  d.origin}));
  }

private:
  const SayToParent& m_say;
};

// One package: what its cells have in common is made once.
class PackageNamer {
public:
  PackageNamer(const SeriesPlan& plan, const ManifestPackage& package, Context& context)
      : m_plan(plan), m_request(package.says), m_context(context), m_build(m_request, m_context) {
    auto& d = m_build.document;
    d.put_text(fields::schema, fields::schema_name, "kpb");
    m_good = take_relations(m_build);
    d.put_text(fields::request_stem, package.name(), "command line");
    put_metadata(m_build);
    m_common = d;
  }
  bool name(const SeriesCell& cell, std::vector<std::string>& names) {
    if (!m_good)
      return false;
    auto& d = m_build.document;
    d = m_common;
    const auto& package = m_plan.package_of(cell);
    m_request = package.says;
    put_kernel(m_request, m_plan.kernel_of(cell));
    const std::string kind = m_plan.kind_of(cell, m_context.files);
    d.put_text(fields::request_kind, kind, "kpb");
    const std::string file = base_name(package.patches[cell.patches[0]].path());
    d.put_text(fields::request_file_name,
               kind == "diff" && cell.patches.size() == 1 ? file : package.name() + ".patch",
               "kpb");
    put_replace(m_build, kind);
    if (!take_kernel(m_build) || !name_package(m_build) || !plan_names(m_build))
      return false;
    names = {d.text(fields::package_name), d.text(fields::module_name)};
    for (const auto& variant : m_build.variants)
      for (const auto& artifact : variant.artifacts) {
        names.push_back(artifact.format);
        names.push_back(artifact.name);
      }
    return true;
  }

private:
  const SeriesPlan& m_plan;
  BuildRequest m_request;
  Context& m_context;
  Build m_build;
  Document m_common;
  bool m_good = false;
};

class Quiet final : public Progress {
public:
  void begin(Step, const std::string&) override {}
};

// The cells from `begin` to `end`.
int work(const SeriesPlan& plan, Context& context, size_t begin, size_t end,
         const SayToParent& say) {
  TellingSink sink(say);
  Quiet progress;
  Context own{
      {context.files, context.environment, context.processes, context.interrupts, progress, sink},
      context.plugins,
      context.templates};
  guard_plugin_calls_of_worker([&](const Diagnostic& d, int) { sink.report(d); });
  std::unique_ptr<PackageNamer> namer;
  const ManifestPackage* of = nullptr;
  std::string waiting; // records that are said together
  for (size_t i = begin; i < end; ++i) {
    const auto& cell = plan.cells[i];
    if (cell.left != Left::no)
      continue;
    const auto& package = plan.package_of(cell);
    sink.where = place_text(plan.manifest.file, package.place) + ": " + plan.name_of(cell);
    if (of != &package) {
      say(waiting); // what comes next may never come back
      waiting.clear();
      namer = std::make_unique<PackageNamer>(plan, package, own);
      of = &package;
    }
    std::vector<std::string> fields;
    if (!namer->name(cell, fields))
      continue; // why, was said
    fields.insert(fields.begin(), {"cell", std::to_string(i)});
    waiting += record(fields);
    if (waiting.size() > 65536) {
      say(waiting);
      waiting.clear();
    }
  }
  say(waiting);
  return 0;
}

// The other side: puts down what a worker says.
class Listener {
public:
  explicit Listener(SeriesPlan& plan) : m_plan(plan) {}
  void hear(std::string_view text) {
    m_reader.add(text);
    while (const auto fields = m_reader.next())
      take(*fields);
  }
  size_t named() const { return m_named; }
  const CollectingSink& told() const { return m_told; }

private:
  void take(const std::vector<std::string>& f) {
    if (f[0] == "diagnostic" && f.size() == 9) {
      m_told.report({static_cast<Severity>(std::stoi(f[1])), static_cast<Fault>(std::stoi(f[2])),
                     f[3], f[4], f[5], f[6], f[7], f[8]});
    } else if (f[0] == "cell" && f.size() >= 4) {
      auto& cell = m_plan.cells[std::stoul(f[1])];
      cell.package_name = f[2];
      cell.module_name = f[3];
      cell.artifacts.clear();
      for (size_t i = 4; i + 1 < f.size(); i += 2)
        cell.artifacts.push_back({f[i], f[i + 1]});
      ++m_named;
    }
  }

  SeriesPlan& m_plan;
  CollectingSink m_told;
  RecordReader m_reader;
  size_t m_named = 0;
};

} // namespace

namespace {

constexpr uint64_t k_max_names = 1ULL << 30U;

size_t to_name(const SeriesPlan& plan) {
  return static_cast<size_t>(std::count_if(plan.cells.begin(), plan.cells.end(),
                                           [](const auto& c) { return c.left == Left::no; }));
}

// Everything that names follow from: what is asked, and who.
std::string names_key(const SeriesPlan& plan, Context& context) {
  Sha256 digest;
  const auto add = [&](const std::string& text) { digest.update(text + std::string(1, '\0')); };
  add("kpb " KPB_VERSION);
  add(plan.machine);
  add(plan.manifest.sha256);
  for (const auto& package : plan.manifest.packages)
    for (uint32_t p = 0; p < package.patches.size(); ++p) {
      SeriesCell cell;
      cell.package = static_cast<uint32_t>(&package - plan.manifest.packages.data());
      cell.patches = {p};
      add(plan.kind_of(cell, context.files));
    }
  for (const auto& candidate : context.plugins.candidates()) {
    const auto info = context.files.stat(candidate.path);
    add(candidate.path);
    for (const int64_t number :
         info ? std::vector<int64_t>{static_cast<int64_t>(info->size), info->modified_ns,
                                     info->changed_ns, static_cast<int64_t>(info->inode)}
              : std::vector<int64_t>{})
      add(std::to_string(number));
  }
  return digest.hex();
}

// True when the file had all names of this plan.
bool names_from(const std::string& file, const std::string& key, SeriesPlan& plan,
                Context& context) {
  const auto text = context.files.read(file, k_max_names);
  constexpr size_t k_head = 2 * 64;
  if (!text || text->compare(0, 64, key) != 0 || text->size() < k_head ||
      text->compare(64, 64, sha256_hex(std::string_view(*text).substr(k_head))) != 0)
    return false;
  Listener listener(plan);
  listener.hear(std::string_view(*text).substr(k_head));
  return listener.named() == to_name(plan);
}

// Of large plans each processor names a part.
size_t workers_for(const SeriesPlan& plan, const Environment& environment) {
  constexpr size_t k_cells = 2000, k_most = 16;
  return std::clamp<size_t>(plan.cells.size() / k_cells, 1,
                            std::clamp<size_t>(environment.processors(), 1, k_most));
}

bool tell_end(const SeriesPlan& plan, const WorkerEnd& end, DiagnosticSink& sink) {
  return fail(
      sink,
      {.fault = Fault::plugin,
       .code = "series-naming",
       .where = plan.manifest.file,
       .what = "the policies could not be asked for names",
       .why = end.silent             ? "one of them did not answer within a minute"
              : end.exit_status == 5 ? "one of them used more than 4 GiB of memory"
              : end.exit_status < 0
                  ? std::string("one of them was killed by ") + ::strsignal(-end.exit_status)
                  : "one of them ended the process",
       .hint = "to find out which, run kpb build --dry-run with the policies of each package"});
}

} // namespace

bool name_cells(SeriesPlan& plan, Context& context, const std::string& cache) {
  auto& sink = context.diagnostics;
  const std::string key = cache.empty() ? "" : names_key(plan, context);
  if (!cache.empty() && names_from(cache, key, plan, context))
    return true;
  const size_t count = workers_for(plan, context.environment);
  std::vector<Listener> listeners(count, Listener(plan));
  std::vector<std::string> said(count);
  const size_t share = (plan.cells.size() + count - 1) / count;
  const auto ends = run_fork_workers(
      count,
      [&](size_t number, const SayToParent& say) {
        const size_t begin = std::min(plan.cells.size(), number * share);
        return work(plan, context, begin, std::min(plan.cells.size(), begin + share), say);
      },
      [&](size_t number, std::string_view text) {
        if (!cache.empty())
          said[number] += text;
        listeners[number].hear(text);
      },
      context.interrupts, k_limits);
  if (!ends)
    return fail(sink, {.fault = Fault::environment,
                       .code = "series-worker",
                       .what = "the policies cannot be asked",
                       .why = ends.error().text()});
  size_t named = 0;
  bool told = false, failed = false;
  for (const auto& listener : listeners) {
    listener.told().forward_to(sink);
    told = told || !listener.told().all().empty();
    failed = failed || listener.told().first_error() != nullptr;
    named += listener.named();
  }
  if (failed || context.interrupts.pending() != 0)
    return false;
  for (const auto& end : *ends)
    if (end.silent || end.exit_status != 0)
      return tell_end(plan, end, sink);
  if (named != to_name(plan))
    return tell_end(plan, {}, sink);
  // What was warned of is to be warned of the next time, too.
  if (const std::string all = join(said, ""); !cache.empty() && !told)
    plan.names = key + sha256_hex(all) + all;
  return true;
}

} // namespace kpb
