// SPDX-License-Identifier: GPL-2.0-only
//
// kpb build: the command line becomes a request, the pipeline does the rest, and what was made is
// told on standard output.
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/command.hpp"
#include "core/cli/session.hpp"
#include "core/cli/told_by_packages.hpp"
#include "core/pipeline/build.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

bool take_formats(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink) {
  auto formats = arguments.values("backend");
  if (arguments.has("build-rpm"))
    formats.emplace_back("rpm-build");
  if (formats.empty())
    return true;
  request.backends.clear();
  for (const auto& format : formats) {
    if (format.empty())
      return fail(sink, {.fault = Fault::input,
                         .code = "command-line",
                         .what = "--backend is empty",
                         .hint = "kpb plugins list shows them"});
    if (std::find(request.backends.begin(), request.backends.end(), format) ==
        request.backends.end())
      request.backends.push_back(format);
  }
  return true;
}

bool take_settings(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink) {
  for (const auto& setting : arguments.values("set")) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(sink, {.fault = Fault::input,
                         .code = "setting",
                         .what = fmt::format("--set {} is refused", shown(setting)),
                         .why = "it is not KEY=VALUE",
                         .hint = "for example --set install-dir=/usr/lib/kpatch"});
    const std::string key = setting.substr(0, equals);
    if (!request.settings.emplace(key, setting.substr(equals + 1)).second)
      return fail(sink, {.fault = Fault::input,
                         .code = "setting",
                         .what = fmt::format("the setting {} is given twice", shown(key)),
                         .hint = "give it once"});
  }
  return true;
}

bool take_replace(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink) {
  if (arguments.has("replace") && arguments.has("no-replace"))
    return fail(sink, {.fault = Fault::input,
                       .code = "command-line",
                       .what = "--replace and --no-replace are given",
                       .why = "a module does one or the other",
                       .hint = "leave one out"});
  if (arguments.has("replace"))
    request.replace = true;
  if (arguments.has("no-replace"))
    request.replace = false;
  return true;
}

void take_signing(const Arguments& arguments, SigningRequest& signing) {
  signing.command = arguments.value("sign-command");
  signing.sign_file = arguments.value("sign-file");
  signing.key = arguments.value("sign-key");
  signing.certificate = arguments.value("sign-cert");
  signing.hash = arguments.value("sign-hash");
  signing.variables = arguments.values("sign-env");
  signing.later = arguments.value("sign-later");
  signing.signed_file = arguments.value("signed");
}

bool take_jobs(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink) {
  const auto given = arguments.value("jobs");
  if (!given)
    return true;
  const auto jobs = parse_unsigned(*given, 4096);
  if (!jobs || *jobs == 0)
    return fail(sink, {.fault = Fault::input,
                       .code = "command-line",
                       .what = fmt::format("--jobs {} is refused", shown(*given)),
                       .why = "it is a number from 1 to 4096"});
  request.jobs = *jobs;
  return true;
}

bool take_arguments(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink) {
  request.arguments = arguments.operands;
  request.module = arguments.value("module");
  request.output = arguments.value("output");
  request.kernel = arguments.value("kernel");
  request.arch = arguments.value("arch");
  request.builder = arguments.value("builder");
  request.source = arguments.value("source");
  request.functions = arguments.values("function");
  request.states = arguments.values("state");
  request.on_top_of = arguments.value("on-top-of");
  request.supersedes = arguments.values("supersedes");
  request.subscription = arguments.has("subscription");
  request.metapackage = arguments.has("metapackage");
  request.kernel_package_version = arguments.value("kernel-package-version");
  if (arguments.has("policy"))
    request.chain = arguments.values("policy");
  request.config = arguments.value("config");
  request.vmlinux = arguments.value("vmlinux");
  request.modules = arguments.value("modules");
  request.symvers = arguments.value("symvers");
  request.root = arguments.value("root");
  request.store = arguments.value("store");
  request.store_limit = arguments.value("store-limit");
  request.kernel_id = arguments.value("kernel-id");
  request.name = arguments.value("name");
  request.version = arguments.value("set-version");
  request.release = arguments.value("set-release");
  request.epoch = arguments.value("epoch");
  for (const char* field : {"summary", "description", "license", "url", "packager"})
    if (const auto value = arguments.value(field))
      request.metadata[field] = *value;
  request.cves = arguments.values("cve");
  take_signing(arguments, request.signing);
  request.dry_run = arguments.has("dry-run");
  if (request.subscription && request.metapackage)
    return fail(sink, {.fault = Fault::input,
                       .code = "command-line",
                       .what = "--subscription and --metapackage are given",
                       .why = "they are two kinds of packages",
                       .hint = "leave one out"});
  for (const char* option : {"set-version", "set-release", "epoch"})
    if (request.subscription && arguments.has(option))
      return fail(sink, {.fault = Fault::input,
                         .code = "command-line",
                         .what = fmt::format("--{} is given with --subscription", option),
                         .why = "a subscription is 0-0, so that every patch is newer",
                         .hint = "leave it out"});
  if (request.builder == "prebuilt" && !request.module)
    return fail(sink, {.fault = Fault::input,
                       .code = "command-line",
                       .what = "--builder prebuilt needs --module FILE.ko",
                       .why = "it packages a module that exists"});
  for (const char* option : {"json", "explain"})
    if (arguments.has(option) && request.output == std::optional<std::string>("-"))
      return fail(sink, {.fault = Fault::input,
                         .code = "command-line",
                         .what = fmt::format("--{} and --output - are given", option),
                         .why = "both want standard output",
                         .hint = "name a file with --output"});
  return take_formats(arguments, request, sink) && take_settings(arguments, request, sink) &&
         take_replace(arguments, request, sink) && take_jobs(arguments, request, sink);
}

// What other packages tell; the plugins that read them are open by now.
bool ask_packages(Session& session, const Arguments& arguments, BuildRequest& request) {
  const auto earlier = arguments.value("from-package");
  return (!earlier || read_earlier(session, *earlier, request)) &&
         (!request.metapackage || read_members(session, request));
}

// What makes a run other than it looks. Nothing of it reaches a tool, so it is worth a word, not a refusal.
void warn_of_environment(Session& session, const Build& build) {
  for (const auto& why : build.tools.skipped())
    warn(session.diagnostics(), {.code = "path-skipped",
                                 .what = "part of PATH is not searched for tools",
                                 .why = why,
                                 .hint = "take it out of PATH, or make it yours alone"});
  for (const char* name : {"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"})
    if (!session.environment().variable(name).value_or("").empty())
      warn(session.diagnostics(),
           {.code = "environment-loader",
            .what = fmt::format("{} is set, and was obeyed when kpb started", name),
            .why = "it is not passed on to the tools that kpb runs",
            .hint = "unset it for builds that others rely on"});
}

} // namespace

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
                                   .what = "the build stopped without saying why",
                                   .why = "this is a bug of kpb or of a plugin",
                                   .hint = "run it again with --debug and report this"});
    const int good = waits ? k_status_waits : 0;
    if (const auto path = arguments.value("report"); path && !request.dry_run)
      write_report(session, build, *path, session.exit_status(done || waits, good));
  }
  return session.finish(&result, done || waits, waits ? k_status_waits : 0);
}

} // namespace kpb
