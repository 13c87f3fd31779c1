// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-reconcile status never gives a false all-clear: what cannot be seen is said, whoever asks; a
// kernel without a patch is seen; and another root is judged by its own kernels.
#include "core/programs/reconcile/environment.hpp"
#include "core/programs/reconcile/reconcile.hpp"
#include "core/programs/reconcile/status.hpp"
#include "runtime_world.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb_test;

namespace {

constexpr const char* k_unlisted_directory = "/var/lib/kpatch/6.1.0";
constexpr const char* k_mounts = "21 20 0:21 / /proc rw - proc proc rw\n"
                                 "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n";

int run(RuntimeMachine& machine) {
  auto world = machine.world();
  return rt::reconcile(world);
}

rt::StatusReport status(RuntimeMachine& machine) {
  auto world = machine.world();
  return rt::make_status(world);
}

int planned(RuntimeMachine& machine, std::string& text) {
  auto world = machine.world();
  text.clear();
  return rt::show_plan(world, text);
}

// As an ordinary user sees it.
void be_a_user(RuntimeMachine& machine) {
  machine.root = false;
  machine.denied["/proc/1/root"] = EACCES;
}

const rt::Row* row_of(const rt::StatusReport& report, rt::State state) {
  for (const auto& row : report.rows)
    if (row.state == state)
      return &row;
  return nullptr;
}

} // namespace

TEST_CASE("status: a user who may not look is told that, and not that this is a container") {
  RuntimeMachine machine;
  machine.install("base", "1-9", true);
  be_a_user(machine);
  auto report = status(machine);
  CHECK(report.exit_status == rt::k_environment);
  CHECK(report.idle.empty());
  REQUIRE(report.unknown.size() == 1);
  CHECK(
      rt::status_table(report, false)
          .find(
              "not known: it cannot be seen whether this is a chroot: /proc/1/root: Permission denied") !=
      std::string::npos);
  CHECK(rt::status_json(report).find("\"unknown\": [{\"text\": \"it cannot be seen") !=
        std::string::npos);
  std::string text;
  CHECK(planned(machine, text) == rt::k_environment);
  CHECK(text.find("not known: ") != std::string::npos);
  // Nor is it a reason to do nothing and say that all is well.
  CHECK(run(machine) == rt::k_environment);
  CHECK(machine.said("not-root"));
  machine.root = true;
  CHECK(run(machine) == rt::k_environment);
  CHECK(machine.loads.empty());
}

TEST_CASE("status: what is mounted tells a user whether this is a chroot") {
  struct Case {
    const char* mine;
    const char* first;
    int status;
    const char* idle;
  };
  const std::string chroot = "this is a chroot: / is not the root of process 1";
  for (const auto& [mine, first, wanted, idle] : {
           Case{k_mounts, k_mounts, rt::k_not_in_force, ""},
           Case{"30 1 8:1 / / rw - ext4 /dev/sda1 rw\n", k_mounts, rt::k_not_in_force, ""},
           Case{"30 1 8:2 / / rw - ext4 /dev/sda2 rw\n", k_mounts, rt::k_done, chroot.c_str()},
           Case{"30 1 8:1 /srv/x / rw - ext4 /dev/sda1 rw\n", k_mounts, rt::k_done, chroot.c_str()},
           Case{"30 1 0:21 / /proc rw - proc proc rw\n", k_mounts, rt::k_done, chroot.c_str()},
           Case{"29 1 0:2 / / rw - rootfs x rw\n30 1 8:1 / / rw - ext4 x rw\n", k_mounts,
                rt::k_not_in_force, ""}, // the last one covers the first
           Case{k_mounts, "", rt::k_environment, ""},
           Case{k_mounts, "30 1 0:21 / /proc rw - proc proc rw\n", rt::k_environment, ""},
           Case{"", k_mounts, rt::k_environment, ""},
       }) {
    RuntimeMachine machine;
    machine.install("base", "1-9", true);
    be_a_user(machine);
    machine.disk["/proc/self/mountinfo"] = mine;
    machine.disk["/proc/1/mountinfo"] = first;
    INFO(mine << "and of process 1\n" << first);
    const auto report = status(machine);
    CHECK(report.exit_status == wanted);
    CHECK(report.idle == idle);
  }
}

