// SPDX-License-Identifier: GPL-2.0-only
//
// The escaping of spec texts as a filter, for spec_text.py: NUL-separated texts in, NUL-separated
// escaped ones out. A text that is refused comes out as the byte 1 and the reason.
//   spec_text_filter lines|line
#include "spec_text.hpp"

#include <exception>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

int main(int argc, char** argv) {
  const bool lines = argc == 2 && std::string_view(argv[1]) == "lines";
  if (!lines && !(argc == 2 && std::string_view(argv[1]) == "line")) {
    std::cerr << "usage: spec_text_filter lines|line\n";
    return 2;
  }
  const std::string input{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  for (size_t begin = 0; begin < input.size();) {
    const size_t end = input.find('\0', begin);
    const std::string_view text = std::string_view(input).substr(begin, end - begin);
    try {
      std::cout << (lines ? kpb::rpm::spec_lines(text, "text") : kpb::rpm::spec_line(text, "text"));
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
