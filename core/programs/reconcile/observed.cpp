// SPDX-License-Identifier: GPL-2.0-only
//
// See observed.hpp.
#include "core/programs/reconcile/observed.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kpb::runtime {

namespace {

bool says_one(Files& files, const std::string& path) {
  const auto text = files.read(path);
  return text && trimmed(*text) == "1";
}

std::string patch_path(const std::string& patch) { return std::string(k_livepatch) + "/" + patch; }
std::string module_path(const std::string& name) { return std::string(k_modules) + "/" + name; }

// Built-in code has a directory there too, but no initstate.
bool is_loaded(Files& files, const std::string& object) {
  return object == "vmlinux" || files.look(module_path(object) + "/initstate").has_value();
}

} // namespace

const ActivePatch* Observed::find(const std::string& name) const {
  const auto found = std::find_if(patches.begin(), patches.end(),
                                  [&](const ActivePatch& one) { return one.name == name; });
  return found == patches.end() ? nullptr : &*found;
}

bool Observed::active(const std::string& name) const {
  const auto* patch = find(name);
  return patch != nullptr && patch->enabled;
}

const ActivePatch* Observed::in_transition() const {
  const auto found = std::find_if(patches.begin(), patches.end(),
                                  [](const ActivePatch& one) { return one.transition; });
  return found == patches.end() ? nullptr : &*found;
}

Observed observe(Files& files) {
  Observed out;
  for (const auto& name : files.list(k_livepatch).value_or(std::vector<std::string>())) {
    ActivePatch patch;
    patch.name = name;
    const auto enabled = files.read(patch_path(name) + "/enabled");
    if (!enabled)
      continue; // it disappeared meanwhile
    patch.enabled = trimmed(*enabled) == "1";
    patch.transition = says_one(files, patch_path(name) + "/transition");
    if (const auto replace = files.read(patch_path(name) + "/replace"))
      patch.replace = trimmed(*replace) == "1";
    out.patches.push_back(std::move(patch));
  }
  return out;
}

bool is_resident(Files& files, const std::string& module) {
  return files.look(module_path(module)).has_value();
}

std::vector<ObservedObject> objects_of(Files& files, const std::string& patch) {
  std::vector<ObservedObject> out;
  for (const auto& name : files.list(patch_path(patch)).value_or(std::vector<std::string>())) {
    const std::string path = patch_path(patch) + "/" + name;
    const auto facts = files.look(path);
    if (!facts || !facts->directory)
      continue;
    ObservedObject object;
    object.name = name;
    object.loaded = is_loaded(files, name);
    // Before 6.1 the kernel has no such file: an object that is loaded and not in transition is
    // patched. One that cannot be read says nothing.
    const auto patched = files.read(path + "/patched");
    object.patched =
        patched ? trimmed(*patched) == "1" : object.loaded && patched.error() == ENOENT;
    for (const auto& entry : files.list(path).value_or(std::vector<std::string>()))
      if (const size_t comma = entry.rfind(','); comma != std::string::npos)
        object.functions.push_back(name + ":" + entry.substr(0, comma) + ":" +
                                   entry.substr(comma + 1));
    out.push_back(std::move(object));
  }
  return out;
}

std::string build_id_in_notes(const std::string& notes) {
  constexpr uint32_t k_build_id_note = 3;
  size_t at = 0;
  const auto word = [&](size_t offset) {
    uint32_t value = 0;
    std::memcpy(&value, notes.data() + offset, sizeof value);
    return value;
  };
  const auto padded = [](uint64_t size) { return (size + 3U) & ~uint64_t{3}; };
  while (notes.size() - at >= 12) {
    const uint64_t name_size = word(at);
    const uint64_t size = word(at + 4);
    const uint32_t type = word(at + 8);
    const uint64_t left = notes.size() - at - 12;
    if (padded(name_size) > left || size > left - padded(name_size))
      return "";
    const size_t name = at + 12;
    const size_t content = name + static_cast<size_t>(padded(name_size));
    if (type == k_build_id_note && name_size == 4 && notes.compare(name, 4, "GNU", 4) == 0) {
      return hex_of(std::string_view(notes).substr(content, size));
    }
    const uint64_t next = content + padded(size);
    if (next > notes.size())
      return "";
    at = static_cast<size_t>(next);
  }
  return "";
}

std::string kernel_build_id(Files& files) {
  return build_id_in_notes(files.read("/sys/kernel/notes").value_or(""));
}

std::string module_build_id(Files& files, const std::string& module) {
  return build_id_in_notes(
      files.read(module_path(module) + "/notes/.note.gnu.build-id").value_or(""));
}

std::vector<Task> blocking_tasks(Files& files, const ActivePatch& patch, size_t limit) {
  std::vector<Task> out;
  // -1: not in a transition. Otherwise the state that the task is in; it has to become `enabled`.
  const std::string_view behind = patch.enabled ? "0" : "1";
  for (const auto& process : files.list("/proc").value_or(std::vector<std::string>())) {
    if (!parse_unsigned(process, 1U << 30U))
      continue;
    const std::string tasks = "/proc/" + process + "/task";
    for (const auto& id : files.list(tasks).value_or(std::vector<std::string>())) {
      const std::string task = tasks + "/" + id;
      const auto state = files.read(task + "/patch_state");
      if (!state || trimmed(*state) != behind)
        continue;
      Task one;
      one.pid = static_cast<unsigned>(parse_unsigned(id, 1U << 30U).value_or(0));
      one.name = trimmed(files.read(task + "/comm").value_or(""));
      const auto where = files.read(task + "/wchan");
      one.where = where && trimmed(*where) != "0" ? std::string(trimmed(*where)) : "";
      out.push_back(std::move(one));
      if (out.size() >= limit)
        return out;
    }
  }
  return out;
}

} // namespace kpb::runtime
