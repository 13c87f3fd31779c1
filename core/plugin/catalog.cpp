// SPDX-License-Identifier: GPL-2.0-only
//
// See catalog.hpp. Two plugins of one name are refused rather than ordered: which of them packages a
// kernel fix must not depend on the order of directories.
#include "core/plugin/catalog.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/system/path_safety.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>
#include <unistd.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_plugin = 256ULL * 1024 * 1024;

bool offers(const PluginCandidate& candidate, const std::string& kind, const std::string& name) {
  if (!candidate.note)
    return false;
  return std::any_of(candidate.note->offers.begin(), candidate.note->offers.end(),
                     [&](const PluginOffer& o) { return o.kind == kind && o.name == name; });
}

PluginCandidate examine(const std::string& path) {
  PluginCandidate candidate;
  candidate.path = path;
  const auto fd = open_trusted(path, /*directory=*/false);
  if (!fd) {
    candidate.exhausted = is_exhausted(fd.error().number);
    // Where on the way it happened is chance.
    candidate.refusal =
        candidate.exhausted ? SystemError{fd.error().number, "", ""}.reason() : fd.error().why;
    candidate.unsafe = fd.error().others;
    return candidate;
  }
  auto note = read_plugin_note(*fd);
  if (note) {
    candidate.refusal = join(plugin_mismatches(*note), "; ");
    candidate.note = std::move(*note);
  } else {
    candidate.refusal = note.error();
  }
  if (candidate.refusal.empty())
    candidate.fd = *fd;
  else
    ::close(*fd);
  return candidate;
}

// A name without a file behind it.
PluginCandidate nowhere(FileSystem& files, const std::string& path, const SystemError& error) {
  PluginCandidate candidate;
  candidate.path = path;
  const auto link = files.stat(path, /*follow=*/false);
  const bool dangles = error.number == ENOENT && link && link->type == FileInfo::Type::symlink;
  candidate.refusal = dangles ? "it is a link that leads nowhere" : error.text();
  return candidate;
}

std::string refusal_line(const PluginCandidate& candidate) {
  return (candidate.note ? shown_plugin(candidate.path, *candidate.note)
                         : "plugin " + escape_control(candidate.path)) +
         ": " + candidate.refusal;
}

} // namespace

std::string refusal_hint(const PluginCandidate& candidate) {
  if (candidate.unsafe)
    return "plugins run with your rights: make the file and the directories above it yours (or "
           "root's) and writable by nobody else";
  return candidate.note
             ? "rebuild it against the kpb-sdk of this kpb (plugin ABI " KPB_STRINGIFY(
                   KPB_ABI_MAJOR) "." KPB_STRINGIFY(KPB_ABI_MINOR) "), or update kpb"
             : "remove it from the plugin directory, or rebuild it with kpb_add_plugin()";
}

PluginCatalog::~PluginCatalog() = default; // descriptors stay open: the loader knows them by number

bool PluginCatalog::scan(FileSystem& files, const std::vector<std::string>& directories,
                         DiagnosticSink& sink) {
  for (const auto& directory : directories) {
    const auto resolved = files.resolve(directory);
    if (!resolved)
      return fail(sink,
                  {.fault = Fault::input,
                   .code = "plugin-directory",
                   .what = fmt::format("plugin directory {} cannot be used", shown(directory)),
                   .why = resolved.error().reason(),
                   .hint = "correct --plugin-dir or KPB_PLUGIN_PATH"});
    const auto fd = open_trusted(*resolved, /*directory=*/true);
    if (!fd && is_exhausted(fd.error().number))
      return fail(sink,
                  {.fault = Fault::environment,
                   .code = "no-descriptors",
                   .what = fmt::format("plugin directory {} cannot be read", shown(directory)),
                   .why = fd.error().why,
                   .hint = k_more_descriptors});
    if (!fd)
      return fail(sink,
                  {.fault = Fault::plugin,
                   .code = "plugin-directory-unsafe",
                   .what = fmt::format("refusing plugin directory {}", shown(directory)),
                   .why = fd.error().why,
                   .hint =
                       "plugins run with your rights: make the directory and its parents yours (or "
                       "root's) and writable by nobody else"});
    ::close(*fd);
    const auto names = files.list(*resolved);
    if (!names)
      return fail(sink,
                  {.fault = Fault::environment,
                   .code = "plugin-directory",
                   .what = fmt::format("plugin directory {} cannot be read", shown(directory)),
                   .why = names.error().reason(),
                   .hint = is_exhausted(names.error().number) ? k_more_descriptors : ""});
    for (const auto& name : *names) {
      if (!name.ends_with(".so"))
        continue;
      const auto path = files.resolve(*resolved + "/" + name);
      const std::string real = path.value_or(*resolved + "/" + name);
      const bool seen = std::any_of(m_candidates.begin(), m_candidates.end(),
                                    [&](const auto& c) { return c.path == real; });
      if (seen)
        continue;
      m_candidates.push_back(path ? examine(real) : nowhere(files, real, path.error()));
      // Which plugins there are must not depend on how many files may be open.
      if (m_candidates.back().exhausted)
        return fail(sink, {.fault = Fault::environment,
                           .code = "no-descriptors",
                           .what = "not all plugins can be looked at",
                           .why = m_candidates.back().refusal,
                           .hint = k_more_descriptors});
    }
  }
  return true;
}

