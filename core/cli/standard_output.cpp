// SPDX-License-Identifier: GPL-2.0-only
//
// See standard_output.hpp.
#include "core/cli/standard_output.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace kpb {

namespace {
int g_output = STDOUT_FILENO;
}

void set_standard_output_aside() {
  const int aside = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (aside < 0)
    return; // no free descriptor: output stays where it is
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  g_output = aside;
}

int standard_output() { return g_output; }

} // namespace kpb
