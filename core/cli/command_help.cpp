// SPDX-License-Identifier: GPL-2.0-only
//
// kpb help, and the texts that are generated from the command table: help, man page, bash
// completion.
#include "core/base/text.hpp"
#include "core/cli/help.hpp"
#include "core/cli/session.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

// The words of `text` in lines of at most `width`; all lines but the first are indented.
std::string wrapped(const std::string& text, size_t indent, size_t width) {
  std::string out;
  size_t column = indent;
  for (const auto& word : split(text, ' ')) {
    if (column != indent && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    }
    if (column != indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string option_label(const OptionSpec& option) {
  std::string label = option.letter != 0 ? std::string("-") + option.letter + ", " : "    ";
  label += std::string("--") + option.name;
  if (option.argument != nullptr)
    label += std::string(" ") + option.argument;
  return label;
}

std::string option_lines(const std::vector<OptionSpec>& options) {
  std::string out;
  for (const auto& option : options) {
    std::string label = "  " + option_label(option);
    constexpr size_t k_column = 32;
    if (label.size() + 2 > k_column)
      label += "\n" + std::string(k_column, ' ');
    else
      label.resize(k_column, ' ');
    out += label + wrapped(option.help, k_column, 100) + "\n";
  }
  return out;
}

// In roff, a leading dot or quote is a request, a backslash begins an escape, and '-' is a hyphen.
std::string roff(const std::string& text) {
  return replace_all(replace_all(text, "\\", "\\\\"), "-", "\\-");
}

} // namespace

std::string general_help() {
  std::string out =
      "Usage: kpb COMMAND [OPTIONS] ...\n\n"
      "Turns kernel live patches into packages that dnf and apt can be trusted with.\n\nCommands:\n";
  for (const auto& command : commands()) {
    std::string name = std::string("  ") + command.spec.name;
    name.resize(13, ' ');
    out += name + command.spec.summary + "\n";
  }
  return out + "\n  kpb help COMMAND   list all options of a command\n  kpb --version      print "
               "the version\n\nTo begin:  kpb build fix.patch     (writes fix.spec)\n";
}

std::string command_help_text(const CommandSpec& spec) {
  std::string out = "Usage: kpb " + std::string(spec.name) + " " + spec.synopsis + "\n\n" +
                    wrapped(spec.description, 0, 100) + "\n";
  if (!spec.options.empty())
    out += "\nOptions:\n" + option_lines(spec.options);
  out += "\nCommon options:\n" + option_lines(common_options());
  out += "\nExamples:\n";
  for (const auto& [line, meaning] : spec.examples)
    out += "  " + std::string(line) + "\n      " + meaning + "\n";
  if (std::string(spec.name) == "build")
    out += "\nExit status: 0 made and verified; 1 a build step failed; 2 wrong input; 3 a "
           "plugin failed;\n4 verification failed; 5 a tool, space or permission is missing; 75 "
           "the module waits for\nits signature, or a lock is held; 130, 143 interrupted, "
           "terminated.\n";
  return out;
}

std::string man_page() {
  std::string out = ".TH KPB 1 \"\" \"kpb " KPB_VERSION
                    "\" \"User Commands\"\n.SH NAME\nkpb \\- packages of kernel "
                    "live patches\n.SH SYNOPSIS\n";
  for (const auto& command : commands())
    out +=
        ".B kpb " + std::string(command.spec.name) + "\n" + roff(command.spec.synopsis) + "\n.br\n";
  out +=
      ".SH DESCRIPTION\nkpb turns a kernel patch, a hand\\-written live\\-patch module or a finished module into "
      "an RPM spec, a source RPM or an RPM.\n.SH COMMANDS\n";
  for (const auto& command : commands()) {
    out +=
        ".SS kpb " + std::string(command.spec.name) + "\n" + roff(command.spec.description) + "\n";
    for (const auto& option : command.spec.options)
      out += ".TP\n.B " + roff(option_label(option)) + "\n" + roff(option.help) + ".\n";
    for (const auto& [line, meaning] : command.spec.examples)
      out += ".TP\nExample: \\fI" + roff(line) + "\\fR\n" + roff(meaning) + ".\n";
  }
  out += ".SH COMMON OPTIONS\n";
  for (const auto& option : common_options())
    out += ".TP\n.B " + roff(option_label(option)) + "\n" + roff(option.help) + ".\n";
  return out +
         ".SH EXIT STATUS\n0 everything asked for exists and has been verified; 1 a build step or an external tool "
         "failed; 2 an input is wrong; 3 a plugin cannot be loaded or broke its contract; 4 verification of an "
         "artifact failed; 5 a tool, space or permission is missing; 75 someone else holds a lock, or the module waits for its signature; 130, 143 interrupted, "
         "terminated.\n"
         ".SH ENVIRONMENT\n.TP\n.B KPB_PLUGIN_PATH\nabsolute directories, separated by colons, searched for "
         "plugins after \\-\\-plugin\\-dir.\n.TP\n.B KPB_STORE\nthe directory of prepared kernels.\n.TP\n.B SOURCE_DATE_EPOCH\nthe date of everything that is made; "
         "default the newest input's.\n.TP\n.B TMPDIR\nwhere the private work directory is made.\n.TP\n.B "
         "NO_COLOR\nno colours.\n.SH SEE ALSO\nkpatch\\-package\\-builder is the same program under its old name: "
         "kpatch\\-package\\-builder \\-\\-help.\n";
}

namespace {

std::string completion_words(const std::vector<OptionSpec>& options) {
  std::string out;
  for (const auto& option : options) {
    out += std::string(" --") + option.name;
    if (option.letter != 0)
      out += std::string(" -") + option.letter;
  }
  return out;
}

std::string completes_operands(const CommandSpec& spec) {
  std::vector<std::string> words;
  for (const auto& sub : spec.subcommands)
    words.emplace_back(sub.name);
  if (spec.completes != nullptr)
    words.emplace_back(spec.completes);
  return join(words, "|");
}

// A line of shell code that fills COMPREPLY with the completions of an argument.
std::string completion_action(const std::string& what) {
  if (what.empty())
    return "COMPREPLY=()";
  if (what == "file")
    return "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\"))";
  if (what == "directory")
    return "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$cur\"))";
  if (what == "kernel")
    return "COMPREPLY=($(compgen -W \"$(command ls /lib/modules 2>/dev/null)\" -- \"$cur\"))";
  if (what == "command")
    return "COMPREPLY=($(compgen -W \"" + join(command_names(), " ") + "\" -- \"$cur\"))";
  if (what == "policy" || what == "backend" || what == "builder")
    return "COMPREPLY=($(compgen -W \"$(kpb plugins list --quiet 2>/dev/null | awk '$1==\"" + what +
           "\"{print $2}')\" -- \"$cur\"))";
  return "COMPREPLY=($(compgen -W \"" + replace_all(what, "|", " ") + "\" -- \"$cur\"))";
}

} // namespace

std::string bash_completion() {
  std::string out =
      "# bash completion for kpb; made from its command table\n_kpb() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"" +
      join(command_names(), " ") +
      " --version --help\" -- \"$cur\"))\n    return\n  fi\n"
      "  case $command/$prev in\n";
  for (const auto& command : commands()) {
    std::vector<OptionSpec> options = command.spec.options;
    options.insert(options.end(), common_options().begin(), common_options().end());
    for (const auto& option : options) {
      if (option.argument == nullptr)
        continue;
      out += "    " + std::string(command.spec.name) + "/--" + option.name;
      if (option.letter != 0)
        out += "|" + std::string(command.spec.name) + "/-" + option.letter;
      out += ") " + completion_action(option.completes == nullptr ? "" : option.completes) +
             "; return ;;\n";
    }
  }
  out += "  esac\n  case $cur in\n    -*)\n      case $command in\n";
  for (const auto& command : commands())
    out += "        " + std::string(command.spec.name) + ") COMPREPLY=($(compgen -W \"" +
           completion_words(command.spec.options).substr(command.spec.options.empty() ? 0 : 1) +
           completion_words(common_options()) + "\" -- \"$cur\")) ;;\n";
  out += "      esac\n      return ;;\n  esac\n  case $command in\n";
  for (const auto& command : commands())
    out += "    " + std::string(command.spec.name) + ") " +
           completion_action(completes_operands(command.spec)) + " ;;\n";
  return out + "  esac\n}\ncomplete -F _kpb kpb\n";
}

namespace {

int command_help(Session& session, const Arguments& arguments) {
  if (arguments.has("man")) {
    session.out(man_page());
  } else if (arguments.has("bash-completion")) {
    session.out(bash_completion());
  } else if (arguments.operands.empty()) {
    session.out(general_help());
  } else if (const Command* command = find_command(arguments.operands[0])) {
    session.out(command_help_text(command->spec));
  } else {
    const auto near = nearest(arguments.operands[0], command_names());
    fail(session.diagnostics(),
         {.fault = Fault::input,
          .code = "command-line",
          .what = fmt::format("there is no command {}", shown(arguments.operands[0])),
          .hint = near ? "did you mean " + *near + "?" : "kpb help lists the commands"});
  }
  return session.finish(nullptr);
}

CommandSpec help_spec() {
  return {"help",
          "[COMMAND]",
          "print help",
          "Prints the list of commands, or the help of one.",
          {{"man", 0, nullptr, false, "print the man page in roff", nullptr},
           {"bash-completion", 0, nullptr, false, "print the completion for bash", nullptr}},
          {{"kpb help build", "all options of kpb build"}},
          "command"};
}

} // namespace

Command help_command() { return {help_spec(), command_help}; }

} // namespace kpb
