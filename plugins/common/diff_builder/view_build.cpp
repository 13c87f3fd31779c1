// SPDX-License-Identifier: GPL-2.0-only
//
// See view_build.hpp.
#include "view_build.hpp"

#include "phases.hpp"

namespace kpb::builders {

bool cannot(const sdk::Sink& out, std::string_view builder, sdk::Diagnostic why) {
  why.fault = sdk::Fault::environment;
  why.where = builder;
  out.note(std::move(why));
  return false;
}

std::optional<sdk::draft::View> prepared_kernel(const sdk::Host& host,
                                                const sdk::Document& document,
                                                std::string_view builder, const sdk::Sink& out) {
  auto view = sdk::draft::View::of(host);
  if (!view)
    cannot(out, builder,
           {.code = "kernel-not-prepared",
            .what =
                "kernel " + std::string(document.text(fields::kernel_release)) + " is not prepared",
            .hint = "kpb kernel add prepares a kernel, once"});
  return view;
}

std::string config_value(const std::string& config, std::string_view option) {
  const std::string begin = "\n" + std::string(option) + "=";
  const std::string text = "\n" + config;
  const size_t at = text.find(begin);
  if (at == std::string::npos)
    return {};
  const size_t value = at + begin.size();
  return text.substr(value, text.find('\n', value) - value);
}

std::string missing_tools(const sdk::draft::View& view, const std::vector<std::string>& tools) {
  std::string out;
  for (const auto& tool : tools)
    if (!view.find(tool))
      out += (out.empty() ? "" : ", ") + tool;
  return out;
}

std::vector<std::string> builder_environment(const sdk::Document& document) {
  // KERNELRELEASE: a tree from a source package names its kernel by version alone.
  return {"MAKEFLAGS=KERNELRELEASE=" + std::string(document.text(fields::kernel_release)),
          "KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 1970", "KBUILD_BUILD_VERSION=1",
          "KBUILD_BUILD_USER=kpb", "KBUILD_BUILD_HOST=kpb"};
}

namespace {

std::string patch_name(size_t index) {
  const std::string number = std::to_string(index + 1);
  return "patch-" + std::string(number.size() < 3 ? 3 - number.size() : 0, '0') + number + ".patch";
}

} // namespace

std::vector<std::string> patch_paths(const sdk::draft::View& view, const sdk::Document& document) {
  std::vector<std::string> out;
  for (size_t i = 0; i < document.size(fields::inputs); ++i)
    out.push_back(view.place(KPB_PLACE_INPUT) + "/" + patch_name(i));
  return out;
}

void build_in_view(Tool tool, const std::string& version, const sdk::draft::View& view,
                   const sdk::draft::ViewRun& wanted, const sdk::Host& host,
                   const sdk::Document& document, const sdk::Sink& out) {
  auto run = wanted;
  const bool only_prime = document.boolean(fields::request_prime);
  if (only_prime)
    run.build.arguments.clear();
  for (const auto& phase : phases(tool))
    run.phases.emplace_back(std::string(phase.marker), std::string(phase.words));
  const auto result = view.run(run, out);
  if (only_prime && result.primed)
    return;
  if (!result.primed || !succeeded(tool, result.output, result.exit_status)) {
    auto failure = diagnose(tool, result.output, result.exit_status,
                            {version, std::string(document.text(fields::kernel_release))});
    std::vector<std::pair<std::string, std::string>> names;
    for (const auto& input : views::inputs(document))
      names.emplace_back(patch_name(names.size()), input.name);
    show_names(failure, names);
    host.debug(
        result.output.substr(result.output.size() - std::min<size_t>(result.output.size(), 4096)));
    if (!result.primed)
      failure.what = "the original kernel cannot be compiled: " + failure.what;
    failure.hint += (failure.hint.empty() ? "" : "; ") + ("the whole log is " + result.log);
    throw sdk::Error(std::move(failure));
  }
  const auto used = [&](const char* name, const std::string& its_version) {
    views::append(out, fields::build_tools, views::Tool{name, "", its_version});
  };
  used(tool == Tool::klp_build ? "klp-build" : "kpatch-build", version);
  used("compiler", std::string(document.text(fields::kernel_prepared_compiler)));
  out.put(fields::build_module, "built/" + std::string(document.text(fields::module_name)) + ".ko");
  out.put_boolean(fields::build_replace, document.boolean(fields::request_replace, true));
}

} // namespace kpb::builders
