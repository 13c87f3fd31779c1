// SPDX-License-Identifier: GPL-2.0-only
//
// What may stand in a capability's name or version. rpm checks versions and hardly looks at names: a name
// with a blank or a comma silently becomes two, one with a '%' is expanded when it stands in a spec. Such
// text is never escaped here, because whoever forgets to encode or to decode it gets a relation that
// holds nothing apart. It fits, or it is refused with the reason.
#ifndef KPB_SDK_POLICY_TOKENS_HPP
#define KPB_SDK_POLICY_TOKENS_HPP

#include <kpb/sdk/names.hpp>
#include <kpb/sdk/result.hpp>
#include <kpb/sdk/views.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kpb::policy {

using views::Exact;
using views::Function;

constexpr size_t k_function_limit = k_symbol_name_limit;
constexpr size_t k_object_limit = k_module_name_limit;

// Functions of one package. dnf and rpm take more; apt's time grows with the square of it.
constexpr size_t k_functions_per_package = 2000;

// The characters of names that compilers and kbuild make, ".isra.0" and "$x" included. There is no ':' among
// them, so that OBJECT:FUNCTION:N can be taken apart again.
bool is_function_byte(char c);
bool is_object_byte(char c);
// Empty when the names may stand in a token, else why not.
std::string function_fault(std::string_view object, std::string_view name);

// "K/OBJECT:FUNCTION:N", the inside of kpatch-func(...). No two functions have the same. Refused: names that
// function_fault() finds fault with.
sdk::Result<std::string> function_token(std::string_view kernel, const Function& function);

// Whether rpm takes it as a version: [EPOCH:]VERSION[-RELEASE]. It refuses two '-', so the `uname -r` of
// Debian's and SUSE's kernels is none.
bool is_rpm_version(std::string_view text);

// NAME=V-R. `option` is what the user gave it with, for the message: "--supersedes".
sdk::Result<Exact> parse_exact(std::string_view text, std::string_view option);

// "NAME" or "NAME OPERATOR VERSION", as a relation to another package is written in a setting.
struct Dependency {
  std::string name;
  std::string op;      // "=", "<", "<=", ">", ">=" or ""
  std::string version; // "" without an operator
};
std::optional<Dependency> parse_dependency(std::string_view text);

} // namespace kpb::policy

#endif
