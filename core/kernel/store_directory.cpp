// SPDX-License-Identifier: GPL-2.0-only
//
// Where the store is, and who holds a lock in it. See store.hpp.
#include "core/base/text.hpp"
#include "core/kernel/store.hpp"
#include "core/system/believe.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <unistd.h>

namespace kpb {

namespace {

std::string default_directory(const Environment& environment) {
  if (environment.is_root())
    return "/var/cache/kpb";
  // XDG: a relative value is to be ignored.
  const std::string cache = environment.variable("XDG_CACHE_HOME").value_or("");
  if (cache.starts_with("/"))
    return cache + "/kpb";
  const std::string home = environment.variable("HOME").value_or("");
  return home.starts_with("/") ? home + "/.cache/kpb" : "";
}

// The directories that are missing, the store's own last.
bool make_path(const RunContext& context, const std::string& directory) {
  if (context.files.stat(directory))
    return true;
  const std::string parent = parent_path(directory);
  if (parent != directory && !make_path(context, parent))
    return false;
  if (const auto made = context.files.make_directory(directory, 0700); !made)
    return context.fail({.fault = Fault::environment,
                         .code = "kernel-store",
                         .what = made.error().text(),
                         .hint = "--store DIR or KPB_STORE names another store"});
  return true;
}

} // namespace

std::optional<std::string> store_directory(const RunContext& context,
                                           const std::optional<std::string>& given, bool make) {
  const std::string variable = context.environment.variable("KPB_STORE").value_or("");
  const std::string wanted = given               ? *given
                             : !variable.empty() ? variable
                                                 : default_directory(context.environment);
  if (wanted.empty()) {
    context.fail({.fault = Fault::input,
                  .code = "kernel-store",
                  .what = "no store is named",
                  .why = "--store is empty, or HOME is not set",
                  .hint = "--store DIR names one"});
    return std::nullopt;
  }
  std::string absolute =
      wanted[0] == '/' ? wanted : context.environment.current_directory() + "/" + wanted;
  if (make && !make_path(context, absolute))
    return std::nullopt;
  if (!context.files.stat(absolute))
    return absolute;
  if (!believe(context.files, context.diagnostics, absolute, Wanted::directory,
               {.code = "kernel-store-unsafe",
                .what = fmt::format("the store {} cannot be trusted", shown(absolute)),
                .because = "builders run what lies there, with your rights"}))
    return std::nullopt;
  return context.files.resolve(absolute).value_or(absolute);
}

std::string holder_line(const std::string& doing) {
  return std::to_string(::getpid()) + " " + doing;
}

std::string living_holders(FileSystem& files, const std::string& lock_file) {
  const auto text = files.read(lock_file, 1 << 20);
  std::vector<std::string> alive;
  for (const auto& line : split(text ? *text : "", '\n')) {
    const size_t blank = line.find(' ');
    const std::string pid = line.substr(0, blank);
    if (blank == std::string::npos || !parse_unsigned(pid, INT32_MAX) ||
        !files.stat("/proc/" + pid))
      continue;
    const std::string shown_line =
        "pid " + pid + ", which " + escape_control(line.substr(blank + 1));
    if (std::find(alive.begin(), alive.end(), shown_line) == alive.end())
      alive.push_back(shown_line);
  }
  return join(alive, " and ");
}

} // namespace kpb
