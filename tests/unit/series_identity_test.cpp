// SPDX-License-Identifier: GPL-2.0-only
//
// What a cell's identity consists of: what the journals of earlier versions contain, and every key
// of a manifest that affects a package. If a key were missing in it, results made with another
// value would be reused silently.
#include "core/base/text.hpp"
#include "core/request/options.hpp"
#include "core/series/cell_command.hpp"
#include "series_world.hpp"

#include <functional>
#include <set>

using namespace kpb;
using kpb_test::fixture_text;
using kpb_test::SeriesWorld;

namespace {

// All cells of a manifest that kpb 0.1.0 could read, each with the fields of its identity.
std::string told_identities() {
  SeriesWorld w;
  w.put_inputs();
  w.files.file("/m/kernel.src.rpm/Module.symvers", "symvers");
  const auto plan = w.expand(fixture_text("identities/manifest.yml"));
  REQUIRE(plan);
  const SeriesSigning signing{{}, {{"sign-file", "12ab"}, {"sign-hash", "sha512"}}};
  std::string out;
  for (const auto& cell : plan->cells) {
    out += plan->name_of(cell) +
           (cell.left == Left::no ? "" : std::string(" ") + left_word(cell.left)) + "\n";
    if (cell.patches.empty())
      continue;
    auto fields = w.identity(*plan, cell, plan->kernel_of(cell).name + "'s key", signing);
    REQUIRE(fields[0].first == "kpb"); // whatever the version is
    fields.erase(fields.begin());
    out += fields_text(fields);
  }
  return out;
}

} // namespace

TEST_CASE("identities are what they were", "[series]") {
  const std::string now = told_identities();
  CHECK(now == fixture_text("identities/cells.txt"));
}

