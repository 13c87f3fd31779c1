// SPDX-License-Identifier: GPL-2.0-only
//
// See last_will.hpp.
#include "core/system/last_will.hpp"

#include "core/system/filesystem.hpp"

#include <mutex>
#include <set>

namespace kpb {

namespace {

// Never destroyed: it is asked for while the process ends.
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
  // The thread that is stuck cannot hold the lock: nothing here calls out.
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
