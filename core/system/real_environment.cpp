// SPDX-License-Identifier: GPL-2.0-only
//
// See environment.hpp.
#include "core/system/environment.hpp"

#include <chrono>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <sched.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace kpb {

namespace {

class RealEnvironment final : public Environment {
public:
  std::optional<std::string> variable(const std::string& name) const override {
    if (const auto hidden = m_hidden.find(name); hidden != m_hidden.end())
      return hidden->second;
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  }
  void hide(const std::vector<std::string>& names) const override {
    for (const auto& name : names)
      if (const char* value = std::getenv(name.c_str())) {
        m_hidden.emplace(name, value); // the first of several counts, as for getenv()
        overwrite(name + "=");
      }
    if (m_hidden.empty())
      return;
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none); // for the signer, too
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  }
  void forget_hidden() const override {
    for (auto& [name, value] : m_hidden)
      ::explicit_bzero(value.data(), value.size());
    m_hidden.clear();
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
  // The bytes that /proc/PID/environ shows are those that the program was started with.
  static void overwrite(const std::string& beginning) {
    char** to = environ;
    for (char** from = environ; *from != nullptr; ++from)
      if (std::string_view(*from).starts_with(beginning))
        ::explicit_bzero(*from, std::strlen(*from));
      else
        *to++ = *from;
    *to = nullptr;
  }
  // The umask can only be read by setting it. Done once, before a plugin could change it.
  static mode_t current_umask() {
    const mode_t mask = ::umask(077);
    ::umask(mask);
    return mask;
  }
  const mode_t m_umask = current_umask();
  mutable std::map<std::string, std::string> m_hidden;
};

} // namespace

std::unique_ptr<Environment> make_real_environment() { return std::make_unique<RealEnvironment>(); }

} // namespace kpb
