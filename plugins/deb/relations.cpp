// SPDX-License-Identifier: GPL-2.0-only
//
// See relations.hpp. Relations come in RPM's form, kpatch-slot(K) and so on; which one is meant is told by
// that form, since a site's policy may write it too.
#include "relations.hpp"

#include "names.hpp"

#include <kpb/sdk/architectures.hpp>
#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <set>

namespace kpb::deb {
namespace {

using sdk::Document;

constexpr size_t k_function_limit = 2000; // apt takes time with the square of it

// A relation of the document, with a token taken apart.
struct Given : views::Relation {
  std::string token;  // "kpatch-slot" of "kpatch-slot(K)", else ""
  std::string inside; // "K"
};

Given taken_apart(views::Relation relation) {
  Given given{std::move(relation), {}, {}};
  const size_t open = given.name.find('(');
  if (open != std::string::npos && given.name.back() == ')' &&
      given.name.rfind("kpatch-", 0) == 0) {
    given.token = given.name.substr(0, open);
    given.inside = given.name.substr(open + 1, given.name.size() - open - 2);
  }
  return given;
}

[[noreturn]] void refuse(const Given& given, const std::string& why) {
  throw sdk::Error({.fault = sdk::Fault::input,
                    .code = "deb-relation",
                    .what = "a deb cannot have the relation '" + given.kind + ": " + given.name +
                            (given.op.empty() ? "" : " " + given.op + " " + given.version) + "'; " +
                            why});
}

[[noreturn]] void refuse_meeting(const std::string& name, const std::string& original) {
  throw sdk::Error(
      {.fault = sdk::Fault::input,
       .code = "deb-name-meets",
       .what = "'" + original + "' and another package would both be called '" + name + "'",
       .hint = "deb names are lower case, so names that differ only in case are the same: rename "
               "one of them"});
}

bool names_debian_arch(const std::string& flavour) {
  for (const auto& part : split(flavour, '-'))
    for (const auto& arch : k_architectures)
      if (part == arch.debian || part == arch.debian_flavour)
        return true;
  return false;
}

// The packages that an image of this kernel comes in: the same image signed and unsigned, of which neither provides
// the other. Debian has linux-image-K and linux-image-K-unsigned, Ubuntu linux-image-K and linux-image-unsigned-K,
// Proxmox proxmox-kernel-K-signed and proxmox-kernel-K (pve-kernel-K up to version 7).
std::vector<std::string> images_of(const std::string& kernel) {
  if (kernel.size() > 4 && kernel.compare(kernel.size() - 4, 4, "-pve") == 0)
    return {"proxmox-kernel-" + kernel + "-signed", "proxmox-kernel-" + kernel,
            "pve-kernel-" + kernel};
  // VERSION-ABI-FLAVOUR, where Debian's flavours end in an architecture.
  const size_t first = kernel.find('-');
  const size_t second = first == std::string::npos ? first : kernel.find('-', first + 1);
  const std::string image = "linux-image-" + kernel;
  if (second != std::string::npos && is_number(kernel.substr(first + 1, second - first - 1)) &&
      !names_debian_arch(kernel.substr(second + 1)))
    return {image, "linux-image-unsigned-" + kernel};
  return {image, image + "-unsigned"};
}

class Mapping {
public:
  Mapping(const Document& document, std::string name, bool strict)
      : m_document(document), m_name(std::move(name)), m_strict(strict),
        m_kernel(document.text(fields::kernel_release)) {}

  Relations all() {
    if (!m_document.has(fields::package_summary)) // nobody has described the package yet
      return std::move(asked_for());
    std::set<std::string> obsolete;
    const auto relations = views::relations(m_document);
    for (const auto& relation : relations)
      if (relation.kind == "obsoletes")
        obsolete.insert(relation.name);
    for (const auto& relation : relations) {
      const Given given = taken_apart(relation);
      if (!given.condition.empty())
        refuse(given, "it has a condition, which debs do not support");
      if (!(given.kind == "provides" &&
            obsolete.count(given.name) != 0)) // the transitional package does
        add(given);
    }
    if (m_strict && !m_strict_said)
      throw sdk::Error(
          {.fault = sdk::Fault::input,
           .code = "deb-kernel",
           .what = "strict-kernel has no effect",
           .hint =
               "the policy gives the package no relation to its kernel, so leave out the setting"});
    return std::move(m_out);
  }

private:
  // What the command line says of other packages: their names are known before anything is built.
  Relations& asked_for() {
    if (m_strict)
      add_strict("linux-image-" + m_kernel);
    for (const auto& old : views::all<views::Exact>(m_document, fields::request_supersedes))
      add_superseded({{"obsoletes", old.name, "<=", old.version}, {}, {}});
    return m_out;
  }

  void put(const std::string& kind, const std::string& name, const std::string& op = {},
           const std::string& version = {}) {
    views::Relation relation{kind, name, op, version};
    if (m_seen.insert(relation).second)
      m_out.list.push_back(std::move(relation));
  }

  void add(const Given& given) {
    if (given.token == "kpatch-patch")
      add_kernel(given);
    else if (given.token == "kpatch-func")
      add_function(given);
    else if (given.token == "kpatch-slot" || given.token == "kpatch-stack")
      put(given.kind, kernel_name(given.token, given.inside));
    else if (given.token == "kpatch-state")
      put(given.kind, digest_name(given.token, given.inside));
    else if (given.token == "kpatch-module")
      add_named(given, name_for("kpatch-module-" + given.inside));
    else if (given.name == "kpatch-patch" || given.role == "vendor")
      add_vendor(given);
    else if (given.kind == "obsoletes")
      add_superseded(given);
    else if (given.name.rfind('/', 0) == 0)
      refuse(given, "debs depend on packages, not on files");
    else if (is_vendors_runtime(given))
      put(given.kind, "kpb-runtime");
    else if (!is_kernel(given))
      add_named(given, name_for(given.name));
  }

