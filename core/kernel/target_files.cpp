// SPDX-License-Identifier: GPL-2.0-only
//
// See target_files.hpp.
#include "core/kernel/target_files.hpp"

#include "core/base/text.hpp"
#include "core/kernel/elf_facts.hpp"

#include <cerrno>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_file = uint64_t{8} << 30U;
constexpr size_t k_max_modules = 50000;
constexpr int k_max_depth = 64;

const char* file_name(TargetKind kind) {
  switch (kind) {
  case TargetKind::config: return "config";
  case TargetKind::vmlinux: return "vmlinux";
  case TargetKind::symvers: return "Module.symvers";
  case TargetKind::module: return "modules";
  }
  return "";
}

} // namespace

const char* option_of(TargetKind kind) {
  switch (kind) {
  case TargetKind::config: return "--config";
  case TargetKind::vmlinux: return "--vmlinux";
  case TargetKind::symvers: return "--symvers";
  case TargetKind::module: return "--modules";
  }
  return "";
}

KernelFiles::KernelFiles(const RunContext& context, std::string directory, std::string release,
                         std::string machine)
    : m_context(context), m_directory(std::move(directory)), m_release(std::move(release)),
      m_machine(std::move(machine)) {}

bool KernelFiles::has(TargetKind kind) const {
  return kind == TargetKind::module ? !m_modules.empty() : m_files.count(kind) != 0;
}

const KernelFiles::File* KernelFiles::file(TargetKind kind) const {
  const auto found = m_files.find(kind);
  return found == m_files.end() ? nullptr : &found->second;
}

bool KernelFiles::unreadable(const std::string& from, const SystemError& error) const {
  if (error.path.starts_with(m_directory))
    return m_context.fail(
        {.fault = Fault::environment, .code = "kernel-store", .what = error.text()});
  return m_context.fail({.fault = Fault::input,
                         .code = "kernel-file",
                         .where = from,
                         .what = "it cannot be read",
                         .why = error.number == EFBIG ? "it is too large" : error.reason()});
}

bool KernelFiles::twice(const std::string& what, const File& first,
                        const std::string& second) const {
  return m_context.fail({.fault = Fault::input,
                         .code = "kernel-file-twice",
                         .where = second,
                         .what = fmt::format("it has another {} than {}", what, first.from),
                         .why = "a kernel has only one",
                         .hint = "give the packages of one kernel only"});
}

// Stores the file, or compares it with the one that is there; nothing after a report.
std::optional<KernelFiles::File> KernelFiles::store(ByteSource& bytes, const std::string& to,
                                                    const std::string& from,
                                                    const File* there) const {
  const auto plain = Archive::open(bytes, Archive::Form::single);
  if (!plain) {
    unreadable(from, plain.error());
    return std::nullopt;
  }
  ArchiveMember member;
  const auto more = (*plain)->next(member); // false for an empty file, whose digest is as good
  if (!more) {
    unreadable(from, more.error());
    return std::nullopt;
  }
  const auto copied = there != nullptr ? digest_bytes(**plain, m_context.interrupts)
                                       : copy_bytes(m_context.files, **plain, to, 0644, k_max_file,
                                                    m_context.interrupts);
  if (!copied) {
    unreadable(from, copied.error());
    return std::nullopt;
  }
  return File{copied->sha256, copied->size, from};
}

bool KernelFiles::take_file(TargetKind kind, const std::string& name, ByteSource& bytes,
                            const std::string& from) {
  if (kind == TargetKind::module)
    return take_module(name, bytes, from);
  const File* there = file(kind);
  auto stored = store(bytes, m_directory + "/" + file_name(kind), from, there);
  if (!stored)
    return false;
  if (there != nullptr && there->sha256 != stored->sha256)
    return twice(file_name(kind), *there, from);
  if (there == nullptr)
    m_files[kind] = std::move(*stored);
  return true;
}

bool KernelFiles::check_module(const std::string& path, const std::string& from,
                               Module& module) const {
  const auto file = m_context.files.open(path);
  if (!file)
    return unreadable(from, file.error());
  const auto facts = read_elf_facts(**file, "kernel-module", from, m_context.diagnostics);
  if (!facts)
    return false;
  if (facts->vermagic != m_release)
    return m_context.fail(
        {.fault = Fault::input,
         .code = "kernel-module",
         .where = from,
         .what = fmt::format("the module is for {}, the kernel is {}",
                             facts->vermagic.empty() ? "no kernel" : shown(facts->vermagic),
                             shown(m_release)),
         .why = "according to its vermagic",
         .hint = "give the modules of that kernel alone with --modules"});
  if (facts->machine != m_machine)
    return m_context.fail(
        {.fault = Fault::input,
         .code = "kernel-arch",
         .where = from,
         .what =
             fmt::format("the module is for {}, but the kernel is for {}",
                         facts->machine.empty() ? "another machine" : facts->machine, m_machine)});
  module.build_id = facts->build_id;
  return true;
}

