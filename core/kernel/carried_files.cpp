// SPDX-License-Identifier: GPL-2.0-only
//
// See carried_files.hpp. The same kernel gives the same bytes: entries are sorted and have one time and no owner, and
// xz always works in blocks, whose size does not depend on the machine.
#include "core/kernel/carried_files.hpp"

#include "core/base/text.hpp"
#include "core/kernel/byte_source.hpp"
#include "core/kernel/config_file.hpp"
#include "core/kernel/store.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace kpb {

namespace {

constexpr const char* k_top = "kernel-source";
constexpr uint64_t k_max_config = uint64_t{16} << 20U;
constexpr uint64_t k_max_carried = uint64_t{1} << 30U; // what a plugin may read of a workspace
constexpr int k_max_depth = 64;
// Level 2 takes a sixth of the time of level 6, for a quarter more bytes. Two threads, because with one xz makes other
// blocks; with more than two only the time differs.
constexpr const char* k_xz_options = "xz:compression-level=2,xz:threads=2";

// Writes one archive. After the first error it does nothing more.
class Packer {
public:
  Packer(const RunContext& context, std::unique_ptr<NewFile> to, bool single)
      : m_context(context), m_to(std::move(to)), m_archive(::archive_write_new()) {
    check(single ? ::archive_write_set_format_raw(m_archive)
                 : ::archive_write_set_format_gnutar(m_archive));
    check(::archive_write_add_filter_xz(m_archive));
    check(::archive_write_set_options(m_archive, k_xz_options));
    check(::archive_write_open(m_archive, this, nullptr, write_callback, nullptr));
  }
  ~Packer() { ::archive_write_free(m_archive); }
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  bool good() const { return m_error.empty() && m_context.interrupts.pending() == 0; }
  const std::string& error() const { return m_error; }

  void file(const std::string& from, const std::string& name) {
    auto opened = m_context.files.open(from);
    if (!opened)
      return failed(opened.error());
    begin(name, AE_IFREG, ((*opened)->info().mode & 0100U) != 0 ? 0755 : 0644, (*opened)->size(),
          nullptr);
    FileSource source(std::move(*opened));
    std::vector<char> buffer(size_t{256} * 1024);
    while (good()) {
      const auto n = source.read(buffer.data(), buffer.size());
      if (!n)
        return failed(n.error());
      if (*n == 0)
        return;
      if (::archive_write_data(m_archive, buffer.data(), *n) != static_cast<la_ssize_t>(*n))
        check(ARCHIVE_FATAL);
    }
  }

  void tree(const std::string& directory, const std::string& name, int depth) {
    const auto names = m_context.files.list(directory);
    if (!names)
      return failed(names.error());
    begin(name + "/", AE_IFDIR, 0755, 0, nullptr);
    for (const auto& child : *names) {
      const std::string from = directory + "/" + child;
      const std::string to = name + "/" + child;
      const auto info = m_context.files.stat(from, /*follow=*/false);
      if (!info)
        return failed(info.error());
      if (depth > k_max_depth || !good())
        return;
      if (info->type == FileInfo::Type::directory) {
        tree(from, to, depth + 1);
      } else if (info->type == FileInfo::Type::symlink) {
        const auto target = m_context.files.read_link(from);
        if (!target)
          return failed(target.error());
        begin(to, AE_IFLNK, 0777, 0, target->c_str());
      } else {
        file(from, to);
      }
    }
  }

