// SPDX-License-Identifier: GPL-2.0-only
//
// See config_file.hpp. Both tables are kpb's own rules; each row has its reason.
#include "core/kernel/config_file.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace kpb {

namespace {

constexpr const char* k_key =
    "it names a key that only the distribution has; modules are signed later";
constexpr const char* k_release = "kpb passes the release to make";
constexpr const char* k_tool =
    "it is a tool's version; the compiler is compared with the one in vmlinux";
constexpr const char* k_btf = "type information is separate from the code and does not change it";
constexpr const char* k_file =
    "it names a file of the distribution's build; no function depends on it";

struct Harmless {
  const char* option; // a '*' at its end stands for anything
  const char* reason;
};

// DEBUG_INFO_BTF_MODULES is not harmless: it changes struct module, and so which modules the kernel accepts.
constexpr Harmless k_harmless[] = {
    {"MODULE_SIG_KEY", k_key},
    {"MODULE_SIG_KEY_TYPE_*", k_key},
    {"MODULE_SIG_ALL", "it affects only make modules_install"},
    {"SYSTEM_TRUSTED_KEYS", k_key},
    {"SYSTEM_REVOCATION_KEYS", k_key},
    {"SYSTEM_BLACKLIST_HASH_LIST", k_key},
    {"INITRAMFS_SOURCE", k_file},
    {"EXTRA_FIRMWARE", k_file},
    {"EXTRA_FIRMWARE_DIR", k_file},
    {"LOCALVERSION", k_release},
    {"LOCALVERSION_AUTO", k_release},
    {"BUILD_SALT", "it is only in a note of vmlinux"},
    {"CC_VERSION_TEXT", k_tool},
    {"GCC_VERSION", k_tool},
    {"CLANG_VERSION", k_tool},
    {"AS_VERSION", k_tool},
    {"LD_VERSION", k_tool},
    {"LLD_VERSION", k_tool},
    {"RUSTC_*", k_tool},
    {"BINDGEN_VERSION_TEXT", k_tool},
    {"RUST_IS_AVAILABLE", "it describes what is installed on the building machine"},
    {"CC_CAN_LINK*", "it describes what is installed on the building machine"},
    {"TOOLS_SUPPORT_*", "it describes what is installed on the building machine"},
    {"PAHOLE_*", k_btf},
    {"DEBUG_INFO_BTF", k_btf},
    {"MODULE_ALLOW_BTF_MISMATCH", k_btf},
};

struct Replaced {
  const char* option;
  const char* value; // nullptr: not set
};

// Replaced only where the option is set. certs/signing_key.pem is the name with which the kernel's own build makes
// a throw-away key.
constexpr Replaced k_replaced[] = {
    {"MODULE_SIG_KEY", "\"certs/signing_key.pem\""},
    {"MODULE_SIG_ALL", nullptr},
    {"SYSTEM_TRUSTED_KEYS", "\"\""},
    {"SYSTEM_REVOCATION_KEYS", "\"\""},
    {"SYSTEM_BLACKLIST_HASH_LIST", "\"\""},
    {"INITRAMFS_SOURCE", "\"\""},
    {"EXTRA_FIRMWARE", "\"\""},
    {"LOCALVERSION_AUTO", nullptr},
};

std::string harmless(const std::string& option) {
  for (const Harmless& row : k_harmless) {
    const std::string_view pattern = row.option;
    const bool matches = pattern.ends_with("*")
                             ? option.starts_with(pattern.substr(0, pattern.size() - 1))
                             : option == pattern;
    if (matches)
      return row.reason;
  }
  return {};
}

// "CONFIG_X=value"; nothing for comments and all else.
std::optional<std::pair<std::string, std::string>> assignment(const std::string& line) {
  const size_t equals = line.find('=');
  if (!line.starts_with("CONFIG_") || equals == std::string::npos)
    return std::nullopt;
  return std::make_pair(line.substr(7, equals - 7), line.substr(equals + 1));
}

std::string value_or_not_set(const std::string& value) {
  return value.empty() ? "not set" : shown(value);
}

} // namespace

KernelConfig parse_config(std::string_view text) {
  KernelConfig config;
  for (std::string line : split(text, '\n')) {
    if (line.ends_with("\r"))
      line.pop_back();
    if (auto found = assignment(line); found && found->second != "n")
      config[found->first] = found->second;
  }
  return config;
}

bool is_on(const KernelConfig& config, const std::string& option) {
  const auto found = config.find(option);
  return found != config.end() && (found->second == "y" || found->second == "m");
}

std::string config_text(const KernelConfig& config, const std::string& option) {
  const auto found = config.find(option);
  if (found == config.end())
    return {};
  std::string_view value = found->second;
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return replace_all(replace_all(std::string(value), "\\\"", "\""), "\\\\", "\\");
}

std::vector<ConfigDifference> compare_configs(const KernelConfig& given,
                                              const KernelConfig& resulting) {
  std::vector<ConfigDifference> out;
  const auto compare = [&](const std::string& option, const std::string& a, const std::string& b) {
    if (a != b)
      out.push_back({option, a, b, harmless(option)});
  };
  for (const auto& [option, value] : given) {
    const auto there = resulting.find(option);
    compare(option, value, there == resulting.end() ? "" : there->second);
  }
  for (const auto& [option, value] : resulting)
    if (given.count(option) == 0)
      compare(option, "", value);
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.option < b.option; });
  return out;
}

std::string described(const ConfigDifference& difference) {
  return "CONFIG_" + difference.option + " is " + value_or_not_set(difference.given) +
         " in the target's configuration and " + value_or_not_set(difference.resulting) +
         " in the tree's";
}

std::string config_for_building(std::string_view given) {
  auto lines = split(given, '\n');
  for (auto& line : lines) {
    const auto found = assignment(line);
    if (!found)
      continue;
    const auto* row =
        std::find_if(std::begin(k_replaced), std::end(k_replaced),
                     [&](const Replaced& replaced) { return found->first == replaced.option; });
    if (row == std::end(k_replaced))
      continue;
    line = row->value == nullptr ? "# CONFIG_" + found->first + " is not set"
                                 : "CONFIG_" + found->first + "=" + row->value;
  }
  return join(lines, "\n");
}

} // namespace kpb
