// SPDX-License-Identifier: GPL-2.0-only
//
// See status.hpp.
#include "core/programs/reconcile/status.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"
#include "core/programs/reconcile/environment.hpp"
#include "core/programs/reconcile/last_run.hpp"
#include "core/programs/reconcile/paths.hpp"
#include "core/programs/reconcile/reconcile.hpp"

#include <algorithm>
#include <array>

namespace kpb::runtime {

namespace {

constexpr size_t k_most_tasks = 20;

class Reporter {
public:
  explicit Reporter(World& world)
      : m_world(world), m_settings(read_settings(world)), m_guard(world, m_settings),
        m_survey(world, m_settings, m_guard, Which::all) {}

  StatusReport report() {
    m_report.kernel = m_world.kernel.release();
    m_report.idle = idle_reason(m_world.files);
    m_foreign = m_survey.foreign();
    for (const auto& candidate : m_survey.plan)
      add(candidate);
    for (const auto& name : m_survey.until_reboot())
      add_unlisted_patch(name, State::until_reboot);
    for (const auto& name : m_foreign)
      add_unlisted_patch(name, State::foreign);
    for (const auto& damaged : m_survey.installed.damaged) {
      Row row;
      row.state = State::refused;
      row.file = damaged.where;
      row.kernel = damaged.kernel;
      row.why = {"conf-damaged", damaged.why, "reinstall the package"};
      m_report.rows.push_back(std::move(row));
    }
    for (const auto& package : m_survey.installed.packages)
      if (package.kernel != m_report.kernel || package.arch != m_world.kernel.machine())
        for (const auto& module : package.modules)
          m_report.rows.push_back(described(&package, module, State::waiting));
    m_report.exit_status = exit_status();
    return std::move(m_report);
  }

private:
  Row described(const Package* package, const Module& module, State state) const {
    Row row;
    row.state = state;
    row.module = module.name;
    row.file = module.file;
    row.replace = module.replace;
    row.functions = module.functions;
    row.kernel = m_report.kernel;
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
    m_report.rows.push_back(std::move(row));
  }

  void judge_absent(Row& row, const Candidate& candidate) {
    row.why = candidate.refusal;
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
      row.tasks = blocking_tasks(m_world.files, patch, k_most_tasks);
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
    row.kernel = m_report.kernel;
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

  int exit_status() const {
    if (!not_a_running_system(m_world.files).empty())
      return k_done;
    int status = k_done;
    for (const auto& row : m_report.rows) {
      switch (row.state) {
      case State::waiting:
      case State::fixed:
      case State::armed: break;
      case State::until_reboot:
      case State::foreign: status = status == k_done ? k_attention : status; break;
      default:
        // A damaged list of another kernel's modules matters when that kernel is booted.
        if (!is_chosen(row.why) && (row.kernel.empty() || row.kernel == m_report.kernel))
          return k_not_in_force;
        status = k_attention;
      }
    }
    return status;
  }

  World& m_world;
  Settings m_settings;
  Guard m_guard;
  Survey m_survey;
  std::vector<std::string> m_foreign;
  StatusReport m_report;
};

} // namespace

const char* name_of(State state) {
  constexpr std::array<const char*, 10> k_names = {
      "waiting", "installed", "fixed",   "armed",        "transition",
      "stalled", "refused",   "blocked", "until-reboot", "foreign"};
  return k_names[static_cast<size_t>(state)];
}

StatusReport make_status(World& world) { return Reporter(world).report(); }

} // namespace kpb::runtime
