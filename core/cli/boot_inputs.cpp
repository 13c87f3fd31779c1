// SPDX-License-Identifier: GPL-2.0-only
//
// See boot_inputs.hpp.
#include "core/cli/boot_inputs.hpp"

#include "core/base/text.hpp"
#include "core/inspect/elf_module.hpp"
#include "core/packages/report_files.hpp"
#include <kpb/sdk/fields.hpp>

namespace kpb {

namespace {

constexpr uint64_t k_largest_file = uint64_t{256} << 20U;
constexpr unsigned k_deepest = 32;

bool refuse(Session& session, const std::string& where, const std::string& what,
            const std::string& why, const std::string& hint = {}) {
  return fail(session.diagnostics(), {.fault = Fault::input,
                                      .code = "boot-input",
                                      .where = where,
                                      .what = what,
                                      .why = why,
                                      .hint = hint});
}

// The guest's kernel would refuse such a module too, but with a message about a wrong format.
bool fits(Session& session, const std::string& where, const ModuleFacts& facts,
          const KernelImage& image) {
  const std::string release = facts.kernel_release().value_or("");
  if (release == image.release)
    return true;
  return refuse(session, where,
                release.empty() ? "it does not contain a kernel release"
                                : "it is built for kernel " + shown(release),
                "--kernel-image is " + image.release);
}

// The words of a step are separated by tabs on one line.
bool can_be_named(Session& session, const std::string& where, const std::string& path) {
  return !first_control_byte(path, /*lines_allowed=*/false) ||
         refuse(session, where, "it contains " + shown(path),
                "the guest accepts only printable names");
}

bool put(Session& session, const std::string& where, Initramfs& root, const std::string& path,
         std::string content, uint32_t mode) {
  return can_be_named(session, where, path) &&
         (root.add_file(path, std::move(content), mode) ||
          refuse(session, where, "it cannot be copied to " + shown(path),
                 "another file already has that path, or the path is not valid"));
}

bool add_patch(Session& session, const std::string& where, const PackedModule& module,
               const std::string& path, std::optional<bool> replace, BootRequest& request) {
  const std::string name = module.facts.name().value_or("");
  if (!module.facts.livepatch || name.empty())
    return refuse(
        session, where, name.empty() ? "a module in it has no name" : "it is not a live patch",
        "modinfo has no livepatch=Y", "give the kernel's own modules with --target-module");
  if (!can_be_named(session, where, name) || name.find('/') != std::string::npos)
    return false;
  for (const auto& known : request.patches)
    if (known.name == name)
      return refuse(session, where, "its module is named " + shown(name),
                    "so is the module of " + known.origin + ", and the kernel would load only one");
  request.patches.push_back({path, name, replace, where});
  return true;
}

bool take_package(Session& session, const std::string& path, const FileReport& report,
                  const KernelImage& image, BootRequest& request) {
  // A transitional package is in the same directory as the package that it leads to, so DIR/*.deb
  // gives both. Whether any package has a module is checked after all have been taken.
  if (report.header.boolean(fields::found::transitional).value_or(false) &&
      report.modules.empty()) {
    note(session.diagnostics(),
         {.code = "boot-transitional",
          .where = path,
          .what = "it contains no module",
          .why = "it is a transitional package, which only depends on another one"});
    return true;
  }
  if (report.header.boolean(fields::found::source).value_or(false) || report.modules.empty())
    return refuse(session, path, "it contains no live-patch module",
                  "build the package from the spec or source package first");
  const auto manifest = manifest_of(report);
  bool any = false;
  for (const auto& module : report.modules) {
    // A package can contain modules for several kernels; those for others are ignored.
    if (module.facts.kernel_release().value_or("") != image.release)
      continue;
    any = true;
    if (!add_patch(session, path, module, module.path, replace_of(manifest, module), request))
      return false;
  }
  return any || fits(session, path, report.modules[0].facts, image);
}

bool overlay(Session& session, const std::string& from, const std::string& to, unsigned depth,
             Initramfs& root) {
  auto& files = session.files();
  const auto failed = [&](const SystemError& error) {
    return refuse(session, "--overlay", "cannot take " + shown(from), error.reason());
  };
  const auto names = files.list(from);
  if (!names)
    return failed(names.error());
  if (depth > k_deepest)
    return refuse(session, "--overlay", "cannot take " + shown(from),
                  "directories are nested too deep");
  for (const auto& name : *names) {
    const std::string source = from + "/" + name;
    const std::string target = to + "/" + name;
    const auto info = files.stat(source, /*follow=*/false);
    if (!info)
      return failed(info.error());
    bool good = true;
    if (info->type == FileInfo::Type::directory) {
      good = root.add_directory(target) && overlay(session, source, target, depth + 1, root);
    } else if (info->type == FileInfo::Type::symlink) {
      const auto link = files.read_link(source);
      good = link && root.add_link(target, *link);
    } else if (info->type == FileInfo::Type::regular) {
      auto content = files.read(source, k_largest_file);
      if (!content)
        return failed(content.error());
      good = put(session, "--overlay", root, target, std::move(*content), info->mode);
    } else {
      return refuse(session, "--overlay", "cannot take " + shown(source),
                    "it is not a file, directory or symlink");
    }
    if (!good)
      return refuse(session, "--overlay", "cannot take " + shown(source),
                    "another file already has that path");
  }
  return true;
}

} // namespace

bool take_boot_package(Session& session, const std::string& path, const KernelImage& image,
                       Initramfs& root, BootRequest& request) {
  bool good = true;
  const auto keep = [&](const PackedModule& module, std::string_view content, bool packed) {
    const std::string to = packed ? module.path : "/kpb/modules/" + base_name(path);
    good = good && put(session, path, root, to, std::string(content), 0644);
  };
  Context context = session.context();
  const auto report = read_report(context, path, session.diagnostics(), keep);
  if (!report || !good)
    return false;
  if (!report->package) {
    const auto& module = report->modules[0];
    return fits(session, path, module.facts, image) &&
           add_patch(session, path, module, "/kpb/modules/" + base_name(path), std::nullopt,
                     request);
  }
  for (const auto& [name, content] : report->content)
    if (!put(session, path, root, name, content, 0644))
      return false;
  return take_package(session, path, *report, image, request);
}

bool take_boot_target(Session& session, const std::string& path, const KernelImage& image,
                      Initramfs& root, std::vector<BootModule>& targets) {
  const auto content = session.files().read(path, k_max_module_size);
  if (!content)
    return refuse(session, path, "cannot read it", content.error().reason());
  const auto facts = read_module(*content, path, session.diagnostics());
  if (!facts || !fits(session, path, *facts, image))
    return false;
  const std::string to = "/kpb/targets/" + base_name(path);
  targets.push_back({to, facts->name().value_or(base_name(path)), std::nullopt, path});
  return put(session, path, root, to, *content, 0644);
}

bool take_boot_overlay(Session& session, const std::string& directory, Initramfs& root) {
  return overlay(session, directory, "", 0, root);
}

} // namespace kpb
