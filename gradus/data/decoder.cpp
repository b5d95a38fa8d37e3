#include "gradus/data/decoder.h"

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

std::string date_text(const DateFeature& feature, double time) {
    constexpr double first = -62'135'596'800, last = 253'402'300'799, day = 86'400;  // years 1 to 9999
    double seconds = feature.line.back(time);
    if (!std::isfinite(seconds)) return "";
    DateFormat format{.order = DateOrder::ymd};
    if (feature.order == DateOrder::time_of_day) {
        format = {.order = DateOrder::time_of_day, .seconds = true};
        return text_of(std::clamp(std::round(seconds), 0.0, day - 1), format);
    }
    const bool has_time = std::ranges::count(feature.cycles, DateCycle::time_of_day) > 0;
    if (has_time) format = {.order = DateOrder::ymd, .between = "T", .seconds = true};
    seconds = has_time ? std::round(seconds) : day * std::round(seconds / day);
    return text_of(std::clamp(seconds, first, has_time ? last : last - day + 1), format);
}

}  // namespace

Decoder::Decoder(const Features& features, const std::string& place) : features_(&features) {
    if (features.masked_channels == 0) return;
    throw Error(Fault::input, {.place = place,
                               .found = say("its series end early"),
                               .expected = say("examples that are all as long as each other")});
}

std::vector<std::string> Decoder::names() const {
    std::vector<std::string> names;
    for (const NumericFeature& feature : features_->numeric) names.push_back(feature.name);
    for (const DateFeature& feature : features_->dates) names.push_back(feature.name);
    for (const TextFeature& feature : features_->text) names.push_back(feature.name);
    return names;
}

template <class T>
std::vector<Decoder::Cell> Decoder::operator()(const T* x) const {
    std::vector<Cell> cells;
    for (const NumericFeature& feature : features_->numeric)
        cells.emplace_back(feature.line.back(double(*x++)) * features_->divisor);
    x += features_->bins();  // which say nothing that these do not say
    for (const DateFeature& feature : features_->dates) {
        cells.emplace_back(date_text(feature, double(*x)));
        x += feature.width();
    }
    for (const TextFeature& feature : features_->text) {
        const auto count = static_cast<std::ptrdiff_t>(feature.categories.size());
        cells.emplace_back(
            count == 0 ? ""
                       : feature.categories[static_cast<std::size_t>(std::max_element(x, x + count) - x)]);
        x += count;
    }
    return cells;
}

template std::vector<Decoder::Cell> Decoder::operator()(const float*) const;
template std::vector<Decoder::Cell> Decoder::operator()(const double*) const;

}  // namespace gradus
