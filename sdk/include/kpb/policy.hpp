// SPDX-License-Identifier: GPL-2.0-only
//
// All that the author of a policy includes who wants the built-in policies' relations with names of their own:
// docs/writing-a-plugin.md shows one. Link kpb::policy.
//
// Two functions do the work: put_names() in a policy's name(), put_contents() in its describe() (package.hpp). The
// other headers hold what these are made of: relations.hpp the scheme itself, kernel_forms.hpp how a kernel is
// written in a name, facts.hpp what the document says.
//
// Everything is passed and returned by value, and nothing is kept from one call to the next. A Result says why
// something is refused; functions that take a Sink or a Host throw that Error instead. The rules are those of
// docs/relations.md, each with its reason; none looks at the clock, the environment or a file.
#ifndef KPB_POLICY_HPP
#define KPB_POLICY_HPP

#include "sdk.hpp"

#include "policy/contents.hpp"
#include "policy/facts.hpp"
#include "policy/kernel_families.hpp"
#include "policy/kernel_forms.hpp"
#include "policy/package.hpp"
#include "policy/relations.hpp"
#include "policy/settings.hpp"
#include "policy/tokens.hpp"
#include "policy/vendor_patches.hpp"

#endif
