// What does a PO file say? Sentences, and what they are in another language.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace gradus::cli {

/// English, and its translation; of one and many both. Without those that have none, or are marked fuzzy.
using Catalogue = std::map<std::string, std::string, std::less<>>;

/// Reads the entries of a PO file, with a blank line between them: msgid, msgid_plural, msgstr, msgstr[0],
/// msgstr[1], each with one or several lines in quotation marks. (GNU gettext, "The Format of PO Files".)
/// What is no such line is passed over.
Catalogue read_catalogue(std::string_view po);

}  // namespace gradus::cli
