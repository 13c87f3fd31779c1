// SPDX-License-Identifier: GPL-2.0-only
//
// See kernel_families.hpp.
#include <kpb/policy/kernel_families.hpp>

#include <kpb/policy/tokens.hpp>
#include <kpb/sdk/architectures.hpp>
#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <iterator>

namespace kpb::policy {

namespace {

constexpr KernelFamily k_el = {"el", "el", "kernel-uname-r = %K", "kernel-devel-uname-r = %K"};
constexpr KernelFamily k_uek = {"uek", "el", "kernel-uek-uname-r = %K", "kernel-uek-devel = %B"};
constexpr KernelFamily k_suse = {"suse", "", "kernel-%F = %W", "kernel-%F-devel = %W"};

// Told by their dist tag. uek's is el's with "uek" behind it.
constexpr KernelFamily k_tagged[] = {
    k_el,                                                             // RHEL and its rebuilds
    {"fc", "fc", "kernel-uname-r = %K", "kernel-devel-uname-r = %K"}, // Fedora
    {"amzn", "amzn", "kernel = %B", "kernel-devel = %B"},             // Amazon Linux
    {"oe", "oe", "kernel = %B", "kernel-devel = %B"},                 // openEuler
    {"an", "an", "kernel = %B", "kernel-devel = %B"},                 // Anolis OS
    {"oc", "oc", "kernel = %B", "kernel-devel = %B"},                 // OpenCloudOS
};

// SUSE's flavours. The second lot is others' too (Ubuntu's -azure); SUSE's release, the part before the
// flavour, has a '.' in it there. Tumbleweed's and old releases have none.
constexpr std::string_view k_suse_flavours[] = {"default", "preempt", "kvmsmall", "64kb",
                                                "longterm"};
constexpr std::string_view k_shared_flavours[] = {"azure", "rt", "rt_debug", "debug"};

template <size_t N> bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string_view part_of(std::string_view text, size_t at, size_t size) {
  return at > text.size() ? std::string_view{} : text.substr(at, size);
}

// ".el7", ".el8_10", ".el8uek", ".fc42": the tag's letters, digits with underscores, perhaps a letter
// (.el7a), "uek" or a service pack (.oe2203sp3); then the end, '+', '.' or '-'.
std::optional<FamilyMatch> find_dist_tag(std::string_view release) {
  for (const auto& family : k_tagged) {
    const std::string dotted = std::string(".") + family.tag;
    for (size_t at = release.find(dotted); at != std::string_view::npos;
         at = release.find(dotted, at + 1)) {
      size_t end = at + dotted.size();
      if (end >= release.size() || !is_digit(release[end]))
        continue;
      while (end < release.size() && (is_digit(release[end]) || release[end] == '_'))
        ++end;
      FamilyMatch match{&family, at, 0, {}};
      if (part_of(release, end, 3) == "uek") {
        match.family = &k_uek;
        end += 3;
      } else if (part_of(release, end, 1) == "a") {
        ++end; // kernel-alt of EL 7
      } else if (part_of(release, end, 2) == "sp") {
        end += 2; // openEuler
        while (end < release.size() && is_digit(release[end]))
          ++end;
      }
      if (end < release.size() && release[end] != '+' && release[end] != '.' && release[end] != '-')
        continue;
      match.tag_end = end;
      return match;
    }
  }
  return std::nullopt;
}

// VERSION-RELEASE-FLAVOUR: 5.14.21-150400.22-default.
std::optional<FamilyMatch> find_suse_flavour(std::string_view release) {
  const size_t first = release.find('-');
  const size_t last = release.rfind('-');
  if (first == std::string_view::npos || first == last || release.find('-', first + 1) != last)
    return std::nullopt;
  const auto flavour = release.substr(last + 1);
  const auto middle = release.substr(first + 1, last - first - 1);
  const bool dotted = middle.find('.') != std::string_view::npos;
  if (middle.empty() ||
      !(is_one_of(flavour, k_suse_flavours) || (dotted && is_one_of(flavour, k_shared_flavours))))
    return std::nullopt;
  return FamilyMatch{&k_suse, std::string_view::npos, std::string_view::npos, std::string(flavour)};
}

// "" when a value that it needs is not known, or is no version for rpm.
std::string expand(std::string_view pattern, const KernelId& kernel) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      out += pattern[i];
      continue;
    }
    const char what = pattern[++i];
    const std::string& value = what == 'K'   ? kernel.release
                               : what == 'B' ? kernel.without_arch
                               : what == 'F' ? kernel.flavour
                                             : kernel.package_version;
    if (value.empty() || (what != 'F' && !is_rpm_version(value)))
      return {};
    out += value;
  }
  return out;
}

} // namespace

std::optional<FamilyMatch> find_family(std::string_view release) {
  if (const auto tagged = find_dist_tag(release))
    return tagged;
  return find_suse_flavour(release);
}

const KernelFamily* family_named(std::string_view name) {
  for (const auto& family : k_tagged)
    if (name == family.name)
      return &family;
  if (name == k_uek.name)
    return &k_uek;
  return name == k_suse.name ? &k_suse : nullptr;
}

size_t find_component(std::string_view release, std::string_view word) {
  const std::string dotted = "." + std::string(word);
  for (size_t at = release.find(dotted); at != std::string_view::npos;
       at = release.find(dotted, at + 1)) {
    const size_t after = at + dotted.size();
    if (after == release.size() || release[after] == '+' || release[after] == '.')
      return at;
  }
  return std::string_view::npos;
}

KernelId kernel_of(std::string_view release) {
  KernelId kernel;
  kernel.release = kernel.without_arch = std::string(release);
  for (const auto& arch : k_architectures)
    if (const size_t at = find_component(release, arch.name); at != std::string_view::npos) {
      kernel.without_arch.erase(at, arch.name.size() + 1);
      break;
    }
  if (const auto match = find_family(release)) {
    kernel.family = match->family->name;
    kernel.flavour = match->flavour;
  }
  return kernel;
}

std::string kernel_requirement(const KernelId& kernel) {
  const auto* family = family_named(kernel.family);
  return family == nullptr ? std::string() : expand(family->provides, kernel);
}

std::string devel_requirement(const KernelId& kernel) {
  const auto* family = family_named(kernel.family);
  return family == nullptr ? std::string() : expand(family->devel, kernel);
}

} // namespace kpb::policy
