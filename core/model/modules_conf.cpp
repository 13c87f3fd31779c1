// SPDX-License-Identifier: GPL-2.0-only
//
// See modules_conf.hpp.
#include "core/model/modules_conf.hpp"

#include "core/util/text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace kpb {

namespace {

constexpr const char* k_first_line = "format=kpb.modules/1";

class Reader {
public:
  Reader(const std::string& where, DiagnosticSink& sink) : m_where(where), m_sink(sink) {}

  bool line(std::string_view text) {
    ++m_line;
    if (m_line == 1)
      return text == k_first_line ||
             refuse("its first line is " + shown(text), std::string("a modules.conf begins with ") + k_first_line);
    if (text.empty() || text.front() == '#')
      return true;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || first_control_byte(text, false) || !is_valid_utf8(text))
      return refuse(shown(text) + " is no line of a modules.conf", "its lines are KEY=VALUE, plain text");
    return entry(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
  }

  bool end() {
    return m_line > 0 || refuse("it is empty", std::string("a modules.conf begins with ") + k_first_line);
  }

  ModulesConf conf;

private:
  bool refuse(const std::string& what, const std::string& why, const std::string& hint = {}) {
    return fail(m_sink, Fault::input, "modules-conf", m_where + ":" + std::to_string(m_line), what, why, hint);
  }

  bool entry(const std::string& key, const std::string& value) {
    if (key == "module") {
      conf.modules.emplace_back().name = value;
      m_seen_of_module.clear();
      return true;
    }
    return key == "file" || key == "sha256" || key == "replace" || key == "function" || key == "state"
               ? of_module(key, value)
               : of_package(key, value);
  }

  bool once(std::set<std::string>& seen, const std::string& key) {
    return seen.insert(key).second || refuse(shown(key) + " is said twice", "which of them counts?");
  }

  bool of_package(const std::string& key, const std::string& value) {
    const std::map<std::string, std::string*> texts = {
        {"package", &conf.package}, {"epoch", &conf.epoch}, {"version", &conf.version},
        {"release", &conf.release}, {"kernel", &conf.kernel}, {"arch", &conf.arch},
        {"stem", &conf.stem}};
    if (const auto text = texts.find(key); text != texts.end()) {
      *text->second = value;
      return once(m_seen, key);
    }
    if (key == "on-top-of") {
      auto base = relations::parse_exact(value, key);
      if (!base)
        return refuse(base.error().what, base.error().why);
      conf.on_top_of = std::move(*base);
      return once(m_seen, key);
    }
    if (key == "vendor-conflict") {
      conf.vendor_conflict = value != "no";
      return once(m_seen, key) && (value == "yes" || value == "no" ||
                                   refuse("vendor-conflict is " + shown(value), "it is yes or no"));
    }
    return true;
  }

  bool of_module(const std::string& key, const std::string& value) {
    if (conf.modules.empty())
      return refuse(shown(key) + " stands before any module", "a line 'module=NAME' begins each module's block");
    auto& module = conf.modules.back();
    if (key == "function")
      return function(module, value);
    if (key == "state") {
      module.states.push_back(value);
      return parse_unsigned(value, UINT64_MAX).value_or(0) != 0 ||
             refuse("the klp state " + shown(value) + " is none", "it is the id of a klp_state: a number, not 0");
    }
    if (!once(m_seen_of_module, key))
      return false;
    if (key == "file")
      module.file = value;
    else if (key == "sha256")
      module.sha256 = value;
    else if (value == "yes" || value == "no")
      module.replace = value == "yes";
    else if (value != "unknown")
      return refuse("replace is " + shown(value), "it is yes, no or unknown");
    return true;
  }

  // OBJECT:FUNCTION or OBJECT:FUNCTION:N; C++ functions have ':' in their names.
  bool function(ModulesConf::Module& module, const std::string& value) {
    const size_t first = value.find(':');
    const size_t last = value.rfind(':');
    relations::Function function;
    function.object = value.substr(0, first);
    if (first != std::string::npos)
      function.name = value.substr(first + 1);
    if (first != last)
      if (const auto position = parse_unsigned(value.substr(last + 1), 1000000)) {
        function.position = *position == 0 ? 1 : *position;
        function.name = value.substr(first + 1, last - first - 1);
      }
    if (const auto fault = relations::function_fault(function.object, function.name); !fault.empty())
      return refuse("the function " + shown(value) + " is refused", fault, "it is OBJECT:FUNCTION or OBJECT:FUNCTION:N");
    module.functions.push_back(std::move(function));
    return true;
  }

  const std::string& m_where;
  DiagnosticSink& m_sink;
  size_t m_line = 0;
  std::set<std::string> m_seen;
  std::set<std::string> m_seen_of_module;
};

} // namespace

const ModulesConf::Module* ModulesConf::of_file(std::string_view path) const {
  for (const auto& module : modules)
    if (module.file == path)
      return &module;
  return nullptr;
}

std::optional<ModulesConf> read_modules_conf(std::string_view text, const std::string& where,
                                             DiagnosticSink& sink) {
  Reader reader(where, sink);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!reader.line(text.substr(0, end)))
      return std::nullopt;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!reader.end())
    return std::nullopt;
  return std::move(reader.conf);
}

} // namespace kpb
