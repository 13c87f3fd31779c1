// SPDX-License-Identifier: GPL-2.0-only
//
// See catalog.hpp. Two plugins of one name are refused rather than ordered: which of them packages a
// kernel fix must not depend on the order of directories.
#include "core/plugin/catalog.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/plugin/libraries.hpp"
#include "core/system/believe.hpp"

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

// `name` is what the plugin directory calls it, `path` where that leads.
PluginCandidate examine(const std::string& name, const std::string& path) {
  PluginCandidate candidate;
  candidate.path = path;
  auto opened = open_trusted_path(name, Wanted::file);
  if (!opened) {
    const Distrust& why = opened.error();
    candidate.exhausted = is_exhausted(why.number);
    // Without the path: at which directory it happened is chance.
    candidate.refusal = candidate.exhausted ? SystemError{why.number, "", ""}.reason() : why.why;
    candidate.unsafe = why.others;
    return candidate;
  }
  candidate.path = opened->path();
  auto note = read_plugin_note(opened->fd());
  if (note) {
    candidate.refusal = join(plugin_mismatches(*note), "; ");
    candidate.note = std::move(*note);
  } else {
    candidate.refusal = note.error();
  }
  if (candidate.refusal.empty()) {
    const Distrust why = distrust_of_libraries(opened->fd());
    candidate.exhausted = is_exhausted(why.number);
    candidate.refusal = why.why;
    candidate.unsafe = why.others;
  }
  if (candidate.refusal.empty())
    candidate.fd = opened->release();
  return candidate;
}

// A name in a plugin directory that leads to no file.
PluginCandidate dangling(FileSystem& files, const std::string& path, const SystemError& error) {
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
    const auto real = open_directory(files, directory, sink);
    if (!real || !scan_directory(files, directory, *real, sink))
      return false;
  }
  return true;
}

std::optional<std::string> PluginCatalog::open_directory(FileSystem& files,
                                                         const std::string& directory,
                                                         DiagnosticSink& sink) {
  const auto real = files.resolve(directory);
  if (!real) {
    fail(sink, {.fault = Fault::input,
                .code = "plugin-directory",
                .what = fmt::format("plugin directory {} cannot be used", shown(directory)),
                .why = real.error().reason(),
                .hint = "correct --plugin-dir or KPB_PLUGIN_PATH"});
    return std::nullopt;
  }
  auto opened = open_trusted_path(directory, Wanted::directory);
  if (opened)
    return opened->path();
  const Distrust& why = opened.error();
  const bool exhausted = is_exhausted(why.number);
  fail(sink,
       distrusted({.code = exhausted ? "no-descriptors" : "plugin-directory-unsafe",
                   .what = exhausted
                               ? fmt::format("plugin directory {} cannot be read", shown(directory))
                               : fmt::format("refusing plugin directory {}", shown(directory)),
                   .because = "plugins run with your rights",
                   .fault = Fault::plugin},
                  why));
  return std::nullopt;
}

bool PluginCatalog::scan_directory(FileSystem& files, const std::string& directory,
                                   const std::string& real, DiagnosticSink& sink) {
  const auto names = files.list(real);
  if (!names)
    return fail(sink, {.fault = Fault::environment,
                       .code = "plugin-directory",
                       .what = fmt::format("plugin directory {} cannot be read", shown(directory)),
                       .why = names.error().reason(),
                       .hint = is_exhausted(names.error().number) ? k_more_descriptors : ""});
  for (const auto& name : *names) {
    if (!name.ends_with(".so"))
      continue;
    const auto path = files.resolve(real + "/" + name);
    const std::string file = path.value_or(real + "/" + name);
    const bool seen = std::any_of(m_candidates.begin(), m_candidates.end(),
                                  [&](const auto& c) { return c.path == file; });
    if (seen)
      continue;
    m_candidates.push_back(path ? examine(real + "/" + name, file)
                                : dangling(files, file, path.error()));
    // Which plugins there are must not depend on how many files may be open.
    if (m_candidates.back().exhausted)
      return fail(sink, {.fault = Fault::environment,
                         .code = "no-descriptors",
                         .what = "not all plugins can be read",
                         .why = m_candidates.back().refusal,
                         .hint = k_more_descriptors});
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
  Search found;
  for (const auto& candidate : m_candidates) {
    const bool says_so = offers(candidate, kind, name);
    if (candidate.refusal.empty() && says_so)
      found.usable.push_back(&candidate);
    else if (!candidate.refusal.empty() && says_so)
      found.refused.push_back(&candidate);
    else if (!candidate.note)
      found.unreadable.push_back(&candidate);
  }
  // With a refused plugin of the same name it is not certain that the other one is meant.
  if (found.usable.size() != 1 || !found.refused.empty()) {
    report_missing(kind, name, found, sink);
    return nullptr;
  }
  const auto& candidate = *found.usable[0];
  auto& slot = m_loaded[candidate.path];
  if (!slot)
    slot = PluginLibrary::load(candidate.fd, candidate.path, *candidate.note, sink);
  return slot;
}

void PluginCatalog::report_missing(const std::string& kind, const std::string& name,
                                   const Search& found, DiagnosticSink& sink) const {
  const std::string wanted = kind + " " + shown(name);
  if (found.usable.size() > 1) {
    const auto& first = *found.usable[0];
    const auto& second = *found.usable[1];
    fail(sink, {.fault = Fault::plugin,
                .code = "plugin-duplicate",
                .what = fmt::format("{} is offered twice", wanted),
                .why = fmt::format("{} and {}", shown_plugin(first.path, *first.note),
                                   shown_plugin(second.path, *second.note)),
                .hint = "rename one of them, or remove its directory from the search"});
    return;
  }
  // One that says nothing readable may be the one that is wanted.
  auto suspects = found.refused;
  suspects.insert(suspects.end(), found.unreadable.begin(), found.unreadable.end());
  if (!suspects.empty()) {
    std::vector<std::string> lines;
    for (const auto* candidate : suspects)
      lines.push_back(refusal_line(*candidate));
    fail(sink, {.fault = Fault::plugin,
                .code = "plugin-refused",
                .what = fmt::format("{} cannot be used", wanted),
                .why = join(lines, "; "),
                .hint = fmt::format("{}; kpb plugins list shows all", refusal_hint(*suspects[0]))});
    return;
  }
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
