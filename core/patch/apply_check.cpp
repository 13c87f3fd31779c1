// SPDX-License-Identifier: GPL-2.0-only
//
// See apply_check.hpp.
#include "core/patch/apply_check.hpp"

#include "core/base/text.hpp"
#include "core/patch/apply_copy.hpp"
#include "core/patch/apply_git.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr const char* k_top = "apply-check";

bool cannot(const SystemError& error, DiagnosticSink& sink) {
  return fail(sink, {.fault = Fault::environment,
                     .code = "patch-check",
                     .what = "the patch cannot be tried",
                     .why = error.text()});
}

std::string in_words(const std::set<std::string>& paths) {
  std::string out;
  for (const auto& path : paths)
    out += (out.empty() ? "" : ", ") + path;
  return paths.empty() ? "nothing" : shown(out);
}

class Check {
public:
  Check(const std::vector<Patch>& patches, const std::vector<std::string>& stored,
        Workspace& workspace, Tools& tools, FileSystem& files, DiagnosticSink& sink)
      : m_patches(patches), m_stored(stored), m_workspace(workspace), m_tools(tools),
        m_files(files), m_sink(sink) {}

  bool prepare(const std::string& tree) {
    const auto base = m_workspace.path();
    if (!base)
      return cannot(base.error(), m_sink);
    m_base = *base;
    m_top = m_base + "/" + k_top;
    if (m_files.stat(m_top, /*follow=*/false))
      if (const auto removed = m_files.remove_tree(m_top); !removed)
        return cannot(removed.error(), m_sink);
    for (const std::string& directory : {m_top, m_top + "/git", m_top + "/patch"})
      if (const auto made = m_files.make_directory(directory, 0755); !made)
        return cannot(made.error(), m_sink);
    if (!copy_touched(touched_paths(m_patches), tree, {m_top + "/git", m_top + "/patch"}, m_files,
                      m_sink))
      return false;
    return snapshot("git", m_before);
  }

  bool check(size_t number, ApplyReport& report) {
    m_patch = &m_patches[number];
    m_text = m_base + "/" + m_stored[number];
    return agree_on_names() && apply_with_git(number, report) && apply_with_patch() &&
           agree_on_result();
  }

private:
  // False if it could not be run, or if the user interrupted.
  bool run(std::vector<std::string> arguments, const char* directory, Outcome& outcome) {
    // No configuration, no attributes, and no repository above the copies: inside a repository, git
    // apply silently skips files.
    const std::vector<std::string> additions = {
        "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1",
        "GIT_TERMINAL_PROMPT=0", "GIT_CEILING_DIRECTORIES=" + m_top};
    auto done = m_tools.run(m_workspace, std::move(arguments), std::string(k_top) + "/" + directory,
                            additions);
    if (!done)
      return cannot(done.error(), m_sink);
    outcome = std::move(*done);
    return !outcome.interrupted;
  }

