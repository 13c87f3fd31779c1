// SPDX-License-Identifier: GPL-2.0-only
//
// What readers of finished packages share: how they say that one is damaged, and the form that the host wants
// its answers in.
#ifndef KPB_PLUGINS_COMMON_PACKAGE_TEXT_READING_HPP
#define KPB_PLUGINS_COMMON_PACKAGE_TEXT_READING_HPP

#include <stdexcept>
#include <string>

namespace kpb::package_text {

// The package is not what it says itself.
class Damage : public std::runtime_error {
public:
  explicit Damage(const std::string& what, std::string why = {})
      : std::runtime_error(what), m_why(std::move(why)) {}
  const std::string& why() const { return m_why; }

private:
  std::string m_why;
};

// The file cannot be opened, by errno; of a process that may open no more files that says nothing.
[[noreturn]] void refuse_open(const std::string& path, int number, const std::string& code);

// "0644"
std::string octal_mode(unsigned mode);

} // namespace kpb::package_text

#endif
