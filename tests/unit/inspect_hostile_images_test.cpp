// SPDX-License-Identifier: GPL-2.0-only
//
// Hostile images: cut off everywhere, and with random bytes changed. The reader must return facts
// or one error. The images are at the end of read-only pages, followed by an inaccessible page, so
// that reading beyond the end, or writing, ends the test, in libelf as well; sanitizers find the
// rest.
#include "inspect_image.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <sys/mman.h>
#include <unistd.h>

using kpb_test::Image;

namespace {

class GuardedPages {
public:
  explicit GuardedPages(size_t capacity) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    m_size = (capacity + page - 1) / page * page;
    void* at =
        mmap(nullptr, m_size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED);
    m_pages = static_cast<char*>(at);
    m_whole = m_size + page;
    REQUIRE(mprotect(m_pages + m_size, page, PROT_NONE) == 0);
  }
  ~GuardedPages() { munmap(m_pages, m_whole); }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  kpb_test::Outcome read(std::string_view bytes) {
    char* at = m_pages + m_size - bytes.size();
    REQUIRE(mprotect(m_pages, m_size, PROT_READ | PROT_WRITE) == 0);
    std::memcpy(at, bytes.data(), bytes.size());
    REQUIRE(mprotect(m_pages, m_size, PROT_READ) == 0);
    return kpb_test::read(std::string_view(at, bytes.size()));
  }

private:
  char* m_pages = nullptr;
  size_t m_size = 0;
  size_t m_whole = 0;
};

uint64_t number_from(const char* variable, uint64_t otherwise) {
  const char* value = std::getenv(variable);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

} // namespace

TEST_CASE("hostile images: cut at every 64 bytes", "[inspect][hostile]") {
  for (const char* name : {"klp-livepatch-test", "livepatch-two"}) {
    const Image image = Image::fixture(name);
    GuardedPages pages(image.bytes.size());
    REQUIRE(pages.read(image.bytes).facts);
    for (size_t size = 0; size < image.bytes.size(); size += 64) {
      INFO(name << " cut to " << size);
      // The section table is at the end, so no part of the file is a valid module.
      REQUIRE_FALSE(pages.read(std::string_view(image.bytes).substr(0, size)).facts);
    }
  }
}

TEST_CASE("hostile images: cut at every byte", "[inspect][hostile]") {
  for (const char* name : {"kpatch-full", "klp", "klp-s390x", "signed-twice"}) {
    const Image image = Image::synth(name);
    GuardedPages pages(image.bytes.size());
    for (size_t size = 0; size < image.bytes.size(); ++size) {
      INFO(name << " cut to " << size);
      const auto out = pages.read(std::string_view(image.bytes).substr(0, size));
      // Without one or both of its signatures the module is still complete.
      const size_t less = image.bytes.size() - size;
      const bool whole = std::string(name) == "signed-twice" && (less == 56 || less == 112);
      REQUIRE(out.facts.has_value() == whole);
    }
  }
}

// KPB_TEST_SEED repeats a run, KPB_TEST_FLIPS makes it longer.
TEST_CASE("hostile images: random bytes changed", "[inspect][hostile]") {
  const uint64_t seed = number_from("KPB_TEST_SEED", std::random_device{}());
  const uint64_t rounds = number_from("KPB_TEST_FLIPS", 2000);
  // Printed first, because a crash leaves no other trace of it.
  std::fprintf(stderr, "hostile images: KPB_TEST_SEED=%llu\n",
               static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  size_t survived = 0;
  for (const char* name : {"klp-livepatch-test", "livepatch-two", "kpatch-full", "klp", "signed",
                           "kpatch-s390x", "klp-s390x", "klp-local"}) {
    const bool real = std::string(name).find("livepatch") != std::string::npos;
    const Image image = real ? Image::fixture(name) : Image::synth(name);
    const size_t all = image.bytes.size();
    GuardedPages pages(all);
    for (uint64_t round = 0; round < rounds; ++round) {
      Image hit = image;
      for (uint64_t flips = 1 + random() % 4; flips > 0; --flips) {
        // Debug information fills most of a real module; the interesting parts are at both ends.
        const size_t reach = std::min<size_t>(all, 8192);
        const size_t from_end = random() % reach;
        const size_t at = random() % 2 == 0 ? from_end : all - 1 - from_end;
        static const unsigned char favourites[] = {0, 1, 8, 0x7f, 0x80, 0xff};
        const uint64_t value = random();
        hit.bytes[at] = static_cast<char>(value % 2 == 0 ? favourites[(value >> 8U) % 6]
                                                         : (value >> 16U) & 0xffU);
      }
      INFO(name << ", round " << round << ", seed " << seed);
      survived += pages.read(hit.bytes).facts.has_value();
    }
  }
  // Neither all nor none may survive, otherwise the changes would not test much.
  CHECK(survived > rounds / 4);
  CHECK(survived < rounds * 7);
}

TEST_CASE("hostile images: larger than any module", "[inspect][hostile]") {
  // These pages are never touched, so they take no memory.
  const size_t size = kpb::k_max_module_size + 1;
  void* at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(at != MAP_FAILED);
  CHECK(kpb_test::read(std::string_view(static_cast<char*>(at), size)).code() ==
        "module-too-large");
  munmap(at, size);
}

TEST_CASE("hostile images: work stays in proportion", "[inspect][hostile]") {
  // As many sections as possible, all of which relocate and name the whole file.
  Image image = Image::synth("kpatch");
  const size_t table = image.bytes.size();
  const size_t old_table = image.get(40, 8);
  const size_t old_count = image.section_count();
  const size_t count = 0xfeff;
  image.bytes += image.bytes.substr(old_table, 64 * old_count);
  std::string header(64, '\0');
  header[4] = 4;
  Image one{header};
  one.put(Image::k_info, 4, 0xfff0);
  one.put(Image::k_entry_size, 8, 24);
  one.put(Image::k_name, 4, 1);
  one.put(Image::k_size, 8, table / 24 * 24);
  for (size_t i = old_count; i < count; ++i)
    image.bytes += one.bytes;
  image.put(40, 8, table).put(60, 2, count);
  const auto start = std::chrono::steady_clock::now();
  const auto out = kpb_test::read(image);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  INFO(out.text());
  REQUIRE(out.facts);
  CHECK(out.facts->functions->size() == 3);
  CHECK(spent.count() < 2.0); // about 30 ms; several times that with sanitizers
}
