// SPDX-License-Identifier: GPL-2.0-only
//
// The signature, between building and inspecting, so that what is inspected is what is shipped. Who
// signs is a program of the site's, or a person on another machine; either way the result must be the
// module, byte for byte, and one signature. How each other result came about is worth a message of
// its own: a signer is somebody's shell script more often than not.
#include "core/pipeline/build.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/inspect/elf_module.hpp"
#include "core/inspect/signed_pair.hpp"
#include <kpb/sdk/fields.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr size_t k_last_words = 8;
constexpr size_t k_short_secret = 4; // replacing it alone would show where it stands in other words
constexpr const char* k_contract =
    "the signer is called as PROGRAM IN OUT; it must leave IN unchanged, and write IN "
    "followed by one signature to OUT";

// What went wrong, whoever signed: `code` without its prefix, and words that follow "the signer" or
// "it".
struct Complaint {
  const char* code;
  std::string what;
  std::string why;
};

Complaint complaint(const SignedPair& pair) {
  using Verdict = SignedPair::Verdict;
  const std::string only = "the signer may only add a signature at the end";
  switch (pair.verdict) {
  case Verdict::empty: return {"empty", "is empty", only};
  case Verdict::bare: return {"bare", "is not signed", "it is the unchanged module"};
  case Verdict::trailer:
    return {"trailer", "has data after the module that is not a signature", pair.detail};
  case Verdict::twice:
    return {"twice", "is signed twice",
            "the kernel reads the last signature only, and that one covers a module that no "
            "builder made"};
  case Verdict::stripped:
    return {"stripped", "is shorter than the module that was built", pair.detail + "; " + only};
  case Verdict::changed:
    return {"changed", "is not the module that was built", pair.detail + "; " + only};
  case Verdict::good: break;
  }
  return {"", "", ""};
}

// The end of what the signer said, without the secrets that it was given.
std::string last_words(const Signing& signing, const std::string& output) {
  struct Secret {
    std::string text, name;
  };
  std::vector<Secret> secrets; // a value of several lines may be told line by line
  for (const auto& [name, value] : signing.environment)
    for (const auto& line : split(value, '\n'))
      if (!line.empty())
        secrets.push_back({line, name});
  // One may be a part of another.
  std::stable_sort(secrets.begin(), secrets.end(),
                   [](const auto& a, const auto& b) { return a.text.size() > b.text.size(); });
  std::string out;
  for (auto line : split(output, '\n')) {
    for (const auto& [text, name] : secrets)
      if (text.size() >= k_short_secret)
        line = replace_all(std::move(line), text, "(" + name + ")");
      else if (line.find(text) != std::string::npos)
        line = "(a line with " + name + ")";
    out += line + "\n";
  }
  for (auto& secret : secrets)
    ::explicit_bzero(secret.text.data(), secret.text.size());
  return last_lines(out, k_last_words);
}

// The signer has run: the program needs them no more.
void forget_secrets(Build& build) {
  for (auto& [name, value] : build.signing.environment)
    ::explicit_bzero(value.data(), value.size());
  build.signing.environment.clear();
  build.context.environment.forget_hidden();
}

bool signer_failed(Build& build, Diagnostic error) {
  const auto& r = build.request.signing;
  error.fault = Fault::tool;
  error.where = fmt::format("signer {}", shown(r.command ? *r.command : *r.sign_file));
  return fail(build.context.diagnostics, std::move(error));
}

std::vector<std::string> command_line(const Build& build, const std::string& in,
                                      const std::string& out) {
  const auto& signing = build.signing;
  const auto& r = build.request.signing;
  if (r.command)
    return {signing.program, in, out};
  return {signing.program, r.hash.value_or("sha256"), signing.key, signing.certificate, in, out};
}

// Nothing of the signer's comes back in any other way than its exit status and the file.
bool read_result(Build& build, const std::string& in, const std::string& out,
                 const std::string& said, std::string& result) {
  auto& files = build.context.files;
  const auto info = files.stat(out, /*follow=*/false);
  if (!info) {
    const auto untouched = files.read(in, k_max_module_size);
    const bool in_place = !untouched || *untouched != build.module_content;
    return signer_failed(build, {.code = "sign-no-output",
                                 .what = "succeeded but wrote no module",
                                 .why = in_place       ? "it changed the module in place instead"
                                        : said.empty() ? info.error().reason()
                                                       : "it said: " + said,
                                 .hint = k_contract});
  }
  auto content = files.read(out, k_max_module_size);
  if (info->type != FileInfo::Type::regular || !content)
    return signer_failed(build,
                         {.code = "sign-no-output",
                          .what = "succeeded but what it wrote cannot be used",
                          .why = info->type != FileInfo::Type::regular ? "it is not a regular file"
                                 : content.error().number == EFBIG ? "it is larger than kpb takes"
                                                                   : content.error().reason(),
                          .hint = k_contract});
  result = std::move(*content);
  return true;
}

