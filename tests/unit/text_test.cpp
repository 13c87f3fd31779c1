// SPDX-License-Identifier: GPL-2.0-only
//
// The text helpers. Most of core depends on two of them: how a value from outside is shown, and
// which bytes count as text at all.
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <tuple>

using namespace kpb;
using namespace std::string_literals;

namespace {

std::string repeat(const std::string& what, size_t times) {
  std::string out;
  while (times-- > 0)
    out += what;
  return out;
}

} // namespace

TEST_CASE("text: control bytes are escaped", "[text]") {
  const auto [raw, escaped] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"plain text ~", "plain text ~"},
      {"a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd"},
      {"\x1b[31m", "\\x1b[31m"},
      {"nul\0byte"s, "nul\\x00byte"},
      {"del\x7f", "del\\x7f"},
      {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"}, // ordinary letters stay
      {"c1 \xc2\x9b", "c1 \\xc2\\x9b"},             // U+009B starts a sequence too
      {"\xe2\x80\xaerm", "\\xe2\\x80\\xaerm"},      // U+202E reverses the text
      {"\xe2\x81\xa6x\xe2\x81\xa9", "\\xe2\\x81\\xa6x\\xe2\\x81\\xa9"}, // U+2066, U+2069
      {"\xe2\x80\xa9\xe2\x81\xaa", "\xe2\x80\xa9\xe2\x81\xaa"},         // their neighbours stay
      {"\xff\xfe", "\\xff\\xfe"},
      {"cut \xe2\x82", "cut \\xe2\\x82"},
      {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
  }));
  CHECK(escape_control(raw) == escaped);
}

TEST_CASE("text: line ends and tabs stay when asked for, nothing else does", "[text]") {
  CHECK(escape_control("a\n\tb\r\x1b", true) == "a\n\tb\\x0d\\x1b");
}

TEST_CASE("text: a shown value is quoted and cut at 120 characters", "[text]") {
  CHECK(shown("") == "''");
  CHECK(shown("it's") == "'it's'");
  CHECK(shown("a\nb") == "'a\\x0ab'");
  const std::string just(120, 'x');
  CHECK(shown(just) == "'" + just + "'");
  CHECK(shown(just + "y") == "'" + just + "...'");
  // Characters are counted instead of bytes, and none is split.
  for (const std::string& one : {"\xc3\xa4"s, "\xe2\x82\xac"s, "\xf0\x9f\x98\x80"s}) {
    CHECK(shown(repeat(one, 120)) == "'" + repeat(one, 120) + "'");
    CHECK(shown(repeat(one, 121)) == "'" + repeat(one, 120) + "...'");
    CHECK(shown("x" + repeat(one, 500)) == "'x" + repeat(one, 119) + "...'");
    CHECK(is_valid_utf8(shown("xy" + repeat(one, 500))));
  }
  // Escaped bytes count as they are shown; a megabyte takes no longer than a line.
  CHECK(shown(std::string(1 << 20, '\0')).size() == 125);
}

TEST_CASE("text: what is UTF-8", "[text]") {
  const auto [bytes, valid] = GENERATE(table<std::string, bool>({
      {"", true},
      {"\x7f", true},
      {"\xc2\x80", true},
      {"\xdf\xbf", true},
      {"\xe0\xa0\x80", true},
      {"\xed\x9f\xbf", true},
      {"\xee\x80\x80", true},
      {"\xf0\x90\x80\x80", true},
      {"\xf4\x8f\xbf\xbf", true},
      {"\x80", false}, // a continuation alone
      {"\xc3", false}, // cut short
      {"\xe2\x82", false},
      {"\xf0\x9f\x98", false},
      {"\xc3(", false},
      {"\xe2\x82(", false},
      {"\xc0\xaf", false}, // overlong
      {"\xc1\xbf", false},
      {"\xe0\x9f\xbf", false},
      {"\xf0\x8f\xbf\xbf", false},
      {"\xed\xa0\x80", false}, // a surrogate
      {"\xed\xbf\xbf", false},
      {"\xf4\x90\x80\x80", false}, // beyond U+10FFFF
      {"\xf5\x80\x80\x80", false},
      {"\xff", false},
  }));
  CAPTURE(escape_control(bytes));
  CHECK(is_valid_utf8(bytes) == valid);
  CHECK(is_valid_utf8("ok" + bytes + "ok") == valid);
  if (!valid)
    CHECK(first_control_byte("ok" + bytes, true) == 2);
}

