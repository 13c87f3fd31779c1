// SPDX-License-Identifier: GPL-2.0-only
//
// See make_output.hpp. The messages are those of gcc, clang, binutils, GNU make and modpost in the
// C locale; an unknown one is not lost, it only shows up among its neighbours.
#include "make_output.hpp"

#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <array>
#include <sstream>

namespace kpb::builders {
namespace {

constexpr size_t k_shown_lines = 15;

bool is_undefined_symbol(std::string_view line) {
  return contains(line, " undefined!") &&
         (line.starts_with("ERROR:") || line.starts_with("WARNING:"));
}

bool is_error(std::string_view line) {
  static constexpr std::array<std::string_view, 6> k_parts = {": error: ",
                                                              ": fatal error: ",
                                                              ": Error: ",
                                                              ": multiple definition of ",
                                                              "No rule to make target",
                                                              "No space left on device"};
  for (const std::string_view begin : {"error: ", "ERROR:", "FATAL:"})
    if (line.starts_with(begin))
      return true;
  if (line.starts_with("/bin/sh:") && contains(line, "not found"))
    return true;
  // make reports every level that it leaves ("*** [Makefile:250: x.o] Error 1"): no news in that.
  if (contains(line, "*** ") && !contains(line, "*** ["))
    return !contains(line, "Waiting for unfinished jobs") && !contains(line, "Deleting file");
  return std::any_of(k_parts.begin(), k_parts.end(),
                     [&](std::string_view part) { return contains(line, part); });
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (size_t i = 0; i < lines.size() && i < k_shown_lines; ++i)
    out += (out.empty() ? "" : "\n") + lines[i];
  if (lines.size() > k_shown_lines)
    out += "\n(and " + std::to_string(lines.size() - k_shown_lines) + " more)";
  return out;
}

} // namespace

MakeOutput::MakeOutput(const std::string& text, const std::string& module_dir,
                       const ModuleTree& tree) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line = replace_all(replace_all(line, module_dir + "/", ""), module_dir, ".");
    for (const auto& [here, there] : tree.renamed)
      line = replace_all(line, here + ":", there + ":");
    if (!is_blank(line))
      m_lines.push_back(line);
  }
}

std::string MakeOutput::refusal() const {
  for (const auto& line : m_lines) {
    const size_t mark = line.find(k_refusal_mark);
    const size_t end = line.rfind(".  Stop.");
    if (mark != std::string::npos)
      return line.substr(mark + k_refusal_mark.size(),
                         end == std::string::npos ? end : end - mark - k_refusal_mark.size());
  }
  return {};
}

std::string MakeOutput::undefined_symbols() const {
  std::vector<std::string> found;
  std::copy_if(m_lines.begin(), m_lines.end(), std::back_inserter(found), is_undefined_symbol);
  return joined(found);
}

std::string MakeOutput::errors() const {
  std::vector<std::string> found;
  std::copy_if(m_lines.begin(), m_lines.end(), std::back_inserter(found), is_error);
  if (found.empty())
    found.assign(m_lines.end() -
                     static_cast<std::ptrdiff_t>(std::min(m_lines.size(), k_shown_lines)),
                 m_lines.end());
  return joined(found);
}

} // namespace kpb::builders
