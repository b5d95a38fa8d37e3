#include "gradus/data/table.h"

#include <fmt/format.h>

#include <cmath>
#include <unordered_map>

namespace gradus {

std::string number_text(double number) {
    constexpr double exact = 9007199254740992;  // 2^53: up to here every whole number is a double
    if (std::abs(number) <= exact && number == std::trunc(number))
        return std::to_string(static_cast<long long>(number));
    return fmt::format("{}", number);
}

Column as_text(const Column& column) {
    if (column.is_text()) return column;
    Column text{.name = column.name};
    std::unordered_map<double, std::int32_t> codes;
    for (const double number : column.numbers) {
        if (std::isnan(number)) {
            text.codes.push_back(Column::no_text);
            continue;
        }
        const auto [place, is_new] = codes.emplace(number, static_cast<std::int32_t>(text.texts.size()));
        if (is_new) text.texts.push_back(number_text(number));
        text.codes.push_back(place->second);
    }
    return text;
}

}  // namespace gradus