std::vector<std::string> PluginCatalog::names(const std::string& kind,
                                              const std::string& detail) const {
  std::vector<std::string> out;
  for (const auto& candidate : m_candidates)
    if (candidate.refusal.empty())
      for (const auto& offer : candidate.note->offers)
        if (offer.kind == kind && (detail.empty() || offer.detail == detail))
          out.push_back(offer.name);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<PluginOffer> PluginCatalog::offer(const std::string& kind,
                                                const std::string& name) const {
  for (const auto& candidate : m_candidates)
    if (candidate.refusal.empty())
      for (const auto& offer : candidate.note->offers)
        if (offer.kind == kind && offer.name == name)
          return offer;
  return std::nullopt;
}

std::shared_ptr<const PluginLibrary>
PluginCatalog::load(const std::string& kind, const std::string& name, DiagnosticSink& sink) {
  std::vector<const PluginCandidate*> found;
  std::vector<std::string> refused;         // those that say they offer it
  std::vector<std::string> unknown;         // those that say nothing readable
  const PluginCandidate* to_mend = nullptr; // whose hint is given: one that says that it offers it
  for (const auto& candidate : m_candidates) {
    if (candidate.refusal.empty() && offers(candidate, kind, name))
      found.push_back(&candidate);
    else if (!candidate.refusal.empty() && (!candidate.note || offers(candidate, kind, name))) {
      (candidate.note ? refused : unknown).push_back(refusal_line(candidate));
      if (to_mend == nullptr || (candidate.note && !to_mend->note))
        to_mend = &candidate;
    }
  }
  if (found.size() == 1 && refused.empty()) {
    const auto& candidate = *found[0];
    auto& slot = m_loaded[candidate.path];
    if (!slot)
      slot = PluginLibrary::load(candidate.fd, candidate.path, *candidate.note, sink);
    return slot;
  }
  const std::string wanted = kind + " " + shown(name);
  if (found.size() > 1) {
    fail(sink, {.fault = Fault::plugin,
                .code = "plugin-duplicate",
                .what = fmt::format("{} is offered twice", wanted),
                .why = fmt::format("{} and {}", shown_plugin(found[0]->path, *found[0]->note),
                                   shown_plugin(found[1]->path, *found[1]->note)),
                .hint = "rename one of them, or remove its directory from the search"});
  } else if (to_mend != nullptr) {
    refused.insert(refused.end(), unknown.begin(), unknown.end());
    fail(sink, {.fault = Fault::plugin,
                .code = "plugin-refused",
                .what = fmt::format("{} cannot be had", wanted),
                .why = join(refused, "; "),
                .hint = fmt::format("{}; kpb plugins list shows all", refusal_hint(*to_mend))});
  } else {
    const auto known = names(kind);
    const auto near = nearest(name, known);
    fail(sink,
         {.fault = Fault::input,
          .code = "plugin-unknown",
          .what = fmt::format("there is no {}", wanted),
          .why = known.empty() ? "no " + kind + " is installed" : "installed: " + join(known, ", "),
          .hint = near ? "did you mean " + *near + "?"
                       : "kpb plugins list shows what is installed and from where"});
  }
  return nullptr;
}

Result<std::string> PluginCatalog::digest(FileSystem& files, const PluginLibrary& library) {
  auto& slot = m_digests[library.path()];
  if (slot.empty()) {
    // Through the descriptor that was checked and loaded, not through the name again.
    for (const auto& candidate : m_candidates)
      if (candidate.path == library.path()) {
        const auto bytes =
            files.read("/proc/self/fd/" + std::to_string(candidate.fd), k_max_plugin);
        if (!bytes)
          return bytes;
        slot = sha256_hex(*bytes);
      }
  }
  return slot;
}

} // namespace kpb
