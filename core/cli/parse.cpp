// SPDX-License-Identifier: GPL-2.0-only
//
// See parse.hpp. The only file that includes Boost.Program_options. Abbreviated options are not
// accepted: a script that relies on `--ver` would break when a second option begins like that.
#include "core/cli/parse.hpp"

#include "core/base/text.hpp"

#include <boost/program_options.hpp>

namespace kpb {

namespace {

namespace po = boost::program_options;

bool refuse(DiagnosticSink& sink, const std::string& what, const std::string& why,
            const std::string& hint) {
  return fail(
      sink,
      {.fault = Fault::input, .code = "command-line", .what = what, .why = why, .hint = hint});
}

std::vector<std::string> long_names(const std::vector<OptionSpec>& options) {
  std::vector<std::string> names;
  names.reserve(options.size());
  for (const auto& option : options)
    names.push_back(std::string("--") + option.name);
  return names;
}

// The word of the user that a library error is about: "--kernl" or "-z".
std::string typed(const po::error_with_option_name& error) {
  const std::string name = error.get_option_name();
  return name.empty() ? "an option" : name;
}

} // namespace

std::optional<Arguments> parse_arguments(const std::vector<std::string>& words,
                                         const std::vector<OptionSpec>& options,
                                         const std::string& help, DiagnosticSink& sink) {
  po::options_description described;
  for (const auto& option : options) {
    std::string name = option.name;
    if (option.letter != 0)
      name += std::string(",") + option.letter;
    if (option.argument != nullptr)
      described.add_options()(name.c_str(), po::value<std::vector<std::string>>());
    else
      described.add_options()(name.c_str(), po::bool_switch());
  }
  const std::string see = help + " lists the options";
  Arguments arguments;
  try {
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::positional_options_description everything_else;
    everything_else.add("kpb-operand", -1);
    described.add_options()("kpb-operand", po::value<std::vector<std::string>>());
    const auto parsed = po::command_line_parser(words)
                            .options(described)
                            .positional(everything_else)
                            .style(style)
                            .run();
    for (const auto& option : parsed.options) {
      if (option.string_key == "kpb-operand") {
        const bool typed_as_option = !option.original_tokens.empty() &&
                                     option.original_tokens[0].starts_with("--kpb-operand");
        if (typed_as_option)
          throw po::unknown_option("--kpb-operand");
        arguments.operands.insert(arguments.operands.end(), option.value.begin(),
                                  option.value.end());
        continue;
      }
      auto& slot = arguments.options[option.string_key];
      slot.insert(slot.end(), option.value.begin(), option.value.end());
    }
  } catch (const po::unknown_option& error) {
    const auto near = nearest(typed(error), long_names(options));
    refuse(sink, "unknown option " + shown(typed(error)), "",
           near ? "did you mean " + *near + "?" : see);
    return std::nullopt;
  } catch (const po::error_with_option_name& error) {
    refuse(sink, error.what(), "", see);
    return std::nullopt;
  } catch (const po::error& error) {
    refuse(sink, error.what(), "", see);
    return std::nullopt;
  }
  for (const auto& option : options) {
    const auto it = arguments.options.find(option.name);
    if (it == arguments.options.end() || option.argument == nullptr)
      continue;
    if (!option.repeated && it->second.size() > 1) {
      refuse(sink, std::string("--") + option.name + " is given more than once",
             "as " + shown(it->second[0]) + " and " + shown(it->second[1]), "give it once");
      return std::nullopt;
    }
  }
  return arguments;
}

} // namespace kpb
