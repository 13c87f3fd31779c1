// SPDX-License-Identifier: GPL-2.0-only
//
// A text file that only grows, by whole lines: a line is there or it is not, also when the disk is full.
#ifndef KPB_CORE_SYSTEM_APPEND_FILE_HPP
#define KPB_CORE_SYSTEM_APPEND_FILE_HPP

#include "core/base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace kpb {

class AppendFile {
public:
  // Made when it is not there; never through a symlink.
  static Result<std::unique_ptr<AppendFile>> open(const std::string& path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  // `line` without its end. What an earlier, killed writer left of one is ended first.
  Status append(std::string_view line);
  Status sync();

private:
  AppendFile(int descriptor, std::string path)
      : m_descriptor(descriptor), m_path(std::move(path)) {}
  int m_descriptor;
  std::string m_path;
};

} // namespace kpb

#endif
