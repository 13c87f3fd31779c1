// SPDX-License-Identifier: GPL-2.0-only
//
// See reconcile.hpp.
#include "core/programs/reconcile/reconcile.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"
#include "core/programs/reconcile/environment.hpp"
#include "core/programs/reconcile/last_run.hpp"
#include "core/programs/reconcile/load.hpp"
#include "core/programs/reconcile/paths.hpp"
#include "core/programs/reconcile/survey.hpp"
#include "core/programs/reconcile/transition.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kpb::runtime {

namespace {

constexpr uint64_t k_lock_ms = 300000;
constexpr uint64_t k_reversal_ms = 30000;
constexpr int k_most_rounds = 10; // runs that were requested during a run

class Round {
public:
  Round(World& world, const Settings& settings, Guard& guard)
      : m_world(world), m_settings(settings), m_guard(guard),
        m_survey(world, settings, guard, Which::of_this_kernel),
        m_deadline(world.clock.now() + settings.transition_ms) {}

  int run() {
    for (const auto& damaged : m_survey.installed.damaged)
      error("conf-damaged", damaged.where, "this package is ignored", damaged.why,
            "reinstall the package");
    say_what_is_active();
    while (auto* candidate = next_load(m_survey.plan, m_survey.observed, m_world.files, m_tried)) {
      m_tried.insert(candidate->module->name);
      bring_in(*candidate);
      m_survey.observed = observe(m_world.files);
      if (m_world.clock.told_to_end())
        return k_not_in_force;
    }
    sweep();
    const bool good = say_what_is_not_in_force();
    keep_refusals(m_world.files, m_survey.plan);
    leave_to_guard();
    return good && m_survey.installed.damaged.empty() ? k_done : k_not_in_force;
  }

private:
  void say(Severity severity, const std::string& code, const std::string& where,
           const std::string& what, const std::string& why = "", const std::string& hint = "") {
    m_world.log.say({severity, code, where, what, why, hint});
  }
  void error(const std::string& code, const std::string& where, const std::string& what,
             const std::string& why, const std::string& hint) {
    say(Severity::error, code, where, what, why, hint);
  }

  void say_what_is_active() {
    m_foreign = m_survey.foreign();
    for (const auto& patch : m_foreign)
      say(Severity::warning, "foreign-loaded", shown_plain(patch), "this live patch is active",
          "neither a package nor " + std::string(k_unlisted) + " has it",
          "kpb-reconcile status shows what is in force");
    for (const auto& overlap : overlaps(m_survey.plan))
      say(Severity::warning, "overlap", overlap.over->title(),
          "it takes " + shown_plain(overlap.function) + " from " + overlap.under->title(),
          "both are stacked, and the newer one is loaded last", "");
    // An installed patch that somebody else loaded must not become foreign when its package is
    // updated.
    for (const auto& candidate : m_survey.plan) {
      const auto& name = candidate.module->name;
      if (m_survey.observed.find(name) == nullptr || m_survey.own.find(name) != nullptr)
        continue;
      m_survey.own.add(candidate.package, *candidate.module, m_world.clock.now());
      say(Severity::note, "adopted", candidate.title(), name + " was loaded by somebody else");
    }
  }

  void bring_in(Candidate& candidate) {
    candidate.refusal = try_to_bring_in(candidate);
    if (candidate.refusal)
      return;
    say(Severity::note, "loaded", candidate.title(), candidate.module->name + " is loaded");
    if (wait_for_transitions(m_world, m_deadline))
      return;
    const auto observed = observe(m_world.files);
    const auto* patch = observed.find(candidate.module->name);
    if (patch == nullptr || !patch->transition)
      return;
    candidate.refusal = still_in_transition(*patch);
    if (m_settings.reverse_stalled && !m_world.clock.told_to_end())
      reverse(candidate.module->name);
  }

  Refusal still_in_transition(const ActivePatch& patch) {
    const std::string tasks = tasks_text(blocking_tasks(m_world.files, patch, 5));
    return {"stalled",
            "its transition has not ended in time" +
                (tasks.empty() ? "" : "; it waits for " + tasks),
            "it ends when these tasks leave the old code"};
  }

