// SPDX-License-Identifier: GPL-2.0-only
//
// The last words of failed builds, as people reported them: each has its diagnosis and its fault, and for those of
// which nothing can be known the message says so.
#include "field_failures.hpp"

#include <set>

using namespace kpb::builders;

TEST_CASE("failures from the field: code, fault and what to do") {
  size_t known = 0;
  size_t unknown = 0;
  std::set<std::string> ids;
  for (const auto& f : field_failures()) {
    const auto failure = diagnose(f.tool, f.expected.log, 1, f.versions);
    CAPTURE(f.id, failure.where, failure.what, failure.why, failure.hint);
    CHECK(ids.insert(f.id).second);
    CHECK(f.expected.log.find("no such phase") == std::string::npos);
    CHECK(failure.code == f.expected.code);
    CHECK(failure.fault == f.expected.fault);
    CHECK((failure.where + "\n" + all_text(failure)).find(f.expected.says) != std::string::npos);
    CHECK_FALSE(failure.hint.empty());
    CHECK((failure.what + failure.hint).find('{') == std::string::npos);
    ++(f.unknown ? unknown : known);
  }
  CHECK(known >= 60);
  CHECK(unknown >= 10);
}

// The tool's fault, the end of the log, and no word against the patch.
TEST_CASE("failures from the field: what is unknown is told so, with its log") {
  for (const auto& f : field_failures()) {
    if (!f.unknown)
      continue;
    const auto failure = diagnose(f.tool, f.expected.log, 1, f.versions);
    CAPTURE(f.id, failure.what, failure.why, failure.hint);
    CHECK(failure.fault == kpb::sdk::Fault::tool);
    const std::string end = f.expected.log.substr(f.expected.log.size() - 21, 20);
    CHECK(failure.why.find(end) != std::string::npos);
    CHECK(failure.what.find("the patch ") == std::string::npos);
  }
}

TEST_CASE("failures from the field: an object that the line does not name is the one named next") {
  const std::string log = log_until(Tool::kpatch_build, "compare") +
                          "ERROR: changed section .data.a not selected for inclusion\n"
                          "ERROR: fs/a.o: 1 unsupported section change(s)\n"
                          "ERROR: changed section .data.b not selected for inclusion\n"
                          "ERROR: fs/b.o: 1 unsupported section change(s)\n";
  const auto failure = diagnose(Tool::kpatch_build, log, 1);
  CHECK(failure.where == "fs/a.o");
  CHECK(failure.why.find("also .data.b fs/b.o") != std::string::npos);
}

TEST_CASE("failures from the field: tables do not hide what the patch changes") {
  const std::string table =
      "ERROR: changed section .rela.static_call_sites not selected for inclusion\n";
  const std::string data = "ERROR: changed section .data.a not selected for inclusion\n";
  const std::string end = "ERROR: fs/a.o: 2 unsupported section change(s)\n";
  const std::string compare = log_until(Tool::kpatch_build, "compare");
  CHECK(diagnose(Tool::kpatch_build, compare + table + data + end, 1).code ==
        "kpatch-build-data-changed");
  CHECK(diagnose(Tool::kpatch_build, compare + table + end, 1).code == "kpatch-build-tables");
  // A section that no row knows is nobody's fault.
  const auto strange =
      diagnose(Tool::kpatch_build,
               compare + "ERROR: changed section .strange not selected for inclusion\n" + end, 1);
  CHECK(strange.code == "kpatch-build-object-errors");
  CHECK(strange.fault == kpb::sdk::Fault::tool);
  CHECK(strange.why.find(".strange") != std::string::npos);
  // Those of an object that is none of the kernel's say nothing of the patch's data.
  CHECK(
      diagnose(Tool::kpatch_build,
               compare + data +
                   "ERROR: arch/x86/entry/vdso/vdso-image-64.o: 1 unsupported section change(s)\n",
               1)
          .code == "kpatch-build-outside-kernel");
}

TEST_CASE("failures from the field: whether a newer builder helps depends on this one") {
  const std::string log = log_until(Tool::kpatch_build, "none") +
                          "ERROR: can't find special struct paravirt_patch_site size.\n";
  const auto hint = [&](const Versions& versions) {
    return diagnose(Tool::kpatch_build, log, 1, versions).hint;
  };
  CHECK(hint({"0.9.9", "6.8.0-41-generic"}).find("use kpatch-build 0.9.10 or newer") == 0);
  CHECK(hint({"0.9.11", "6.8.0-41-generic"}).find("and this is 0.9.11") != std::string::npos);
  const std::string symbols =
      log_until(Tool::kpatch_build, "compare") +
      "create-diff-object: ERROR: mm/vmscan.o: find_local_syms: 219: couldn't find matching "
      "vmscan.c local symbols in vmlinux symbol table\n";
  const auto fault = [&](const Versions& versions) {
    return diagnose(Tool::kpatch_build, symbols, 1, versions).fault;
  };
  CHECK(fault({"0.9.11", "6.18.3-200.fc43.x86_64"}) == kpb::sdk::Fault::tool);
  CHECK(fault({"0.9.11", "6.12.94"}) == kpb::sdk::Fault::input);
  CHECK(fault({"unknown", "6.18.3"}) == kpb::sdk::Fault::input);
  CHECK(fault({}) == kpb::sdk::Fault::input);
}
