// SPDX-License-Identifier: GPL-2.0-only
//
// See results.hpp.
#include "core/series/results.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/pipeline/leftovers.hpp"
#include <kpb/sdk/views.hpp>

#include <cerrno>
#include <set>

namespace kpb {

namespace {

constexpr uint64_t k_max_artifact = 2ULL * 1024 * 1024 * 1024;
constexpr uint64_t k_max_report = 64ULL * 1024 * 1024;
constexpr const char* k_report = "report.json";

namespace f = fields::report;

// What the job said.
struct Said {
  std::string severity, code, message, hint;

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(f::diagnostic::severity, self.severity);
    each(f::diagnostic::code, self.code);
    each(f::diagnostic::message, self.message);
    each(f::diagnostic::hint, self.hint);
  }
};

} // namespace

std::optional<JobReport> parse_report(const std::string& json) {
  CollectingSink heard;
  const auto d = Document::parse(json, "report", heard, std::string(f::schema_name));
  const auto status = d ? d->integer(f::status) : std::nullopt;
  if (!status)
    return std::nullopt;
  JobReport out;
  out.text = json;
  out.status = static_cast<int>(*status);
  out.artifacts = views::all<JobReport::Artifact>(*d, f::artifacts);
  for (const auto& said : views::all<Said>(*d, f::diagnostics))
    if (said.severity == "error" && out.message.empty()) {
      out.message = said.message;
      out.hint = said.hint;
      out.not_needed = said.code == "patch-not-needed";
    }
  return out;
}

std::string Results::place_of(const SeriesCell& cell, const JobReport::Artifact& artifact) const {
  return artifact.format + "/" + m_plan.kernel_of(cell).kernel.release + "/" + artifact.name;
}

std::optional<std::string> Results::unplanned(const SeriesCell& cell, const JobReport& report) {
  std::set<std::string> planned, made;
  for (const auto& a : cell.artifacts)
    planned.insert(a.format + "/" + a.name);
  for (const auto& a : report.artifacts)
    made.insert(a.format + "/" + a.name);
  if (planned == made)
    return std::nullopt;
  const auto first = [](const std::set<std::string>& names) {
    return names.empty() ? "nothing" : *names.begin();
  };
  return "its job made " + first(made) + ", but planned was " + first(planned);
}

bool Results::holds(const std::string& path, const std::string& sha256) const {
  const auto content = m_files.read(path, k_max_artifact);
  return content && sha256_hex(*content) == sha256;
}

// FORMAT and FORMAT/KERNEL, of "ROOT/FORMAT/KERNEL/NAME".
Status Results::make_place(const std::string& path) const {
  const std::string kernel = parent_path(path);
  if (const auto made = m_files.make_directory(parent_path(kernel), 0755); !made)
    return made;
  return m_files.make_directory(kernel, 0755);
}

tl::expected<DoneCell, std::string> Results::accept(const SeriesCell& cell,
                                                    const std::string& identity,
                                                    const JobReport& report,
                                                    const std::string& from) {
  DoneCell done;
  done.cell = m_plan.name_of(cell);
  done.identity = identity;
  if (report.not_needed) {
    done.needed = false;
    return done;
  }
  if (auto difference = unplanned(cell, report))
    return tl::unexpected(std::move(*difference));
  std::vector<bool> to_move; // the others are at their places already
  for (const auto& a : report.artifacts) {
    to_move.push_back(!from.empty() && holds(from + "/" + a.name, a.sha256));
    if (!to_move.back() && !holds(m_directory.artifact(place_of(cell, a)), a.sha256))
      return tl::unexpected("its job reports success, but " + a.name +
                            " is missing or differs from its report");
  }
  for (size_t i = 0; i < report.artifacts.size(); ++i) {
    const auto& a = report.artifacts[i];
    const std::string place = place_of(cell, a), path = m_directory.artifact(place);
    auto moved = to_move[i] ? make_place(path) : Status{};
    if (moved && to_move[i])
      moved = m_files.rename(from + "/" + a.name, path);
    const auto info = moved ? m_files.stat(path, /*follow=*/false) : tl::unexpected(moved.error());
    if (!info)
      return tl::unexpected(info.error().text());
    DoneArtifact artifact{place, a.sha256};
    artifact.note(*info);
    done.artifacts.push_back(std::move(artifact));
  }
  return done;
}

