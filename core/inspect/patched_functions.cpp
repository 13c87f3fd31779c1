// SPDX-License-Identifier: GPL-2.0-only
//
// The two diff builders describe a patch in arrays that the module's own init code reads:
//
//   kpatch-build  .kpatch.funcs: one flat list, each function with its object's name;
//                 .kpatch.callbacks.HOOK: {function, object name};
//                 .kpatch.force: the functions of KPATCH_FORCE_UNSAFE
//   klp-build     .init.klp_objects (__klp_objects in Linux 6.19): objects with their callbacks,
//                 each with a range of .init.klp_funcs (__klp_funcs)
//
// For a hand-written module, only its init code knows what it patches. The .klp.rela sections and
// .klp.sym symbols of all three are what a patch refers to, not what it replaces.
#include "core/inspect/patched_functions.hpp"

#include "core/base/text.hpp"
#include "core/inspect/metadata_table.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace kpb {

namespace {

constexpr const char* k_hooks[] = {"pre_patch", "post_patch", "pre_unpatch", "post_unpatch"};
constexpr std::string_view k_kpatch_callbacks = ".kpatch.callbacks.";
constexpr std::string_view k_relocations = ".klp.rela.";

// Both forms count a symbol's positions from 1 and write 0 for "the only one", which sysfs and
// everything after it shows as 1. No kernel has 2^31 symbols, and JSON has no such integers.
bool read_position(const MetadataTable& table, size_t entry, uint64_t field,
                   PatchedFunction& function) {
  const uint64_t sympos = table.integer(entry, field, 8);
  if (sympos > INT32_MAX)
    return table.fail(entry, "patches occurrence " + std::to_string(sympos) + " of its function");
  function.must_be_unique = sympos == 0;
  function.position = sympos == 0 ? 1 : sympos;
  return true;
}

// struct kpatch_patch_func: new_addr new_size old_addr old_size sympos name objname, 8 bytes each.
bool read_kpatch_functions(const ElfImage& image, const ElfSection& section, ModuleFacts& facts,
                           const InputErrors& errors) {
  const auto table = MetadataTable::open(image, section, 56, 0, errors);
  if (!table)
    return false;
  facts.functions.emplace();
  for (size_t i = 0; i < table->size(); ++i) {
    if (!table->has_pointer(i, 0))
      return table->fail(i, "has no relocation for its new function");
    const auto name = table->name(i, 40, NameKind::symbol);
    if (!name)
      return false;
    const auto object = table->name(i, 48, NameKind::object);
    if (!object)
      return false;
    PatchedFunction function{{*object, *name}};
    if (!read_position(*table, i, 32, function))
      return false;
    function.old_address = table->integer(i, 16, 8);
    facts.functions->push_back(std::move(function));
  }
  return true;
}

// struct { function, objname }, followed by 8 zero bytes so that the section is never empty.
bool read_kpatch_callbacks(const ElfImage& image, ModuleFacts& facts, const InputErrors& errors) {
  facts.callbacks.emplace();
  for (const char* hook : k_hooks) {
    const ElfSection* section = image.find(std::string(k_kpatch_callbacks) + hook);
    if (section == nullptr)
      continue;
    const auto table = MetadataTable::open(image, *section, 16, 8, errors);
    if (!table)
      return false;
    for (size_t i = 0; i < table->size(); ++i) {
      if (!table->has_pointer(i, 0))
        return table->fail(i, "has no relocation for its function");
      const auto object = table->name(i, 8, NameKind::object);
      if (!object)
        return false;
      facts.callbacks->push_back({*object, hook});
    }
  }
  return true;
}

bool read_kpatch_force(const ElfImage& image, ModuleFacts& facts, const InputErrors& errors) {
  const ElfSection* section = image.find(".kpatch.force");
  if (section == nullptr)
    return true;
  // One pointer per function, then 8 zero bytes. A single entry counts only if it has a relocation;
  // without one it is these zero bytes.
  const auto table = MetadataTable::open(image, *section, 8, 0, errors);
  if (!table)
    return false;
  facts.forced = table->size() > 1 || (table->size() == 1 && table->has_pointer(0, 0));
  return true;
}

// The range of functions that belongs to one object in klp-build's form. struct klp_func_ext:
// old_name new_func sympos, 8 bytes each.
bool read_klp_run(const MetadataTable& table, uint64_t first, uint64_t count,
                  const std::string& object, std::vector<bool>& claimed,
                  std::vector<PatchedFunction>& out) {
  for (uint64_t i = first; i < first + count; ++i) {
    if (claimed[i])
      return table.fail(i, "belongs to two objects");
    claimed[i] = true;
    if (!table.has_pointer(i, 8))
      return table.fail(i, "has no relocation for its new function");
    const auto name = table.name(i, 0, NameKind::symbol);
    if (!name)
      return false;
    PatchedFunction function{{object, *name}};
    if (!read_position(table, i, 16, function))
      return false;
    out.push_back(std::move(function));
  }
  return true;
}

// struct klp_object_ext: name at 0, funcs at 8, four callbacks from 16 on, nr_funcs at 56 (32
// bits).
bool read_klp(const ElfImage& image, const ElfSection& objects_section,
              const ElfSection* functions_section, ModuleFacts& facts, const InputErrors& errors) {
  const auto objects = MetadataTable::open(image, objects_section, 64, 0, errors);
  if (!objects)
    return false;
  // An object can have callbacks and no functions at all.
  std::optional<MetadataTable> functions;
  if (functions_section != nullptr) {
    functions = MetadataTable::open(image, *functions_section, 24, 0, errors);
    if (!functions)
      return false;
  }
  const size_t available = functions ? functions->size() : 0;
  std::vector<bool> claimed(available);
  facts.functions.emplace();
  facts.callbacks.emplace();
  for (size_t i = 0; i < objects->size(); ++i) {
    std::string object = "vmlinux"; // stored as a null pointer
    if (!objects->is_null(i, 0)) {
      const auto name = objects->name(i, 0, NameKind::object);
      if (!name)
        return false;
      object = *name;
    }
    for (size_t hook = 0; hook < std::size(k_hooks); ++hook)
      if (objects->has_pointer(i, 16 + 8 * hook))
        facts.callbacks->push_back({object, k_hooks[hook]});
    const uint64_t count = objects->integer(i, 56, 4);
    if (count == 0)
      continue;
    const auto first = objects->pointer(i, 8, "function list");
    if (!first)
      return false;
    if (first->section != functions_section || first->offset % 24 != 0)
      return objects->fail(i, "has its functions outside their section");
    const uint64_t index = first->offset / 24;
    if (count > available - index)
      return objects->fail(i, "counts " + std::to_string(count) + " functions, " +
                                  std::to_string(available - index) + " are there");
    if (!read_klp_run(*functions, index, count, object, claimed, *facts.functions))
      return false;
  }
  const auto orphan = std::find(claimed.begin(), claimed.end(), false);
  return orphan == claimed.end() ||
         functions->fail(static_cast<size_t>(orphan - claimed.begin()), "belongs to no object");
}

// The section under its present or its first name. An empty one means nothing: Linux 6.19's linker
// script leaves one in every module, whatever built it.
const ElfSection* find_klp(const ElfImage& image, std::string_view now, std::string_view before) {
  for (const std::string_view name : {now, before}) {
    const ElfSection* section = image.find(name);
    if (section != nullptr && section->size != 0)
      return section;
  }
  return nullptr;
}

// Two sections exist of which the module's init code can only read one.
bool contradict(const ElfSection& a, const ElfSection& b, const InputErrors& errors) {
  return errors.fail(
      {.code = "module-metadata",
       .what = "both sections " + shown(a.name) + " and " + shown(b.name) + " exist",
       .why = "they come from different builders, so it is not known which one counts"});
}

// ".klp.rela.OBJECT.SECTION": relocations that the kernel applies when the object is loaded, in every form of
// module. The kernel scans for ".klp.rela.%55[^.]".
bool check_relocated_objects(const ElfImage& image, const InputErrors& errors) {
  for (const ElfSection& section : image.sections()) {
    std::string_view object = section.name;
    if (!object.starts_with(k_relocations))
      continue;
    object.remove_prefix(k_relocations.size());
    object = object.substr(0, object.find('.'));
    if (object.find('-') != std::string_view::npos)
      return refuse_dashed_object(errors, "section " + shown(section.name), object);
  }
  return true;
}

} // namespace