namespace {

using Nodes = std::vector<YamlNode*>;

YamlNode* value_of(YamlNode& map, const std::string& key) {
  for (size_t i = 0; i + 1 < map.items.size(); i += 2)
    if (map.items[i].text == key)
      return &map.items[i + 1];
  return nullptr;
}

void add_value(Nodes& to, YamlNode& map, const std::string& key) {
  if (YamlNode* value = value_of(map, key))
    to.push_back(value);
}

// The manifest's maps of one kind.
Nodes maps_of(YamlNode& root, unsigned kind) {
  Nodes out;
  Nodes packages;
  for (auto& package : value_of(root, "packages")->items)
    packages.push_back(&package);
  Nodes kernels;
  auto& named = *value_of(root, "kernels");
  for (size_t i = 1; i < named.items.size(); i += 2)
    kernels.push_back(&named.items[i]);
  switch (kind) {
  case k_in_whole: return {&root};
  case k_in_defaults: return {value_of(root, "defaults")};
  case k_in_package: return packages;
  case k_in_kernel: return kernels;
  case k_in_patch:
    for (auto* package : packages)
      for (auto& patch : value_of(*package, "patches")->items)
        out.push_back(&patch);
    return out;
  case k_in_limits:
    add_value(out, *value_of(root, "defaults"), "limits");
    for (auto* map : packages)
      add_value(out, *map, "limits");
    for (auto* map : kernels)
      add_value(out, *map, "limits");
    return out;
  }
  FAIL("no such kind of map");
  return out;
}

// As one line of YAML.
std::string written(const YamlNode& node) {
  std::string out;
  switch (node.kind) {
  case YamlNode::Kind::none: return "~";
  case YamlNode::Kind::text:
    return "\"" + replace_all(replace_all(node.text, "\\", "\\\\"), "\n", "\\n") + "\"";
  case YamlNode::Kind::list:
    for (const auto& item : node.items)
      out += (out.empty() ? "" : ", ") + written(item);
    return "[" + out + "]";
  case YamlNode::Kind::map:
    for (size_t i = 0; i + 1 < node.items.size(); i += 2)
      out += (out.empty() ? "" : ", ") + written(node.items[i]) + ": " + written(node.items[i + 1]);
    return "{" + out + "}";
  }
  return out;
}

// Changes it to another valid value of the same kind.
void change(const Option& option, YamlNode& value) {
  if (value.kind == YamlNode::Kind::map)
    return change(option, value.items.at(1));
  const bool names_kernels =
      value.kind == YamlNode::Kind::list && std::holds_alternative<std::monostate>(option.member);
  if (names_kernels) {
    YamlNode kernel = value.items[0];
    kernel.text = "6.1.0-99-amd64";
    return value.items.push_back(kernel);
  }
  if (value.kind == YamlNode::Kind::list)
    return change(option, value.items.back());
  std::string& text = value.text;
  const size_t digit = text.find_last_of("0123456789");
  if (text == "true" || text == "false")
    text = text == "true" ? "false" : "true";
  else if (option.key.form == Form::arch)
    text = "aarch64";
  else if (option.part.shapes == Shapes::input)
    text = "other/" + text;
  else if (digit != std::string::npos)
    text[digit] = text[digit] == '9' ? '8' : static_cast<char>(text[digit] + 1);
  else
    text += "x";
}

// The identity of each cell, by what it is made from: package, kernel and patches by their places
// in the manifest.
using Identified = std::map<std::string, IdentityFields>;

Identified identify(const YamlNode& manifest) {
  SeriesWorld w;
  w.put_inputs();
  for (const char* name : {"fixes/a.patch", "b.patch", "h.c", "m.ko"})
    w.files.file(std::string("/m/other/") + name, std::string("other ") + name, 1700000000);
  const auto plan = w.expand(written(manifest));
  REQUIRE(plan);
  Identified out;
  for (const auto& cell : plan->cells) {
    if (cell.patches.empty())
      continue;
    const auto& kernel = plan->kernel_of(cell);
    std::string name = std::to_string(cell.package) + "@" + kernel.name;
    for (const uint32_t p : cell.patches)
      name += " " + std::to_string(p);
    // A prepared kernel's key follows from the arguments of `kpb kernel add`, and from the
    // kernel's id if the manifest names one.
    const std::string key =
        shell_line(prime_command(*plan, kernel, {}, 1, true)) +
        (kernel.given == nullptr ? "" : kernel.given->says.kernel_id.value_or(""));
    out[name] = w.identity(*plan, cell, key);
  }
  return out;
}

bool same_where_both(const Identified& a, const Identified& b) {
  for (const auto& [cell, fields] : a)
    if (const auto it = b.find(cell); it != b.end() && it->second != fields)
      return false;
  return true;
}

bool only_holds_others(const YamlNode& value, const Option& option) {
  return std::holds_alternative<std::monostate>(option.member) &&
         (value.kind == YamlNode::Kind::map ||
          (value.kind == YamlNode::Kind::list && value.items[0].kind == YamlNode::Kind::map));
}

// Removes the keys that override this one, so that it takes effect.
void remove_stronger(YamlNode& root, const Option& option, unsigned map) {
  for (const unsigned stronger : {k_in_package, k_in_defaults}) {
    if (stronger == map)
      return;
    if ((option.key.in & stronger) == 0 || (map != k_in_defaults && map != k_in_kernel))
      continue;
    for (YamlNode* node : maps_of(root, stronger))
      for (size_t i = 0; i + 1 < node->items.size(); i += 2)
        if (node->items[i].text == option.key.name) {
          node->items.erase(node->items.begin() + static_cast<ptrdiff_t>(i),
                            node->items.begin() + static_cast<ptrdiff_t>(i) + 2);
          break;
        }
  }
}

// "KEY of MAP" for all keys that are missing in the example, or whose effect on the identities, as
// `seen` reports them, is not what their rows say.
std::set<std::string> wrong_keys(const std::function<Identified(Identified)>& seen) {
  CollectingSink sink;
  const auto text = fixture_text("manifests/cells.yml");
  std::set<std::string> wrong;
  for (const auto& option : options()) {
    for (unsigned map = k_in_whole; map <= k_in_limits; map <<= 1U) {
      if (option.key.name == nullptr || (option.key.in & map) == 0)
        continue;
      auto root = read_yaml(text, "cells.yml", sink);
      REQUIRE(root);
      const std::string name = option.key.name + (" of " + std::to_string(map));
      CAPTURE(name);
      remove_stronger(*root, option, map);
      YamlNode* value = nullptr;
      for (YamlNode* node : maps_of(*root, map))
        if (value == nullptr)
          value = value_of(*node, option.key.name);
      if (value == nullptr) {
        wrong.insert(name);
        continue;
      }
      if (only_holds_others(*value, option) && option.part.shapes == Shapes::nothing)
        continue;
      const auto before = seen(identify(*root));
      change(option, *value);
      const bool same = same_where_both(before, seen(identify(*root)));
      if (same != (option.part.shapes == Shapes::nothing))
        wrong.insert(name);
    }
  }
  return wrong;
}

} // namespace

TEST_CASE("each key of a manifest is in the identity, or says why not", "[series]") {
  CHECK(wrong_keys([](Identified all) { return all; }) == std::set<std::string>{});
}

TEST_CASE("a key that an identity leaves out is found", "[series]") {
  const auto without = [](Identified all) {
    for (auto& [cell, fields] : all)
      std::erase_if(fields, [](const auto& field) { return field.first == "functions"; });
    return all;
  };
  CHECK(wrong_keys(without) == std::set<std::string>{"functions of 4"});
}
