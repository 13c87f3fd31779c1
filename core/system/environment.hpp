// SPDX-License-Identifier: GPL-2.0-only
//
// What kpb takes from the process around it: a few variables, the machine's names, where it is
// installed, and what its standard streams are. An interface, so that tests decide all of it.
#ifndef KPB_CORE_SYSTEM_ENVIRONMENT_HPP
#define KPB_CORE_SYSTEM_ENVIRONMENT_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace kpb {

class Environment {
public:
  virtual ~Environment() = default;
  virtual std::optional<std::string> variable(const std::string& name) const = 0;
  virtual std::string kernel_release() const = 0; // uname -r
  virtual std::string machine() const = 0;        // uname -m
  virtual uint64_t processors() const = 0;
  virtual std::string current_directory() const = 0;
  // Absolute path of the running program without symlinks; what is installed is found from here.
  virtual std::string executable() const = 0;
  virtual uint32_t umask() const { return 022; } // what the user's files are made with
  virtual bool is_terminal(int descriptor) const = 0;
  // In columns; 80 where it cannot be told.
  virtual size_t terminal_width(int descriptor) const {
    (void)descriptor;
    return 80;
  }
  virtual double seconds() const = 0;              // monotonic, for showing elapsed time only
  virtual bool is_root() const { return false; }   // may do what root may
  virtual int64_t wall_clock() const { return 0; } // seconds since 1970, for showing when only
  virtual void pause(unsigned milliseconds) const { (void)milliseconds; }
};

std::unique_ptr<Environment> make_real_environment();

} // namespace kpb

#endif
