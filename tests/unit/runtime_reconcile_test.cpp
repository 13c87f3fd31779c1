// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-reconcile on a machine in memory: what is loaded, in which order, and that it does not matter
// where a run was interrupted. tests/machine uses a real kernel, rpm and dpkg.
#include "core/programs/reconcile/guard_records.hpp"
#include "core/programs/reconcile/package_name.hpp"
#include "core/programs/reconcile/reconcile.hpp"
#include "core/programs/reconcile/status.hpp"
#include "core/programs/reconcile/units.hpp"
#include "module_elf.hpp"
#include "runtime_world.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb_test;
using Names = std::vector<std::string>;

namespace {

int run(RuntimeMachine& machine) {
  auto world = machine.world();
  return rt::reconcile(world);
}

rt::StatusReport status(RuntimeMachine& machine) {
  auto world = machine.world();
  return rt::make_status(world);
}

rt::State state_of(RuntimeMachine& machine, const std::string& package) {
  for (const auto& row : status(machine).rows)
    if (row.package == package)
      return row.state;
  FAIL("no row of " << package);
  return rt::State::waiting;
}

// A base, a package on top of it, a stacked one, and one for another kernel.
void install_some(RuntimeMachine& machine) {
  machine.install("base", "1-9", true);
  machine.install("top", "1-1", false, "", "on-top-of=base=1-9\n");
  machine.install("beside", "1-1", false);
  machine.install("elsewhere", "1-1", true, "", "", "6.2.0");
}
const Names k_all_of_some = {"kpatch_base_1_9", "kpatch_beside_1_1", "kpatch_top_1_1"};

} // namespace

TEST_CASE("the base is loaded first, then what rides on it, then stacked ones") {
  RuntimeMachine machine;
  install_some(machine);
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.loads == Names{"kpatch_base_1_9", "kpatch_top_1_1", "kpatch_beside_1_1"});
  REQUIRE(machine.active() == k_all_of_some);
  REQUIRE(state_of(machine, "elsewhere") == rt::State::waiting);
}

TEST_CASE("a second run loads nothing") {
  RuntimeMachine machine;
  install_some(machine);
  run(machine);
  machine.loads.clear();
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.loads.empty());
}

TEST_CASE("of two replacing patches the numerically newer one is loaded") {
  RuntimeMachine machine;
  machine.install("nine", "1-9", true);
  machine.install("ten", "1-10", true);
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.active() == Names{"kpatch_ten_1_10"});
  REQUIRE(machine.loads == machine.active());
  REQUIRE(machine.said("not-newest"));
}

TEST_CASE("an upgrade of the base brings back what it switched off") {
  RuntimeMachine machine;
  install_some(machine);
  run(machine);
  machine.install("base", "1-10", true);
  machine.install("top", "1-2", false, "", "on-top-of=base=1-10\n");
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"kpatch_base_1_10", "kpatch_beside_1_1", "kpatch_top_1_2"});
  REQUIRE_FALSE(machine.list("/sys/module/kpatch_base_1_9").has_value());
}

TEST_CASE("what rides on a base that is not the one here stays out") {
  RuntimeMachine machine;
  install_some(machine);
  machine.install("base", "1-10", true);
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.active() == Names{"kpatch_base_1_10", "kpatch_beside_1_1"});
  REQUIRE(machine.said("base-not-active"));
}

TEST_CASE("a downgrade loads the old one again, which is still in memory") {
  RuntimeMachine machine;
  machine.install("base", "1-9", true);
  run(machine);
  machine.install("base", "1-10", true);
  run(machine);
  machine.activate({"kpatch_base_1_10", true, 0, false, false});
  machine.disk["/sys/module/kpatch_base_1_9/initstate"] = "live"; // a leftover
  machine.install("base", "1-9", true);
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"kpatch_base_1_9"});
}

TEST_CASE("one that the kernel refuses does not keep the others out") {
  RuntimeMachine machine;
  install_some(machine);
  machine.module_of("top").error = EINVAL;
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.active() == Names{"kpatch_base_1_9", "kpatch_beside_1_1"});
  REQUIRE(machine.said("load-refused"));
}

