// SPDX-License-Identifier: GPL-2.0-only
//
// The crash guard as a machine of states: what boots, crashes and administrators do to a module, and
// whether it is in force afterwards; and what becomes of it when the records are lost.
#include "core/programs/reconcile/guard.hpp"
#include "core/programs/reconcile/reconcile.hpp"
#include "core/programs/reconcile/status.hpp"
#include "core/programs/reconcile/units.hpp"
#include "runtime_world.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb_test;

namespace {

constexpr const char* k_module = "kpatch_fix_1_1";
constexpr const char* k_first = "/var/lib/kpb/guard.0";
constexpr const char* k_second = "/var/lib/kpb/guard.1";

int run(RuntimeMachine& machine) {
  auto world = machine.world();
  return rt::reconcile(world);
}

rt::StatusReport status(RuntimeMachine& machine) {
  auto world = machine.world();
  return rt::make_status(world);
}

bool in_force(RuntimeMachine& machine) { return !machine.active().empty(); }

void settle(RuntimeMachine& machine) {
  machine.time += 301000;
  auto world = machine.world();
  rt::watch(world); // kpb-guard.service
}

void crash_and_boot(RuntimeMachine& machine) {
  machine.boot();
  machine.time = 20000;
  run(machine);
}

void end_in_order(RuntimeMachine& machine) {
  machine.ending = true;
  auto world = machine.world();
  rt::watch(world);
  machine.ending = false;
}

// One letter for each event:
//   s  the guard's time passes, and some day the machine is booted again
//   l  the guard's time passes          c  the machine crashes and boots
//   d  it shuts down in order and boots  f  the administrator forgives the module
//   p  it crashes before a run could note what the last crash meant
void happen(RuntimeMachine& machine, char event) {
  auto world = machine.world();
  switch (event) {
  case 's':
    settle(machine);
    crash_and_boot(machine);
    break;
  case 'l': settle(machine); break;
  case 'c': crash_and_boot(machine); break;
  case 'd':
    end_in_order(machine);
    crash_and_boot(machine);
    break;
  case 'f':
    rt::forgive(world, {"fix"});
    run(machine);
    break;
  case 'p': machine.boot(); break;
  default: FAIL(event);
  }
}

struct Story {
  const char* events;
  bool in_force;
  uint64_t crashes; // that status tells
};

void check(const std::vector<Story>& stories, const std::string& settings = "") {
  for (const auto& story : stories) {
    RuntimeMachine machine;
    machine.disk[rt::k_settings] = settings;
    machine.install("fix", "1-1", false);
    REQUIRE(run(machine) == rt::k_done);
    for (const char* event = story.events; *event != 0; ++event)
      happen(machine, *event);
    INFO("events " << story.events << ", settings " << settings);
    CHECK(in_force(machine) == story.in_force);
    const auto report = status(machine);
    REQUIRE(report.rows.size() == 1);
    CHECK(report.rows[0].crashes == story.crashes);
    CHECK((report.rows[0].state == rt::State::blocked) == !story.in_force);
    CHECK((report.exit_status == rt::k_done) == story.in_force);
  }
}

} // namespace

TEST_CASE("guard: a new module is taken away by one crash, a settled one by three in a row") {
  check({{"", true, 0},
         {"c", false, 0},     // new: strict
         {"dc", false, 0},    // a boot that ended in order has settled nothing
         {"ddc", false, 0},   //
         {"s", true, 0},      //
         {"lc", true, 0},     // a crash later than that
         {"sc", true, 1},     // a single crash
         {"scs", true, 0},    // forgotten, because the next boot went well
         {"scc", true, 2},    //
         {"sccc", false, 0},  // a loop, and its end
         {"scccc", false, 0}, // it stays away
         {"sccscc", true, 2}, // not in a row
         {"sccscccc", false, 0},
         {"sccdcc", true, 2}, // a boot that ended in order ends the row, too
         {"sccdccc", false, 0},
         {"scpc", true, 2},    // the boot between them had not loaded it: one crash each attempt
         {"cf", true, 0},      //
         {"cfc", false, 0},    // forgiven is not settled
         {"sccfcc", true, 2},  // forgiving ends the row of one that is not blocked
         {"scccf", true, 0},   //
         {"scccfc", false, 0}, // one that was taken away is new again
         {"scccfscc", true, 2}});
}

