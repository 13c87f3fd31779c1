// SPDX-License-Identifier: GPL-2.0-only
//
// The running kernel: uname, finit_module, delete_module, /dev/kmsg.
#include "core/programs/reconcile/real_world.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <utility>

namespace kpb::runtime {

namespace {

class RealModuleFile : public ModuleFile {
public:
  explicit RealModuleFile(TrustedPath&& file) : m_path(file.path()), m_fd(file.release()) {}
  ~RealModuleFile() override { ::close(m_fd); }
  RealModuleFile(const RealModuleFile&) = delete;
  RealModuleFile& operator=(const RealModuleFile&) = delete;

  std::string path() override { return m_path; }
  FileFacts facts() override {
    struct stat s = {};
    if (::fstat(m_fd, &s) != 0)
      return {};
    return FileFacts{s.st_dev, s.st_ino, S_ISDIR(s.st_mode), S_ISREG(s.st_mode), s.st_uid};
  }

  Result<std::string> sha256() override {
    Sha256 sum;
    std::array<char, 16384> buffer = {};
    off_t at = 0;
    for (;;) {
      const ssize_t n = ::pread(m_fd, buffer.data(), buffer.size(), at);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return tl::unexpected(errno);
      if (n == 0)
        return sum.hex();
      sum.update({buffer.data(), static_cast<size_t>(n)});
      at += n;
    }
  }

  int load() override { return ::syscall(SYS_finit_module, m_fd, "", 0) == 0 ? 0 : errno; }

private:
  std::string m_path;
  int m_fd;
};

class RealKernel : public Kernel {
public:
  explicit RealKernel(const RootDirectory& root) : m_root(root) {
    utsname names = {};
    ::uname(&names);
    m_machine = names.machine;
    m_release = root.is_another() ? release_below(root) : names.release;
  }
  ~RealKernel() override {
    if (m_log >= 0)
      ::close(m_log);
  }
  RealKernel(const RealKernel&) = delete;
  RealKernel& operator=(const RealKernel&) = delete;

  std::string release() override { return m_release; }
  std::string machine() override { return m_machine; }
  bool is_root() override { return ::geteuid() == 0; }

  Result<std::unique_ptr<ModuleFile>> open_module(const std::string& path) override {
    auto file = m_root.trusted(path, Wanted::file);
    if (!file)
      return tl::unexpected(failure_of(file.error()));
    return std::make_unique<RealModuleFile>(std::move(*file));
  }

  int unload(const std::string& name) override {
    return ::syscall(SYS_delete_module, name.c_str(), O_NONBLOCK) == 0 ? 0 : errno;
  }

  void forget_log() override {
    if (m_log < 0)
      m_log = ::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (m_log >= 0)
      ::lseek(m_log, 0, SEEK_END);
  }

  // One record per read: "PRIORITY,NUMBER,TIME,-;TEXT\n", then lines that begin with a blank.
  std::vector<std::string> new_log() override {
    std::vector<std::string> lines;
    std::array<char, 8192> record = {};
    while (m_log >= 0 && lines.size() < 200) {
      const ssize_t n = ::read(m_log, record.data(), record.size());
      if (n < 0 && (errno == EINTR || errno == EPIPE)) // EPIPE: records were overwritten meanwhile
        continue;
      if (n <= 0)
        break;
      const std::string_view text(record.data(), static_cast<size_t>(n));
      const size_t begin = text.find(';');
      if (begin != std::string_view::npos)
        lines.emplace_back(text.substr(begin + 1, text.find('\n') - begin - 1));
    }
    return lines;
  }

private:
  // What the system below that directory says of itself; this machine's uname is not about it.
  static std::string release_below(const RootDirectory& root) {
    const auto text = real_files(root)->read("/proc/sys/kernel/osrelease");
    return std::string(trimmed(text.value_or("")));
  }

  const RootDirectory& m_root; // of module files; modules are only loaded into the running system
  std::string m_release;
  std::string m_machine;
  int m_log = -1;
};

} // namespace

std::unique_ptr<Kernel> real_kernel(const RootDirectory& root) {
  return std::make_unique<RealKernel>(root);
}

} // namespace kpb::runtime
