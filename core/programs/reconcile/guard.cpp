// SPDX-License-Identifier: GPL-2.0-only
//
// See guard.hpp.
#include "core/programs/reconcile/guard.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>
#include <functional>

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

void forget_old_settled(std::vector<GuardEntry>& entries) {
  auto settled = std::count_if(entries.begin(), entries.end(),
                               [](const GuardEntry& e) { return e.kind == Kind::settled; });
  std::erase_if(entries, [&](const GuardEntry& e) {
    return e.kind == Kind::settled && settled-- > static_cast<std::ptrdiff_t>(k_most_settled);
  });
}

// What each attempt whose end is known has become. An attempt of an earlier boot is one whose boot
// ended in a crash: one that ends in order removes it.
std::vector<GuardEntry> settle(std::vector<GuardEntry>& entries, const std::string& boot,
                               uint64_t now, const Settings& settings) {
  std::vector<GuardEntry> crashed;
  for (size_t i = 0; i < entries.size(); ++i) {
    GuardEntry e = entries[i];
    const bool crash = e.boot != boot;
    if (e.kind != Kind::attempt || (!crash && now < e.when + settings.guard_ms))
      continue;
    e.kind = crash ? Kind::blocked : Kind::settled;
    e.crashes = crash ? 1 : 0;
    // One entry per content is enough: what was known of it goes into this one.
    for (size_t k = 0; k < entries.size(); ++k) {
      const GuardEntry& known = entries[k];
      if (known.kind == Kind::attempt || !known.of(e.module, e.sha256, e.kernel))
        continue;
      if (crash) {
        e.crashes = known.crashes + 1;
        if (known.kind == Kind::settled && e.crashes < settings.guard_crashes)
          e.kind = Kind::settled;
      }
      entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(k));
      i -= k < i ? 1 : 0;
      break;
    }
    entries[i] = e;
    if (crash)
      crashed.push_back(e);
  }
  forget_old_settled(entries);
  // Of several crashes of one content, the last count is the one to tell.
  std::vector<GuardEntry> out;
  for (const auto& e : crashed) {
    std::erase_if(out, [&](const GuardEntry& o) { return o.of(e.module, e.sha256, e.kernel); });
    out.push_back(e);
  }
  return out;
}

const GuardEntry* find(const std::vector<GuardEntry>& entries,
                       const std::function<bool(const GuardEntry&)>& wanted) {
  const auto found = std::find_if(entries.begin(), entries.end(), wanted);
  return found == entries.end() ? nullptr : &*found;
}

} // namespace

Guard::Guard(World& world, const Settings& settings)
    : m_world(world), m_settings(settings),
      m_boot(trimmed(world.files.read(k_boot_id).value_or("-"))), m_kernel(world.kernel.release()),
      m_records(read_guard(world.files)), m_condition(m_records.condition) {
  if (m_boot.empty() || m_boot.find(' ') != std::string::npos)
    m_boot = "-";
  look();
}

void Guard::look() {
  m_view = m_records.entries;
  settle(m_view, m_boot, m_world.clock.now(), m_settings);
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
  look();
  return 0;
}

std::vector<GuardEntry> Guard::take_stock() {
  std::vector<GuardEntry> crashed;
  const uint64_t now = m_world.clock.now();
  const auto& known = m_records.entries;
  if (std::none_of(known.begin(), known.end(), [&](const GuardEntry& e) {
        return e.kind == Kind::attempt && (e.boot != m_boot || now >= e.when + m_settings.guard_ms);
      }))
    return crashed;
  const auto change = [&](GuardRecords& records) {
    crashed = settle(records.entries, m_boot, now, m_settings);
    return true;
  };
  // If it cannot be written, it applies to this run; the next boot finds the same attempts.
  if (update(change) != 0) {
    change(m_records);
    look();
  }
  return crashed;
}

const GuardEntry* Guard::blocks(const std::string& module, const std::string& sha256) const {
  return find(m_view, [&](const GuardEntry& e) {
    return e.kind == Kind::blocked && e.of(module, sha256, m_kernel);
  });
}

const GuardEntry* Guard::crashed(const std::string& module, const std::string& sha256) const {
  return find(m_view, [&](const GuardEntry& e) {
    return e.kind == Kind::settled && e.crashes != 0 &&
           e.of(module, sha256.empty() ? e.sha256 : sha256, m_kernel);
  });
}

bool Guard::settled(const std::string& module, const std::string& sha256) const {
  return find(m_view, [&](const GuardEntry& e) {
           return e.kind == Kind::settled && e.of(module, sha256, m_kernel);
         }) != nullptr;
}

int Guard::begin(const std::string& module, const std::string& sha256) {
  return update([&](GuardRecords& records) {
    std::erase_if(records.entries,
                  [&](const GuardEntry& e) { return mine(e) && e.module == module; });
    records.entries.push_back(
        {Kind::attempt, module, sha256, m_kernel, m_boot, m_world.clock.now(), 0});
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
    auto& all = records.entries;
    for (const auto& attempt : all)
      if (mine(attempt))
        for (auto& e : all)
          if (e.kind == Kind::settled && e.of(attempt.module, attempt.sha256, attempt.kernel))
            e.crashes = 0;
    return std::erase_if(all, [&](const GuardEntry& e) { return mine(e); }) != 0;
  });
}

Result<size_t> Guard::forgive(const std::string& module) {
  size_t forgiven = 0;
  const int error = update([&](GuardRecords& records) {
    const auto meant = [&](const GuardEntry& e) { return module.empty() || e.module == module; };
    forgiven = std::erase_if(
        records.entries, [&](const GuardEntry& e) { return e.kind == Kind::blocked && meant(e); });
    for (auto& e : records.entries)
      if (e.kind == Kind::settled && e.crashes != 0 && meant(e)) {
        e.crashes = 0;
        ++forgiven;
      }
    const bool lost = records.condition == GuardRecords::Condition::unreadable && module.empty();
    return forgiven != 0 || lost;
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

std::string crash_text(const GuardEntry& entry) {
  const std::string crashed = "the machine crashed ";
  return entry.crashes > 1 ? crashed + std::to_string(entry.crashes) +
                                 " times in a row while or shortly after it was loaded"
                           : crashed + "while or shortly after it was loaded, " +
                                 std::to_string(entry.when / 1000) + " s after boot";
}

std::string crash_count_text(const GuardEntry& entry, const Settings& settings) {
  return "crash " + std::to_string(entry.crashes) + " of " +
         std::to_string(settings.guard_crashes) + " with this fix loaded";
}

} // namespace kpb::runtime
