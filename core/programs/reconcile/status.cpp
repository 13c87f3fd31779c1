// SPDX-License-Identifier: GPL-2.0-only
//
// See status.hpp.
#include "core/programs/reconcile/status.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"
#include "core/programs/reconcile/environment.hpp"
#include "core/programs/reconcile/kernels.hpp"
#include "core/programs/reconcile/last_run.hpp"
#include "core/programs/reconcile/paths.hpp"
#include "core/programs/reconcile/reconcile.hpp"
#include "core/programs/reconcile/witness.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace kpb::runtime {

namespace {

constexpr size_t k_most_tasks = 20;

bool is_loaded(const Row& row) { return row.state == State::fixed || row.state == State::armed; }

// Judges what is installed for one kernel.
class Reporter {
public:
  // `all` has no witness: only root can see tasks, and what they would say is only a detail.
  Reporter(World& world, Files& all, const Settings& settings, StatusReport& report, Which which)
      : m_world(world), m_all(all), m_settings(settings), m_guard(world, settings),
        m_survey(world, settings, m_guard, which), m_kernel(world.kernel.release()),
        m_report(report), m_foreign(m_survey.foreign()) {}

  void add_patches() {
    for (const auto& candidate : m_survey.plan)
      add(candidate);
    for (const auto& name : m_survey.until_reboot())
      add_unlisted_patch(name, State::until_reboot);
    for (const auto& name : m_foreign)
      add_unlisted_patch(name, State::foreign);
  }

  void add_others() {
    for (const auto& package : m_survey.installed.packages)
      if (package.kernel != m_kernel || package.arch != m_world.kernel.machine())
        for (const auto& module : package.modules)
          m_report.rows.push_back(described(&package, module, State::waiting));
  }

  const Installed& installed() const { return m_survey.installed; }
  bool lost_the_guard() const {
    return m_guard.unreadable() && m_settings.guard != Settings::Guard::off;
  }

private:
  Row described(const Package* package, const Module& module, State state) const {
    Row row;
    row.state = state;
    row.module = module.name;
    row.file = module.file;
    row.replace = module.replace;
    row.functions = module.functions;
    row.kernel = m_kernel;
    if (package != nullptr) {
      row.package = package->name;
      row.version = package->evr.text();
      row.kernel = package->kernel;
      row.cves = package->cves;
    }
    return row;
  }

  void add(const Candidate& candidate) {
    Row row = described(candidate.package, *candidate.module, State::installed);
    if (const auto* patch = m_survey.observed.find(row.module))
      judge_active(row, candidate, *patch);
    else
      judge_absent(row, candidate);
    count_crashes(row, *candidate.module);
    m_report.rows.push_back(std::move(row));
  }

  void count_crashes(Row& row, const Module& module) {
    const auto* crashed = m_guard.crashed(module.name, module.sha256);
    if (crashed == nullptr || m_settings.guard == Settings::Guard::off)
      return;
    row.crashes = crashed->crashes;
    row.crash_limit = m_settings.guard_crashes;
    row.why.why += (row.why.why.empty() ? "" : "; ") + crash_count_text(*crashed, m_settings) +
                   (is_loaded(row) ? "; still in force" : "");
  }

  void judge_absent(Row& row, const Candidate& candidate) {
    row.why = candidate.refusal;
    if (!m_world.kernel.is_running()) {
      row.state = row.why.code == "guard-blocked" ? State::blocked
                  : row.why                       ? State::refused
                                                  : State::waiting;
      return;
    }
    if (!row.why && candidate.is_of_unknown_kind() && is_resident(m_world.files, row.module))
      row.why = {"replaced", "another live patch, or somebody by hand, has disabled it",
                 "it is loaded again at the next boot"};
    if (!row.why && !m_settings.displace_foreign)
      row.why = check_foreign(m_world.files, candidate, m_foreign);
    if (!row.why && m_report.idle.empty())
      row.why = last_refusal(m_world.files, *candidate.module);
    if (!row.why)
      row.why = {"", m_report.idle.empty() ? "kpb-reconcile has not loaded it yet" : m_report.idle,
                 ""};
    else
      row.state = row.why.code == "guard-blocked" ? State::blocked : State::refused;
  }