TEST_CASE(
    "status knows why the kernel refused a module, until another one is there or it is taken") {
  RuntimeMachine machine;
  machine.install("base", "1-9", true);
  REQUIRE(state_of(machine, "base") == rt::State::installed);
  machine.module_of("base").error = EINVAL;
  run(machine);
  REQUIRE(state_of(machine, "base") == rt::State::refused);
  REQUIRE(status(machine).rows[0].why.code == "load-refused");
  machine.module_of("base").error = 0;
  SECTION("another one") {
    machine.install("base", "1-10", true);
    REQUIRE(state_of(machine, "base") == rt::State::installed);
  }
  SECTION("another one of the same name") {
    machine.content = "rebuilt code of ";
    machine.install("base", "1-9", true);
    REQUIRE(state_of(machine, "base") == rt::State::installed);
  }
  SECTION("taken") {
    REQUIRE(run(machine) == rt::k_done);
    REQUIRE(state_of(machine, "base") == rt::State::fixed);
    REQUIRE(machine.disk.count(rt::k_refused) == 0);
  }
  SECTION("another boot") {
    machine.boot();
    REQUIRE(state_of(machine, "base") == rt::State::installed);
  }
}

TEST_CASE("without a right signature it is said to be that") {
  RuntimeMachine machine;
  machine.install("base", "1-9", true);
  for (const int error : {ENOKEY, EKEYREJECTED, EBADMSG}) {
    machine.module_of("base").error = error;
    machine.messages.clear();
    REQUIRE(run(machine) == rt::k_not_in_force);
    REQUIRE(machine.said("load-signature"));
  }
}

TEST_CASE("a file that is not the packaged one is not loaded") {
  RuntimeMachine machine;
  machine.install("base", "1-9", true);
  machine.disk[machine.file_of("base")] += "!";
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.loads.empty());
  REQUIRE(machine.said("file-differs"));
}

TEST_CASE("a file that is not listed is not loaded while a list cannot be read") {
  RuntimeMachine machine;
  machine.install("damaged", "1-1", true);
  machine.install("whole", "1-1", false);
  const std::string file = machine.file_of("damaged");
  machine.disk[RuntimeMachine::conf("damaged")] += "replace=perhaps\n";
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.active() == Names{"kpatch_whole_1_1"});
  REQUIRE(machine.said("conf-damaged"));
  REQUIRE(machine.said("unlisted-beside-damaged"));
  // Nor if the list is cut off inside the kernel's name: that is not another kernel.
  auto& list = machine.disk[RuntimeMachine::conf("damaged")];
  list = list.substr(0, list.find("kernel=6.1.0") + 10);
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.active() == Names{"kpatch_whole_1_1"});
  // A damaged list for another kernel is no reason.
  machine.erase("damaged");
  machine.disk["/var/lib/kpatch/6.1.0/by-hand.ko"] = "";
  machine.modules["/var/lib/kpatch/6.1.0/by-hand.ko"] = {"by_hand", false, 0, false, false};
  machine.install("elsewhere", "1-1", true, "nonsense\n", "", "6.2.0");
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"by_hand", "kpatch_whole_1_1"});
  REQUIRE(status(machine).rows.size() == 3);
  REQUIRE(status(machine).exit_status == rt::k_attention);
  machine.disk[RuntimeMachine::conf("whole")] += "replace=perhaps\n";
  REQUIRE(status(machine).exit_status == rt::k_not_in_force);
}

TEST_CASE("an unlisted module has its own name, whatever its file is called") {
  RuntimeMachine machine;
  const std::string path = "/var/lib/kpatch/6.1.0/kpatch-other-1-1.ko";
  machine.disk[path] = kpb_test::elf_of_module("its_own_name");
  machine.modules[path] = {"its_own_name", false, 0, false, false};
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"its_own_name"});
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.loads == Names{"its_own_name"});
  const auto report = status(machine);
  REQUIRE(report.exit_status == rt::k_done);
  REQUIRE(report.rows.size() == 1);
  REQUIRE(report.rows[0].state == rt::State::fixed);
  REQUIRE(report.rows[0].file == path);
}

TEST_CASE("a foreign patch is not switched off unless that is wanted") {
  RuntimeMachine machine;
  machine.activate({"foreign", false, 0, false, false});
  machine.install("base", "1-9", true);
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.active() == Names{"foreign"});
  REQUIRE(machine.said("foreign-in-the-way"));
  machine.disk[rt::k_settings] = "foreign=replace\n";
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"kpatch_base_1_9"});
}

TEST_CASE("an erased package leaves its patch active") {
  RuntimeMachine machine;
  install_some(machine);
  run(machine);
  machine.erase("beside");
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == k_all_of_some);
  REQUIRE(status(machine).exit_status == rt::k_attention);
}

TEST_CASE("while one is in transition the others wait, and the guard's unit is started") {
  RuntimeMachine machine;
  machine.install("a", "1-1", false);
  machine.install("b", "1-1", false);
  machine.module_of("a").stalls = true;
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.active() == Names{"kpatch_a_1_1"});
  REQUIRE(machine.said("behind-transition"));
  REQUIRE(machine.disk.count(rt::k_pending) == 1);
  REQUIRE(machine.started.back().back() == "kpb-guard.service");
  machine.end_transition("kpatch_a_1_1");
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"kpatch_a_1_1", "kpatch_b_1_1"});
}

