// SPDX-License-Identifier: GPL-2.0-only
//
// What the store takes on disk, and making room in it: compiled originals (templates) can be made again, so
// those that were used longest ago go first. One in use, whose lock somebody holds, never goes.
#ifndef KPB_CORE_KERNEL_DISK_USE_HPP
#define KPB_CORE_KERNEL_DISK_USE_HPP

#include "core/kernel/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

inline constexpr uint64_t k_gib = uint64_t{1} << 30U;

// A compiled original, or what a killed run has left of one.
struct TemplateUse {
  PreparedKernel kernel;
  std::string directory;
  uint64_t size = 0;
  int64_t used = 0; // seconds since 1970, as by mark_used()
};

struct KernelUse {
  uint64_t size = 0; // tree and the target's files
  uint64_t templates = 0;
  std::optional<int64_t> used; // the last of its templates; nothing: none ever was
};

// The lock of a template: shared while a view of it is open, exclusive to make or to remove it. It lies
// beside the directory, so that it is there before and after it.
std::string template_lock(const std::string& directory);
void mark_used(const RunContext& context, const std::string& directory);

std::vector<TemplateUse> templates_of(const RunContext& context, const PreparedKernel& kernel);
KernelUse use_of(const RunContext& context, const PreparedKernel& kernel);

// The bound of the store in bytes: `given` (--store-limit, GiB), else $KPB_STORE_LIMIT, else 100 GiB. Input
// error "store-limit".
std::optional<uint64_t> store_limit(const RunContext& context,
                                    const std::optional<std::string>& given);

enum class Removal { done, in_use, failed };
// Never leaves half a template where a build would find it. `failed` was reported.
Removal remove_template(const RunContext& context, const TemplateUse& use);

// Removes templates, the one used longest ago first, until the store is within `limit`; each is told as a
// note. That it is still above afterwards is a warning: nothing else can be made again.
bool make_room(const RunContext& context, const std::string& store, uint64_t limit);

// "1.5 GiB", "13 MiB".
std::string size_words(uint64_t bytes);

} // namespace kpb

#endif