bool run_signer(Build& build, const Document& d, std::string& result) {
  const auto& signing = build.signing;
  const std::string name = d.text(fields::module_file);
  if (const auto lent = build.workspace.lend("sign/" + name, build.module_content); !lent)
    return workspace_failed(build.context.diagnostics, lent.error());
  const auto in = build.workspace.file("sign/" + name);
  auto variables = build.tools.environment(build.workspace);
  if (!in || !variables)
    return workspace_failed(build.context.diagnostics, in ? variables.error() : in.error());
  const std::string out = *in + ".signed";
  variables->reserve(variables->size() + signing.environment.size());
  for (const auto& [variable, value] : signing.environment) {
    const std::string head = variable + "=";
    std::erase_if(*variables, [&](const auto& entry) { return entry.starts_with(head); });
    variables->push_back(head + value);
  }
  const auto outcome = build.tools.run_program(build.workspace, command_line(build, *in, out),
                                               "sign", std::move(*variables));
  if (!outcome)
    return fail(build.context.diagnostics,
                {.fault = Fault::environment,
                 .code = "sign-program",
                 .what = fmt::format("cannot run the signer {}", shown(signing.program)),
                 .why = outcome.error().reason(),
                 .hint = "a script begins with the line #!/bin/sh"});
  if (outcome->interrupted)
    return false;
  const std::string said = last_words(signing, outcome->output);
  if (outcome->exit_status != 0)
    return signer_failed(
        build, {.code = "sign-failed",
                .what = outcome->exit_status < 0
                            ? "was ended by signal " + std::to_string(-outcome->exit_status)
                            : "failed with exit status " + std::to_string(outcome->exit_status),
                .why = said.empty() ? "it printed nothing" : "it said: " + said,
                .hint = build.request.signing.command
                            ? k_contract
                            : "a key with a passphrase needs the variable KBUILD_SIGN_PIN"});
  return read_result(build, *in, out, said, result);
}

bool judge_signer(Build& build, const SignedPair& pair) {
  if (pair.verdict == SignedPair::Verdict::good)
    return true;
  const auto c = complaint(pair);
  return signer_failed(build, {.code = (std::string("sign-") + c.code).c_str(),
                               .what = fmt::format("succeeded but what it wrote {}", c.what),
                               .why = c.why,
                               .hint = k_contract});
}

bool judge_file(Build& build, const SignedPair& pair) {
  if (pair.verdict == SignedPair::Verdict::good)
    return true;
  const auto c = complaint(pair);
  const bool later = build.request.signing.later.has_value();
  return fail(
      build.context.diagnostics,
      {.fault = Fault::input,
       .code = fmt::format("signed-{}", c.code),
       .where = *build.request.signing.signed_file,
       .what = fmt::format("it {}", c.what),
       .why = c.why,
       .hint =
           later
               ? "sign the module in " + shown(*build.request.signing.later) + ", and nothing else"
               : "it must be the module that this command builds; with --sign-later, kpb writes that "
                 "module to a directory, to be signed there"});
}

void put_signed(Build& build, Document& d, std::string signed_content) {
  const auto& r = build.request.signing;
  build.module_content = std::move(signed_content);
  d.put_text(fields::module_sha256, sha256_hex(build.module_content), "signer");
  d.put_integer(fields::module_size, static_cast<int64_t>(build.module_content.size()), "signer");
  d.put_text(fields::module_signed_by_form,
             r.command     ? "command"
             : r.sign_file ? "sign-file"
                           : "given",
             "command line");
  // The name alone: where it lay is the building machine's affair, and so is the key.
  if (r.runs_signer())
    d.put_text(fields::module_signed_by_program, base_name(build.signing.program), "command line");
  if (r.sign_file)
    d.put_text(fields::module_signed_by_hash, r.hash.value_or("sha256"),
               r.hash ? "command line" : "default");
}

bool sign_packed(Build& build, Variant& variant) {
  const auto& r = build.request.signing;
  auto& d = variant.document;
  build.context.progress.begin(Progress::Step::sign, r.runs_signer()
                                                         ? base_name(build.signing.program)
                                                     : r.signed_file ? base_name(*r.signed_file)
                                                                     : *r.later);
  // A builder, too, may hand over a signed one.
  if (!check_not_signed(build.module_content, d.text(fields::module_file),
                        build.context.diagnostics))
    return false;
  if (r.later && !r.signed_file) {
    // Nobody is asked to sign what no gate lets through. The run ends here, with or without an error.
    if (inspect_module(build))
      (void)leave_waiting(build, variant);
    return false;
  }
  std::string result;
  if (r.signed_file)
    result = std::move(build.signing.signed_content);
  else if (!run_signer(build, d, result))
    return false;
  const SignedPair pair = compare_signed(build.module_content, result);
  if (!(r.signed_file ? judge_file(build, pair) : judge_signer(build, pair)))
    return false;
  put_signed(build, d, std::move(result));
  return true;
}

} // namespace

bool sign_module(Build& build) {
  if (!build.request.signing.asked())
    return true;
  bool good = true;
  for (auto& variant : build.variants)
    good = good && (variant.source || sign_packed(build, variant));
  forget_secrets(build);
  return good;
}

} // namespace kpb
