// SPDX-License-Identifier: GPL-2.0-only
//
// kpb verify: the gates and the artifact check for existing files, whoever made them. A module that
// fails a gate is a wrong input (2), and so is an unusable file of the target; a package that fails
// is a bad artifact (4).
#include "core/base/arch.hpp"
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/check_manifest.hpp"
#include "core/cli/command.hpp"
#include "core/inspect/gates.hpp"
#include "core/inspect/target/target_gates.hpp"
#include "core/model/kernel_name.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include "core/packages/report_files.hpp"
#include <kpb/sdk/views.hpp>

#include <fmt/core.h>
#include <map>

namespace kpb {

namespace {

// What the files are checked against, from the command line.
struct Asked {
  GateTarget target;
  TargetFiles files;
};

// Whatever is wrong inside a package is the package's fault; the target's files are not inside.
class PackageSink final : public DiagnosticSink {
public:
  PackageSink(const std::string& path, DiagnosticSink& to) : m_path(path), m_to(to) {}
  void report(Diagnostic d) override {
    if (d.severity == Severity::error && d.fault == Fault::input && d.where.starts_with(m_path))
      d.fault = Fault::verification;
    m_to.report(std::move(d));
  }

private:
  const std::string& m_path;
  DiagnosticSink& m_to;
};

bool complain(DiagnosticSink& sink, const std::string& where, const std::string& what,
              const std::string& why) {
  return fail(sink, {.fault = Fault::verification,
                     .code = "package-content",
                     .where = where,
                     .what = what,
                     .why = why});
}

void check_owners(const FileReport& report, const std::string& path, DiagnosticSink& sink) {
  for (const auto& file : views::packed_files(report.header)) {
    const std::string& kind = file.kind;
    const std::string& mode = file.mode;
    const std::string where = path + ": " + file.path;
    if (file.owner != "root" || file.group != "root")
      complain(sink, where, "belongs to " + file.owner + ":" + file.group,
               "it must belong to root");
    // A symlink always has the mode 0777, and it does not matter.
    if (kind != "link" &&
        (mode.size() != 4 || ((mode[2] - '0') & 2) != 0 || ((mode[3] - '0') & 2) != 0))
      complain(sink, where, "is writable by others",
               "otherwise somebody else could change the module");
    if (kind != "file" && kind != "dir" && kind != "link" && kind != "hardlink")
      complain(sink, where, "is neither a file nor a directory",
               "a live-patch package contains only files and directories");
    if (!file.capabilities.empty())
      complain(sink, where, "has the capabilities " + shown(file.capabilities),
               "nothing in a live-patch package is executed");
    if (where.ends_with(".ko") && mode != "0644")
      complain(sink, where, "has mode " + shown(mode) + ", not 0644",
               "for an executable file, rpm adds build-id links and may strip it");
  }
}

void check_scripts(const FileReport& report, const std::string& path, DiagnosticSink& sink) {
  if (const auto scripts = report.header.integer(fields::found::scripts).value_or(0); scripts != 0)
    complain(sink, path, "has " + std::to_string(scripts) + " scriptlets or triggers",
             "scriptlets in live-patch packages can leave machines unpatched after ordinary "
             "transactions");
}

// The kernel identifies modules by their own names: of two with the same name only one can be
// loaded.
void check_module_names(const FileReport& report, const std::string& path, DiagnosticSink& sink) {
  std::map<std::string, std::string> seen;
  for (const auto& module : report.modules) {
    const auto [first, fresh] = seen.emplace(module.facts.name().value_or(""), module.path);
    if (!fresh)
      complain(sink, path, "holds two modules named " + shown(first->first),
               first->second + " and " + module.path + "; the kernel would load only one of them");
  }
}

// Reports a signature that was there when the package was made and has been stripped since.
void check_signatures(const FileReport& report, const Document& manifest, const std::string& path,
                      DiagnosticSink& sink) {
  for (size_t i = 0; i < manifest.size(fields::modules); ++i)
    for (const auto& module : report.modules)
      if (module.path == manifest.text(pointer(fields::modules, i, fields::module::path)) &&
          manifest.has(pointer(fields::modules, i, fields::module::signature_size)) &&
          !module.facts.signature)
        complain(sink, path + ": " + module.path, "has lost its signature",
                 "it was signed when it was packaged");
}

ManifestCheck verify_package(Session& session, const FileReport& report, const std::string& path,
                             const Asked& asked, DiagnosticSink& to) {
  PackageSink sink(path, to);
  check_scripts(report, path, sink);
  check_module_names(report, path, sink);
  if (report.header.boolean(fields::found::source).value_or(false) || path.ends_with(".spec")) {
    // The modules that a source package builds do not exist yet; those that it contains must pass
    // the gates.
    for (const auto& module : report.modules)
      check_gates(module.facts, asked.target, path + ": " + module.path, sink);
    return check_manifest(session, report, path, sink);
  }
  const auto manifest = manifest_of(report);
  if (manifest)
    check_signatures(report, *manifest, path, sink);
  check_owners(report, path, sink);
  const std::string kind = manifest ? manifest->text(fields::request_kind) : "";
  if (report.modules.empty() && kind != "subscription" && kind != "metapackage" &&
      !report.header.boolean(fields::found::transitional).value_or(false))
    fail(to, {.fault = Fault::input,
              .code = "package-no-module",
              .where = path,
              .what = "it holds no live-patch module",
              .why = "it contains no .ko file"});
  for (const auto& module : report.modules) {
    GateTarget target = asked.target;
    // kpatch looks into a directory named after the kernel, so the directory is what the package
    // claims.
    if (target.release.empty())
      target.release = base_name(parent_path(module.path));
    if (target.arch.empty())
      target.arch = report.header.text(fields::found::arch);
    check_gates(module.facts, target, path + ": " + module.path, sink);
  }
  return check_manifest(session, report, path, sink);
}

bool take_target(Session& session, const Arguments& arguments, GateTarget& target) {
  const std::string arch = arguments.value("arch").value_or("");
  if (const auto kernel = arguments.value("kernel")) {
    const auto machine = canonical_arch(session.environment().machine()).value_or("x86_64");
    const auto name = parse_kernel_name(*kernel, arch, machine, session.diagnostics());
    if (!name)
      return false;
    target.release = name->release;
    target.arch = name->arch;
  } else if (!arch.empty()) {
    const auto canonical = canonical_arch(arch);
    if (!canonical)
      return fail(session.diagnostics(),
                  {.fault = Fault::input,
                   .code = "arch-unknown",
                   .what = fmt::format("unknown architecture {}", shown(arch)),
                   .why = fmt::format("kpb knows {}", join(known_archs(), ", "))});
    target.arch = *canonical;
  }
  return true;
}

bool take_files(Session& session, const Arguments& arguments, TargetFiles& out) {
  struct Option {
    const char* name;
    std::string& path;
    FileInfo::Type type;
    const char* is;
  };
  using Type = FileInfo::Type;
  for (const Option& option : {Option{"vmlinux", out.vmlinux, Type::regular, "a file"},
                               Option{"modules", out.modules, Type::directory, "a directory"},
                               Option{"symvers", out.symvers, Type::regular, "a file"}}) {
    const auto given = arguments.value(option.name);
    if (!given)
      continue;
    const auto refuse = [&](const std::string& why) {
      return fail(session.diagnostics(),
                  {.fault = Fault::input,
                   .code = "target-unreadable",
                   .what = fmt::format("--{} {} cannot be used", option.name, shown(*given)),
                   .why = why});
    };
    const auto path = session.files().resolve(*given);
    if (!path)
      return refuse(path.error().reason());
    const auto info = session.files().stat(*path);
    if (!info || info->type != option.type)
      return refuse(info ? std::string("it is not ") + option.is : info.error().reason());
    option.path = *path;
  }
  return true;
}

int command_verify(Session& session, const Arguments& arguments) {
  Document result = new_result("verify");
  namespace f = fields::result;
  const Writer out(result, "");
  out.put_array(f::files);
  Asked asked;
  if (arguments.operands.empty())
    fail(session.diagnostics(), {.fault = Fault::input,
                                 .code = "command-line",
                                 .what = "no file is given",
                                 .hint = "kpb verify FILE..."});
  else if (take_target(session, arguments, asked.target) &&
           take_files(session, arguments, asked.files) && session.open_plugins(arguments))
    for (const auto& path : arguments.operands) {
      CollectingSink found;
      PackageSink in_package(path, found);
      const auto against_target = [&](const PackedModule& module, std::string_view content,
                                      bool packed) {
        if (asked.files.any())
          check_target_gates(content, module.facts, asked.files, session.files(),
                             packed ? path + ": " + module.path : path,
                             packed ? static_cast<DiagnosticSink&>(in_package) : found);
      };
      Context context = session.context();
      const auto report = read_report(context, path, found, against_target);
      auto manifest = ManifestCheck::compared;
      if (report && report->package)
        manifest = verify_package(session, *report, path, asked, found);
      else if (report)
        check_gates(report->modules[0].facts, asked.target, path, found);
      found.forward_to(session.diagnostics());
      const bool good = found.first_error() == nullptr;
      const Writer entry = out.element(f::files);
      entry.put(f::file::file, path);
      entry.put_boolean(f::file::ok, good);
      const std::string left_out = not_checked(manifest);
      if (!left_out.empty())
        entry.put(f::file::not_checked, left_out);
      if (good && !session.json() && !session.quiet())
        session.out(escape_control(path) + ": ok" +
                    (left_out.empty() ? "" : " (" + left_out + ")") + "\n");
    }
  return session.finish(&result);
}

CommandSpec verify_spec() {
  return {"verify",
          "[OPTIONS] FILE...",
          "check modules and packages",
          "Checks modules with the gates: whether the file is a live patch, its name, kernel "
          "and architecture, no dependencies, no patched jump labels. Checks packages: digests "
          "of the payload and files, no scriptlets, owners and modes, and that the module "
          "inside agrees with the manifest and with the kernel of its directory. With "
          "--vmlinux, --modules and --symvers, kpb looks up everything that a module patches "
          "or uses in the target kernel's own files.",
          {{"kernel", 'k', "RELEASE", false, "the kernel that modules must be for; default: any",
            "kernel"},
           {"arch", 'a', "ARCH", false, "the architecture that modules must be for",
            "x86_64|aarch64|ppc64le|s390x"},
           {"vmlinux", 0, "FILE", false,
            "the target's vmlinux with its symbols; functions, symbols and the compiler are "
            "looked up in it",
            "file"},
           {"modules", 0, "DIR", false,
            "the target's modules as DIR/NAME.ko; functions and symbols of patched modules are "
            "looked up in them",
            "directory"},
           {"symvers", 0, "FILE", false,
            "the target's Module.symvers; exported symbols and their CRCs are looked up in it",
            "file"}},
          {{"kpb verify kpatch-module-fix-1-1.x86_64.rpm",
            "is this package undamaged, and does its module match its kernel?"},
           {"kpb verify -k 6.1.0-56-amd64 fix.ko", "is this module for that kernel?"},
           {"kpb verify --vmlinux vmlinux --modules modules --symvers Module.symvers fix.ko",
            "does this kernel have everything that the module patches and uses?"}},
          "file"};
}

} // namespace

Command verify_command() { return {verify_spec(), command_verify}; }

} // namespace kpb
