// SPDX-License-Identifier: GPL-2.0-only
//
// See kernel_forms.hpp.
#include <kpb/policy/kernel_forms.hpp>

#include <algorithm>

namespace kpb::policy {

namespace {

std::string replaced(std::string text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
  return text;
}

// What follows the dist tag: "+rt" and, on EL 7, ".debug" become "rt" and "debug".
std::string variant_of(const KernelId& kernel, size_t tag_end) {
  std::string rest = kernel.without_arch.substr(tag_end);
  if (!rest.empty() && (rest.front() == '+' || rest.front() == '.' || rest.front() == '-'))
    rest.erase(0, 1);
  return replaced(rest, '~', '_');
}

// "5.14.0-362.8.1" and "-rt", which vendors join in two ways.
bool take_tagged(const KernelId& kernel, std::string& base, std::string& variant) {
  const auto match = find_family(kernel.without_arch);
  if (!match || match->tag_at == std::string_view::npos)
    return false;
  base = replaced(kernel.without_arch.substr(0, match->tag_at), '~', '_');
  variant = variant_of(kernel, match->tag_end);
  if (!variant.empty())
    variant.insert(0, "-");
  return true;
}

} // namespace

std::string standard_form(const KernelId& kernel) {
  return replaced(kernel.without_arch, '~', '_');
}

std::string rhel_form(const KernelId& kernel) {
  std::string base;
  std::string variant;
  return take_tagged(kernel, base, variant) ? replaced(base, '.', '_') + variant : std::string();
}

std::string suse_form(const KernelId& kernel) {
  if (kernel.family != "suse")
    return {};
  const std::string base = kernel.release.substr(0, kernel.release.rfind('-'));
  return replaced(replaced(base, '.', '_'), '~', '_') + "-" + kernel.flavour;
}

std::vector<std::string> forms_of(const KernelId& kernel) {
  std::vector<std::string> forms = {standard_form(kernel), replaced(kernel.release, '~', '_')};
  std::string base;
  std::string variant;
  if (take_tagged(kernel, base, variant))
    forms.push_back(base + variant); // Amazon's
  for (const auto& form : {rhel_form(kernel), suse_form(kernel)})
    if (!form.empty())
      forms.push_back(form);
  return forms;
}

bool names_kernel(std::string_view package, const KernelId& kernel) {
  const auto forms = forms_of(kernel);
  for (size_t i = 0; i < forms.size(); ++i) {
    const std::string dashed = "-" + forms[i];
    for (size_t at = package.find(dashed); at != std::string_view::npos;
         at = package.find(dashed, at + 1)) {
      const size_t end = at + dashed.size();
      // "5_14_0-362_8_1-rt" is another kernel than "5_14_0-362_8_1"; "...el9_3-" can be no variant.
      if (end == package.size() || (i < 2 && package[end] == '-'))
        return true;
    }
  }
  return false;
}

} // namespace kpb::policy
