// SPDX-License-Identifier: GPL-2.0-only
//
// The original as it is compiled for priming: the patch that changes nothing, the target's configuration, and
// the check that what was compiled is the target's kernel. See docs/building-patches.md.
#include "core/base/text.hpp"
#include "core/kernel/config_file.hpp"
#include "core/kernel/symvers.hpp"
#include "core/kernel/view.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_text = 64ULL * 1024 * 1024;
constexpr size_t k_shown_differences = 10;

std::vector<std::string> lines_of(std::string_view text) {
  auto lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty())
    lines.pop_back();
  return lines;
}

} // namespace

std::string patch_of_readme(const std::optional<std::string>& readme) {
  const std::string text = readme.value_or("");
  const auto lines = lines_of(text);
  const size_t context = std::min<size_t>(lines.size(), 3);
  const size_t before = lines.size() - context;
  const size_t first = context > 0 ? before + 1 : 0; // a hunk of no old lines begins at line 0
  std::string out =
      fmt::format("--- {}\n+++ b/README\n@@ -{},{} +{},{} @@\n", readme ? "a/README" : "/dev/null",
                  first, context, std::max<size_t>(first, 1), context + 1);
  const bool ends_with_newline = text.empty() || text.back() == '\n';
  for (size_t i = before; i < lines.size(); ++i) {
    const bool last = i + 1 == lines.size();
    if (last && !ends_with_newline) // it gets a newline, which makes it another line
      out += fmt::format("-{0}\n\\ No newline at end of file\n+{0}\n", lines[i]);
    else
      out += " " + lines[i] + "\n";
  }
  return out + "+compiled once, for every live patch of this kernel\n";
}

// The target's configuration, as this tree and this compiler take it. What they change of it would be
// compiled into the original; unless that is known to be harmless, the source is not the kernel's.
bool KernelView::configure(const ViewLayout& layout, const std::string& tree,
                           DiagnosticSink& sink) {
  auto& files = m_context.files;
  const auto given = files.read(m_kernel.config(), k_max_text);
  if (!given)
    return fail(
        sink, {.fault = Fault::environment, .code = "kernel-config", .what = given.error().text()});
  const std::string wanted = config_for_building(*given);
  if (const auto done = files.write_new(tree + "/.config", wanted, 0644, false); !done)
    return fail(sink, {.fault = Fault::environment, .code = "view", .what = done.error().text()});
  const auto made = enter(layout, {{"make", "-s", "olddefconfig"}, {}}, nullptr,
                          "config-" + m_kernel.release(), sink);
  if (!made || made->interrupted)
    return false;
  if (made->exit_status != 0)
    return fail(sink, {.fault = Fault::tool,
                       .code = "kernel-olddefconfig",
                       .what = "make olddefconfig failed in the kernel's tree",
                       .why = last_lines(made->output, 15),
                       .hint = fmt::format("the whole log is {}", made->log)});
  const auto resulting = files.read(tree + "/.config", k_max_text);
  if (!resulting)
    return fail(sink,
                {.fault = Fault::environment, .code = "view", .what = resulting.error().text()});
  std::vector<std::string> differences;
  for (const auto& difference : compare_configs(parse_config(wanted), parse_config(*resulting)))
    if (difference.harmless.empty())
      differences.push_back(described(difference));
  if (differences.empty())
    return true;
  const size_t count = differences.size();
  if (count > k_shown_differences)
    differences.resize(k_shown_differences);
  return fail(
      sink,
      {.fault = Fault::input,
       .code = "kernel-config",
       .what = fmt::format(
           "the configuration does not belong to this source tree and compiler: {} options "
           "change",
           count),
       .why = join(differences, "; ") + (count > k_shown_differences ? "; ..." : ""),
       .hint = "use the source package and the compiler that the kernel was built with (--root)"});
}

// The symbols' CRCs are over all types that an exported function touches: equal ones prove that source,
// configuration and compiler are the kernel's.
bool KernelView::check_original(const std::string& making, DiagnosticSink& sink) const {
  auto& files = m_context.files;
  const auto shipped = files.read(m_kernel.symvers(), k_max_text);
  const auto config = files.read(m_kernel.config(), k_max_text);
  if (!shipped || !config || !is_on(parse_config(*config), "MODVERSIONS"))
    return true;
  const auto rebuilt = files.read(making + "/tree/Module.symvers", k_max_text);
  if (!rebuilt)
    return fail(sink, {.fault = Fault::tool,
                       .code = "kernel-symvers",
                       .what = "compiling the original did not produce a Module.symvers",
                       .why = rebuilt.error().reason()});
  const auto theirs = parse_symvers(*shipped, m_kernel.symvers(), sink);
  const auto ours = parse_symvers(*rebuilt, making + "/tree/Module.symvers", sink);
  return theirs && ours && check_symvers(compare_symvers(*theirs, *ours), m_kernel.symvers(), sink);
}

} // namespace kpb
