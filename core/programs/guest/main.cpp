// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-guest: the only program in the machine that kpb boot-test boots, and its first process. It is
// statically linked because nothing else is there: no C library, no shell, no busybox of some
// version. It executes the steps that the host wrote down and answers each with a line of TAP on
// the console, which is the serial line.
//
//   /kpb/steps: "kpb-steps/1<TAB>TAG", then a line for each step, with words separated by tabs
//
// TAG begins every line of the answers; core/boot/answers.hpp reads them on the host.
#include "core/programs/guest/actions.hpp"
#include "core/programs/guest/files.hpp"
#include <kpb/sdk/tabbed_lines.hpp>

#include <cstdio>
#include <string>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr int k_read_all = 3; // of syslog(2)
constexpr int k_console_level = 8;
constexpr size_t k_kernel_lines = 8;

std::string g_tag;

void say(const std::string& line) {
  const std::string whole = g_tag + line + "\n";
  size_t done = 0;
  while (done < whole.size()) {
    const ssize_t n = ::write(STDOUT_FILENO, whole.data() + done, whole.size() - done);
    if (n <= 0)
      return;
    done += static_cast<size_t>(n);
  }
}

// The kernel's last messages, which contain the reason of a refusal.
void say_kernel_log() {
  std::string log(size_t{1} << 18U, '\0');
  const int n = ::klogctl(k_read_all, log.data(), static_cast<int>(log.size()));
  if (n <= 0)
    return;
  log.resize(static_cast<size_t>(n));
  auto lines = kpb::split(log, '\n');
  while (!lines.empty() && lines.back().empty())
    lines.pop_back();
  const size_t first = lines.size() > k_kernel_lines ? lines.size() - k_kernel_lines : 0;
  for (size_t i = first; i < lines.size(); ++i) {
    // "<6>[    1.234567] text"
    const size_t level = lines[i].find('>');
    say("# " + kpb_guest::one_line(level == 2 ? lines[i].substr(3) : lines[i]));
  }
}

void mount_all() {
  for (const char* directory : {"/proc", "/sys", "/dev", "/tmp"})
    ::mkdir(directory, 0755);
  ::mount("proc", "/proc", "proc", 0, nullptr);
  ::mount("sysfs", "/sys", "sysfs", 0, nullptr);
  ::mount("devtmpfs", "/dev", "devtmpfs", 0, nullptr);
  ::mount("debugfs", "/sys/kernel/debug", "debugfs", 0, nullptr);
}

void go_through(const std::vector<std::string>& steps) {
  say("TAP version 13");
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto answer = kpb_guest::act(kpb::tabbed_words(steps[i]));
    say((answer.ok ? "ok " : "not ok ") + std::to_string(i + 1) + " - " +
        kpb_guest::one_line(answer.detail));
    if (!answer.ok)
      say_kernel_log();
    if (!answer.ok && answer.last) {
      say("Bail out! nothing behind step " + std::to_string(i + 1) + " can be tried");
      return;
    }
  }
  say("1.." + std::to_string(steps.size()));
}

} // namespace

int main() {
  if (::getpid() != 1) {
    std::fputs(
        "kpb-guest: this is the first program of a virtual machine; see kpb help boot-test\n",
        stderr);
    return 2;
  }
  mount_all();
  // The kernel's own messages would otherwise mix with ours; those of a panic still appear.
  ::klogctl(k_console_level, nullptr, 1);
  auto lines = kpb::split(kpb_guest::read_file("/kpb/steps").value_or(""), '\n');
  const auto head = kpb::tabbed_words(lines[0]);
  if (head.size() == 2 && head[0] == "kpb-steps/1") {
    g_tag = head[1];
    lines.erase(lines.begin());
    if (!lines.empty() && lines.back().empty())
      lines.pop_back();
    [[maybe_unused]] const ssize_t n =
        ::write(STDOUT_FILENO, "\n", 1); // ends whatever line was begun
    go_through(lines);
  }
  ::tcdrain(STDOUT_FILENO);
  ::sync();
  // This ends the machine, because the host started QEMU with -no-reboot.
  ::reboot(RB_AUTOBOOT);
  for (;;)
    ::pause();
}
