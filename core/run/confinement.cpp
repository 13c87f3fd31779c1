// SPDX-License-Identifier: GPL-2.0-only
//
// See confinement.hpp. bubblewrap makes the namespaces and what is seen in them; kpb-enter, as the first process
// inside, does what bubblewrap does not (core/programs/enter/first.hpp).
#include "core/run/confinement.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/run/log.hpp"
#include "core/run/tools.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

constexpr const char* k_inside =
    "/dev/kpb-enter"; // a place that every root has and nothing else uses

constexpr const char* k_programs[] = {"/usr",   "/bin",   "/sbin",  "/lib",
                                      "/lib32", "/lib64", "/libx32"};

// Below /etc: how programs and libraries are found, the names of users, what rpm and perl are told. No secrets.
constexpr const char* k_settings[] = {"alternatives",
                                      "debian_version",
                                      "crypto-policies",
                                      "group",
                                      "gcrypt",
                                      "ld.so.cache",
                                      "ld.so.conf",
                                      "ld.so.conf.d",
                                      "magic",
                                      "magic.mime",
                                      "os-release",
                                      "passwd",
                                      "perl",
                                      "nsswitch.conf",
                                      "redhat-release",
                                      "rpm",
                                      "ssl/openssl.cnf",
                                      "system-release",
                                      "pki/tls/openssl.cnf"};

// Of a build root: what a person or a service may have left there.
constexpr const char* k_hidden[] = {"home", "media", "root", "run", "srv", "sys", "var/tmp"};

constexpr const char* k_devices[] = {"null", "zero", "full", "random", "urandom"};

// Of /proc, what belongs to the whole machine. All of it is made read-only: the kernel lets root write to /proc/sys
// without any capability, in whatever namespace, and bubblewrap covers only directories that it could write to itself.
constexpr const char* k_machine[] = {"/proc/config.gz",   "/proc/kallsyms",    "/proc/kcore",
                                     "/proc/key-users",   "/proc/keys",        "/proc/kmsg",
                                     "/proc/kpagecount",  "/proc/kpagecgroup", "/proc/kpageflags",
                                     "/proc/sched_debug", "/proc/slabinfo",    "/proc/timer_list",
                                     "/proc/vmallocinfo"};

struct Protection {
  const char* words;
  const char* option;
};
constexpr Protection k_protections[] = {
    {"user namespaces", "--unshare-user"},   {"PID namespaces", "--unshare-pid"},
    {"network namespaces", "--unshare-net"}, {"IPC namespaces", "--unshare-ipc"},
    {"UTS namespaces", "--unshare-uts"},
};

using Words = std::vector<std::string>;

void add(Words& out, std::initializer_list<std::string> words) {
  out.insert(out.end(), words.begin(), words.end());
}

// This system's programs and settings, in a root that is otherwise empty.
void add_system(FileSystem& files, Words& out) {
  for (const std::string path : k_programs) {
    const auto info = files.stat(path, /*follow=*/false);
    const auto real = files.resolve(path);
    if (!info || !real)
      continue;
    if (info->type == FileInfo::Type::symlink)
      add(out, {"--symlink", real->substr(1), path});
    else
      add(out, {"--ro-bind", path, path});
  }
  add(out, {"--tmpfs", "/var/tmp"});
  for (const char* name : k_settings)
    add(out, {"--ro-bind-try", std::string("/etc/") + name, std::string("/etc/") + name});
}

void add_root(FileSystem& files, const std::string& root, Words& out) {
  add(out, {"--ro-bind", root, "/"});
  for (const std::string name : k_hidden)
    if (const auto info = files.stat(root + "/" + name, /*follow=*/false);
        info && info->type == FileInfo::Type::directory)
      add(out, {"--tmpfs", "/" + name});
}

void add_devices(Words& out) {
  add(out, {"--tmpfs", "/dev"});
  for (const char* name : k_devices)
    add(out, {"--dev-bind", std::string("/dev/") + name, std::string("/dev/") + name});
  add(out, {"--dir", "/dev/shm"});
  add(out, {"--symlink", "/proc/self/fd", "/dev/fd"});
  add(out, {"--symlink", "/proc/self/fd/0", "/dev/stdin"});
  add(out, {"--symlink", "/proc/self/fd/1", "/dev/stdout"});
  add(out, {"--symlink", "/proc/self/fd/2", "/dev/stderr"});
}

} // namespace

