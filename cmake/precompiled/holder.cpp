// SPDX-License-Identifier: GPL-2.0-only
//
// Empty: a precompiled header must belong to a library, and a library must have a source.
