// SPDX-License-Identifier: GPL-2.0-only
//
// Lists of texts on their way through a pipe: each text with its length in front, so that it may hold anything.
#ifndef KPB_CORE_SERIES_RECORDS_HPP
#define KPB_CORE_SERIES_RECORDS_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

std::string record(const std::vector<std::string>& fields);

class RecordReader {
public:
  void add(std::string_view text) { m_text += text; }
  // The next whole one; it has at least one field.
  std::optional<std::vector<std::string>> next();

private:
  std::string m_text;
  size_t m_at = 0;
};

} // namespace kpb

#endif
