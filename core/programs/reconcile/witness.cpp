// SPDX-License-Identifier: GPL-2.0-only
//
// See witness.hpp.
#include "core/programs/reconcile/witness.hpp"

#include <algorithm>
#include <cerrno>

namespace kpb::runtime {

namespace {

constexpr size_t k_most = 100; // of the paths that are remembered

// Errors that are an answer: there is no such file (ENODEV: sysfs, when it has just gone; EINVAL: it
// is no link), or whoever reads it reports that it is not as it should be.
bool is_an_answer(int error) {
  for (const int one : {ENOENT, ENOTDIR, ENODEV, EINVAL, EFBIG, EISDIR})
    if (error == one)
      return true;
  return false;
}

bool is_of_a_running_system(const std::string& path) {
  for (const char* top : {"/proc/", "/sys/", "/run/"})
    if (path.starts_with(top))
      return true;
  return false;
}

} // namespace

template <class T, class Ask> Result<T> Witness::seen(const std::string& path, const Ask& ask) {
  if (m_at_rest && is_of_a_running_system(path))
    return tl::unexpected(ENOENT);
  Result<T> answer = ask();
  if (!answer && !is_an_answer(answer.error()) && m_unseen.size() < k_most &&
      std::none_of(m_unseen.begin(), m_unseen.end(),
                   [&](const Unseen& one) { return one.where == path; }))
    m_unseen.push_back({path, answer.error().text()});
  return answer;
}

Result<std::string> Witness::read(const std::string& path, size_t limit) {
  return seen<std::string>(path, [&] { return m_files.read(path, limit); });
}

Result<std::string> Witness::head(const std::string& path, size_t size) {
  return seen<std::string>(path, [&] { return m_files.head(path, size); });
}

Result<std::vector<std::string>> Witness::list(const std::string& directory) {
  return seen<std::vector<std::string>>(directory, [&] { return m_files.list(directory); });
}

Result<FileFacts> Witness::look(const std::string& path) {
  return seen<FileFacts>(path, [&] { return m_files.look(path); });
}

Result<std::string> Witness::read_link(const std::string& path) {
  return seen<std::string>(path, [&] { return m_files.read_link(path); });
}

int Witness::put(const std::string&, const std::string&) { return EROFS; }
int Witness::replace(const std::string&, const std::string&) { return EROFS; }
int Witness::overwrite(const std::string&, const std::string&) { return EROFS; }
int Witness::make_directory(const std::string&) { return EROFS; }
int Witness::remove(const std::string&) { return EROFS; }
Result<std::unique_ptr<Lock>> Witness::try_lock(const std::string&) {
  return tl::unexpected(EROFS);
}

} // namespace kpb::runtime