TEST_CASE("guard: how many crashes it takes is a setting") {
  check({{"s", true, 0}, {"sc", false, 0}}, "guard-crashes=1\n");
  check({{"sc", true, 1}, {"scc", false, 0}}, "guard-crashes=2\n");
  check({{"sccc", true, 3}, {"scccc", true, 4}, {"sccccc", false, 0}}, "guard-crashes=5\n");
  check({{"c", false, 0}}, "guard-crashes=5\n"); // of a new one it takes one
  for (const std::string wrong : {"0", "-1", "x", "", "1001"}) {
    RuntimeMachine machine;
    machine.disk[rt::k_settings] = "guard-crashes=" + wrong + "\n";
    auto world = machine.world();
    CHECK(rt::read_settings(world).guard_crashes == 3);
    CHECK(machine.said("settings"));
  }
}

TEST_CASE("guard: status and the log count the crashes") {
  RuntimeMachine machine;
  machine.install("fix", "1-1", false);
  run(machine);
  happen(machine, 's');
  crash_and_boot(machine);
  REQUIRE(machine.said("guard-crash"));
  const auto said = std::find_if(machine.messages.begin(), machine.messages.end(),
                                 [](const auto& one) { return one.code == "guard-crash"; });
  CHECK(said->what == "crash 1 of 3 with this fix loaded");
  CHECK(said->where == k_module);
  const auto row = status(machine).rows.at(0);
  CHECK(row.state == rt::State::fixed);
  CHECK(row.why.why == "crash 1 of 3 with this fix loaded; still in force");
  CHECK(row.crashes == 1);
  CHECK(row.crash_limit == 3);
  // The same boot is not counted twice.
  run(machine);
  CHECK(status(machine).rows.at(0).crashes == 1);
  crash_and_boot(machine);
  machine.messages.clear();
  crash_and_boot(machine);
  CHECK(machine.said("guard-blocked"));
  CHECK(status(machine).rows.at(0).why.why ==
        "the machine crashed 3 times in a row while or shortly after it was loaded");
}

TEST_CASE("guard: status says what the next run will say, and writes nothing") {
  RuntimeMachine machine;
  machine.install("fix", "1-1", false);
  run(machine);
  happen(machine, 's');
  for (const uint64_t crashes : {uint64_t{1}, uint64_t{2}, uint64_t{0}}) {
    machine.boot();
    machine.time = 20000;
    const auto before = machine.disk;
    const auto report = status(machine);
    CHECK(machine.disk == before);
    CHECK(report.rows.at(0).crashes == crashes);
    CHECK((report.rows.at(0).state == rt::State::blocked) == (crashes == 0));
    run(machine);
    CHECK(status(machine).rows.at(0).crashes == crashes);
  }
}

TEST_CASE("guard: a crash counts for each module that was within its time") {
  RuntimeMachine machine;
  machine.install("old", "1-1", false);
  run(machine);
  settle(machine);
  machine.install("fix", "1-1", false);
  run(machine); // "old" has settled in this boot, "fix" is new
  crash_and_boot(machine);
  CHECK(machine.active() == std::vector<std::string>{"kpatch_old_1_1"});
  CHECK_FALSE(machine.said("guard-crash")); // the old one was not within its time
  crash_and_boot(machine);
  CHECK(machine.said("guard-crash"));
}

TEST_CASE("guard: a new build of a settled module is new") {
  RuntimeMachine machine;
  machine.install("fix", "1-1", false);
  run(machine);
  settle(machine);
  machine.boot();
  machine.content = "rebuilt code of ";
  machine.install("fix", "1-1", false);
  run(machine);
  crash_and_boot(machine);
  CHECK_FALSE(in_force(machine));
}