// A machine on which all is well, and then one file after the other that cannot be read: the answer
// is never that all is well.
TEST_CASE("status: nothing that cannot be read becomes an all-clear") {
  const auto machine_with = [](RuntimeMachine& machine) {
    machine.install("base", "1-9", true, "build-id=abcd\nobject=vmlinux\n");
    machine.install("beside", "1-1", false);
    machine.disk[std::string(k_unlisted_directory) + "/note"] = "";
    machine.disk[rt::k_settings] = "\n";
    run(machine);
    for (const char* name : {"kpatch_base_1_9", "kpatch_beside_1_1"}) {
      machine.disk["/sys/kernel/livepatch/" + std::string(name) + "/vmlinux/patched"] = "1";
      machine.disk["/sys/kernel/livepatch/" + std::string(name) + "/target/patched"] = "0";
    }
  };
  {
    RuntimeMachine machine;
    machine_with(machine);
    CHECK(status(machine).exit_status == rt::k_done);
  }
  const std::string patch = "/sys/kernel/livepatch/kpatch_base_1_9";
  for (const std::string& path : {std::string("/usr/share/kpb/packages"),
                                  RuntimeMachine::conf("base"),
                                  std::string("/usr/share/kpb/packages/beside"),
                                  std::string("/var/lib/kpatch"),
                                  std::string(k_unlisted_directory),
                                  std::string(rt::k_settings),
                                  std::string("/etc/kpb"),
                                  std::string("/var/lib/kpb"),
                                  std::string("/run/kpb"),
                                  std::string("/sys/kernel/livepatch"),
                                  patch,
                                  patch + "/enabled",
                                  patch + "/transition",
                                  patch + "/vmlinux",
                                  patch + "/vmlinux/patched",
                                  std::string("/sys/module/target"),
                                  std::string("/sys/module/kpatch_base_1_9/notes"),
                                  std::string("/proc/cmdline"),
                                  std::string("/proc/self"),
                                  std::string("/proc/1/root"),
                                  std::string("/run/systemd/container")})
    for (const int error : {EACCES, EPERM, EIO, ELOOP}) {
      RuntimeMachine machine;
      machine_with(machine);
      machine.denied[path] = error;
      INFO(path << ": " << error);
      const auto report = status(machine);
      CHECK(report.exit_status == rt::k_environment);
      CHECK_FALSE(report.unknown.empty());
      std::string text;
      if (path.find("/run/") != 0 && path.find("/sys/module") != 0 &&
          path.find("vmlinux") == std::string::npos)
        CHECK(planned(machine, text) == rt::k_environment);
    }
}

TEST_CASE("status: that a user cannot see the tasks changes nothing") {
  RuntimeMachine machine;
  machine.install("a", "1-1", false);
  machine.module_of("a").stalls = true;
  run(machine);
  machine.disk["/proc/7/task/7/patch_state"] = "0";
  machine.disk["/proc/self/mountinfo"] = machine.disk["/proc/1/mountinfo"] = k_mounts;
  be_a_user(machine);
  machine.denied["/proc/7"] = EACCES;
  const auto report = status(machine);
  CHECK(report.unknown.empty());
  CHECK(report.exit_status == rt::k_not_in_force);
}

TEST_CASE("status: a module whose file cannot be read is not in force") {
  RuntimeMachine machine;
  machine.install("base", "1-9", true);
  machine.denied[machine.file_of("base")] = EACCES;
  const auto report = status(machine);
  CHECK(report.exit_status == rt::k_not_in_force);
  CHECK(report.rows.at(0).why.code == "file-unreadable");
}