  void look_at(Row& row, const ActivePatch& patch) {
    row.objects = objects_of(m_world.files, patch.name);
    if (row.functions.empty())
      for (const auto& object : row.objects)
        row.functions.insert(row.functions.end(), object.functions.begin(), object.functions.end());
    if (row.replace == Replace::unknown && patch.replace)
      row.replace = *patch.replace ? Replace::yes : Replace::no;
    if (patch.transition)
      row.tasks = blocking_tasks(m_all, patch, k_most_tasks);
  }

  void judge_active(Row& row, const Candidate& candidate, const ActivePatch& patch) {
    look_at(row, patch);
    if (patch.transition) {
      const auto* load = m_survey.own.find(patch.name);
      const bool late =
          load != nullptr && m_world.clock.now() > load->when + m_settings.transition_ms;
      row.state = late ? State::stalled : State::transition;
      row.why.why = patch.enabled ? "some tasks still run the old code"
                                  : "it is being disabled; some tasks still run its code";
      return;
    }
    row.why = check_active(m_world.files, candidate);
    const auto open = std::find_if(row.objects.begin(), row.objects.end(),
                                   [](const auto& one) { return one.loaded && !one.patched; });
    if (!row.why && open != row.objects.end())
      row.why = {"not-patched", "the kernel has not patched " + shown_plain(open->name),
                 "dmesg has more"};
    if (row.why) {
      row.state = State::refused;
      return;
    }
    const bool patched = std::any_of(row.objects.begin(), row.objects.end(),
                                     [](const auto& one) { return one.patched; });
    row.state = patched || row.objects.empty() ? State::fixed : State::armed;
    if (row.state == State::armed)
      row.why.why = "the modules that it patches are not loaded";
    else if (const auto others = shared_with_strangers(row); !others.empty())
      row.why.why = "some of its functions are patched by " + others + " too";
  }

  // Active patches that are not installed and patch the same functions: of two, the one loaded last
  // is in force.
  std::string shared_with_strangers(const Row& row) {
    std::vector<std::string> out;
    auto strangers = m_survey.until_reboot();
    strangers.insert(strangers.end(), m_foreign.begin(), m_foreign.end());
    for (const auto& name : strangers)
      for (const auto& object : objects_of(m_world.files, name))
        for (const auto& function : object.functions)
          if ((out.empty() || out.back() != name) &&
              std::find(row.functions.begin(), row.functions.end(), function) !=
                  row.functions.end())
            out.push_back(name);
    return join(out, ", ");
  }

  void add_unlisted_patch(const std::string& name, State state) {
    Row row;
    row.state = state;
    row.module = name;
    row.kernel = m_kernel;
    if (const auto* load = m_survey.own.find(name); load != nullptr && load->package != "-") {
      row.package = load->package;
      row.version = load->version;
    }
    look_at(row, *m_survey.observed.find(name));
    row.why.why = state == State::foreign
                      ? "active, but not installed and not loaded by kpb-reconcile"
                      : "no longer installed";
    m_report.rows.push_back(std::move(row));
  }

