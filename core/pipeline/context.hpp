// SPDX-License-Identifier: GPL-2.0-only
//
// What every pass may use: the outside world behind its interfaces, the plugins, and where to report.
#ifndef KPB_CORE_PIPELINE_CONTEXT_HPP
#define KPB_CORE_PIPELINE_CONTEXT_HPP

#include "core/diag/diagnostic.hpp"
#include "core/plugin/catalog.hpp"
#include "core/template/engine.hpp"
#include "core/util/environment.hpp"
#include "core/util/filesystem.hpp"
#include "core/util/interrupt.hpp"
#include "core/util/process.hpp"

#include <string>

namespace kpb {

// Hears of each pass as it begins; what the user sees of it is the command line's affair.
class Progress {
public:
  enum class Step {
    read,
    name,
    build,
    sign,
    inspect,
    describe,
    render,
    verify,
    publish,
    import, // a kernel's source or files into the store
    check,  // that they belong together
    boot,   // a kernel, in a virtual machine
  };
  virtual ~Progress() = default;
  // `detail`: the module's name, the format, the file, as the step has one.
  virtual void begin(Step step, const std::string& detail) = 0;
  // Where a long step is: "compiling the original". Until the next of these or the next step.
  virtual void phase(const std::string& words) { (void)words; }
  // The last step is over: before anything else is written to the terminal.
  virtual void close() {}
};

struct Context {
  FileSystem& files;
  const Environment& environment;
  ProcessRunner& processes;
  const Interrupts& interrupts;
  PluginCatalog& plugins;
  const TemplateEngine& templates;
  Progress& progress;
  DiagnosticSink& diagnostics;
};

} // namespace kpb

#endif
