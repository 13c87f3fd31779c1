// SPDX-License-Identifier: GPL-2.0-only
//
// See identity.hpp.
#include "core/series/identity.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/request/options.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <set>

namespace kpb {

namespace {

// Where kbuild compiles a hand-written module; of the headers these two files say which they are.
std::string headers_of(const SeriesPlan& plan, const SeriesKernel& kernel, FileDigests& digests) {
  const std::string& release = kernel.kernel.release;
  std::vector<std::string> places = {"/lib/modules/" + release + "/build",
                                     "/usr/src/linux-headers-" + release,
                                     "/usr/src/kernels/" + release};
  if (kernel.given != nullptr && kernel.given->says.source)
    places = {plan.manifest.resolve_path(*kernel.given->says.source)};
  for (const auto& place : places) {
    const auto symvers = digests.of(place + "/Module.symvers");
    const auto config = digests.of(place + "/.config");
    if (symvers || config)
      return (symvers ? symvers->sha256 : "-") + " " + (config ? config->sha256 : "-");
  }
  return "none";
}

void put_list(IdentityFields& out, const char* name, const std::vector<std::string>& values) {
  if (!values.empty())
    out.emplace_back(name, join(values, " "));
}

// Rows that are a field of their own, in the order in which journals have them.
const std::vector<const Option*>& value_rows() {
  static const std::vector<const Option*> rows = [] {
    std::vector<const Option*> out;
    for (const auto& option : options())
      if (option.part.shapes == Shapes::value)
        out.push_back(&option);
    std::stable_sort(out.begin(), out.end(), [](const Option* a, const Option* b) {
      return a->part.place < b->part.place;
    });
    return out;
  }();
  return rows;
}

// False when it is not said there.
bool put_value(IdentityFields& out, const Option& option, const BuildRequest& says) {
  const auto values = values_of(option, says);
  if (option.key.form != Form::settings)
    put_list(out, option.part.word, values);
  else
    for (const auto& value : values) { // KEY=VALUE
      const size_t equals = value.find('=');
      out.emplace_back(option.part.word + (" " + value.substr(0, equals)),
                       value.substr(equals + 1));
    }
  return !values.empty();
}

void put_of_patch(IdentityFields& out, const BuildRequest& says) {
  for (const auto& option : options())
    if (option.part.of_patch != nullptr)
      put_list(out, option.part.of_patch, values_of(option, says));
}

bool is_digest(const std::string& text) {
  return text.size() >= 64 && text.find_first_not_of("0123456789abcdef -") == std::string::npos;
}

} // namespace

std::string fields_text(const IdentityFields& fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    out += name + "\t" + replace_all(replace_all(value, "\\", "\\\\"), "\n", "\\n") + "\n";
  return out;
}

IdentityFields parse_fields(std::string_view text) {
  IdentityFields out;
  for (const auto& line : split(text, '\n'))
    if (const size_t tab = line.find('\t'); tab != std::string::npos) {
      std::string value;
      for (size_t i = tab + 1; i < line.size(); ++i)
        if (line[i] == '\\' && i + 1 < line.size())
          value += line[++i] == 'n' ? '\n' : line[i];
        else
          value += line[i];
      out.emplace_back(line.substr(0, tab), value);
    }
  return out;
}

std::string identity_of(const IdentityFields& fields) { return sha256_hex(fields_text(fields)); }

std::string what_changed(const IdentityFields& before, const IdentityFields& now) {
  const std::map<std::string, std::string> old(before.begin(), before.end());
  std::vector<std::string> out;
  std::set<std::string> seen;
  for (const auto& [name, value] : now) {
    seen.insert(name);
    const auto was = old.find(name);
    if (was == old.end())
      out.push_back(name + ": new" + (is_digest(value) ? "" : " (" + value + ")"));
    else if (was->second != value)
      out.push_back(is_digest(value) ? name + ": other content"
                                     : name + ": " + was->second + " -> " + value);
  }
  for (const auto& [name, value] : before)
    if (seen.count(name) == 0)
      out.push_back(name + ": gone");
  return join(out, "; ");
}

Identities::Identities(const SeriesPlan& plan, Context& context, FileDigests& digests,
                       const SeriesSigning& signing)
    : m_plan(plan), m_context(context), m_digests(digests), m_signing(signing) {}

bool Identities::prepare() {
  for (const auto& candidate : m_context.plugins.candidates()) {
    if (!candidate.note || !candidate.refusal.empty())
      continue;
    const auto digest = m_digests.of(candidate.path);
    if (!digest)
      return fail(m_context.diagnostics, {.fault = Fault::environment,
                                          .code = "plugin-unreadable",
                                          .where = candidate.path,
                                          .what = "cannot be read",
                                          .why = digest.error().reason()});
    for (const auto& offer : candidate.note->offers)
      m_plugins[offer.kind + " " + offer.name] = digest->sha256;
  }
  for (const auto& directory : m_context.templates.directories())
    if (const auto digest = m_digests.of(directory); digest)
      m_templates += (m_templates.empty() ? "" : " ") + digest->sha256;
  return true;
}

std::optional<IdentityFields> Identities::of(const SeriesCell& cell, const std::string& kernel_key,
                                             DiagnosticSink& sink) {
  const auto& package = m_plan.package_of(cell);
  const auto& kernel = m_plan.kernel_of(cell);
  const std::string kind = m_plan.kind_of(cell, m_context.files);
  const bool builds = m_plan.builds(cell, m_context.plugins, m_context.files);
  IdentityFields out = {{"kpb", KPB_VERSION},
                        {"package", package.name() + " " + m_plan.version_of(cell)},
                        {"kernel", kernel.kernel.release + " " + kernel.kernel.arch}};
  int64_t date = 0;
  for (const uint32_t p : cell.patches) {
    const auto& patch = package.patches[p];
    const auto digest = m_digests.of(m_plan.manifest.resolve_path(patch.path()));
    if (!digest) {
      fail(sink, {.fault = Fault::input,
                  .code = "input-unreadable",
                  .where = place_text(m_plan.manifest.file, patch.place),
                  .what = fmt::format("cannot read {}", shown(patch.path())),
                  .why = digest.error().reason(),
                  .hint = "paths are relative to the manifest"});
      return std::nullopt;
    }
    out.emplace_back("patch " + base_name(patch.path()), digest->sha256);
    put_of_patch(out, patch.says);
    date = std::max(date, digest->mtime);
  }
  if (cell.patches.size() > 1) {
    std::vector<std::string> order;
    for (const uint32_t p : cell.patches)
      order.push_back(base_name(package.patches[p].path()));
    put_list(out, "order", order);
  }
  out.emplace_back(
      "date", m_context.environment.variable("SOURCE_DATE_EPOCH").value_or(std::to_string(date)));
  for (const Option* option : value_rows())
    if (!put_value(out, *option, package.says) && kernel.given != nullptr)
      put_value(out, *option, kernel.given->says);
  if (m_plan.uses_kernel(cell, m_context.files))
    out.emplace_back("prepared kernel", kernel_key.empty() ? "none" : kernel_key);
  if (builds && kind == "source")
    out.emplace_back("kernel headers", headers_of(m_plan, kernel, m_digests));
  const auto plugin = [&](const std::string& key) {
    const auto found = m_plugins.find(key);
    out.emplace_back("plugin of " + key, found == m_plugins.end() ? "none" : found->second);
  };
  for (const auto& policy : package.says.policies())
    plugin("policy " + policy);
  for (const auto& format : package.says.formats())
    plugin("backend " + format);
  const std::string builder = builder_of(package, kernel);
  out.emplace_back("builder", builder);
  for (const auto& name : builder == "auto" ? m_context.plugins.names("builder", kind)
                                            : std::vector<std::string>{builder})
    plugin("builder " + name);
  out.emplace_back("templates", m_templates);
  out.insert(out.end(), m_signing.fields.begin(), m_signing.fields.end());
  return out;
}

} // namespace kpb
