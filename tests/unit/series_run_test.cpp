// SPDX-License-Identifier: GPL-2.0-only
//
// Runs a plan on a real file system, with an engine whose jobs do whatever a test wants: write
// false reports, disappear, leave incomplete journals.
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/series/run.hpp"
#include "memory_world.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <functional>

using namespace kpb;

namespace {

// The word after "--output" or another option.
std::string after(const std::vector<std::string>& words, const std::string& option) {
  for (size_t i = 0; i + 1 < words.size(); ++i)
    if (words[i] == option)
      return words[i + 1];
  return "";
}

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string report_json(int status,
                        const std::vector<std::pair<std::string, std::string>>& artifacts,
                        const std::string& diagnostics = "") {
  std::string list;
  for (const auto& [name, content] : artifacts)
    list += (list.empty() ? "" : ",") + std::string(R"({"format":"rpm-build","name":")") + name +
            R"(","sha256":")" + sha256_hex(content) + "\"}";
  return R"({"schema":"kpb.report/1","status":)" + std::to_string(status) + R"(,"artifacts":[)" +
         list + R"(],"diagnostics":[)" + diagnostics + "]}";
}

class FakeEngine final : public SeriesEngine {
public:
  std::function<EngineEnd(const EngineJob&)> act;
  std::vector<std::string> started;
  int stops = 0;

  std::optional<uint64_t> start(const EngineJob& job, DiagnosticSink&) override {
    started.push_back(job.name);
    EngineEnd end = act(job);
    end.id = ++m_last;
    m_ended.push_back(end);
    return m_last;
  }
  std::vector<EngineEnd> wait(double) override { return std::exchange(m_ended, {}); }
  void stop(bool) override { ++stops; }

private:
  std::vector<EngineEnd> m_ended;
  uint64_t m_last = 0;
};

// A job that does what it should.
EngineEnd good_job(const EngineJob& job) {
  const std::string name = job.name + ".rpm", content = "package " + job.name;
  write(after(job.command, "--output") + "/" + name, content);
  write(after(job.command, "--report"), report_json(0, {{name, content}}));
  return {};
}

class Heard final : public SeriesObserver {
public:
  void planned(size_t, size_t) override {}
  void started(const std::string&) override {}
  void ended(const std::string&, CellState, double, const std::string&) override {}
  void tick() override {}
};

struct RunWorld : kpb_test::World {
  kpb_test::TemporaryDirectory directory;
  std::unique_ptr<FileSystem> real = make_real_filesystem();
  Context here{{*real, environment, processes, interrupts, progress, sink}, plugins, templates};
  FakeEngine engine;
  SeriesRequest request;
  std::string text =
      "packages: [{name: a, patches: [{module: m.ko, kernels: [6.1.0-1-amd64, 6.1.0-2-amd64]}]}, "
      "{name: b, patches: [{module: m.ko, kernels: [6.1.0-1-amd64]}]}]";

  RunWorld() {
    directory.file("m.ko", "module");
    request.output.root = directory / "out";
    request.words.program = "/usr/bin/kpb";
    engine.act = good_job;
  }
  SeriesPlan plan() {
    auto manifest = parse_manifest(text, "m.yml", sink);
    REQUIRE(manifest);
    manifest->directory = directory.path();
    auto out = expand_cells(std::move(*manifest), here);
    REQUIRE(out);
    for (auto& cell : out->cells) {
      cell.package_name = out->name_of(cell);
      cell.artifacts = {{"rpm-build", out->name_of(cell) + ".rpm"}};
    }
    return std::move(*out);
  }
  // The states of the cells ("built built failed"); the started jobs are in engine.started.
  std::string run(SeriesMode mode = SeriesMode::build) {
    engine.started.clear();
    Heard heard;
    const auto p = plan();
    const auto outcome = run_series(p, request, here, engine, heard, mode);
    if (!outcome)
      return code();
    std::string out;
    whys.clear();
    for (size_t i = 0; i < p.cells.size(); ++i) {
      out += (i == 0 ? "" : " ") + std::string(state_word(outcome->cells[i].state));
      whys += outcome->cells[i].why + "|";
    }
    return out;
  }
  std::string journal() const { return directory.content("out/.kpb/journal"); }
  std::string artifact(const std::string& cell, const std::string& kernel = "6.1.0-1-amd64") const {
    return "out/rpm-build/" + kernel + "/" + cell + "@" + kernel + ".rpm";
  }
  std::string whys;
};

} // namespace

