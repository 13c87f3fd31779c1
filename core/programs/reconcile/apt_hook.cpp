// SPDX-License-Identifier: GPL-2.0-only
//
// See apt_hook.hpp. The protocol: "VERSION 3", apt's configuration as KEY=VALUE, an empty line,
// then for each package: NAME OLD-VERSION OLD-ARCH OLD-MULTIARCH < NEW-VERSION NEW-ARCH
// NEW-MULTIARCH ACTION, where ACTION is the path of a .deb, **CONFIGURE** or **REMOVE**.
#include "core/programs/reconcile/apt_hook.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

namespace kpb::runtime {

namespace {

constexpr uint64_t k_dpkg_limit = 60000;
constexpr const char* k_fields =
    "Package: ${Package}\nProvides: ${Provides}\nConflicts: ${Conflicts}\n"
    "Breaks: ${Breaks}\nReplaces: ${Replaces}\n"
    "Kpatch-Functions: ${Kpatch-Functions}\n";

struct Transaction {
  bool understood = false;
  std::map<std::string, std::string> configuration;
  std::vector<std::string> removed;  // names
  std::vector<std::string> archives; // paths
};

// apt writes '=', '"' and line ends in values as %xx.
std::string decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](size_t at) { return at < text.size() ? hex_value(text[at]) : -1; };
    if (text[i] == '%' && digit(i + 1) >= 0 && digit(i + 2) >= 0) {
      out += static_cast<char>(digit(i + 1) * 16 + digit(i + 2));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Transaction parse(const std::string& input) {
  Transaction t;
  std::string_view rest = input;
  std::string_view line;
  if (!next_line(rest, line) || line != "VERSION 3")
    return t;
  while (next_line(rest, line) && !line.empty())
    if (const size_t equals = line.find('='); equals != std::string_view::npos)
      t.configuration[std::string(line.substr(0, equals))] = decoded(line.substr(equals + 1));
  t.understood = true;
  while (next_line(rest, line)) {
    const auto fields = words(line); // a path with blanks makes more than nine
    if (fields.size() < 9) {
      t.understood = t.understood && fields.empty();
      continue;
    }
    if (fields[8] == "**REMOVE**")
      t.removed.push_back(fields[0]);
    else if (fields[8] != "**CONFIGURE**")
      t.archives.emplace_back(line.substr(line.find(fields[8])));
  }
  return t;
}

bool intersects(const std::vector<std::string>& a, const std::vector<std::string>& b,
                std::string& common) {
  for (const auto& one : a)
    if (std::find(b.begin(), b.end(), one) != b.end()) {
      common = one;
      return true;
    }
  return false;
}

// Whether the user asked for the removal: "apt-get install NEW OLD-", "apt-get remove OLD NEW+", or
// the option. A package named without '-' after "install" is not removed, so a "remove" anywhere
// before it must be the command.
bool is_on_purpose(const Transaction& t, const std::string& package) {
  const auto value = [&](const char* key) {
    const auto found = t.configuration.find(key);
    return found == t.configuration.end() ? std::string() : found->second;
  };
  const std::string allowed = value("Kpb::AllowSwap");
  if (allowed == "true" || allowed == "yes" || allowed == "1")
    return true;
  bool removes = false;
  for (const auto& word : words(value("CommandLine::AsString"))) {
    const bool with_arch = word.starts_with(package + ":");
    if (word == package + "-" || (with_arch && word.ends_with("-")) ||
        (removes && (word == package || (with_arch && !word.ends_with("+")))))
      return true;
    removes = removes || word == "remove" || word == "purge";
  }
  return false;
}

class Hook {
public:
  Hook(World& world, Transaction transaction)
      : m_world(world), m_transaction(std::move(transaction)) {}

  int run() {
    std::vector<DebPackage> outgoing;
    for (const auto& name : m_transaction.removed)
      if (auto package = installed(name);
          package.is_live_patch() && !is_on_purpose(m_transaction, name))
        outgoing.push_back(std::move(package));
    if (outgoing.empty())
      return 0;
    int status = 0;
    for (const auto& path : m_transaction.archives) {
      const auto incoming = archived(path);
      if (!incoming) {
        m_world.log.say({Severity::error, "apt-unread", shown_plain(path),
                         "apt is stopped: it would remove " + outgoing.front().name,
                         "it is not known whether this package takes its place",
                         "to allow it: -o Kpb::AllowSwap=true"});
        return 1;
      }
      for (const auto& package : outgoing)
        if (const auto swap = find_swap(package, *incoming)) {
          tell(*swap);
          status = 1;
        }
    }
    return status;
  }

private:
  void tell(const Swap& swap) {
    m_world.log.say(
        {Severity::error, "apt-swap", shown_plain(swap.outgoing),
         "apt was stopped, because it would remove this live patch to install " +
             shown_plain(swap.incoming),
         "both have " + shown_plain(swap.over) + ", and only one can be in force",
         "to replace it on purpose: apt-get install " + swap.incoming + " " + swap.outgoing + "-"});
  }

  // Reads the database that apt works on.
  DebPackage installed(const std::string& name) {
    std::vector<std::string> command = {"dpkg-query"};
    if (const auto status = m_transaction.configuration.find("Dir::State::status");
        status != m_transaction.configuration.end() && status->second.ends_with("/status"))
      command.push_back("--admindir=" + status->second.substr(0, status->second.size() - 7));
    command.insert(command.end(), {"-W", "-f", k_fields, name});
    std::string text;
    const auto ended = m_world.programs.run(command, k_dpkg_limit, &text);
    return ended && *ended == 0 ? parse_control(text) : DebPackage();
  }

  std::optional<DebPackage> archived(const std::string& path) {
    std::string text;
    const auto ended = m_world.programs.run({"dpkg-deb", "-f", path}, k_dpkg_limit, &text);
    return ended && *ended == 0 ? std::optional(parse_control(text)) : std::nullopt;
  }

  World& m_world;
  Transaction m_transaction;
};

} // namespace

bool DebPackage::is_live_patch() const {
  return std::any_of(provides.begin(), provides.end(), [](const std::string& one) {
    for (const char* prefix : {"kpatch-slot-", "kpatch-stack-", "kpatch-func-", "kpatch-module-"})
      if (one.starts_with(prefix))
        return true;
    return one == "kpatch-patch";
  });
}

std::vector<std::string> relation_names(const std::string& field) {
  std::vector<std::string> out;
  std::string name;
  bool in_name = true;
  for (const char c : field + ",") {
    if (c == ',' || c == '|') {
      if (!name.empty())
        out.push_back(name);
      name.clear();
      in_name = true;
    } else if (c == '(' || c == ':' || c == '[' || c == '<' || (c == ' ' && !name.empty())) {
      in_name = false;
    } else if (in_name && c != ' ' && c != '\t' && c != '\n') {
      name += c;
    }
  }
  return out;
}

DebPackage parse_control(const std::string& text) {
  std::map<std::string, std::string> fields;
  std::string* last = nullptr;
  std::string_view rest = text;
  std::string_view line;
  while (next_line(rest, line)) {
    if (!line.empty() && (line.front() == ' ' || line.front() == '\t')) {
      if (last != nullptr)
        *last += "\n" + std::string(line);
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos)
      continue;
    last = &fields[std::string(line.substr(0, colon))];
    *last = trimmed(line.substr(colon + 1));
  }
  DebPackage package;
  package.name = fields["Package"];
  package.provides = relation_names(fields["Provides"]);
  package.conflicts = relation_names(fields["Conflicts"] + "," + fields["Breaks"]);
  package.replaces = relation_names(fields["Replaces"]);
  std::string functions = fields["Kpatch-Functions"];
  std::replace(functions.begin(), functions.end(), ',', ' ');
  package.functions = words(functions);
  return package;
}

std::optional<Swap> find_swap(const DebPackage& outgoing, const DebPackage& incoming) {
  if (incoming.name == outgoing.name)
    return std::nullopt;
  const auto& replaced = incoming.replaces;
  if (std::find(replaced.begin(), replaced.end(), outgoing.name) != replaced.end())
    return std::nullopt; // it was made to take over
  const auto with_name = [](const DebPackage& package) {
    auto names = package.provides;
    names.push_back(package.name);
    return names;
  };
  std::string over;
  if (!intersects(with_name(outgoing), incoming.conflicts, over) &&
      !intersects(with_name(incoming), outgoing.conflicts, over))
    return std::nullopt;
  // The names for functions are digests, which say nothing to a user.
  if (over.starts_with("kpatch-func-"))
    if (std::string function; intersects(outgoing.functions, incoming.functions, function))
      over = "the function " + function;
  return Swap{outgoing.name, incoming.name, over};
}

int apt_hook(World& world, const std::string& input) {
  Transaction transaction = parse(input);
  if (!transaction.understood) {
    // That is no reason to keep a machine from its updates.
    world.log.say({Severity::warning, "apt-unread", "",
                   "live patches are not protected in this run of apt",
                   "apt speaks another version of its protocol",
                   "check that it does not remove a live-patch package"});
    return 0;
  }
  return Hook(world, std::move(transaction)).run();
}

} // namespace kpb::runtime
