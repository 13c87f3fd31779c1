// SPDX-License-Identifier: GPL-2.0-only
//
// See modules_conf.hpp.
#include "core/modules_conf/read_modules_conf.hpp"

#include "core/base/ascii.hpp"
#include "core/base/limits.hpp"
#include "core/base/text.hpp"
#include <kpb/sdk/names.hpp>
#include <kpb/sdk/views.hpp>

#include <algorithm>
#include <array>

namespace kpb::modules_conf {

namespace {

constexpr std::string_view k_format = "kpb.modules/1";
constexpr size_t k_most_modules = 64;

bool is_plain_up_to(size_t longest, std::string_view value) {
  return !value.empty() && value.size() <= longest &&
         std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}
bool is_plain(std::string_view value) { return is_plain_up_to(300, value); }

bool is_package_name(std::string_view value) {
  return value.size() <= 255 && value.front() != '.' && made_of(value, "._+~-");
}

bool is_version(std::string_view value) { return value.size() <= 128 && made_of(value, "._+~^"); }

bool is_kernel(std::string_view value) {
  return value.size() <= k_release_limit && !contains(value, "..") && made_of(value, "._+~-");
}

bool is_module_file(std::string_view value) {
  if (value.size() > 4000 || value.front() != '/' || !value.ends_with(".ko"))
    return false;
  for (const auto& part : split(value.substr(1), '/'))
    if (part.empty() || part == "." || part == ".." || !made_of(part, "._+~-"))
      return false;
  return true;
}

bool is_digest(std::string_view value) { return value.size() == 64 && is_hex(value); }
bool is_build_id(std::string_view value) { return value.size() <= 128 && is_hex(value); }
bool fits_32_bits(std::string_view value) { return parse_unsigned(value, 0xffffffffU).has_value(); }
bool is_vermagic(std::string_view value) {
  return value.size() <= k_longest_vermagic &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// NAME:BUILD-ID, or only NAME.
bool is_object(std::string_view value) {
  const size_t colon = value.find(':');
  return is_plain(value.substr(0, colon)) &&
         (colon == std::string_view::npos || is_build_id(value.substr(colon + 1)));
}

// OBJECT:FUNCTION:N, all three of them.
bool is_function(std::string_view value) {
  return is_plain_up_to(k_longest_function, value) && value.find(':') != value.rfind(':') &&
         views::parse_function(value);
}

// NAME=[E:]V-R
bool is_exact(std::string_view value) {
  const size_t equals = value.find('=');
  return is_plain(value) && equals != std::string_view::npos && equals > 0 &&
         equals + 1 < value.size() && is_package_name(value.substr(0, equals));
}

bool is_yes_or_no(std::string_view value) { return value == "yes" || value == "no"; }
bool is_replace(std::string_view value) { return is_yes_or_no(value) || value == "unknown"; }

class Reader {
public:
  tl::expected<Package, ConfError> read(std::string_view text) {
    std::string_view rest = text;
    std::string_view line;
    if (text.size() > k_longest_modules_conf)
      fail("it has " + std::to_string(text.size()) + " bytes, more than " +
           std::to_string(k_longest_modules_conf));
    while (m_error.what.empty() && next_line(rest, line)) {
      ++m_line;
      take(line);
    }
    if (m_error.what.empty() && (text.empty() || text.back() != '\n'))
      fail("its last line has no newline: the file was truncated");
    if (m_error.what.empty())
      check_whole();
    if (!m_error.what.empty())
      return tl::unexpected(m_error);
    return std::move(m_package);
  }

private:
  struct Key {
    std::string_view name;
    bool of_module;
    bool repeated;
    bool (*legal)(std::string_view);
  };

  void fail(const std::string& what) { m_error = {m_line, what}; }

  void take(std::string_view line) {
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos)
      return fail("it is not a key=value line: " + shown_plain(line));
    const std::string_view key = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 1);
    if (m_line == 1)
      return key == "format" && value == k_format
                 ? void()
                 : fail("its first line is not format=" + std::string(k_format));
    static constexpr std::array<Key, 21> k_keys = {{
        {"package", false, false, is_package_name},
        {"epoch", false, false, fits_32_bits},
        {"version", false, false, is_version},
        {"release", false, false, is_version},
        {"kernel", false, false, is_kernel},
        {"arch", false, false, is_kernel},
        {"stem", false, false, is_package_name},
        {"vendor-conflict", false, false, is_yes_or_no},
        {"kernel-build-id", false, false, is_build_id},
        {"on-top-of", false, false, is_exact},
        {"cve", false, true, is_plain},
        {"module", true, false, is_module_name},
        {"file", true, false, is_module_file},
        {"sha256", true, false, is_digest},
        {"build-id", true, false, is_build_id},
        {"vermagic", true, false, is_vermagic},
        {"replace", true, false, is_replace},
        {"function", true, true, is_function},
        {"object", true, true, is_object},
        {"state", true, true, fits_32_bits},
        {"format", false, false, is_plain},
    }};
    const auto* known =
        std::find_if(k_keys.begin(), k_keys.end(), [&](const Key& one) { return one.name == key; });
    if (known == k_keys.end())
      return;
    if (value.empty() || !known->legal(value))
      return fail(std::string(key) + "=" + shown_plain(value) + " is refused");
    if (key == "module")
      return begin_module(value);
    if (known->of_module && m_package.modules.empty())
      return fail(std::string(key) + " comes before the first module");
    // A module's keys may be repeated for the next module, a package's keys never.
    if (!known->repeated) {
      auto& seen = known->of_module ? m_seen_of_module : m_seen;
      if (key == "format" || std::find(seen.begin(), seen.end(), key) != seen.end())
        return fail(std::string(key) + " comes twice");
      seen.emplace_back(key);
    }
    known->of_module ? put_of_module(key, value) : put(key, value);
  }