TEST_CASE("what is finished is not started again", "[series]") {
  RunWorld w;
  CHECK(w.run() == "built built built");
  CHECK(w.engine.started.size() == 3);
  CHECK(w.directory.content(w.artifact("a")) == "package a@6.1.0-1-amd64");
  CHECK(w.run() == "reused reused reused");
  CHECK(w.engine.started.empty());
  CHECK(w.run(SeriesMode::look) == "reused reused reused");
}

TEST_CASE("a look writes nothing", "[series]") {
  RunWorld w;
  CHECK(w.run(SeriesMode::look) == "to do to do to do");
  CHECK_FALSE(w.directory.has("out"));
}

TEST_CASE("a job's word is not enough", "[series]") {
  RunWorld w;
  w.text = "packages: [{name: a, patches: [{module: m.ko, kernels: [6.1.0-1-amd64]}]}]";
  const auto fails_with = [&](const std::string& words) {
    CHECK(w.run() == "failed");
    INFO(w.whys);
    CHECK(w.whys.find(words) != std::string::npos);
    CHECK_FALSE(w.directory.has(w.artifact("a")));
    CHECK(w.run(SeriesMode::look) == "to do");
  };
  SECTION("success without a report") {
    w.engine.act = [](const EngineJob&) { return EngineEnd{}; };
    fails_with("left no report");
  }
  SECTION("success without an artifact") {
    w.engine.act = [](const EngineJob& job) {
      write(after(job.command, "--report"), report_json(0, {{job.name + ".rpm", "x"}}));
      return EngineEnd{};
    };
    fails_with("is missing or differs from its report");
  }
  SECTION("another artifact's content") {
    w.engine.act = [](const EngineJob& job) {
      write(after(job.command, "--output") + "/" + job.name + ".rpm", "y");
      write(after(job.command, "--report"), report_json(0, {{job.name + ".rpm", "x"}}));
      return EngineEnd{};
    };
    fails_with("is missing or differs from its report");
  }
  SECTION("another name") {
    w.engine.act = [](const EngineJob& job) {
      write(after(job.command, "--output") + "/../../../evil", "x");
      write(after(job.command, "--report"), report_json(0, {{"../../../evil", "x"}}));
      return EngineEnd{};
    };
    fails_with("planned was");
  }
  SECTION("nothing at all") {
    w.engine.act = [](const EngineJob& job) {
      write(after(job.command, "--report"), report_json(0, {}));
      return EngineEnd{};
    };
    fails_with("its job made nothing");
  }
  SECTION("a report that is none") {
    w.engine.act = [](const EngineJob& job) {
      write(after(job.command, "--report"), "{\"schema\":\"kpb.report/1\"");
      return EngineEnd{};
    };
    fails_with("left no report");
  }
}

TEST_CASE("a job that fails says why, in its own words or in its end", "[series]") {
  RunWorld w;
  w.text = "packages: [{name: a, patches: [{module: m.ko, kernels: [6.1.0-1-amd64]}]}]";
  const auto why = [&](EngineEnd end, const std::string& report = "") {
    w.engine.act = [&](const EngineJob& job) {
      if (!report.empty())
        write(after(job.command, "--report"), report);
      return end;
    };
    CHECK(w.run() == "failed");
    return w.whys;
  };
  CHECK(
      why({0, EngineEnd::How::exited, 2, 1, ""},
          report_json(2, {},
                      R"({"severity":"error","code":"c","message":"no such thing","hint":"h"})")) ==
      "no such thing|");
  CHECK(why({0, EngineEnd::How::exited, 7, 1, ""}) == "it ended with status 7|");
  CHECK(why({0, EngineEnd::How::exited, -11, 1, ""}) == "it was killed by signal 11|");
  CHECK(why({0, EngineEnd::How::time, -9, 1, ""}) == "it took longer than its time limit|");
  CHECK(why({0, EngineEnd::How::memory, -9, 1, ""}) == "it used more memory than its limit|");
  CHECK(why({0, EngineEnd::How::lost, 0, 1, "its node went away"}) == "its node went away|");
}

