// SPDX-License-Identifier: GPL-2.0-only
//
// Part of the first pass: what the user says of the module's functions and states and of other packages,
// and what an earlier package of the same module knows where the module's file is silent.
#include "core/pipeline/take_request.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/diag/from_sdk.hpp"
#include "core/inspect/signature.hpp"
#include "core/model/writer.hpp"
#include "core/pipeline/build.hpp"
#include <fmt/core.h>
#include <kpb/policy/tokens.hpp>
#include <kpb/sdk/views.hpp>

#include <algorithm>

namespace kpb {

namespace {

constexpr const char* k_user = "command line";

// OBJECT:FUNCTION[:N]
bool take_function(Build& build, const std::string& given, const std::string& setter) {
  constexpr uint64_t k_last_position = 1000000;
  const auto function = views::parse_function(given);
  const auto fault = function && function->position <= k_last_position
                         ? policy::function_fault(function->object, function->name)
                         : "it is not OBJECT:FUNCTION or OBJECT:FUNCTION:N";
  if (!fault.empty())
    return fail(build.context.diagnostics,
                {.fault = Fault::input,
                 .code = "function",
                 .what = fmt::format("--function {} is refused", shown(given)),
                 .why = fault,
                 .hint = "for example --function vmlinux:cmdline_proc_show"});
  views::append(Writer(build.document, setter), fields::request_functions, *function);
  return true;
}

bool take_state(Build& build, const std::string& given, const std::string& setter) {
  const auto id = parse_unsigned(given, UINT64_MAX);
  if (!id || *id == 0)
    return fail(build.context.diagnostics,
                {.fault = Fault::input,
                 .code = "klp-state",
                 .what = fmt::format("--state {} is refused", shown(given)),
                 .why = "it is the id of a klp_state: a number, not 0",
                 .hint = "for example --state 1"});
  build.document.put_text(pointer(fields::request_states, "-"), std::to_string(*id), setter);
  return true;
}

bool take_others(Build& build) {
  auto& d = build.document;
  if (const auto& given = build.request.on_top_of) {
    const auto base = policy::parse_exact(*given, "--on-top-of");
    if (!base)
      return fail(build.context.diagnostics, from_sdk(base.error()));
    views::write(Writer(d, k_user), fields::request_on_top_of, *base);
  }
  for (const auto& given : build.request.supersedes) {
    const auto old = policy::parse_exact(given, "--supersedes");
    if (!old)
      return fail(build.context.diagnostics, from_sdk(old.error()));
    views::append(Writer(d, k_user), fields::request_supersedes, *old);
  }
  return true;
}

// The same module, or the same before it was signed.
bool is_same_module(const Input& module, const std::string& sha256) {
  if (module.sha256 == sha256)
    return true;
  CollectingSink unreadable; // then it is no such pair, and inspection will tell
  std::optional<ModuleSignature> signature;
  return read_signature(module.content, signature, InputErrors{unreadable, module.shown_path}) &&
         signature &&
         sha256_hex(std::string_view(module.content).substr(0, signature->elf_size)) == sha256;
}

} // namespace

bool take_relations(Build& build) {
  for (const auto& given : build.request.functions)
    if (!take_function(build, given, k_user))
      return false;
  for (const auto& given : build.request.states)
    if (!take_state(build, given, k_user))
      return false;
  return take_others(build);
}

bool take_earlier(Build& build) {
  if (!build.request.earlier)
    return true;
  const auto& earlier = *build.request.earlier;
  auto& sink = build.context.diagnostics;
  auto& d = build.document;
  const std::string setter = "package " + base_name(earlier.shown_path);
  if (!build.request.module || !is_same_module(build.inputs[0], earlier.sha256))
    return fail(sink, {.fault = Fault::input,
                       .code = "from-package",
                       .where = earlier.shown_path,
                       .what = build.request.module ? "it contains another module"
                                                    : "it cannot be used here",
                       .why = build.request.module
                                  ? "its module has SHA-256 " + earlier.sha256.substr(0, 16) + "..."
                                  : "it describes a finished module, but none is given",
                       .hint = "give the package that this very module was in before"});
  if (earlier.replace && build.request.replace && *earlier.replace != *build.request.replace)
    return fail(sink, {.fault = Fault::input,
                       .code = "replace-differs",
                       .where = earlier.shown_path,
                       .what = fmt::format("it says that the module {}",
                                           *earlier.replace ? "replaces every other"
                                                            : "is added to others"),
                       .why = fmt::format("{} says otherwise",
                                          *build.request.replace ? "--replace" : "--no-replace"),
                       .hint = "one of them is wrong"});
  if (earlier.replace && !build.request.replace)
    d.put_boolean(fields::request_replace, *earlier.replace, setter);
  // What was said on the command line goes before.
  for (const auto& function : earlier.functions)
    if (build.request.functions.empty() && !take_function(build, function, setter))
      return false;
  for (const auto& state : earlier.states)
    if (build.request.states.empty() && !take_state(build, state, setter))
      return false;
  return true;
}

} // namespace kpb
