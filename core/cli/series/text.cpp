// SPDX-License-Identifier: GPL-2.0-only
//
// See text.hpp. The plan has a block for each package, with a row for each kernel and the patches
// for it.
#include "core/cli/series/text.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include "core/series/sums.hpp"
#include <kpb/sdk/tabbed_lines.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <functional>
#include <map>

namespace kpb {

namespace {

std::string padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size() + 2), ' ');
  return text;
}

std::string counted(size_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::vector<std::string> patches_of(const SeriesPlan& plan, const SeriesCell& cell) {
  std::vector<std::string> out;
  for (const uint32_t p : cell.patches)
    out.push_back(plan.package_of(cell).patches[p].path());
  return out;
}

std::string head_of(const SeriesPlan& plan, const SeriesCell& cell) {
  const auto& package = plan.package_of(cell);
  return package.name() + " " + plan.version_of(cell) + "  (policy " +
         join(package.says.policies(), " + ") + "; " + join(package.says.formats(), ", ") + ")\n";
}

std::string explained(const SeriesPlan& plan, const SeriesCell& cell, const Context& context) {
  std::string out;
  const auto line = [&](const char* name, const std::string& value) {
    out += "      " + padded(name, 10) + escape_control(value) + "\n";
  };
  line("package", cell.package_name);
  line("module", cell.module_name);
  for (const auto& artifact : cell.artifacts)
    line("file", artifact.format + "/" + plan.kernel_of(cell).kernel.release + "/" + artifact.name);
  const bool builds = plan.builds(cell, context.plugins, context.files);
  line("built", builds ? "here, by " + plan.package_of(cell).says.builder.value_or("auto")
                : plan.kind_of(cell, context.files) == "module"
                    ? "it is finished"
                    : "not built here: only the sources are packaged");
  std::vector<std::string> others;
  for (const auto& patch : plan.package_of(cell).patches)
    others.push_back(patch.path());
  if (cell.patches.size() > 1)
    line("set", "the package's patches for this kernel become one module, in this order");
  if (others.size() > cell.patches.size())
    line("without", std::to_string(others.size() - cell.patches.size()) +
                        " of its patches, which do not name this kernel or leave it out");
  return out;
}

} // namespace

std::string duration_words(double seconds) {
  const auto s = std::lround(seconds);
  if (s < 60)
    return std::to_string(s) + " s";
  return s < 3600 ? std::to_string(s / 60) + " min " + std::to_string(s % 60) + " s"
                  : std::to_string(s / 3600) + " h " + std::to_string(s / 60 % 60) + " min";
}

std::string plan_text(const SeriesPlan& plan, const PlanSize& size, const Context& context,
                      bool explain) {
  size_t width = 6;
  for (const auto& kernel : plan.kernels)
    width = std::max(width, kernel.name.size() + 2);
  std::string out;
  uint32_t package = UINT32_MAX;
  for (const auto& cell : plan.cells) {
    if (cell.package != package)
      out += (package == UINT32_MAX ? "" : "\n") + head_of(plan, cell);
    package = cell.package;
    const std::string row = "  " + padded(plan.kernel_of(cell).name, width);
    if (cell.left != Left::no) {
      out += row + "left out (" + left_word(cell.left) + "): " + cell.why + "\n";
      continue;
    }
    out += row + escape_control(join(patches_of(plan, cell), " ")) + "\n";
    if (explain)
      out += explained(plan, cell, context);
  }
  out += "\n" + counted(size.cells, "cell") + " for " + counted(size.kernels, "kernel");
  if (size.left_out != 0)
    out += ", " + std::to_string(size.left_out) + " left out";
  if (size.to_prepare != 0)
    out += ", " + counted(size.to_prepare, "kernel") + " to prepare first";
  if (size.seconds && *size.seconds >= 1)
    out += ", about " + duration_words(*size.seconds) + " (estimated from the last run)";
  return out + "\n";
}

namespace {

size_t count(const SeriesOutcome& outcome, CellState state) {
  return static_cast<size_t>(std::count_if(outcome.cells.begin(), outcome.cells.end(),
                                           [&](const CellOutcome& c) { return c.state == state; }));
}

constexpr CellState k_states[] = {CellState::built,   CellState::reused,     CellState::running,
                                  CellState::waiting, CellState::not_needed, CellState::failed,
                                  CellState::not_run, CellState::left_out};

std::string rows(const SeriesPlan& plan, const SeriesOutcome& outcome,
                 const std::function<bool(const CellOutcome&)>& wanted, bool why,
                 const char* (*word)(CellState) = state_word) {
  size_t width = 4;
  for (size_t i = 0; i < plan.cells.size(); ++i)
    if (wanted(outcome.cells[i]))
      width = std::max(width, plan.name_of(plan.cells[i]).size() + 2);
  std::string out;
  for (size_t i = 0; i < plan.cells.size(); ++i) {
    const auto& cell = outcome.cells[i];
    if (!wanted(cell))
      continue;
    out += "  " + padded(plan.name_of(plan.cells[i]), width) + padded(word(cell.state), 12);
    if ((why || cell.state == CellState::running) && !cell.why.empty())
      out += escape_control(cell.why);
    while (out.back() == ' ')
      out.pop_back();
    out += "\n";
  }
  return out;
}

// For status: "reused" would be misleading, because nothing is reused there.
const char* done_word(CellState state) {
  return state == CellState::reused ? "done" : state_word(state);
}

std::string summary(const SeriesOutcome& outcome, const char* (*word)(CellState) = state_word) {
  std::vector<std::string> parts;
  for (const CellState state : k_states)
    if (const size_t n = count(outcome, state); n != 0)
      parts.push_back(std::to_string(n) + " " + word(state));
  return counted(outcome.cells.size(), "cell") + ": " + join(parts, ", ") + "\n";
}

} // namespace

