// SPDX-License-Identifier: GPL-2.0-only
//
// See kernel_families.hpp. What the packages of a family provide is in kernel_packages.cpp.
#include <kpb/policy/kernel_families.hpp>

#include <kpb/sdk/architectures.hpp>
#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <iterator>

namespace kpb::policy {

namespace {

constexpr KernelFamily k_uek = {"uek", "el", true};
constexpr KernelFamily k_ueknext = {"ueknext", "el", true};
constexpr KernelFamily k_elrepo = {"elrepo", "el", true};
constexpr KernelFamily k_suse = {"suse", "", false};

// Told by their dist tag. Those of Oracle and ELRepo are el's with more behind it.
constexpr KernelFamily k_tagged[] = {
    {"el", "el", true},            // RHEL and its rebuilds
    {"fc", "fc", true},            // Fedora
    {"fc", "eln", true},           // Fedora's next EL
    {"amzn", "amzn", true},        // Amazon Linux
    {"oe", "oe", true},            // openEuler
    {"an", "an", true},            // Anolis OS
    {"al", "al", true},            // Alibaba Cloud Linux
    {"oc", "oc", true},            // OpenCloudOS
    {"tl", "tl", true},            // TencentOS Server
    {"ky", "ky", true},            // Kylin Server
    {"uos", "uelc", true},         // UOS Server
    {"uos", "uel", true},          //
    {"euleros", "eulerosv", true}, // EulerOS
    {"azl", "azl", false},         // Azure Linux
    {"azl", "cm", false},          // its former name: CBL-Mariner
    {"photon", "ph", false},       // Photon OS
    {"vz", "vz", false},           // Virtuozzo
};

// SUSE's flavours. The second lot is others' too (Ubuntu's -azure); SUSE's release, the part before the
// flavour, has a '.' in it there. Tumbleweed's and old releases have none.
constexpr std::string_view k_suse_flavours[] = {"default",  "preempt", "kvmsmall", "64kb",
                                                "longterm", "rt",      "rt_debug"};
constexpr std::string_view k_shared_flavours[] = {"azure", "debug"};

// How a release names its architecture where that is not the name of `uname -m`: AlmaLinux 10 builds a kernel for
// each level of x86-64.
struct ReleaseArch {
  std::string_view word, arch;
};
constexpr ReleaseArch k_more_archs[] = {
    {"x86_64_v2", "x86_64"}, {"x86_64_v3", "x86_64"}, {"x86_64_v4", "x86_64"}};

template <size_t N> bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool begins(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

size_t end_of_digits(std::string_view text, size_t at) {
  while (at < text.size() && is_digit(text[at]))
    ++at;
  return at;
}

// What may stand behind the number of a tag, up to '+', '.', '-' or the end: a word that makes it another
// family, or a letter or a service pack of the same.
bool take_suffix(std::string_view suffix, FamilyMatch& match) {
  if (suffix == "uek")
    match.family = &k_uek;
  else if (suffix == "ueknext")
    match.family = &k_ueknext;
  else if (suffix.empty() || suffix == "a" || suffix == "s") // kernel-alt of EL 7, CentOS' SIGs
    return true;
  else if (begins(suffix, "sp")) // openEuler
    return suffix.size() > 2 && end_of_digits(suffix, 2) == suffix.size();
  else if (begins(suffix, "r")) // EulerOS V2R9
    return suffix.size() > 1 && end_of_digits(suffix, 1) == suffix.size();
  return match.family == &k_uek || match.family == &k_ueknext;
}

// ".el7", ".el8_10", ".el8uek", ".fc42": the tag's letters, digits with underscores, perhaps a suffix; then the end,
// '+', '.' or '-'.
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
      FamilyMatch match{
          &family, at, std::min(release.find_first_of("+.-", end), release.size()), {}};
      if (!take_suffix(release.substr(end, match.tag_end - end), match))
        continue;
      if (begins(release.substr(match.tag_end), ".elrepo"))
        match.family = &k_elrepo;
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

// ".rt7." of Red Hat's former kernel-rt, ".rt62." of openEuler's; ".mshv1-" of Azure Linux.
bool has_numbered_part(std::string_view text, std::string_view word) {
  const std::string dotted = "." + std::string(word);
  for (size_t at = text.find(dotted); at != std::string_view::npos;
       at = text.find(dotted, at + 1)) {
    const size_t start = at + dotted.size();
    const size_t end = end_of_digits(text, start);
    if (end > start && (end == text.size() || text[end] == '.' || text[end] == '-'))
      return true;
  }
  return false;
}

void set_variant(KernelId& kernel, const FamilyMatch& match) {
  const std::string& text = kernel.without_arch;
  kernel.variant = text.substr(match.tag_end);
  kernel.package_release = text.substr(0, match.tag_end);
  const auto before = std::string_view(text).substr(0, match.tag_at);
  if (kernel.family == "photon" && kernel.variant.size() > 1)
    kernel.flavour = kernel.variant.substr(1);
  else if (kernel.variant.empty())
    for (const char* word : {"rt", "mshv"})
      if (has_numbered_part(before, word))
        kernel.variant = std::string(".") + word;
}

} // namespace

std::optional<FamilyMatch> find_family(std::string_view release) {
  if (auto tagged = find_dist_tag(release)) {
    if (std::string_view(tagged->family->name) == "photon" && tagged->tag_end < release.size() &&
        release[tagged->tag_end] != '-')
      return std::nullopt;
    return tagged;
  }
  return find_suse_flavour(release);
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

std::vector<ArchMatch> find_archs(std::string_view release) {
  std::vector<ArchMatch> found;
  const auto look_for = [&](std::string_view word, std::string_view arch) {
    for (size_t from = 0; from < release.size();) {
      const size_t at = find_component(release.substr(from), word);
      if (at == std::string_view::npos)
        return;
      found.push_back({from + at, word.size() + 1, std::string(arch)});
      from += at + 1;
    }
  };
  for (const auto& arch : k_architectures)
    look_for(arch.name, arch.name);
  for (const auto& more : k_more_archs)
    look_for(more.word, more.arch);
  return found;
}

KernelId kernel_of(std::string_view release) {
  KernelId kernel;
  kernel.release = kernel.without_arch = std::string(release);
  if (const auto archs = find_archs(release); !archs.empty())
    kernel.without_arch.erase(archs[0].at, archs[0].size);
  if (const auto match = find_family(kernel.without_arch)) {
    kernel.family = match->family->name;
    kernel.flavour = match->flavour;
    if (match->tag_at != std::string_view::npos)
      set_variant(kernel, *match);
  }
  return kernel;
}

} // namespace kpb::policy
