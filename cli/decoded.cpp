#include "cli/decoded.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gradus/data/csv.h"

namespace gradus::cli {

static std::string field(const Decoder::Cell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) return fmt::format("{:.9g}", *number);
    return csv_field(std::get<std::string>(cell));
}

template <class T>
std::string csv_of(const Decoder& decoder, const Matrix<T>& X) {
    std::vector<std::string> fields;
    for (const std::string& name : decoder.names()) fields.push_back(csv_field(name));
    std::string text = fmt::format("{}\n", fmt::join(fields, ","));
    for (Index j = 0; j < X.columns(); ++j) {
        fields.clear();
        for (const Decoder::Cell& cell : decoder(X.view().column(j))) fields.push_back(field(cell));
        text += fmt::format("{}\n", fmt::join(fields, ","));
    }
    return text;
}

template <class T>
Json object_of(const Decoder& decoder, const T* x) {
    const std::vector<std::string> names = decoder.names();
    const std::vector<Decoder::Cell> cells = decoder(x);
    Json object = Json::object();
    for (std::size_t i = 0; i < cells.size(); ++i)
        std::visit([&](const auto& value) { object[names[i]] = value; }, cells[i]);
    return object;
}

template std::string csv_of(const Decoder&, const Matrix<float>&);
template std::string csv_of(const Decoder&, const Matrix<double>&);
template Json object_of(const Decoder&, const float*);
template Json object_of(const Decoder&, const double*);

}  // namespace gradus::cli
