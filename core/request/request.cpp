// SPDX-License-Identifier: GPL-2.0-only
//
// See request.hpp.
#include "core/request/request.hpp"

namespace kpb {

const std::vector<std::string>& BuildRequest::formats() const {
  static const std::vector<std::string> recipe = {"rpm-spec"};
  return backends.empty() ? recipe : backends;
}

const std::vector<std::string>& BuildRequest::policies() const {
  static const std::vector<std::string> standard = {"standard"};
  return chain.empty() ? standard : chain;
}

} // namespace kpb