bool read_patched_functions(const ElfImage& image, ModuleFacts& facts, const InputErrors& errors) {
  if (!check_relocated_objects(image, errors))
    return false;
  const ElfSection* kpatch = image.find(".kpatch.funcs");
  const ElfSection* objects = find_klp(image, ".init.klp_objects", "__klp_objects");
  const ElfSection* functions = find_klp(image, ".init.klp_funcs", "__klp_funcs");
  const ElfSection* old_objects = find_klp(image, "__klp_objects", "__klp_objects");
  if (kpatch != nullptr && objects != nullptr)
    return contradict(*kpatch, *objects, errors);
  if (kpatch != nullptr && functions != nullptr)
    return contradict(*kpatch, *functions, errors);
  if (objects != nullptr && old_objects != nullptr && objects != old_objects)
    return contradict(*objects, *old_objects, errors);
  if (kpatch != nullptr) {
    facts.format = "kpatch-build";
    return read_kpatch_functions(image, *kpatch, facts, errors) &&
           read_kpatch_callbacks(image, facts, errors) && read_kpatch_force(image, facts, errors);
  }
  if (objects != nullptr) {
    facts.format = "klp-build";
    return read_klp(image, *objects, functions, facts, errors);
  }
  return functions == nullptr ||
         errors.fail({.code = "module-metadata",
                      .what = "section " + shown(functions->name) +
                              " exists without the section of its objects",
                      .why = "what the module patches cannot be told from it"});
}

bool is_patch_metadata(std::string_view name) {
  if (name.starts_with(k_kpatch_callbacks)) {
    name.remove_prefix(k_kpatch_callbacks.size());
    return std::find(std::begin(k_hooks), std::end(k_hooks), name) != std::end(k_hooks);
  }
  return name == ".kpatch.funcs" || name == ".kpatch.force" || name == ".init.klp_objects" ||
         name == "__klp_objects" || name == ".init.klp_funcs" || name == "__klp_funcs";
}

} // namespace kpb
