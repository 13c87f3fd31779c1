// SPDX-License-Identifier: GPL-2.0-only
//
// See classic_front.hpp. The options, the default file name and the lines on standard error are
// those of kpatch-package-builder (2015), because scripts read them; the policy is `classic`.
// Everything else (exit status, messages, verification) is kpb's.
#include "core/cli/classic_front.hpp"

#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/parse.hpp"
#include "core/cli/read_manifest.hpp"
#include "core/pipeline/build.hpp"
#include "core/series/cell_request.hpp"

#include <fmt/core.h>
#include <unistd.h>

namespace kpb {

namespace {

const std::vector<OptionSpec>& classic_options() {
  static const std::vector<OptionSpec> options = {
      {"help", 'h', nullptr, false, "", nullptr},
      {"version", 'v', nullptr, false, "", nullptr},
      {"patch", 'p', "PATCH", false, "", "file"},
      {"manifest", 0, "FILE", false, "", "file"},
      {"output", 'o', "FILE", false, "", "file"},
      {"build-rpm", 'b', nullptr, false, "", nullptr},
      {"kernel", 'k', "VERSION", false, "", nullptr},
      {"arch", 'a', "ARCH", false, "", nullptr},
      {"set-release", 0, "NUM", false, "", nullptr},
      {"set-version", 0, "NUM", false, "", nullptr},
      {"debug", 'd', nullptr, false, "", nullptr},
  };
  return options;
}

constexpr const char* k_help =
    "Usage: kpatch-package-builder [-h] [-v] [-o FILE | -b] [-k VERSION] [-a ARCH] [--set-release NUM]\n"
    "                              [--set-version NUM] [-d] PATCH\n"
    "       kpatch-package-builder [-b] [-d] --manifest FILE\n\n"
    "Makes an RPM spec (default) or an RPM of a kernel live patch, like the tool of 2015. `kpb build` does more.\n\n"
    "  -o, --output FILE   the spec file to write; '-' is standard output; default NAME.spec\n"
    "  -b, --build-rpm     build the RPM and put it into the current directory\n"
    "  -k, --kernel VERSION, -a, --arch ARCH   the target kernel; default the running one\n"
    "  --set-version NUM, --set-release NUM    version and release of the package; default 1\n"
    "  -p, --patch PATCH   same as PATCH\n"
    "  --manifest FILE     make the packages of a manifest, one after the other; kpb series does more\n"
    "  -d, --debug         print what is run and why\n"
    "  -h, --help  -v, --version\n";

// Prints the lines of 2015 at the same points as the old tool.
class ClassicProgress final : public Progress {
public:
  explicit ClassicProgress(bool rpm, bool announce_spec)
      : m_rpm(rpm), m_announce_spec(announce_spec) {}
  Build* build = nullptr;

  void begin(Step step, const std::string& detail) override {
    if (step == Step::describe)
      say("generating spec file...");
    if (step == Step::render && m_rpm) {
      say("building RPM...");
      // The private directory is named like the temporary spec file of 2015; it contains the spec.
      const auto path = build->workspace.path();
      say("writing spec file to " + path.value_or("") + "...");
    }
    if (step == Step::publish && (m_rpm || m_announce_spec))
      say("writing " + detail + "...");
  }

private:
  static void say(const std::string& line) {
    const std::string text = std::string(k_classic_program) + ": " + escape_control(line) + "\n";
    [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
  }
  bool m_rpm;
  bool m_announce_spec;
};

// The tool of 2015 named its temporary spec file like this.
void put_classic(BuildRequest& request) {
  request.workspace_prefix = "kpatch_";
  request.workspace_suffix = ".spec";
}

bool take_request(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink) {
  const auto refuse = [&](const std::string& what, const std::string& why) {
    return fail(sink, {.fault = Fault::input,
                       .code = "command-line",
                       .what = what,
                       .why = why,
                       .hint = "kpatch-package-builder --help tells more"});
  };
  request.arguments = arguments.operands;
  if (const auto patch = arguments.value("patch"))
    request.arguments.push_back(*patch);
  if (request.arguments.size() != 1)
    return refuse(request.arguments.empty() ? "no patch is given" : "more than one patch is given",
                  "it takes one");
  if (arguments.has("output") && arguments.has("build-rpm"))
    return refuse("--output and --build-rpm are given", "the RPM goes into the current directory");
  request.chain = {"classic"};
  request.backends = {arguments.has("build-rpm") ? "rpm-build" : "rpm-spec"};
  request.output = arguments.value("output");
  request.kernel = arguments.value("kernel");
  request.arch = arguments.value("arch");
  request.version = arguments.value("set-version");
  request.release = arguments.value("set-release");
  put_classic(request);
  return true;
}

// Makes one package, with the lines of 2015.
bool run_one(Session& session, const BuildRequest& request) {
  const bool rpm = request.formats()[0] == "rpm-build";
  ClassicProgress progress(rpm, request.output != std::optional<std::string>("-"));
  Context context = session.context(progress);
  Build build(request, context);
  progress.build = &build;
  // The lines above name the files; standard output is only for a spec that is written there.
  const bool done = run_build(build);
  if (done && request.output == std::optional<std::string>("-"))
    tell_build(session, build);
  return done;
}

bool run_manifest(Session& session, const Arguments& arguments, const std::string& path) {
  for (const char* option : {"patch", "output", "kernel", "arch", "set-version", "set-release"})
    if (arguments.has(option) || !arguments.operands.empty())
      return fail(session.diagnostics(),
                  {.fault = Fault::input,
                   .code = "command-line",
                   .what = fmt::format("{} cannot be combined with --manifest",
                                       arguments.has(option) ? std::string("--") + option
                                                             : std::string("a patch")),
                   .why = "the manifest contains that",
                   .hint = "kpatch-package-builder --help tells more"});
  auto manifest = read_manifest(session, path);
  if (!manifest || !session.open_plugins(arguments))
    return false;
  for (auto& package : manifest->packages) {
    if (package.says.chain.empty())
      package.says.chain = {"classic"};
    if (arguments.has("build-rpm"))
      package.says.backends = {"rpm-build"};
  }
  ConsoleProgress quiet(session.environment(), false);
  Context context = session.context(quiet);
  const auto plan = plan_series(std::move(*manifest), context);
  if (!plan)
    return false;
  for (const auto& cell : plan->cells) {
    if (cell.left != Left::no)
      continue;
    BuildRequest request = cell_request(*plan, cell, {}, {}, job_of(*plan, cell, context));
    put_classic(request);
    if (request.formats() == std::vector<std::string>{"rpm-spec"})
      request.output = plan->package_of(cell).name() + ".spec";
    if (!run_one(session, request))
      return false;
  }
  return true;
}

} // namespace

int run_classic_front(Session& session, const std::vector<std::string>& words) {
  const auto arguments = parse_arguments(words, classic_options(), "kpatch-package-builder --help",
                                         session.diagnostics());
  if (!arguments || !session.configure(*arguments))
    return session.finish(nullptr);
  if (arguments->has("help") || arguments->has("version")) {
    session.out(arguments->has("help") ? k_help : "kpatch-package-builder " KPB_VERSION "\n");
    return session.finish(nullptr);
  }
  if (const auto path = arguments->value("manifest"))
    return session.finish(nullptr, run_manifest(session, *arguments, *path));
  BuildRequest request;
  if (!take_request(*arguments, request, session.diagnostics()) ||
      !session.open_plugins(*arguments))
    return session.finish(nullptr);
  const bool done = run_one(session, request);
  return session.finish(nullptr, done);
}

} // namespace kpb
