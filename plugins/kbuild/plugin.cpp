// SPDX-License-Identifier: GPL-2.0-only
//
// The builder for live-patch modules that were written by hand. They need the kernel's headers only
// and compile in seconds. See README.md for the files behind it.
#include "build_dir.hpp"
#include "make_command.hpp"
#include "make_output.hpp"
#include "module_tree.hpp"
#include "plugins/common/tarball/tarball.hpp"

#include <kpb/sdk.hpp>

#include <filesystem>

namespace kpb::builders {
namespace {

constexpr const char* k_build = "build"; // in the workspace

bool is_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

std::string real_workspace(const sdk::Host& host) {
  std::error_code error;
  const std::string path = host.workspace();
  const auto real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

// What make said, and how it ended where it says nothing of that itself.
std::string why_failed(const std::string& said, int status) {
  if (status >= 0 && !said.empty())
    return said;
  return (status < 0 ? "make was ended by signal " + std::to_string(-status)
                     : "make ended with status " + std::to_string(status)) +
         (said.empty() ? "" : "\n") + said;
}

void judge(const MakeOutput& output, int exit_status, const std::string& name, bool is_made) {
  if (const std::string refusal = output.refusal(); !refusal.empty())
    throw sdk::Error(
        {.fault = sdk::Fault::input,
         .code = "kbuild-refused",
         .what = refusal,
         .hint =
             "the directory's Kbuild must make one module, obj-m := NAME.o. kpb gives the module "
             "the package's name, so no other file in the directory may have that name"});
  const std::string undefined = output.undefined_symbols();
  if (exit_status != 0 || !undefined.empty())
    throw sdk::Error(
        {.fault = sdk::Fault::tool,
         .code = "kbuild-failed",
         .what = "the module " + name + " cannot be built",
         .why = why_failed(undefined.empty() ? output.errors() : undefined, exit_status),
         .hint = undefined.empty()
                     ? ""
                     : "a hand-written module can only use symbols that the kernel exports"});
  if (!is_made)
    throw sdk::Error({.fault = sdk::Fault::tool,
                      .code = "kbuild-no-module",
                      .what = "make succeeded but did not make " + name + ".ko",
                      .why = output.errors()});
}

// kbuild keeps the command of every object: that is the compiler that was used, not one that might
// have been. "" where it cannot be told.
std::string compiler_of(const std::string& command_file) {
  const size_t begin = command_file.find(":= ");
  if (begin == std::string::npos)
    return {};
  std::string command = command_file.substr(begin + 3, command_file.find(" -", begin) - begin - 3);
  command.erase(0, command.find_last_of(" /") + 1); // "ccache gcc", "/opt/bin/gcc"
  return command;
}

void report_compiler(const sdk::Host& host, const sdk::Sink& out, const std::string& name) {
  const std::string path = std::string(k_build) + "/." + name + ".mod.o.cmd";
  if (!is_file(real_workspace(host) + "/" + path))
    return;
  const std::string compiler = compiler_of(host.read(path, out));
  if (compiler.empty() || !host.find_tool(compiler))
    return;
  const auto version = host.run({compiler, "--version"}, out);
  views::append(out, fields::build_tools,
                views::Tool{compiler, "", version.output.substr(0, version.output.find('\n'))});
}

class Kbuild : public sdk::Builder {
public:
  bool probe(const sdk::Host& host, const sdk::Document& document, uint32_t purpose,
             const sdk::Sink& out) override {
    if (document.text(fields::request_kind) != "source") {
      out.note({.code = "kbuild-input",
                .what = "the builder kbuild accepts a module's source, not a diff or a module",
                .hint = "give a .c file, or a directory with a Kbuild"});
      return false;
    }
    if (purpose == KPB_PURPOSE_SOURCES)
      return true; // the package is built elsewhere: what is installed here does not matter
    try {
      find_build_dir(host, document);
      return true;
    } catch (const sdk::Error& error) { // thrown, it would be a failure instead of an answer
      out.report(error.diagnostic());
      return false;
    }
  }

  void build(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out) override {
    const std::string name(document.text(fields::module_name));
    const BuildDir dir = find_build_dir(host, document);
    const ModuleTree tree = make_module_tree(host, document, out);
    for (const auto& [path, content] : tree.files)
      host.write(std::string(k_build) + "/" + path, content, out);

    const std::string module_dir = real_workspace(host) + "/" + k_build;
    const auto result =
        host.run(make_command(dir, module_dir, document), out, {}, make_environment(document));
    host.debug(result.output);
    judge(MakeOutput(result.output, module_dir, tree), result.exit_status, name,
          is_file(module_dir + "/" + name + ".ko"));
    report_compiler(host, out, name);
    out.put(fields::build_module, std::string(k_build) + "/" + name + ".ko");
  }

  void sources(const sdk::Host& host, const sdk::Document& document,
               const sdk::Sink& out) override {
    const std::string name(document.text(fields::module_name));
    const ModuleTree tree = make_module_tree(host, document, out);
    const std::string file = name + "-src.tar.gz";
    std::vector<tarball::Member> members;
    for (const auto& [path, content] : tree.files) // a map: sorted
      members.push_back({name + "/" + path, content});
    out.file(file, tarball::make_tar(members, tarball::Compression::gzip,
                                     document.integer(fields::source_date_epoch)));
    out.put(pointer(fields::source_unpack, "-"), file);
    out.put(fields::source_product, name + "/" + name + ".ko");
    for (const auto& step : shell_steps(name, document))
      out.put(pointer(fields::source_steps, "-"), step);
    const std::string one_more = pointer(fields::source_requires, "-");
    out.put(one_more, "gcc");
    out.put(one_more, "make");
    if (document.has(fields::kernel_devel_requires))
      out.put(one_more, document.text(fields::kernel_devel_requires));
  }
};

} // namespace
} // namespace kpb::builders

KPB_EXPORT_BUILDER("org.kpb.builder.kbuild", "0.1.0", "kbuild", "source", kpb::builders::Kbuild);
