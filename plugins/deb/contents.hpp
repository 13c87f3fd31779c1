// SPDX-License-Identifier: GPL-2.0-only
//
// The files of a deb: the document's, those that Debian's rules ask for besides, and every directory on the
// way to them. dpkg refuses a file whose directory is not in the package.
#ifndef KPB_PLUGIN_DEB_CONTENTS_HPP
#define KPB_PLUGIN_DEB_CONTENTS_HPP

#include "deb.hpp"

namespace kpb::deb {

void add_document_files(Deb& deb, const sdk::Document& document);

// Changelog, copyright and, where the control file has the field that lintian does not know, the word for
// lintian; then the directories, in their order. A file that the document lists is left as it is.
void add_own_files(Deb& deb, const sdk::Host& host, const sdk::Document& document,
                   const sdk::Sink& out);

} // namespace kpb::deb

#endif
