// SPDX-License-Identifier: GPL-2.0-only
//
// The request that `kpb build` makes from a command line.
#ifndef KPB_TESTS_UNIT_TYPED_REQUEST_HPP
#define KPB_TESTS_UNIT_TYPED_REQUEST_HPP

#include "core/cli/build_arguments.hpp"
#include "core/cli/command.hpp"
#include "core/cli/parse.hpp"

#include <catch2/catch_test_macros.hpp>

namespace kpb_test {

inline kpb::BuildRequest typed(const std::vector<std::string>& words) {
  kpb::CollectingSink sink;
  auto specs = kpb::find_command("build")->spec.options;
  specs.insert(specs.end(), kpb::common_options().begin(), kpb::common_options().end());
  const auto arguments = kpb::parse_arguments(words, specs, "kpb help build", sink);
  kpb::BuildRequest request;
  const bool taken = arguments && kpb::take_arguments(*arguments, request, sink);
  INFO((sink.first_error() == nullptr ? "" : sink.first_error()->what));
  REQUIRE(taken);
  return request;
}

} // namespace kpb_test

#endif
