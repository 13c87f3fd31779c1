// SPDX-License-Identifier: GPL-2.0-only
//
// See store.hpp.
#include "core/kernel/store.hpp"

#include "core/base/text.hpp"
#include "core/model/kernel_name.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_description = uint64_t{4} << 20U;
// Hidden names in kernels/ are no kernels.
constexpr const char* k_making = ".making-";
constexpr const char* k_removing = ".removing-";
constexpr size_t k_min_key_digits = 8;

// Whether its kernel.json is complete. The version does not matter: we must not remove what a newer kpb made.
bool has_description(const RunContext& context, const std::string& directory) {
  const auto text = context.files.read(directory + "/kernel.json", k_max_description);
  CollectingSink ignored;
  return text && Document::parse(*text, directory, ignored, "");
}

bool broken(const RunContext& context, const SystemError& error) {
  return context.fail({.fault = Fault::environment,
                       .code = "kernel-store",
                       .what = error.text(),
                       .hint = "--store DIR or KPB_STORE names another store"});
}

} // namespace

KernelInMaking::KernelInMaking(const RunContext& context, std::string store, std::string directory,
                               std::unique_ptr<FileLock> lock)
    : m_context(context), m_store(std::move(store)), m_directory(std::move(directory)),
      m_lock(std::move(lock)) {}

KernelInMaking::~KernelInMaking() {
  if (m_finished)
    return;
  if (const auto removed = m_context.files.remove_tree(m_directory); !removed)
    warn(m_context.diagnostics, {.code = k_left_behind,
                                 .what = removed.error().text(),
                                 .hint = "the next kpb kernel add removes it"});
}

bool KernelInMaking::complete(const Document& description) {
  auto& files = m_context.files;
  if (const auto written = files.write_new(m_directory + "/kernel.json", description.dump(false),
                                           0644, /*durable=*/true);
      !written)
    return broken(m_context, written.error());
  if (const auto synced = files.sync_all(m_directory); !synced)
    return broken(m_context, synced.error());
  return m_context.interrupts.pending() == 0;
}

std::optional<AddedKernel> KernelStore::publish(KernelInMaking& making, const std::string& id,
                                                const std::string& key) {
  auto& files = m_context.files;
  const auto store_lock = lock_store();
  if (!store_lock)
    return std::nullopt;
  if (auto there = find_key(key))
    return AddedKernel{std::move(*there), true};
  const std::string to = kernels() + "/" + id;
  if (files.stat(to, /*follow=*/false)) {
    m_context.fail({.fault = Fault::environment,
                    .code = "kernel-store",
                    .what = fmt::format("{} exists already", to),
                    .why = "it is another kernel, or not a kernel",
                    .hint = "remove it"});
    return std::nullopt;
  }
  if (const auto renamed = files.rename(making.m_directory, to); !renamed) {
    broken(m_context, renamed.error());
    return std::nullopt;
  }
  making.m_finished = true;
  making.m_directory = to;
  if (const auto synced = files.sync_directory(kernels()); !synced) {
    broken(m_context, synced.error());
    return std::nullopt;
  }
  auto kernel = read(id);
  if (kernel)
    return AddedKernel{std::move(*kernel)};
  m_context.fail({.fault = Fault::environment,
                  .code = "kernel-store",
                  .what = fmt::format("{} cannot be read back", to)});
  return std::nullopt;
}

std::optional<PreparedKernel> KernelStore::read(const std::string& id) {
  const std::string directory = kernels() + "/" + id;
  const auto text = m_context.files.read(directory + "/kernel.json", k_max_description);
  if (!text)
    return std::nullopt;
  CollectingSink ignored; // an incomplete file is not a kernel, and not an error either
  auto description =
      Document::parse(*text, directory, ignored, std::string(fields::prepared::schema_name));
  if (!description)
    return std::nullopt;
  PreparedKernel kernel;
  kernel.store = m_directory;
  kernel.directory = directory;
  kernel.id = id;
  kernel.root = description->text(fields::prepared::root);
  kernel.description = std::move(*description);
  if (kernel.key().empty() || kernel.release().empty())
    return std::nullopt;
  return kernel;
}

std::optional<std::vector<PreparedKernel>> KernelStore::list() {
  std::vector<PreparedKernel> out;
  const auto names = m_context.files.list(kernels());
  if (!names && names.error().number != ENOENT) {
    broken(m_context, names.error());
    return std::nullopt;
  }
  for (const auto& name : names ? *names : std::vector<std::string>{})
    if (!name.starts_with("."))
      if (auto kernel = read(name))
        out.push_back(std::move(*kernel));
  return out;
}

