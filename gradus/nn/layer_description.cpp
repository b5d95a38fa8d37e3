#include "gradus/nn/layer_description.h"

#include <algorithm>
#include <cassert>

#include "gradus/core/number.h"

namespace gradus {

std::string LayerSetting::text() const {
    if (const auto* whole = std::get_if<Index>(&value)) return std::to_string(*whole);
    if (const auto* number = std::get_if<double>(&value)) return to_text(*number);
    return std::get<std::string>(value);
}

std::string LayerDescription::text() const {
    using enum LayerSetting::Said;
    std::string text = kind == "dense" ? "" : kind;  // a number alone is a dense layer
    for (const LayerSetting& setting : settings) {
        if (setting.said == no) continue;
        if (!text.empty()) text += setting.said == behind_x ? "x" : " ";
        if (setting.said == by_name) text += setting.name + " ";
        text += setting.text();
    }
    return text;
}

const LayerSetting& LayerDescription::setting(std::string_view name) const {
    const auto found = std::ranges::find(settings, name, &LayerSetting::name);
    assert(found != settings.end());
    return *found;
}

Index LayerDescription::whole(std::string_view name) const {
    return std::get<Index>(setting(name).value);
}

double LayerDescription::number(std::string_view name) const {
    return std::get<double>(setting(name).value);
}

}  // namespace gradus
