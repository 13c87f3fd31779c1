// SPDX-License-Identifier: GPL-2.0-only
//
// See version.hpp. The rules are those of rpm's manual (rpm-version(7)); tests compare with rpm itself.
#include "core/base/version.hpp"

#include <kpb/sdk/text.hpp>

namespace kpb {

namespace {

bool is_separator(char c) { return !is_alnum(c) && c != '~' && c != '^'; }

void skip_separators(std::string_view& text) {
  while (!text.empty() && is_separator(text.front()))
    text.remove_prefix(1);
}

template <class Predicate> std::string_view take_while(std::string_view& text, Predicate wanted) {
  size_t n = 0;
  while (n < text.size() && wanted(text[n]))
    ++n;
  const std::string_view taken = text.substr(0, n);
  text.remove_prefix(n);
  return taken;
}

int sign(int value) { return (value > 0) - (value < 0); }

int compare_numbers(std::string_view a, std::string_view b) {
  const auto is_zero = [](char c) { return c == '0'; };
  take_while(a, is_zero);
  take_while(b, is_zero);
  if (a.size() != b.size()) // without leading zeros, the longer number is the larger one
    return a.size() < b.size() ? -1 : 1;
  return sign(a.compare(b));
}

// Compares '~' and '^' at the front; 2 means that the comparison continues.
int compare_marks(std::string_view& a, std::string_view& b) {
  const auto front = [](std::string_view text) { return text.empty() ? '\0' : text.front(); };
  const char left = front(a);
  const char right = front(b);
  if (left == '~' || right == '~') {
    if (left != right)
      return left == '~' ? -1 : 1;
  } else if (left == '^' || right == '^') {
    if (left != right) {
      if (a.empty() || b.empty())
        return a.empty() ? -1 : 1;
      return left == '^' ? -1 : 1;
    }
  } else {
    return 2;
  }
  a.remove_prefix(1);
  b.remove_prefix(1);
  return 0;
}

} // namespace

int compare_versions(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    skip_separators(a);
    skip_separators(b);
    const int marks = compare_marks(a, b);
    if (marks == 0)
      continue;
    if (marks != 2)
      return marks;
    if (a.empty() || b.empty())
      break;
    const bool numeric = is_digit(a.front());
    const auto same_kind = [&](char c) { return numeric ? is_digit(c) : is_letter(c); };
    const std::string_view left = take_while(a, same_kind);
    const std::string_view right = take_while(b, same_kind);
    if (right.empty()) // a number is newer than letters
      return numeric ? 1 : -1;
    const int order = numeric ? compare_numbers(left, right) : sign(left.compare(right));
    if (order != 0)
      return order;
  }
  if (a.empty() && b.empty())
    return 0;
  return a.empty() ? -1 : 1;
}

std::string Evr::text() const {
  return (epoch.empty() ? "" : epoch + ":") + version + (release.empty() ? "" : "-" + release);
}

int compare(const Evr& a, const Evr& b) {
  if (const int order = compare_numbers(a.epoch, b.epoch); order != 0)
    return order;
  if (const int order = compare_versions(a.version, b.version); order != 0)
    return order;
  return compare_versions(a.release, b.release);
}

} // namespace kpb