  bool finish() {
    check(::archive_write_close(m_archive));
    if (good())
      if (const auto done = m_to->commit(k_store_mtime); !done)
        failed(done.error());
    return good();
  }

private:
  static la_ssize_t write_callback(archive*, void* self, const void* bytes, size_t size) {
    auto& packer = *static_cast<Packer*>(self);
    const auto written = packer.m_to->write({static_cast<const char*>(bytes), size});
    if (written)
      return static_cast<la_ssize_t>(size);
    packer.failed(written.error());
    return -1;
  }
  void begin(const std::string& name, unsigned type, unsigned mode, uint64_t size,
             const char* link) {
    archive_entry* entry = ::archive_entry_new();
    ::archive_entry_set_pathname(entry, name.c_str());
    ::archive_entry_set_filetype(entry, type);
    ::archive_entry_set_perm(entry, static_cast<mode_t>(mode));
    ::archive_entry_set_size(entry, static_cast<la_int64_t>(size));
    ::archive_entry_set_mtime(entry, k_store_mtime, 0);
    if (link != nullptr)
      ::archive_entry_set_symlink(entry, link);
    check(::archive_write_header(m_archive, entry));
    ::archive_entry_free(entry);
  }
  void failed(const SystemError& error) {
    if (m_error.empty())
      m_error = error.text();
  }
  void check(int status) {
    if (status != ARCHIVE_OK && m_error.empty())
      m_error = ::archive_errno(m_archive) > 0 ? std::strerror(::archive_errno(m_archive))
                                               : "libarchive refuses it";
  }

  const RunContext& m_context;
  std::unique_ptr<NewFile> m_to;
  archive* m_archive;
  std::string m_error;
};

bool broken(const RunContext& context, const std::string& why) {
  return context.fail({.fault = Fault::environment,
                       .code = "kernel-store",
                       .what = "the kernel cannot be packed",
                       .why = why,
                       .hint = "make room in the store, or choose another one with --store"});
}

// Makes `path`, unless another run has made it meanwhile.
bool pack(const RunContext& context, const PreparedKernel& kernel, Carried what,
          const std::string& path) {
  auto& files = context.files;
  const auto lock = files.lock(path + ".lock", /*exclusive=*/true, holder_line("packs it"));
  if (!lock && lock.error().number == EWOULDBLOCK)
    return context.fail({.fault = Fault::locked,
                         .code = "kernel-locked",
                         .where = kernel.id,
                         .what = "another run is packing this kernel for a source package",
                         .why = living_holders(files, path + ".lock"),
                         .hint = "try again when it has finished"});
  if (!lock)
    return broken(context, lock.error().text());
  if (files.stat(path))
    return true;
  context.progress.phase(what == Carried::source ? "packing the kernel's source"
                                                 : "packing the kernel's vmlinux");
  const std::string making = path + ".making";
  if (const auto removed = files.remove(making); !removed)
    return broken(context, removed.error().text());
  auto file = files.create(making, 0644);
  if (!file)
    return broken(context, file.error().text());
  Packer packer(context, std::move(*file), what == Carried::vmlinux);
  if (what == Carried::source)
    packer.tree(kernel.tree(), k_top, 0);
  else
    packer.file(kernel.vmlinux(), "vmlinux");
  if (!packer.finish())
    return broken(context, packer.error());
  if (const auto renamed = files.rename(making, path); !renamed)
    return broken(context, renamed.error().text());
  return true;
}

} // namespace

const char* field_of(Carried what) {
  switch (what) {
  case Carried::source: return "source";
  case Carried::config: return "config";
  case Carried::vmlinux: return "vmlinux";
  }
  return "";
}

std::string carried_name(Carried what, const std::string& release) {
  const std::string plain = replace_all(release, "~", "_");
  switch (what) {
  case Carried::source: return "linux-" + plain + ".tar.xz";
  case Carried::config: return "config-" + plain;
  case Carried::vmlinux: return "vmlinux-" + plain + ".xz";
  }
  return "";
}

std::optional<std::string> carried_content(const RunContext& context, const PreparedKernel& kernel,
                                           Carried what) {
  if (what == Carried::config) {
    const auto given = context.files.read(kernel.config(), k_max_config);
    if (given)
      return config_for_building(*given);
    broken(context, given.error().text());
    return std::nullopt;
  }
  const std::string path =
      kernel.directory + (what == Carried::source ? "/source.tar.xz" : "/vmlinux.xz");
  if (!context.files.stat(path) && !pack(context, kernel, what, path))
    return std::nullopt;
  auto content = context.files.read(path, k_max_carried);
  if (content)
    return std::move(*content);
  broken(context, content.error().text());
  return std::nullopt;
}

} // namespace kpb
