// SPDX-License-Identifier: GPL-2.0-only
//
// The one table of what a build can be asked for. A row is an option of `kpb build`, the key by which a series'
// manifest says the same, the member of the request that both fill, and its part in a cell's identity. From the rows
// follow help, man page and completion, the request, a cell's command line and identity, and which keys a manifest
// may have.
#ifndef KPB_CORE_REQUEST_OPTIONS_HPP
#define KPB_CORE_REQUEST_OPTIONS_HPP

#include "core/diag/diagnostic.hpp"
#include "core/request/arguments.hpp"
#include "core/request/request.hpp"

#include <span>
#include <string>
#include <variant>
#include <vector>

namespace kpb {

// A flag, and what it makes of its member: --replace and --no-replace have one in common.
struct Flag {
  std::optional<bool> BuildRequest::*member;
  bool value;
};
// A flag that adds a word to a list which another option fills too.
struct Shorthand {
  std::vector<std::string> BuildRequest::*member;
  const char* word;
};
// A text of the package: an entry of BuildRequest::metadata, under the option's name.
struct PackageText {};

using Member = std::variant<std::monostate, // no part of the request: it is for the command
                            std::optional<std::string> BuildRequest::*,
                            std::optional<uint64_t> BuildRequest::*, bool BuildRequest::*, Flag,
                            std::vector<std::string> BuildRequest::*, Shorthand,
                            std::map<std::string, std::string> BuildRequest::*, // KEY=VALUE each
                            PackageText, std::optional<std::string> SigningRequest::*,
                            std::vector<std::string> SigningRequest::*>;

// Maps of a manifest, of which a key may stand in several.
enum ManifestMap : unsigned {
  k_in_whole = 1U << 0U,
  k_in_defaults = 1U << 1U,
  k_in_package = 1U << 2U,
  k_in_kernel = 1U << 3U,
  k_in_patch = 1U << 4U,
  k_in_limits = 1U << 5U,
};

// What a value of a manifest's key may be. Lists hold several of it.
enum class Form : uint8_t {
  text,    // whatever YAML has: looked at by who uses it
  path,    // relative ones begin at the manifest
  line,    // of a package's header
  lines,   // the same, several
  stem,    // P
  version, // V or R
  epoch,
  plugins, // names; a single one need not be a list
  cve,
  package, // NAME=V-R
  arch,
  settings,
};

struct ManifestKey {
  const char* name = nullptr; // nobody: a manifest does not say it
  unsigned in = 0;            // ManifestMap
  Form form = Form::text;
};

// How a value gets into the identity of a cell, so that what was made with another one is not taken for it.
enum class Shapes : uint8_t {
  unsaid,  // the row is not finished, and does not compile
  nothing, // `word` says why
  value,   // a field of its own, called `word`
  package, // part of the field "package": name, epoch, version, release
  kernel,  // part of the field "kernel"
  input,   // a file that the module is made of: a field with its digest
  prepared, // what a kernel is prepared from: the prepared kernel's key is a field, or the headers' digest
  plugin,  // the plugins of kind `word` that it names: fields with their digests
  content, // of signing: a field with the digest of the file, called by the option
  word,    // of signing: a field with the word itself
};

struct IdentityPart {
  Shapes shapes = Shapes::unsaid;
  const char* word = nullptr;
  // Among fields of values: the order in which journals have them. New ones come behind.
  int place = 99;
  const char* of_patch = nullptr; // the field's name where a patch's map has the key
};

struct Option {
  OptionSpec spec = {}; // without a name: only manifests say it
  Member member = {};
  ManifestKey key = {};
  IdentityPart part = {};
};

// In the order in which help lists them.
std::span<const Option> options();
// Those of the command line, as `kpb help build` tells them.
std::vector<OptionSpec> build_options();

// The command line's words become members of the request. False after a report.
bool take_options(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink);
// The reverse: "--kernel", "6.1", "--replace", ... Operands are not among them.
std::vector<std::string> option_words(const BuildRequest& request);

// What the member holds, as texts; a flag is "true" or "false", a setting KEY=VALUE.
std::vector<std::string> values_of(const Option& option, const BuildRequest& request);
// The texts themselves, of rows that hold such.
std::vector<std::string*> texts_of(const Option& option, BuildRequest& request);
void clear(const Option& option, BuildRequest& request);
// The member as it is in `from`.
void put(const Option& option, BuildRequest& to, const BuildRequest& from);

// What is not said in `request` is taken from `other`; settings and texts one by one.
void put_missing(BuildRequest& request, const BuildRequest& other);
// The same, but lists are put together.
void put_more(BuildRequest& request, const BuildRequest& other);

} // namespace kpb

#endif
