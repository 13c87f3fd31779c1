// SPDX-License-Identifier: GPL-2.0-only
//
// See environment.hpp.
#include "core/programs/reconcile/environment.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace kpb::runtime {

namespace {

// The kernel gives its initial namespaces these numbers (include/linux/proc_ns.h); they are part of
// its interface to programs.
constexpr const char* k_first_pid_namespace = "pid:[4026531836]";
constexpr const char* k_first_user_namespace = "user:[4026531837]";
constexpr size_t k_most_mounts = 4U << 20U;

bool is_not_there(int error) { return error == ENOENT || error == ENOTDIR; }

// What is mounted at "/", as DEVICE PATH-ON-IT; "" if the list does not have it: the root is then a
// directory of somebody's choice.
std::optional<std::string> root_mount(Files& files, const std::string& process) {
  const auto list = files.read("/proc/" + process + "/mountinfo", k_most_mounts);
  if (!list || list->empty())
    return std::nullopt;
  std::string out;
  std::string_view rest = *list;
  std::string_view line;
  while (next_line(rest, line)) // the last one covers those before it
    if (const auto fields = words(line); fields.size() > 4 && fields[4] == "/")
      out = fields[2] + " " + fields[3];
  return out;
}

class Looker {
public:
  explicit Looker(Files& files)
      : m_files(files), m_self(files.of_another_root() ? "/proc/1" : "/proc/self") {}

  Surroundings look() {
    std::string reason = container_reason();
    if (reason.empty())
      reason = chroot_reason();
    if (!reason.empty())
      return {true, reason, ""};
    return {false, switched_off(), m_unknown};
  }

private:
  void cannot_see(const std::string& what, const std::string& path, int error) {
    if (m_unknown.empty())
      m_unknown = what + ": " + path + ": " + std::strerror(error);
  }

  bool is_there(const std::string& path, const char* what) {
    const auto facts = m_files.look(path);
    if (!facts && !is_not_there(facts.error()))
      cannot_see(what, path, facts.error());
    return facts.has_value();
  }

  std::string container_reason() {
    constexpr const char* k_what = "it cannot be seen whether this is a container";
    for (const auto& [name, wanted] : {std::pair{"/ns/pid", k_first_pid_namespace},
                                       std::pair{"/ns/user", k_first_user_namespace}}) {
      const std::string path = m_self + name;
      const auto link = m_files.read_link(path);
      if (link && *link != wanted)
        return "this is a container: " + path + " is not the kernel's first";
      if (!link && !is_not_there(link.error()))
        cannot_see(k_what, path, link.error());
    }
    for (const char* mark : {"/run/systemd/container", "/.dockerenv", "/run/.containerenv"})
      if (is_there(mark, k_what))
        return std::string("this is a container: there is a ") + mark;
    return "";
  }

  std::string chroot_reason() {
    constexpr const char* k_what = "it cannot be seen whether this is a chroot";
    constexpr const char* k_chroot = "this is a chroot: / is not the root of process 1";
    if (!is_there(m_self, k_what))
      return m_unknown.empty() ? "there is no /proc, so this is a chroot or an image build" : "";
    const auto here = m_files.look("/");
    const auto first = m_files.look("/proc/1/root/");
    if (here && first)
      return here->device == first->device && here->inode == first->inode ? "" : k_chroot;
    // Only root may follow that link, but everybody may see what is mounted where.
    const auto my_mount = m_files.of_another_root() ? std::nullopt : root_mount(m_files, "self");
    const auto first_mount = root_mount(m_files, "1");
    if (my_mount && first_mount && !first_mount->empty())
      return *my_mount == *first_mount ? "" : k_chroot;
    cannot_see(k_what, here ? "/proc/1/root" : "/", here ? first.error() : here.error());
    return "";
  }

  std::string switched_off() {
    const auto command_line = m_files.read("/proc/cmdline");
    if (!command_line && !is_not_there(command_line.error()))
      cannot_see("it cannot be seen whether live patches are disabled", "/proc/cmdline",
                 command_line.error());
    const auto given = words(command_line.value_or(""));
    for (const char* word : {"kpb.enable=0", "kpatch.enable=0"})
      if (std::find(given.begin(), given.end(), word) != given.end())
        return std::string("the kernel's command line has ") + word;
    const auto patches = m_files.look(k_livepatch);
    if (!patches && is_not_there(patches.error()))
      return std::string("this kernel has no livepatch support: there is no ") + k_livepatch;
    if (!patches)
      cannot_see("it cannot be seen which live patches are loaded", k_livepatch, patches.error());
    return "";
  }

  Files& m_files;
  std::string m_self; // the process that is asked about its namespaces
  std::string m_unknown;
};

} // namespace

Surroundings look_around(Files& files) { return Looker(files).look(); }

bool has_systemd(Files& files) {
  const auto facts = files.look(k_systemd);
  return facts && facts->directory;
}

} // namespace kpb::runtime
