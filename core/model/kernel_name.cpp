// SPDX-License-Identifier: GPL-2.0-only
//
// Implements docs/cli.md. A release that contains .ARCH is taken as it is; if it contains the dist
// tag of a family whose `uname -r` has the architecture, .ARCH is inserted; every other name
// (Debian, SUSE, Azure Linux, Photon) is complete without it.
#include "core/model/kernel_name.hpp"

#include "core/base/arch.hpp"
#include "core/base/text.hpp"
#include <kpb/policy/kernel_families.hpp>
#include <kpb/sdk/architectures.hpp>
#include <kpb/sdk/names.hpp>

namespace kpb {

namespace {

// Architectures that occur in kernel names but that kpb does not support.
constexpr const char* k_foreign_archs[] = {
    "i386", "i486",    "i586", "i686",    "armv7l", "armv7hl", "ppc64", "ppc",
    "s390", "riscv64", "ia64", "sparc64", "src",    "noarch",  "nosrc", "loongarch64"};

bool check_characters(const std::string& release, DiagnosticSink& sink) {
  const auto refuse = [&](const std::string& why) {
    return fail(
        sink, {.fault = Fault::input,
               .code = "kernel-name",
               .what = "kernel release " + shown(release) + " is refused",
               .why = why,
               .hint = "give the target's `uname -r`, for example -k 5.14.0-362.8.1.el9_3.x86_64"});
  };
  if (release.empty())
    return refuse("it is empty");
  if (!is_digit(release[0]))
    return refuse("a kernel release begins with a digit");
  if (release.size() > k_release_limit)
    return refuse("it is longer than 64 characters, the kernel's own limit");
  for (const char c : release)
    if (!made_of({&c, 1}, "._+~-"))
      return refuse("it can only contain letters, digits and . _ + ~ -");
  if (release.find("..") != std::string::npos)
    return refuse("'..' could leave the directory named after it");
  return true;
}

// What the release itself says about its architecture.
struct Stated {
  size_t at = std::string::npos; // of ".ARCH"; npos if only a flavour implies it
  size_t size = 0;               // of ".ARCH"
  std::string arch;              // the canonical name
};

// A flavour tells the architecture by Debian's name for it: 6.1.0-56-cloud-amd64, 6.12.48+deb13-arm64-16k. Ubuntu's
// flavours tell none, but those with pages of 64 KiB are for arm64 only.
std::string arch_of_flavour(const std::string& release) {
  const auto parts = split(release, '-');
  std::string found;
  for (size_t i = 1; i < parts.size(); ++i)
    for (const auto& arch : k_architectures)
      if (parts[i] == arch.debian_flavour || parts[i] == arch.debian || parts[i] == arch.name) {
        if (!found.empty() && found != arch.name)
          return {}; // it tells nothing, then
        found = arch.name;
      }
  if (found.empty() && (release.ends_with("-generic-64k") || release.ends_with("-nvidia-64k") ||
                        release.ends_with("-lowlatency-64k")))
    return "aarch64";
  return found;
}

// False after an error: the name contains two architectures, or one that kpb does not know.
bool find_stated_arch(const std::string& release, Stated& stated, DiagnosticSink& sink) {
  const auto archs = policy::find_archs(release);
  if (archs.size() > 1)
    return fail(sink, {.fault = Fault::input,
                       .code = "kernel-arch",
                       .what = "kernel release " + shown(release) + " names two architectures",
                       .why = "a kernel has only one",
                       .hint = "give the release as the target's `uname -r` prints it"});
  if (!archs.empty()) {
    stated = {archs[0].at, archs[0].size, archs[0].arch};
    return true;
  }
  for (const char* foreign : k_foreign_archs)
    if (policy::find_component(release, foreign) != std::string::npos)
      return fail(sink, {.fault = Fault::input,
                         .code = "kernel-arch",
                         .what = "kernel release " + shown(release) + " ends in '." + foreign + "'",
                         .why = "kpb knows " + join(known_archs(), ", "),
                         .hint = "give the release as the target's `uname -r` prints it"});
  stated.arch = arch_of_flavour(release);
  return true;
}

// ".foo8" at the end of a release: a distribution's tag. "" without one.
std::string tag_at_end(const std::string& release) {
  const size_t dash = release.find('-');
  const size_t dot = release.rfind('.');
  if (dash == std::string::npos || dot == std::string::npos || dot < dash)
    return {};
  const std::string tag = release.substr(dot);
  size_t at = 1;
  while (at < tag.size() && tag[at] >= 'a' && tag[at] <= 'z')
    ++at;
  return at > 1 && at < tag.size() && is_digit(tag[at]) ? tag : std::string();
}

// Where .ARCH is inserted in a release of a family: before a "+variant", and before the variants that
// EL 7 and UEK write with a dot.
size_t insertion_point(const std::string& release, size_t tag_end) {
  const size_t plus = release.find('+', tag_end);
  if (plus != std::string::npos)
    return plus;
  const std::string rest = release.substr(tag_end);
  const bool variant =
      rest == ".debug" || rest == ".kdump" || rest == ".64k" || rest == ".64kdebug";
  return variant ? tag_end : release.size();
}

} // namespace

std::optional<KernelName> parse_kernel_name(const std::string& release, const std::string& arch,
                                            const std::string& machine_arch, DiagnosticSink& sink) {
  if (!check_characters(release, sink))
    return std::nullopt;
  std::string wanted;
  if (!arch.empty()) {
    const auto canonical = canonical_arch(arch);
    if (!canonical) {
      const auto near = nearest(arch, known_archs());
      fail(sink, {.fault = Fault::input,
                  .code = "arch-unknown",
                  .what = "unknown architecture " + shown(arch),
                  .why = "kpb knows " + join(known_archs(), ", "),
                  .hint = near ? "did you mean " + *near + "?" : ""});
      return std::nullopt;
    }
    wanted = *canonical;
  }
  Stated stated;
  if (!find_stated_arch(release, stated, sink))
    return std::nullopt;
  if (!wanted.empty() && !stated.arch.empty() && wanted != stated.arch) {
    fail(sink, {.fault = Fault::input,
                .code = "arch-contradiction",
                .what = "kernel release " + shown(release) + " is of " + stated.arch +
                        ", --arch says " + arch,
                .why = "one of them is wrong",
                .hint = "leave --arch out, or correct the release"});
    return std::nullopt;
  }

  KernelName name;
  name.arch = !stated.arch.empty() ? stated.arch : !wanted.empty() ? wanted : machine_arch;
  const auto family = policy::find_family(release);
  const bool tagged = family && family->family->arch_in_release;
  if (stated.at != std::string::npos) {
    name.release = release;
    name.release_without_arch = std::string(release).erase(stated.at, stated.size);
  } else if (tagged) {
    name.release =
        std::string(release).insert(insertion_point(release, family->tag_end), "." + name.arch);
    name.release_without_arch = release;
    if (name.release.find("..") != std::string::npos && !check_characters(name.release, sink))
      return std::nullopt;
    if (name.release.size() > k_release_limit) {
      fail(
          sink,
          {.fault = Fault::input,
           .code = "kernel-name",
           .what = "kernel release " + shown(name.release) + " is refused",
           .why = "with its architecture it is longer than 64 characters, the kernel's own limit"});
      return std::nullopt;
    }
  } else {
    name.release = name.release_without_arch = release;
    if (const auto tag = tag_at_end(release); !family && stated.arch.empty() && !tag.empty())
      warn(sink,
           {.code = "kernel-tag",
            .what = "kernel release " + shown(release) + " is taken as it is, for " + name.arch,
            .why = "kpb does not know the tag " + shown(tag) +
                   ", so it does not know whether `uname -r` has the architecture behind it",
            .hint = "if it has, write it: -k " + release + "." + name.arch});
  }
  if (family)
    name.family = family->family->name;
  name.devel_requires = policy::devel_requirement(policy::kernel_of(name.release));
  return name;
}

bool names_arch(const std::string& release) {
  CollectingSink unheard;
  Stated stated;
  return find_stated_arch(release, stated, unheard) && !stated.arch.empty();
}

} // namespace kpb