  bool git(std::vector<std::string> options, Outcome& outcome) {
    std::vector<std::string> arguments = {"git", "apply", "-p1", "--whitespace=nowarn"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(m_text);
    return run(std::move(arguments), "git", outcome);
  }

  // -f: never ask on a terminal. -g0: never fetch a file from RCS. No backups, which would be files
  // that the patch does not name.
  bool gnu_patch(std::vector<std::string> options, Outcome& outcome) {
    std::vector<std::string> arguments = {"patch", "-p1", "-N",
                                          "-f",    "-g0", "--no-backup-if-mismatch"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {"-i", m_text});
    return run(std::move(arguments), "patch", outcome);
  }

  bool disagree(const std::string& what, const std::string& why) {
    return fail(m_sink,
                {.fault = Fault::input,
                 .code = "patch-disagreement",
                 .where = m_patch->shown_path,
                 .what = what,
                 .why = why,
                 .hint = "make the patch again, with git diff, against this kernel's source"});
  }

  bool snapshot(const char* directory, Snapshot& out) {
    auto taken = take_snapshot(m_top + "/" + directory, m_files);
    if (!taken)
      return cannot(taken.error(), m_sink);
    out = std::move(*taken);
    return true;
  }

  bool agree_on_names() {
    Outcome outcome;
    if (!git({"--numstat", "-z"}, outcome))
      return false;
    if (outcome.exit_status != 0)
      return disagree("git does not take the patch",
                      "it says: " + shown(last_words(outcome.output)));
    if (outcome.output == expected_numstat(*m_patch))
      return true;
    return disagree("git reads the patch differently from kpb",
                    "it finds (added, deleted, file): " +
                        shown(replace_all(replace_all(outcome.output, "\t", " "),
                                          std::string_view("\0", 1), "; ")));
  }

  bool apply_with_git(size_t number, ApplyReport& report) {
    Outcome outcome;
    if (!git({"-v"}, outcome))
      return false;
    if (outcome.exit_status == 0) {
      const auto offsets = read_offsets(outcome.output, number);
      report.offsets.insert(report.offsets.end(), offsets.begin(), offsets.end());
      return true;
    }
    Outcome other;
    if (!git({"--check", "-R"}, other))
      return false;
    if (other.exit_status == 0)
      return fail(m_sink, {.fault = Fault::input,
                           .code = "patch-not-needed",
                           .where = m_patch->shown_path,
                           .what = "the patch is not needed",
                           .why = "this kernel already contains it (the reverse patch applies)",
                           .hint = "leave it out"});
    if (!gnu_patch({"--dry-run"}, other))
      return false;
    if (other.exit_status != 0)
      return tell_refusal(outcome.output, *m_patch, m_sink);
    for (const auto& line : split(other.output, '\n'))
      if (line.find(" with fuzz ") != std::string::npos)
        return fail(
            m_sink,
            {.fault = Fault::input,
             .code = "patch-needs-fuzz",
             .where = m_patch->shown_path,
             .what = "the patch applies only with fuzz",
             .why = fmt::format(
                 "GNU patch says: {}; with different context, a hunk can be applied in the wrong place",
                 shown(line)),
             .hint = "make the patch again against this kernel's source"});
    return disagree("GNU patch would apply the patch, but git does not",
                    "it says: " + shown(last_words(outcome.output)));
  }

  bool apply_with_patch() {
    Outcome outcome;
    if (!gnu_patch({"-F0", "-s", "-r", "-"}, outcome))
      return false;
    return outcome.exit_status == 0 || disagree("git applies the patch, but GNU patch does not",
                                                "it says: " + shown(last_words(outcome.output)));
  }

  bool agree_on_result() {
    Snapshot by_git;
    Snapshot by_patch;
    if (!snapshot("git", by_git) || !snapshot("patch", by_patch))
      return false;
    const auto meant = touched_paths({*m_patch});
    for (const auto& [name, result] :
         {std::pair<const char*, const Snapshot*>{"git", &by_git}, {"GNU patch", &by_patch}})
      if (const auto changed = changed_between(m_before, *result); changed != meant)
        return disagree(std::string(name) + " changes other files than the patch names",
                        "it changes " + in_words(changed) + ", and the patch names " +
                            in_words(meant));
    if (const auto differ = changed_between(by_git, by_patch); !differ.empty())
      return disagree("git and GNU patch produce different files from the patch",
                      "they differ in " + in_words(differ) +
                          ": a hunk matches in more than one place");
    for (const PatchedFile& file : m_patch->files)
      if ((by_git.count(file.path()) != 0) == (file.kind == PatchedFile::Kind::remove))
        return disagree("git does not do to " + shown(file.path()) + " what the patch says",
                        file.kind == PatchedFile::Kind::remove ? "it is still there"
                                                               : "it is gone");
    m_before = std::move(by_git);
    return true;
  }

  const std::vector<Patch>& m_patches;
  const std::vector<std::string>& m_stored;
  Workspace& m_workspace;
  Tools& m_tools;
  FileSystem& m_files;
  DiagnosticSink& m_sink;
  std::string m_base;
  std::string m_top;
  Snapshot m_before; // the same for both copies
  const Patch* m_patch = nullptr;
  std::string m_text; // path of the patch's text
};

bool find_programs(Tools& tools, DiagnosticSink& sink) {
  for (const char* name : {"git", "patch"})
    if (!tools.find(name))
      return fail(
          sink, {.fault = Fault::environment,
                 .code = "tool-missing",
                 .what = tools.missing(name),
                 .why = "before it builds, kpb tries each patch with git apply and with GNU patch",
                 .hint = fmt::format("install the package {}", name)});
  return true;
}

// One warning per patch: the hunks of a file usually all have the same offset.
void tell_offsets(const Patch& patch, size_t number, const ApplyReport& report,
                  DiagnosticSink& sink) {
  constexpr size_t k_shown = 4;
  std::string list;
  size_t count = 0;
  std::string where = patch.shown_path;
  for (const HunkOffset& moved : report.offsets) {
    if (moved.patch != number)
      continue;
    if (++count > k_shown)
      continue;
    for (const PatchedFile& file : patch.files)
      if (count == 1 && file.path() == moved.path && moved.hunk <= file.hunks.size())
        where = patch.where(file.hunks[moved.hunk - 1].line);
    list += (list.empty() ? "" : ", ") + moved.path + " hunk " + std::to_string(moved.hunk) +
            " at line " + std::to_string(moved.line) + " (" + (moved.offset > 0 ? "+" : "") +
            std::to_string(moved.offset) + ")";
  }
  if (count == 0)
    return;
  if (count > k_shown)
    list += " and " + std::to_string(count - k_shown) + " more";
  warn(sink,
       {.code = "patch-offset",
        .where = where,
        .what = fmt::format("{}{} at another place than the patch says", count,
                            count == 1 ? " hunk lands" : " hunks land"),
        .why = list,
        .hint = "check that these are the right places, or make the patch again for this kernel"});
}

} // namespace

std::optional<ApplyReport> check_applies(const std::vector<Patch>& patches,
                                         const std::vector<std::string>& stored_patches,
                                         const std::string& tree, Workspace& workspace,
                                         Tools& tools, FileSystem& files, DiagnosticSink& sink) {
  if (!find_programs(tools, sink) || !check_no_links(patches, tree, files, sink))
    return std::nullopt;
  Check check(patches, stored_patches, workspace, tools, files, sink);
  if (!check.prepare(tree))
    return std::nullopt;
  ApplyReport report;
  for (size_t i = 0; i < patches.size(); ++i) {
    if (!check.check(i, report))
      return std::nullopt;
    tell_offsets(patches[i], i, report, sink);
  }
  const auto paths = touched_paths(patches);
  report.files.assign(paths.begin(), paths.end());
  return report;
}

} // namespace kpb