TEST_CASE("the log of the runs tells what happened, also when the terminal is gone", "[series]") {
  RunWorld w;
  w.engine.act = [](const EngineJob& job) {
    return job.name.starts_with("b@") ? EngineEnd{0, EngineEnd::How::memory, -9, 1.5, ""}
                                      : good_job(job);
  };
  const auto log = [&] { return w.directory.content("out/.kpb/run.log"); };
  REQUIRE(w.run() == "built built failed");
  const std::string first = log();
  INFO(first);
  CHECK(first.find(" info series: kpb ") != std::string::npos);
  CHECK(first.find(" info a@6.1.0-1-amd64: its job was started; its log: ") != std::string::npos);
  CHECK(first.find(" info a@6.1.0-1-amd64: built after 0.0 s\n") != std::string::npos);
  CHECK(
      first.find(" error b@6.1.0-1-amd64: failed after 1.5 s: it used more memory than its limit; "
                 "its log: ") != std::string::npos);
  CHECK(first.find("debug") == std::string::npos);

  // The next run appends to it: only what it did.
  w.engine.act = good_job;
  REQUIRE(w.run() == "reused reused built");
  const std::string second = log();
  INFO(second);
  REQUIRE(second.starts_with(first));
  CHECK(second.find("a@", first.size()) == std::string::npos);
  CHECK(second.find(" info b@6.1.0-1-amd64: built after", first.size()) != std::string::npos);
  // Nothing is written by a run without work, or by status.
  REQUIRE(w.run() == "reused reused reused");
  REQUIRE(w.run(SeriesMode::look) == "reused reused reused");
  CHECK(log() == second);

  // A log that has become long is moved away.
  w.directory.file("out/.kpb/run.log", std::string((8 << 20) + 1, 'x'));
  std::filesystem::remove(w.directory / w.artifact("a"));
  REQUIRE(w.run() == "built reused reused");
  CHECK(log().size() < 1000);
  CHECK(w.directory.content("out/.kpb/run.log.old").size() == (8 << 20) + 1);
}

TEST_CASE("a log that cannot be written is no failure", "[series]") {
  RunWorld w;
  std::filesystem::create_directories(w.directory / "out/.kpb/run.log");
  CHECK(w.run() == "built built built");
  CHECK(w.sink.all().empty());
}

TEST_CASE("a patch that its kernel has is not asked for again", "[series]") {
  RunWorld w;
  w.text = "packages: [{name: a, patches: [{filename: m.ko.patch, kernels: [6.1.0-1-amd64]}]}]";
  w.directory.file("m.ko.patch", "diff");
  w.engine.act = [](const EngineJob& job) {
    write(
        after(job.command, "--report"),
        report_json(
            2, {},
            R"({"severity":"error","code":"patch-not-needed","message":"it is there","hint":""})"));
    return EngineEnd{0, EngineEnd::How::exited, 2, 1, ""};
  };
  CHECK(w.run() == "not needed");
  CHECK(w.run() == "not needed");
  CHECK(w.engine.started.empty());
}