std::string outcome_text(const SeriesPlan& plan, const SeriesOutcome& outcome, bool all) {
  constexpr size_t k_rows = 50; // if there are more, only the important ones are listed
  const bool each = all || outcome.cells.size() <= k_rows;
  return rows(
             plan, outcome,
             [&](const CellOutcome& c) {
               return each || c.state == CellState::failed || c.state == CellState::not_needed;
             },
             /*why=*/true) +
         summary(outcome);
}

std::string status_text(const SeriesPlan& plan, const SeriesOutcome& outcome, bool why) {
  return rows(
             plan, outcome, [](const CellOutcome&) { return true; }, why, done_word) +
         summary(outcome, done_word);
}

void put_outcome(const SeriesPlan& plan, const SeriesOutcome& outcome,
                 const ResultDirectory& directory, Document& result) {
  namespace f = fields::result;
  const Writer out(result, "");
  out.put(f::directory, directory.root);
  out.put_array(f::cells);
  for (size_t i = 0; i < plan.cells.size(); ++i) {
    const auto& cell = plan.cells[i];
    const auto& o = outcome.cells[i];
    const Writer entry = out.element(f::cells);
    entry.put(f::cell::cell, plan.name_of(cell));
    entry.put(f::cell::kernel, plan.kernel_of(cell).kernel.release);
    entry.put(f::cell::state, state_word(o.state));
    if (!o.why.empty())
      entry.put(f::cell::why, o.why);
    if (!o.identity.empty())
      entry.put(f::cell::identity, o.identity);
    if (o.state == CellState::built || o.state == CellState::failed)
      entry.put(f::cell::log, directory.log(plan.name_of(cell)));
    for (const auto& a : o.artifacts) {
      const Writer artifact = entry.element(f::cell::artifacts);
      artifact.put(f::artifact::path, a.path);
      artifact.put(f::artifact::sha256, a.sha256);
    }
  }
}

namespace {

// Without anything that belongs to a single run: the same cells give the same bytes.
std::string series_json(const SeriesPlan& plan, const SeriesOutcome& outcome) {
  namespace f = fields::series;
  Document d;
  const Writer out(d, "");
  out.put(f::schema, f::schema_name);
  out.put_array(f::cells);
  for (size_t i = 0; i < plan.cells.size(); ++i) {
    const auto& cell = plan.cells[i];
    const auto& o = outcome.cells[i];
    const Writer entry = out.element(f::cells);
    const bool done = o.state == CellState::built || o.state == CellState::reused;
    entry.put(f::cell::cell, plan.name_of(cell));
    entry.put(f::cell::package, plan.package_of(cell).name());
    entry.put(f::cell::kernel, plan.kernel_of(cell).kernel.release);
    entry.put(f::cell::arch, plan.kernel_of(cell).kernel.arch);
    entry.put(f::cell::state, done ? "done" : state_word(o.state));
    if (!done && !o.why.empty())
      entry.put(f::cell::why, o.why);
    if (cell.left != Left::no)
      continue;
    entry.put(f::cell::name, cell.package_name);
    entry.put(f::cell::version, plan.version_of(cell));
    entry.put(f::cell::module, cell.module_name);
    entry.put(f::cell::identity, o.identity);
    if (o.state == CellState::failed)
      entry.put(f::cell::log, ".kpb/cells/" + plan.name_of(cell) + "/log");
    for (const auto& a : o.artifacts) {
      const Writer artifact = entry.element(f::cell::artifacts);
      artifact.put(f::artifact::path, a.path);
      artifact.put(f::artifact::sha256, a.sha256);
    }
  }
  return d.dump(/*with_provenance=*/false);
}

Sums sums_of(const SeriesOutcome& outcome) {
  Sums sums;
  for (const auto& cell : outcome.cells)
    for (const auto& a : cell.artifacts)
      sums[a.path] = a.sha256;
  return sums;
}

// Nothing is published that its reader would take for something else.
bool cannot_list(Session& session, const std::string& path) {
  return fail(session.diagnostics(),
              {.fault = Fault::verification,
               .code = "series-output",
               .what = fmt::format("cannot write {}", shown(path)),
               .why = "the name of an artifact would not be read as it is written",
               .hint = "use names of letters, digits and .+_- in the manifest"});
}

bool put_file(Session& session, const std::string& path, const std::string& content) {
  auto& files = session.files();
  const std::string hidden = parent_path(path) + "/.kpb/" + base_name(path) + ".tmp";
  [[maybe_unused]] const auto removed = files.remove(hidden);
  auto done = files.write_new(hidden, content, 0644, /*durable=*/true);
  if (done)
    done = files.rename(hidden, path);
  return done || fail(session.diagnostics(), {.fault = Fault::environment,
                                              .code = "series-output",
                                              .what = fmt::format("cannot write {}", shown(path)),
                                              .why = done.error().reason(),
                                              .hint = "free disk space there"});
}

} // namespace

