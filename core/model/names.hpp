// SPDX-License-Identifier: GPL-2.0-only
//
// The allow-lists for text that becomes part of the name of a package or file. Such text is never
// escaped: it is accepted or refused, because rpm, dpkg, shells and kbuild each read it in their
// own way.
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
// Several lines: the same, but with line ends and tabs, at most 64 KiB.
bool check_text(const std::string& value, const std::string& what, DiagnosticSink& sink);
// CVE-YYYY-NNNN.
bool check_cve(const std::string& value, DiagnosticSink& sink);

// Names that a policy or backend may choose: [A-Za-z0-9][A-Za-z0-9._+~-]*, no "..", at most 255
// characters.
bool is_safe_name(std::string_view name);
// An absolute path whose parts are [A-Za-z0-9._+~-]{1,255} and do not begin with '-'; no "." or
// "..", at most 1,024 characters in all.
bool is_safe_path(std::string_view path);

// The module's name for a file name: without ".ko", and with "_" for everything that is not a
// letter, digit or underscore. If it is longer than the kernel's 55 characters, it is cut and ends
// with 8 digits of the SHA-256 of the full name.
std::string module_name_for(std::string_view file_name);

} // namespace kpb

#endif
