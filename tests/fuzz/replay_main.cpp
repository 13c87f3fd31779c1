// SPDX-License-Identifier: GPL-2.0-only
//
// Runs a target once on each of the given files and the files in given directories: as an ordinary
// test with the committed corpus, with any compiler and without libFuzzer; or by hand with whatever
// a fuzzer found.
//
//   kpb_fuzz_replay TARGET PATH...
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

// The targets under names of their own (see CMakeLists.txt).
#define KPB_TARGET(name) extern "C" int kpb_fuzz_##name(const uint8_t* data, size_t size);
#include "targets.inc"
#undef KPB_TARGET

namespace {

struct Target {
  std::string name;
  int (*run)(const uint8_t* data, size_t size);
};

const Target k_targets[] = {
#define KPB_TARGET(name) {#name, kpb_fuzz_##name},
#include "targets.inc"
#undef KPB_TARGET
};

std::vector<std::string> files_of(const std::string& path) {
  std::vector<std::string> out;
  if (!std::filesystem::is_directory(path))
    return {path};
  for (const auto& entry : std::filesystem::directory_iterator(path))
    out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

} // namespace

int main(int argc, char** argv) {
  const std::string wanted = argc > 2 ? argv[1] : "";
  const auto* target = std::find_if(std::begin(k_targets), std::end(k_targets),
                                    [&](const Target& t) { return t.name == wanted; });
  if (target == std::end(k_targets)) {
    std::fprintf(stderr, "usage: kpb_fuzz_replay TARGET PATH...\ntargets:");
    for (const Target& known : k_targets)
      std::fprintf(stderr, " %s", known.name.c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
  size_t count = 0;
  for (int i = 2; i < argc; ++i)
    for (const std::string& path : files_of(argv[i])) {
      std::fprintf(stderr, "%s\n", path.c_str()); // before the run: a crash leaves no other trace
      std::ifstream in(path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      target->run(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
      ++count;
    }
  std::printf("%s: %zu inputs\n", wanted.c_str(), count);
  return count == 0 ? 1 : 0;
}