  World& m_world;
  Files& m_all;
  const Settings& m_settings;
  Guard m_guard;
  Survey m_survey;
  std::string m_kernel;
  StatusReport& m_report;
  std::vector<std::string> m_foreign;
};

void add_damaged(StatusReport& report, const Installed& installed) {
  for (const auto& damaged : installed.damaged) {
    Row row;
    row.state = State::refused;
    row.file = damaged.where;
    row.kernel = damaged.kernel;
    row.why = {"conf-damaged", damaged.why, "reinstall the package"};
    report.rows.push_back(std::move(row));
  }
}

// A machine that has live patches for other kernels alone runs without any.
void add_uncovered(StatusReport& report, const std::string& kernel, std::set<std::string> patched) {
  if (patched.empty() || std::any_of(report.rows.begin(), report.rows.end(), [&](const Row& row) {
        return row.kernel == kernel || row.kernel.empty();
      }))
    return;
  Row row;
  row.state = State::uncovered;
  row.kernel = kernel;
  const std::vector<std::string> others(patched.begin(), patched.end());
  constexpr size_t k_most = 3;
  row.why.why =
      "no live patch is installed for this kernel, but for " +
      join({others.begin(),
            others.begin() + static_cast<std::ptrdiff_t>(std::min(k_most, others.size()))},
           ", ") +
      (others.size() > k_most ? " and others" : "");
  row.why.hint = "install the live patches of this kernel, or boot one that has them";
  report.rows.push_back(std::move(row));
}

void add_unknown(StatusReport& report, const Witness& witness, bool lost_the_guard) {
  for (const auto& one : witness.unseen())
    report.unknown.push_back({one.where, one.why});
  if (lost_the_guard)
    report.unknown.push_back(
        {k_state,
         "no copy of the crash guard's record can be read, so what it blocked is unknown"});
}

int exit_status(const StatusReport& report) {
  if (!report.unknown.empty())
    return k_environment;
  int status = k_done;
  for (const auto& row : report.rows) {
    switch (row.state) {
    case State::waiting:
    case State::fixed:
    case State::armed: break;
    case State::uncovered:
    case State::until_reboot:
    case State::foreign: status = status == k_done ? k_attention : status; break;
    default:
      // A damaged list of another kernel's modules matters when that kernel is booted.
      if (!is_chosen(row.why) &&
          (report.kernel.empty() || row.kernel.empty() || row.kernel == report.kernel))
        return k_not_in_force;
      status = k_attention;
    }
  }
  return status;
}

StatusReport status_of_running(World& everything) {
  Witness witness(everything.files, false);
  World world{witness, everything.kernel, everything.clock, everything.programs, everything.log};
  StatusReport report;
  report.kernel = world.kernel.release();
  const auto around = look_around(everything.files);
  report.idle = around.idle;
  const Settings settings = read_settings(world);
  Reporter reporter(world, everything.files, settings, report, Which::all);
  reporter.add_patches();
  add_damaged(report, reporter.installed());
  add_uncovered(report, report.kernel,
                kernels_with_patches(witness, settings, reporter.installed()));
  reporter.add_others();
  if (around.elsewhere)
    return report;
  if (!around.unknown.empty())
    report.unknown.push_back({"", around.unknown});
  add_unknown(report, witness, reporter.lost_the_guard());
  report.exit_status = exit_status(report);
  return report;
}

// Nothing runs in this root: the question is whether what is installed there will be loaded when
// one of its kernels is booted.
StatusReport status_at_rest(World& everything) {
  Witness witness(everything.files, true);
  World world{witness, everything.kernel, everything.clock, everything.programs, everything.log};
  StatusReport report;
  report.idle = "nothing runs in this root";
  const Settings settings = read_settings(world);
  const auto installed = read_installed(witness, "", Which::all);
  const auto there = kernels_there(witness);
  const auto patched = kernels_with_patches(witness, settings, installed);
  report.kernels.assign(there.begin(), there.end());
  std::set<std::string> kernels = there;
  kernels.insert(patched.begin(), patched.end());
  bool lost_the_guard = false;
  for (const auto& release : kernels) {
    KernelAtRest kernel(everything.kernel, release);
    World one{witness, kernel, world.clock, world.programs, world.log};
    Reporter reporter(one, witness, settings, report, Which::of_this_kernel);
    reporter.add_patches();
    lost_the_guard = reporter.lost_the_guard();
  }
  add_damaged(report, installed);
  for (const auto& release : there)
    add_uncovered(report, release, patched);
  if (there.empty() && !patched.empty()) {
    Row row;
    row.state = State::uncovered;
    row.why.why = "this root has no kernel, so it is not known which one its patches must be for";
    row.why.hint = "a kernel is a directory in /usr/lib/modules or /lib/modules";
    report.rows.push_back(std::move(row));
  }
  add_unknown(report, witness, lost_the_guard);
  report.exit_status = exit_status(report);
  return report;
}

} // namespace

const char* name_of(State state) {
  constexpr std::array<const char*, 11> k_names = {
      "waiting", "installed", "fixed",        "armed",   "transition", "stalled",
      "refused", "blocked",   "until-reboot", "foreign", "uncovered"};
  return k_names[static_cast<size_t>(state)];
}

StatusReport make_status(World& world) {
  return world.kernel.release().empty() ? status_at_rest(world) : status_of_running(world);
}

} // namespace kpb::runtime
