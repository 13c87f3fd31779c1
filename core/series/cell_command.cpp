// SPDX-License-Identifier: GPL-2.0-only
//
// See cell_command.hpp.
#include "core/series/cell_command.hpp"

#include "core/base/text.hpp"
#include "core/request/options.hpp"

#include <algorithm>
#include <utility>

namespace kpb {

namespace {

std::vector<std::string> begin_command(const JobWords& words,
                                       std::initializer_list<std::string> command) {
  std::vector<std::string> out = {words.program};
  out.insert(out.end(), command);
  out.insert(out.end(), words.common.begin(), words.common.end());
  return out;
}

void add(std::vector<std::string>& to, const std::vector<std::string>& words) {
  to.insert(to.end(), words.begin(), words.end());
}

} // namespace

std::vector<std::string> cell_command(const SeriesPlan& plan, const SeriesCell& cell,
                                      const JobWords& words, const SeriesSigning& signing,
                                      const CellJob& job) {
  const BuildRequest request = cell_request(plan, cell, words, signing, job);
  auto out = begin_command(words, {"build"});
  add(out, option_words(request));
  add(out, {"--report", job.report});
  if (!request.arguments.empty()) {
    add(out, {"--"});
    add(out, request.arguments);
  }
  return out;
}

std::vector<std::string> prime_command(const SeriesPlan& plan, const SeriesKernel& kernel,
                                       const JobWords& words, uint64_t processors, bool compile) {
  BuildRequest request = prime_request(plan, kernel);
  request.store = words.store;
  request.store_limit = words.store_limit;
  request.jobs = processors;
  auto out = begin_command(words, {"kernel", "add"});
  add(out, option_words(request));
  if (!compile)
    add(out, {"--no-compile"});
  return out;
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) {
    const bool plain = !word.empty() && made_of(word, "_@%+=:,./-");
    out += (out.empty() ? "" : " ") + (plain ? word : "'" + replace_all(word, "'", "'\\''") + "'");
  }
  return out;
}

std::optional<std::vector<std::vector<std::string>>> shell_commands(std::string_view script) {
  std::vector<std::vector<std::string>> out;
  std::vector<std::string> words;
  std::optional<std::string> word; // the one that has begun
  const auto end_word = [&] {
    if (word)
      words.push_back(std::move(*word));
    word.reset();
  };
  if (contains(script, std::string_view("\0", 1)))
    return std::nullopt;
  for (size_t i = 0; i < script.size(); ++i) {
    const char c = script[i];
    if (c == '#' && !word) {
      i = std::min(script.find('\n', i), script.size()) - 1;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      end_word();
      if (c == '\n' && !words.empty())
        out.push_back(std::exchange(words, {}));
    } else if (c == '\'') {
      const size_t close = script.find('\'', i + 1);
      if (close == std::string_view::npos)
        return std::nullopt;
      word = word.value_or("") + std::string(script.substr(i + 1, close - i - 1));
      i = close;
    } else {
      i += c == '\\' ? 1 : 0;
      word = word.value_or("") + (i < script.size() ? std::string(1, script[i]) : "");
    }
  }
  end_word();
  if (!words.empty())
    out.push_back(std::move(words));
  return out;
}

} // namespace kpb
