// SPDX-License-Identifier: GPL-2.0-only
//
// One row of the tables of failures, and how its words are found in a line.
#ifndef KPB_PLUGINS_COMMON_DIFF_BUILDER_RULE_HPP
#define KPB_PLUGINS_COMMON_DIFF_BUILDER_RULE_HPP

#include "name_kinds.hpp"
#include "phases.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kpb::builders {

// Where several rows match, the lowest rank wins, then the earliest line, then the order of the table.
// Position alone would not do: with -j, and with klp-build's background tee, the line of the cause may
// come after that of its consequence.
enum class Rank {
  environment, // no space, no memory: whatever else is in the log follows from it
  origin,      // the object is none of the kernel's: what other lines say of it follows from that
  cause,
  likely,  // seen in builds that succeed too
  summary, // "2 error(s) encountered": the cause is in other lines, which should have matched
  generic, // "a step failed"
};

// `pattern` is text with captures: "{file}" takes a word, "{file...}" also blanks. Some names check
// what they take: {place} is FILE:LINE or FILE:LINE:COLUMN, {object} ends in .o or .ko, {number} is one.
// {patch} is cut to its last name. "{section:data|init-data}" takes a name of these kinds only (name_kinds.hpp):
// a row says for which it is, and what no row is for stays unknown.
//
// The texts use what was captured, and {step}, the phase that was reached; {newer}, whether a newer builder would
// help; and `where` may be "{object}" although the line has none, as with kpatch-build 0.9.11: then it is the one
// that create-diff-object names next. `evidence`: "A|B": lines with A or B are shown in `why`; "$", as the last of
// them, shows the end of the log.
//
// `limit`: the row of kpb/sdk/builder_limits.hpp that {newer} is about; "" is that of the captured section, if it has
// one. With `only_if_limited` the row is for builders and kernels of which that limit is known to hold.
struct Rule {
  Rank rank;
  sdk::Fault fault;
  std::string_view code;
  std::string_view pattern;
  std::string_view where;
  std::string_view what;
  std::string_view why;
  std::string_view hint;
  std::string_view evidence = {};
  Stage stage = Stage::other; // only lines of this stage; `other` is all
  std::string_view limit = {};
  bool only_if_limited = false;
};

// Of kpatch-build's own script; of what it compares objects and links modules with; both.
const std::vector<Rule>& kpatch_script_rules();
const std::vector<Rule>& kpatch_object_rules();
const std::vector<Rule>& kpatch_build_rules();
const std::vector<Rule>& klp_build_rules();
// What make and compilers say; linkers, pahole, modpost and the kernel's objtool; both. The same below both builders.
const std::vector<Rule>& compile_rules();
const std::vector<Rule>& link_rules();
const std::vector<Rule>& common_rules();

using Captures = std::vector<std::pair<std::string_view, std::string>>;

class Pattern {
public:
  explicit Pattern(std::string_view text);
  // The longest text that every matching line has in it.
  std::string_view key() const { return m_key; }
  std::optional<Captures> match(std::string_view line) const;

private:
  struct Piece {
    std::string_view literal; // empty for a capture
    std::string_view name;
    bool takes_blanks = false;
    std::vector<Kind> kinds = {}; // empty: any
  };
  std::vector<Piece> m_pieces;
  std::string_view m_key;
};

std::string fill(std::string_view text, const Captures& captures);

} // namespace kpb::builders

#endif
