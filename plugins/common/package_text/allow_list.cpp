// SPDX-License-Identifier: GPL-2.0-only
//
// See allow_list.hpp.
#include "allow_list.hpp"

#include <kpb/sdk.hpp>

namespace kpb::package_text {

constexpr size_t k_path_limit = 4000;
void refuse(const Kind& kind, std::string_view what, std::string_view value,
            std::string_view rule) {
  throw sdk::Error({.fault = sdk::Fault::input,
                    .code = std::string(kind.name_code),
                    .what = std::string(kind.noun) + " cannot have the " + std::string(what) +
                            " '" + std::string(value) + "': " + std::string(rule)});
}

std::string epoch_number(const Kind& kind, std::string_view value) {
  if (!value.empty() && (value.size() > 10 || !parse_unsigned(value, UINT32_MAX)))
    refuse(kind, "epoch", value, "it is a number up to 4294967295");
  return std::string(value);
}

std::string install_path(const Kind& kind, std::string_view path) {
  if (path.empty() || path.front() != '/' || path.size() > k_path_limit ||
      !is_relative_path(path.substr(1)))
    refuse(kind, "path", path,
           "paths must be absolute, and can only contain letters, digits and '._+~-'");
  return std::string(path);
}

std::string relative_path(const Kind& kind, std::string_view path) {
  if (path.size() > k_path_limit || !is_relative_path(path))
    refuse(kind, "path", path,
           "paths in the sources are relative, and their parts letters, digits and '._+~-'");
  return std::string(path);
}

std::string cve_number(const Kind& kind, std::string_view id) {
  if (!is_cve(id))
    refuse(kind, "CVE number", id, "they are written CVE-YYYY-NNNN");
  return std::string(id);
}

std::string kernel_release(const Kind& kind, std::string_view release) {
  if (!is_release(release))
    refuse(kind, "kernel", release,
           "it must begin with a digit, and can only contain letters, digits and '._+~-'");
  return std::string(release);
}

} // namespace kpb::package_text
