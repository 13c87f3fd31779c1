// SPDX-License-Identifier: GPL-2.0-only
//
// A kernel's .config: its options, which of them must be changed to compile the tree elsewhere, and which
// differences between two configurations do not matter.
#ifndef KPB_CORE_KERNEL_CONFIG_FILE_HPP
#define KPB_CORE_KERNEL_CONFIG_FILE_HPP

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// Option (without CONFIG_) to value as written: y, m, 4096, "text". An option that is "not set" is absent, like one
// that is missing: to the build they are the same.
using KernelConfig = std::map<std::string, std::string>;

KernelConfig parse_config(std::string_view text);
bool is_on(const KernelConfig& config, const std::string& option); // y or m
// A string without its quotes; "" where there is none.
std::string config_text(const KernelConfig& config, const std::string& option);

struct ConfigDifference {
  std::string option;
  std::string given;     // "" for not set
  std::string resulting; // likewise
  std::string harmless;  // the reason why it does not matter; "" when it does

  bool operator==(const ConfigDifference&) const = default;
};

// The options in which `make olddefconfig` changed a configuration, sorted.
std::vector<ConfigDifference> compare_configs(const KernelConfig& given,
                                              const KernelConfig& resulting);
// "FRAME_WARN is 2048 in the target's configuration and not set in the tree's"
std::string described(const ConfigDifference& difference);

// The configuration to compile with: as given, except for options that name files which only the distribution has
// (keys, certificates, firmware). All other lines stay as they are.
std::string config_for_building(std::string_view given);

} // namespace kpb

#endif
