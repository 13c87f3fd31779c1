// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-reconcile makes the loaded live patches follow the installed ones (docs/runtime.md). It is a
// separate program, static and small, because it runs as root on every machine, in every package
// transaction and at every boot.
#include "core/base/ascii.hpp"
#include "core/programs/reconcile/apt_hook.hpp"
#include "core/programs/reconcile/real_world.hpp"
#include "core/programs/reconcile/reconcile.hpp"
#include "core/programs/reconcile/status.hpp"
#include "core/programs/reconcile/units.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string_view>
#include <unistd.h>

namespace {

using namespace kpb::runtime;

constexpr const char* k_help =
    "Usage: kpb-reconcile [--dry-run [--root DIR]]\n"
    "       kpb-reconcile status [--json] [--all] [--root DIR]\n"
    "       kpb-reconcile forgive NAME...|--all\n"
    "\n"
    "Loads the kernel live patches that are installed for the running kernel.\n"
    "\n"
    "  --dry-run   print what would be loaded, and why something would not\n"
    "  status      print which patches are in force, which are not, and why\n"
    "    --json    one JSON document, schema kpb.status/1\n"
    "    --all     list patches for other kernels too\n"
    "  forgive     unblock modules that the crash guard has blocked, by module or package name\n"
    "  --root DIR  look at the system below DIR and its kernels; nothing is ever loaded for another root\n"
    "  trigger, guard, again, apt-hook   used by the units and by apt's configuration\n"
    "  --version, --help\n"
    "\n"
    "Exit status: 0 all installed patches for this kernel are in force; 1 one is not; 2 the command line is\n"
    "wrong; 3 (status) all are in force, but a foreign patch is loaded, or a patch stays active until reboot,\n"
    "or this kernel has no patch though another has; 5 it cannot be done on this system, or not all can be\n"
    "seen; 75 someone else holds the lock.\n"
    "See kpb-reconcile(8), runtime.conf(5).\n";

struct CommandLine {
  std::string command; // "" is the run itself
  std::string root;
  bool dry_run = false, json = false, all = false, help = false, version = false;
  std::vector<std::string> names;
  std::string wrong;
};

bool may_have(const CommandLine& line, std::string_view option) {
  if (option == "--json")
    return line.command == "status";
  if (option == "--all")
    return line.command == "status" || line.command == "forgive";
  if (option == "--root")
    return line.command == "status" || line.command.empty();
  return line.command.empty(); // --dry-run
}

CommandLine parse(int argc, char** argv) {
  CommandLine line;
  constexpr std::array<std::string_view, 6> k_commands = {"status", "forgive", "trigger",
                                                          "guard",  "again",   "apt-hook"};
  for (int i = 1; i < argc && line.wrong.empty(); ++i) {
    const std::string_view word = argv[i];
    if (word == "--help" || word == "-h") {
      line.help = true;
    } else if (word == "--version") {
      line.version = true;
    } else if (word == "--dry-run" || word == "--json" || word == "--all" || word == "--root") {
      if (!may_have(line, word)) {
        line.wrong = std::string(word) + " cannot be used with this command";
      } else if (word == "--root") {
        if (++i >= argc || argv[i][0] == '\0')
          line.wrong = "--root needs a directory";
        else
          line.root = argv[i];
      } else {
        (word == "--dry-run" ? line.dry_run : word == "--json" ? line.json : line.all) = true;
      }
    } else if (line.command == "forgive" && word.substr(0, 1) != "-") {
      line.names.emplace_back(word);
    } else if (line.command.empty() && !line.dry_run && line.root.empty() &&
               std::find(k_commands.begin(), k_commands.end(), word) != k_commands.end()) {
      line.command = word;
    } else {
      line.wrong = std::string(word) + " is not a command or option";
    }
  }
  if (line.wrong.empty() && line.command == "forgive" && line.names.empty() == !line.all)
    line.wrong = "forgive needs names, or --all";
  if (line.wrong.empty() && line.command.empty() && !line.root.empty() && !line.dry_run)
    line.wrong = "--root needs --dry-run: nothing is loaded for another root";
  return line;
}

int print(Log& log, const std::string& text, int status) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (n <= 0) {
      log.say({Severity::error, "environment", "", "the answer cannot be written",
               n < 0 ? std::strerror(errno) : "", ""});
      return k_environment;
    }
    done += static_cast<size_t>(n);
  }
  return status;
}

std::string standard_input() {
  std::string out;
  std::array<char, 65536> buffer = {};
  for (;;) {
    const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n <= 0)
      return out;
    out.append(buffer.data(), static_cast<size_t>(n));
  }
}

int run(World& world, const CommandLine& line) {
  if (line.command == "status") {
    const auto report = make_status(world);
    return print(world.log, line.json ? status_json(report) : status_table(report, line.all),
                 report.exit_status);
  }
  if (line.command == "forgive")
    return forgive(world, line.names);
  if (line.command == "trigger")
    return trigger(world);
  if (line.command == "again")
    return again(world);
  if (line.command == "guard")
    return watch(world);
  if (line.command == "apt-hook")
    return apt_hook(world, standard_input());
  if (!line.dry_run)
    return reconcile(world);
  std::string text;
  const int status = show_plan(world, text);
  return print(world.log, text, status);
}

} // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  const auto log = stderr_log();
  const CommandLine line = parse(argc, argv);
  if (line.help)
    return print(*log, k_help, k_done);
  if (line.version)
    return print(*log, "kpb-reconcile " KPB_VERSION "\n", k_done);
  if (!line.wrong.empty()) {
    log->say({Severity::error, "command-line", "", line.wrong, "", "kpb-reconcile --help"});
    return k_usage;
  }
  const RootDirectory root(line.root == "/" ? "" : line.root);
  if (const int error = root.error(); error != 0) {
    const bool old = error == ENOSYS;
    log->say(
        {Severity::error, "environment", kpb::shown_plain(line.root), "it cannot be looked at",
         old ? "this kernel has no openat2(), so a link in it could lead to this machine's files"
             : std::strerror(error),
         old ? "it needs Linux 5.6 or newer" : ""});
    return error == ENOENT || error == ENOTDIR ? k_usage : k_environment;
  }
  const auto files = real_files(root);
  const auto kernel = real_kernel(root);
  const auto clock = real_clock();
  const auto programs = real_programs();
  World world{*files, *kernel, *clock, *programs, *log};
  return run(world, line);
}