TEST_CASE("text: where the first byte is that no header can hold", "[text]") {
  CHECK(first_control_byte("all fine \xc3\xbc", false) == std::nullopt);
  CHECK(first_control_byte("a\tb\nc\rd", true) == std::nullopt);
  CHECK(first_control_byte("a\tb", false) == 1);
  CHECK(first_control_byte("ab\n", false) == 2);
  CHECK(first_control_byte("a\nb\x1b", true) == 3);
  CHECK(first_control_byte("abc\0"s, true) == 3);
  CHECK(first_control_byte("\xe2\x80\xae", true) == 0);
}

TEST_CASE("text: the last lines of a log", "[text]") {
  CHECK(last_lines("", 3) == "");
  CHECK(last_lines("\n\n", 3) == "");
  CHECK(last_lines("a\nb\nc\n\n", 2) == "b\nc");
  CHECK(last_lines("a\nb\nc", 3) == "a\nb\nc");
  CHECK(last_lines("a\nb\nc", 9) == "a\nb\nc");
  CHECK(last_lines("a\n\nc", 2) == "\nc");
}

TEST_CASE("text: did you mean", "[text]") {
  const std::vector<std::string> names = {"standard", "classic", "rhel", "rpm-build", "rpm-spec"};
  const auto [word, near] = GENERATE(table<std::string, std::string>({
      {"standrad", "standard"}, // two neighbours swapped
      {"standart", "standard"},
      {"stand", "standard"}, // the beginning of one
      {"clasic", "classic"},
      {"rpm-bild", "rpm-build"},
      {"rhle", "rhel"},
      {"rpm-specs", "rpm-spec"},
      {"oracle", ""},
      {"xyz", ""},
  }));
  CAPTURE(word);
  CHECK(nearest(word, names).value_or("") == near);
  CHECK_FALSE(nearest(word, {}));
  CHECK(nearest("rpm-spec", names) == "rpm-spec");
}

TEST_CASE("text: cut to the columns of a terminal", "[text]") {
  CHECK(cut_to_columns("abcdef", 6) == "abcdef");
  CHECK(cut_to_columns("abcdefg", 6) == "abc...");
  CHECK(cut_to_columns("abcdefg", 3) == "...");
  CHECK(cut_to_columns("abcdefg", 1) == ".");
  CHECK(cut_to_columns("abc", 0).empty());
  CHECK(cut_to_columns("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 4) == "\xc3\xa4...");
  // U+4E2D takes two columns, and is not cut in half.
  CHECK(cut_to_columns("\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad", 6) ==
        "\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad");
  CHECK(cut_to_columns("\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad", 5) == "\xe4\xb8\xad...");
}

TEST_CASE("text: JSON that no terminal obeys", "[text]") {
  CHECK(escape_json_control("{\n  \"a\": \"x\x7fy\"\n}") == "{\n  \"a\": \"x\\u007fy\"\n}");
  CHECK(escape_json_control("\xc2\x9b \xe2\x80\xae \xe2\x81\xa6 \xc3\xa4") ==
        "\\u009b \\u202e \\u2066 \xc3\xa4");
}

TEST_CASE("text: where UTF-8 ends", "[text]") {
  CHECK(first_invalid_utf8("caf\xc3\xa9") == std::nullopt);
  CHECK(first_invalid_utf8("caf\xe9") == size_t{3});
  CHECK(first_invalid_utf8("\xed\xa0\x80") == size_t{0});
}

TEST_CASE("text: parts of a path", "[text]") {
  const auto [path, base, parent] = GENERATE(table<std::string, std::string, std::string>({
      {"a", "a", "."},
      {"a/b", "b", "a"},
      {"/a", "a", "/"},
      {"/a/b/", "b", "/a"},
      {"a//", "a", "."},
      {"/", "/", "/"},
      {".", ".", "."},
      {"..", "..", "."},
      {"../x.patch", "x.patch", ".."},
  }));
  CAPTURE(path);
  CHECK(base_name(path) == base);
  CHECK(parent_path(path) == parent);
}

TEST_CASE("text: SHA-256 is SHA-256", "[text]") {
  // FIPS 180-2, appendix B.
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex(std::string(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
