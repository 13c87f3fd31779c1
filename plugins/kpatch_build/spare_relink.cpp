// SPDX-License-Identifier: GPL-2.0-only
//
// See spare_relink.hpp. kpatch-build is a bash script, and bash takes functions from its environment: this
// one stands before the program patch, for the script alone.
//
// A file whose content is the pristine one's, byte for byte, gets that one's time, which is older than
// every object of the template; an object that was made of this content is there. A file that differs
// keeps its new time. So whatever goes wrong here costs time and changes nothing of the module.
#include "spare_relink.hpp"

namespace kpb::builders {

std::string spare_relink(const std::string& tree, const std::string& pristine,
                         const std::string& input) {
  return "BASH_FUNC_patch%%=() { command patch \"$@\" || return\n"
         " case \" $* \" in *' -R '*) ;; *) return 0;; esac\n"
         " local file\n"
         " cat " +
         input +
         "/*.patch | lsdiff --strip=1 | while IFS= read -r file; do\n"
         "  ! cmp -s \"" +
         tree + "/$file\" \"" + pristine +
         "/$file\" ||\n"
         "   touch -r \"" +
         pristine + "/$file\" \"" + tree +
         "/$file\"; done\n"
         " return 0\n"
         "}";
}

} // namespace kpb::builders
