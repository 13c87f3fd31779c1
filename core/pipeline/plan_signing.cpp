// SPDX-License-Identifier: GPL-2.0-only
//
// Everything that signing needs is looked for before anything is built: a missing key is no news to
// hear after an hour. The secrets that the signer gets are taken from the environment here, by name,
// and go into its own environment and nowhere else.
#include "core/pipeline/build.hpp"

#include "core/base/text.hpp"
#include "core/inspect/elf_module.hpp"
#include "core/inspect/signature.hpp"
#include "core/system/believe.hpp"
#include <kpb/sdk/fields.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr const char* k_hashes[] = {"sha256",   "sha384",   "sha512",   "sha224",
                                    "sha3-256", "sha3-384", "sha3-512", "sha1"};

bool refuse_words(DiagnosticSink& sink, Diagnostic error) {
  error.code = "sign-options";
  return fail(sink, std::move(error));
}

bool is_variable_name(const std::string& name) {
  return !name.empty() && !is_digit(name[0]) && made_of(name, "_");
}

bool is_uri(const std::string& key) { return key.starts_with("pkcs11:"); }

bool check_one_form(const SigningRequest& r, DiagnosticSink& sink) {
  const char* signer = r.command ? "--sign-command" : "--sign-file";
  if (r.command && r.sign_file)
    return refuse_words(sink, {.what = "--sign-command and --sign-file are given",
                               .why = "a module has only one signature",
                               .hint = "leave one out"});
  if (r.runs_signer() && (r.later || r.signed_file))
    return refuse_words(
        sink,
        {.what = fmt::format("{} and {} are given", signer, r.later ? "--sign-later" : "--signed"),
         .why = "either kpb runs the signer, or the module is signed elsewhere",
         .hint = "leave one out"});
  return true;
}

bool check_sign_file(const SigningRequest& r, DiagnosticSink& sink) {
  const char* example =
      "for example --sign-file /usr/src/linux-headers-K/scripts/sign-file --sign-key KEY.pem "
      "--sign-cert CERT.pem";
  const char* given = r.key           ? "--sign-key"
                      : r.certificate ? "--sign-cert"
                      : r.hash        ? "--sign-hash"
                                      : nullptr;
  if (!r.sign_file && given != nullptr)
    return refuse_words(sink, {.what = fmt::format("{} is given without --sign-file", given),
                               .why = r.command ? "--sign-command chooses its own key"
                                                : "it is an argument of the kernel's sign-file",
                               .hint = example});
  if (r.sign_file && (!r.key || !r.certificate))
    return refuse_words(sink, {.what = fmt::format("--sign-file also needs {}",
                                                   r.key ? "--sign-cert" : "--sign-key"),
                               .why = "the kernel's sign-file needs a key and its certificate",
                               .hint = example});
  if (r.hash && std::find(std::begin(k_hashes), std::end(k_hashes), *r.hash) == std::end(k_hashes))
    return refuse_words(
        sink, {.what = fmt::format("--sign-hash {} is refused", shown(*r.hash)),
               .why = "kernels do not support it",
               .hint = fmt::format("it is the target's CONFIG_MODULE_SIG_HASH: {}",
                                   join({std::begin(k_hashes), std::end(k_hashes)}, ", "))});
  // A command line is for everybody to read, in /proc. The value must not be shown here either.
  if (r.key && is_uri(*r.key) && r.key->find("pin-value") != std::string::npos)
    return refuse_words(
        sink, {.what = "--sign-key contains a PIN",
               .why = "every process on the machine can read a command line",
               .hint = fmt::format("remove pin-value, and put the PIN into the variable {}",
                                   k_sign_pin)});
  return true;
}

bool check_variables(const SigningRequest& r, DiagnosticSink& sink) {
  if (!r.variables.empty() && !r.runs_signer())
    return refuse_words(sink, {.what = "--sign-env is given without a signer",
                               .why = "the variable is for --sign-command or --sign-file",
                               .hint = "leave it out"});
  for (const auto& name : r.variables)
    if (!is_variable_name(name)) {
      // NAME=VALUE is the likely slip, and the value most likely a secret.
      const std::string said = name.substr(0, name.find('='));
      return refuse_words(
          sink, {.what = fmt::format("--sign-env {} is refused", shown(said)),
                 .why = said != name ? "give only the variable's name, never its value"
                                     : "it is not a variable name",
                 .hint = "for example --sign-env PKCS11_MODULE_PATH, with its value in the "
                         "environment"});
    }
  return true;
}

// The absolute path of a file that the signer reads: it does not run in the user's directory.
bool find_file(Build& build, const std::string& given, const char* option, std::string& path) {
  auto& files = build.context.files;
  const auto real = files.resolve(given);
  const auto info = real ? files.stat(*real) : tl::unexpected(real.error());
  if (!info || info->type == FileInfo::Type::directory)
    return fail(build.context.diagnostics,
                {.fault = Fault::input,
                 .code = "sign-key",
                 .what = fmt::format("{} {} cannot be used", option, shown(given)),
                 .why = info ? "it is a directory" : info.error().reason(),
                 .hint = "give a file"});
  if (!believe(files, build.context.diagnostics, given, Wanted::program,
               {.code = "sign-key-unsafe",
                .what = fmt::format("{} {} is refused", option, shown(given)),
                .because = "it decides who has signed the module"}))
    return false;
  path = *real;
  return true;
}

