// SPDX-License-Identifier: GPL-2.0-only
//
// See build_arguments.hpp. The table of options (core/request) handles each option by itself; this
// file handles what options mean together, and which of them exclude each other.
#include "core/cli/build_arguments.hpp"

#include "core/request/options.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

bool refuse(DiagnosticSink& sink, const std::string& what, const std::string& why,
            const std::string& hint = {}) {
  return fail(
      sink,
      {.fault = Fault::input, .code = "command-line", .what = what, .why = why, .hint = hint});
}

// Keeps each format only once, even if it is named several times.
bool take_formats(BuildRequest& request, DiagnosticSink& sink) {
  std::vector<std::string> once;
  for (const auto& format : request.backends) {
    if (format.empty())
      return refuse(sink, "--backend is empty", "", "kpb plugins list shows them");
    if (std::find(once.begin(), once.end(), format) == once.end())
      once.push_back(format);
  }
  request.backends = std::move(once);
  return true;
}

bool check_together(const Arguments& arguments, const BuildRequest& request, DiagnosticSink& sink) {
  if (request.subscription && request.metapackage)
    return refuse(sink, "--subscription and --metapackage exclude each other",
                  "they make different kinds of packages", "leave one out");
  for (const char* option : {"set-version", "set-release", "epoch"})
    if (request.subscription && arguments.has(option))
      return refuse(sink, fmt::format("--{} cannot be combined with --subscription", option),
                    "a subscription has version 0-0, so that every patch is newer", "leave it out");
  if (request.builder == "prebuilt" && !request.module)
    return refuse(sink, "--builder prebuilt needs --module FILE.ko",
                  "it packages a finished module");
  for (const char* option : {"json", "explain"})
    if (arguments.has(option) && request.output == "-")
      return refuse(sink, fmt::format("--{} and --output - are given", option),
                    "both write to standard output", "name a file with --output");
  return true;
}

} // namespace

bool take_arguments(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink) {
  request.arguments = arguments.operands;
  return take_options(arguments, request, sink) && take_formats(request, sink) &&
         check_together(arguments, request, sink);
}

} // namespace kpb
