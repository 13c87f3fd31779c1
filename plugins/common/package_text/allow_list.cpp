// SPDX-License-Identifier: GPL-2.0-only
//
// See allow_list.hpp.
#include "allow_list.hpp"

#include <kpb/sdk.hpp>

#include <algorithm>

namespace kpb::package_text {
namespace {

bool is_path(std::string_view path) {
  if (path.empty() || path.size() > 4000)
    return false;
  while (true) {
    const size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    if (part.empty() || part.size() > k_file_name_limit || part == "." || part == ".." ||
        part.front() == '-' || !made_of(part, "._+~-"))
      return false;
    if (end == std::string_view::npos)
      return true;
    path.remove_prefix(end + 1);
  }
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool made_of(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alnum(c) || others.find(c) != std::string_view::npos;
  });
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void refuse(const Kind& kind, std::string_view what, std::string_view value,
            std::string_view rule) {
  throw sdk::Error({.fault = sdk::Fault::input,
                    .code = std::string(kind.name_code),
                    .what = std::string(kind.noun) + " cannot have the " + std::string(what) +
                            " '" + std::string(value) + "': " + std::string(rule)});
}

std::string epoch_number(const Kind& kind, std::string_view value) {
  if (!all_digits(value) || value.size() > 10 ||
      (!value.empty() && std::stoull(std::string(value)) > UINT32_MAX))
    refuse(kind, "epoch", value, "it is a number up to 4294967295");
  return std::string(value);
}

std::string install_path(const Kind& kind, std::string_view path) {
  if (path.empty() || path.front() != '/' || !is_path(path.substr(1)))
    refuse(kind, "path", path, "paths are absolute, and their parts letters, digits and '._+~-'");
  return std::string(path);
}

std::string relative_path(const Kind& kind, std::string_view path) {
  if (!is_path(path))
    refuse(kind, "path", path,
           "paths in the sources are relative, and their parts letters, digits and '._+~-'");
  return std::string(path);
}

std::string cve_number(const Kind& kind, std::string_view id) {
  const size_t dash = id.find('-', 4);
  const auto digits = [](std::string_view text) { return !text.empty() && all_digits(text); };
  if (id.size() > 32 || id.substr(0, 4) != "CVE-" || dash == std::string_view::npos ||
      !digits(id.substr(4, dash - 4)) || !digits(id.substr(dash + 1)))
    refuse(kind, "CVE number", id, "they are written CVE-YYYY-NNNN");
  return std::string(id);
}

std::string kernel_release(const Kind& kind, std::string_view release) {
  if (release.empty() || release.size() > 128 || release.front() < '0' || release.front() > '9' ||
      !made_of(release, "._+~-"))
    refuse(kind, "kernel", release, "it begins with a digit, and is letters, digits and '._+~-'");
  return std::string(release);
}

} // namespace kpb::package_text
