// SPDX-License-Identifier: GPL-2.0-only
//
// The limit of the store: the least recently used goes first, and what is in use stays.
#include "temporary_directory.hpp"
#include "view_world.hpp"

using namespace kpb;
using kpb_test::ViewWorld;

namespace {

// A template of `size` bytes that was last used at `used`.
std::string put_template(ViewWorld& world, const PreparedKernel& kernel, const std::string& name,
                         uint64_t size, int64_t used) {
  const std::string at = kernel.templates() + "/" + name;
  world.files.file(at + "/template.json", "{}");
  world.files.file(at + "/tree/vmlinux", "").size = size;
  world.files.file(at + "/used", "", used);
  return at;
}

} // namespace

TEST_CASE("store: its limit", "[kernel]") {
  ViewWorld world;
  CHECK(store_limit(world.kernel_context, {}) == 100 * k_gib);
  world.environment.variables["KPB_STORE_LIMIT"] = "7";
  CHECK(store_limit(world.kernel_context, {}) == 7 * k_gib);
  CHECK(store_limit(world.kernel_context, "0") == 0U);
  CHECK(world.sink.all().empty());
  for (const char* bad : {"", "-1", "1.5", "ten", "99999999999"})
    CHECK_FALSE(store_limit(world.kernel_context, bad));
  world.environment.variables["KPB_STORE_LIMIT"] = "x";
  CHECK_FALSE(store_limit(world.kernel_context, {}));
  CHECK(world.code() == "store-limit");
  CHECK(size_words(0) == "0 MiB");
  CHECK(size_words(1) == "1 MiB");
  CHECK(size_words(k_gib) == "1 GiB");
  CHECK(size_words(k_gib * 3 / 2) == "1.5 GiB");
}

TEST_CASE("store: room is made by what was used longest ago", "[kernel]") {
  ViewWorld world;
  const auto other = world.put_kernel("6.2-bbbbbbbb", "6.2");
  const auto oldest = put_template(world, other, "a-1", 10 * k_gib, 100);
  const auto locked = put_template(world, world.kernel, "a-2", 10 * k_gib, 200);
  const auto middle = put_template(world, world.kernel, "a-3", 10 * k_gib, 300);
  const auto newest = put_template(world, other, "a-4", 10 * k_gib, 400);
  const auto use = world.files.lock(template_lock(locked), /*exclusive=*/false, "1 builds");
  REQUIRE(use);
  const auto sizes = use_of(world.kernel_context, other);
  CHECK(sizes.templates >= 20 * k_gib);
  CHECK(sizes.size < k_gib);
  CHECK(sizes.used == 400);

  world.limit = 45 * k_gib; // nothing has to be removed
  REQUIRE(make_room(world.kernel_context, "/store", world.limit));
  CHECK(world.files.has(oldest));
  CHECK(world.sink.all().empty());

  world.limit = 25 * k_gib;
  REQUIRE(world.go()); // priming does it
  CHECK_FALSE(world.files.has(oldest));
  CHECK(world.files.has(locked + "/template.json"));
  CHECK_FALSE(world.files.has(middle));
  CHECK(world.files.has(newest + "/template.json"));
  REQUIRE(world.sink.all().size() == 2);
  CHECK(world.sink.all()[0].severity == Severity::note);
  CHECK(world.sink.all()[0].code == "template-removed");
  CHECK(world.sink.all()[0].where == "6.2-bbbbbbbb");

  // A build that need not compile the original removes nothing.
  world.limit = 0;
  REQUIRE(world.go());
  CHECK(world.files.has(newest + "/template.json"));

  // If somebody else is changing a kernel, nothing of it is touched.
  const auto change = world.files.lock(other.lock(), /*exclusive=*/true, "1 changes");
  REQUIRE(make_room(world.kernel_context, "/store", 0));
  CHECK(world.files.has(newest + "/template.json"));
  CHECK(world.sink.all().back().code == "store-limit"); // still above the limit
  CHECK(world.sink.all().back().severity == Severity::warning);
}

TEST_CASE("store: a removal that is cut short leaves no template", "[kernel]") {
  for (const char* call : {"remove_tree", "rename"}) {
    ViewWorld world;
    const auto at = put_template(world, world.kernel, "a-1", 1, 100);
    const auto uses = templates_of(world.kernel_context, world.kernel);
    REQUIRE(uses.size() == 1);
    world.files.calls.clear();
    REQUIRE(remove_template(world.kernel_context, uses[0]) == Removal::done);
    const auto calls = world.files.calls;
    for (size_t i = 1; i <= calls.size(); ++i) {
      if (!calls[i - 1].starts_with(call))
        continue;
      ViewWorld cut;
      put_template(cut, cut.kernel, "a-1", 1, 100);
      cut.files.calls.clear();
      cut.files.fail_at = i;
      CHECK(remove_template(cut.kernel_context, uses[0]) == Removal::failed);
      // Either complete or no template at all: never without its vmlinux.
      CHECK(cut.files.has(at + "/template.json") == cut.files.has(at + "/tree/vmlinux"));
      cut.files.fail_at = 0;
      const auto left = templates_of(cut.kernel_context, cut.kernel);
      REQUIRE(left.size() == 1);
      CHECK(remove_template(cut.kernel_context, left[0]) == Removal::done);
      CHECK(templates_of(cut.kernel_context, cut.kernel).empty());
    }
  }
}

TEST_CASE("files: what a directory takes", "[files]") {
  const auto files = make_real_filesystem();
  kpb_test::TemporaryDirectory temp;
  const uint64_t empty = files->disk_use(temp.path());
  temp.directory("d");
  temp.file("d/f", std::string(1000000, 'x'));
  temp.symlink("loop", ".");
  const uint64_t with = files->disk_use(temp.path());
  CHECK(with >= empty + 1000000);
  CHECK(with < empty + 1200000);
  std::filesystem::create_hard_link(temp / "d/f", temp / "same");
  CHECK(files->disk_use(temp.path()) < with + 100000);
  CHECK(files->disk_use(temp / "none") == 0);
}
