// SPDX-License-Identifier: GPL-2.0-only
//
// Manifests word by word: how each value is read, what is refused, and where the message points.
#include "core/base/text.hpp"
#include "core/manifest/manifest.hpp"
#include "core/request/options.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <set>
#include <sstream>

using namespace kpb;

namespace {

std::string fixture(const std::string& name) {
  std::ifstream in(std::string(KPB_TEST_FIXTURES) + "/manifests/" + name, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Manifest good(const std::string& text) {
  CollectingSink sink;
  const auto manifest = parse_manifest(text, "m.yml", sink);
  for (const auto& d : sink.all())
    UNSCOPED_INFO(d.where << ": " << d.what << "; " << d.why);
  REQUIRE(manifest);
  return *manifest;
}

// The first error as the user sees it; "" if the manifest is accepted.
std::string refusal(const std::string& text) {
  CollectingSink sink;
  const auto manifest = parse_manifest(text, "m.yml", sink);
  REQUIRE(manifest.has_value() == (sink.first_error() == nullptr));
  if (manifest)
    return "";
  const auto& d = *sink.first_error();
  REQUIRE(d.fault == Fault::input);
  return d.where + " " + d.code + ": " + d.what + "; " + d.why + " | " + d.hint;
}

bool says(const std::string& message, const std::string& beginning, const std::string& words) {
  UNSCOPED_INFO(message);
  return message.starts_with(beginning) && message.find(words) != std::string::npos;
}

// One package with these `lines`, each of them indented by four.
std::string package(const std::string& lines) {
  return "packages:\n  - name: p\n    patches: [{filename: a.patch, kernels: [6.1.0-56-amd64]}]\n" +
         lines;
}
std::string kernel(const std::string& lines) {
  return "kernels:\n  k:\n    release: 6.1.0-56-amd64\n" + lines +
         "packages: [{name: p, kernels: [k], patches: [{filename: a.patch}]}]\n";
}

} // namespace

TEST_CASE("the manifest of 2015 is read as it was", "[series]") {
  const auto m = good(fixture("2015.yml"));
  REQUIRE(m.packages.size() == 1);
  const auto& p = m.packages[0];
  CHECK(p.says.name == "livepatch-test");
  CHECK(p.says.version == "1");
  CHECK(p.says.chain.empty());
  REQUIRE(p.patches.size() == 1);
  CHECK(p.patches[0].path() == "livepatch-test.patch");
  CHECK_FALSE(p.patches[0].is_module());
  REQUIRE(p.patches[0].choice.kernels.size() == 1);
  CHECK(p.patches[0].choice.kernels[0].word == "3.10.0-229.el7");
  CHECK(p.patches[0].choice.kernels[0].place.line == 7);
  CHECK(p.patches[0].choice.kernels[0].place.column == 13);
}

TEST_CASE("every key of the full form arrives", "[series]") {
  const auto m = good(fixture("full.yml"));
  CHECK(m.date == "2026-11-25");
  REQUIRE(m.kernels.size() == 2);
  const auto& k = m.kernels[0];
  CHECK(k.name == "el9");
  CHECK(k.says.kernel == "5.14.0-362.8.1.el9_3");
  CHECK(k.says.source == "kernel.src.rpm");
  CHECK(k.says.symvers == "el9.symvers");
  CHECK(k.says.root == "/srv/roots/el9");
  CHECK(k.says.builder == "kpatch-build");
  CHECK(k.end_of_life == "2027-05-31");
  CHECK(k.limits.time == 3 * 3600);
  CHECK(m.kernels[1].says.kernel_id == "6.1.0-56-amd64-0123abcd");
  REQUIRE(m.packages.size() == 1);
  const auto& p = m.packages[0];
  CHECK(p.says.epoch == "1");
  CHECK(p.says.chain == std::vector<std::string>{"standard"});
  CHECK(p.says.replace == false);
  CHECK(p.says.settings.at("runtime") == "kpatch");
  CHECK(p.says.metadata.at("description") == "Several\nlines.\n");
  CHECK(p.says.metadata.at("license") == "GPL-2.0-or-later");
  CHECK(p.limits.memory == 512ULL << 20);
  CHECK(p.limits.time == 90 * 60); // of defaults
  CHECK(p.limits.partition == "build");
  CHECK(p.says.supersedes.size() == 1);
  CHECK(p.says.functions == std::vector<std::string>{"vmlinux:cmdline_proc_show"});
  CHECK(p.patches[0].choice.except[0].word == "book*");
  CHECK(p.patches[1].is_module());
}

TEST_CASE("a package says it, else defaults do", "[series]") {
  const auto m =
      good("defaults: {policy: suse, release: 7, settings: {a: 1, b: 2}, replace: false}\n"
           "packages:\n"
           "  - {name: p, settings: {b: 3}, patches: [{filename: a}]}\n"
           "  - {name: q, policy: rhel, release: 8, replace: true, patches: [{filename: a}]}\n");
  CHECK(m.packages[0].says.chain[0] == "suse");
  CHECK(m.packages[0].says.release == "7");
  CHECK(m.packages[0].says.settings == std::map<std::string, std::string>{{"a", "1"}, {"b", "3"}});
  CHECK(m.packages[0].says.replace == false);
  CHECK(m.packages[1].says.chain[0] == "rhel");
  CHECK(m.packages[1].says.release == "8");
  CHECK(m.packages[1].says.replace == true);
}

TEST_CASE("values are text as they stand", "[series]") {
  for (const char* word : {"1.10", "no", "010", "1e3", "2024.01.01", "0x1f", "true", "1_000"}) {
    INFO(word);
    CHECK(good(package("    version: " + std::string(word) + "\n")).packages[0].says.version ==
          word);
    CHECK(good(package("    version: '" + std::string(word) + "'\n")).packages[0].says.version ==
          word);
  }
}

TEST_CASE("a key without a value is no value", "[series]") {
  for (const char* word : {"~", "null", ""}) {
    INFO(word);
    CHECK(says(refusal(package("    version: " + std::string(word) + "\n")),
               "m.yml:4:5 manifest-empty", "version has no value"));
  }
}

TEST_CASE("what YAML can and a manifest may not", "[series]") {
  CHECK(says(refusal("packages: []\npackages: []\n"), "m.yml:2:1 manifest-key-twice", "in line 1"));
  CHECK(says(refusal(package("    version: 1\n    version: 2\n")), "m.yml:5:5 manifest-key-twice",
             "line 4"));
  CHECK(says(refusal(package("    summary: \"no end\n")), "m.yml:4:14 manifest-quote",
             "is not closed"));
  CHECK(says(refusal(package("    summary: 'no end\n")), "m.yml:4:14 manifest-quote",
             "is not closed"));
  CHECK(says(refusal(package("---\npackages: []\n")), "m.yml:", "more than one document"));
  CHECK(says(refusal("packages: &a [*a]\n"), "m.yml:1:", "anchor"));
  CHECK(says(refusal("packages: [*a]\n"), "m.yml:1:", "alias"));
  CHECK(says(refusal("packages:\n  - <<: {name: p}\n"), "m.yml:2:5", "merge key"));
  CHECK(says(refusal("packages: !!python/object:os.system [x]\n"), "m.yml:1:", "tag"));
  CHECK(says(refusal("packages: !include x\n"), "m.yml:1:11", "tag"));
  CHECK(says(refusal("%YAML 1.1\n---\npackages: []\n"), "m.yml:1:1", "'%'"));
  CHECK(says(refusal("? [a]\n: b\n"), "m.yml:1:", "a key is not a text"));
  CHECK(says(refusal("packages: " + std::string(600, '[') + std::string(600, ']')),
             "m.yml:1:", "deeper than 16"));
}

TEST_CASE("what is no plain text", "[series]") {
  CHECK(says(refusal("packages:\n\t- name: p\n"), "m.yml:2:1", "tab"));
  CHECK(says(refusal(std::string("packages: a\0b\n", 14)), "m.yml:1:12", "\\x00"));
  CHECK(says(refusal("packages: \xff\n"), "m.yml:1:11", "not UTF-8"));
  CHECK(says(refusal("\xff\xfep\0"), "m.yml manifest-encoding", "UTF-16"));
  CHECK(says(refusal("packages: \xe2\x80\xae\n"), "m.yml:1:11", "invisible character"));
  CHECK(says(refusal("packages: a\xc2\x85 b\n"), "m.yml:1:12", "invisible character"));
  CHECK(refusal("\xef\xbb\xbf" + package("")) == "");
  CHECK(refusal(replace_all(package("    version: 1\n"), "\n", "\r\n")) == "");
}

TEST_CASE("columns count characters, also behind a byte order mark", "[series]") {
  CHECK(says(
      refusal(
          "packages: [{name: p, \"schl\xc3\xbcssel\": 1, patches: [{filename: a, kernals: [x]}]}]\n"),
      "m.yml:1:62 manifest-key-unknown", "kernals"));
  CHECK(says(refusal("\xef\xbb\xbfpackage: []\n"), "m.yml:1:1 manifest-key-unknown", "packages?"));
}

TEST_CASE("an unknown key is told with the one that was meant", "[series]") {
  CHECK(says(refusal("package: []\n"), "m.yml:1:1 manifest-key-unknown", "did you mean packages?"));
  CHECK(says(
      refusal("packages:\n  - name: p\n    patches:\n      - filename: a\n        kernel: [x]\n"),
      "m.yml:5:9 manifest-key-unknown", "did you mean kernels?"));
  CHECK(says(refusal(package("    polcy: x\n")), "m.yml:4:5 manifest-key-unknown",
             "did you mean policy?"));
  CHECK(says(refusal(kernel("    relaese: x\n")), "m.yml:4:5 manifest-key-unknown",
             "did you mean release?"));
  CHECK(says(refusal(package("    limits: {ram: 1G}\n")), "m.yml:4:14 manifest-key-unknown",
             "it may have memory, time, partition"));
}

TEST_CASE("the keys of each map are those of the table", "[series]") {
  const std::string none = "zzzzzzzzzzzzzzzz: x";
  const std::pair<unsigned, std::string> maps[] = {
      {k_in_whole, none + "\npackages: []\n"},
      {k_in_defaults, "defaults: {" + none + "}\n" + package("")},
      {k_in_package, package("    " + none + "\n")},
      {k_in_kernel, kernel("    " + none + "\n")},
      {k_in_patch, "packages: [{name: p, patches: [{filename: a, kernels: [x], " + none + "}]}]\n"},
      {k_in_limits, package("    limits: {" + none + "}\n")}};
  for (const auto& [map, text] : maps) {
    CAPTURE(map);
    CollectingSink sink;
    CHECK_FALSE(parse_manifest(text, "m.yml", sink));
    std::set<std::string> told, wanted;
    for (const auto& d : sink.all())
      if (d.code == "manifest-key-unknown")
        for (const auto& key :
             split(replace_all(replace_all(d.hint, "it may have ", ""), " ", ""), ','))
          told.insert(key);
    for (const auto& option : options())
      if ((option.key.in & map) != 0)
        wanted.insert(option.key.name);
    CHECK(told == wanted);
  }
}

TEST_CASE("each wrong type has its words", "[series]") {
  CHECK(says(refusal(""), "m.yml manifest-empty", "the manifest is empty"));
  CHECK(says(refusal("# nothing\n"), "m.yml manifest-empty", "series init"));
  CHECK(says(refusal("a word\n"), "m.yml:1:1 manifest-type", "a manifest is a text"));
  CHECK(says(refusal("- a\n"), "m.yml:1:1 manifest-type", "a manifest is a list"));
  CHECK(says(refusal("packages: 1\n"), "m.yml:1:11 manifest-type", "packages is a text"));
  CHECK(says(refusal("packages: []\n"), "m.yml:1:11 manifest-empty", "empty list"));
  CHECK(says(refusal("date: 2026-11-25\n"), "m.yml:1:1 manifest-missing", "no packages"));
  CHECK(says(refusal("packages: [x]\n"), "m.yml:1:12 manifest-type", "a package is a text"));
  CHECK(says(refusal("packages:\n  - name:p\n"), "m.yml:2:5 manifest-type", "a package is a text"));
  CHECK(says(
      refusal("packages:\n  - name: p\n    patches:\n      - filename: a\n        kernels: 5.14\n"),
      "m.yml:5:18 manifest-type", "kernels: [5.14]"));
  CHECK(says(refusal(package("    kernels: []\n")), "m.yml:4:14 manifest-empty", "empty list"));
  CHECK(says(refusal(package("    kernels: [a, [b]]\n")), "m.yml:4:18 manifest-type",
             "a single text"));
  CHECK(says(refusal(package("    kernels: [a, a]\n")), "m.yml:4:18 manifest-twice",
             "'a' occurs twice"));
  CHECK(says(refusal(package("    replace: yes\n")), "m.yml:4:14 manifest-type", "true or false"));
  CHECK(says(refusal(package("    version: [1]\n")), "m.yml:4:14 manifest-type",
             "version is a list"));
  CHECK(says(refusal(package("    settings: [a]\n")), "m.yml:4:15 manifest-type", "KEY: VALUE"));
  CHECK(says(refusal("kernels: [5.14]\n" + package("")), "m.yml:1:10 manifest-type",
             "kernels is not a map"));
}

TEST_CASE("what is missing, and what excludes what", "[series]") {
  CHECK(says(refusal("packages:\n  - patches: [{filename: a}]\n"), "m.yml:2:5 manifest-missing",
             "no name"));
  CHECK(says(refusal("packages:\n  - name: p\n"), "m.yml:2:5 manifest-missing", "no patches"));
  CHECK(says(refusal("packages: [{name: p, patches: [{kernels: [x]}]}]\n"),
             "m.yml:1:32 manifest-missing", "no filename"));
  CHECK(says(refusal("packages: [{name: p, patches: [{filename: a, module: b}]}]\n"), "m.yml:1:54",
             "filename and module"));
  CHECK(says(refusal("kernels:\n  k:\n    arch: x86_64\n" + package("")),
             "m.yml:2:3 manifest-missing", "no release"));
  CHECK(says(refusal(kernel("    source: a\n    kernel_id: b\n")), "m.yml:5:16",
             "source and kernel_id"));
}

TEST_CASE("values that cannot be", "[series]") {
  CHECK(
      says(refusal("date: 2026-02-30\n" + package("")), "m.yml:1:7 manifest-value", "YYYY-MM-DD"));
  CHECK(says(refusal(kernel("    end_of_life: tomorrow\n")), "m.yml:4:18 manifest-value",
             "it is not a date"));
  CHECK(says(refusal(kernel("    arch: sparc\n")), "m.yml:4:11 manifest-value", "x86_64"));
  CHECK(says(refusal(package("    version: 1-2\n")), "m.yml:4:14 ", "version"));
  CHECK(says(refusal(package("    epoch: x\n")), "m.yml:4:12 ", "epoch"));
  CHECK(says(refusal(package("    cves: [CVE-1]\n")), "m.yml:4:12 ", "CVE-1"));
  CHECK(says(refusal(package("    policy: ../x\n")), "m.yml:4:13 manifest-value", "../x"));
  CHECK(says(refusal(package("    supersedes: [x]\n")), "m.yml:4:18 manifest-value",
             "NAME=VERSION-RELEASE"));
  CHECK(says(refusal(package("    limits: {memory: 8}\n")), "m.yml:4:22 manifest-value", "8G"));
  CHECK(says(refusal(package("    limits: {time: 0s}\n")), "m.yml:4:20 manifest-value", "90m"));
  CHECK(
      says(refusal("packages: [{name: ../p, patches: [{filename: a}]}]\n"), "m.yml:1:19 ", "../p"));
}

TEST_CASE("all mistakes are told at once, up to twenty", "[series]") {
  CollectingSink sink;
  CHECK_FALSE(parse_manifest(package("    polcy: x\n    relase: y\n"), "m.yml", sink));
  CHECK(sink.all().size() == 2);
  std::string many = "packages:\n";
  for (int i = 0; i < 40; ++i)
    many += "  - {name: p}\n";
  CollectingSink some;
  CHECK_FALSE(parse_manifest(many, "m.yml", some));
  CHECK(some.all().size() == 20);
}

TEST_CASE("the limits, at their edges", "[series]") {
  SECTION("4 MiB") {
    std::string text = package("");
    text += "#" + std::string(k_max_manifest_size - text.size() - 2, 'x') + "\n";
    REQUIRE(text.size() == k_max_manifest_size);
    CHECK(refusal(text) == "");
    CHECK(says(refusal(text + "\n"), "m.yml manifest-too-large", "4 MiB"));
  }
  SECTION("64 KiB of one value") {
    const std::string longest(k_max_manifest_text, 'x');
    CHECK(refusal(package("    description: " + longest + "\n")) == "");
    CHECK(says(refusal(package("    description: " + longest + "x\n")), "m.yml:4:18", "64 KiB"));
  }
  SECTION("16 levels") {
    const std::string in(k_max_manifest_depth - 1, '['), out(k_max_manifest_depth - 1, ']');
    CHECK(says(refusal("a: " + in + out), "m.yml:1:1 manifest-key-unknown", "'a'"));
    CHECK(says(refusal("a: [" + in + out + "]"), "m.yml:1:19 manifest-too-deep", "16"));
  }
  SECTION("200,000 values") {
    // The map, its key and the list are three values; the others are in the list.
    std::string text = "a: [";
    for (size_t i = 0; i + 3 < k_max_manifest_values; ++i)
      text += "b,";
    CHECK(says(refusal(text + "]"), "m.yml:1:1 manifest-key-unknown", "'a'"));
    CHECK(says(refusal(text + "b]"), "m.yml:1:399999 manifest-too-large", "200,000"));
  }
}

TEST_CASE("limits of jobs are numbers with a unit", "[series]") {
  CHECK(parse_memory("8G") == 8ULL << 30);
  CHECK(parse_memory("1T") == 1ULL << 40);
  CHECK(parse_time("90m") == 5400);
  CHECK(parse_time("2d") == 172800);
  for (const char* word : {"", "8", "G", "-8G", "8 G", "8g", "0M", "1000001M", "1.5G"})
    CHECK_FALSE(parse_memory(word));
}

TEST_CASE("days exist or are refused", "[series]") {
  CHECK(is_date("2024-02-29"));
  CHECK(is_date("2000-02-29"));
  for (const char* word : {"2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-04-31",
                           "2024-1-01", "24-01-01", "2024/01/01", ""})
    CHECK_FALSE(is_date(word));
}

TEST_CASE("paths begin where the manifest is", "[series]") {
  CollectingSink sink;
  const auto m = parse_manifest(package(""), "dir/m.yml", sink);
  REQUIRE(m);
  CHECK(m->resolve_path("a.patch") == "dir/a.patch");
  CHECK(m->resolve_path("/a.patch") == "/a.patch");
  CHECK(good(package("")).resolve_path("a.patch") == "a.patch");
}
