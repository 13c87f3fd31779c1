// SPDX-License-Identifier: GPL-2.0-only
//
// The allow-lists for what becomes part of a package's or file's name. Such text is never escaped:
// it fits or it is refused, because rpm, dpkg, shells and kbuild all read it in their own ways.
#ifndef KPB_CORE_MODEL_NAMES_HPP
#define KPB_CORE_MODEL_NAMES_HPP

#include "core/diag/diagnostic.hpp"

#include <string>
#include <string_view>

namespace kpb {

// P: [A-Za-z0-9][A-Za-z0-9._+-]*, at most 128 characters.
bool check_stem(const std::string& stem, const std::string& where, DiagnosticSink& sink);
// V and R: [A-Za-z0-9._+~]+, at most 64 characters. `what` is "version" or "release".
bool check_version(const std::string& value, const std::string& what, DiagnosticSink& sink);
// Decimal, fits 32 bits.
bool check_epoch(const std::string& value, DiagnosticSink& sink);
// One line of text for a header: valid UTF-8 without control bytes, at most 1,000 bytes.
bool check_line(const std::string& value, const std::string& what, DiagnosticSink& sink);
// Several lines: as above, with line ends and tabs, at most 64 KiB.
bool check_text(const std::string& value, const std::string& what, DiagnosticSink& sink);
// CVE-YYYY-NNNN.
bool check_cve(const std::string& value, DiagnosticSink& sink);

// What a policy or backend may call things: [A-Za-z0-9][A-Za-z0-9._+~-]*, no "..", at most 255.
bool is_safe_name(std::string_view name);
// Absolute, made of parts [A-Za-z0-9._+~-]{1,255} that do not begin with '-'; no "." or "..", at most
// 1,024 in all.
bool is_safe_path(std::string_view path);

// The module's own name for a file name: ".ko" off, whatever is no letter, digit or underscore
// becomes "_"; longer than the kernel's 55 characters: cut, and 8 digits of the full name's SHA-256
// end it.
std::string module_name_for(std::string_view file_name);

} // namespace kpb

#endif