TEST_CASE("a failure takes no other cell along, unless that is asked for", "[series]") {
  RunWorld w;
  w.engine.act = [](const EngineJob& job) {
    return job.name.starts_with("a@6.1.0-1") ? EngineEnd{0, EngineEnd::How::exited, 1, 1, ""}
                                             : good_job(job);
  };
  CHECK(w.run() == "failed built built");
  RunWorld v;
  v.request.fail_fast = true;
  v.engine.act = w.engine.act;
  CHECK(v.run() == "failed not run not run");
  v.request.fail_fast = false;
  v.engine.act = good_job;
  CHECK(v.run() == "built built built");
}

TEST_CASE("a lock of somebody else's is waited for", "[series]") {
  RunWorld w;
  w.text = "packages: [{name: a, patches: [{module: m.ko, kernels: [6.1.0-1-amd64]}]}]";
  int times = 0;
  w.engine.act = [&](const EngineJob& job) {
    return ++times < 3 ? EngineEnd{0, EngineEnd::How::exited, 75, 1, ""} : good_job(job);
  };
  class Clock final : public kpb::Environment {
  public:
    mutable double at = 1;
    std::optional<std::string> variable(const std::string&) const override { return {}; }
    std::string kernel_release() const override { return "6.1.0-1-amd64"; }
    std::string machine() const override { return "x86_64"; }
    uint64_t processors() const override { return 1; }
    std::string current_directory() const override { return "/"; }
    std::string executable() const override { return "/usr/bin/kpb"; }
    bool is_terminal(int) const override { return false; }
    double seconds() const override { return at += 0.1; }
  } clock;
  Context here{
      {*w.real, clock, w.processes, w.interrupts, w.progress, w.sink}, w.plugins, w.templates};
  Heard heard;
  const auto p = w.plan();
  const auto outcome = run_series(p, w.request, here, w.engine, heard, SeriesMode::build);
  REQUIRE(outcome);
  CHECK(outcome->cells[0].state == CellState::built);
  CHECK(times == 3);
}

TEST_CASE("cut at any byte, a journal costs looks and never a wrong answer", "[series]") {
  RunWorld w;
  REQUIRE(w.run() == "built built built");
  const std::string whole = w.journal();
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    INFO(cut);
    w.directory.file("out/.kpb/journal", whole.substr(0, cut));
    // The reports of the jobs still exist, and so do their results.
    REQUIRE(w.run() == "reused reused reused");
    REQUIRE(w.engine.started.empty());
  }
}

TEST_CASE("done is said of artifacts that verify, wherever the journal is cut", "[series]") {
  RunWorld w;
  REQUIRE(w.run() == "built built built");
  const std::string whole = w.journal();
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    INFO(cut);
    w.directory.file("out/.kpb/journal", whole.substr(0, cut));
    w.directory.file(w.artifact("a"), "package a@6.1.0-1-amd6X"); // the same size as before
    std::filesystem::remove(w.directory / w.artifact("b"));
    REQUIRE(w.run() == "built reused built");
    REQUIRE(w.directory.content(w.artifact("a")) == "package a@6.1.0-1-amd64");
  }
}

TEST_CASE("what a killed run's jobs had finished is taken over", "[series]") {
  RunWorld w;
  REQUIRE(w.run() == "built built built");
  // The state between the end of the job and the rename: its report, and the artifact in the job's
  // own directory.
  const std::string own = "out/.kpb/cells/a@6.1.0-1-amd64/";
  std::filesystem::create_directory(w.directory / (own + "out-abc"));
  std::filesystem::rename(w.directory / w.artifact("a"),
                          w.directory / (own + "out-abc/a@6.1.0-1-amd64.rpm"));
  std::filesystem::remove(w.directory / "out/.kpb/journal");
  CHECK(w.run() == "reused reused reused");
  CHECK(w.directory.content(w.artifact("a")) == "package a@6.1.0-1-amd64");
  CHECK_FALSE(w.directory.has(own + "out-abc"));
}

