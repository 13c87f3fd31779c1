// SPDX-License-Identifier: GPL-2.0-only
//
// A control file read as strictly as the strictest of dpkg, dpkg-deb and apt: each of them lets something pass
// that another refuses or takes for something else.
#ifndef KPB_PLUGIN_DEB_CONTROL_READER_HPP
#define KPB_PLUGIN_DEB_CONTROL_READER_HPP

#include "relations.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kpb::deb {

class ControlFile {
public:
  // Throws Damage: a line that is neither a field nor goes on with one, a field twice, an empty line, no line
  // end at the end, control bytes, ...
  explicit ControlFile(std::string_view text);

  const std::vector<std::pair<std::string, std::string>>& fields() const { return m_fields; }
  bool has(std::string_view field) const;
  // The first line's text; "" where there is no such field.
  std::string line(std::string_view field) const;
  // The lines below it, each with its blank.
  std::string lines(std::string_view field) const;

private:
  const std::string* find(std::string_view field) const;
  std::vector<std::pair<std::string, std::string>> m_fields; // value with its line ends
};

// All fields of relations that dpkg knows, in kpb's terms. Throws Damage for one that cannot be read.
std::vector<views::Relation> relations_of(const ControlFile& control);

} // namespace kpb::deb

#endif
