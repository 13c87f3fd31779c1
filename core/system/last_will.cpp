// SPDX-License-Identifier: GPL-2.0-only
//
// See last_will.hpp.
#include "core/system/last_will.hpp"

#include "core/system/filesystem.hpp"

#include <mutex>
#include <set>

namespace kpb {

namespace {

// Never destroyed: it is used while the process ends.
struct Registry {
  std::mutex mutex;
  std::set<std::string> paths;
};

Registry& registry() {
  static auto* the_one = new Registry;
  return *the_one;
}

} // namespace

void register_temporary(const std::string& path) {
  auto& all = registry();
  const std::lock_guard lock(all.mutex);
  all.paths.insert(path);
}

void forget_temporary(const std::string& path) {
  auto& all = registry();
  const std::lock_guard lock(all.mutex);
  all.paths.erase(path);
}

bool remove_temporaries() {
  auto& all = registry();
  // A thread that hangs cannot hold this lock, because no code is called while it is held.
  const std::lock_guard lock(all.mutex);
  const auto files = make_real_filesystem();
  bool good = true;
  for (const auto& path : all.paths)
    if (const auto info = files->stat(path, /*follow=*/false)) {
      const bool directory = info->type == FileInfo::Type::directory;
      good = (directory ? files->remove_tree(path) : files->remove(path)).has_value() && good;
    }
  return good;
}

} // namespace kpb
