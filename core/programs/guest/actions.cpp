// SPDX-License-Identifier: GPL-2.0-only
//
// See actions.hpp. The table of verbs is at the end; core/boot/plan_boot.cpp uses them.
#include "core/programs/guest/actions.hpp"

#include "core/programs/guest/command.hpp"
#include "core/programs/guest/files.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace kpb_guest {

namespace {

using Words = std::vector<std::string>;

const std::string k_livepatch = "/sys/kernel/livepatch/";

std::string reason() { return std::strerror(errno); }

time_t now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec;
}

// Checks every 20 ms, for at most `seconds`.
template <class Condition> bool wait_for(time_t seconds, const Condition& condition) {
  const time_t end = now() + seconds;
  while (!condition()) {
    if (now() > end)
      return false;
    ::usleep(20 * 1000);
  }
  return true;
}

std::string without_line_end(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

Answer directory(const Words& words) {
  const bool there = exists(words[1]);
  return {there,
          words[1] + (there ? " is there" : " does not exist: the kernel has no CONFIG_LIVEPATCH"),
          !there};
}

Answer absent(const Words& words) {
  const bool there = exists(words[1]);
  return {!there, words[1] + (there ? " still exists" : " is gone")};
}

Answer load(const Words& words) {
  const int fd = ::open(words[1].c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || ::syscall(SYS_finit_module, fd, "", 0) != 0)
    return {false, words[1] + ": " + reason(), true};
  ::close(fd);
  return {true, words[1]};
}

// "" while the patch is in transition.
std::string settled_words(const std::string& name) {
  const auto transition = read_file(k_livepatch + name + "/transition");
  if (!transition)
    return "the kernel has no patch of that name";
  return without_line_end(*transition) == "0" ? "every task runs the new code" : "";
}

Answer settle(const Words& words) {
  std::string seen;
  const bool ended = wait_for(std::atol(words[2].c_str()), [&] {
    seen = settled_words(words[1]);
    return !seen.empty();
  });
  if (!ended)
    return {false, "still in transition after " + words[2] + " s", true};
  const bool good = exists(k_livepatch + words[1]);
  return {good, seen, !good};
}

// Whether an object is patched, in words. Kernels before 6.1 have no such file: there, a loaded
// object is always patched, because otherwise the patch or the object could not have been loaded.
std::string object_words(const std::string& patch, const std::string& object, bool& patched,
                         bool& loaded) {
  loaded = object == "vmlinux" || exists("/sys/module/" + object);
  const auto said = read_file(k_livepatch + patch + "/" + object + "/patched");
  patched = said ? without_line_end(*said) == "1" : loaded;
  return object + (patched  ? " is patched"
                   : loaded ? " is loaded and not patched"
                            : " is not loaded");
}

Answer objects(const Words& words) {
  Answer answer{true, ""};
  const auto names = directories_in(k_livepatch + words[1]);
  for (const auto& object : names) {
    bool patched = false;
    bool loaded = false;
    answer.detail +=
        (answer.detail.empty() ? "" : ", ") + object_words(words[1], object, patched, loaded);
    answer.ok = answer.ok && (patched || (!loaded && words[2] == "loaded"));
  }
  if (names.empty())
    return {false, "it patches no object"};
  return answer;
}

Answer disable(const Words& words) {
  const std::string patch = k_livepatch + words[1];
  if (!exists(patch))
    return {words[0] == "disable-if-there", "it is not there any more"};
  if (!write_file(patch + "/enabled", "0"))
    return {false, "writing 0 to enabled: " + reason()};
  if (!wait_for(std::atol(words[2].c_str()), [&] { return !exists(patch); }))
    return {false, "still in transition after " + words[2] + " s"};
  return {true, "every task runs the old code"};
}

// The kernel releases a module a moment after its patch is disabled.
Answer remove(const Words& words) {
  constexpr time_t k_patience = 10;
  int failure = 0;
  const bool gone = wait_for(k_patience, [&] {
    failure = ::syscall(SYS_delete_module, words[1].c_str(), O_NONBLOCK) == 0 ? 0 : errno;
    return failure != EAGAIN && failure != EBUSY;
  });
  if (gone && failure == 0)
    return {true, "removed"};
  return {false, std::strerror(failure)};
}

// Compares a file's content with what is expected: contains, lacks, is, is-not.
Answer text(const Words& words) {
  const auto content = read_file(words[1]);
  if (!content)
    return {false, "cannot read it: " + reason()};
  const std::string whole = without_line_end(*content);
  const bool equal = whole == words[2];
  const size_t at = content->find(words[2]);
  const bool within = at != std::string::npos;
  const bool ok = words[0] == "contains" ? within
                  : words[0] == "lacks"  ? !within
                  : words[0] == "is"     ? equal
                                         : !equal;
  // The line that contains it, otherwise the beginning of the file.
  std::string seen = whole;
  if (within && words[0] != "is" && words[0] != "is-not") {
    const size_t begin = at == 0 ? 0 : content->rfind('\n', at - 1) + 1;
    seen = content->substr(begin, content->find('\n', at) - begin);
  }
  return {ok, seen.empty() ? "it is empty" : "it says: " + seen};
}

Answer run(const Words& words) {
  const Ended ended = run_command(words[1]);
  const bool failed = ended.status != 0;
  std::string detail = ended.words;
  if (!ended.output.empty())
    detail += ": " + without_line_end(ended.output);
  return {ended.started && failed == (words[0] == "run-fails"), detail};
}

struct Verb {
  const char* name;
  size_t arguments;
  Answer (*act)(const Words& words);
};
constexpr Verb k_verbs[] = {
    {"directory", 1, directory},
    {"absent", 1, absent},
    {"load", 1, load},
    {"settle", 2, settle},
    {"objects", 2, objects},
    {"disable", 2, disable},
    {"remove", 1, remove},
    {"disable-if-there", 2, disable},
    {"contains", 2, text},
    {"lacks", 2, text},
    {"is", 2, text},
    {"is-not", 2, text},
    {"run", 1, run},
    {"run-fails", 1, run},
};

} // namespace

Answer act(const std::vector<std::string>& words) {
  for (const auto& verb : k_verbs)
    if (!words.empty() && words[0] == verb.name && words.size() == verb.arguments + 1)
      return verb.act(words);
  return {false, "kpb-guest does not know this step", true};
}

} // namespace kpb_guest
