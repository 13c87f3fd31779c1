// SPDX-License-Identifier: GPL-2.0-only
//
// The SDK's text functions: the edge cases of all the places that use them.
#include <kpb/sdk/text.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cstdint>
#include <tuple>

using namespace kpb;
using namespace std::string_literals;
using Parts = std::vector<std::string>;

TEST_CASE("text: classes of characters are ASCII's, whatever the locale", "[text]") {
  std::string digits, letters, lower;
  for (int i = -128; i < 128; ++i) {
    const char c = static_cast<char>(i);
    if (is_digit(c))
      digits += c;
    if (is_letter(c))
      letters += c;
    if (lowered(c) != c)
      lower += lowered(c);
    CHECK(is_alnum(c) == (is_digit(c) || is_letter(c)));
  }
  CHECK(digits == "0123456789");
  CHECK(letters == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  CHECK(lower == "abcdefghijklmnopqrstuvwxyz");
  CHECK(lowered("X-Kpb_1\xc3\x84") == "x-kpb_1\xc3\x84");
}

TEST_CASE("text: what a text is made of", "[text]") {
  CHECK(made_of("", ""));
  CHECK(made_of("aZ09", ""));
  CHECK(made_of("a.b-c", ".-"));
  CHECK_FALSE(made_of("a_b", ".-"));
  CHECK_FALSE(made_of("a b", ""));
  CHECK_FALSE(made_of("a\0"s, "-"));
  CHECK_FALSE(made_of("\xc3\xa4", "-"));
  CHECK(is_number("007"));
  CHECK(is_number("99999999999999999999999"));
  CHECK_FALSE(is_number(""));
  CHECK_FALSE(is_number("1x"));
  CHECK_FALSE(is_number("-1"));
  CHECK(is_hex("0af9"));
  CHECK_FALSE(is_hex(""));
  CHECK_FALSE(is_hex("0AF9"));
  CHECK_FALSE(is_hex("0ag9"));
  CHECK(contains("a..b", ".."));
  CHECK(contains("a", ""));
  CHECK_FALSE(contains("", "a"));
}

TEST_CASE("text: blanks at both ends", "[text]") {
  CHECK(trimmed(" \t\r\na b\n") == "a b");
  CHECK(trimmed("a") == "a");
  CHECK(trimmed("") == "");
  CHECK(trimmed(" \n ") == "");
  CHECK(trimmed("\va\f") == "\va\f");
  CHECK(trimmed(" a\r", " \t") == "a\r");
  // Columns are counted from what is left, so nothing left is still a place in the text.
  const std::string_view text = "  ";
  CHECK(trimmed(text).data() == text.data() + 2);
  CHECK(is_blank(""));
  CHECK(is_blank(" \t\r\n"));
  CHECK_FALSE(is_blank("\0"s));
  CHECK_FALSE(is_blank(" x"));
}

TEST_CASE("text: words and lines", "[text]") {
  CHECK(words("").empty());
  CHECK(words(" \n").empty());
  CHECK(words("  one\ttwo \r\nthree") == Parts{"one", "two", "three"});
  CHECK(words("a\tb c", " ") == Parts{"a\tb", "c"});

  std::string_view rest = "one\n\nthree";
  std::string_view line;
  Parts lines;
  while (next_line(rest, line))
    lines.emplace_back(line);
  CHECK(lines == Parts{"one", "", "three"});
  rest = "a\n";
  CHECK(next_line(rest, line));
  CHECK(line == "a");
  CHECK_FALSE(next_line(rest, line));
}

TEST_CASE("text: hexadecimal digits", "[text]") {
  CHECK(hex_digits(0, 2) == "00");
  CHECK(hex_digits(0x5, 4) == "0005");
  CHECK(hex_digits(0x202e, 4) == "202e");
  CHECK(hex_digits(0xdeadbeef, 8) == "deadbeef");
  CHECK(hex_digits(UINT64_MAX, 16) == "ffffffffffffffff");
  CHECK(hex_digits(0x123, 2) == "23"); // the last ones
  CHECK(hex_digits(1, 0).empty());
  CHECK(hex_of("").empty());
  CHECK(hex_of("\0\x7f\x80\xff"s) == "007f80ff");
  CHECK(hex_value('0') == 0);
  CHECK(hex_value('9') == 9);
  CHECK(hex_value('a') == 10);
  CHECK(hex_value('f') == 15);
  for (const char c : "g`/:AF "s)
    CHECK(hex_value(c) == -1);
}

TEST_CASE("text: split and join are inverse", "[text]") {
  const auto [text, parts] = GENERATE(table<std::string, Parts>({
      {"", {""}},
      {"a", {"a"}},
      {"a:b", {"a", "b"}},
      {":a::b:", {"", "a", "", "b", ""}},
      {":", {"", ""}},
  }));
  CHECK(split(text, ':') == parts);
  CHECK(join(parts, ":") == text);
  CHECK(join({}, ":") == "");
}

TEST_CASE("text: replacing does not look at what it put there", "[text]") {
  CHECK(replace_all("a%b%", "%", "%%") == "a%%b%%");
  CHECK(replace_all("aaa", "aa", "b") == "ba");
  CHECK(replace_all("abc", "x", "y") == "abc");
  CHECK(replace_all("xx", "x", "") == "");
}

TEST_CASE("text: a number is decimal digits and nothing else", "[text]") {
  CHECK(parse_unsigned("0", 9) == 0);
  CHECK(parse_unsigned("18446744073709551615", UINT64_MAX) == UINT64_MAX);
  CHECK(parse_unsigned("9", 9) == 9);
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x10", "1e3", "1.0", "10",
                           "18446744073709551616", "\xd9\xa1"}) {
    INFO(text);
    CHECK_FALSE(parse_unsigned(text, 9));
  }
}
