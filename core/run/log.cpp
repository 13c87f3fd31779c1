// SPDX-License-Identifier: GPL-2.0-only
//
// The one file that includes spdlog.
#include "core/run/log.hpp"

#include "core/base/text.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace kpb {

namespace {

std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> instance;
  return instance;
}

} // namespace

void enable_debug_log() {
  logger() = spdlog::stderr_color_mt("kpb");
  logger()->set_pattern("%n: debug: %v (+%o ms)");
  logger()->set_level(spdlog::level::debug);
}

bool debug_log_enabled() { return logger() != nullptr; }

void debug_log(std::string_view origin, std::string_view text) {
  if (logger())
    logger()->debug("{}: {}", origin, escape_control(text, /*keep_newlines=*/true));
}

} // namespace kpb
