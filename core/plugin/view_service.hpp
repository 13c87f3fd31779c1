// SPDX-License-Identifier: GPL-2.0-only
//
// The service of abi/draft/view.h for one plugin instance, over a KernelView.
#ifndef KPB_CORE_PLUGIN_VIEW_SERVICE_HPP
#define KPB_CORE_PLUGIN_VIEW_SERVICE_HPP

#include "core/kernel/view.hpp"
#include "core/run/workspace.hpp"
#include "kpb/abi/draft/view.h"

#include <string>
#include <vector>

namespace kpb {

// What a run gives to the plugins that build with its kernel. It outlives them.
struct ViewAccess {
  KernelView& view;
  FileSystem& files;
  std::vector<std::string> patches; // their contents, in order
};

class ViewService {
public:
  // `cancelled` is set when the plugin was told that the user interrupted.
  ViewService(ViewAccess& access, Workspace& workspace, std::string builder, bool& cancelled);
  ViewService(const ViewService&) = delete;
  ViewService& operator=(const ViewService&) = delete;
  const kpb_host_view_draft_1* abi() const { return &m_abi; }

private:
  // The directory in the workspace where the module goes.
  Result<std::string> make_output() const;
  kpb_status run(const kpb_view_run& wanted, const kpb_sink* errors, kpb_view_result* result);

  ViewAccess& m_access;
  Workspace& m_workspace;
  std::string m_builder;
  bool& m_cancelled;
  std::string m_path; // the last answers, which the plugin may look at until it asks again
  std::string m_content;
  std::string m_output;
  std::string m_log;
  kpb_host_view_draft_1 m_abi;
};

} // namespace kpb

#endif
