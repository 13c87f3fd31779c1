// SPDX-License-Identifier: GPL-2.0-only
//
// What a plugin tells the user, and the two ways to end a call early: Error says why, Stop adds
// nothing to what was said.
#ifndef KPB_SDK_DIAGNOSTIC_HPP
#define KPB_SDK_DIAGNOSTIC_HPP

#include "../abi/plugin.h"

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace kpb::sdk {

inline kpb_str to_abi(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view from_abi(kpb_str text) { return {text.data, text.data ? text.size : 0}; }

enum class Severity : uint32_t {
  error = KPB_SEVERITY_ERROR,
  warning = KPB_SEVERITY_WARNING,
  note = KPB_SEVERITY_NOTE,
};

// Whose fault an error is. kpb's exit status follows from it (docs/cli.md).
enum class Fault : uint32_t {
  tool = KPB_FAULT_TOOL,                 // a build step or a program that was run failed
  input = KPB_FAULT_INPUT,               // what the user gave is wrong
  plugin = KPB_FAULT_PLUGIN,             // this plugin is, or was built for another kpb
  verification = KPB_FAULT_VERIFICATION, // a finished artifact is not what it should be
  environment = KPB_FAULT_ENVIRONMENT,   // a tool is missing, no space, no permission
};

// One thing to tell the user, shown as "WHERE: WHAT; WHY" and "hint: HINT". Only `what` is required;
// `code` is a stable identifier for scripts. In C++20 it is written with the fields' names:
//   out.warn({.code = "acme-old-kernel", .what = "this kernel is out of support"});
struct Diagnostic {
  Severity severity = Severity::error;
  Fault fault = Fault::input;
  std::string code = {};
  std::string where = {};
  std::string what = {};
  std::string why = {};
  std::string hint = {};
};

// Valid as long as `said`.
inline kpb_diagnostic to_abi(const Diagnostic& said) {
  return {static_cast<uint32_t>(said.severity),
          static_cast<uint32_t>(said.fault),
          to_abi(said.code),
          to_abi(said.where),
          to_abi(said.what),
          to_abi(said.why),
          to_abi(said.hint)};
}

// Thrown by plugin code to fail the current call; the wrapper reports it where the call would leave
// the plugin. Any other std::exception is reported as a bug of the plugin.
//   throw Error({.fault = Fault::environment, .what = "...", .hint = "..."}); // C++20
//   throw Error("...").fault(Fault::environment).hint("...");                 // C++17
class Error : public std::exception {
public:
  explicit Error(std::string what) : Error(Diagnostic{}) { m_said.what = std::move(what); }
  explicit Error(Diagnostic said) : m_said(std::move(said)) {
    if (m_said.code.empty())
      m_said.code = "plugin-refused";
  }

  Error&& fault(Fault fault) && {
    m_said.fault = fault;
    return std::move(*this);
  }
  Error&& code(std::string code) && {
    m_said.code = std::move(code);
    return std::move(*this);
  }
  Error&& why(std::string why) && {
    m_said.why = std::move(why);
    return std::move(*this);
  }
  Error&& hint(std::string hint) && {
    m_said.hint = std::move(hint);
    return std::move(*this);
  }

  const char* what() const noexcept override { return m_said.what.c_str(); }
  const Diagnostic& diagnostic() const { return m_said; }

private:
  Diagnostic m_said;
};

// Fails a call whose reason was already reported to a sink, or that the user interrupted.
struct Stop {
  kpb_status status = KPB_FAILED;
};

} // namespace kpb::sdk

#endif
