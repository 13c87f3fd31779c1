// SPDX-License-Identifier: GPL-2.0-only
//
// The line that shows a step on a terminal: a line that is overwritten must never be longer than a
// row, otherwise the end of the previous row remains.
#include "core/base/text.hpp"
#include "core/cli/session.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <unistd.h>

using namespace kpb;

namespace {

class Terminal final : public Environment {
public:
  size_t width = 80;
  double now = 0;
  bool is_terminal(int) const override { return true; }
  size_t terminal_width(int) const override { return width; }
  double seconds() const override { return now; }
  std::optional<std::string> variable(const std::string&) const override { return {}; }
  std::string kernel_release() const override { return {}; }
  std::string machine() const override { return {}; }
  uint64_t processors() const override { return 1; }
  std::string current_directory() const override { return "/"; }
  std::string executable() const override { return {}; }
};

// What `work` writes to standard error.
template <class Work> std::string written(const Work& work) {
  kpb_test::TemporaryDirectory temp;
  const int before = ::dup(STDERR_FILENO);
  const int file = ::open((temp / "said").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ::dup2(file, STDERR_FILENO);
  work();
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  std::string said(65536, '\0');
  const ssize_t n = ::pread(file, said.data(), said.size(), 0);
  ::close(file);
  said.resize(n < 0 ? 0 : static_cast<size_t>(n));
  return said;
}

} // namespace

TEST_CASE("progress: rewritten lines fit into a row", "[progress]") {
  Terminal terminal;
  const std::string said = written([&] {
    ConsoleProgress progress(terminal, true);
    for (const size_t width : {size_t{80}, size_t{40}, size_t{20}, size_t{1}}) {
      terminal.width = width;
      progress.begin(Progress::Step::build, "a kernel of a rather long name, 5.14.0-362.8.1.el9_3");
      terminal.now += 61;
      progress.phase("compiling the original kernel, which takes a while");
    }
  });
  const std::vector<std::string> lines = split(said, '\n');
  const std::vector<size_t> widths{80, 40, 20, 1};
  REQUIRE(lines.size() == widths.size() + 1);
  for (size_t i = 0; i < widths.size(); ++i) {
    const size_t again = lines[i].find("\r\033[K");
    REQUIRE(again != std::string::npos);
    CHECK(again < widths[i]);
    // After it comes the step's total time, which is not overwritten any more.
    const std::string last = replace_all(lines[i].substr(again + 4), "  (61.0 s)", "");
    CHECK(last.size() < widths[i]);
  }
  CHECK(lines[0].ends_with("K  build      a kernel of a rather long name, 5.14."
                           "0-362.8.1.el...  (after 61 s)  (61.0 s)"));
  CHECK(lines[1].ends_with("K  build      a kernel ...  (after 61 s)  (61.0 s)"));
}

TEST_CASE("progress: who is no terminal sees nothing", "[progress]") {
  const Terminal terminal;
  CHECK(written([&] {
          ConsoleProgress progress(terminal, false);
          progress.begin(Progress::Step::build, "x");
          progress.phase("y");
        }).empty());
}
