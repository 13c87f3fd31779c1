// SPDX-License-Identifier: GPL-2.0-only
//
// The only pass that a user's directory sees. Every artifact is first copied into its directory
// under a hidden name, synced and compared with what was verified; only when all of them are there
// is each renamed to its final name. Whoever looks sees a whole file or none.
#include "core/pipeline/build.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/pipeline/complaints.hpp"
#include "core/pipeline/leftovers.hpp"
#include "core/pipeline/plan_artifacts.hpp"
#include "core/system/last_will.hpp"

#include <cerrno>
#include <fmt/core.h>
#include <memory>
#include <set>

namespace kpb {

namespace {

constexpr uint64_t k_max_artifact = 2ULL * 1024 * 1024 * 1024;

// Hidden files that are waiting for their rename; those left when this goes are removed.
class Staged {
public:
  explicit Staged(Context& context) : m_context(context) {}
  ~Staged() {
    for (const auto& item : m_items)
      if (const auto removed = m_context.files.remove(item.hidden); !removed)
        tell_left(m_context.diagnostics, removed.error());
    for (const auto& item : m_items)
      forget_temporary(item.hidden);
  }
  Staged(const Staged&) = delete;
  Staged& operator=(const Staged&) = delete;

  struct Item {
    std::string hidden;
    std::string final_path;
    Artifact* artifact;
    std::shared_ptr<FileLock> lock = {}; // tells other runs that this one lives
  };
  // Once a directory, before this run writes there.
  void sweep(const std::string& directory) {
    if (m_swept.insert(directory).second)
      m_context.files.sweep(directory, k_hidden_artifacts);
  }
  void add(Item item) {
    register_temporary(item.hidden);
    m_items.push_back(std::move(item));
  }
  std::vector<Item>& items() { return m_items; }

private:
  Context& m_context;
  std::vector<Item> m_items;
  std::set<std::string> m_swept;
};

bool complain(Build& build, const std::string& path, const SystemError& error) {
  const char* hint = error.number == ENOSPC || error.number == EDQUOT
                         ? "make room there, or choose another --output"
                     : error.number == EACCES || error.number == EPERM || error.number == EROFS
                         ? "choose an --output that you may write to"
                         : "";
  return fail(build.context.diagnostics, {.fault = Fault::environment,
                                          .code = "output-write",
                                          .what = fmt::format("cannot write {}", shown(path)),
                                          .why = error.reason(),
                                          .hint = hint});
}

bool stage(Build& build, Artifact& artifact, Staged& staged) {
  auto& files = build.context.files;
  auto content = build.workspace.read(artifact.path, k_max_artifact);
  if (!content || sha256_hex(*content) != artifact.sha256)
    return fail(build.context.diagnostics,
                {.fault = Fault::verification,
                 .code = "artifact-changed",
                 .where = artifact.name,
                 .what = "it changed after it was verified",
                 .why = content ? "its digest is different" : content.error().reason()});
  const std::string path = final_path(build, artifact);
  // A link is followed (what it points to is replaced, atomically) where only we could have made it;
  // in a directory that others write to, the link itself is replaced.
  const auto existing = files.stat(path, /*follow=*/false);
  std::string target = path;
  if (existing && existing->type == FileInfo::Type::symlink) {
    if (files.distrust(parent_path(path), Wanted::directory).empty())
      target = files.resolve(path).value_or(path);
  } else if (existing && existing->type != FileInfo::Type::regular)
    return complain(build, path, SystemError{EISDIR, "write", path});
  const std::string directory = parent_path(target);
  // The workspace's path is unique to this run, so two runs into one directory never meet.
  const std::string token =
      sha256_hex(build.workspace.file(artifact.path).value_or("") + "\n" + path).substr(0, 16);
  const std::string hidden = directory + "/.kpb-" + token + ".tmp";
  const uint32_t mode = 0666U & ~build.context.environment.umask();
  staged.sweep(directory);
  auto written = files.write_held(hidden, *content, mode);
  if (!written) {
    // It is gone, unless removing it failed too.
    if (written.error().operation == "write")
      staged.add({hidden, target, &artifact});
    return complain(build, path, written.error());
  }
  staged.add({hidden, target, &artifact, std::move(written->lock)});
  const auto again = files.read(hidden, k_max_artifact);
  if (!again || *again != *content)
    return fail(build.context.diagnostics,
                {.fault = Fault::environment,
                 .code = "output-write",
                 .what = fmt::format("cannot write {}", shown(path)),
                 .why = "the file that was written reads back differently",
                 .hint = "check the file system"});
  artifact.published = path;
  return true;
}

} // namespace

// "DIR/NAME"; a spec alone may be given a file name. Packages never are: if their directory went in
// the meantime, they must not all be written to a file of its name.
std::string final_path(Build& build, const Artifact& artifact) {
  const std::string output = build.request.output.value_or(".");
  if (build.request.formats() == std::vector<std::string>{"rpm-spec"}) {
    const auto info = build.context.files.stat(output);
    if (!info || info->type != FileInfo::Type::directory)
      return output;
  }
  if (output == ".")
    return artifact.name;
  return output + (output.ends_with("/") ? "" : "/") + artifact.name;
}

namespace {

// Takes back what this run put there; what replaced a file of that name cannot be taken back, and is named.
void take_back(Build& build, const std::vector<std::pair<Staged::Item, bool>>& done) {
  for (const auto& [item, replaced] : done) {
    if (replaced) {
      warn(build.context.diagnostics,
           {.code = "output-replaced",
            .what = fmt::format("{} was replaced before that", shown(item.final_path)),
            .why = "the new file is complete and verified"});
      continue;
    }
    if (const auto removed = build.context.files.remove(item.final_path); !removed)
      tell_left(build.context.diagnostics, removed.error());
    item.artifact->published.clear();
  }
}

// The renames: all of them, or none but those that replaced something.
bool rename_all(Build& build, Staged& staged) {
  auto& files = build.context.files;
  std::vector<std::pair<Staged::Item, bool>> done;
  const auto give_up = [&](const std::string& path, const SystemError& error) {
    complain(build, path, error);
    take_back(build, done);
    return false;
  };
  while (!staged.items().empty()) {
    const auto item = staged.items().front();
    build.context.progress.begin(Progress::Step::publish, item.artifact->published);
    const auto before = files.stat(item.final_path, /*follow=*/false);
    const bool replaced =
        before || before.error().number != ENOENT; // where nobody can tell, it did
    if (const auto renamed = files.rename(item.hidden, item.final_path); !renamed)
      return give_up(item.final_path, renamed.error());
    forget_temporary(item.hidden);
    done.emplace_back(item, replaced);
    staged.items().erase(staged.items().begin());
    if (const auto synced = files.sync_directory(parent_path(item.final_path)); !synced)
      return give_up(item.final_path, synced.error());
  }
  return true;
}

} // namespace

bool publish_artifacts(Build& build) {
  if (!keep_others(build)) // what was not known when it was planned, and what came there meanwhile
    return false;
  Staged staged(build.context);
  for (auto& variant : build.variants)
    for (auto& artifact : variant.artifacts) {
      if (build.request.output == std::optional<std::string>("-")) {
        artifact.published = "-"; // the command line writes it out
        continue;
      }
      if (!stage(build, artifact, staged))
        return false;
    }
  if (build.interrupted())
    return false;
  return rename_all(build, staged);
}

} // namespace kpb
