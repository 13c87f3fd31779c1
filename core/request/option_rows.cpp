// SPDX-License-Identifier: GPL-2.0-only
//
// The rows of the table (options.hpp). A new option or manifest key only needs a row here to be
// documented, read, passed to a cell's job and made part of its identity; its effect is up to the
// pass that uses its member. CONTRIBUTING.md has an example.
#include "core/request/options.hpp"

#include <algorithm>

namespace kpb {

namespace {

constexpr IdentityPart not_in(const char* why) { return {Shapes::nothing, why}; }
// Keys that determine which cells there are and what they may use of the machine. core/manifest
// reads them with code of its own.
constexpr IdentityPart plans(const char* why = "says which cells there are") { return not_in(why); }

constexpr Option k_options[] = {
    {.spec = {"backend", 'B', "NAME", true,
              "the format to make: rpm-spec (default), srpm, rpm-build, deb; can be repeated",
              "backend"},
     .member = &BuildRequest::backends,
     .key = {"backends", k_in_package | k_in_defaults, Form::plugins},
     .part = {Shapes::plugin}},
    {.spec = {"build-rpm", 'b', nullptr, false, "same as --backend rpm-build", nullptr},
     .member = Shorthand{&BuildRequest::backends, "rpm-build"},
     .part = not_in("what --backend says")},
    {.spec = {"output", 'o', "PATH", false,
              "for rpm-spec alone, a file ('-' is standard output), default P.spec; otherwise a "
              "directory, default the current one",
              "file"},
     .member = &BuildRequest::output,
     .part = not_in("where it goes")},
    {.spec =
         {"kernel", 'k', "RELEASE", false,
          "the target kernel's uname -r, with or without its architecture; default the running kernel",
          "kernel"},
     .member = &BuildRequest::kernel,
     .key = {"release", k_in_kernel},
     .part = {Shapes::kernel}},
    {.spec = {"arch", 'a', "ARCH", false,
              "x86_64, aarch64, ppc64le or s390x; default the kernel's, else this machine's",
              "x86_64|aarch64|ppc64le|s390x"},
     .member = &BuildRequest::arch,
     .key = {"arch", k_in_kernel, Form::arch},
     .part = {Shapes::kernel}},
    {.spec = {"builder", 0, "NAME", false,
              "what makes the module: auto (default), klp-build, kpatch-build, kbuild (for a .c "
              "file or a directory with a Kbuild), prebuilt (for --module)",
              "builder"},
     .member = &BuildRequest::builder,
     .key = {"builder", k_in_package | k_in_defaults | k_in_kernel},
     .part = {Shapes::plugin},
     .of_module = true},
    {.spec = {"module", 0, "FILE.ko", false, "package this finished module", "file"},
     .member = &BuildRequest::module,
     .key = {"module", k_in_patch, Form::path},
     .part = {Shapes::input},
     .of_module = true},
    {.spec = {"source", 0, "DIR", false,
              "for a patch: the kernel's source, as for kpb kernel add; for a hand-written module: "
              "the kernel's headers, default /lib/modules/K/build and similar places",
              "file"},
     .member = &BuildRequest::source,
     .key = {"source", k_in_kernel, Form::path},
     .part = {Shapes::prepared},
     .of_module = true},
    {.spec = {"config", 0, "FILE", false, "with --source: the kernel's configuration", "file"},
     .member = &BuildRequest::config,
     .key = {"config", k_in_kernel, Form::path},
     .part = {Shapes::prepared}},
    {.spec = {"vmlinux", 0, "FILE", false, "with --source: its vmlinux with debug information",
              "file"},
     .member = &BuildRequest::vmlinux,
     .key = {"vmlinux", k_in_kernel, Form::path},
     .part = {Shapes::prepared}},
    {.spec = {"modules", 0, "DIR", false, "with --source: its modules", "file"},
     .member = &BuildRequest::modules,
     .key = {"modules", k_in_kernel, Form::path},
     .part = {Shapes::prepared}},
    {.spec = {"symvers", 0, "FILE", false, "with --source: its Module.symvers", "file"},
     .member = &BuildRequest::symvers,
     .key = {"symvers", k_in_kernel, Form::path},
     .part = {Shapes::prepared}},
    {.spec = {"root", 0, "DIR", false,
              "with --source: the build root to compile in; default this system", "directory"},
     .member = &BuildRequest::root,
     .key = {"root", k_in_kernel, Form::path},
     .part = {Shapes::prepared}},
    {.spec = {"store", 0, "DIR", false,
              "where prepared kernels are; default $KPB_STORE, /var/cache/kpb, or ~/.cache/kpb",
              "directory"},
     .member = &BuildRequest::store,
     .part = not_in("where kernels lie")},
    {.spec = {"store-limit", 0, "GIB", false,
              "the store's maximum size in GiB; default $KPB_STORE_LIMIT, or 100", nullptr},
     .member = &BuildRequest::store_limit,
     .part = not_in("how many kernels lie there")},
    {.spec = {"kernel-id", 0, "ID", false,
              "which prepared kernel to use, if several have the same release", nullptr},
     .member = &BuildRequest::kernel_id,
     .key = {"kernel_id", k_in_kernel},
     .part = {Shapes::prepared}},
    {.spec = {"replace", 0, nullptr, false,
              "the module replaces every other live patch. For a patch, this is a choice (and the "
              "default); for a module, it states a fact",
              nullptr},
     .member = Flag{&BuildRequest::replace, true},
     .key = {"replace", k_in_package | k_in_defaults},
     .part = {Shapes::value, "replace", 5},
     .of_module = true},
    {.spec = {"no-replace", 0, nullptr, false,
              "the module is stacked on other live patches (see --replace)", nullptr},
     .member = Flag{&BuildRequest::replace, false},
     .part = not_in("what --replace says"),
     .of_module = true},
    {.spec = {"function", 0, "OBJECT:FUNCTION[:N]", true,
              "a function that a hand-written module patches (N: its position among functions with "
              "the same name)",
              nullptr},
     .member = &BuildRequest::functions,
     .key = {"functions", k_in_package},
     .part = {Shapes::value, "functions", 2},
     .of_module = true},
    {.spec = {"state", 0, "ID", true,
              "a klp state that the module changes; stacked packages with a common state exclude "
              "each other",
              nullptr},
     .member = &BuildRequest::states,
     .part = not_in("no manifest says it"),
     .of_module = true},
    {.spec = {"from-package", 0, "FILE", false,
              "with --module: an earlier package of the same module (or its manifest.json), which "
              "supplies what the module's file does not contain",
              "file"},
     .part = not_in("no manifest says it"),
     .of_module = true},
    {.spec = {"on-top-of", 0, "NAME=V-R", false,
              "the module is stacked and meant to be used together with the replace-mode module of "
              "that package",
              nullptr},
     .member = &BuildRequest::on_top_of,
     .key = {"on_top_of", k_in_package, Form::package},
     .part = {Shapes::value, "on_top_of", 4},
     .of_module = true},
    {.spec = {"supersedes", 0, "NAME=V-R", true,
              "take over from that package of the same kernel and from its older versions on "
              "upgrade",
              nullptr},
     .member = &BuildRequest::supersedes,
     .key = {"supersedes", k_in_package, Form::package},
     .part = {Shapes::value, "supersedes", 3}},
    {.spec = {"subscription", 0, nullptr, false,
              "make an empty package for a kernel; its updates are the kernel's live patches "
              "(policy rhel, no PATCH, needs -k)",
              nullptr},
     .member = &BuildRequest::subscription,
     .part = not_in("no manifest says it")},
    {.spec = {"metapackage", 0, nullptr, false,
              "the arguments are packages made by kpb: make one package that requires each of them "
              "if its kernel is installed (needs --name)",
              nullptr},
     .member = &BuildRequest::metapackage,
     .part = not_in("no manifest says it")},
    {.spec = {"policy", 'p', "NAME", true,
              "names and describes the package: standard (default), classic, rhel, suse, or a "
              "site's own; several form a chain, in which each can change what the ones before it "
              "set",
              "policy"},
     .member = &BuildRequest::chain,
     .key = {"policy", k_in_package | k_in_defaults, Form::plugins},
     .part = {Shapes::plugin}},
    {.spec = {"set", 0, "KEY=VALUE", true,
              "a setting of a policy or a backend, for example install-dir=DIR, payload=xz, or for "
              "debs strict-kernel=yes (all of them: docs/cli.md)",
              nullptr},
     .member = &BuildRequest::settings,
     .key = {"settings", k_in_package | k_in_defaults, Form::settings},
     .part = {Shapes::value, "setting", 6}},
    {.spec = {"name", 0, "NAME", false,
              "the patch's name P; default the argument's name without its suffix", nullptr},
     .member = &BuildRequest::name,
     .key = {"name", k_in_package, Form::stem},
     .part = {Shapes::package}},
    {.spec = {"set-version", 0, "NUM", false, "the package's version; default 1", nullptr},
     .member = &BuildRequest::version,
     .key = {"version", k_in_package, Form::version},
     .part = {Shapes::package}},
    {.spec = {"set-release", 0, "NUM", false, "the package's release; default 1", nullptr},
     .member = &BuildRequest::release,
     .key = {"release", k_in_package | k_in_defaults, Form::version},
     .part = {Shapes::package}},
    {.spec = {"epoch", 0, "NUM", false, "the package's epoch", nullptr},
     .member = &BuildRequest::epoch,
     .key = {"epoch", k_in_package, Form::epoch},
     .part = {Shapes::package}},
    {.spec = {"summary", 0, "TEXT", false, "one line about the package", nullptr},
     .member = PackageText{},
     .key = {"summary", k_in_package, Form::line},
     .part = {Shapes::value, "summary", 10}},
    {.spec = {"description", 0, "TEXT", false, "what the package is for; can have several lines",
              nullptr},
     .member = PackageText{},
     .key = {"description", k_in_package, Form::lines},
     .part = {Shapes::value, "description", 7}},
    {.spec = {"license", 0, "TEXT", false, "the license tag", nullptr},
     .member = PackageText{},
     .key = {"license", k_in_package | k_in_defaults, Form::line},
     .part = {Shapes::value, "license", 8}},
    {.spec = {"url", 0, "URL", false, "the package's web address", nullptr},
     .member = PackageText{},
     .key = {"url", k_in_package | k_in_defaults, Form::line},
     .part = {Shapes::value, "url", 11}},
    {.spec = {"packager", 0, "TEXT", false, "who made the package", nullptr},
     .member = PackageText{},
     .key = {"packager", k_in_package | k_in_defaults, Form::line},
     .part = {Shapes::value, "packager", 9}},
    {.spec = {"cve", 0, "ID", true, "a CVE that the patch fixes; can be repeated", nullptr},
     .member = &BuildRequest::cves,
     .key = {"cves", k_in_package | k_in_patch, Form::cve},
     .part = {Shapes::value, "cves", 1, "its CVEs"},
     .of_module = true},
    {.spec = {"sign-command", 0, "PROGRAM", false,
              "sign the module by running PROGRAM IN OUT, which may only add a signature", "file"},
     .member = &SigningRequest::command,
     .part = {Shapes::content},
     .of_module = true},
    {.spec = {"sign-file", 0, "PROGRAM", false,
              "sign the module with the kernel's scripts/sign-file and the next three options",
              "file"},
     .member = &SigningRequest::sign_file,
     .part = {Shapes::content},
     .of_module = true},
    {.spec = {"sign-key", 0, "KEY", false, "the private key: a file or a pkcs11: URI", "file"},
     .member = &SigningRequest::key,
     .part = not_in("a secret; its certificate says which it is")},
    {.spec = {"sign-cert", 0, "FILE", false, "the key's certificate", "file"},
     .member = &SigningRequest::certificate,
     .part = {Shapes::content}},
    {.spec = {"sign-hash", 0, "NAME", false,
              "sha256 (default), sha384, sha512, ...: the target's CONFIG_MODULE_SIG_HASH",
              "sha256|sha384|sha512|sha224|sha3-256|sha3-384|sha3-512|sha1"},
     .member = &SigningRequest::hash,
     .part = {Shapes::word}},
    {.spec = {"sign-env", 0, "NAME", true,
              "pass this environment variable to the signer (KBUILD_SIGN_PIN is always passed)",
              nullptr},
     .member = &SigningRequest::variables,
     .part = not_in("a secret's name")},
    {.spec = {"sign-later", 0, "DIR", false,
              "leave the unsigned module in DIR and exit with 75; with --signed, continue from "
              "there",
              "directory"},
     .member = &SigningRequest::later,
     .part = not_in("is not for series"),
     .of_module = true},
    {.spec = {"signed", 0, "FILE.ko", false,
              "the signed module; kpb compares it with the module in --sign-later DIR, or with the "
              "module that it builds",
              "file"},
     .member = &SigningRequest::signed_file,
     .part = not_in("is not for series"),
     .of_module = true},
    {.spec = {"kernel-package-version", 0, "W", false,
              "the version of the kernel's package, if uname -r does not contain it (SUSE, Debian)",
              nullptr},
     .member = &BuildRequest::kernel_package_version,
     .key = {"kernel_package_version", k_in_kernel},
     .part = {Shapes::value, "kernel_package_version", 12}},
    {.spec = {"unconfined", 0, nullptr, false,
              "let what builds the patch, and with it the patch, do all that you can do (see "
              "docs/building-patches.md)",
              nullptr},
     .part = not_in("how it is made; the manifest of the package says it")},
    {.spec = {"dry-run", 0, nullptr, false, "print what would be made, make nothing", nullptr},
     .member = &BuildRequest::dry_run,
     .part = not_in("makes nothing")},
    {.spec = {"explain", 0, nullptr, false,
              "also print every name and relation, who set it, and why", nullptr},
     .part = not_in("only tells")},
    {.spec = {"report", 0, "FILE", false,
              "also write the result, with digests and messages, to FILE as JSON, either "
              "completely or not at all",
              "file"},
     .part = not_in("only tells")},
    {.spec = {"jobs", 'j', "N", false,
              "number of processes that a builder may use; default the number of processors",
              nullptr},
     .member = &BuildRequest::jobs,
     .part = not_in("how fast it is made")},

    // Only in manifests.
    {.member = &BuildRequest::arguments,
     .key = {"filename", k_in_patch, Form::path},
     .part = {Shapes::input}},
    {.key = {"date", k_in_whole}, .part = plans()},
    {.key = {"defaults", k_in_whole}, .part = plans("only holds others")},
    {.key = {"kernels", k_in_whole | k_in_package | k_in_patch}, .part = plans()},
    {.key = {"packages", k_in_whole}, .part = plans("only holds others")},
    {.key = {"patches", k_in_package}, .part = plans("only holds others")},
    {.key = {"only", k_in_package | k_in_patch}, .part = plans()},
    {.key = {"except", k_in_package | k_in_patch}, .part = plans()},
    {.key = {"end_of_life", k_in_kernel}, .part = plans()},
    {.key = {"limits", k_in_package | k_in_defaults | k_in_kernel},
     .part = plans("only holds others")},
    {.key = {"memory", k_in_limits}, .part = plans("how its job may run")},
    {.key = {"time", k_in_limits}, .part = plans("how its job may run")},
    {.key = {"partition", k_in_limits}, .part = plans("where its job runs")},
};

constexpr bool is_finished(const Option& row) {
  const bool has_word = row.part.word != nullptr;
  switch (row.part.shapes) {
  case Shapes::unsaid: return false;
  case Shapes::nothing:
  case Shapes::value: return has_word;
  default: return !has_word;
  }
}
static_assert(std::all_of(std::begin(k_options), std::end(k_options), is_finished),
              "a row says what part of a cell's identity it is, or why none");

static_assert(std::none_of(std::begin(k_options), std::end(k_options),
                           [](const Option& row) {
                             return row.of_module && row.spec.name == nullptr;
                           }),
              "only what can be typed can be refused");

// A key that fills a member affects the result, and core/manifest reads it by the table; it reads
// all others with code of its own.
constexpr bool is_readable(const Option& row) {
  if (row.key.name == nullptr)
    return true;
  const bool shapes = row.part.shapes != Shapes::nothing;
  if (std::holds_alternative<std::monostate>(row.member))
    return !shapes;
  return shapes &&
         (std::holds_alternative<std::optional<std::string> BuildRequest::*>(row.member) ||
          std::holds_alternative<std::vector<std::string> BuildRequest::*>(row.member) ||
          std::holds_alternative<std::map<std::string, std::string> BuildRequest::*>(row.member) ||
          std::holds_alternative<Flag>(row.member) ||
          std::holds_alternative<PackageText>(row.member));
}
static_assert(std::all_of(std::begin(k_options), std::end(k_options), is_readable),
              "a manifest's key fills a member that it can fill, and is part of the identity");

} // namespace

std::span<const Option> options() { return k_options; }

std::vector<OptionSpec> build_options() {
  std::vector<OptionSpec> out;
  for (const auto& option : k_options)
    if (option.spec.name != nullptr)
      out.push_back(option.spec);
  return out;
}

} // namespace kpb
