// SPDX-License-Identifier: GPL-2.0-only
//
// See add_kernel.hpp. Fast checks come first: a wrong vmlinux is reported before a source of 95,000 files is
// unpacked.
#include "core/kernel/add_kernel.hpp"

#include "core/base/arch.hpp"
#include "core/base/text.hpp"
#include "core/kernel/build_root.hpp"
#include "core/kernel/describe_kernel.hpp"
#include "core/kernel/known_inputs.hpp"
#include "core/kernel/symvers.hpp"
#include "core/system/believe.hpp"

#include <cerrno>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_config = uint64_t{16} << 20U;
constexpr uint64_t k_max_symvers = uint64_t{256} << 20U;
constexpr const char* k_klp_build = "scripts/livepatch/klp-build";

// One addition; its steps in the order in which add_kernel() calls them.
class Addition {
public:
  Addition(const RunContext& context, const KernelRequest& request, std::string directory)
      : m_context(context), m_request(request), m_directory(std::move(directory)),
        m_files(context, m_directory, request.kernel.release, request.kernel.arch) {}

  bool take_files();
  bool read_files();
  bool check_toolchain();
  bool check_before_source();
  bool take_source();

  std::string key() const { return kernel_key(m_facts, m_source, m_files, m_toolchain); }
  Document describe() const {
    return describe_kernel(m_facts, m_source, m_files, m_toolchain, m_request.root,
                           m_context.environment.wall_clock());
  }

private:
  bool take(TargetKind kind, const std::optional<std::string>& given);
  bool take_from_tree(TargetKind kind, const std::string& name);
  bool need(TargetKind kind, const std::string& what, const std::string& hint) const;
  std::string from(TargetKind kind) const;
  std::optional<std::string> text_of(TargetKind kind, const std::string& name,
                                     uint64_t limit) const;

  const RunContext& m_context;
  const KernelRequest& m_request;
  std::string m_directory;
  KernelFiles m_files;
  KernelFacts m_facts;
  ImportedSource m_source;
  Toolchain m_toolchain;
};

bool Addition::take(TargetKind kind, const std::optional<std::string>& given) {
  if (!given)
    return true;
  m_context.progress.begin(Progress::Step::import, *given);
  return m_files.take(kind, *given);
}

// A source tree in which the kernel was compiled has these files, too. They are taken unless others were named.
bool Addition::take_from_tree(TargetKind kind, const std::string& name) {
  const std::string path = m_request.source + "/" + name;
  const auto info = m_context.files.stat(path);
  if (m_files.has(kind) || !info || info->type != FileInfo::Type::regular)
    return true;
  return take(kind, path);
}

bool Addition::need(TargetKind kind, const std::string& what, const std::string& hint) const {
  return m_files.has(kind) ||
         m_context.fail({.fault = Fault::input,
                         .code = "kernel-file-missing",
                         .what = fmt::format("the kernel's {} is missing", what),
                         .hint = hint});
}

bool Addition::take_files() {
  if (!take(TargetKind::config, m_request.config) ||
      !take(TargetKind::vmlinux, m_request.vmlinux) ||
      !take(TargetKind::symvers, m_request.symvers) || !take(TargetKind::module, m_request.modules))
    return false;
  for (const auto& package : m_request.packages) {
    m_context.progress.begin(Progress::Step::import, package);
    if (!m_files.take_package(package))
      return false;
  }
  return take_from_tree(TargetKind::config, ".config") &&
         take_from_tree(TargetKind::vmlinux, "vmlinux") &&
         take_from_tree(TargetKind::symvers, "Module.symvers") &&
         need(
             TargetKind::config, "configuration",
             "give it with --config (/boot/config-K), or the package that has it with --package") &&
         need(TargetKind::vmlinux, "vmlinux with debug information",
              "give it with --vmlinux, or the kernel-debuginfo or linux-image-*-dbg package with "
              "--package");
}

