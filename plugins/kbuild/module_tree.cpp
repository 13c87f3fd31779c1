// SPDX-License-Identifier: GPL-2.0-only
//
// See module_tree.hpp. Which module a user's Kbuild makes only make can tell, so the generated
// Kbuild finds out and renames; that also keeps $(src), ccflags-y, CFLAGS_x.o and conditionals as
// they are.
#include "module_tree.hpp"

#include <kpb/sdk/names.hpp>

#include "text.hpp"

#include <algorithm>

namespace kpb::builders {
namespace {

constexpr std::string_view k_single = R"(# SPDX-License-Identifier: GPL-2.0-only
# Made by kpb: the module's name is the package's choice.
obj-m := @NAME@.o
)";

constexpr std::string_view k_directory = R"(# SPDX-License-Identifier: GPL-2.0-only
# Made by kpb: builds the module of @USER@ under the name that the package needs.
include $(src)/@USER@

kpb-subdirs := $(filter %/,$(obj-m) $(obj-y))
kpb-modules := $(sort $(filter-out %/,$(obj-m)))
kpb-stem := $(kpb-modules:.o=)
ifneq ($(kpb-subdirs),)
$(error kpb-refused: Kbuild descends into $(kpb-subdirs) but has to name the module itself)
endif
ifeq ($(kpb-modules),)
kpb-hint := $(if $(obj-y), (obj-y is for code of the kernel itself))
$(error kpb-refused: Kbuild names no module in obj-m$(kpb-hint))
endif
ifneq ($(words $(kpb-modules)),1)
$(error kpb-refused: Kbuild names several modules in obj-m ($(kpb-modules)), one is needed)
endif

ifneq ($(kpb-stem),@NAME@)
# A module is made of what its lists name or, without any, of the one file of its name.
kpb-members := $(strip $($(kpb-stem)-objs) $($(kpb-stem)-y) $($(kpb-stem)-m))
kpb-members := $(or $(kpb-members),$(kpb-modules))
ifneq ($(filter @NAME@.o,$(kpb-members)),)
$(error kpb-refused: the module has to be called @NAME@ and cannot have a part @NAME@.o)
endif
@NAME@-objs :=
@NAME@-m :=
@NAME@-y := $(kpb-members)
LDFLAGS_@NAME@.o := $(LDFLAGS_$(kpb-stem).o)
endif
obj-m := @NAME@.o
)";

// An object's name goes into macros and file names of kbuild's own ("x.mod.c").
std::string safe_stem(std::string_view stem) {
  std::string out(stem.empty() || stem.front() == '-' ? "_" : "");
  for (const char c : stem)
    out += is_alnum(c) || c == '-' ? c : '_';
  return out;
}

void check_path(std::string_view path) {
  if (!is_relative_path(path))
    throw sdk::Error(
        {.fault = sdk::Fault::input,
         .code = "kbuild-file-name",
         .what = "the file name '" + std::string(path) + "' cannot be used with kbuild",
         .hint = "use names of letters, digits and '._+~-' that do not begin with '-'"});
}

// Left over from a build that the user ran in place. make would take old objects for current ones.
bool is_build_product(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const bool hidden = name.starts_with('.');
  return name.ends_with(".o") || name.ends_with(".ko") || name.ends_with(".mod") ||
         name.ends_with(".mod.c") || (hidden && (name.ends_with(".cmd") || name.ends_with(".d"))) ||
         name == "modules.order" || name == "Module.symvers" || path.starts_with(".tmp_versions/");
}

void add_directory(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out,
                   const std::string& name, ModuleTree& tree) {
  for (const auto& input : views::inputs(document)) {
    if (is_build_product(input.name))
      continue;
    check_path(input.name);
    tree.files[input.name] = host.read(input.stored, out);
  }
  const auto kbuild = tree.files.find("Kbuild");
  if (kbuild == tree.files.end())
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "kbuild-no-kbuild",
                      .what = "the directory has no file Kbuild",
                      .hint = "write one that names the module: obj-m := NAME.o"});
  std::string user_file = "Kbuild.user";
  while (tree.files.count(user_file) != 0)
    user_file += "_";
  tree.renamed[user_file] = "Kbuild";
  tree.files[user_file] = kbuild->second;
  kbuild->second = fill(k_directory, {{"NAME", name}, {"USER", user_file}});
}

void add_file(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out,
              const std::string& name, ModuleTree& tree) {
  const auto inputs = views::inputs(document);
  if (inputs.size() != 1 || !inputs.front().name.ends_with(".c"))
    throw sdk::Error(
        {.fault = sdk::Fault::input,
         .code = "kbuild-input",
         .what = "the builder kbuild takes one .c file, or one directory with a Kbuild",
         .hint = "put several files into a directory with a Kbuild"});
  const std::string& given = inputs.front().name;
  const std::string stem = safe_stem(std::string_view(given).substr(0, given.size() - 2));
  tree.files[stem + ".c"] = host.read(inputs.front().stored, out);
  if (stem + ".c" != given)
    tree.renamed[stem + ".c"] = given;
  tree.files["Kbuild"] = fill(k_single, {{"NAME", name}});
  if (stem != name)
    tree.files["Kbuild"] += name + "-y := " + stem + ".o\n";
}

} // namespace

ModuleTree make_module_tree(const sdk::Host& host, const sdk::Document& document,
                            const sdk::Sink& out) {
  const std::string name(document.text(fields::module_name));
  ModuleTree tree;
  if (document.boolean(fields::request_directory))
    add_directory(host, document, out, name, tree);
  else
    add_file(host, document, out, name, tree);
  return tree;
}

} // namespace kpb::builders
