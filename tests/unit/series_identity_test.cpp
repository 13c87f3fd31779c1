// SPDX-License-Identifier: GPL-2.0-only
//
// What a cell's identity consists of. Journals of earlier versions must still match, otherwise all
// patches of a fleet would be built again after an update of kpb.
#include "core/base/text.hpp"
#include "series_world.hpp"

using namespace kpb;
using kpb_test::fixture_text;
using kpb_test::SeriesWorld;

namespace {

// All cells of the manifest that has every key, each with the fields of its identity.
std::string told_identities() {
  SeriesWorld w;
  w.put_inputs();
  w.files.file("/m/kernel.src.rpm/Module.symvers", "symvers");
  const auto plan = w.expand(fixture_text("manifests/cells.yml"));
  REQUIRE(plan);
  const SeriesSigning signing{{}, {}, {{"sign-file", "12ab"}, {"sign-hash", "sha512"}}};
  std::string out;
  for (const auto& cell : plan->cells) {
    out += plan->name_of(cell) +
           (cell.left == Left::no ? "" : std::string(" ") + left_word(cell.left)) + "\n";
    if (cell.patches.empty())
      continue;
    auto fields = w.identity(*plan, cell, plan->kernel_of(cell).name + "'s key", signing);
    REQUIRE(fields[0].first == "kpb"); // whatever the version is
    fields.erase(fields.begin());
    out += fields_text(fields);
  }
  return out;
}

} // namespace

TEST_CASE("identities are what they were", "[series]") {
  const std::string now = told_identities();
  CHECK(now == fixture_text("identities.txt"));
}
