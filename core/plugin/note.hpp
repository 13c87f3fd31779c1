// SPDX-License-Identifier: GPL-2.0-only
//
// The ELF note of a plugin, read without loading the file: dlopen would run its constructors, and by
// then it is too late to refuse (docs/plugin-abi.md). `kpb plugins list` works from notes alone.
#ifndef KPB_CORE_PLUGIN_NOTE_HPP
#define KPB_CORE_PLUGIN_NOTE_HPP

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace kpb {

struct PluginOffer {
  std::string kind;    // "policy", "builder" or "backend"
  std::string name;    // as the user says it: "standard", "kbuild", "rpm-spec"
  std::string detail;  // builder: kind of input; backend: suffix; policy: ""
  bool source = false; // backend: the format describes how to build the module, or carries that

  bool operator==(const PluginOffer&) const = default;
};

struct PluginNote {
  unsigned abi_major = 0;
  unsigned abi_minor = 0;
  std::string id;
  std::string version;
  std::string sdk;
  std::vector<PluginOffer> offers;
};

// What an ELF file says of itself, or why it is no plugin for this machine (one sentence, for a
// message). Reads with pread from `fd` at most a few pages, whatever the file holds.
tl::expected<PluginNote, std::string> read_plugin_note(int fd);

// The note's text; also a fuzz target's way in.
tl::expected<PluginNote, std::string> parse_plugin_note(std::string_view text);

// Every reason why this kpb cannot use such a plugin; empty when it can. Pure.
std::vector<std::string> plugin_mismatches(const PluginNote& note);

} // namespace kpb

#endif