bool write_series(Session& session, const SeriesPlan& plan, const SeriesOutcome& outcome,
                  const ResultDirectory& directory) {
  constexpr uint64_t k_limit = 1ULL << 30U;
  const auto checked = sums_text(sums_of(outcome));
  if (!checked)
    return cannot_list(session, directory.sums());
  const std::string& sums = *checked;
  const auto before = session.files().read(directory.sums(), k_limit);
  // series.json also contains the cells' states; a small digest remembers sums and states.
  std::string states;
  for (size_t i = 0; i < outcome.cells.size(); ++i) {
    const auto& o = outcome.cells[i];
    states += plan.name_of(plan.cells[i]) + o.identity +
              (o.state == CellState::reused ? state_word(CellState::built) : state_word(o.state)) +
              (o.state == CellState::failed || o.state == CellState::left_out ? o.why : "") + "\n";
  }
  const std::string digest = sha256_hex(sums + states);
  const std::string told = directory.own() + "/told";
  const auto last = session.files().read(told, k_limit);
  if (before && *before == sums && last && *last == digest &&
      session.files().stat(directory.told()))
    return true;
  return put_file(session, directory.sums(), sums) &&
         put_file(session, directory.told(), series_json(plan, outcome)) && ([&] {
           [[maybe_unused]] const auto removed = session.files().remove(told);
           [[maybe_unused]] const auto put = session.files().write_new(told, digest, 0644, false);
           return true;
         })();
}

bool write_submit_list(Session& session, const SeriesPlan& plan, const SeriesOutcome& outcome,
                       const ResultDirectory& directory) {
  std::string text;
  const std::string path = directory.root + "/submit.list";
  for (size_t i = 0; i < plan.cells.size(); ++i)
    for (const auto& a : outcome.cells[i].artifacts) {
      const auto& kernel = plan.kernel_of(plan.cells[i]).kernel;
      const auto line =
          tabbed_line({a.path, plan.cells[i].package_name, kernel.release, kernel.arch});
      if (!line)
        return cannot_list(session, path);
      text += *line + "\n";
    }
  return put_file(session, path, text);
}

void put_plan(const SeriesPlan& plan, const PlanSize& size, Document& result) {
  namespace f = fields::result;
  const Writer out(result, "");
  out.put_integer(f::size_cells, size.cells);
  out.put_integer(f::size_left_out, size.left_out);
  out.put_integer(f::size_kernels, size.kernels);
  out.put_integer(f::size_kernels_to_prepare, size.to_prepare);
  if (size.seconds)
    out.put_integer(f::size_seconds_by_last_run, std::lround(*size.seconds));
  out.put_array(f::kernels);
  for (const auto& kernel : plan.kernels) {
    const Writer entry = out.element(f::kernels);
    entry.put(f::listed_kernel::name, kernel.name);
    entry.put(f::listed_kernel::release, kernel.kernel.release);
    entry.put(f::listed_kernel::arch, kernel.kernel.arch);
  }
  out.put_array(f::cells);
  for (const auto& cell : plan.cells) {
    const Writer entry = out.element(f::cells);
    entry.put(f::cell::cell, plan.name_of(cell));
    entry.put(f::cell::package, plan.package_of(cell).name());
    entry.put(f::cell::kernel, plan.kernel_of(cell).kernel.release);
    for (const auto& patch : patches_of(plan, cell))
      entry.put(pointer(f::cell::patches, "-"), patch);
    if (cell.left != Left::no) {
      entry.put(f::cell::left_out, left_word(cell.left));
      entry.put(f::cell::why, cell.why);
      continue;
    }
    entry.put(f::cell::name, cell.package_name);
    entry.put(f::cell::version, plan.version_of(cell));
    entry.put(f::cell::module, cell.module_name);
    for (const auto& artifact : cell.artifacts) {
      const Writer made = entry.element(f::cell::artifacts);
      made.put(f::artifact::format, artifact.format);
      made.put(f::artifact::path,
               artifact.format + "/" + plan.kernel_of(cell).kernel.release + "/" + artifact.name);
    }
  }
}

} // namespace kpb
