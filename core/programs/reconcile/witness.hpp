// SPDX-License-Identifier: GPL-2.0-only
//
// Files that remember what could not be read. Whoever asks has each answer by itself, where a file
// that may not be read looks much like one that is not there; so that no such answer becomes an
// all-clear, status ends with what this has seen.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_WITNESS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_WITNESS_HPP

#include "core/programs/reconcile/world.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

class Witness final : public Files {
public:
  // `at_rest`: nothing runs in this root, so what is in its /proc, /sys and /run is nobody's word.
  Witness(Files& files, bool at_rest) : m_files(files), m_at_rest(at_rest) {}

  struct Unseen {
    std::string where;
    std::string why;
  };
  const std::vector<Unseen>& unseen() const { return m_unseen; }

  bool of_another_root() const override { return m_files.of_another_root(); }
  Result<std::string> read(const std::string& path, size_t limit) override;
  Result<std::string> head(const std::string& path, size_t size) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<FileFacts> look(const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;
  // Nothing is written through a witness: EROFS.
  int put(const std::string& path, const std::string& text) override;
  int replace(const std::string& path, const std::string& text) override;
  int overwrite(const std::string& path, const std::string& text) override;
  int make_directory(const std::string& path) override;
  int remove(const std::string& path) override;
  Result<std::unique_ptr<Lock>> try_lock(const std::string& path) override;

private:
  template <class T, class Ask> Result<T> seen(const std::string& path, const Ask& ask);

  Files& m_files;
  bool m_at_rest;
  std::vector<Unseen> m_unseen;
};

} // namespace kpb::runtime

#endif
