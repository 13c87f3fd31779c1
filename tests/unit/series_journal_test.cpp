// SPDX-License-Identifier: GPL-2.0-only
//
// The journal: what is accepted when it is cut off or damaged anywhere, and that a line is either
// complete or absent.
#include "core/series/journal.hpp"
#include "core/series/records.hpp"
#include "core/series/sums.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <sys/resource.h>

using namespace kpb;

namespace {

DoneCell done(const std::string& cell, size_t artifacts) {
  DoneCell out{cell, std::string(64, 'a'), true, 7, {}};
  for (size_t i = 0; i < artifacts; ++i)
    out.artifacts.push_back({"rpm-build/K/" + cell + std::to_string(i) + ".rpm",
                             std::string(64, 'b'), 300000 + i, 1700000000123456789,
                             1700000001123456789, 42 + i});
  return out;
}

bool equal(const DoneCell& a, const DoneCell& b) { return journal_line(a) == journal_line(b); }

} // namespace

TEST_CASE("a journal's line says all of it", "[series]") {
  for (const size_t artifacts : {0U, 1U, 3U}) {
    DoneCell cell = done("fix@6.1.0-56-amd64", artifacts);
    cell.needed = artifacts != 0;
    const auto read = parse_journal_line(journal_line(cell));
    REQUIRE(read);
    CHECK(equal(*read, cell));
    CHECK(read->needed == cell.needed);
    CHECK(read->artifacts.size() == artifacts);
  }
}

TEST_CASE("a line that would be read as something else is not written", "[series]") {
  CHECK(checked_journal_line(done("a@k", 2)) == journal_line(done("a@k", 2)));
  for (const char* bad : {"a\tb", "a\nb", "a\n", "a\rb", "a\x1b[2J"}) {
    INFO(bad);
    CHECK_FALSE(checked_journal_line(done(bad, 0)));
    DoneCell cell = done("a@k", 1);
    cell.artifacts[0].path = bad;
    CHECK_FALSE(checked_journal_line(cell));
    cell = done("a@k", 1);
    cell.identity = bad;
    CHECK_FALSE(checked_journal_line(cell));
  }
  DoneCell cell = done("a@k", 1);
  cell.artifacts[0].sha256 = "short";
  CHECK_FALSE(checked_journal_line(cell));
}

TEST_CASE("sums: what sha256sum would read otherwise is not written", "[series]") {
  const std::string digest(64, 'a');
  const Sums sums = {{"rpm-build/K/a.rpm", digest}, {"deb/K/a b.deb", digest}};
  const auto text = sums_text(sums);
  REQUIRE(text);
  CHECK(*text == digest + "  deb/K/a b.deb\n" + digest + "  rpm-build/K/a.rpm\n");
  CHECK(parse_sums(*text) == sums);
  CHECK(sums_text({}) == "");
  for (const char* bad : {"a\nb", "a\\b", "a\r", "", "a\x1b"})
    CHECK_FALSE(sums_text({{bad, digest}}));
  for (const char* bad : {"", "A", "\n"})
    CHECK_FALSE(sums_text({{"a", std::string(63, 'a') + bad}}));
  CHECK_FALSE(parse_sums(digest + "  a"));       // cut
  CHECK_FALSE(parse_sums(digest + " *a\n"));     // of a binary file
  CHECK_FALSE(parse_sums("\\" + *text));         // an escaped name
  CHECK_FALSE(parse_sums(*text + "\n" + *text)); // an empty line
}

TEST_CASE("the last word on a cell counts", "[series]") {
  DoneCell later = done("a@k", 1);
  later.identity = std::string(64, 'c');
  const auto read = parse_journal(journal_line(done("a@k", 1)) + "\n" +
                                  journal_line(done("b@k", 1)) + "\n" + journal_line(later) + "\n");
  REQUIRE(read.cells.size() == 2);
  CHECK(read.lines == 3);
  CHECK(read.damaged == 0);
  CHECK(equal(read.cells.at("a@k"), later));
}

