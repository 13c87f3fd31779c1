// SPDX-License-Identifier: GPL-2.0-only
//
// See environment.hpp.
#include "core/programs/reconcile/environment.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>

namespace kpb::runtime {

namespace {

// The kernel gives its initial namespaces these numbers (include/linux/proc_ns.h); they are part of
// its interface to programs.
constexpr const char* k_first_pid_namespace = "pid:[4026531836]";
constexpr const char* k_first_user_namespace = "user:[4026531837]";

bool exists(Files& files, const std::string& path) { return files.look(path).has_value(); }

std::string chroot_reason(Files& files) {
  if (!exists(files, "/proc/self"))
    return "there is no /proc, so this is a chroot or an image build";
  const auto here = files.look("/");
  const auto first = files.look("/proc/1/root/");
  // EACCES as root means that capabilities were taken away, which indicates a container as well.
  if (!first)
    return first.error() == EACCES
               ? "the root of process 1 is not accessible, so this is a container"
               : "the root of process 1 is not accessible";
  if (!here || here->device != first->device || here->inode != first->inode)
    return "this is a chroot: / is not the root of process 1";
  return "";
}

std::string container_reason(Files& files) {
  for (const auto& [path, wanted] : {std::pair{"/proc/self/ns/pid", k_first_pid_namespace},
                                     std::pair{"/proc/self/ns/user", k_first_user_namespace}}) {
    const auto link = files.read_link(path);
    if (link && *link != wanted)
      return std::string("this is a container: ") + path + " is not the kernel's first";
  }
  for (const char* mark : {"/run/systemd/container", "/.dockerenv", "/run/.containerenv"})
    if (exists(files, mark))
      return std::string("this is a container: there is a ") + mark;
  return "";
}

} // namespace

std::string not_a_running_system(Files& files) {
  if (std::string reason = chroot_reason(files); !reason.empty())
    return reason;
  return container_reason(files);
}

std::string idle_reason(Files& files) {
  if (std::string reason = not_a_running_system(files); !reason.empty())
    return reason;
  const auto command_line = files.read("/proc/cmdline");
  const auto given = words(command_line.value_or(""));
  for (const char* word : {"kpb.enable=0", "kpatch.enable=0"})
    if (std::find(given.begin(), given.end(), word) != given.end())
      return std::string("the kernel's command line has ") + word;
  if (!exists(files, k_livepatch))
    return std::string("this kernel has no livepatch support: there is no ") + k_livepatch;
  return "";
}

bool has_systemd(Files& files) {
  const auto facts = files.look(k_systemd);
  return facts && facts->directory;
}

} // namespace kpb::runtime
