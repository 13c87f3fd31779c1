// SPDX-License-Identifier: GPL-2.0-only
//
// The patch that changes nothing but README: git must accept it whatever that file contains.
#include "core/kernel/view.hpp"
#include "temporary_directory.hpp"

using kpb_test::TemporaryDirectory;

namespace {

const std::string k_added = "compiled once, for every live patch of this kernel\n";

// The content of README afterwards.
std::string applied(const std::optional<std::string>& readme) {
  TemporaryDirectory temp;
  if (readme)
    temp.file("README", *readme);
  temp.file("p", kpb::patch_of_readme(readme));
  const std::string command =
      "cd '" + temp.path() +
      "' && GIT_CEILING_DIRECTORIES=/ git apply --whitespace=nowarn p >err 2>&1";
  if (std::system(command.c_str()) != 0)
    return "git apply: " + temp.content("err");
  return temp.content("README");
}

} // namespace

TEST_CASE("view: the patch of README applies to files of any length", "[view]") {
  for (const int count : {1, 2, 3, 4, 10}) {
    std::string text;
    for (int i = 0; i < count; ++i)
      text += "line " + std::to_string(i) + "\n";
    INFO(count << " lines");
    CHECK(applied(text) == text + k_added);
    CHECK(applied(text.substr(0, text.size() - 1)) == text + k_added);
  }
  CHECK(applied("") == k_added);
  CHECK(applied("\n") == "\n" + k_added);
  CHECK(applied("a\r\n\n\n") == "a\r\n\n\n" + k_added);
  CHECK(applied(std::nullopt) == k_added);
}
