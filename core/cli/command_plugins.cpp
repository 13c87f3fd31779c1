// SPDX-License-Identifier: GPL-2.0-only
//
// kpb plugins: shows what is installed and where it comes from, using only the notes in the files.
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/command.hpp"
#include "core/cli/session.hpp"
#include "core/cli/subcommand.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include "kpb/abi/plugin.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>

namespace kpb {

namespace {

namespace f = fields::result;

std::string abi_text(const PluginNote& note) {
  return std::to_string(note.abi_major) + "." + std::to_string(note.abi_minor);
}

void put_plugin(Document& result, const PluginCandidate& plugin) {
  const Writer entry = Writer(result, "").element(f::plugins);
  entry.put(f::plugin::path, plugin.path);
  if (plugin.note) {
    entry.put(f::plugin::id, plugin.note->id);
    entry.put(f::plugin::version, plugin.note->version);
    entry.put(f::plugin::abi, abi_text(*plugin.note));
    entry.put(f::plugin::sdk, plugin.note->sdk);
    for (const auto& offer : plugin.note->offers) {
      const Writer offered = entry.element(f::plugin::offers);
      offered.put(f::offer::kind, offer.kind);
      offered.put(f::offer::name, offer.name);
      offered.put(f::offer::detail, offer.detail);
    }
  }
  if (!plugin.refusal.empty())
    entry.put(f::plugin::refused, plugin.refusal);
}

// Exit status 3: the file exists, but kpb refuses to load it.
void report_refusal(Session& session, const PluginCandidate& plugin) {
  fail(session.diagnostics(),
       {.fault = Fault::plugin,
        .code = "plugin-refused",
        .where = plugin.note ? shown_plugin(plugin.path, *plugin.note) : "plugin " + plugin.path,
        .what = "refused",
        .why = plugin.refusal,
        .hint = refusal_hint(plugin)});
}

std::string padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

// Neither of two plugins with the same name can be used; the list shows it before anybody tries.
void warn_of_duplicates(Session& session) {
  std::map<std::string, const PluginCandidate*> seen;
  for (const auto& plugin : session.plugins().candidates()) {
    if (!plugin.refusal.empty())
      continue;
    for (const auto& offer : plugin.note->offers) {
      const auto [first, fresh] = seen.emplace(offer.kind + " " + offer.name, &plugin);
      if (!fresh)
        warn(session.diagnostics(),
             {.code = "plugin-duplicate",
              .what = fmt::format("{} is offered twice", first->first),
              .why = fmt::format("offered by both {} and {}; neither can be used",
                                 shown_plugin(first->second->path, *first->second->note),
                                 shown_plugin(plugin.path, *plugin.note)),
              .hint = "rename one of them, or remove its directory from the search"});
    }
  }
}

bool list(Session& session, const RunContext&, const Arguments&, Document& result) {
  warn_of_duplicates(session);
  std::vector<std::string> lines;
  for (const auto& plugin : session.plugins().candidates()) {
    put_plugin(result, plugin);
    if (!plugin.refusal.empty()) {
      report_refusal(session, plugin);
      continue;
    }
    for (const auto& offer : plugin.note->offers)
      lines.push_back(padded(offer.kind, 9) + padded(offer.name, 15) + padded(plugin.note->id, 28) +
                      padded(plugin.note->version, 9) + escape_control(plugin.path) + "\n");
  }
  if (session.json())
    return true;
  std::sort(lines.begin(), lines.end());
  session.out(padded("KIND", 9) + padded("NAME", 15) + padded("PLUGIN", 28) + padded("VERSION", 9) +
              "FILE\n");
  for (const auto& line : lines)
    session.out(line);
  return true;
}

bool matches(const PluginCandidate& plugin, const std::string& name) {
  if (plugin.path == name || base_name(plugin.path) == name ||
      base_name(plugin.path) == name + ".so")
    return true;
  if (!plugin.note)
    return false;
  return plugin.note->id == name ||
         std::any_of(plugin.note->offers.begin(), plugin.note->offers.end(),
                     [&](const auto& offer) { return offer.name == name; });
}

bool show(Session& session, const RunContext&, const Arguments& arguments, Document& result) {
  const std::string& name = arguments.operands[1];
  std::vector<std::string> known;
  bool found = false;
  const std::string resolved = session.files().resolve(name).value_or(name);
  for (const auto& plugin : session.plugins().candidates()) {
    if (plugin.note)
      for (const auto& offer : plugin.note->offers)
        known.push_back(offer.name);
    if (!matches(plugin, name) && plugin.path != resolved)
      continue;
    found = true;
    put_plugin(result, plugin);
    if (!plugin.refusal.empty()) {
      report_refusal(session, plugin);
      continue;
    }
    std::string text = plugin.note->id + " " + plugin.note->version + "\n  file     " +
                       escape_control(plugin.path) + "\n  abi      " + abi_text(*plugin.note) +
                       " (kpb-sdk " + plugin.note->sdk + ")\n";
    for (const auto& offer : plugin.note->offers)
      text += "  offers   " + offer.kind + " " + offer.name +
              (offer.kind == "builder"   ? ", takes " + offer.detail
               : offer.kind == "backend" ? ", makes " + offer.detail
                                         : "") +
              "\n";
    if (!session.json())
      session.out(text);
  }
  if (!found) {
    const auto near = nearest(name, known);
    fail(session.diagnostics(), {.fault = Fault::input,
                                 .code = "plugin-unknown",
                                 .what = fmt::format("there is no plugin {}", shown(name)),
                                 .hint = near ? "did you mean " + *near + "?"
                                              : "kpb plugins list shows what is installed"});
  }
  return true;
}

int command_plugins(Session& session, const Arguments& arguments) {
  Document result = new_result("plugins");
  const CommandSpec& spec = find_command("plugins")->spec;
  const SubCommand* sub = find_subcommand(spec, arguments);
  if (sub == nullptr) {
    misused(session, spec.name, "kpb plugins takes " + subcommand_words(spec));
    return session.finish(&result);
  }
  result.put_array(f::plugins, "");
  if (session.open_plugins(arguments)) {
    NoProgress none;
    sub->run(session, session.run_context(none), arguments, result);
  }
  return session.finish(&result);
}

CommandSpec plugins_spec() {
  return {"plugins",
          "[OPTIONS] list  |  [OPTIONS] show NAME",
          "list the installed policies, builders and backends",
          "Lists the installed plugins with their files, or shows one plugin: by the name of a "
          "policy, builder or format that it offers, by its id, or by its path. It only reads "
          "the files; no plugin is loaded or run. If kpb refuses a plugin, all reasons are "
          "shown (exit status 3).",
          {},
          {{"kpb plugins list", "what is installed or prepared?"},
           {"kpb plugins show standard", "where does it come from?"}},
          nullptr,
          {{"list", "", 0, 0, {}, list}, {"show", "NAME", 1, 1, {}, show}}};
}

} // namespace

Command plugins_command() { return {plugins_spec(), command_plugins}; }

} // namespace kpb
