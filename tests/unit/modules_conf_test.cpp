// SPDX-License-Identifier: GPL-2.0-only
//
// modules.conf is written and read back: no value of a package becomes a line of its own, and what is read is
// what was known.
#include "core/modules_conf/write_modules_conf.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb::modules_conf;

namespace {

Package full() {
  Package p;
  p.name = "kpatch-module-fix";
  p.evr = {"1", "2", "3"};
  p.kernel = "6.1.0-56-amd64";
  p.arch = "x86_64";
  p.stem = "fix";
  p.vendor_conflict = false;
  p.kernel_build_id = "00aa";
  p.base = "kpatch-module-base";
  p.base_version = "1:1-1";
  p.cves = {"CVE-2026-1", "CVE-2026-2"};
  Module m;
  m.name = "kpatch_fix";
  m.file = "/var/lib/kpatch/6.1.0-56-amd64/kpatch-fix.ko";
  m.sha256 = std::string(64, '0');
  m.build_id = "11bb";
  m.vermagic = "6.1.0-56-amd64 SMP mod_unload ";
  m.replace = Replace::yes;
  m.functions = {"vmlinux:f:1", "nf_conntrack:g.isra.0:2"};
  m.objects = {{"nf-conntrack", "22cc"}};
  m.states = {"7"};
  p.modules = {m, m};
  p.modules[1].name = "other";
  return p;
}

// Every text of a package.
std::vector<std::string*> texts(Package& p) {
  std::vector<std::string*> out = {&p.name,   &p.evr.epoch,    &p.evr.version, &p.evr.release,
                                   &p.kernel, &p.arch,         &p.stem,        &p.kernel_build_id,
                                   &p.base,   &p.base_version, &p.cves[1]};
  for (auto& m : p.modules)
    out.insert(out.end(), {&m.name, &m.file, &m.sha256, &m.build_id, &m.vermagic, &m.functions[1],
                           &m.objects[0].name, &m.objects[0].build_id, &m.states[0]});
  return out;
}

} // namespace

TEST_CASE("modules.conf: what is written is read", "[modules_conf]") {
  const auto fault = why_not(print_modules_conf(full()), full());
  INFO((fault ? fault->what : ""));
  CHECK_FALSE(fault);
}

TEST_CASE("modules.conf: no value becomes a line", "[modules_conf]") {
  const std::string evil[] = {"\nmodule=evil\nfile=/tmp/evil.ko",
                              "\n",
                              "\nunknown=x",
                              "\x1b[2J",
                              "\r",
                              std::string(1, '\0'),
                              "\xc2\x85",
                              "\xff",
                              "\n\n",
                              " ",
                              std::string(5000, 'a')};
  Package names = full();
  for (size_t i = 0; i < texts(names).size(); ++i)
    for (const auto& word : evil)
      for (const bool at_end : {true, false}) {
        Package p = full();
        std::string& text = *texts(p)[i];
        text = at_end ? text + word : word + text;
        const auto fault = why_not(print_modules_conf(p), p);
        CAPTURE(i, text);
        // A blank at the end of a vermagic is nothing bad.
        CHECK((fault || word == " "));
      }
}

TEST_CASE("modules.conf: a text that says less, more or something else is found",
          "[modules_conf]") {
  const std::string good = print_modules_conf(full());
  const auto found = [&](std::string text) { return why_not(text, full()).has_value(); };
  size_t lines = 0;
  for (size_t at = 0; at < good.size(); at = good.find('\n', at) + 1, ++lines) {
    std::string without = good;
    without.erase(at, good.find('\n', at) + 1 - at);
    CAPTURE(without);
    CHECK(found(without));
  }
  CHECK(lines == 33);
  CHECK(found(good + "state=8\n"));
  CHECK(found(good + "module=evil\nfile=/tmp/evil.ko\n"));
  CHECK(found(good.substr(0, good.size() - 1)));
}