TEST_CASE("status: an unlisted directory that cannot be read is not an empty one") {
  RuntimeMachine machine;
  machine.denied[k_unlisted_directory] = EACCES;
  CHECK(run(machine) == rt::k_not_in_force);
  CHECK(machine.said("conf-damaged"));
}

TEST_CASE("status: a kernel that has no patch while another has one is uncovered") {
  RuntimeMachine machine;
  CHECK(status(machine).exit_status == rt::k_done); // no live patches at all: nobody expects any
  const auto uncovered = [&] {
    const auto report = status(machine);
    const auto* row = row_of(report, rt::State::uncovered);
    CHECK(report.exit_status == (row != nullptr ? rt::k_attention : rt::k_done));
    return row != nullptr;
  };
  SECTION("a package's") {
    machine.install("next", "1-1", true, "", "", "6.2.0");
    REQUIRE(uncovered());
    const auto report = status(machine);
    CHECK(row_of(report, rt::State::uncovered)->kernel == "6.1.0");
    CHECK(row_of(report, rt::State::waiting) != nullptr);
    const auto table = rt::status_table(report, false);
    CHECK(table.find("kernel 6.1.0: 0 patches in force, uncovered, 1 waits for other kernels\n") ==
          0);
    CHECK(table.find("no live patch is installed for this kernel, but for 6.2.0") !=
          std::string::npos);
    machine.install("here", "1-1", true);
    run(machine);
    CHECK_FALSE(uncovered());
  }
  SECTION("an unlisted one's") {
    machine.disk["/var/lib/kpatch/6.2.0/by-hand.ko"] = "";
    CHECK(uncovered());
    machine.disk[rt::k_settings] = "unlisted=ignore\n";
    CHECK_FALSE(uncovered());
  }
  SECTION("notes are no patches") {
    machine.disk["/var/lib/kpatch/6.2.0/README"] = "";
    machine.disk["/var/lib/kpatch/backup/old.ko"] = "";
    CHECK_FALSE(uncovered());
  }
  SECTION("one that is only active covers it") {
    machine.install("here", "1-1", true);
    run(machine);
    machine.erase("here");
    machine.install("next", "1-1", true, "", "", "6.2.0");
    const auto report = status(machine);
    CHECK(row_of(report, rt::State::uncovered) == nullptr);
    CHECK(report.exit_status == rt::k_attention);
  }
  SECTION("what is refused is worse") {
    machine.install("next", "1-1", true, "", "", "6.2.0");
    machine.install("here", "1-1", true);
    machine.disk[machine.file_of("here")] += "!";
    CHECK(status(machine).exit_status == rt::k_not_in_force);
  }
  SECTION("a container has no kernel of its own") {
    machine.install("next", "1-1", true, "", "", "6.2.0");
    machine.disk["/.dockerenv"] = "";
    CHECK(status(machine).exit_status == rt::k_done);
  }
}

