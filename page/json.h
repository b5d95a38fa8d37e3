// How is an answer written? JSON with its keys in our order; bytes that are no UTF-8 do not stop it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace gradus::page {

using Json = nlohmann::ordered_json;

inline std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace gradus::page
