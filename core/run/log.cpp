// SPDX-License-Identifier: GPL-2.0-only
//
// The one file that includes spdlog. Its own file sinks are not used: they hand their descriptors to every
// program that is started, and write a line in several calls.
#include "core/run/log.hpp"

#include "core/diag/message_text.hpp"
#include "core/system/append_file.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

namespace kpb {

namespace {

class AppendSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit AppendSink(std::string path) : m_path(std::move(path)) {
    set_formatter_(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%d %H:%M:%S.%e %l %v", spdlog::pattern_time_type::local, /*eol=*/""));
  }

private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (!m_opened) {
      m_opened = true;
      if (auto file = AppendFile::open(m_path))
        m_file = std::move(*file);
    }
    if (!m_file)
      return;
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    [[maybe_unused]] const auto put = m_file->append(std::string_view(line.data(), line.size()));
  }
  void flush_() override {}

  std::string m_path;
  bool m_opened = false;
  std::unique_ptr<AppendFile> m_file;
};

struct Log {
  spdlog::logger logger{"kpb"};
  std::shared_ptr<spdlog::sinks::sink> terminal, file; // null where nobody listens

  void use() {
    logger.set_level(terminal ? spdlog::level::debug : spdlog::level::info);
    logger.sinks().clear();
    for (const auto& sink : {terminal, file})
      if (sink)
        logger.sinks().push_back(sink);
  }
};

Log& the_log() {
  static Log instance;
  return instance;
}

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
  case LogLevel::debug: return spdlog::level::debug;
  case LogLevel::info: return spdlog::level::info;
  case LogLevel::warning: return spdlog::level::warn;
  case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

} // namespace

void log(LogLevel level, std::string_view origin, std::string_view text) {
  auto& logger = the_log().logger;
  if (!logger.sinks().empty() && logger.should_log(level_of(level)))
    logger.log(level_of(level), "{}: {}", origin, escape_lines(text));
}

void enable_debug_log() {
  auto& instance = the_log();
  instance.terminal = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  instance.terminal->set_pattern("%n: debug: %v (+%o ms)");
  instance.use();
}

bool debug_log_enabled() { return the_log().terminal != nullptr; }

LogFile::LogFile(const std::string& path) {
  auto& instance = the_log();
  instance.file = std::make_shared<AppendSink>(path);
  instance.use();
}

LogFile::~LogFile() {
  the_log().file = nullptr;
  the_log().use();
}

} // namespace kpb
