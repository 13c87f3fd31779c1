// SPDX-License-Identifier: GPL-2.0-only
//
// All that a plugin's author includes. See docs/writing-a-plugin.md.
#ifndef KPB_SDK_HPP
#define KPB_SDK_HPP

#include "sdk/fields.hpp"
#include "sdk/plugin.hpp"
#include "sdk/views.hpp"

#endif
