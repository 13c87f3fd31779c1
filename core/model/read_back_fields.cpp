// SPDX-License-Identifier: GPL-2.0-only
//
// What a backend's read_back() reports of a finished artifact: facts that are compared with the package document,
// and shown by `kpb inspect`.
#include "core/model/fields.hpp"

namespace kpb {

namespace {

constexpr FieldRow k_rows[] = {
    {"/format", is_text, by_read_back, run_only, "the format, as the plugin offers it"},
    {"/source", is_boolean, by_read_back, run_only, "`true` for a source package"},
    {"/transitional", is_boolean, by_read_back, run_only,
     "`true` for a package that only leads to its successor"},

    {"/name", is_text, by_read_back, compared, "as `/package/name`"},
    {"/version", is_text, by_read_back, compared, "as `/package/version`"},
    {"/release", is_text, by_read_back, compared, "as `/package/release`"},
    {"/epoch", is_text, by_read_back, compared, "as `/package/epoch`"},
    {"/summary", is_text, by_read_back, compared, "as `/package/summary`"},
    {"/description", is_text, by_read_back, compared, "as `/package/description`"},
    {"/license", is_text, by_read_back, compared, "as `/package/license`"},
    {"/group", is_text, by_read_back, compared, "as `/package/group`"},
    {"/url", is_text, by_read_back, compared, "as `/package/url`"},
    {"/packager", is_text, by_read_back, compared, "as `/package/packager`"},
    {"/changelog", is_text, by_read_back, compared,
     "the changelog, in the form of `/artifacts/N/text/changelog`; absent where it is not read"},
    {"/functions", is_text, by_read_back, compared,
     "the patched functions as the header lists them, one a line"},
    {"/arch", is_text, by_read_back, run_only, "as `/package/arch`"},

    {"/files", is_array, by_read_back, run_only, "the files that it installs", "file"},
    {"/files/N", is_object, by_read_back, run_only, "one of them"},
    {"/files/N/path", is_text, by_read_back, run_only, "its absolute path"},
    {"/files/N/kind", is_text, by_read_back, run_only, "`file`, `dir`, `link` or `special`"},
    {"/files/N/mode", is_text, by_read_back, run_only, "its permissions, four octal digits"},
    {"/files/N/owner", is_text, by_read_back, run_only, "the user that owns it"},
    {"/files/N/group", is_text, by_read_back, run_only, "the group that owns it"},
    {"/files/N/flags", is_text, by_read_back, run_only,
     "what the format marks it as, words with blanks between: `doc`, `config`, `ghost`"},
    {"/files/N/capabilities", is_text, by_read_back, run_only, "its Linux capabilities"},

    {"/relations", is_array, by_read_back, run_only,
     "its relations, without those that the format adds by itself", "relation"},
    {"/relations/N", is_object, by_read_back, run_only, "one of them"},
    {"/relations/N/kind", is_text, by_read_back, run_only, "as in the package document"},
    {"/relations/N/name", is_text, by_read_back, run_only, "as in the package document"},
    {"/relations/N/operator", is_text, by_read_back, run_only, "as in the package document"},
    {"/relations/N/version", is_text, by_read_back, run_only, "as in the package document"},

    {"/scripts", is_integer, by_read_back, run_only,
     "how many scriptlets, triggers and maintainer scripts it has"},
    {"/extras", is_array, by_read_back, run_only,
     "whatever else it says that no package document can say"},
    {"/extras/N", is_text, by_read_back, run_only,
     "what it is, in words for messages: `the header tag Vendor`"},
};

} // namespace

const FieldTable k_read_back_fields = {"kpb.read-back/1", "What read_back() reports", "found",
                                       k_rows};

} // namespace kpb
