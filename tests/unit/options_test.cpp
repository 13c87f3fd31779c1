// SPDX-License-Identifier: GPL-2.0-only
//
// The table of options, row by row: what is typed arrives in the request, and the request gives the
// same words again.
#include "core/request/options.hpp"
#include "typed_request.hpp"

using namespace kpb;
using kpb_test::typed;

namespace {

std::string word_for(const Option& option) {
  if (std::holds_alternative<std::optional<uint64_t> BuildRequest::*>(option.member))
    return "3";
  if (std::holds_alternative<std::map<std::string, std::string> BuildRequest::*>(option.member))
    return "key=value=1";
  return "word";
}

} // namespace

TEST_CASE("each option arrives in the request, which tells the same words again", "[options]") {
  for (const auto& option : options()) {
    if (option.spec.name == nullptr || std::holds_alternative<std::monostate>(option.member))
      continue;
    const std::string name = std::string("--") + option.spec.name;
    CAPTURE(name);
    std::vector<std::string> words = {name};
    if (option.spec.argument != nullptr)
      words.push_back(word_for(option));
    const BuildRequest request = typed(words);
    CHECK_FALSE(request == BuildRequest{});
    if (std::holds_alternative<Shorthand>(option.member)) {
      CHECK(option_words(request) == std::vector<std::string>{"--backend", "rpm-build"});
      continue;
    }
    CHECK(option_words(request) == words);
    CHECK(typed(option_words(request)) == request);
    BuildRequest silent, again;
    put_missing(silent, request);
    CHECK(silent == request);
    put_missing(again, silent);
    put_missing(again, silent);
    CHECK(again == request);
    clear(option, silent);
    CHECK(silent == BuildRequest{});
  }
}

TEST_CASE("the first who says it is heard, lists and settings aside", "[options]") {
  BuildRequest own = typed({"--name", "a", "--set", "x=1", "--cve", "CVE-1", "--summary", "s"});
  const BuildRequest other = typed({"--name", "b", "--epoch", "2", "--set", "x=2", "--set", "y=3",
                                    "--cve", "CVE-2", "--summary", "t", "--url", "u"});
  BuildRequest more = own;
  put_missing(own, other);
  CHECK(own == typed({"--name", "a", "--epoch", "2", "--set", "x=1", "--set", "y=3", "--cve",
                      "CVE-1", "--summary", "s", "--url", "u"}));
  put_more(more, other);
  CHECK(more.cves == std::vector<std::string>{"CVE-1", "CVE-2"});
  CHECK(more.name == "a");
}

TEST_CASE("words that look like options are values where a value stands", "[options]") {
  for (const char* word : {"-x", "--json", "-", "--", "a=b", "-p", "", "a b\nc"}) {
    CAPTURE(word);
    BuildRequest request;
    request.metadata["summary"] = word;
    request.settings["key"] = word;
    request.output = word;
    CHECK(typed(option_words(request)) == request);
  }
}
