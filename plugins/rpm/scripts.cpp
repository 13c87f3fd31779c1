// SPDX-License-Identifier: GPL-2.0-only
//
// The tags that hold something to run.
#include "scripts.hpp"

#include <rpm/rpmtag.h>
#include <rpm/rpmtd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace kpb::rpm {
namespace {

// Of rpm 4.19 and later; older headers do not name them, and their packages may still come by.
constexpr auto k_preuntrans = static_cast<rpmTagVal>(5104);
constexpr auto k_postuntrans = static_cast<rpmTagVal>(5105);
constexpr auto k_preuntrans_program = static_cast<rpmTagVal>(5106);
constexpr auto k_postuntrans_program = static_cast<rpmTagVal>(5107);

// A script and its interpreter; "%post -p PROGRAM" leaves only the second.
constexpr std::array<std::pair<rpmTagVal, rpmTagVal>, 12> k_scripts = {{
    {RPMTAG_PREIN, RPMTAG_PREINPROG},
    {RPMTAG_POSTIN, RPMTAG_POSTINPROG},
    {RPMTAG_PREUN, RPMTAG_PREUNPROG},
    {RPMTAG_POSTUN, RPMTAG_POSTUNPROG},
    {RPMTAG_PRETRANS, RPMTAG_PRETRANSPROG},
    {RPMTAG_POSTTRANS, RPMTAG_POSTTRANSPROG},
    {k_preuntrans, k_preuntrans_program},
    {k_postuntrans, k_postuntrans_program},
    {RPMTAG_VERIFYSCRIPT, RPMTAG_VERIFYSCRIPTPROG},
    {RPMTAG_TRIGGERSCRIPTS, RPMTAG_TRIGGERSCRIPTPROG},
    {RPMTAG_FILETRIGGERSCRIPTS, RPMTAG_FILETRIGGERSCRIPTPROG},
    {RPMTAG_TRANSFILETRIGGERSCRIPTS, RPMTAG_TRANSFILETRIGGERSCRIPTPROG},
}};

size_t entries(Header header, rpmTagVal tag) {
  rpmtd_s data{};
  const bool found = headerGet(header, tag, &data, HEADERGET_MINMEM) != 0;
  // A program with arguments is one array.
  const size_t count = found ? rpmtdCount(&data) : 0;
  rpmtdFreeData(&data);
  return count;
}

} // namespace

size_t count_scripts(Header header) {
  size_t count = 0;
  for (const auto& [script, program] : k_scripts) {
    const size_t scripts = entries(header, script);
    count += scripts != 0 ? scripts : std::min<size_t>(entries(header, program), 1);
  }
  return count;
}

} // namespace kpb::rpm