TEST_CASE("status: another root is judged by its own kernels, not by the one that runs here") {
  RuntimeMachine machine;
  machine.another_root = true;
  machine.running.clear();
  const auto kernel = [&](const std::string& release) {
    machine.disk["/usr/lib/modules/" + release + "/modules.dep"] = "";
  };
  kernel("6.1.0");
  SECTION("one that is ready") {
    machine.install("base", "1-9", true, "", "kernel-build-id=abcd\n");
    const auto report = status(machine);
    CHECK(report.kernel.empty());
    CHECK(report.kernels == std::vector<std::string>{"6.1.0"});
    CHECK(report.exit_status == rt::k_done);
    REQUIRE(report.rows.size() == 1);
    CHECK(report.rows[0].state == rt::State::waiting);
    CHECK(rt::status_table(report, false).find("kernel 6.1.0: 1 patch ready\n") == 0);
    CHECK(rt::status_json(report).find("\"kernels\": [\"6.1.0\"]") != std::string::npos);
    std::string text;
    CHECK(planned(machine, text) == rt::k_done);
    CHECK(text.find("kernel 6.1.0:\nload kpatch_base_1_9") != std::string::npos);
  }
  SECTION("of another machine's architecture") {
    machine.install("base", "1-9", true);
    auto& conf = machine.disk[RuntimeMachine::conf("base")];
    conf.replace(conf.find("arch=x86_64"), 11, "arch=aarch64");
    machine.disk[machine.file_of("base")] += "!";
    CHECK(status(machine).exit_status == rt::k_not_in_force);
  }
  SECTION("one whose file is damaged") {
    machine.install("base", "1-9", true);
    machine.disk[machine.file_of("base")] += "!";
    const auto report = status(machine);
    CHECK(report.exit_status == rt::k_not_in_force);
    CHECK(report.rows.at(0).why.code == "file-differs");
    std::string text;
    CHECK(planned(machine, text) == rt::k_not_in_force);
  }
  SECTION("one whose file is damaged, for a kernel that is not there") {
    machine.install("next", "1-1", true, "", "", "6.2.0");
    machine.disk[machine.file_of("next")] += "!";
    CHECK(status(machine).exit_status == rt::k_not_in_force);
  }
  SECTION("a kernel without a patch beside one with") {
    machine.install("base", "1-9", true);
    kernel("6.2.0");
    const auto report = status(machine);
    CHECK(report.exit_status == rt::k_attention);
    REQUIRE(row_of(report, rt::State::uncovered) != nullptr);
    CHECK(row_of(report, rt::State::uncovered)->kernel == "6.2.0");
  }
  SECTION("patches without a kernel") {
    machine.install("base", "1-9", true);
    machine.disk.erase("/usr/lib/modules/6.1.0/modules.dep");
    const auto report = status(machine);
    CHECK(report.exit_status == rt::k_attention);
    REQUIRE(row_of(report, rt::State::uncovered) != nullptr);
    CHECK(rt::status_table(report, false).find("no kernel: 1 patch ready, uncovered\n") == 0);
    machine.disk[machine.file_of("base")] += "!";
    CHECK(status(machine).exit_status == rt::k_not_in_force);
  }
  SECTION("what its /sys and /proc say is nobody's word") {
    machine.install("base", "1-9", true);
    machine.activate({"kpatch_base_1_9", true, 0, false, false});
    machine.activate({"foreign", false, 0, false, false});
    machine.denied["/proc"] = EACCES;
    const auto report = status(machine);
    CHECK(report.exit_status == rt::k_done);
    CHECK(report.rows.size() == 1);
  }
  SECTION("what cannot be read there is said") {
    machine.install("base", "1-9", true);
    machine.denied["/usr/lib/modules"] = EACCES;
    CHECK(status(machine).exit_status == rt::k_environment);
    std::string text;
    CHECK(planned(machine, text) == rt::k_environment);
  }
  SECTION("its crash guard blocks what it blocks there") {
    machine.another_root = false;
    machine.running = "6.1.0";
    machine.install("boom", "1-1", false);
    machine.module_of("boom").panics = true;
    REQUIRE_THROWS_AS(run(machine), CutOff);
    machine.another_root = true;
    machine.running.clear();
    const auto report = status(machine);
    CHECK(report.exit_status == rt::k_not_in_force);
    CHECK(report.rows.at(0).state == rt::State::blocked);
  }
  SECTION("one that runs is judged as a running one, by process 1 and not by who asks") {
    machine.running = "6.2.0";
    machine.install("next", "1-1", true, "", "", "6.2.0");
    machine.disk["/proc/self/ns/pid"] = "pid:[1]"; // the one who asks is in a container
    CHECK(status(machine).exit_status == rt::k_not_in_force);
    machine.disk["/proc/1/ns/pid"] = "pid:[1]";
    CHECK(status(machine).exit_status == rt::k_done);
    CHECK(status(machine).idle.find("this is a container") == 0);
  }
}
