#include "gradus/model/network_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

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

// A dense layer, and what follows it on the way back.
struct Block {
    std::string units;
    std::string behind = {};
};

// Where its items begin, at the commas.
std::vector<std::string> items_of(const std::string& text) {
    std::vector<std::string> items(1);
    for (const char c : text) {
        if (c == ',') {
            items.emplace_back();
        } else {
            items.back() += c;
        }
    }
    return items;
}

bool begins_with_dense(const std::string& item) {
    return read_layers<float>(item).front()->describe().kind == "dense";
}

std::vector<Block> blocks_of(const std::string& encoder) {
    std::vector<Block> blocks;
    const auto layers = is_blank(encoder) ? std::vector<LayerPointer<float>>{} : read_layers<float>(encoder);
    for (const LayerPointer<float>& layer : layers) {
        const std::string kind = layer->describe().kind;
        const LayerKind* row = find_layer(kind);
        if (kind == "dense") {
            blocks.push_back({.units = layer->text()});
        } else if (!blocks.empty() && kind == "batchnorm") {
            blocks.back().behind += ", " + layer->text();
        } else if (!blocks.empty() && row != nullptr && row->activation) {
            blocks.back().behind += (blocks.back().behind.empty() ? " " : ", ") + layer->text();
        } else if (kind != "dropout" && kind != "flatten") {
            throw Error(Fault::input, {.place = setting("net"),
                                       .found = say("the layer \"{}\" has no way back", layer->text()),
                                       .expected = say("dense layers: an autoencoder is their mirror image"),
                                       .hint = setting("net", "64 relu, 8")});
        }
    }
    if (blocks.empty())
        throw Error(Fault::input, {.place = setting("net"),
                                   .found = say("there is no hidden layer"),
                                   .expected = say("the layers from the inputs to the code"),
                                   .hint = setting("net", "64 relu, 8")});
    return blocks;
}

bool is_as_large(const Ending& ending, const Ending& output) {
    const Index classes = output.activation == "sigmoid" && output.units == 1 ? 2 : output.units;
    return ending.units == output.units || (ending.units == classes && ending.activation == "softmax");
}

}  // namespace

Index outputs_of(const std::string& network, Shape in) {
    for (const LayerPointer<float>& layer : read_layers<float>(network)) in = layer->plan(in).out;
    return in.size();
}

bool sees_places_alike(const std::string& network, Shape in) {
    return in.length > 1 && !network.starts_with("flatten");
}

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

std::string output_layer(Task task, Index outputs) {
    if (task == Task::regress) return fmt::format("{} identity", outputs);
    if (task == Task::multilabel) return fmt::format("{} sigmoid", outputs);
    return outputs == 1 ? "1 sigmoid" : fmt::format("{} softmax", outputs);
}

std::string output_layer(Task task, const Dataset& data) {
    const auto classes = static_cast<Index>(data.class_names.size());
    return output_layer(task, task != Task::classify ? data.Y.rows() : classes == 2 ? 1 : classes);
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

std::string unrolled(const std::string& encoder, Index inputs, const std::string& activation) {
    const std::vector<Block> blocks = blocks_of(encoder);
    std::string text = encoder;
    for (std::size_t i = blocks.size() - 1; i-- > 0;) text += ", " + blocks[i].units + blocks[i].behind;
    return fmt::format("{}, {} {}", text, inputs, activation);
}

std::string encoder_of(const std::string& network) {
    const std::vector<std::string> items = items_of(network);
    const auto half = std::ranges::count_if(items, begins_with_dense) / 2;
    std::string encoder;
    auto dense = half;
    for (const std::string& item : items) {
        if (begins_with_dense(item) && dense-- == 0) break;
        encoder += (encoder.empty() ? "" : ",") + item;
    }
    return encoder;
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
