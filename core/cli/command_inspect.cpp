// SPDX-License-Identifier: GPL-2.0-only
//
// kpb inspect: shows what files contain, for users and as JSON.
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/command.hpp"
#include "core/inspect/facts_document.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include "core/packages/report_files.hpp"
#include <kpb/sdk/views.hpp>

#include <algorithm>

namespace kpb {

namespace {

namespace f = fields::result;

std::string patches_line(const views::Function& function, const char* who) {
  return "  patches    " + escape_control(function.object + ": " + function.name) +
         (function.position > 1 ? " (position " + std::to_string(function.position) + ")" : "") +
         who + "\n";
}

// The functions of a hand-written module, as its packager declared them.
std::string declared_functions(const PackedModule& module,
                               const std::optional<Document>& manifest) {
  const std::string at = in_manifest(manifest, module);
  std::string out;
  if (!at.empty())
    for (const auto& function : views::functions(*manifest, pointer(at, fields::module::functions)))
      out += patches_line(function, " (declared by the packager)");
  return out;
}

void put_module(Document& d, const std::string& at, const PackedModule& module,
                const std::optional<Document>& manifest) {
  const auto& facts = module.facts;
  const Writer out = Writer(d, "").below(at);
  if (const auto kernel = facts.kernel_release())
    out.put(f::module::kernel, *kernel);
  else
    out.put_null(f::module::kernel);
  put_facts(facts, d, at, "");
  out.put_boolean(f::module::livepatch, facts.livepatch);
  out.put(f::module::sha256, module.sha256);
  const auto replace = replace_of(manifest, module);
  if (replace)
    out.put_boolean(f::module::replace, *replace);
  else
    out.put_null(f::module::replace);
}

std::string module_text(const PackedModule& module, const std::optional<Document>& manifest) {
  const auto& facts = module.facts;
  const auto replace = replace_of(manifest, module);
  std::string out =
      "  name       " + escape_control(facts.name().value_or("(none)")) + "\n  kernel     " +
      escape_control(facts.kernel_release().value_or("(none)")) + " (" +
      (facts.machine.empty() ? "machine " + std::to_string(facts.e_machine) : facts.machine) +
      ")\n";
  if (!facts.livepatch)
    out += "  livepatch  no: an ordinary module\n";
  out +=
      "  made by    " + (facts.format.empty() ? "hand, or an unknown tool" : facts.format) + "\n";
  out += std::string("  replace    ") +
         (!replace   ? "unknown (the file does not say it)"
          : *replace ? "yes"
                     : "no") +
         "\n";
  const std::string declared = facts.functions ? "" : declared_functions(module, manifest);
  if (!facts.functions)
    out += declared.empty() ? "  patches    unknown (the file does not say)\n" : declared;
  else
    for (const auto& function : *facts.functions)
      out += patches_line(function, "");
  if (facts.callbacks)
    for (const auto& callback : *facts.callbacks)
      out += "  callback   " + escape_control(callback.object + ": " + callback.hook) + "\n";
  if (facts.shadow_variables)
    out += "  shadow     yes (uses shadow variables)\n";
  if (facts.reads_states)
    out += "  states     yes (asks for klp states)\n";
  if (facts.forced)
    out += "  forced     yes: built with KPATCH_FORCE_UNSAFE\n";
  out += "  signature  " +
         std::string(!facts.signature           ? "none"
                     : facts.signature->stacked ? "two, stacked"
                                                : "present") +
         "\n";
  return out;
}

// A deb lists every directory from the root on; those that only lead to others are not shown.
bool is_on_the_way(const views::PackedFile& file, const std::vector<views::PackedFile>& all) {
  return file.kind == "dir" && std::any_of(all.begin(), all.end(), [&](const auto& other) {
           return other.kind == "dir" && other.path.starts_with(file.path + "/");
         });
}

std::string header_text(const Document& h) {
  namespace found = fields::found;
  const std::string release = h.text(found::release); // a deb need not have one
  const std::string arch = h.text(found::arch);
  std::string out = "  package    " +
                    escape_control(h.text(found::name) + " " + h.text(found::version) +
                                   (release.empty() ? "" : "-") + release) +
                    (arch.empty() ? "" : " (" + arch + ")") + "\n";
  for (const auto& relation : views::relations(h, found::relations)) {
    std::string kind = relation.kind;
    kind.resize(11, ' ');
    out += "  " + kind + escape_control(text_of(relation)) + "\n";
  }
  const auto files = views::packed_files(h);
  const bool deb = h.text(found::format) == "deb";
  for (const auto& file : files)
    if (!deb || !is_on_the_way(file, files))
      out += "  holds      " + escape_control(file.path) + "\n";
  return out;
}

void put_file(Document& result, const std::string& path, const FileReport& report) {
  const Writer out(result, "");
  const std::string at = out.append(f::files);
  const Writer file = out.below(at);
  file.put(f::file::file, path);
  const auto manifest = manifest_of(report);
  if (!report.package) {
    file.put(f::file::kind, "module");
    put_module(result, at, report.modules[0], manifest);
    return;
  }
  const bool source = report.header.boolean(fields::found::source).value_or(false);
  file.put(f::file::kind, source ? "source-package" : "package");
  file.put_document(f::file::package, report.header);
  result.remove(pointer(at, f::file::package) + std::string(fields::provenance));
  file.put_array(f::file::modules);
  for (const auto& module : report.modules) {
    const std::string below = pointer(at, file.append(f::file::modules));
    out.put(pointer(below, f::module::path), module.path);
    put_module(result, below, module, manifest);
  }
  if (manifest)
    file.put_document(f::file::manifest, *manifest);
}

void print_file(Session& session, const std::string& path, const FileReport& report) {
  const auto manifest = manifest_of(report);
  std::string text = escape_control(path) + ":\n";
  if (report.package)
    text += header_text(report.header);
  for (const auto& module : report.modules) {
    if (report.package)
      text += "  module     " + escape_control(module.path) + "\n";
    text += module_text(module, manifest);
  }
  session.out(text);
}

int command_inspect(Session& session, const Arguments& arguments) {
  Document result = new_result("inspect");
  result.put_array(f::files, "");
  if (arguments.operands.empty())
    fail(session.diagnostics(), {.fault = Fault::input,
                                 .code = "command-line",
                                 .what = "no file is given",
                                 .hint = "kpb inspect FILE..."});
  else if (session.open_plugins(arguments))
    for (const auto& path : arguments.operands) {
      Context context = session.context();
      const auto report = read_report(context, path, session.diagnostics());
      if (!report || session.interrupts().pending() != 0)
        continue;
      if (session.json())
        put_file(result, path, *report);
      else
        print_file(session, path, *report);
    }
  return session.finish(&result);
}

CommandSpec inspect_spec() {
  return {"inspect",
          "[OPTIONS] FILE...",
          "show what a module or package contains",
          "Shows what a .ko, .rpm, .deb or .spec contains: kernel, architecture, name, replace "
          "mode, patched objects and functions, callbacks, signature and relations. It checks "
          "nothing; use kpb verify for that.",
          {},
          {{"kpb inspect livepatch-fix.ko", "what does this module patch?"},
           {"kpb inspect --json *.rpm", "the same for programs"}},
          "file"};
}

} // namespace

Command inspect_command() { return {inspect_spec(), command_inspect}; }

} // namespace kpb
