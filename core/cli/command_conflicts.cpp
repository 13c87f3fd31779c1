// SPDX-License-Identifier: GPL-2.0-only
//
// kpb conflicts: finds packages and modules that cannot be on one machine, before anybody tries.
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/command.hpp"
#include "core/conflicts/find_conflicts.hpp"
#include "core/conflicts/read_subject.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

namespace f = fields::result;

constexpr int k_status_some = 2;

bool is_wanted(const std::string& name) {
  return (name.ends_with(".rpm") && !name.ends_with(".src.rpm")) || name.ends_with(".deb") ||
         name.ends_with(".ko");
}

// The files that `path` stands for: the file itself, or the content of a directory.
bool find_files(Session& session, const std::string& path, std::vector<std::string>& out) {
  const auto info = session.files().stat(path);
  if (!info || info->type != FileInfo::Type::directory) {
    out.push_back(path); // reading it will tell what is wrong with it
    return true;
  }
  const auto names = session.files().list(path);
  if (!names)
    return fail(session.diagnostics(), {.fault = Fault::input,
                                        .code = "input-unreadable",
                                        .what = fmt::format("cannot read {}", shown(path)),
                                        .why = names.error().reason()});
  for (const auto& name : *names) {
    const std::string below = path + (path.ends_with("/") ? "" : "/") + name;
    const auto what = session.files().stat(below, /*follow=*/false);
    if (what && what->type == FileInfo::Type::directory) {
      if (!find_files(session, below, out))
        return false;
    } else if (is_wanted(name))
      out.push_back(below);
  }
  return true;
}

void put_conflicts(const std::vector<Subject>& subjects, const std::vector<Conflict>& found,
                   const Writer& out) {
  for (const auto& s : subjects) {
    const Writer entry = out.element(f::files);
    entry.put(f::file::file, s.file);
    if (!s.package.empty()) {
      entry.put(f::file::package, s.package);
      entry.put(f::file::version, s.evr);
    }
    if (!s.kernel.empty())
      entry.put(f::file::kernel, s.kernel);
    if (s.replace)
      entry.put_boolean(f::file::replace, *s.replace);
  }
  for (const auto& c : found) {
    const Writer entry = out.element(f::conflicts);
    entry.put(f::conflict::first, subjects[c.first].file);
    entry.put(f::conflict::second, subjects[c.second].file);
    entry.put(f::conflict::kind, c.kind);
    entry.put_boolean(f::conflict::solver, c.solver);
    for (const auto& word : c.words)
      entry.put(pointer(f::conflict::what, "-"), word);
    entry.put(f::conflict::text, conflict_text(c, subjects));
  }
}

std::string table(const std::vector<Subject>& subjects, const std::vector<Conflict>& found) {
  std::string out;
  for (size_t i = 0; i < found.size(); ++i) {
    const auto& c = found[i];
    if (i == 0 || found[i - 1].first != c.first || found[i - 1].second != c.second)
      out += escape_control(subjects[c.first].file) + " and " +
             escape_control(subjects[c.second].file) + ":\n";
    std::string kind = c.kind;
    kind.resize(16, ' ');
    out += "  " + kind + escape_control(conflict_text(c, subjects)) + "\n";
  }
  return out;
}

int command_conflicts(Session& session, const Arguments& arguments) {
  Document result = new_result("conflicts");
  const Writer out(result, "");
  out.put_array(f::files);
  out.put_array(f::conflicts);
  auto& sink = session.diagnostics();
  std::optional<bool> replace;
  if (arguments.has("replace") || arguments.has("no-replace"))
    replace = arguments.has("replace");
  if (arguments.operands.empty())
    fail(sink, {.fault = Fault::input,
                .code = "command-line",
                .what = "no file is given",
                .hint = "kpb conflicts FILE|DIR..."});
  else if (arguments.has("replace") && arguments.has("no-replace"))
    fail(sink, {.fault = Fault::input,
                .code = "command-line",
                .what = "--replace and --no-replace exclude each other"});
  std::vector<std::string> files;
  if (sink.collected().first_error() == nullptr && session.open_plugins(arguments))
    for (const auto& path : arguments.operands)
      if (!find_files(session, path, files))
        break;
  if (sink.collected().first_error() == nullptr && files.empty())
    fail(sink, {.fault = Fault::input,
                .code = "no-packages",
                .where = join(arguments.operands, ", "),
                .what = "it contains no package and no module",
                .why = "kpb looks for *.rpm (except source packages), *.deb and *.ko"});
  std::vector<Subject> subjects;
  for (const auto& path : files) {
    Context context = session.context();
    const auto report = read_report(context, path, sink);
    if (session.interrupts().pending() != 0)
      break;
    if (!report)
      continue;
    if (auto subject = subject_of(path, *report, replace, sink))
      subjects.push_back(std::move(*subject));
  }
  // A comparison of only some of the files would look like a verdict on all of them.
  if (sink.collected().first_error() != nullptr || session.interrupts().pending() != 0)
    return session.finish(&result);
  const auto found = find_conflicts(subjects);
  if (session.json())
    put_conflicts(subjects, found, out);
  else if (!found.empty())
    session.out(table(subjects, found));
  else if (!session.quiet())
    session.out("no conflicts: " + std::to_string(subjects.size()) +
                (subjects.size() == 1 ? " file" : " files") + "\n");
  return session.finish(&result, /*completed=*/true, found.empty() ? 0 : k_status_some);
}

CommandSpec conflicts_spec() {
  return {
      "conflicts",
      "[OPTIONS] FILE|DIR...",
      "list packages and modules that exclude each other, and why",
      "Compares live-patch packages and modules, and lists those that exclude each other. "
      "A directory stands for all *.rpm (except source packages), *.deb and *.ko files "
      "below it. It finds what rpm and dnf would refuse: replace-mode patches, common "
      "functions and klp states, two versions of one package, packages that supersede each "
      "other. It also finds what no solver sees: two modules with the same name, one "
      "package name with two contents, a newer cumulative patch that lacks functions, "
      "superseding across kernels. The exit status is 0 if there are no conflicts, and 2 "
      "if there are some.",
      {{"replace", 0, nullptr, false,
        "modules given as bare .ko files replace every other live patch (their files do not "
        "say so)",
        nullptr},
       {"no-replace", 0, nullptr, false, "modules given as bare .ko files are stacked", nullptr}},
      {{"kpb conflicts repository/", "can all of these packages be offered together?"},
       {"kpb conflicts --json old.rpm new.rpm", "the same for two packages, as JSON"}},
      "file"};
}

} // namespace

Command conflicts_command() { return {conflicts_spec(), command_conflicts}; }

} // namespace kpb