std::string enter_program(const Environment& environment) {
  return parent_path(parent_path(environment.executable())) + "/" KPB_LIBEXEC_SUBDIR "/kpb-enter";
}

Words Confinement::beginning(const std::string& root) const {
  const std::string enter = enter_program(m_context.environment);
  Words out = {m_sandbox};
  if (m_in_chroot)
    out = {enter, "--own-root", "--", m_sandbox};
  for (const auto& protection : k_protections)
    out.emplace_back(protection.option);
  // Kernels before 4.6 have no cgroup namespaces; without /sys they hide no more than a name.
  add(out, {"--unshare-cgroup-try", "--cap-drop", "ALL", "--die-with-parent", "--as-pid-1"});
  if (root.empty())
    add_system(m_context.files, out);
  else
    add_root(m_context.files, root, out);
  add(out, {"--tmpfs", "/tmp", "--tmpfs", "/mnt", "--proc", "/proc"});
  for (const std::string path : k_machine)
    if (m_context.files.stat(path))
      add(out, {"--ro-bind", "/dev/null", path});
  add(out, {"--remount-ro", "/proc"});
  add_devices(out);
  add(out, {"--ro-bind", enter, k_inside});
  return out;
}

Words Confinement::command(const ConfinedRun& run, const Words& program) const {
  Words out = beginning(run.root);
  for (const auto& place : run.places)
    add(out, {place.writable ? "--bind" : "--ro-bind", place.from, place.at});
  if (run.root.empty())
    add(out, {"--remount-ro", "/"});
  add(out, {"--chdir", run.directory, "--", k_inside, "--first", "--"});
  out.insert(out.end(), program.begin(), program.end());
  return out;
}

const std::string& Confinement::missing() {
  if (!m_missing)
    m_missing = try_it();
  return *m_missing;
}

std::string Confinement::try_it() {
  Tools tools(m_context.files, m_context.environment, m_context.processes);
  const auto found = tools.find("bwrap");
  if (!found) {
    const std::string why = tools.why_not("bwrap");
    return "bubblewrap " + (why.empty() ? "(bwrap) is not installed" : "cannot be used: " + why);
  }
  m_sandbox = *found;
  const auto fails = [this](const Words& words) -> std::optional<std::string> {
    ProcessCommand process;
    process.arguments = words;
    process.directory = "/";
    process.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
    const auto ran = m_context.processes.run(process);
    if (!ran)
      return ran.error().text();
    if (ran->exit_status == 0 || ran->interrupted)
      return std::nullopt;
    return last_lines(ran->output, 1);
  };
  const auto why = fails(command({"", {}, "/"}, {"true"}));
  if (!why)
    return {};
  // In a chroot, the kernel lets nobody make user namespaces.
  m_in_chroot = m_context.environment.is_root();
  if (m_in_chroot && !fails(command({"", {}, "/"}, {"true"})))
    return {};
  const std::string& said = *why;
  const std::string which = which_is_missing();
  debug_log("confinement", said);
  return which + (said.empty() ? "" : (which.empty() ? "" : ": ") + said);
}

// In words, those that bubblewrap cannot make one by one.
std::string Confinement::which_is_missing() {
  std::string out;
  for (const auto& protection : k_protections) {
    ProcessCommand process;
    process.arguments = {m_sandbox, protection.option, "--ro-bind", "/", "/", "true"};
    process.directory = "/";
    process.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
    const auto ran = m_context.processes.run(process);
    if (!ran || ran->exit_status != 0)
      out += (out.empty() ? "" : ", ") + std::string(protection.words);
  }
  return out.empty() ? "" : "there are no " + out + " here";
}

Diagnostic Confinement::refusal(const std::string& why) const {
  return {.fault = Fault::environment,
          .code = "unconfined",
          .what = "a patch is code, and what builds it cannot be confined here",
          .why = why,
          .hint = "install bubblewrap, and allow user namespaces (in containers too; see "
                  "docs/building-patches.md); or let the patch do all that you can do, with "
                  "--unconfined"};
}

} // namespace kpb
