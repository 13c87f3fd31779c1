// SPDX-License-Identifier: GPL-2.0-only
//
// A patch is code: its Makefile, its .incbin and its spec run while it is built. So whatever a plugin runs, and
// everything in a view of a kernel, runs confined by bubblewrap: without capabilities or new privileges, in user,
// mount, PID, IPC, UTS and network namespaces of its own, and seeing the system's programs and the given places and
// nothing else. docs/building-patches.md says what that is, tests/cli/confinement.sh tries to get out.
#ifndef KPB_CORE_RUN_CONFINEMENT_HPP
#define KPB_CORE_RUN_CONFINEMENT_HPP

#include "core/run/context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

struct ConfinedPlace {
  std::string from; // of the host
  std::string at;   // where the program finds it
  bool writable = false;
};

struct ConfinedRun {
  std::string root; // a build root, whose programs are seen in place of this system's; "" for none
  std::vector<ConfinedPlace> places;
  std::string directory; // where the program runs, as it sees it
};

class Confinement {
public:
  explicit Confinement(const RunContext& context) : m_context(context) {}

  // False: the user wants none (--unconfined).
  bool wanted() const { return m_context.confine; }
  // Why programs cannot be confined here, in words; "" when they can. Found out once, by trying.
  const std::string& missing();
  // The whole command line. `program[0]` is a path or a name of what the program itself will see.
  std::vector<std::string> command(const ConfinedRun& run,
                                   const std::vector<std::string>& program) const;
  // The error for it.
  Diagnostic refusal(const std::string& why) const;

private:
  std::string try_it();
  std::string which_is_missing();
  std::vector<std::string> beginning(const std::string& root) const;

  const RunContext& m_context;
  std::string m_sandbox;    // bwrap's path
  bool m_in_chroot = false; // then kpb-enter makes it a root first
  std::optional<std::string> m_missing;
};

// kpb-enter, which is installed with kpb.
std::string enter_program(const Environment& environment);

} // namespace kpb

#endif
