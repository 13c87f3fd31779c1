// SPDX-License-Identifier: GPL-2.0-only
//
// Finds templates that make rpm expand free text twice, and nothing else.
#include "tag_macros.hpp"

#include <catch2/catch_test_macros.hpp>

using kpb::rpm::find_tag_macro;

TEST_CASE("tag macros over free text are found in every form") {
  CHECK(find_tag_macro("%description\n%{summary}\n") == "%{summary}");
  CHECK(find_tag_macro("x %summary y") == "%summary");
  CHECK(find_tag_macro("%{?url}") == "%{?url}");
  CHECK(find_tag_macro("%{!?LICENSE:x}") == "%{!?LICENSE");
  CHECK(find_tag_macro("%{SUMMARY}") == "%{SUMMARY}");
  CHECK(find_tag_macro("%%%{group}") == "%{group}");
}

TEST_CASE("escaped text, section names and other macros pass") {
  CHECK(find_tag_macro("Summary: 100%% of %%{summary}\n%description\n%files\n").empty());
  CHECK(find_tag_macro("%global debug_package %{nil}\n%{name}-%{version}").empty());
  CHECK(find_tag_macro("%{urlhelper} %summary_x").empty());
  CHECK(find_tag_macro("ends in %").empty());
  CHECK(find_tag_macro("").empty());
}
