// SPDX-License-Identifier: GPL-2.0-only
//
// A text file to which only whole lines are appended: a line is either complete or absent, even if
// the disk is full.
#ifndef KPB_CORE_SYSTEM_APPEND_FILE_HPP
#define KPB_CORE_SYSTEM_APPEND_FILE_HPP

#include "core/base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace kpb {

class AppendFile {
public:
  // Creates the file if it does not exist; never follows a symlink.
  static Result<std::unique_ptr<AppendFile>> open(const std::string& path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  // `line` is given without a line end. If an earlier writer was killed within a line, that line is
  // ended first.
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
