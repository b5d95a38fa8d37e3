#include "cli/catalogue.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gradus::cli {
namespace {

struct Entry {
    bool fuzzy = false;
    std::string one, many, of_one, of_many;

    void keep(Catalogue& in) {
        if (!fuzzy && !one.empty() && !of_one.empty()) in[one] = of_one;
        if (!fuzzy && !many.empty() && !of_one.empty()) in[many] = of_many.empty() ? of_one : of_many;
        *this = {};
    }

    std::string* part(std::string_view keyword) {
        const std::array<std::pair<std::string_view, std::string*>, 5> parts{{{"msgid", &one},
                                                                              {"msgid_plural", &many},
                                                                              {"msgstr", &of_one},
                                                                              {"msgstr[0]", &of_one},
                                                                              {"msgstr[1]", &of_many}}};
        const auto* found =
            std::ranges::find(parts, keyword, &std::pair<std::string_view, std::string*>::first);
        return found == parts.end() ? nullptr : found->second;
    }
};

// What stands in quotation marks, without the escapes.
std::string unquoted(std::string_view quoted) {
    std::string text;
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
        if (quoted[i] != '\\') {
            text += quoted[i];
        } else {
            ++i;
            text += quoted[i] == 'n' ? '\n' : quoted[i] == 't' ? '\t' : quoted[i];
        }
    }
    return text;
}

}  // namespace

Catalogue read_catalogue(std::string_view po) {
    Catalogue catalogue;
    Entry entry;
    std::string* part = nullptr;
    while (!po.empty()) {
        const std::string_view line = po.substr(0, po.find('\n'));
        po.remove_prefix(std::min(line.size() + 1, po.size()));
        if (line.empty()) {
            entry.keep(catalogue);
        } else if (line.starts_with('#')) {
            entry.fuzzy =
                entry.fuzzy || (line.starts_with("#,") && line.find("fuzzy") != std::string_view::npos);
        } else {
            const std::size_t quote = std::min(line.find('"'), line.size());
            if (quote > 0) part = entry.part(line.substr(0, line.find(' ')));
            if (part != nullptr) *part += unquoted(line.substr(quote));
        }
    }
    entry.keep(catalogue);
    return catalogue;
}

}  // namespace gradus::cli