TEST_CASE("a second result directory takes what was built from the store", "[series]") {
  RunWorld w;
  w.request.store = w.directory.directory("store");
  w.text =
      "packages: [{name: a, backends: [rpm-build], patches: [{filename: a.patch, kernels: [6.1.0-1-amd64]}]}]";
  w.directory.file("a.patch", "diff");
  REQUIRE(w.run() == "built");
  const std::string first = w.directory.content(w.artifact("a"));
  w.request.output.root = w.directory / "other";
  CHECK(w.run() == "reused");
  CHECK(w.directory.content("other/rpm-build/6.1.0-1-amd64/a@6.1.0-1-amd64.rpm") == first);
  // An artifact that was damaged there is built again.
  std::filesystem::remove_all(w.directory / "other");
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(w.directory / "store/results"))
    if (entry.path().extension() == ".rpm")
      write(entry.path().string(), "damaged");
  CHECK(w.run() == "built");
}

TEST_CASE("a store that cannot be written costs a warning", "[series]") {
  RunWorld w;
  w.request.store = w.directory.file("store", "no directory");
  w.text =
      "packages: [{name: a, backends: [rpm-build], patches: [{filename: a.patch, kernels: [6.1.0-1-amd64]}]}]";
  w.directory.file("a.patch", "diff");
  CHECK(w.run() == "built");
  REQUIRE(w.sink.all().size() == 1);
  CHECK(w.sink.all()[0].code == "series-store");
}

TEST_CASE("an interrupt starts nothing more, and the next run goes on", "[series]") {
  RunWorld w;
  w.engine.act = [&](const EngineJob& job) {
    w.interrupts.number = 2;
    return job.name.starts_with("a@6.1.0-1") ? good_job(job)
                                             : EngineEnd{0, EngineEnd::How::exited, 130, 1, ""};
  };
  w.request.cells = 2;
  CHECK(w.run() == "built not run not run");
  CHECK(w.engine.stops >= 0);
  w.interrupts.number = 0;
  w.engine.act = good_job;
  CHECK(w.run() == "reused built built");
}

TEST_CASE("an input that is not there fails its cells before a job is started", "[series]") {
  RunWorld w;
  std::filesystem::remove(w.directory / "m.ko");
  CHECK(w.run() == "failed failed failed");
  CHECK(w.engine.started.empty());
  CHECK(w.whys.find("m.yml:1:") == 0);
}

TEST_CASE("one run at a time has a result directory", "[series]") {
  RunWorld w;
  REQUIRE(w.run() == "built built built");
  const auto lock = w.real->lock(w.request.output.lock(), true, "pid 1 (somebody)");
  REQUIRE(lock);
  CHECK(w.run() == "series-locked");
  CHECK(w.error()->fault == Fault::locked);
}

TEST_CASE("who has the lock and no name there yet is waited for", "[series]") {
  RunWorld w;
  REQUIRE(w.run() == "built built built");
  auto lock = w.real->lock(w.request.output.lock(), true, "");
  REQUIRE(lock);
  std::ofstream(w.request.output.lock(), std::ios::trunc).close();
  class Patience final : public Environment {
  public:
    explicit Patience(std::unique_ptr<FileLock>& held) : m_held(held) {}
    mutable int pauses = 0;
    std::optional<std::string> variable(const std::string&) const override { return {}; }
    std::string kernel_release() const override { return "6.1.0-1-amd64"; }
    std::string machine() const override { return "x86_64"; }
    uint64_t processors() const override { return 1; }
    std::string current_directory() const override { return "/"; }
    std::string executable() const override { return "/usr/bin/kpb"; }
    bool is_terminal(int) const override { return false; }
    double seconds() const override { return 1; }
    void pause(unsigned) const override {
      if (++pauses == 3)
        m_held.reset();
    }

  private:
    std::unique_ptr<FileLock>& m_held;
  } patience(*lock);
  Context here{
      {*w.real, patience, w.processes, w.interrupts, w.progress, w.sink}, w.plugins, w.templates};
  Heard heard;
  const auto p = w.plan();
  REQUIRE(run_series(p, w.request, here, w.engine, heard, SeriesMode::build));
  CHECK(patience.pauses == 3);
}
