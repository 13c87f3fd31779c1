// SPDX-License-Identifier: GPL-2.0-only
//
// See records.hpp. Both ends are this program, so numbers are written as the machine has them.
#include "core/series/records.hpp"

#include <cstdint>
#include <cstring>

namespace kpb {

namespace {

void put_number(std::string& out, size_t number) {
  const auto value = static_cast<uint32_t>(number);
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof bytes);
}

std::optional<uint32_t> number_at(const std::string& text, size_t& at) {
  uint32_t value = 0;
  if (text.size() - at < sizeof value)
    return std::nullopt;
  std::memcpy(&value, text.data() + at, sizeof value);
  at += sizeof value;
  return value;
}

} // namespace

std::string record(const std::vector<std::string>& fields) {
  std::string out;
  put_number(out, fields.size());
  for (const auto& field : fields) {
    put_number(out, field.size());
    out += field;
  }
  return out;
}

std::optional<std::vector<std::string>> RecordReader::next() {
  size_t at = m_at;
  const auto count = number_at(m_text, at);
  if (!count)
    return std::nullopt;
  std::vector<std::string> fields;
  for (uint32_t i = 0; i < *count; ++i) {
    const auto size = number_at(m_text, at);
    if (!size || m_text.size() - at < *size)
      return std::nullopt;
    fields.push_back(m_text.substr(at, *size));
    at += *size;
  }
  m_at = at;
  if (m_at > (1U << 20U)) { // what was read goes, now and then
    m_text.erase(0, m_at);
    m_at = 0;
  }
  return fields;
}

} // namespace kpb