  Refusal try_to_bring_in(const Candidate& candidate) {
    const Module& module = *candidate.module;
    if (!candidate.replaces() && candidate.package != nullptr && !candidate.package->base.empty()) {
      const auto* base = base_of(m_survey.plan);
      if (base == nullptr || !m_survey.observed.active(base->module->name))
        return {"base-not-active",
                "it rides on " + candidate.package->base + ", which is not active", ""};
    }
    if (!m_settings.displace_foreign)
      if (auto refusal = check_foreign(m_world.files, candidate, m_foreign))
        return refusal;
    if (auto refusal = clear_the_way(candidate))
      return refusal;
    auto checked = check_module(m_world, m_settings, m_guard, candidate);
    if (checked.refusal)
      return checked.refusal;
    if (is_resident(m_world.files, module.name)) {
      if (auto refusal = remove_leftover(m_world, module.name))
        return refusal;
      say(Severity::note, "removed", candidate.title(), "the old " + module.name + " was unloaded",
          "it was not active");
    }
    if (auto refusal = put_on_record(module, checked.sha256))
      return refusal;
    m_survey.own.add(candidate.package, module, m_world.clock.now());
    auto refusal = load_module(m_world, m_settings, module, *checked.file, known_states());
    if (refusal) {
      m_survey.own.remove(module.name);
      // A module that turned out not to be a live patch is loaded all the same, and may crash the
      // machine.
      if (m_settings.guard != Settings::Guard::off && !is_resident(m_world.files, module.name))
        m_guard.end(module.name);
    }
    return refusal;
  }

  // Nothing can be loaded while a patch is in transition.
  Refusal clear_the_way(const Candidate& candidate) {
    if (wait_for_transitions(m_world, m_deadline))
      return {};
    const auto observed = observe(m_world.files);
    const auto* patch = observed.in_transition();
    if (patch == nullptr)
      return {};
    const auto* theirs = m_survey.candidate(patch->name);
    // A patch of our own that is no longer wanted makes room for its successor.
    if (candidate.replaces() && m_survey.own.find(patch->name) != nullptr &&
        (theirs == nullptr || theirs->refusal) && reverse(patch->name))
      return {};
    const std::string tasks = tasks_text(blocking_tasks(m_world.files, *patch, 5));
    return {"behind-transition",
            shown_plain(patch->name) + " is in transition" +
                (tasks.empty() ? "" : " and waits for " + tasks),
            "kpb-guard.service tries again when it has ended"};
  }

  bool reverse(const std::string& patch) {
    const bool gone = reverse_transition(m_world, patch, m_world.clock.now() + k_reversal_ms);
    say(gone ? Severity::note : Severity::warning, "reversed", patch,
        gone ? "its transition did not end and was reversed"
             : "its transition cannot be reversed either",
        gone ? "" : "tasks still run its code", "");
    if (gone) {
      m_survey.own.remove(patch);
      m_guard.end(patch);
    }
    return gone;
  }

  Refusal put_on_record(const Module& module, const std::string& sha256) {
    if (m_settings.guard == Settings::Guard::off)
      return {};
    const int error = m_guard.begin(module.name, sha256);
    if (error == 0)
      return {};
    const Refusal refusal = {"guard-not-written",
                             std::string(k_state) + ": " + std::strerror(error),
                             "make room, or set guard=best-effort in runtime.conf"};
    if (m_settings.guard == Settings::Guard::required && !m_guard.settled(module.name, sha256))
      return refusal;
    say(Severity::warning, refusal.code, module.name, "it is loaded without the crash guard",
        refusal.why, refusal.hint);
    return {};
  }

  std::vector<std::string> known_states() const {
    std::vector<std::string> states;
    for (const auto& patch : m_survey.observed.patches)
      if (const auto* load = m_survey.own.find(patch.name))
        states.insert(states.end(), load->states.begin(), load->states.end());
    return states;
  }

  // Modules that this runtime loaded and that were replaced only take memory.
  void sweep() {
    if (m_survey.observed.in_transition() != nullptr)
      return;
    const auto loads = m_survey.own.all();
    for (const auto& load : loads) {
      // Skips those that are still installed: they may have to be loaded again, and an unlisted one
      // that is in memory has had its turn.
      if (m_survey.observed.find(load.module) != nullptr ||
          m_survey.candidate(load.module) != nullptr)
        continue;
      if (is_resident(m_world.files, load.module) && m_world.kernel.unload(load.module) == 0)
        say(Severity::note, "removed", load.module, "it was replaced and has been unloaded");
      if (!is_resident(m_world.files, load.module))
        m_survey.own.remove(load.module);
    }
  }

  bool say_what_is_not_in_force() {
    bool good = true;
    for (auto& candidate : m_survey.plan) {
      if (const auto* patch = m_survey.observed.find(candidate.module->name);
          patch != nullptr && !candidate.refusal)
        candidate.refusal = patch->transition ? still_in_transition(*patch)
                                              : check_active(m_world.files, candidate);
      const auto& refusal = candidate.refusal;
      if (!refusal)
        continue;
      const bool chosen = is_chosen(refusal);
      good = good && chosen;
      say(chosen ? Severity::warning : Severity::error, refusal.code, candidate.title(),
          candidate.module->name + " is not in force", refusal.why, refusal.hint);
    }
    return good;
  }

