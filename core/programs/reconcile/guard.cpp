// SPDX-License-Identifier: GPL-2.0-only
//
// See guard.hpp.
#include "core/programs/reconcile/guard.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>

namespace kpb::runtime {

namespace {

using Kind = GuardEntry::Kind;

constexpr const char* k_guard_lock = "/run/kpb/guard-lock";
constexpr size_t k_most_settled = 64; // older ones are forgotten

Result<std::unique_ptr<Lock>> take_lock(World& world) {
  world.files.make_directory(k_run);
  for (int tries = 0;; ++tries) {
    auto lock = world.files.try_lock(k_guard_lock);
    // The lock is only held for the time of one write.
    if (lock || lock.error() != EWOULDBLOCK || tries == 500)
      return lock;
    world.clock.sleep(10);
  }
}

void forget_old_settled(GuardRecords& records) {
  auto settled = std::count_if(records.entries.begin(), records.entries.end(),
                               [](const GuardEntry& e) { return e.kind == Kind::settled; });
  std::erase_if(records.entries, [&](const GuardEntry& e) {
    return e.kind == Kind::settled && settled-- > static_cast<std::ptrdiff_t>(k_most_settled);
  });
}

} // namespace

Guard::Guard(World& world, const Settings& settings)
    : m_world(world), m_settings(settings),
      m_boot(trimmed(world.files.read(k_boot_id).value_or("-"))), m_kernel(world.kernel.release()),
      m_records(read_guard(world.files)) {
  if (m_boot.empty() || m_boot.find(' ') != std::string::npos)
    m_boot = "-";
}

bool Guard::mine(const GuardEntry& entry) const {
  return entry.kind == Kind::attempt && entry.boot == m_boot;
}

int Guard::update(const Change& change) {
  const auto lock = take_lock(m_world);
  if (!lock)
    return lock.error();
  GuardRecords records = read_guard(m_world.files);
  if (change(records)) {
    if (const int error = write_guard(m_world.files, records); error != 0)
      return error;
  }
  m_records = std::move(records);
  return 0;
}

std::vector<GuardEntry> Guard::take_stock() {
  std::vector<GuardEntry> blocked;
  const uint64_t now = m_world.clock.now();
  const auto due = [&](const GuardEntry& e) {
    return e.kind == Kind::attempt && (e.boot != m_boot || now >= e.when + m_settings.guard_ms);
  };
  const auto& known = m_records.entries;
  if (std::none_of(known.begin(), known.end(), due))
    return blocked;
  const auto change = [&](GuardRecords& records) {
    blocked.clear();
    for (auto& e : records.entries) {
      if (!due(e))
        continue;
      if (e.boot != m_boot) {
        e.kind = Kind::blocked;
        blocked.push_back(e);
      } else {
        e.kind = Kind::settled;
      }
    }
    // One entry per content is enough, and a block replaces an earlier "settled".
    auto& all = records.entries;
    for (size_t i = 0; i < all.size();) {
      const bool again =
          std::any_of(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end(),
                      [&](const GuardEntry& later) {
                        return later.of(all[i].module, all[i].sha256, all[i].kernel) &&
                               later.kind != Kind::attempt;
                      });
      if (again && all[i].kind != Kind::attempt)
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
      else
        ++i;
    }
    forget_old_settled(records);
    return true;
  };
  // If it cannot be written, it applies to this run; the next boot finds the same attempts.
  if (update(change) != 0)
    change(m_records);
  return blocked;
}

// An attempt of an earlier boot is a block that has not been written down yet: status and --dry-run
// write nothing.
bool Guard::is_block(const GuardEntry& entry) const {
  return entry.kind == Kind::blocked || (entry.kind == Kind::attempt && entry.boot != m_boot);
}

const GuardEntry* Guard::blocks(const std::string& module, const std::string& sha256) const {
  const auto& all = m_records.entries;
  const auto found = std::find_if(all.begin(), all.end(), [&](const GuardEntry& e) {
    return is_block(e) && e.of(module, sha256, m_kernel);
  });
  return found == all.end() ? nullptr : &*found;
}

bool Guard::blocks_any(const std::string& module) const {
  const auto& all = m_records.entries;
  return std::any_of(all.begin(), all.end(), [&](const GuardEntry& e) {
    return is_block(e) && e.module == module && e.kernel == m_kernel;
  });
}

bool Guard::settled(const std::string& module, const std::string& sha256) const {
  const auto& all = m_records.entries;
  return std::any_of(all.begin(), all.end(), [&](const GuardEntry& e) {
    return e.kind == Kind::settled && e.of(module, sha256, m_kernel);
  });
}

int Guard::begin(const std::string& module, const std::string& sha256) {
  return update([&](GuardRecords& records) {
    std::erase_if(records.entries,
                  [&](const GuardEntry& e) { return mine(e) && e.module == module; });
    records.entries.push_back(
        {Kind::attempt, module, sha256, m_kernel, m_boot, m_world.clock.now()});
    return true;
  });
}

int Guard::end(const std::string& module) {
  return update([&](GuardRecords& records) {
    return std::erase_if(records.entries,
                         [&](const GuardEntry& e) { return mine(e) && e.module == module; }) != 0;
  });
}

int Guard::clean_shutdown() {
  return update([&](GuardRecords& records) {
    return std::erase_if(records.entries, [&](const GuardEntry& e) { return mine(e); }) != 0;
  });
}

Result<size_t> Guard::forgive(const std::string& module) {
  size_t forgiven = 0;
  const int error = update([&](GuardRecords& records) {
    forgiven = std::erase_if(records.entries, [&](const GuardEntry& e) {
      return e.kind == Kind::blocked && (module.empty() || e.module == module);
    });
    return forgiven != 0;
  });
  if (error != 0)
    return tl::unexpected(error);
  return forgiven;
}

std::optional<uint64_t> Guard::watched_until() const {
  std::optional<uint64_t> until;
  for (const auto& e : m_records.entries)
    if (mine(e))
      until = std::max(until.value_or(0), e.when + m_settings.guard_ms);
  return until;
}

} // namespace kpb::runtime
