// SPDX-License-Identifier: GPL-2.0-only
//
// The reader of patches as a filter, for patch_agreement.py. Input: names of files, one per line.
// Output for each: a line "ok" or "refused CODE", the files of the patch as "KIND ADDED DELETED
// PATH", and an empty line.
#include "core/patch/patch.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

int main() {
  for (std::string name; std::getline(std::cin, name);) {
    std::ifstream in(name, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    if (!in.good() && !in.eof())
      return 1;
    kpb::CollectingSink sink;
    const auto patch = kpb::read_patch(content, name, sink);
    if (!patch) {
      std::cout << "refused " << (sink.first_error() ? sink.first_error()->code : "?") << "\n\n";
      continue;
    }
    std::cout << "ok\n";
    for (const kpb::PatchedFile& file : patch->files) {
      const char* kind = file.kind == kpb::PatchedFile::Kind::create   ? "create"
                         : file.kind == kpb::PatchedFile::Kind::remove ? "remove"
                                                                       : "change";
      std::cout << kind << " " << file.added() << " " << file.deleted() << " " << file.path()
                << "\n";
    }
    std::cout << "\n";
  }
  return std::cout.flush() ? 0 : 1;
}