std::optional<PreparedKernel> KernelStore::find(const std::string& name) {
  const auto all = list();
  if (!all)
    return std::nullopt;
  std::vector<const PreparedKernel*> found;
  std::vector<std::string> known;
  // As with -k everywhere, the architecture may be left out of a release.
  CollectingSink ignored;
  const auto parsed = parse_kernel_name(name, "", m_context.environment.machine(), ignored);
  const std::string release = parsed ? parsed->release : name;
  for (const auto& kernel : *all) {
    known.push_back(kernel.id);
    known.push_back(kernel.release());
    if (kernel.id == name)
      return kernel;
    const bool by_key =
        name.size() >= k_min_key_digits && is_hex(name) && kernel.key().starts_with(name);
    if (kernel.release() == release || by_key)
      found.push_back(&kernel);
  }
  if (found.size() == 1)
    return *found[0];
  if (found.empty()) {
    const auto near = nearest(name, known);
    m_context.fail(
        {.fault = Fault::input,
         .code = "kernel-unknown",
         .what = fmt::format("there is no prepared kernel {} in {}", shown(name), m_directory),
         .hint = near           ? "did you mean " + *near + "?"
                 : all->empty() ? "prepare it with kpb kernel add"
                                : "kpb kernel list shows the prepared kernels"});
    return std::nullopt;
  }
  std::vector<std::string> ids;
  for (const auto* kernel : found)
    ids.push_back(kernel->id + " (" + kernel->description.text(fields::prepared::created) + ")");
  m_context.fail(
      {.fault = Fault::input,
       .code = "kernel-ambiguous",
       .what = fmt::format("{} prepared kernels are called {}", found.size(), shown(name)),
       .why = join(ids, ", "),
       .hint = "give the id of one of them, or remove the others with kpb kernel remove"});
  return std::nullopt;
}

std::optional<PreparedKernel> KernelStore::find_key(const std::string& key) {
  auto all = list();
  if (!all)
    return std::nullopt;
  for (auto& kernel : *all)
    if (kernel.key() == key)
      return std::move(kernel);
  return std::nullopt;
}

std::unique_ptr<FileLock> KernelStore::lock(const PreparedKernel& kernel, bool exclusive) {
  auto lock = m_context.files.lock(kernel.lock(), exclusive,
                                   holder_line(exclusive ? "changes it" : "uses it"));
  if (lock)
    return std::move(*lock);
  if (lock.error().number == EWOULDBLOCK) {
    const std::string holders = living_holders(m_context.files, kernel.lock());
    m_context.fail({.fault = Fault::locked,
                    .code = "kernel-locked",
                    .what = fmt::format("the kernel {} is in use", kernel.id),
                    .why = holders.empty() ? "another process holds its lock" : "by " + holders,
                    .hint = "try again when that has ended"});
  } else if (lock.error().number == ENOENT) {
    m_context.fail({.fault = Fault::input,
                    .code = "kernel-unknown",
                    .what = fmt::format("the kernel {} is gone", kernel.id),
                    .why = "it has just been removed"});
  } else {
    broken(m_context, lock.error());
  }
  return nullptr;
}

// Held only while a directory is made or renamed and its own lock is taken, so whoever else holds it is done in
// a moment.
std::unique_ptr<FileLock> KernelStore::lock_store() {
  for (int attempt = 0; attempt < 200; ++attempt) {
    auto lock =
        m_context.files.lock(kernels() + "/.lock", /*exclusive=*/true, holder_line("begins"));
    if (lock)
      return std::move(*lock);
    if (lock.error().number != EWOULDBLOCK) {
      broken(m_context, lock.error());
      return nullptr;
    }
    m_context.environment.pause(50);
    if (m_context.interrupts.pending() != 0)
      return nullptr;
  }
  m_context.fail(
      {.fault = Fault::locked,
       .code = "kernel-locked",
       .what = fmt::format("the store {} is in use", m_directory),
       .why = fmt::format("by {}", living_holders(m_context.files, kernels() + "/.lock")),
       .hint = "try again"});
  return nullptr;
}

// Removes what killed runs have left: directories that are not a kernel and whose lock nobody holds.
bool KernelStore::sweep() {
  const auto names = m_context.files.list(kernels());
  if (!names)
    return broken(m_context, names.error());
  for (const auto& name : *names) {
    const std::string directory = kernels() + "/" + name;
    const auto info = m_context.files.stat(directory, /*follow=*/false);
    if (!info || info->type != FileInfo::Type::directory)
      continue;
    const bool unfinished = name.starts_with(k_making) || name.starts_with(k_removing);
    if (!unfinished && (name.starts_with(".") || has_description(m_context, directory)))
      continue;
    auto lock = m_context.files.lock(directory + "/lock", true, holder_line("sweeps"));
    if (!lock) // somebody is at work, or it is gone already
      continue;
    if (const auto removed = m_context.files.remove_tree(directory); !removed)
      warn(m_context.diagnostics, {.code = k_left_behind, .what = removed.error().text()});
  }
  return true;
}

std::unique_ptr<KernelInMaking> KernelStore::begin() {
  if (const auto made = m_context.files.make_directory(kernels(), 0700); !made) {
    broken(m_context, made.error());
    return nullptr;
  }
  const auto store_lock = lock_store();
  if (!store_lock || !sweep())
    return nullptr;
  const auto directory = m_context.files.make_private_directory(kernels(), k_making, "");
  if (!directory) {
    broken(m_context, directory.error());
    return nullptr;
  }
  auto lock = m_context.files.lock(*directory + "/lock", true, holder_line("makes it"));
  if (!lock) {
    broken(m_context, lock.error());
    (void)m_context.files.remove_tree(*directory);
    return nullptr;
  }
  return std::make_unique<KernelInMaking>(m_context, m_directory, *directory, std::move(*lock));
}

bool KernelStore::remove(const PreparedKernel& kernel) {
  const auto held = lock(kernel, /*exclusive=*/true);
  if (!held)
    return false;
  // Renamed first, so that nobody ever sees a part of a kernel under its name.
  const std::string away = kernels() + "/" + k_removing + kernel.id;
  if (const auto renamed = m_context.files.rename(kernel.directory, away); !renamed)
    return broken(m_context, renamed.error());
  if (const auto removed = m_context.files.remove_tree(away); !removed)
    return broken(m_context, removed.error());
  return true;
}

} // namespace kpb
