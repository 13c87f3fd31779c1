// SPDX-License-Identifier: GPL-2.0-only
//
// What every pass may use: the outside world, the plugins and the templates.
#ifndef KPB_CORE_PLUGIN_CONTEXT_HPP
#define KPB_CORE_PLUGIN_CONTEXT_HPP

#include "core/plugin/catalog.hpp"
#include "core/run/context.hpp"
#include "core/template/engine.hpp"

namespace kpb {

struct Context : RunContext {
  PluginCatalog& plugins;
  const TemplateEngine& templates;
};

} // namespace kpb

#endif
