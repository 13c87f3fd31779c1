// SPDX-License-Identifier: GPL-2.0-only
//
// Diagnostics of the host's own, found while it served a plugin, through the sink that the plugin gave.
#ifndef KPB_CORE_PLUGIN_FORWARDING_SINK_HPP
#define KPB_CORE_PLUGIN_FORWARDING_SINK_HPP

#include "core/diag/diagnostic.hpp"
#include "core/plugin/bridge.hpp"

namespace kpb {

class ForwardingSink final : public DiagnosticSink {
public:
  explicit ForwardingSink(const kpb_sink* to) : m_to(to) {}
  void report(Diagnostic d) override {
    if (m_to == nullptr)
      return;
    const kpb_diagnostic out{static_cast<uint32_t>(d.severity),
                             static_cast<uint32_t>(d.fault),
                             abi_str(d.code),
                             abi_str(d.where),
                             abi_str(d.what),
                             abi_str(d.why),
                             abi_str(d.hint)};
    m_to->diagnostic(m_to->ctx, &out);
  }

private:
  const kpb_sink* m_to;
};

} // namespace kpb

#endif
