// SPDX-License-Identifier: GPL-2.0-only
//
// The one table of what a build can be asked for. A row is an option of `kpb build`, the key for it
// in a series' manifest, the member of the request that both fill, and its part in a cell's
// identity. From the rows follow help, man page and completion, the request, a cell's command line
// and identity, and the keys that a manifest can have.
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

// A flag, and the value that it gives its member: --replace and --no-replace share one.
struct Flag {
  std::optional<bool> BuildRequest::*member;
  bool value;
};
// A flag that adds a word to a list that another option also fills.
struct Shorthand {
  std::vector<std::string> BuildRequest::*member;
  const char* word;
};
// A text of the package: an entry of BuildRequest::metadata, under the option's name.
struct PackageText {};

using Member = std::variant<std::monostate, // not part of the request: only for the command
                            std::optional<std::string> BuildRequest::*,
                            std::optional<uint64_t> BuildRequest::*, bool BuildRequest::*, Flag,
                            std::vector<std::string> BuildRequest::*, Shorthand,
                            std::map<std::string, std::string> BuildRequest::*, // KEY=VALUE each
                            PackageText, std::optional<std::string> SigningRequest::*,
                            std::vector<std::string> SigningRequest::*>;

// The maps of a manifest; a key may be allowed in several.
enum ManifestMap : unsigned {
  k_in_whole = 1U << 0U,
  k_in_defaults = 1U << 1U,
  k_in_package = 1U << 2U,
  k_in_kernel = 1U << 3U,
  k_in_patch = 1U << 4U,
  k_in_limits = 1U << 5U,
};

// What the value of a manifest's key can be; in a list, each of its values.
enum class Form : uint8_t {
  text,    // anything in YAML; checked by whoever uses it
  path,    // relative paths begin in the manifest's directory
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
  const char* name = nullptr; // null: not in a manifest
  unsigned in = 0;            // ManifestMap
  Form form = Form::text;
};

// How a value becomes part of a cell's identity, so that results made with another value are not
// reused.
enum class Shapes : uint8_t {
  unsaid,  // the row is not finished, and does not compile
  nothing, // `word` says why
  value,   // a field of its own, called `word`
  package, // part of the field "package": name, epoch, version, release
  kernel,  // part of the field "kernel"
  input,   // a file that the module is made from: a field with its digest
  // What a kernel is prepared from: a field with the prepared kernel's key, or with the headers'
  // digest.
  prepared,
  plugin,  // plugins of the kind `word` that it names: fields with their digests
  content, // for signing: a field with the file's digest, named after the option
  word,    // for signing: a field with the word itself
};

struct IdentityPart {
  Shapes shapes = Shapes::unsaid;
  const char* word = nullptr;
  // The place among the fields of values: the order in journals. New ones come last.
  int place = 99;
  const char* of_patch = nullptr; // the field's name if the key is in a patch's map
};

struct Option {
  OptionSpec spec = {}; // without a name: only in manifests
  Member member = {};
  ManifestKey key = {};
  IdentityPart part = {};
  bool of_module = false; // it speaks of the module: a package without one refuses it
};

// In the order of the help.
std::span<const Option> options();
// Those of the command line, for `kpb help build`.
std::vector<OptionSpec> build_options();

// Stores the command line's values in the request. False after an error.
bool take_options(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink);
// The reverse: "--kernel", "6.1", "--replace", ... without the operands.
std::vector<std::string> option_words(const BuildRequest& request);

// The member's values as texts; a flag is "true" or "false", a setting KEY=VALUE.
std::vector<std::string> values_of(const Option& option, const BuildRequest& request);
// Whether the request says what the option says. Of --replace and --no-replace it is one.
bool is_given(const Option& option, const BuildRequest& request);
// The texts themselves, for rows whose members are texts.
std::vector<std::string*> texts_of(const Option& option, BuildRequest& request);
void clear(const Option& option, BuildRequest& request);
// Copies the member from `from`.
void put(const Option& option, BuildRequest& to, const BuildRequest& from);

// Takes what `request` does not state from `other`, settings and texts one by one.
void put_missing(BuildRequest& request, const BuildRequest& other);
// The same, but lists are joined.
void put_more(BuildRequest& request, const BuildRequest& other);

} // namespace kpb

#endif
