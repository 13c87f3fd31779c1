// SPDX-License-Identifier: GPL-2.0-only
//
// A C++ plugin's diagnostic reaches the C interface field by field, in whichever form it was
// written.
#include <kpb/sdk.hpp>

#include <catch2/catch_test_macros.hpp>

#include <new>
#include <vector>

namespace {

using namespace kpb::sdk;

// What the host received, with copies of the texts: the views are only valid during the call.
struct Heard {
  uint32_t severity, fault;
  std::string code, where, what, why, hint;
};

struct Door {
  std::vector<Heard> heard;
  kpb_sink sink{};
  Door() {
    sink.ctx = this;
    sink.diagnostic = [](void* ctx, const kpb_diagnostic* d) {
      const auto text = [](kpb_str s) { return std::string(from_abi(s)); };
      static_cast<Door*>(ctx)->heard.push_back({d->severity, d->fault, text(d->code),
                                                text(d->where), text(d->what), text(d->why),
                                                text(d->hint)});
    };
  }
  template <class Call> kpb_status run(Call call) {
    return detail::guarded(&sink, [&]() -> kpb_status {
      call();
      return KPB_OK;
    });
  }
};

} // namespace

TEST_CASE("sdk: every field of a diagnostic arrives as what it is") {
  Door door;
  Sink(&door.sink)
      .report({.severity = Severity::note,
               .fault = Fault::verification,
               .code = "c",
               .where = "w",
               .what = "a",
               .why = "y",
               .hint = "h"});
  Sink(&door.sink).warn({.code = "c", .what = "a", .hint = "h"});
  Sink(&door.sink).warn("c", "a", "h");
  Sink(&door.sink).note({.fault = Fault::environment, .what = "a"});
  REQUIRE(door.heard.size() == 4);
  const auto& first = door.heard[0];
  CHECK(first.severity == KPB_SEVERITY_NOTE);
  CHECK(first.fault == KPB_FAULT_VERIFICATION);
  CHECK(first.code + first.where + first.what + first.why + first.hint == "cwayh");
  for (const size_t i : {1U, 2U}) {
    CHECK(door.heard[i].severity == KPB_SEVERITY_WARNING);
    CHECK(door.heard[i].fault == KPB_FAULT_INPUT);
    CHECK(door.heard[i].code + door.heard[i].what + door.heard[i].hint == "cah");
  }
  CHECK(door.heard[3].severity == KPB_SEVERITY_NOTE);
  CHECK(door.heard[3].fault == KPB_FAULT_ENVIRONMENT);
}

TEST_CASE("sdk: an Error fails the call and says the same in both forms") {
  Door door;
  CHECK(door.run([] {
    throw Error(
        {.fault = Fault::tool, .code = "c", .where = "w", .what = "a", .why = "y", .hint = "h"});
  }) == KPB_FAILED);
  CHECK(door.run([] { throw Error("a").fault(Fault::tool).code("c").why("y").hint("h"); }) ==
        KPB_FAILED);
  CHECK(door.run([] { throw Error("a"); }) == KPB_FAILED);
  REQUIRE(door.heard.size() == 3);
  CHECK(door.heard[0].where == "w");
  for (const size_t i : {0U, 1U}) {
    const auto& said = door.heard[i];
    CHECK(said.severity == KPB_SEVERITY_ERROR);
    CHECK(said.fault == KPB_FAULT_TOOL);
    CHECK(said.code + said.what + said.why + said.hint == "cayh");
  }
  CHECK(door.heard[2].fault == KPB_FAULT_INPUT);
  CHECK(door.heard[2].code == "plugin-refused");
}

TEST_CASE("sdk: any other exception is the plugin's fault, and Stop adds nothing") {
  Door door;
  CHECK(door.run([] { throw std::bad_alloc(); }) == KPB_FAILED);
  CHECK(door.run([] { throw 42; }) == KPB_FAILED);
  CHECK(door.run([] { throw Stop{KPB_CANCELLED}; }) == KPB_CANCELLED);
  REQUIRE(door.heard.size() == 2);
  for (const auto& said : door.heard) {
    CHECK(said.fault == KPB_FAULT_PLUGIN);
    CHECK(said.code == "plugin-exception");
    CHECK_FALSE(said.what.empty());
  }
}