std::string Addition::from(TargetKind kind) const {
  const auto* file = m_files.file(kind);
  return file == nullptr ? "" : file->from;
}

std::optional<std::string> Addition::text_of(TargetKind kind, const std::string& name,
                                             uint64_t limit) const {
  auto text = m_context.files.read(m_directory + "/" + name, limit);
  if (text)
    return std::move(*text);
  m_context.fail({.fault = Fault::input,
                  .code = "kernel-file",
                  .where = from(kind),
                  .what = "it cannot be used",
                  .why = text.error().number == EFBIG ? "it is too large" : text.error().text()});
  return std::nullopt;
}

bool Addition::read_files() {
  m_context.progress.begin(Progress::Step::check, m_request.kernel.release);
  m_facts.release = m_request.kernel.release;
  m_facts.arch = m_request.kernel.arch;
  m_facts.vmlinux_path = from(TargetKind::vmlinux);
  m_facts.config_path = from(TargetKind::config);
  const auto config = text_of(TargetKind::config, "config", k_max_config);
  if (!config)
    return false;
  m_facts.config = parse_config(*config);
  if (m_facts.config.empty())
    return m_context.fail({.fault = Fault::input,
                           .code = "kernel-file",
                           .where = m_facts.config_path,
                           .what = "it is no kernel configuration",
                           .why = "no line begins with CONFIG_"});
  if (m_files.has(TargetKind::symvers)) {
    const auto text = text_of(TargetKind::symvers, "Module.symvers", k_max_symvers);
    if (!text || !parse_symvers(*text, from(TargetKind::symvers), m_context.diagnostics))
      return false;
  }
  const auto vmlinux = m_context.files.open(m_directory + "/vmlinux");
  if (!vmlinux)
    return m_context.fail(
        {.fault = Fault::environment, .code = "kernel-store", .what = vmlinux.error().text()});
  auto facts =
      read_elf_facts(**vmlinux, "kernel-vmlinux", m_facts.vmlinux_path, m_context.diagnostics);
  if (!facts)
    return false;
  m_facts.vmlinux = std::move(*facts);
  return check_vmlinux(m_facts, m_context.diagnostics);
}

bool Addition::check_toolchain() {
  const std::string compiler = compiler_of(m_facts.config);
  const std::string& root = m_request.root;
  if (!check_programs(m_context.files, root, {compiler}, "building for this kernel",
                      m_context.diagnostics))
    return false;
  const auto comment =
      compiler_comment(run_in_root(m_context, root),
                       find_program(m_context.files, root, compiler).value_or(compiler));
  if (!comment)
    return m_context.fail({.fault = Fault::environment,
                           .code = "root-run",
                           .where = root,
                           .what = fmt::format("{} cannot be run there", compiler),
                           .why = comment.error(),
                           .hint = root.empty() ? "" : "only root can use --root"});
  m_toolchain.compiler = *comment;
  if (!check_compiler(m_facts, compiler, m_toolchain.compiler, root, m_context.diagnostics))
    return false;
  m_toolchain.identity = root_identity(m_context, root, m_toolchain.compiler);
  return !m_toolchain.identity.empty();
}

// Whether any builder can build for this kernel depends on what is known by now, and on whether one file is in the
// source. In a directory that can be looked up at once; an archive would have to be unpacked.
bool Addition::check_before_source() {
  const auto info = m_context.files.stat(m_request.source);
  if (!info || info->type != FileInfo::Type::directory)
    return true;
  m_facts.tree_has_klp_build =
      m_context.files.stat(m_request.source + "/" + k_klp_build).has_value();
  CollectingSink heard; // warnings are reported later, by take_source()
  return check_buildable(m_facts, heard) || check_buildable(m_facts, m_context.diagnostics);
}

