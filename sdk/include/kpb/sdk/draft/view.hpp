// SPDX-License-Identifier: GPL-2.0-only
//
// DRAFT, as abi/draft/view.h, which it wraps: a kernel that was prepared once, for builders of diffs.
#ifndef KPB_SDK_DRAFT_VIEW_HPP
#define KPB_SDK_DRAFT_VIEW_HPP

#include "../../abi/draft/view.h"
#include "../host.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpb::sdk::draft {

struct ViewCommand {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
};

struct ViewRun {
  std::string depends_on;
  ViewCommand prime;
  std::string primed;
  ViewCommand build;                                       // no arguments: only prime
  std::vector<std::pair<std::string, std::string>> phases; // marker, words
};

struct ViewResult {
  int exit_status = 0;
  bool primed = false; // else priming failed, and this is its result
  std::string output;
  std::string log;
};

class View {
public:
  // Nothing where no kernel is prepared.
  static std::optional<View> of(const Host& host) {
    const auto* table = host.service_or_null<kpb_host_view_draft_1>(KPB_HOST_VIEW_DRAFT_1);
    return table == nullptr ? std::nullopt : std::optional<View>(View(table));
  }
  std::string place(uint32_t which) const {
    kpb_str path{nullptr, 0};
    if (m_table->place(m_table->ctx, which, &path) != KPB_OK)
      throw Error("this kpb has no place " + std::to_string(which) + " in a view")
          .fault(Fault::plugin);
    return std::string(from_abi(path));
  }
  std::optional<std::string> find(std::string_view tool) const {
    kpb_str path{nullptr, 0};
    if (m_table->find(m_table->ctx, to_abi(tool), &path) != KPB_OK)
      return std::nullopt;
    return std::string(from_abi(path));
  }
  std::optional<std::string> read(std::string_view path) const {
    kpb_str content{nullptr, 0};
    if (m_table->read(m_table->ctx, to_abi(path), &content) != KPB_OK)
      return std::nullopt;
    return std::string(from_abi(content));
  }
  ViewResult run(const ViewRun& run, const Sink& out) const {
    const Words prime(run.prime);
    const Words build(run.build);
    std::vector<kpb_view_phase> phases;
    for (const auto& phase : run.phases)
      phases.push_back({to_abi(phase.first), to_abi(phase.second)});
    const kpb_view_run wanted{to_abi(run.depends_on), prime.command(), to_abi(run.primed),
                              build.command(),        phases.data(),   phases.size()};
    kpb_view_result result{0, 0, {nullptr, 0}, {nullptr, 0}};
    if (const kpb_status status = m_table->run(m_table->ctx, &wanted, out.abi(), &result);
        status != KPB_OK)
      throw Stop{status};
    return {result.exit_status, result.primed != 0, std::string(from_abi(result.output)),
            std::string(from_abi(result.log))};
  }

private:
  explicit View(const kpb_host_view_draft_1* table) : m_table(table) {}

  // The views that a C command is made of; `from` must outlive it.
  struct Words {
    explicit Words(const ViewCommand& from) {
      for (const auto& word : from.arguments)
        arguments.push_back(to_abi(word));
      for (const auto& word : from.environment)
        environment.push_back(to_abi(word));
    }
    kpb_command command() const {
      return {
          arguments.data(), arguments.size(), {nullptr, 0}, environment.data(), environment.size()};
    }
    std::vector<kpb_str> arguments;
    std::vector<kpb_str> environment;
  };

  const kpb_host_view_draft_1* m_table;
};

} // namespace kpb::sdk::draft

#endif