TEST_CASE("its own stalled transition is reversed when that is wanted") {
  RuntimeMachine machine;
  machine.disk[rt::k_settings] = "on-stall=reverse\n";
  machine.install("a", "1-1", false);
  machine.module_of("a").stalls = true;
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.active().empty());
  REQUIRE(machine.said("reversed"));
}

TEST_CASE("a module that takes the machine down is tried once") {
  RuntimeMachine machine;
  install_some(machine);
  machine.module_of("beside").panics = true;
  REQUIRE_THROWS_AS(run(machine), CutOff);
  machine.boot();
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(state_of(machine, "beside") == rt::State::blocked);
  REQUIRE(std::count(machine.loads.begin(), machine.loads.end(), "kpatch_beside_1_1") == 0);
}

TEST_CASE("status and --dry-run see what the next run will block") {
  RuntimeMachine machine;
  machine.install("boom", "1-1", true);
  machine.module_of("boom").panics = true;
  REQUIRE_THROWS_AS(run(machine), CutOff);
  machine.boot();
  REQUIRE(state_of(machine, "boom") == rt::State::blocked);
  auto world = machine.world();
  std::string plan;
  REQUIRE(rt::show_plan(world, plan) == rt::k_not_in_force);
  REQUIRE(plan.find("[guard-blocked]") != std::string::npos);
}

// What others could have written is not believed, whatever it is: nothing of it is loaded, and it is
// said. tests/cli/runtime_trusted.sh has the real files.
TEST_CASE("what others could have written is not believed") {
  for (const char* path :
       {"/usr/share/kpb", "/usr/share/kpb/packages", "/usr/share/kpb/packages/base",
        "/usr/share/kpb/packages/base/modules.conf", "/var/lib/kpatch", "/var/lib/kpatch/6.1.0",
        "/var/lib/kpatch/6.1.0/kpatch_base_1_9.ko", "/var/lib/kpb", "/var/lib/kpb/guard.0"}) {
    RuntimeMachine machine;
    machine.install("base", "1-9", true);
    machine.disk["/var/lib/kpb/guard.0"] = rt::GuardRecords().text();
    machine.not_roots = {path};
    INFO(path);
    CHECK(run(machine) == rt::k_not_in_force);
    CHECK(machine.loads.empty());
    CHECK(std::any_of(machine.messages.begin(), machine.messages.end(), [](const auto& one) {
      return one.severity == rt::Severity::error &&
             (one.code == "guard-damaged" || one.why.find("is somebody's") != std::string::npos);
    }));
    CHECK(status(machine).exit_status != rt::k_done);
    machine.not_roots.clear();
    CHECK(run(machine) == rt::k_done);
  }
}

TEST_CASE("settings that others could have written are not followed") {
  RuntimeMachine machine;
  machine.install("base", "1-9", true);
  machine.disk[rt::k_settings] = "skip=base\nguard=off\n";
  CHECK(run(machine) == rt::k_done);
  CHECK(machine.loads.empty());
  machine.not_roots = {"/etc/kpb"};
  CHECK(run(machine) == rt::k_done);
  CHECK(machine.loads.size() == 1);
  CHECK(machine.said("settings"));
  CHECK(machine.disk.count("/var/lib/kpb/guard.0") == 1);
  CHECK(status(machine).exit_status == rt::k_environment);
}

TEST_CASE("what others say that this runtime had loaded is not its own") {
  RuntimeMachine machine;
  machine.activate({"strange", false, 0, false, false});
  machine.disk[rt::k_loaded] = "strange - - 1 -\n";
  machine.not_roots = {"/run/kpb"};
  const auto report = status(machine);
  REQUIRE(report.rows.size() == 1);
  CHECK(report.rows[0].state == rt::State::foreign);
}

TEST_CASE("a package is found by its name for dpkg, too") {
  RuntimeMachine machine;
  machine.install("CVE_1", "1-9", true);
  machine.install("top", "1-1", false, "", "on-top-of=" + rt::name_for_dpkg("CVE_1") + "=1-9\n");
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"kpatch_CVE_1_1_9", "kpatch_top_1_1"});
  machine.disk[rt::k_settings] = "skip=" + rt::name_for_dpkg("CVE_1") + "\n";
  machine.boot();
  machine.install("CVE_1", "1-10", true);
  run(machine);
  REQUIRE(machine.active().empty());
}

TEST_CASE("a new version of a blocked module is tried") {
  RuntimeMachine machine;
  machine.install("boom", "1-1", false);
  machine.module_of("boom").panics = true;
  REQUIRE_THROWS_AS(run(machine), CutOff);
  machine.boot();
  machine.install("boom", "1-2", false);
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"kpatch_boom_1_2"});
}

