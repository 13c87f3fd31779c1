// SPDX-License-Identifier: GPL-2.0-only
//
// What the passes that have to do with the signature share: plan_signing.cpp finds everything that
// signing needs before an hour is spent on building, sign_later.cpp leaves a module for somebody else
// to sign and takes it up again, sign_module.cpp signs and compares.
#ifndef KPB_CORE_PIPELINE_SIGNING_HPP
#define KPB_CORE_PIPELINE_SIGNING_HPP

#include "core/diag/diagnostic.hpp"
#include "core/model/document.hpp"
#include "core/request/request.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpb {

struct Build;
struct Variant;

struct Signing {
  std::string program;                                          // absolute path of the signer
  std::string key, certificate;                                 // absolute, or the key's URI
  std::vector<std::pair<std::string, std::string>> environment; // for the signer alone: secrets
  std::string signed_content;                                   // of --signed FILE
  // What the module follows from: each field of the request, and its value.
  std::vector<std::pair<std::string, std::string>> made_from;
  std::optional<Document> waiting; // kpb.awaiting/1 of the module that is taken up again
  std::string left;                // the module was left here for somebody to sign; the build ends
};

// Which options go together, as far as words tell.
bool check_signing_words(const SigningRequest& request, DiagnosticSink& sink);

// False, and said so, when `module` has a signature already.
bool check_not_signed(std::string_view module, const std::string& where, DiagnosticSink& sink);

// --sign-later DIR: DIR can be used, and the module that waits in it, if any, comes from this request.
bool plan_sign_later(Build& build, const Variant& variant);
// Puts the module into DIR with a description of it.
bool leave_waiting(Build& build, const Variant& variant);
// In place of building: the module that was left there.
bool take_waiting(Build& build, Variant& variant);

} // namespace kpb

#endif
