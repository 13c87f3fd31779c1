// SPDX-License-Identifier: GPL-2.0-only
//
// A test's own directory on the real file system, with the few operations that tests need. It is
// below /tmp, a sticky directory that others can write to, like kpb's own workspaces.
#ifndef KPB_TESTS_UNIT_TEMPORARY_DIRECTORY_HPP
#define KPB_TESTS_UNIT_TEMPORARY_DIRECTORY_HPP

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace kpb_test {

class TemporaryDirectory {
public:
  TemporaryDirectory() {
    char name[] = "/tmp/kpb-unit-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    m_path = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return m_path; }
  std::string operator/(const std::string& name) const { return m_path + "/" + name; }

  // Each returns the whole path. Modes are exact, whatever the umask is.
  std::string file(const std::string& name, const std::string& content = "x", mode_t mode = 0644) {
    std::ofstream(*this / name, std::ios::binary) << content;
    REQUIRE(::chmod((*this / name).c_str(), mode) == 0);
    return *this / name;
  }
  std::string directory(const std::string& name, mode_t mode = 0755) {
    REQUIRE(::mkdir((*this / name).c_str(), 0700) == 0);
    REQUIRE(::chmod((*this / name).c_str(), mode) == 0);
    return *this / name;
  }
  std::string symlink(const std::string& name, const std::string& to) {
    REQUIRE(::symlink(to.c_str(), (*this / name).c_str()) == 0);
    return *this / name;
  }
  std::string fifo(const std::string& name) {
    REQUIRE(::mkfifo((*this / name).c_str(), 0644) == 0);
    return *this / name;
  }
  std::string content(const std::string& name) const {
    std::ifstream in(*this / name, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  bool has(const std::string& name) const {
    struct stat st {};
    return ::lstat((*this / name).c_str(), &st) == 0;
  }
  mode_t mode(const std::string& name) const {
    struct stat st {};
    REQUIRE(::lstat((*this / name).c_str(), &st) == 0);
    return st.st_mode & 07777U;
  }

private:
  std::string m_path;
};

} // namespace kpb_test

#endif