TEST_CASE("what is forgiven is tried again") {
  RuntimeMachine machine;
  machine.install("boom", "1-1", false);
  machine.module_of("boom").panics = true;
  REQUIRE_THROWS_AS(run(machine), CutOff);
  machine.boot();
  run(machine);
  machine.module_of("boom").panics = false;
  auto world = machine.world();
  REQUIRE(rt::forgive(world, {"boom"}) == rt::k_done);
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"kpatch_boom_1_1"});
}

TEST_CASE("a crash after the guard's time blocks nothing") {
  RuntimeMachine machine;
  machine.install("base", "1-9", true);
  run(machine);
  machine.time += 301000;
  run(machine);
  machine.boot();
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.active() == Names{"kpatch_base_1_9"});
}

TEST_CASE("what cannot be recorded is not loaded, unless the guard may be missing") {
  RuntimeMachine machine;
  machine.install("base", "1-9", true);
  machine.full = {"/var/lib/kpb/guard.0", "/var/lib/kpb/guard.1"};
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE(machine.loads.empty());
  REQUIRE(machine.said("guard-not-written"));
  machine.disk[rt::k_settings] = "guard=best-effort\n";
  REQUIRE(run(machine) == rt::k_done);
}

TEST_CASE("nothing happens where it must not") {
  RuntimeMachine machine;
  install_some(machine);
  SECTION("kpb.enable=0") { machine.disk["/proc/cmdline"] = "quiet kpb.enable=0"; }
  SECTION("kpatch.enable=0") { machine.disk["/proc/cmdline"] = "kpatch.enable=0 quiet"; }
  SECTION("no /proc") { machine.disk.erase("/proc/self/status"); }
  SECTION("a container") { machine.disk["/.dockerenv"] = ""; }
  SECTION("no livepatch support") { machine.disk.erase("/sys/kernel/livepatch/"); }
  const auto before = machine.disk;
  REQUIRE(run(machine) == rt::k_done);
  REQUIRE(machine.disk == before);
  REQUIRE(machine.loads.empty());
}

TEST_CASE("a trigger starts the unit and loads nothing itself") {
  RuntimeMachine machine;
  install_some(machine);
  auto world = machine.world();
  REQUIRE(rt::trigger(world) == rt::k_done);
  REQUIRE(machine.loads.empty());
  REQUIRE(machine.started ==
          std::vector<Names>{{"systemctl", "--no-block", "start", "kpb-reconcile.service"}});
}

// Stops a run before each of its effects in turn: the next run always ends in the same state as an
// undisturbed one.
TEST_CASE("a run that was killed is finished by the next one") {
  int cuts = 0;
  for (bool cut = true; cut; ++cuts) {
    RuntimeMachine machine;
    install_some(machine);
    run(machine);
    machine.install("base", "1-10", true);
    machine.install("top", "1-2", false, "", "on-top-of=base=1-10\n");
    machine.effects = 0;
    machine.cut_at = cuts;
    cut = false;
    try {
      run(machine);
    } catch (const CutOff&) {
      cut = true;
    }
    machine.cut_at = -1;
    INFO("cut before effect " << cuts);
    REQUIRE(run(machine) == rt::k_done);
    REQUIRE(machine.active() == Names{"kpatch_base_1_10", "kpatch_beside_1_1", "kpatch_top_1_2"});
    REQUIRE(status(machine).exit_status == rt::k_done);
  }
  REQUIRE(cuts > 10);
}

// Cuts the power before each effect: afterwards everything is loaded, except what was being loaded
// at that moment.
TEST_CASE("after a power cut at most the modules of that moment are blocked") {
  int cuts = 0;
  for (bool cut = true; cut; ++cuts) {
    RuntimeMachine machine;
    install_some(machine);
    machine.effects = 0;
    machine.cut_at = cuts;
    cut = false;
    try {
      run(machine);
    } catch (const CutOff&) {
      cut = true;
    }
    machine.boot();
    INFO("cut before effect " << cuts);
    const int ended = run(machine);
    const auto blocked = static_cast<size_t>(
        std::count_if(machine.messages.begin(), machine.messages.end(), [](const auto& one) {
          return one.code == "guard-blocked" && one.severity == rt::Severity::warning;
        }));
    REQUIRE(blocked <= 3);
    REQUIRE((ended == rt::k_done) == (blocked == 0));
    auto world = machine.world();
    REQUIRE(rt::forgive(world, {}) == rt::k_done);
    REQUIRE(run(machine) == rt::k_done);
    REQUIRE(machine.active() == k_all_of_some);
  }
  REQUIRE(cuts > 10);
}