Results::Presence Results::check(const SeriesCell& cell, DoneCell& done) {
  if (!done.needed)
    return Presence::untouched;
  if (done.artifacts.size() != cell.artifacts.size())
    return Presence::gone;
  Presence presence = Presence::untouched;
  for (auto& artifact : done.artifacts) {
    const std::string path = m_directory.artifact(artifact.path);
    const auto info = m_files.stat(path, /*follow=*/false);
    if (!info || info->type != FileInfo::Type::regular ||
        !m_files.distrust(path, Wanted::file).empty())
      return Presence::gone;
    if (artifact.same_file(*info))
      continue;
    if (!holds(path, artifact.sha256))
      return Presence::gone;
    artifact.note(*info);
    presence = Presence::replaced;
  }
  return presence;
}

std::optional<DoneCell> Results::take_from_store(const SeriesCell& cell,
                                                 const std::string& identity) {
  if (m_store.empty())
    return std::nullopt;
  const std::string directory = stored(identity);
  const auto text = m_files.read(directory + "/" + k_report, k_max_report);
  const auto report = text ? parse_report(*text) : std::nullopt;
  if (!report || report->status != 0 || unplanned(cell, *report))
    return std::nullopt;
  for (const auto& a : report->artifacts) {
    const auto content = m_files.read(directory + "/" + a.name, k_max_artifact);
    if (!content || sha256_hex(*content) != a.sha256)
      return std::nullopt;
    const std::string path = m_directory.artifact(place_of(cell, a));
    const std::string hidden = parent_path(path) + "/.kpb-" + identity.substr(0, 16) + ".tmp";
    auto done = make_place(path);
    if (done && m_swept.insert(parent_path(path)).second)
      m_files.sweep(parent_path(path), k_hidden_artifacts);
    if (done && m_files.stat(hidden, /*follow=*/false))
      done = m_files.remove(hidden);
    const auto written =
        done ? m_files.write_held(hidden, *content, 0644) : tl::unexpected(done.error());
    done = written ? m_files.rename(hidden, path) : Status(tl::unexpected(written.error()));
    if (!done)
      return std::nullopt; // then the cell's job cannot write either, and says why
  }
  auto done = accept(cell, identity, *report, "");
  return done ? std::optional(std::move(*done)) : std::nullopt;
}

Status Results::put_to_store(const DoneCell& done, const JobReport& report) {
  if (m_store.empty() || m_files.stat(stored(done.identity)))
    return {};
  const std::string parent = parent_path(stored(done.identity));
  for (const auto& directory : {m_store + "/results", parent})
    if (const auto made = m_files.make_directory(directory, 0755); !made)
      return made;
  m_files.sweep(parent, {Leftovers::Kind::directories, ".making-", ""});
  const auto making = m_files.make_held_directory(parent, ".making-", "");
  if (!making)
    return tl::unexpected(making.error());
  auto put = write_result(done, report.text, making->path);
  if (put)
    put = m_files.rename(making->path, stored(done.identity));
  if (put)
    return put;
  [[maybe_unused]] const auto removed = m_files.remove_tree(making->path);
  const bool there = put.error().number == ENOTEMPTY || put.error().number == EEXIST;
  return there ? Status{} : put; // another run has put the same there
}

Status Results::write_result(const DoneCell& done, const std::string& report,
                             const std::string& directory) const {
  for (const auto& a : done.artifacts) {
    const auto content = m_files.read(m_directory.artifact(a.path), k_max_artifact);
    if (!content)
      return tl::unexpected(content.error());
    const std::string path = directory + "/" + base_name(a.path);
    if (const auto put = m_files.write_new(path, *content, 0644, /*durable=*/true); !put)
      return put;
  }
  return m_files.write_new(directory + "/" + k_report, report, 0644, /*durable=*/true);
}

} // namespace kpb
