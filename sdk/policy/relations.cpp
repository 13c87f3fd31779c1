// SPDX-License-Identifier: GPL-2.0-only
//
// See relations.hpp. The comments say what rpm and dnf do without the relation; all of it was measured
// (docs/relations.md).
#include <kpb/policy/relations.hpp>

#include <kpb/policy/kernel_forms.hpp>
#include <kpb/policy/vendor_patches.hpp>
#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <unordered_set>

namespace kpb::policy {

namespace {

using List = std::vector<Relation>;

bool has_module(const Facts& facts) { return facts.kind == PackageKind::live_patch; }

// A subscription waits for a patch that dnf and kpatch-dnf look for, so it says what that patch says.
bool is_found_as_rhel(const Facts& facts) {
  return facts.scheme == Scheme::rhel || facts.kind == PackageKind::subscription;
}

std::string of_kernel(const char* what, const Facts& facts) {
  return std::string(what) + "(" + facts.kernel.release + ")";
}

void add(List& list, const char* kind, std::string name, std::string because, const char* why) {
  list.push_back({kind, std::move(name), "", "", "", why, std::move(because)});
}

void add_versioned(List& list, const char* kind, std::string name, const char* op,
                   std::string version, std::string because, const char* why) {
  list.push_back({kind, std::move(name), op, std::move(version), "", why, std::move(because)});
}

void add_identity(List& list, const Facts& facts) {
  const std::string evr = evr_of(facts);
  if (!facts.stem.empty())
    add_versioned(list, "provides", "kpatch-module(" + facts.stem + ")", "=", evr,
                  "it is the live patch " + facts.stem, role::identity);
  add(list, "provides", of_kernel("kpatch-patch", facts), "it is a live patch for this kernel",
      role::identity);
  // What `dnf install "kpatch-patch = $(uname -r)"` and kpatch-dnf look for. Nobody else provides it:
  // dnf takes whichever provider it likes.
  if (is_found_as_rhel(facts)) {
    std::vector<std::string> versions = {facts.kernel.release};
    if (facts.kernel.without_arch != facts.kernel.release)
      versions.push_back(facts.kernel.without_arch);
    for (const auto& version : versions)
      if (is_rpm_version(version))
        add_versioned(list, "provides", "kpatch-patch", "=", version,
                      "dnf and kpatch-dnf use this to find a kernel's patch", role::vendor);
  }
}

// rpm -i would put two versions side by side.
void add_one_version(List& list, const Facts& facts) {
  for (const char* op : {"<", ">"})
    add_versioned(list, "conflicts", facts.name, op, evr_of(facts),
                  "only one version of it can be installed", role::version);
}

// A plain requirement would bring the kernel too, and a requirement of the newest patch would let go of the
// others: with a condition patches come and go with their kernels.
void add_members(List& list, const Facts& facts) {
  for (const auto& member : facts.members) {
    add(list, "requires", member.name, "it is the patch of that kernel", role::member);
    list.back().condition = member.condition;
  }
}

sdk::Result<void> add_surroundings(List& list, const Facts& facts) {
  const auto& settings = facts.settings;
  const std::string runtime =
      settings.runtime.value_or(is_found_as_rhel(facts) ? "kpatch" : "kpb-runtime");
  if (runtime != "kpb-runtime" && runtime != "kpatch" && runtime != "none")
    return sdk::Error("the setting runtime is '" + runtime + "'")
        .code("setting-value")
        .why("it says who loads the module")
        .hint("it is kpb-runtime, kpatch or none");
  const auto from = [](bool set, const char* otherwise) {
    return set ? std::string("it was asked for by a setting") : std::string(otherwise);
  };
  if (runtime != "none")
    add(list, "requires", runtime, from(settings.runtime.has_value(), "it loads the module"),
        role::runtime);
  const std::string text = settings.kernel_requires.value_or(kernel_requirement(facts.kernel));
  if (text.empty() || text == "none")
    return {};
  auto needed = parse_dependency(text);
  if (!needed)
    return sdk::Error("the setting kernel-requires is '" + text + "'")
        .code("setting-value")
        .why("it is not NAME or NAME OPERATOR VERSION")
        .hint("for example --set 'kernel-requires=kernel = 6.6.2.1-3.azl3', or none");
  Relation kernel;
  kernel.kind = "requires";
  kernel.name = std::move(needed->name);
  kernel.op = std::move(needed->op);
  kernel.version = std::move(needed->version);
  kernel.because =
      from(settings.kernel_requires.has_value(), "it is what the kernel's package provides");
  kernel.role = role::kernel;
  list.push_back(std::move(kernel));
  return {};
}

// A replace-mode module switches off every other one, whatever it patches.
void add_replacing(List& list, const Facts& facts) {
  const std::string slot = of_kernel("kpatch-slot", facts);
  add(list, "provides", slot, "its module replaces every other live patch", role::slot);
  add(list, "conflicts", slot, "two replace-mode modules would disable each other", role::slot);
  add(list, "conflicts", of_kernel("kpatch-stack", facts), "its module would disable stacked ones",
      role::slot);
  if (!facts.settings.vendor_conflict)
    return;
  for (const auto& vendor : vendor_patches(facts.kernel))
    if (vendor.name != facts.name) // policy suse names packages as SUSE does
      add_versioned(list, "conflicts", vendor.name, vendor.op.c_str(), vendor.version,
                    "a vendor's cumulative patch and this one would switch each other off",
                    role::vendor);
}

sdk::Result<void> add_functions(List& list, const Facts& facts) {
  std::unordered_set<std::string> seen;
  for (const auto& function : facts.functions) {
    auto token = function_token(facts.kernel.release, function);
    if (!token)
      return token.error();
    if (!seen.insert(*token).second)
      continue;
    const std::string name = "kpatch-func(" + *token + ")";
    const std::string because = function.name + " is patched at position " +
                                std::to_string(std::max<uint64_t>(function.position, 1));
    add(list, "provides", name, because, role::function);
    add(list, "conflicts", name, because, role::function);
  }
  return {};
}

sdk::Result<void> add_states(List& list, const Facts& facts) {
  std::unordered_set<std::string> seen;
  for (const auto& id : facts.states) {
    if (!is_number(id) || id.size() > 20)
      return sdk::Error("the klp state '" + id + "' is refused")
          .code("klp-state")
          .why("its id is a decimal number")
          .hint("for example --state 1");
    if (!seen.insert(id).second)
      continue;
    const std::string name = "kpatch-state(" + facts.kernel.release + "/" + id + ")";
    const std::string because = "its module changes the klp state " + id;
    add(list, "provides", name, because, role::state);
    add(list, "conflicts", name, because, role::state);
  }
  return {};
}

sdk::Result<void> add_stacked(List& list, const Facts& facts) {
  if (facts.functions.empty() && !facts.functions_follow)
    return sdk::Error("it is not known which functions the stacked module patches")
        .code("functions-unknown")
        .why("two stacked modules that patch the same function collide, so the package must list "
             "its functions")
        .hint("declare them: --function vmlinux:cmdline_proc_show, once for each");
  if (facts.on_top_of) {
    add_versioned(list, "requires", facts.on_top_of->name, "=", facts.on_top_of->version,
                  "it rides on that package's module", role::base);
  } else {
    add(list, "provides", of_kernel("kpatch-stack", facts), "its module is stacked", role::stack);
    add(list, "conflicts", of_kernel("kpatch-slot", facts),
        "a replace-mode module would disable it", role::stack);
  }
  if (auto added = add_functions(list, facts); !added)
    return added;
  return add_states(list, facts);
}

// Taking over from another kernel's package would leave that kernel without its patch, and dnf would
// install this one's kernel to get there.
sdk::Result<void> check_same_kernel(const Facts& facts, const Exact& other,
                                    const std::string& option) {
  if (other.name == facts.name)
    return sdk::Error(option + " " + other.name + " is this package itself")
        .code("package-reference")
        .why("a newer version of a package replaces the older one anyway")
        .hint("leave " + option + " out");
  if (names_kernel(other.name, facts.kernel))
    return {};
  return sdk::Error(option + " " + other.name + " is refused")
      .code("package-kernel")
      .why("its name does not contain the kernel " + facts.kernel.release)
      .hint("the package must be of the same kernel and have it in its name, for example "
            "kpatch-module-fix-" +
            standard_form(facts.kernel));
}

sdk::Result<void> add_superseded(List& list, const Facts& facts) {
  for (const auto& old : facts.supersedes) {
    if (auto same = check_same_kernel(facts, old, "--supersedes"); !same)
      return same;
    const std::string because = "it takes over from that package";
    add_versioned(list, "obsoletes", old.name, "<=", old.version, because, role::superseded);
    add_versioned(list, "provides", old.name, "=", old.version, because, role::superseded);
  }
  return {};
}

sdk::Result<void> check(const Facts& facts) {
  if (!has_module(facts))
    return {};
  if (!facts.replace)
    return sdk::Error("whether the module replaces all other live patches is not known")
        .code("replace-unknown")
        .why("what the package may be installed with follows from it")
        .hint("add --replace or --no-replace");
  if (facts.functions.size() > k_functions_per_package)
    return sdk::Error("the module patches " + std::to_string(facts.functions.size()) + " functions")
        .code("functions-many")
        .why("a package has at most " + std::to_string(k_functions_per_package) +
             "; apt's time grows with the square of their number")
        .hint("split the patch, or update the kernel");
  if (!facts.on_top_of)
    return {};
  if (*facts.replace)
    return sdk::Error("--on-top-of " + facts.on_top_of->name + " is refused")
        .code("on-top-of-replace")
        .why("this module replaces every other one, including its base")
        .hint("build it with --no-replace, or leave --on-top-of out");
  return check_same_kernel(facts, *facts.on_top_of, "--on-top-of");
}

} // namespace

std::string evr_of(const Facts& facts) {
  return (facts.epoch.empty() ? "" : facts.epoch + ":") + facts.version + "-" + facts.release;
}

sdk::Result<std::vector<Relation>> relations_of(const Facts& facts) {
  List list;
  list.reserve(16 + 2 * (facts.functions.size() + facts.states.size() + facts.supersedes.size()));
  auto done = check(facts);
  if (done && facts.kind == PackageKind::metapackage) {
    add_one_version(list, facts);
    add_members(list, facts);
    return list;
  }
  if (done) {
    add_identity(list, facts);
    add_one_version(list, facts);
    done = add_surroundings(list, facts);
  }
  if (done && has_module(facts)) {
    if (*facts.replace)
      add_replacing(list, facts);
    else
      done = add_stacked(list, facts);
  }
  if (done)
    done = add_superseded(list, facts);
  if (!done)
    return done.error();
  return list;
}

} // namespace kpb::policy
