// SPDX-License-Identifier: GPL-2.0-only
//
// A finished deb taken apart, from memory and without any of its names touching the file system. It may come
// from anybody: sizes are bounded, and nothing in it is believed that is not proven by what else is in it.
#ifndef KPB_PLUGIN_DEB_PACKAGE_READER_HPP
#define KPB_PLUGIN_DEB_PACKAGE_READER_HPP

#include "plugins/common/package_text/reading.hpp"

#include <kpb/sdk/limits.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kpb::deb {

using package_text::Damage;

struct Entry {
  std::string path; // as the archive has it: "./var/lib/"
  std::string kind; // "file", "dir", "link" (a symbolic one), "hardlink" or "special"
  unsigned mode = 0;
  std::string owner; // a name, or a number where it has none
  std::string group;
  std::string capabilities; // words, where there are extended attributes
  std::string content;
};

struct Package {
  std::vector<Entry> control; // members of the control part
  std::vector<Entry> files;
  std::vector<std::string> oddities; // in words: what kpb does not write so
};

// Throws kpb::sdk::Error for what is no deb at all, and Damage for a broken one.
Package read_package(std::string_view bytes);

// "./var/lib/" and "var/lib" are "/var/lib", "./" is "/".
std::string absolute_path(std::string_view path);

} // namespace kpb::deb

#endif