TEST_CASE("a journal that is cut at any byte holds its whole lines", "[series]") {
  std::string text;
  std::vector<size_t> ends;
  for (const char* name : {"a@k", "b@k", "c@k"}) {
    text += journal_line(done(name, 2)) + "\n";
    ends.push_back(text.size());
  }
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const auto read = parse_journal(std::string_view(text).substr(0, cut));
    size_t whole = 0;
    for (const size_t end : ends)
      whole += cut + 1 >= end; // the line's end may be missing
    INFO(cut);
    REQUIRE(read.lines == whole);
    REQUIRE(read.cells.size() == whole);
    REQUIRE(read.damaged <= 1);
  }
}

TEST_CASE("a journal with a damaged byte loses one line, or two where its end was hit",
          "[series]") {
  const std::string text = journal_line(done("a@k", 1)) + "\n" + journal_line(done("b@k", 1)) +
                           "\n" + journal_line(done("c@k", 1)) + "\n";
  for (size_t at = 0; at < text.size(); ++at)
    for (const char to : {'\0', '\n', 'x', '\t'}) {
      if (text[at] == to)
        continue;
      std::string damaged = text;
      damaged[at] = to;
      const auto read = parse_journal(damaged);
      INFO(at);
      // The end of the very last line is not part of its text, so that byte may be anything that is
      // not text.
      REQUIRE(read.lines >= (text[at] == '\n' && at + 1 < text.size() ? 1U : 2U));
      REQUIRE(read.lines <= 2U);
      for (const auto& [name, cell] : read.cells)
        REQUIRE(equal(cell, done(name, 1)));
    }
}

TEST_CASE("what was torn is ended before the next line", "[series]") {
  kpb_test::TemporaryDirectory directory;
  const std::string whole = journal_line(done("a@k", 1));
  const std::string path = directory.file("journal", whole.substr(0, whole.size() / 2));
  const auto file = AppendFile::open(path);
  REQUIRE(file);
  REQUIRE((*file)->append(journal_line(done("b@k", 1))));
  REQUIRE((*file)->append(journal_line(done("c@k", 1))));
  const auto read = parse_journal(directory.content("journal"));
  CHECK(read.lines == 2);
  CHECK(read.damaged == 1);
}

TEST_CASE("a line that does not fit leaves nothing of itself", "[series]") {
  kpb_test::TemporaryDirectory directory;
  const std::string path = directory / "journal";
  const auto file = AppendFile::open(path);
  REQUIRE(file);
  REQUIRE((*file)->append("first"));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 10;
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto second = (*file)->append("second, which is longer");
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(second);
  CHECK(second.error().number == EFBIG);
  CHECK(directory.content("journal") == "first\n");
  REQUIRE((*file)->append("third"));
  CHECK(directory.content("journal") == "first\nthird\n");
}

TEST_CASE("a journal is no link and no directory", "[series]") {
  kpb_test::TemporaryDirectory directory;
  directory.file("real", "");
  CHECK_FALSE(AppendFile::open(directory.symlink("link", "real")));
  CHECK_FALSE(AppendFile::open(directory.directory("sub")));
  CHECK_FALSE(AppendFile::open(directory.fifo("fifo")));
}

TEST_CASE("records arrive as they were sent, in whatever pieces", "[series]") {
  const std::vector<std::vector<std::string>> sent = {
      {"a"}, {"b", "", std::string("\0\n\t", 3)}, {"c", std::string(70000, 'x')}};
  std::string text;
  for (const auto& fields : sent)
    text += record(fields);
  for (const size_t piece : {size_t{1}, size_t{3}, size_t{1000}, text.size()}) {
    RecordReader reader;
    std::vector<std::vector<std::string>> heard;
    for (size_t at = 0; at < text.size(); at += piece) {
      reader.add(std::string_view(text).substr(at, piece));
      while (auto fields = reader.next())
        heard.push_back(*fields);
    }
    CHECK(heard == sent);
  }
}
