// SPDX-License-Identifier: GPL-2.0-only
//
// See memory.hpp.
#include "core/series/memory.hpp"

#include "core/base/text.hpp"
#include "core/kernel/store.hpp"
#include "core/model/own_fields.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_own_file = 1ULL << 30U;
constexpr uint64_t k_long_log = 8ULL << 20U;
constexpr int k_lock_attempts = 50;
constexpr unsigned k_lock_pause = 20; // milliseconds

} // namespace

SeriesMemory::SeriesMemory(const SeriesPlan& plan, const SeriesRequest& request, Context& context,
                           SeriesMode mode)
    : m_plan(plan), m_request(request), m_context(context), m_mode(mode),
      m_digests(context.files, context.environment.wall_clock()),
      m_identities(plan, context, m_digests, request.signing),
      m_results(plan, context.files, request.output, request.store) {}

bool SeriesMemory::refuse(const SystemError& error) {
  return fail(m_context.diagnostics, {.fault = Fault::environment,
                                      .code = "series-output",
                                      .what = fmt::format("the result directory {} cannot be used",
                                                          shown(m_request.output.root)),
                                      .why = error.text(),
                                      .hint = error.number == ENOSPC || error.number == EDQUOT
                                                  ? "make room there, and run it again"
                                                  : "choose another with --output"});
}

// Other programs write files called SHA256SUMS, too. We must not overwrite theirs.
bool SeriesMemory::is_somebody_elses() {
  auto& files = m_context.files;
  const auto& at = m_request.output;
  if (files.stat(at.own(), /*follow=*/false))
    return false;
  const auto told = files.read(at.told(), k_max_own_file);
  if (told && told->find(fields::series::schema_name) != std::string::npos)
    return false; // a result without its memory
  for (const auto& path : {at.sums(), at.told()})
    if (files.stat(path, /*follow=*/false))
      return !fail(
          m_context.diagnostics,
          {.fault = Fault::input,
           .code = "series-output",
           .what = fmt::format("the directory {} is not the result of a series", shown(at.root)),
           .why = fmt::format("it contains a {} that would be overwritten", base_name(path)),
           .hint = "choose another with --output"});
  return false;
}

bool SeriesMemory::lock() {
  auto& files = m_context.files;
  const auto& at = m_request.output;
  if (is_somebody_elses())
    return false;
  for (const auto& directory : {at.root, at.own(), at.cells()})
    if (const auto made = files.make_directory(directory, 0755); !made)
      return refuse(made.error());
  std::string holder;
  // A run that has the lock, and whose name is not in it yet, is about to write it, or has just ended.
  for (int attempt = 0; attempt < k_lock_attempts && holder.empty(); ++attempt) {
    if (attempt != 0)
      m_context.environment.pause(k_lock_pause);
    auto lock = files.lock(at.lock(), /*exclusive=*/true, holder_line("kpb series build"));
    if (lock) {
      m_lock = std::move(*lock);
      return true;
    }
    if (lock.error().number != EWOULDBLOCK)
      return refuse(lock.error());
    holder = living_holders(files, at.lock());
  }
  return fail(m_context.diagnostics,
              {.fault = Fault::locked,
               .code = "series-locked",
               .what = fmt::format("the result directory {} is in use", shown(at.root)),
               .why = holder.empty() ? "another run has its lock" : "its lock is held by " + holder,
               .hint = "wait for it, or choose another with --output"});
}

// One log for all runs. When it has become long, a run moves it aside, and the one before that goes.
void SeriesMemory::open_log() {
  const std::string path = m_request.output.run_log();
  const auto info = m_context.files.stat(path, /*follow=*/false);
  if (info && info->size > k_long_log) [[maybe_unused]]
    const auto moved = m_context.files.rename(path, path + ".old");
  m_log.emplace(path);
}

bool SeriesMemory::open() {
  auto& files = m_context.files;
  const auto& at = m_request.output;
  if (m_mode == SeriesMode::build && !lock())
    return false;
  if (m_mode == SeriesMode::build)
    open_log();
  if (const auto text = files.read(at.inputs(), k_max_own_file))
    m_digests.load(*text);
  const auto text = files.read(at.journal(), k_max_own_file);
  if (!text && text.error().number != ENOENT)
    return refuse(text.error());
  m_known = parse_journal(text ? *text : "");
  if (m_known.damaged != 0)
    note(m_context.diagnostics,
         {.code = "series-journal",
          .where = at.journal(),
          .what = fmt::format("{}{} damaged", m_known.damaged,
                              m_known.damaged == 1 ? " line is" : " lines are"),
          .why = "their cells are checked as if they were new"});
  if (m_mode == SeriesMode::build) {
    auto journal = AppendFile::open(at.journal());
    if (!journal)
      return refuse(journal.error());
    m_journal = std::move(*journal);
  }
  return m_identities.prepare();
}

