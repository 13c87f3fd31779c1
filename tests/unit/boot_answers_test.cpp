// SPDX-License-Identifier: GPL-2.0-only
//
// The serial line of a booted kernel must be read with distrust: garbage, other TAP output, and
// answers that are missing, repeated, out of order or cut off never count as success.
#include "core/boot/answers.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using kpb::read_answers;

namespace {

const std::string k_tag = "kpb-0123456789abcdef: ";

// The lines as the guest writes them, with the tag and a terminal's line ends.
std::string tagged(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines)
    out += k_tag + line + "\r\n";
  return out;
}

const std::vector<std::string> k_good = {"TAP version 13", "ok 1 - there", "ok 2 - loaded", "1..2"};

} // namespace

TEST_CASE("boot answers: all steps in order, and the plan", "[boot]") {
  const auto report = read_answers("[ 0.1] kernel words\r\n" + tagged(k_good), k_tag, 2);
  CHECK(report.broken.empty());
  CHECK(report.finished);
  REQUIRE(report.answers.size() == 2);
  CHECK(report.answers[1].ok);
  CHECK(report.answers[1].detail == "loaded");
}

TEST_CASE("boot answers: a failed step has the kernel's words", "[boot]") {
  const auto report = read_answers(
      tagged({"TAP version 13", "not ok 1 - File exists", "# [ 1.2] why", "1..1"}), k_tag, 1);
  CHECK(report.finished);
  REQUIRE(report.answers.size() == 1);
  CHECK_FALSE(report.answers[0].ok);
  CHECK(report.answers[0].notes == std::vector<std::string>{"[ 1.2] why"});
}

TEST_CASE("boot answers: TAP without this boot's tag is nobody's answer", "[boot]") {
  const auto report = read_answers("TAP version 13\nok 1 - there\nok 2 - loaded\n1..2\n"
                                   "kpb-ffffffffffffffff: TAP version 13\n"
                                   "kpb-ffffffffffffffff: ok 1 - there\n",
                                   k_tag, 2);
  CHECK_FALSE(report.finished);
  CHECK(report.answers.empty());
}

TEST_CASE("boot answers: the tag counts at the beginning of a line only", "[boot]") {
  const auto report =
      read_answers("x " + tagged({"TAP version 13"}) + "x " + tagged({"ok 1 - there"}), k_tag, 1);
  CHECK_FALSE(report.finished);
  CHECK(report.answers.empty());
}

TEST_CASE("boot answers: what cannot be believed", "[boot]") {
  const std::vector<std::string> lines = GENERATE(
      std::vector<std::string>{"ok 1 - there"},                                   // no TAP
      std::vector<std::string>{"TAP version 13", "ok 2 - loaded"},                // one is missing
      std::vector<std::string>{"TAP version 13", "ok 1 - a", "ok 1 - a", "1..2"}, // twice
      std::vector<std::string>{"TAP version 13", "ok 1 - a", "1..2"},             // too few
      std::vector<std::string>{"TAP version 13", "1..0"},                         // another plan
      std::vector<std::string>{"TAP version 13", "ok 1 - a", "ok 2 - b", "ok 3 - c"}, // too many
      std::vector<std::string>{"TAP version 13", "ok 1 - a", "ok 2 - b", "1..2", "ok 3 - c"},
      std::vector<std::string>{"TAP version 13", "ok 1 - a", "ok 2 - b", "1..2", "1..2"},
      std::vector<std::string>{"TAP version 13", "Bail out! x", "ok 1 - a"},
      std::vector<std::string>{"TAP version 13", "ok 1"},
      std::vector<std::string>{"TAP version 13", "ok 01 - a"},
      std::vector<std::string>{"TAP version 13", "OK 1 - a"},
      std::vector<std::string>{"TAP version 13", "ok 1 - a", "\x1b[2J"});
  const auto report = read_answers(tagged(lines), k_tag, 2);
  CAPTURE(lines);
  CHECK_FALSE(report.broken.empty());
}

TEST_CASE("boot answers: a line that was cut says nothing", "[boot]") {
  std::string serial = tagged(k_good);
  serial.resize(serial.size() - 2);
  const auto report = read_answers(serial, k_tag, 2);
  CHECK_FALSE(report.finished);
  serial.resize(serial.size() - k_tag.size() - 4 - 3);
  CHECK(read_answers(serial, k_tag, 2).answers.size() == 1);
}

TEST_CASE("boot answers: every prefix of a good run is no success", "[boot]") {
  const std::string serial = tagged(k_good);
  for (size_t n = 0; n < serial.size(); ++n)
    CHECK_FALSE(read_answers(std::string_view(serial).substr(0, n), k_tag, 2).finished);
}

TEST_CASE("boot answers: giving up is not finishing", "[boot]") {
  const auto report =
      read_answers(tagged({"TAP version 13", "not ok 1 - no", "Bail out! end"}), k_tag, 2);
  CHECK(report.broken.empty());
  CHECK_FALSE(report.finished);
  CHECK(report.gave_up == "end");
}

TEST_CASE("boot answers: a panic is kept, also behind a success", "[boot]") {
  const auto report = read_answers(
      tagged(k_good) + "[ 9.9] Kernel panic - not syncing: Fatal exception\r\n", k_tag, 2);
  CHECK(report.finished);
  CHECK(report.panic == "Kernel panic - not syncing: Fatal exception");
}

TEST_CASE("boot answers: bytes of any kind", "[boot]") {
  std::string serial = std::string(3, '\0') + "\xff\xfe\r\r\n" + tagged(k_good);
  CHECK(read_answers(serial, k_tag, 2).finished);
  CHECK_FALSE(read_answers(std::string(1 << 20, '\n'), k_tag, 2).finished);
}
