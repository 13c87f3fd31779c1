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

// A compiled original, or the parts of one that a killed run has left.
struct TemplateUse {
  PreparedKernel kernel;
  std::string directory;
  uint64_t size = 0;
  int64_t used = 0; // seconds since 1970, as by mark_used()
};

struct KernelUse {
  uint64_t size = 0; // tree and the target's files
  uint64_t templates = 0;
  std::optional<int64_t> used; // when one of its templates was last used; nothing: none ever was
};

// The lock file of a template: locked shared while a view of it is open, exclusively to make or to remove it. It
// lies beside the directory, because it is needed before the directory exists and while that is removed.
std::string template_lock(const std::string& directory);
void mark_used(const RunContext& context, const std::string& directory);

std::vector<TemplateUse> templates_of(const RunContext& context, const PreparedKernel& kernel);
KernelUse use_of(const RunContext& context, const PreparedKernel& kernel);

// The bound of the store in bytes: `given` (--store-limit, GiB), else $KPB_STORE_LIMIT, else 100 GiB. Input
// error "store-limit".
std::optional<uint64_t> store_limit(const RunContext& context,
                                    const std::optional<std::string>& given);

enum class Removal { done, in_use, failed };
// Never leaves parts of a template where a build would find them. `failed` was reported.
Removal remove_template(const RunContext& context, const TemplateUse& use);

// Removes templates, the one used longest ago first, until the store is within `limit`, with a note for each. A
// warning if the store is still larger then: nothing else in it could be made again.
bool make_room(const RunContext& context, const std::string& store, uint64_t limit);

// "1.5 GiB", "13 MiB".
std::string size_words(uint64_t bytes);

} // namespace kpb

#endif
