// SPDX-License-Identifier: GPL-2.0-only
//
// See environment.hpp.
#include "core/system/environment.hpp"

#include <chrono>
#include <climits>
#include <cstdlib>
#include <ctime>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace kpb {

namespace {

class RealEnvironment final : public Environment {
public:
  std::optional<std::string> variable(const std::string& name) const override {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  }
  std::string kernel_release() const override {
    utsname names{};
    ::uname(&names);
    return names.release;
  }
  std::string machine() const override {
    utsname names{};
    ::uname(&names);
    return names.machine;
  }
  uint64_t processors() const override {
    // The processors that this process may use; in a container they can be fewer than the machine
    // has.
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) == 0)
      return static_cast<uint64_t>(CPU_COUNT(&set));
    return 1;
  }
  std::string current_directory() const override {
    char buffer[PATH_MAX];
    return ::getcwd(buffer, sizeof buffer) == nullptr ? "" : buffer;
  }
  std::string executable() const override {
    char buffer[PATH_MAX];
    const ssize_t n = ::readlink("/proc/self/exe", buffer, sizeof buffer);
    return n <= 0 ? "" : std::string(buffer, static_cast<size_t>(n));
  }
  uint32_t umask() const override { return m_umask; }
  bool is_terminal(int descriptor) const override { return ::isatty(descriptor) == 1; }
  size_t terminal_width(int descriptor) const override {
    winsize size{};
    const bool told = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
    return told ? size.ws_col : Environment::terminal_width(descriptor);
  }
  double seconds() const override {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
  }
  bool is_root() const override { return ::geteuid() == 0; }
  int64_t wall_clock() const override { return ::time(nullptr); }
  void pause(unsigned milliseconds) const override {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  }

private:
  // The umask can only be read by setting it. Done once, before a plugin could change it.
  static mode_t current_umask() {
    const mode_t mask = ::umask(077);
    ::umask(mask);
    return mask;
  }
  const mode_t m_umask = current_umask();
};

} // namespace

std::unique_ptr<Environment> make_real_environment() { return std::make_unique<RealEnvironment>(); }

} // namespace kpb