  void leave_to_guard() {
    const bool waits = std::any_of(m_survey.plan.begin(), m_survey.plan.end(), [](const auto& one) {
      return one.refusal.code == "behind-transition" || one.refusal.code == "stalled";
    });
    if (waits)
      m_world.files.replace(k_pending, "");
    else
      m_world.files.remove(k_pending);
    if (waits || m_guard.watched_until())
      start_guard();
  }

  void start_guard() {
    if (has_systemd(m_world.files))
      m_world.programs.run({"systemctl", "--no-block", "start", "kpb-guard.service"}, 30000);
  }

  World& m_world;
  const Settings& m_settings;
  Guard& m_guard;
  Survey m_survey;
  uint64_t m_deadline;
  std::vector<std::string> m_foreign;
  std::set<std::string> m_tried;
};

Result<std::unique_ptr<Lock>> wait_for_lock(World& world) {
  world.files.make_directory(k_run);
  const uint64_t until = world.clock.now() + k_lock_ms;
  for (;;) {
    auto lock = world.files.try_lock(k_lock);
    if (lock || lock.error() != EWOULDBLOCK || world.clock.now() >= until || !world.clock.sleep(50))
      return lock;
  }
}

void say_what_is_lost(World& world, const Settings& settings, const Guard& guard) {
  const char* hint = "kpb-reconcile status shows what is in force";
  switch (guard.condition()) {
  case GuardRecords::Condition::whole: break;
  case GuardRecords::Condition::one_copy:
    world.log.say({Severity::warning, "guard-damaged", k_state,
                   "one copy of the crash guard's record cannot be read", "the other one is used",
                   hint});
    break;
  case GuardRecords::Condition::unfinished:
    world.log.say({Severity::warning, "guard-damaged", k_state,
                   "the crash guard's record begins anew",
                   "its only copy is incomplete, as if the first write had been cut off", hint});
    break;
  case GuardRecords::Condition::unreadable:
    if (settings.guard == Settings::Guard::off)
      break;
    world.log.say({Severity::error, "guard-damaged", k_state,
                   settings.guard == Settings::Guard::required
                       ? "no module is loaded"
                       : "it is no longer known what the crash guard had blocked",
                   "no copy of the crash guard's record can be read",
                   "kpb-reconcile forgive --all begins a new record"});
  }
}

void say_what_crashed(World& world, const Settings& settings, const GuardEntry& entry) {
  const std::string hint = "kpb-reconcile forgive " + entry.module;
  if (entry.kind == GuardEntry::Kind::blocked)
    world.log.say({Severity::warning, "guard-blocked", entry.module, "it is not loaded again",
                   crash_text(entry), hint});
  else
    world.log.say({Severity::warning, "guard-crash", entry.module,
                   crash_count_text(entry, settings), "it had settled before, so it stays in force",
                   ""});
}

} // namespace

int reconcile(World& world) {
  const auto around = look_around(world.files);
  if (!around.idle.empty()) {
    world.files.remove(k_wanted);
    world.log.say({Severity::note, "idle", "", "nothing is loaded here", around.idle, ""});
    return k_done;
  }
  if (!world.kernel.is_root()) {
    world.log.say({Severity::error, "not-root", "", "nothing is loaded", "only root can", ""});
    return k_environment;
  }
  if (!around.unknown.empty()) {
    world.log.say({Severity::error, "environment", "", "nothing is loaded", around.unknown, ""});
    return k_environment;
  }
  const auto lock = wait_for_lock(world);
  if (!lock) {
    const bool held = lock.error() == EWOULDBLOCK;
    world.log.say({Severity::error, held ? "locked" : "environment", k_lock, "nothing is loaded",
                   held ? "another run has held the lock for five minutes" : lock.error().text(),
                   held ? "try again" : ""});
    return held ? k_locked : k_environment;
  }
  const Settings settings = read_settings(world);
  Guard guard(world, settings);
  say_what_is_lost(world, settings, guard);
  for (const auto& entry : guard.take_stock())
    say_what_crashed(world, settings, entry);
  int status = k_done;
  for (int round = 0; round < k_most_rounds; ++round) {
    world.files.remove(k_wanted);
    status = Round(world, settings, guard).run();
    if (world.clock.told_to_end() || !world.files.look(k_wanted))
      break;
  }
  // The system shuts down in order, perhaps before kpb-guard.service could notice.
  if (world.clock.told_to_end())
    guard.clean_shutdown();
  return status;
}

} // namespace kpb::runtime
