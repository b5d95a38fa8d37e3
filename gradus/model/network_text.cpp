#include "gradus/model/network_text.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/nn/architecture.h"

namespace gradus {
namespace {

// The last layer, when it could be an output: units and what becomes of them.
struct Ending {
    Index units = 0;
    std::string activation;  // identity, sigmoid or softmax
    std::string before;      // the layers before it
};

// Behind the last comma, so many times.
std::string without_last(std::string text, int items) {
    for (int i = 0; i < items; ++i) {
        const std::size_t comma = text.rfind(',');
        text.resize(comma == std::string::npos ? 0 : comma);
    }
    return text;
}

std::optional<Ending> ending_of(const std::string& text) {
    if (is_blank(text)) return std::nullopt;
    const auto layers = read_layers<float>(text);
    const auto units = [&](std::size_t from_end) {
        const std::string layer = layers.size() < from_end ? "" : layers[layers.size() - from_end]->text();
        const double number = to_number(layer);
        return std::isnan(number) ? Index{0} : static_cast<Index>(number);
    };
    if (units(1) > 0) return Ending{units(1), "identity", without_last(text, 1)};
    const std::string last = layers.back()->text();
    if (units(2) == 0 || (last != "identity" && last != "sigmoid" && last != "softmax")) return std::nullopt;
    const std::string item = text.substr(text.rfind(',') + 1);  // npos + 1: all of it
    const bool alone = read_layers<float>(item).size() == 1;    // "3, softmax"
    return Ending{units(2), last, without_last(text, alone ? 2 : 1)};
}

bool is_as_large(const Ending& ending, const Ending& output) {
    const Index classes = output.activation == "sigmoid" && output.units == 1 ? 2 : output.units;
    return ending.units == output.units || (ending.units == classes && ending.activation == "softmax");
}

}  // namespace

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

std::string output_layer(Task task, const Dataset& data) {
    if (task == Task::regress) return fmt::format("{} identity", data.Y.rows());
    if (task == Task::multilabel) return fmt::format("{} sigmoid", data.Y.rows());
    if (data.class_names.size() == 2) return "1 sigmoid";
    return fmt::format("{} softmax", data.class_names.size());
}

std::string whole_network(const std::string& text, const std::string& output) {
    std::string hidden = text;
    const std::optional<Ending> ending = ending_of(text), wanted = ending_of(output);
    if (ending && is_as_large(*ending, *wanted)) {
        if (ending->activation != wanted->activation || ending->units != wanted->units) {
            const std::string before = ending->before + (ending->before.empty() ? "" : ", ");
            throw Error(Fault::input,
                        {.place = fmt::format("network \"{}\"", text),
                         .found = say("ends in an output layer of {} {}", ending->units, ending->activation),
                         .expected = say("{}, which follows from the task", output),
                         .hint = setting("net", before + output)});
        }
        hidden = ending->before;
    }
    return (is_blank(hidden) ? "" : hidden + ", ") + output;
}

std::string hidden_layers(const std::string& network) {
    return without_last(network, 1);
}

std::string said_network(const std::string& network) {
    const std::string hidden = hidden_layers(network);
    const std::optional<Ending> ending = ending_of(hidden), output = ending_of(network);
    return ending && output && is_as_large(*ending, *output) ? network : hidden;
}

}  // namespace gradus
