// SPDX-License-Identifier: GPL-2.0-only
//
// kpb build: makes a request from the command line, runs the pipeline, and prints what was made.
#include "core/cli/build_arguments.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/command.hpp"
#include "core/cli/session.hpp"
#include "core/cli/told_by_packages.hpp"
#include "core/pipeline/build.hpp"
#include "core/request/options.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

// Takes facts from other packages; the plugins that read them have been opened.
bool ask_packages(Session& session, const Arguments& arguments, BuildRequest& request) {
  const auto earlier = arguments.value("from-package");
  return (!earlier || read_earlier(session, *earlier, request)) &&
         (!request.metapackage || read_members(session, request));
}

// Warns of surroundings that make a run differ from what the user expects. They do not reach any
// tool, so a warning is enough.
void warn_of_environment(Session& session, const Build& build) {
  for (const auto& why : build.tools.skipped())
    warn(session.diagnostics(),
         {.code = "path-skipped",
          .what = "part of PATH is not searched for tools",
          .why = why,
          .hint = "remove it from PATH, or make sure that only you (or root) can write to it"});
  for (const char* name : {"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"})
    if (!session.environment().variable(name).value_or("").empty())
      warn(session.diagnostics(),
           {.code = "environment-loader",
            .what = fmt::format("{} is set, and has affected how kpb itself was started", name),
            .why = "kpb does not pass it on to the tools that it runs",
            .hint = "unset it for builds that you publish"});
}

int command_build(Session& session, const Arguments& arguments) {
  Document result = new_result("build");
  BuildRequest request;
  if (!take_arguments(arguments, request, session.diagnostics()) ||
      !session.open_plugins(arguments) || !ask_packages(session, arguments, request))
    return session.finish(&result);
  bool done = false;
  bool waits = false;
  {
    ConsoleProgress progress(session.environment(), session.terminal());
    const OpenLine line(session.diagnostics(), [&] { progress.close(); });
    Context context = session.context(progress);
    Build build(request, context);
    warn_of_environment(session, build);
    done = run_build(build);
    progress.close();
    if (session.json())
      put_build(build, result);
    waits = !build.signing.left.empty();
    if (done && arguments.has("explain"))
      tell_why(session, build);
    if (done)
      tell_build(session, build);
    else if (waits)
      tell_waiting(session, build);
    else if (session.diagnostics().collected().first_error() == nullptr && !build.interrupted())
      fail(session.diagnostics(), {.fault = Fault::plugin,
                                   .code = "internal",
                                   .what = "the build stopped without an error message",
                                   .why = "this is a bug of kpb or of a plugin",
                                   .hint = "run it again with --debug and report this"});
    const int good = waits ? k_status_waits : 0;
    if (const auto path = arguments.value("report"); path && !request.dry_run)
      write_report(session, build, *path, session.exit_status(done || waits, good));
  }
  return session.finish(&result, done || waits, waits ? k_status_waits : 0);
}

CommandSpec build_spec() {
  return {
      "build",
      "[OPTIONS] PATCH...  |  [OPTIONS] --module FILE.ko",
      "make a package from a patch, a hand-written module or a finished module",
      "Makes a package of a live patch for one kernel: a spec, a source RPM, an RPM or a "
      "deb. The input is a kernel patch (a unified diff), a hand-written live-patch module "
      "(a .c file or a directory with a Kbuild), or a finished module. For a patch or a "
      "hand-written module, the formats rpm-spec and srpm only describe how to build the "
      "module; rpm-build and deb build it now. kpb prints the paths of the files that it "
      "made on standard output.",
      build_options(),
      {
          {"kpb build -k 5.14.0-362.8.1.el9_3 fix.patch",
           "write fix.spec, which builds the patch with kpatch-build"},
          {"kpb build -b --replace --module livepatch-fix.ko -k 5.14.0-362.8.1.el9_3",
           "package a finished module as an RPM"},
          {"kpb build -B srpm -B rpm-build --replace -k 6.1.0-56-amd64 fix.c",
           "compile a hand-written module; make a source RPM and an RPM"},
          {"kpb build -b --replace -k K --sign-file SIGN-FILE --sign-key KEY.pem --sign-cert CERT.pem fix.c",
           "compile it, sign it with the kernel's scripts/sign-file, make an RPM"},
          {"kpb build -b --replace -k K --sign-later waiting --signed kpatch-fix-1-1.ko fix.c",
           "package a module that was signed elsewhere; run the same without --signed first"},
          {"kpb build -o - --module m.ko --replace -k K | less", "look at the spec"},
          {"kpb build -b --explain --no-replace --on-top-of kpatch-module-base-K=1-1 --module hotfix.ko -k K",
           "a small fix on top of a cumulative one; also print why the package has its relations"},
          {"kpb build -b -p rhel --subscription -k 5.14.0-362.8.1.el9_3",
           "an empty package, to be updated by the kernel's first live patch"},
          {"kpb build -b --metapackage --name site kpatch-module-fix-*.rpm",
           "one package that installs the patch of each installed kernel"},
      },
      "file"};
}

} // namespace

Command build_command() { return {build_spec(), command_build}; }

} // namespace kpb
