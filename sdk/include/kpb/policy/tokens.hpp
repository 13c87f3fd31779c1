// SPDX-License-Identifier: GPL-2.0-only
//
// What may stand in a capability's name or version. rpm checks versions and hardly looks at names: a name
// with a blank or a comma silently becomes two, one with a '%' is expanded when it stands in a spec. Such
// text is never escaped here: a token that has to be decoded is one that somebody forgets to encode. It
// fits, or it is refused with the reason.
#ifndef KPB_SDK_POLICY_TOKENS_HPP
#define KPB_SDK_POLICY_TOKENS_HPP

#include <kpb/sdk/views.hpp>
#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace kpb::policy {

// Why something is refused; the caller adds whose fault it is. All of them are faults of the input.
struct Problem {
  std::string code; // stable: "function-name", "kernel-version", ...
  std::string what; // "the function 'a b' of vmlinux cannot be named in a package"
  std::string why;
  std::string hint;

  bool operator==(const Problem& other) const {
    return code == other.code && what == other.what && why == other.why && hint == other.hint;
  }
  bool operator!=(const Problem& other) const { return !(*this == other); }
};
template <class T> using Result = tl::expected<T, Problem>;

using views::Exact;
using views::Function;

// KSYM_NAME_LEN and MODULE_NAME_LEN, each less its NUL.
constexpr size_t k_function_limit = 511;
constexpr size_t k_object_limit = 55;

// Functions of one package. dnf and rpm take more; apt's time grows with the square of it.
constexpr size_t k_functions_per_package = 2000;

// What compilers and kbuild make names of, ".isra.0" and "$x" included. No ':', so that OBJECT:FUNCTION:N can be
// taken apart again. Whoever reads names out of files goes by the same.
bool is_function_byte(char c);
bool is_object_byte(char c);
// Empty when the names may stand in a token, else why not.
std::string function_fault(std::string_view object, std::string_view name);

// "K/OBJECT:FUNCTION:N", the inside of kpatch-func(...). No two functions meet in one.
Result<std::string> function_token(std::string_view kernel, const Function& function);

// Whether rpm takes it as a version: [EPOCH:]VERSION[-RELEASE]. It refuses two '-', so the `uname -r` of
// Debian's and SUSE's kernels is none.
bool is_rpm_version(std::string_view text);

// NAME=V-R, as --on-top-of and --supersedes take it. `option` names the place in the refusal: "--supersedes".
Result<Exact> parse_exact(std::string_view text, std::string_view option);

// "NAME" or "NAME OPERATOR VERSION" in its parts; false for anything else.
bool parse_dependency(std::string_view text, std::string& name, std::string& op,
                      std::string& version);

} // namespace kpb::policy

#endif