TEST_CASE("guard: records of the first format are read, and written as the second") {
  const std::string digest(64, '0');
  std::string text = "kpb-guard 1 7\nsettled kpatch_fix_1_1 " + digest + " 6.1.0 boot-9 301000\n";
  text += "end " + kpb::sha256_hex(text) + "\n";
  rt::GuardRecords records;
  REQUIRE(rt::parse_guard(text, records));
  REQUIRE(records.entries.size() == 1);
  CHECK(records.entries[0].crashes == 0); // 301000 is when it settled, not how often it crashed
  records.entries[0].crashes = 2;
  rt::GuardRecords again;
  REQUIRE(rt::parse_guard(records.text(), again));
  CHECK(again.entries[0].crashes == 2);
  CHECK(again.entries[0].when == 301000);
  // A line of one format in the other is no line.
  for (const std::string& mixed : {"kpb-guard 2 7\nsettled m " + digest + " 6.1.0 b 1\n",
                                   "kpb-guard 1 7\nsettled m " + digest + " 6.1.0 b 1 1\n",
                                   "kpb-guard 2 7\nsettled m " + digest + " 6.1.0 b 1 x\n",
                                   "kpb-guard 3 7\nsettled m " + digest + " 6.1.0 b 1 1\n"})
    CHECK_FALSE(rt::parse_guard(mixed + "end " + kpb::sha256_hex(mixed) + "\n", records));
}

namespace {

// What may have become of one of the two files.
enum class Copy { whole, missing, empty, nonsense, eio, eacces };

void become(RuntimeMachine& machine, const std::string& path, Copy copy) {
  switch (copy) {
  case Copy::whole: break;
  case Copy::missing: machine.disk.erase(path); break;
  case Copy::empty: machine.disk[path].clear(); break;
  case Copy::nonsense: machine.disk[path] = "nonsense"; break;
  case Copy::eio: machine.denied[path] = EIO; break;
  case Copy::eacces: machine.denied[path] = EACCES; break;
  }
}

} // namespace

TEST_CASE("guard: records that cannot be read stop what they would have guarded, or are told") {
  constexpr Copy k_all[] = {Copy::whole,    Copy::missing, Copy::empty,
                            Copy::nonsense, Copy::eio,     Copy::eacces};
  for (const Copy first : k_all)
    for (const Copy second : k_all) {
      RuntimeMachine machine;
      machine.install("fix", "1-1", false);
      REQUIRE(run(machine) == rt::k_done);
      end_in_order(machine);
      machine.boot();
      machine.disk[k_second] = machine.disk[k_first]; // else the older one knows of an attempt
      become(machine, k_first, first);
      become(machine, k_second, second);
      INFO("guard.0 " << static_cast<int>(first) << ", guard.1 " << static_cast<int>(second));
      const bool a_whole_one = first == Copy::whole || second == Copy::whole;
      const bool none = first == Copy::missing && second == Copy::missing;
      const auto spoilt = [](Copy one) { return one == Copy::empty || one == Copy::nonsense; };
      const bool unfinished =
          (spoilt(first) && second == Copy::missing) || (spoilt(second) && first == Copy::missing);
      const bool as_it_should =
          none || (first == Copy::whole && second == Copy::whole) ||
          (a_whole_one && (first == Copy::missing || second == Copy::missing));
      const bool readable = a_whole_one || none || unfinished;
      const int ended = run(machine);
      CHECK(machine.said("guard-damaged") == !as_it_should);
      CHECK(in_force(machine) == readable);
      if (!readable) {
        CHECK(ended == rt::k_not_in_force);
        CHECK(status(machine).exit_status == rt::k_environment); // not known
      }
    }
}

TEST_CASE("guard: without its records best-effort loads and says so; forgive begins a new record") {
  RuntimeMachine machine;
  machine.install("fix", "1-1", false);
  machine.disk[k_first] = machine.disk[k_second] = "nonsense";
  REQUIRE(run(machine) == rt::k_not_in_force);
  REQUIRE_FALSE(in_force(machine));
  auto world = machine.world();
  SECTION("best-effort") {
    machine.disk[rt::k_settings] = "guard=best-effort\n";
    machine.messages.clear();
    CHECK(run(machine) == rt::k_done);
    CHECK(in_force(machine));
    CHECK(machine.said("guard-damaged"));
  }
  SECTION("off") {
    machine.disk[rt::k_settings] = "guard=off\n";
    CHECK(run(machine) == rt::k_done);
    CHECK(status(machine).exit_status == rt::k_done);
  }
  SECTION("forgive") {
    CHECK(rt::forgive(world, {"fix"}) == rt::k_environment); // it is not known what to forgive
    CHECK(run(machine) == rt::k_not_in_force);
    CHECK(rt::forgive(world, {}) == rt::k_done);
    CHECK(run(machine) == rt::k_done);
    CHECK(in_force(machine));
  }
}
