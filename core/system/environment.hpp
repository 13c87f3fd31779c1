// SPDX-License-Identifier: GPL-2.0-only
//
// What kpb takes from its surroundings: a few variables, the machine's names, the place where it is
// installed, its standard streams. It is an interface, so that tests control all of it.
#ifndef KPB_CORE_SYSTEM_ENVIRONMENT_HPP
#define KPB_CORE_SYSTEM_ENVIRONMENT_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

class Environment {
public:
  virtual ~Environment() = default;
  virtual std::optional<std::string> variable(const std::string& name) const = 0;
  // From now on these variables (secrets) are known to variable() alone: they are overwritten in the process's own
  // environment, where libraries, plugins and other processes could read them, and the process leaves no core file.
  virtual void hide(const std::vector<std::string>& names) const { (void)names; }
  virtual void forget_hidden() const {}           // when nobody needs them any more
  virtual std::string kernel_release() const = 0; // uname -r
  virtual std::string machine() const = 0;        // uname -m
  virtual uint64_t processors() const = 0;
  virtual std::string current_directory() const = 0;
  // Absolute path of the running program without symlinks; installed files are found relative to
  // it.
  virtual std::string executable() const = 0;
  virtual uint32_t umask() const { return 022; } // for the modes of the user's files
  virtual bool is_terminal(int descriptor) const = 0;
  // In columns; 80 if unknown.
  virtual size_t terminal_width(int descriptor) const {
    (void)descriptor;
    return 80;
  }
  virtual double seconds() const = 0;              // monotonic, only for showing elapsed time
  virtual bool is_root() const { return false; }   // whether root's privileges are there
  virtual int64_t wall_clock() const { return 0; } // seconds since 1970, only for showing
  virtual void pause(unsigned milliseconds) const { (void)milliseconds; }
};

std::unique_ptr<Environment> make_real_environment();

} // namespace kpb

#endif