bool KernelFiles::take_module(const std::string& name, ByteSource& bytes, const std::string& from) {
  const std::string module_name = module_of_file(name);
  if (module_name.empty())
    return m_context.fail({.fault = Fault::input,
                           .code = "kernel-module",
                           .where = from,
                           .what = "its name is not a module's",
                           .why = "modules end in .ko, .ko.xz, .ko.zst or .ko.gz"});
  if (auto made = m_context.files.make_directory(m_directory + "/modules", 0755); !made)
    return unreadable(from, made.error());
  const auto there = m_modules.find(module_name);
  const std::string to = m_directory + "/modules/" + module_name + ".ko";
  Module module;
  const auto stored =
      store(bytes, to, from, there == m_modules.end() ? nullptr : &there->second.file);
  if (!stored)
    return false;
  if (there != m_modules.end())
    return there->second.file.sha256 == stored->sha256 ||
           twice("module " + module_name, there->second.file, from);
  if (m_modules.size() >= k_max_modules)
    return m_context.fail({.fault = Fault::input,
                           .code = "kernel-module",
                           .where = from,
                           .what = "it contains too many modules"});
  module.file = *stored;
  if (!check_module(to, from, module))
    return false;
  m_modules[module_name] = std::move(module);
  return true;
}

bool KernelFiles::take_directory(const std::string& directory, int depth) {
  const auto names = m_context.files.list(directory);
  if (!names)
    return unreadable(directory, names.error());
  for (const auto& name : *names) {
    const std::string path = directory + "/" + name;
    const auto info = m_context.files.stat(path, /*follow=*/false);
    if (!info)
      return unreadable(path, info.error());
    if (m_context.interrupts.pending() != 0)
      return false;
    if (info->type == FileInfo::Type::directory && depth < k_max_depth) {
      if (!take_directory(path, depth + 1))
        return false;
    } else if (info->type == FileInfo::Type::regular && !module_of_file(name).empty()) {
      auto file = m_context.files.open(path);
      if (!file)
        return unreadable(path, file.error());
      FileSource bytes(std::move(*file));
      if (!take_module(name, bytes, path))
        return false;
    }
  }
  return true;
}

bool KernelFiles::take_parts(const std::string& path, FileKind package,
                             const std::set<TargetKind>& kinds) {
  bool good = true;
  bool any = false;
  std::string other; // a kernel that the package is for instead
  const auto visited = visit_package(
      m_context.files, path, package, [&](const ArchiveMember& member, ByteSource& content) {
        const std::string inside = member_path(member.path);
        const auto part = package_part(inside);
        if (!part || member.type != ArchiveMember::Type::file || kinds.count(part->kind) == 0)
          return true;
        if (part->release != m_release) {
          other = part->release;
          return true;
        }
        any = true;
        good = take_file(part->kind, base_name(inside), content, path + ": " + inside);
        return good;
      });
  if (!good)
    return false;
  if (!visited)
    return unreadable(path, visited.error());
  if (any)
    return true;
  return other.empty()
             ? m_context.fail(
                   {.fault = Fault::input,
                    .code = "kernel-package",
                    .where = path,
                    .what = "the package contains nothing that kpb needs",
                    .why =
                        "kpb looks for a kernel's configuration, vmlinux, Module.symvers and modules",
                    .hint = "kernel-core, kernel-debuginfo and kernel-devel, or linux-image, "
                            "linux-image-*-dbg and linux-headers have them"})
             : m_context.fail(
                   {.fault = Fault::input,
                    .code = "kernel-release",
                    .where = path,
                    .what = fmt::format("the package is of the kernel {}, but the target is {}",
                                        shown(other), shown(m_release)),
                    .hint = "give the package of exactly that kernel, or another -k"});
}

bool KernelFiles::take(TargetKind kind, const std::string& path) {
  m_claimed.insert(kind);
  const auto info = m_context.files.stat(path);
  if (!info)
    return unreadable(path, info.error());
  if (info->type == FileInfo::Type::directory && kind == TargetKind::module) {
    if (!take_directory(path, 0))
      return false;
    return !m_modules.empty() || m_context.fail({.fault = Fault::input,
                                                 .code = "kernel-module",
                                                 .where = path,
                                                 .what = "no module (*.ko, *.ko.xz ...) is in it"});
  }
  const auto what = file_kind(m_context.files, path);
  if (!what)
    return unreadable(path, what.error());
  if (*what == FileKind::rpm || *what == FileKind::deb)
    return take_parts(path, *what, {kind});
  auto file = m_context.files.open(path);
  if (!file)
    return unreadable(path, file.error());
  FileSource bytes(std::move(*file));
  return take_file(kind, base_name(path), bytes, path);
}

bool KernelFiles::take_package(const std::string& path) {
  const auto what = file_kind(m_context.files, path);
  if (!what)
    return unreadable(path, what.error());
  if (*what != FileKind::rpm && *what != FileKind::deb)
    return m_context.fail(
        {.fault = Fault::input,
         .code = "kernel-package",
         .where = path,
         .what = "it is no binary RPM or deb",
         .why = "--package takes those",
         .hint = "give sources with --source, and single files with --config, --vmlinux, --modules "
                 "and --symvers"});
  std::set<TargetKind> kinds;
  for (const auto kind :
       {TargetKind::config, TargetKind::vmlinux, TargetKind::symvers, TargetKind::module})
    if (m_claimed.count(kind) == 0)
      kinds.insert(kind);
  return take_parts(path, *what, kinds);
}

} // namespace kpb
