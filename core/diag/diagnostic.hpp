// SPDX-License-Identifier: GPL-2.0-only
//
// Errors are values with a place. A function that can fail takes a DiagnosticSink, reports what is
// wrong (where, what, why, what next) and returns nothing; its caller decides whether that is
// fatal. The Fault of the first error determines the program's exit status, so that no code in
// between has to pass a status on.
#ifndef KPB_CORE_DIAG_DIAGNOSTIC_HPP
#define KPB_CORE_DIAG_DIAGNOSTIC_HPP

#include <string>
#include <vector>

namespace kpb {

enum class Severity { error, warning, note };

// Whose fault an error is. The values are the exit statuses in docs/cli.md.
enum class Fault : int {
  tool = 1,         // a build step or an external tool failed
  input = 2,        // command line, patch, module or another input is wrong
  plugin = 3,       // a plugin cannot be loaded or broke its contract
  verification = 4, // a finished artifact is not as it should be
  environment = 5,  // a tool is missing, no space, no permission
  locked = 75,      // somebody else holds the lock; try again
};

// One message to the user, printed as "kpb: error: WHERE: WHAT; WHY" and "hint: HINT". `code` is a
// stable identifier for scripts ("module-vermagic"); `origin` is who found it ("kpb", or a plugin's
// id). The texts may contain anything; control bytes are escaped when printed.
struct Diagnostic {
  Severity severity = Severity::error;
  Fault fault = Fault::input;
  std::string code = {};
  std::string where = {};
  std::string what = {};
  std::string why = {};
  std::string hint = {};
  std::string origin = "kpb";
};

class DiagnosticSink {
public:
  virtual ~DiagnosticSink() = default;
  virtual void report(Diagnostic diagnostic) = 0;
};

// Reports an error and returns false, so that a bool function can say:
//   return fail(sink, {.fault = Fault::input, .code = "x", .where = path, .what = "...", .hint = "..."});
bool fail(DiagnosticSink& sink, Diagnostic error);
void warn(DiagnosticSink& sink, Diagnostic warning);
void note(DiagnosticSink& sink, Diagnostic note);

// The code of the warning that a temporary file or directory could not be removed.
inline constexpr const char* k_left_behind = "left-behind";

// Keeps all messages in order; `first_error` decides the exit status.
class CollectingSink : public DiagnosticSink {
public:
  void report(Diagnostic diagnostic) override;
  const std::vector<Diagnostic>& all() const { return m_all; }
  const Diagnostic* first_error() const;
  // Passes all messages on, for a caller that tried something and now wants to report them.
  void forward_to(DiagnosticSink& sink) const;

private:
  std::vector<Diagnostic> m_all;
};

// The two lines that a user sees. `program` is "kpb" or "kpatch-package-builder".
std::string format_diagnostic(const Diagnostic& diagnostic, const std::string& program,
                              bool colour);

} // namespace kpb

#endif