  void begin_module(std::string_view name) {
    if (m_package.modules.size() >= k_most_modules)
      return fail("it has more than " + std::to_string(k_most_modules) + " modules");
    for (const auto& other : m_package.modules)
      if (other.name == name)
        return fail("module=" + shown_plain(name) + " comes twice");
    check_module();
    m_seen_of_module.clear();
    m_package.modules.emplace_back().name = name;
  }

  void put(std::string_view key, std::string_view value) {
    auto& p = m_package;
    if (key == "on-top-of") {
      const size_t equals = value.find('=');
      p.base = value.substr(0, equals);
      p.base_version = value.substr(equals + 1);
    } else if (key == "vendor-conflict") {
      p.vendor_conflict = value == "yes";
    } else if (key == "cve") {
      p.cves.emplace_back(value);
    } else {
      std::string& field = key == "package"   ? p.name
                           : key == "epoch"   ? p.evr.epoch
                           : key == "version" ? p.evr.version
                           : key == "release" ? p.evr.release
                           : key == "kernel"  ? p.kernel
                           : key == "arch"    ? p.arch
                           : key == "stem"    ? p.stem
                                              : p.kernel_build_id;
      field = value;
    }
  }

  void put_of_module(std::string_view key, std::string_view value) {
    Module& m = m_package.modules.back();
    if (key == "function") {
      if (++m_functions > k_most_functions)
        return fail("it has more than " + std::to_string(k_most_functions) + " functions");
      m.functions.emplace_back(value);
    } else if (key == "object") {
      const size_t colon = value.find(':');
      m.objects.push_back(
          {kernel_form(value.substr(0, colon)),
           std::string(colon == std::string_view::npos ? "" : value.substr(colon + 1))});
    } else if (key == "state") {
      m.states.emplace_back(value);
    } else if (key == "replace") {
      m.replace = value == "yes" ? Replace::yes : value == "no" ? Replace::no : Replace::unknown;
    } else {
      std::string& field = key == "file"       ? m.file
                           : key == "sha256"   ? m.sha256
                           : key == "build-id" ? m.build_id
                                               : m.vermagic;
      field = value;
    }
  }

  void check_module() {
    if (m_package.modules.empty() || !m_error.what.empty())
      return;
    const Module& m = m_package.modules.back();
    if (m.file.empty())
      fail("module " + m.name + " has no file");
  }

  void check_whole() {
    const auto& p = m_package;
    m_line = 0;
    for (const auto& [key, value] :
         {std::pair{"package", &p.name}, std::pair{"version", &p.evr.version},
          std::pair{"kernel", &p.kernel}, std::pair{"arch", &p.arch}})
      if (value->empty())
        return fail(std::string("it has no ") + key);
    check_module();
  }

  Package m_package;
  ConfError m_error;
  size_t m_line = 0;
  size_t m_functions = 0;
  std::vector<std::string> m_seen;
  std::vector<std::string> m_seen_of_module;
};

} // namespace

std::string_view kernel_of(std::string_view text) {
  constexpr std::string_view k_key = "\nkernel=";
  const size_t at = text.find(k_key);
  if (at == std::string_view::npos)
    return {};
  const std::string_view value = text.substr(at + k_key.size());
  const size_t end = value.find('\n');
  // In a file that was cut off inside the value, the release must not look like another kernel's.
  return end == std::string_view::npos ? std::string_view() : value.substr(0, end);
}

tl::expected<Package, ConfError> parse_modules_conf(std::string_view text) {
  return Reader().read(text);
}

} // namespace kpb::modules_conf
