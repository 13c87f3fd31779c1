// SPDX-License-Identifier: GPL-2.0-only
//
// See disk_use.hpp. Sizes are counted anew each time: a number that was written down once would be wrong
// after the next change by hand, and it is asked for only by a list and before an hour of compiling.
#include "core/kernel/disk_use.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>
#include <set>
#include <tuple>

namespace kpb {

namespace {

constexpr uint64_t k_default_limit = 100; // GiB
constexpr uint64_t k_max_limit = 1U << 20U;
constexpr const char* k_making = ".making";
constexpr const char* k_lock = ".lock";

bool strip(std::string& name, std::string_view suffix) {
  if (!name.ends_with(suffix))
    return false;
  name.resize(name.size() - suffix.size());
  return true;
}

} // namespace

std::string template_lock(const std::string& directory) { return directory + k_lock; }

void mark_used(const RunContext& context, const std::string& directory) {
  const std::string path = directory + "/used";
  (void)context.files.remove(path);
  if (auto file = context.files.create(path, 0644))
    (void)(*file)->commit(context.environment.wall_clock());
}

std::vector<TemplateUse> templates_of(const RunContext& context, const PreparedKernel& kernel) {
  auto& files = context.files;
  const auto names = files.list(kernel.templates());
  std::set<std::string> bases;
  for (auto name : names ? *names : std::vector<std::string>{}) {
    const auto info = files.stat(kernel.templates() + "/" + name, /*follow=*/false);
    if (!info || info->type != FileInfo::Type::directory) // a lock
      continue;
    strip(name, k_making);
    bases.insert(name);
  }
  std::vector<TemplateUse> out;
  for (const auto& base : bases) {
    TemplateUse use;
    use.kernel = kernel;
    use.directory = kernel.templates() + "/" + base;
    use.size = files.disk_use(use.directory) + files.disk_use(use.directory + k_making);
    // "used" is made anew by each build, so it may be missing for a moment. Then the template's own time counts.
    for (const char* mark : {"/used", "/template.json"})
      if (const auto info = files.stat(use.directory + mark); info && use.used == 0)
        use.used = info->mtime;
    out.push_back(std::move(use));
  }
  return out;
}

KernelUse use_of(const RunContext& context, const PreparedKernel& kernel) {
  KernelUse out;
  for (const auto& use : templates_of(context, kernel)) {
    out.templates += use.size;
    if (use.used != 0)
      out.used = std::max(out.used.value_or(0), use.used);
  }
  const uint64_t all = context.files.disk_use(kernel.directory);
  out.size = all > out.templates ? all - out.templates : 0;
  return out;
}

std::optional<uint64_t> store_limit(const RunContext& context,
                                    const std::optional<std::string>& given) {
  const std::string variable = context.environment.variable("KPB_STORE_LIMIT").value_or("");
  if (!given && variable.empty())
    return k_default_limit * k_gib;
  const auto number = parse_unsigned(given ? *given : variable, k_max_limit);
  if (number)
    return *number * k_gib;
  context.fail(
      {.fault = Fault::input,
       .code = "store-limit",
       .what = fmt::format("{}{} is refused", given ? "--store-limit " : "KPB_STORE_LIMIT=",
                           shown(given ? *given : variable)),
       .why = fmt::format("it is a number of GiB from 0 to {}", k_max_limit),
       .hint = "0 keeps only the compiled kernels that are in use"});
  return std::nullopt;
}

Removal remove_template(const RunContext& context, const TemplateUse& use) {
  auto& files = context.files;
  const auto failed = [&](const SystemError& error) {
    context.fail({.fault = Fault::environment, .code = "kernel-store", .what = error.text()});
    return Removal::failed;
  };
  // Also the kernel's lock, so that nobody removes the kernel meanwhile.
  const auto kernel = files.lock(use.kernel.lock(), /*exclusive=*/false, holder_line("makes room"));
  const auto lock =
      files.lock(template_lock(use.directory), /*exclusive=*/true, holder_line("removes it"));
  if (!kernel || !lock) {
    const int number = (kernel ? lock.error() : kernel.error()).number;
    return number == EWOULDBLOCK || number == ENOENT ? Removal::in_use
                                                     : failed((kernel ? lock : kernel).error());
  }
  // Renamed first, so that no build finds a part of it. ".making" is the name that the next run that compiles
  // the original removes, should this one be killed.
  const std::string away = use.directory + k_making;
  auto done = files.remove_tree(away);
  if (done && files.stat(use.directory))
    done = files.rename(use.directory, away);
  if (done)
    done = files.remove_tree(away);
  return done ? Removal::done : failed(done.error());
}

bool make_room(const RunContext& context, const std::string& store, uint64_t limit) {
  uint64_t total = context.files.disk_use(store);
  if (total <= limit)
    return true;
  KernelStore kernels(context, store);
  const auto all = kernels.list();
  if (!all)
    return false;
  std::vector<TemplateUse> uses;
  for (const auto& kernel : *all)
    for (auto& use : templates_of(context, kernel))
      uses.push_back(std::move(use));
  std::sort(uses.begin(), uses.end(), [](const auto& a, const auto& b) {
    return std::tie(a.used, a.directory) < std::tie(b.used, b.directory);
  });
  for (const auto& use : uses) {
    if (total <= limit)
      return true;
    const auto removed = remove_template(context, use);
    if (removed == Removal::failed || context.interrupts.pending() != 0)
      return false;
    if (removed == Removal::in_use)
      continue;
    total -= std::min(total, use.size);
    note(
        context.diagnostics,
        {.code = "template-removed",
         .where = use.kernel.id,
         .what = fmt::format("its compiled original was removed to free disk space ({})",
                             size_words(use.size)),
         .why = fmt::format(
             "the store is limited to {}, and this original had not been used for the longest time",
             size_words(limit)),
         .hint =
             "the next patch for that kernel compiles it again; a larger --store-limit GIB avoids "
             "this"});
  }
  if (total > limit)
    warn(context.diagnostics,
         {.code = "store-limit",
          .what = fmt::format("the store {} has {}, which is above its limit of {}", store,
                              size_words(total), size_words(limit)),
          .why = "the rest is in use, or is kernels without a compiled original",
          .hint = "kpb kernel list shows sizes, kpb kernel remove removes a kernel; or raise "
                  "--store-limit"});
  return true;
}

std::string size_words(uint64_t bytes) {
  constexpr uint64_t k_mib = 1U << 20U;
  if (bytes < k_gib)
    return std::to_string((bytes + k_mib - 1) / k_mib) + " MiB";
  const uint64_t tenths = (bytes * 10 + k_gib / 2) / k_gib;
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) +
         " GiB";
}

} // namespace kpb