SeriesMemory::Found SeriesMemory::find(const SeriesCell& cell, const std::string& identity,
                                       const IdentityFields& fields) {
  Found found = from_journal(cell, identity);
  if (found.done)
    return found;
  const auto before =
      m_context.files.read(m_request.output.identity(m_plan.name_of(cell)), k_max_own_file);
  if (before && found.why_not.empty())
    found.why_not = what_changed(parse_fields(*before), fields);
  if (m_mode == SeriesMode::look)
    return found;
  found.done = from_earlier_job(cell, identity);
  if (!found.done)
    found.done = m_results.take_from_store(cell, identity);
  if (found.done && !remember(*found.done, fields))
    found.done.reset();
  return found;
}

SeriesMemory::Found SeriesMemory::from_journal(const SeriesCell& cell,
                                               const std::string& identity) {
  const auto known = m_known.cells.find(m_plan.name_of(cell));
  if (known == m_known.cells.end() || known->second.identity != identity)
    return {};
  switch (m_results.check(cell, known->second)) {
  case Results::Presence::gone: return {std::nullopt, "its artifacts are missing or were changed"};
  case Results::Presence::replaced:
    if (m_mode == SeriesMode::build)
      put_journal(known->second);
    break;
  case Results::Presence::untouched: break;
  }
  return {known->second, ""};
}

// The result of a job that ended when no run was there to take it, or whose line in the journal was lost.
std::optional<DoneCell> SeriesMemory::from_earlier_job(const SeriesCell& cell,
                                                       const std::string& identity) {
  const auto& at = m_request.output;
  const std::string name = m_plan.name_of(cell);
  const auto text = m_context.files.read(at.report(name, identity), k_max_own_file);
  const auto report = text ? parse_report(*text) : std::nullopt;
  if (!report || (report->status != 0 && !report->says_not_needed(cell)))
    return std::nullopt;
  std::vector<std::string> places = {""};
  if (const auto names = m_context.files.list(at.job(name)))
    for (const auto& entry : *names)
      if (entry.starts_with("out-"))
        places.push_back(at.job(name) + "/" + entry);
  for (const auto& place : places) {
    auto done = m_results.accept(cell, identity, *report, place);
    if (!done)
      continue;
    for (const auto& other : places)
      if (!other.empty()) [[maybe_unused]]
        const auto removed = m_context.files.remove_tree(other);
    return std::move(*done);
  }
  return std::nullopt;
}

bool SeriesMemory::put_journal(const DoneCell& done) {
  const auto line = checked_journal_line(done);
  if (!line)
    return fail(m_context.diagnostics,
                {.fault = Fault::input,
                 .code = "series-journal",
                 .where = m_request.output.journal(),
                 .what = fmt::format("the cell {} cannot be remembered", shown(done.cell)),
                 .why = "a name or a path in it would not be read as it is written",
                 .hint = "use names of letters, digits and .+_- in the manifest"});
  const auto put = m_journal->append(*line);
  return put || refuse(put.error());
}

bool SeriesMemory::remember(const DoneCell& done, const IdentityFields& fields) {
  // Only for telling later what changed: without it nothing is lost but words.
  auto& files = m_context.files;
  const std::string path = m_request.output.identity(done.cell);
  [[maybe_unused]] const auto made = files.make_directory(parent_path(path), 0755);
  [[maybe_unused]] const auto removed = files.remove(path);
  [[maybe_unused]] const auto written = files.write_new(path, fields_text(fields), 0644, false);
  return put_journal(done);
}

bool SeriesMemory::remember_time(const std::string& job, const std::string& key, double seconds) {
  return put_journal({job, key, true, static_cast<uint64_t>(seconds + 0.5), {}});
}

void SeriesMemory::forget_former(const DoneCell& done) {
  const auto before = m_known.cells.find(done.cell);
  if (before == m_known.cells.end())
    return;
  for (const auto& old : before->second.artifacts) {
    const bool stays = std::any_of(done.artifacts.begin(), done.artifacts.end(),
                                   [&](const DoneArtifact& a) { return a.path == old.path; });
    if (!stays) [[maybe_unused]]
      const auto removed = m_context.files.remove(m_request.output.artifact(old.path));
  }
}

bool SeriesMemory::close() {
  auto& files = m_context.files;
  const auto& at = m_request.output;
  if (m_digests.changed() || !files.stat(at.inputs())) {
    // What is lost of it is hashed again.
    const std::string hidden = at.inputs() + ".tmp";
    [[maybe_unused]] const auto removed = files.remove(hidden);
    if (files.write_new(hidden, m_digests.dump(), 0644, false)) [[maybe_unused]]
      const auto put = files.rename(hidden, at.inputs());
  }
  const auto synced = m_journal->sync();
  return synced || refuse(synced.error());
}

} // namespace kpb
