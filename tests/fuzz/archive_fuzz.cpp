// SPDX-License-Identifier: GPL-2.0-only
//
// Any bytes as an archive of a kernel's source, and as a single compressed file: read to its end within the limits, or
// refused in kpb's words.
#include "core/base/limits.hpp"
#include "core/base/text.hpp"
#include "core/kernel/archive.hpp"
#include "core/kernel/tree_filter.hpp"
#include "fuzz.hpp"

#include <algorithm>
#include <cstring>

using kpb_fuzz::require;

namespace {

constexpr size_t k_most_unpacked = size_t{8} << 20U; // a bomb is for tests/cli/limits.sh

class Bytes final : public kpb::ByteSource {
public:
  explicit Bytes(std::string_view bytes) : m_rest(bytes) {}
  kpb::Result<size_t> read(char* to, size_t size) override {
    const size_t n = std::min(size, m_rest.size());
    std::memcpy(to, m_rest.data(), n);
    m_rest.remove_prefix(n);
    return n;
  }
  std::string path() const override { return "x.tar"; }

private:
  std::string_view m_rest;
};

void refused(const kpb::SystemError& error) {
  require(!error.text().empty() && error.text().find("INTERNAL") == std::string::npos,
          "a refusal is in kpb's words");
}

void read(std::string_view bytes, kpb::Archive::Form form) {
  Bytes source(bytes);
  const auto archive = kpb::Archive::open(source, form);
  if (!archive)
    return refused(archive.error());
  size_t unpacked = 0;
  char buffer[65536];
  kpb::ArchiveMember member;
  for (bool there = true; there;) {
    const auto more = (*archive)->next(member);
    if (!more)
      return refused(more.error());
    there = *more;
    if (there)
      require(member.path.size() <= kpb::k_longest_path, "a path is bounded");
    const std::string path = kpb::member_path(member.path);
    require(!path.starts_with("/") && !path.starts_with("../"), "and is none that leaves the tree");
    [[maybe_unused]] const bool product = kpb::is_build_product(path);
    // Behind the last member there is no content, which is no error.
    for (size_t n = 1; n != 0;) {
      const auto got = (*archive)->read(buffer, sizeof buffer);
      if (!got)
        return refused(got.error());
      require(there || *got == 0, "nothing is behind the end");
      n = *got;
      if ((unpacked += n) > k_most_unpacked)
        return;
    }
  }
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  read(kpb_fuzz::text_of(data, size), kpb::Archive::Form::members);
  read(kpb_fuzz::text_of(data, size), kpb::Archive::Form::single);
  return 0;
}
