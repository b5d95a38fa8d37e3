#include "gradus/explain/cell_name.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {

// "2,1"; empty when it is anything else.
static std::vector<Index> read_indices(std::string_view text) {
    std::vector<Index> indices;
    for (;;) {
        Index index = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
        if (error != std::errc() || index < 1) return {};
        indices.push_back(index);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (text.empty()) return indices;
        if (text.front() != ',') return {};
        text.remove_prefix(1);
    }
}

CellName CellName::read(std::string_view text, const std::string& place) {
    const std::size_t open = text.find('[');
    CellName name;
    if (open != std::string_view::npos && text.ends_with("]"))
        name = {std::string(text.substr(0, open)),
                read_indices(text.substr(open + 1, text.size() - open - 2))};
    if (!name.tensor.empty() && !name.indices.empty() && name.indices.size() <= 3) return name;
    throw Error(Fault::usage, {.place = place,
                               .found = fmt::format("\"{}\"", text),
                               .expected = say("a matrix and its row and column, as in dW1[2,1]")});
}

std::string cell_name(const std::string& tensor, const std::vector<Index>& indices) {
    return fmt::format("{}[{}]", tensor, fmt::join(indices, ","));
}

}  // namespace gradus
