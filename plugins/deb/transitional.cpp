// SPDX-License-Identifier: GPL-2.0-only
//
// See transitional.hpp.
#include "transitional.hpp"

#include "contents.hpp"
#include "names.hpp"

#include <algorithm>

namespace kpb::deb {
namespace {

// Above the bound, and growing with the new package's version: each version of that may bring a
// transitional package of its own.
std::string version_above(const std::string& bound, std::string version) {
  std::replace_if(
      version.begin(), version.end(), [](char c) { return c == ':' || c == '-'; }, '.');
  return bound + (contains(bound, "+kpb") ? "" : "+kpb") + version;
}

} // namespace

Deb transitional_for(const Deb& to, const Superseded& old) {
  Deb deb;
  deb.beside = "the transitional package of " + old.original;
  deb.name = old.name;
  deb.version = version_above(old.bound, to.version);
  deb.arch = to.arch;
  deb.file_name = file_name(deb.name, deb.version, deb.arch);
  deb.relations.push_back({"requires", to.name});
  return deb;
}

void describe_transitional(Deb& deb, const Deb& to, const sdk::Host& host,
                           const sdk::Document& document, const sdk::Sink& out) {
  deb.maintainer = to.maintainer;
  deb.homepage = to.homepage;
  deb.summary =
      "transitional package of a live patch"; // a line that tools cut; names may be longer
  deb.description =
      " This package is empty. It depends on the live patch that replaces it, and can\n"
      " be removed when that one is installed.";
  deb.section = k_transitional_section;
  add_own_files(deb, host, document, out);
}

} // namespace kpb::deb
