// SPDX-License-Identifier: GPL-2.0-only
//
// See plan_boot.hpp.
#include "core/boot/plan_boot.hpp"

#include "core/base/text.hpp"
#include <kpb/sdk/tabbed_lines.hpp>

#include <algorithm>

namespace kpb {

namespace {

constexpr const char* k_livepatch = "/sys/kernel/livepatch/";

// What happens to a patch when the patches after it are loaded.
enum class Fate { stays, goes, unknown };

std::vector<Fate> fates(const std::vector<BootModule>& patches) {
  std::vector<Fate> out(patches.size(), Fate::stays);
  for (size_t i = 0; i < patches.size(); ++i)
    for (size_t later = i + 1; later < patches.size() && out[i] != Fate::goes; ++later)
      if (!patches[later].replace)
        out[i] = Fate::unknown;
      else if (*patches[later].replace)
        out[i] = Fate::goes;
  return out;
}

class Plan {
public:
  explicit Plan(const BootRequest& request) : m_request(request) {}

  std::vector<BootStep> make() {
    const auto& patches = m_request.patches;
    const auto becomes = fates(patches);
    const std::string bound = std::to_string(k_transition_bound);
    add("", "the kernel supports live patching", {"directory", k_livepatch});
    for (const auto& target : m_request.targets)
      add(target.name, "loads (a module that is to be patched)", {"load", target.path});
    expect(Expectation::When::before_load);
    for (const auto& patch : patches) {
      add(patch.name, "loads", {"load", patch.path});
      add(patch.name, "its transition ends", {"settle", patch.name, bound});
      add(patch.name, "is enabled", {"is", k_livepatch + patch.name + "/enabled", "1"});
      objects(patch, m_request.late_targets.empty());
    }
    for (const auto& target : m_request.late_targets)
      add(target.name, "loads after the patches", {"load", target.path});
    for (size_t i = 0; i < patches.size(); ++i)
      if (becomes[i] == Fate::goes)
        add(patches[i].name, "has been replaced", {"absent", k_livepatch + patches[i].name});
      else if (becomes[i] == Fate::stays && (i + 1 < patches.size() || late()))
        objects(patches[i], true);
    expect(Expectation::When::after_load);
    for (size_t i = patches.size(); i-- > 0;)
      if (becomes[i] != Fate::goes)
        add(patches[i].name, "can be disabled",
            {becomes[i] == Fate::stays ? "disable" : "disable-if-there", patches[i].name, bound});
    for (size_t i = patches.size(); i-- > 0;)
      add(patches[i].name, "can be removed", {"remove", patches[i].name});
    expect(Expectation::When::after_unload);
    return std::move(m_steps);
  }

private:
  bool late() const { return !m_request.late_targets.empty(); }

  void add(const std::string& subject, const std::string& what, std::vector<std::string> words) {
    m_steps.push_back({std::move(words), subject, what});
  }
  void objects(const BootModule& patch, bool all) {
    const bool strict = all && !m_request.allow_unloaded;
    add(patch.name, strict ? "every object is patched" : "every object that is loaded is patched",
        {"objects", patch.name, strict ? "all" : "loaded"});
  }
  void expect(Expectation::When when) {
    for (const auto& expectation : m_request.expectations)
      if (expectation.when == when)
        add("", expectation.what, expectation.words);
  }

  const BootRequest& m_request;
  std::vector<BootStep> m_steps;
};

} // namespace

void order_patches(std::vector<BootModule>& patches) {
  std::stable_partition(patches.begin(), patches.end(),
                        [](const BootModule& patch) { return patch.replace.value_or(false); });
}

std::vector<BootStep> plan_boot(const BootRequest& request) { return Plan(request).make(); }

size_t first_load(const std::vector<BootStep>& steps) {
  const auto it = std::find_if(steps.begin(), steps.end(),
                               [](const BootStep& step) { return step.words[0] == "settle"; });
  return it == steps.begin() ? 0 : static_cast<size_t>(it - steps.begin()) - 1;
}

std::string steps_file(const std::vector<BootStep>& steps, const std::string& tag) {
  std::string out = "kpb-steps/1\t" + tag + "\n";
  for (const auto& step : steps)
    out += join(step.words, "\t") + "\n";
  return out;
}

bool steps_read_back(std::string_view text, const std::vector<BootStep>& steps,
                     const std::string& tag) {
  std::vector<std::vector<std::string>> expected = {{"kpb-steps/1", tag}};
  for (const auto& step : steps)
    expected.push_back(step.words);
  std::vector<std::vector<std::string>> found;
  for (std::string_view line; next_line(text, line);) {
    found.push_back(tabbed_words(line));
    if (!tabbed_line(found.back()))
      return false;
  }
  return found == expected;
}

} // namespace kpb
