// SPDX-License-Identifier: GPL-2.0-only
//
// Expands manifests in memory, for plans and identities without a disk. The manifests are in /m.
#ifndef KPB_TESTS_UNIT_SERIES_WORLD_HPP
#define KPB_TESTS_UNIT_SERIES_WORLD_HPP

#include "core/series/identity.hpp"
#include "memory_world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <sstream>

namespace kpb_test {

inline std::string fixture_text(const std::string& name) {
  std::ifstream in(std::string(KPB_TEST_FIXTURES) + "/" + name, std::ios::binary);
  REQUIRE(in);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct SeriesWorld : World {
  std::optional<kpb::SeriesPlan> expand(const std::string& text) {
    auto manifest = kpb::parse_manifest(text, "m.yml", sink);
    INFO(this->text());
    REQUIRE(manifest);
    manifest->directory = "/m";
    return kpb::expand_cells(std::move(*manifest), context);
  }
  kpb::IdentityFields identity(const kpb::SeriesPlan& plan, const kpb::SeriesCell& cell,
                               const std::string& kernel_key,
                               const kpb::SeriesSigning& signing = {}) {
    kpb::FileDigests digests(files, 1000);
    kpb::Identities identities(plan, context, digests, signing);
    REQUIRE(identities.prepare());
    const auto out = identities.of(cell, kernel_key, sink);
    INFO(text());
    REQUIRE(out);
    return *out;
  }
  // The inputs of tests/fixtures/manifests/cells.yml.
  void put_inputs() {
    for (const char* name : {"fixes/a.patch", "b.patch", "h.c", "m.ko"})
      files.file(std::string("/m/") + name, std::string("content of ") + name, 1700000000);
  }
};

} // namespace kpb_test

#endif
