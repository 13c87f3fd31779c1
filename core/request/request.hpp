// SPDX-License-Identifier: GPL-2.0-only
//
// A request as the command line or a manifest states it: nothing has been checked or looked up.
// What nobody stated is absent, so that the document can distinguish a default from the same value
// given explicitly.
#ifndef KPB_CORE_REQUEST_REQUEST_HPP
#define KPB_CORE_REQUEST_REQUEST_HPP

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

// The variable with the key's PIN, which the kernel's own signing takes; a secret.
inline constexpr const char* k_sign_pin = "KBUILD_SIGN_PIN";

// How the module gets its signature (docs/cli.md, "Signing").
struct SigningRequest {
  std::optional<std::string> command;                           // --sign-command
  std::optional<std::string> sign_file, key, certificate, hash; // --sign-file and its options
  std::vector<std::string> variables;                           // --sign-env
  std::optional<std::string> later;                             // --sign-later
  std::optional<std::string> signed_file;                       // --signed

  bool runs_signer() const { return command || sign_file; }
  bool asked() const { return runs_signer() || later || signed_file; }
  bool operator==(const SigningRequest&) const = default;
};

// A package that a metapackage requires, as its own manifest describes it.
struct MemberRequest {
  std::string shown_path;
  std::string sha256;
  int64_t mtime = 0;
  std::string name, kernel, arch;
  std::string condition; // "kernel-uname-r = K"

  bool operator==(const MemberRequest&) const = default;
};

// What an earlier package of the same module states and the module's file does not.
struct EarlierFacts {
  std::string shown_path;
  std::string sha256; // of that module
  std::optional<bool> replace;
  std::vector<std::string> functions; // OBJECT:FUNCTION:N
  std::vector<std::string> states;

  bool operator==(const EarlierFacts&) const = default;
};

struct BuildRequest {
  std::vector<std::string> arguments; // patches, a .c file, a directory with a Kbuild
  std::optional<std::string> module;  // --module
  std::vector<std::string> backends;
  std::optional<std::string> output;
  std::optional<std::string> kernel;
  std::optional<std::string> arch;
  std::optional<std::string> builder; // default "auto"
  std::optional<std::string>
      source; // --source; the next ones belong to it (docs/building-patches.md)
  std::optional<std::string> config;
  std::optional<std::string> vmlinux;
  std::optional<std::string> modules;
  std::optional<std::string> symvers;
  std::optional<std::string> root;
  std::optional<std::string> store;
  std::optional<std::string> store_limit;
  std::optional<std::string> kernel_id;
  std::optional<std::string> kernel_package_version;
  std::optional<bool> replace;
  std::vector<std::string> functions;  // OBJECT:FUNCTION[:N], as given
  std::vector<std::string> states;     // ids of klp states, as given
  std::optional<EarlierFacts> earlier; // --from-package
  std::optional<std::string> on_top_of;
  std::vector<std::string> supersedes;
  bool subscription = false;
  bool metapackage = false;
  std::vector<MemberRequest> members; // of a metapackage
  std::vector<std::string> chain;     // of policies
  std::map<std::string, std::string> settings;
  std::optional<std::string> name;
  std::optional<std::string> version, release; // default first()
  std::optional<std::string> epoch;
  // --summary, --description, --license, --url, --packager: name of the field -> value
  std::map<std::string, std::string> metadata;
  std::vector<std::string> cves;
  SigningRequest signing;
  std::optional<uint64_t> jobs; // default: the number of processors
  bool dry_run = false;
  // The tool of 2015 named its temporary spec kpatch_XXXXXX.spec, and scripts may look for that.
  std::string workspace_prefix = "kpb-";
  std::string workspace_suffix;

  // The defaults that apply if nobody stated anything.
  const std::vector<std::string>& formats() const;
  const std::vector<std::string>& policies() const;
  // Version and release. A subscription has 0-0, so that every patch is newer.
  const char* first() const { return subscription ? "0" : "1"; }

  bool operator==(const BuildRequest&) const = default;
};

} // namespace kpb

#endif
