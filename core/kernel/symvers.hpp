// SPDX-License-Identifier: GPL-2.0-only
//
// Module.symvers: which symbols a kernel exports, and with MODVERSIONS a CRC over the types of each. If the kernel
// that was compiled here has the CRCs that the distribution shipped, then source, configuration and compiler are
// the target's. No other single check proves as much.
#ifndef KPB_CORE_KERNEL_SYMVERS_HPP
#define KPB_CORE_KERNEL_SYMVERS_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/target/symvers.hpp"

#include <string>
#include <vector>

namespace kpb {

struct SymversComparison {
  struct Difference {
    std::string symbol;
    uint32_t shipped = 0;
    uint32_t rebuilt = 0;
  };
  std::vector<Difference> differing;
  std::vector<std::string> missing; // shipped, and not rebuilt
  size_t equal = 0;
  size_t extra = 0; // rebuilt, and not shipped. No error: a distribution may leave modules out

  bool good() const { return differing.empty() && missing.empty(); }
};

SymversComparison compare_symvers(const Exports& shipped, const Exports& rebuilt);
// Reports the first five symbols that differ and that are missing (input error "kernel-symvers").
bool check_symvers(const SymversComparison& comparison, const std::string& where,
                   DiagnosticSink& sink);

} // namespace kpb

#endif
