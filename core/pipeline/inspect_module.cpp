// SPDX-License-Identifier: GPL-2.0-only
//
// What the module really is, read out of its ELF file and put through the gates. From here on the
// document says facts; what was declared on the command line only fills what the file cannot say.
#include "core/pipeline/build.hpp"

#include "core/base/text.hpp"
#include "core/inspect/elf_module.hpp"
#include "core/inspect/facts_document.hpp"
#include "core/inspect/gates.hpp"
#include "core/inspect/target/target_gates.hpp"
#include "core/kernel/view.hpp"
#include "core/model/names.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include "core/pipeline/policies.hpp"
#include "core/pipeline/warn_of_meaning.hpp"
#include <kpb/sdk/views.hpp>

#include <fmt/core.h>
#include <set>

namespace kpb {

namespace {

std::string module_path_shown(const Build& build) {
  return build.request.module ? *build.request.module : build.document.text(fields::module_file);
}

// --replace/--no-replace against what the builder reports, and into /modules/0/replace.
bool settle_replace(Build& build, Variant& variant) {
  auto& d = variant.document;
  const auto said = d.boolean(fields::request_replace);
  const auto built = d.boolean(fields::module_replace);
  if (built && said && *built != *said)
    return fail(build.context.diagnostics,
                {.fault = Fault::tool,
                 .code = "replace-differs",
                 .what = fmt::format("the builder made a {} module instead of the requested kind",
                                     *built ? "replace-mode" : "stacked"),
                 .why = fmt::format("{} was asked for", *said ? "--replace" : "--no-replace"),
                 .hint = "the kernel or the builder does not support it"});
  if (!built && said)
    d.put_boolean(fields::module_replace, *said, d.provenance(fields::request_replace));
  else if (!built)
    d.put_null(fields::module_replace, "kpb");
  return true;
}

// What --function declares, where the file itself does not tell; a contradiction is an error.
bool settle_functions(Build& build, Variant& variant) {
  auto& d = variant.document;
  const size_t declared = d.size(fields::request_functions);
  const bool known = d.kind(fields::module_functions) == Document::Kind::array;
  if (declared > 0 && known)
    return fail(build.context.diagnostics, {.fault = Fault::input,
                                            .code = "function-known",
                                            .what = "--function is refused",
                                            .why = "the module's file already lists its functions",
                                            .hint = "leave --function out"});
  if (known)
    return true;
  for (size_t i = 0; i < declared; ++i) {
    const std::string said = pointer(fields::request_functions, i);
    views::append(Writer(d, d.provenance(said)), fields::module_functions,
                  views::read<views::Function>(d, said));
  }
  if (declared == 0)
    d.put_null(fields::module_functions, "inspection");
  return true;
}

// Which klp states the module changes stands in no file.
void settle_states(Variant& variant) {
  auto& d = variant.document;
  for (size_t i = 0; i < d.size(fields::request_states); ++i) {
    const std::string said = pointer(fields::request_states, i);
    d.put_text(pointer(fields::module_states, "-"), d.text(said), d.provenance(said));
  }
}

// The modules that are patched, with the build-ids that the target's own files have: the runtime compares
// them with what is loaded.
void put_objects(const Document& kernel, Document& d) {
  std::set<std::string> names;
  for (const auto& function : views::functions(d))
    names.insert(function.object);
  for (const auto& callback : views::all<views::Callback>(d, fields::module_callbacks))
    names.insert(callback.object);
  names.erase("vmlinux");
  const auto theirs = views::all<views::Object>(kernel, fields::prepared::modules);
  for (const auto& name : names)
    for (const auto& module : theirs)
      if (module.name == name)
        views::append(Writer(d, "prepared kernel"), fields::module_objects, module);
}

bool inspect_packed(Build& build, Variant& variant) {
  const std::string shown_path = module_path_shown(build);
  build.context.progress.begin(Progress::Step::inspect, base_name(shown_path));
  const auto facts = read_module(build.module_content, shown_path, build.context.diagnostics);
  if (!facts)
    return false;
  GateTarget target;
  target.release = variant.document.text(fields::kernel_release);
  target.arch = variant.document.text(fields::kernel_arch);
  // Under classic a given module's name is nobody's business, as in 2015.
  if (!(only_classic(build) && build.request.module))
    target.expected_name = module_name_for(variant.document.text(fields::module_file));
  if (!check_gates(*facts, target, shown_path, build.context.diagnostics))
    return false;
  // What was built for a prepared kernel is looked up in that kernel's own files.
  if (build.view) {
    const auto& kernel = build.view->kernel();
    const auto there = [&](const std::string& path) {
      return build.context.files.stat(path) ? path : std::string();
    };
    const TargetFiles target_files{kernel.vmlinux(), there(kernel.modules()),
                                   there(kernel.symvers())};
    if (!check_target_gates(build.module_content, *facts, target_files, build.context.files,
                            shown_path, build.context.diagnostics))
      return false;
  }
  put_facts(*facts, variant.document, fields::the_module, "inspection");
  settle_states(variant);
  warn_of_meaning(*facts, variant.document, shown_path, build.context.diagnostics);
  if (build.view)
    put_objects(build.view->kernel().description, variant.document);
  return settle_replace(build, variant) && settle_functions(build, variant) &&
         check_functions_known(build, variant.document);
}

} // namespace

// In a source variant nothing was built yet: there is only what was said.
bool inspect_module(Build& build) {
  for (auto& variant : build.variants) {
    if (variant.source)
      settle_states(variant);
    if (variant.source ? !(settle_replace(build, variant) && settle_functions(build, variant))
                       : !inspect_packed(build, variant))
      return false;
  }
  return true;
}

} // namespace kpb