  static std::string kernel_name(const std::string& token, const std::string& kernel) {
    const std::string name = token + "-" + kernel;
    return is_name(name) ? name : digest_name(token, kernel);
  }

  // Every package says for which kernel it is. A dependency on the kernel's package would hold back its
  // security updates, remove the patch, or keep dead kernels (measured); that it loads into the right one
  // is checked when it is loaded.
  void add_kernel(const Given& given) {
    const std::string image = "linux-image-" + given.inside;
    if (m_strict)
      add_strict(image);
    else if (is_name(image))
      put("enhances", image);
    provide_kernel();
    list_functions();
  }

  void provide_kernel() {
    if (is_version(m_kernel))
      put("provides", "kpatch-patch", "=", m_kernel);
  }

  void add_strict(const std::string& image) {
    const std::string version(m_document.text(fields::kernel_package_version));
    if (version.empty())
      throw sdk::Error(
          {.fault = sdk::Fault::input,
           .code = "deb-kernel",
           .what = "strict-kernel needs the version of the kernel's package",
           .hint = "add --kernel-package-version, as dpkg-query -W " + image + " prints it"});
    const auto images = images_of(m_kernel);
    if (!is_version(version) || !is_name(images[0]))
      throw sdk::Error(
          {.fault = sdk::Fault::input,
           .code = "deb-kernel",
           .what = "not a valid Debian dependency: '" + images[0] + " (= " + version + ")'",
           .hint = "leave the setting strict-kernel out"});
    m_strict_said = true;
    std::string any;
    for (const auto& name : images)
      any += (any.empty() ? "" : " | ") + name + " (= " + version + ")";
    put("requires", any);
  }

  void list_functions() {
    if (!m_out.functions.empty())
      return;
    for (const auto& function : views::functions(m_document))
      m_out.functions.push_back(text_of(function));
  }

  void add_function(const Given& given) {
    if (given.kind == "provides" && ++m_functions > k_function_limit)
      throw sdk::Error(
          {.fault = sdk::Fault::input,
           .code = "deb-functions",
           .what =
               "the module patches more than " + std::to_string(k_function_limit) + " functions",
           .hint =
               "apt's time grows with the square of a package's relations: split the patch, or make "
               "a replace-mode module (--replace)"});
    put(given.kind, digest_name(given.token, given.inside));
  }

  // "kpatch-patch = K", which rhel provides and others conflict with: a vendor's cumulative patch. There is
  // no such vendor of debs, and every package here provides it.
  void add_vendor(const Given& given) {
    if (given.kind == "provides")
      provide_kernel();
    else if (given.kind != "conflicts")
      refuse(given, "packages can provide it, but not require it");
  }

  void add_superseded(const Given& given) {
    const std::string name = name_for(given.name);
    // Just above the last version that is superseded, below every later one.
    const std::string bound = given.version + (given.op == "<=" ? "+kpb" : "");
    if ((given.op != "<=" && given.op != "<") || !is_version(bound))
      refuse(
          given,
          "a deb can only supersede versions up to a limit: < or <=, and a valid Debian version");
    const auto meets = [&](const Superseded& other) { return other.name == name; };
    if (name == m_name || std::any_of(m_out.superseded.begin(), m_out.superseded.end(), meets))
      refuse_meeting(name, given.name);
    put("breaks", name, "<<", bound);
    put("replaces", name, "<<", bound);
    m_out.superseded.push_back({given.name, name, bound});
  }

  // As RPM's families provide their kernels: add_kernel() has said it in Debian's way.
  static bool is_kernel(const Given& given) {
    return given.kind == "requires" && (given.role == "kernel" || given.name == "kernel-uname-r");
  }

  // What loads Red Hat's modules loads no deb's after an upgrade: policy rhel means it for RPMs. Who asks for
  // kpatch by the setting gets it.
  bool is_vendors_runtime(const Given& given) const {
    return given.kind == "requires" && given.role == "runtime" && given.name == "kpatch" &&
           m_document.text("/settings/runtime").empty();
  }

  void add_named(const Given& given, const std::string& name) {
    if (name == m_name) { // dpkg has one version of a package at a time, and each provides itself
      if (given.name != m_document.text(fields::package_name))
        refuse_meeting(name, given.name);
      return;
    }
    std::string op = given.op;
    if (op == "<" || op == ">")
      op += op; // "<" alone means "<=" to dpkg
    if (!op.empty() && !is_version(given.version))
      refuse(given, "'" + given.version + "' is not a valid version for dpkg");
    if (given.kind == "provides" && !op.empty() && op != "=")
      refuse(given, "a provided name can have only one version");
    put(given.kind, name, op, given.version);
  }

  const Document& m_document;
  std::string m_name;
  bool m_strict;
  bool m_strict_said = false;
  std::string m_kernel;
  std::set<views::Relation> m_seen;
  size_t m_functions = 0;
  Relations m_out;
};

} // namespace

bool strict_kernel(const sdk::Host& host) {
  const std::string wanted = host.setting("strict-kernel", "no");
  if (wanted != "yes" && wanted != "no")
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "deb-setting",
                      .what = "the setting strict-kernel cannot be '" + wanted + "'",
                      .hint = "it is yes or no (default)"});
  return wanted == "yes";
}

Relations relations_of(const Document& document, const std::string& name, bool strict) {
  return Mapping(document, name, strict).all();
}

std::string control_form(const views::Relation& relation) {
  return relation.name +
         (relation.op.empty() ? "" : " (" + relation.op + " " + relation.version + ")");
}

} // namespace kpb::deb