bool find_signer(Build& build) {
  const auto& r = build.request.signing;
  auto& sink = build.context.diagnostics;
  auto& signing = build.signing;
  const std::string given = r.command ? *r.command : *r.sign_file;
  const auto program = build.tools.find_given(given);
  if (!program)
    return fail(
        sink,
        {.fault = Fault::environment,
         .code = "sign-program",
         .what = fmt::format("cannot run the signer {}", shown(given)),
         .why = program.error(),
         .hint = "give the absolute path of a program that belongs to you or root and that nobody "
                 "else can write to"});
  signing.program = *program;
  if (r.sign_file) {
    signing.key = *r.key;
    if (!is_uri(*r.key) && !find_file(build, *r.key, "--sign-key", signing.key))
      return false;
    const auto info = build.context.files.stat(signing.key);
    if (!is_uri(*r.key) && info && (info->mode & 0007U) != 0)
      warn(sink, {.code = "sign-key-open",
                  .where = *r.key,
                  .what = "everybody on this machine can read the key",
                  .why = "with the key, anybody can make modules that your kernels load",
                  .hint = "chmod 0600"});
    if (!find_file(build, *r.certificate, "--sign-cert", signing.certificate))
      return false;
  }
  signing.environment.reserve(r.variables.size() + 1); // growing would leave copies behind
  if (auto pin = build.context.environment.variable(k_sign_pin)) {
    signing.environment.emplace_back(k_sign_pin, *pin);
    ::explicit_bzero(pin->data(), pin->size());
  }
  for (const auto& name : r.variables) {
    auto value = build.context.environment.variable(name);
    if (!value)
      return fail(sink, {.fault = Fault::input,
                         .code = "sign-env",
                         .what = fmt::format("--sign-env {} cannot be used", name),
                         .why = "there is no such variable in the environment",
                         .hint = "export it, or leave it out"});
    if (name != k_sign_pin)
      signing.environment.emplace_back(name, *value);
    ::explicit_bzero(value->data(), value->size());
  }
  return true;
}

// --signed FILE: there, and signed once. What it is compared with comes later.
bool read_signed(Build& build) {
  const std::string& path = *build.request.signing.signed_file;
  auto& sink = build.context.diagnostics;
  auto content = build.context.files.read(path, k_max_module_size);
  if (!content)
    return fail(sink, {.fault = Fault::input,
                       .code = "input-unreadable",
                       .what = fmt::format("cannot read {}", shown(path)),
                       .why = content.error().number == EFBIG ? "it is larger than kpb takes"
                                                              : content.error().reason(),
                       .hint = "--signed needs the module as returned by the signer"});
  std::optional<ModuleSignature> signature;
  if (!read_signature(*content, signature, InputErrors{sink, path}))
    return false;
  if (!signature || signature->stacked)
    return fail(
        sink,
        {.fault = Fault::input,
         .code = signature ? "signed-twice" : "signed-bare",
         .where = path,
         .what = signature ? "it is signed twice" : "it is not signed",
         .why =
             signature
                 ? "the kernel reads only the last signature, which covers the first signature as part "
                   "of the module"
                 : "it has no signature at its end",
         .hint = signature ? "sign the unsigned module"
                           : "sign it first, for example with scripts/sign-file"});
  build.signing.signed_content = std::move(*content);
  return true;
}

} // namespace

bool check_signing_words(const SigningRequest& r, DiagnosticSink& sink) {
  return check_one_form(r, sink) && check_sign_file(r, sink) && check_variables(r, sink);
}

bool check_not_signed(std::string_view module, const std::string& where, DiagnosticSink& sink) {
  std::optional<ModuleSignature> signature;
  if (!read_signature(module, signature, InputErrors{sink, where}))
    return false;
  return !signature ||
         fail(
             sink,
             {.fault = Fault::input,
              .code = "sign-twice",
              .where = where,
              .what = "the module is signed already",
              .why =
                  "a second signature would cover the first, and the kernel reads the last one only",
              .hint = "leave the signing options out, or give the module without its signature"});
}

bool plan_signing(Build& build) {
  const auto& r = build.request.signing;
  auto& sink = build.context.diagnostics;
  if (!r.asked())
    return true;
  const auto packed = std::find_if(build.variants.begin(), build.variants.end(),
                                   [](const Variant& variant) { return !variant.source; });
  if (packed == build.variants.end())
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "sign-nothing",
         .what = "there is no module to sign",
         .why = fmt::format("{} only describes how to build the module, so none is built here",
                            join(build.request.formats(), " and ")),
         .hint = "add -b; the module of a source package is signed where it is built"});
  if (build.document.text(fields::request_kind) == "module" &&
      !check_not_signed(build.inputs[0].content, build.inputs[0].shown_path, sink))
    return false;
  if (r.runs_signer() && !find_signer(build))
    return false;
  if (r.signed_file && !read_signed(build))
    return false;
  return !r.later || plan_sign_later(build, *packed);
}

} // namespace kpb
