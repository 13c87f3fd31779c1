// SPDX-License-Identifier: GPL-2.0-only
//
// See cell_command.hpp.
#include "core/series/cell_command.hpp"

#include "core/base/text.hpp"
#include "core/request/options.hpp"

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

} // namespace kpb
