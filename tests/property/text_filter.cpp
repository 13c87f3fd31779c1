// SPDX-License-Identifier: GPL-2.0-only
//
// The escaping of free texts as a filter, for spec_text.py and control_text.py. Reads NUL-separated
// texts and writes NUL-separated escaped ones; for a refused text it writes the byte 1 and the
// reason.
//
//   text_filter spec|control lines|line
#include "plugins/deb/control_text.hpp"
#include "plugins/rpm/spec_text.hpp"

#include <exception>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

int main(int argc, char** argv) {
  using Escape = std::string (*)(std::string_view, std::string_view);
  static const std::map<std::string, Escape> k_escapes = {
      {"spec lines", &kpb::rpm::spec_lines},
      {"spec line", &kpb::rpm::spec_line},
      {"control lines", &kpb::deb::control_lines},
      {"control line", &kpb::deb::control_line}};
  const auto escape = k_escapes.find(argc == 3 ? std::string(argv[1]) + " " + argv[2] : "");
  if (escape == k_escapes.end()) {
    std::cerr << "usage: text_filter spec|control lines|line\n";
    return 2;
  }
  const std::string input{std::istreambuf_iterator<char>(std::cin),
                          std::istreambuf_iterator<char>()};
  for (size_t begin = 0; begin < input.size();) {
    const size_t end = input.find('\0', begin);
    const std::string_view text = std::string_view(input).substr(begin, end - begin);
    try {
      std::cout << escape->second(text, "text");
    } catch (const std::exception& e) {
      std::cout << '\1' << e.what();
    }
    std::cout << '\0';
    if (end == std::string::npos)
      break;
    begin = end + 1;
  }
  return std::cout.flush() ? 0 : 1;
}
