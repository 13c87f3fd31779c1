// SPDX-License-Identifier: GPL-2.0-only
//
// What a kernel's package provides, so that a live patch can require exactly that kernel: one row for each family
// and variant, made from the vendors' kernel.spec files. tests/fixtures/kernels.tsv has real releases with the
// place where each relation was read; `cli: vendors` installs against fakes of those packages.
#include <kpb/policy/kernel_families.hpp>

#include <kpb/policy/tokens.hpp>
#include <kpb/sdk/text.hpp>

#include <utility>

namespace kpb::policy {

namespace {

// In the patterns %K is K (the `uname -r`), %U is K with '_' for each '-' after its '+' (EL and Fedora write it so in
// Provides since EL 9.2, as rpm allows one '-' in a version), %V is K without architecture and variant, %F the
// flavour and %W the version of the kernel's package.
struct Row {
  std::string_view family;
  std::string_view variant;  // of KernelId; "*": any
  std::string_view part;     // text that K has; "" for every K
  std::string_view since;    // the first version of the kernel that it holds for; "": every one
  std::string_view provides; // "" where it is not known, or does not tell one kernel from another
  std::string_view devel;    // the same of its build tree
};

// The first row that fits is taken.
constexpr Row k_rows[] = {
    // EL 7 and 8 up to 9.2 have a package kernel-rt of its own (".rt7." in the release), whose spec was not to be had.
    {"el", ".rt", "", "", "", ""},
    {"el", "*", "", "", "kernel-uname-r = %U", "kernel-devel-uname-r = %U"},
    {"fc", "*", "", "", "kernel-uname-r = %U", "kernel-devel-uname-r = %U"},
    // kernel-ml or kernel-lt: the release does not tell which, and each provides its own name only.
    {"elrepo", "*", "", "", "", "kernel-devel-uname-r = %K"},
    // Up to UEK 5, every variant provides the plain name; UEK 6 is taken for one of them.
    {"uek", ".debug", "", "5.15", "kernel-uek-debug-uname-r = %K", "kernel-uek-devel-uname-r = %K"},
    {"uek", ".64k", "", "5.15", "kernel-uek64k-uname-r = %K", "kernel-uek-devel-uname-r = %K"},
    {"uek", ".64kdebug", "", "5.15", "kernel-uek64kdebug-uname-r = %K",
     "kernel-uek-devel-uname-r = %K"},
    {"uek", "*", "", "", "kernel-uek-uname-r = %K", "kernel-uek-devel-uname-r = %K"},
    {"ueknext", "*", "", "", "kernel-ueknext-uname-r = %K", "kernel-ueknext-devel-uname-r = %K"},
    // Of Amazon Linux 1 no spec was to be had. kernel6.12 and kernel6.18 have the epoch 1, so that "kernel = V-R" never
    // holds.
    {"amzn", "*", ".amzn1.", "", "", ""},
    {"amzn", "*", "", "", "kernel-uname-r = %K", "kernel-devel-uname-r = %K"},
    {"oe", ".rt", "", "", "kernel-rt-uname-r = %K", "kernel-rt-devel-uname-r = %K"},
    {"oe", ".raspi", "", "", "raspberrypi-kernel = %V", "raspberrypi-kernel-devel-uname-r = %K"},
    {"oe", "*", "", "", "kernel-uname-r = %U", "kernel-devel-uname-r = %U"},
    {"an", "*", "", "", "kernel-uname-r = %U", "kernel-devel-uname-r = %U"},
    {"al", "*", "", "", "kernel-uname-r = %U", "kernel-devel-uname-r = %U"},
    {"oc", "*", "", "", "kernel-uname-r = %U", "kernel-devel-uname-r = %U"},
    {"tl", "*", "", "", "kernel-uname-r = %U", "kernel-devel-uname-r = %U"},
    // kernel, kernel-64k, kernel-azure, kernel-hci and kernel-hwe do not tell themselves apart in `uname -r`.
    {"azl", ".mshv", "", "", "kernel-mshv = %K", "kernel-mshv-devel = %K"},
    {"photon", "", "", "", "linux = %V", "linux-devel = %V"},
    {"photon", "*", "", "", "linux-%F = %V", "linux-%F-devel = %V"},
    {"suse", "*", "", "", "kernel-%F = %W", "kernel-%F-devel = %W"},
};

bool is_at_least(std::string_view release, std::string_view wanted) {
  while (!wanted.empty()) {
    uint64_t is = 0;
    uint64_t must = 0;
    for (auto [text, number] : {std::pair{&release, &is}, std::pair{&wanted, &must}}) {
      while (!text->empty() && is_digit(text->front()) && *number < 1000000) {
        *number = *number * 10 + static_cast<uint64_t>(text->front() - '0');
        text->remove_prefix(1);
      }
      if (!text->empty())
        text->remove_prefix(1);
    }
    if (is != must)
      return is > must;
  }
  return true;
}

const Row* row_of(const KernelId& kernel) {
  for (const Row& row : k_rows) {
    const bool fits = row.variant == "*" || row.variant == kernel.variant;
    if (row.family == kernel.family && fits && contains(kernel.release, row.part) &&
        is_at_least(kernel.release, row.since))
      return &row;
  }
  return nullptr;
}

// K with '_' for '-' after the '+'.
std::string uname_r(std::string text) {
  for (size_t at = text.find('+'); at < text.size(); ++at)
    if (text[at] == '-')
      text[at] = '_';
  return text;
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
    const std::string value = what == 'K'   ? kernel.release
                              : what == 'U' ? uname_r(kernel.release)
                              : what == 'V' ? kernel.package_release
                              : what == 'F' ? kernel.flavour
                                            : kernel.package_version;
    if (value.empty() || (what != 'F' && !is_rpm_version(value)))
      return {};
    out += value;
  }
  return out;
}

} // namespace

std::string kernel_requirement(const KernelId& kernel) {
  const Row* row = row_of(kernel);
  return row == nullptr ? std::string() : expand(row->provides, kernel);
}

std::string devel_requirement(const KernelId& kernel) {
  const Row* row = row_of(kernel);
  return row == nullptr ? std::string() : expand(row->devel, kernel);
}

} // namespace kpb::policy