bool Addition::take_source() {
  const std::string tree = m_directory + "/tree";
  const std::string scratch = m_directory + "/scratch";
  for (const auto& directory : {tree, scratch})
    if (const auto made = m_context.files.make_directory(directory, 0755); !made)
      return m_context.fail(
          {.fault = Fault::environment, .code = "kernel-store", .what = made.error().text()});
  auto source = import_source(m_context, m_request.source, tree, scratch);
  if (!source)
    return false;
  if (const auto removed = m_context.files.remove_tree(scratch); !removed)
    return m_context.fail(
        {.fault = Fault::environment, .code = "kernel-store", .what = removed.error().text()});
  m_source = std::move(*source);
  m_facts.source_version = m_source.version;
  m_facts.tree_has_klp_build = m_context.files.stat(tree + "/" + k_klp_build).has_value();
  return check_source_version(m_facts, m_request.source, m_context.diagnostics) &&
         check_buildable(m_facts, m_context.diagnostics);
}

// Hands on all reports, and keeps the warnings, which are repeated when the same kernel is added again.
class WarningsKept final : public DiagnosticSink {
public:
  explicit WarningsKept(DiagnosticSink& to) : m_to(to) {}
  void report(Diagnostic diagnostic) override {
    if (diagnostic.severity == Severity::warning)
      m_warnings.push_back(diagnostic);
    m_to.report(std::move(diagnostic));
  }
  const std::vector<Diagnostic>& warnings() const { return m_warnings; }

private:
  DiagnosticSink& m_to;
  std::vector<Diagnostic> m_warnings;
};

// The module is compiled from these, and what they say of the kernel is believed.
bool believe_inputs(const RunContext& context, const KernelRequest& request) {
  const auto good = [&](const char* option, const std::optional<std::string>& path) {
    // What is not there has messages of its own.
    return !path || !context.files.stat(*path) ||
           believe(context.files, context.diagnostics, *path, Wanted::tree,
                   {.code = "kernel-input-unsafe",
                    .what = fmt::format("{} {} is refused", option, shown(*path)),
                    .because = "it decides what the module does"});
  };
  bool all = good("--source", request.source) && good("--config", request.config) &&
             good("--vmlinux", request.vmlinux) && good("--modules", request.modules) &&
             good("--symvers", request.symvers);
  for (const auto& package : request.packages)
    all = all && good("--package", package);
  return all;
}

} // namespace

std::optional<AddedKernel> add_kernel(const RunContext& context, KernelStore& store,
                                      const KernelRequest& request) {
  const std::string machine = context.environment.machine();
  if (!check_build_arch(request.kernel.arch, canonical_arch(machine).value_or(machine),
                        context.diagnostics))
    return std::nullopt;
  if (!believe_inputs(context, request))
    return std::nullopt;
  const std::string stamp = stamp_of_inputs(context, request);
  if (auto known = find_by_stamp(context, store, request, stamp))
    return AddedKernel{std::move(*known), true};
  const auto making = store.begin();
  if (!making)
    return std::nullopt;
  WarningsKept heard(context.diagnostics);
  const RunContext heard_context = context.reporting_to(heard);
  Addition addition(heard_context, request, making->directory());
  if (!addition.take_files() || !addition.read_files() || !addition.check_toolchain() ||
      !addition.check_before_source() || !addition.take_source())
    return std::nullopt;
  // The stamp was taken before the files were read: a file that changed meanwhile will have another one.
  const auto remember = [&](const PreparedKernel& kernel) {
    if (!stamp.empty())
      remember_stamp(context, store, kernel, stamp, heard.warnings());
  };
  const std::string key = addition.key();
  if (auto there = store.find_key(key)) {
    remember(*there);
    return AddedKernel{std::move(*there), true};
  }
  if (!making->complete(addition.describe()))
    return std::nullopt;
  auto added = store.publish(*making, kernel_id(request.kernel.release, key), key);
  if (added)
    remember(added->kernel);
  return added;
}

} // namespace kpb
