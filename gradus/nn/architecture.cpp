#include "gradus/nn/architecture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/say.h"

namespace gradus {

static std::vector<std::string> layer_names() {
    std::vector<std::string> names;
    for (const LayerKind& kind : layer_table())
        if (kind.name != ")") names.push_back(kind.name);  // the end of what must begin first
    return names;
}

const LayerKind* find_layer(std::string_view text) {
    std::string_view name = text.substr(0, text.find(' '));
    if (name == "linear") name = "identity";
    if (!std::isnan(to_number(name))) name = "dense";
    for (const LayerKind& kind : layer_table())
        if (kind.name == name) return &kind;
    return nullptr;
}

// "4tanh" -> "4 tanh", "dropout0.2" -> "dropout 0.2", "relu64" -> "64 relu". Empty: it is no layer and
// number.
static std::string written_apart(std::string_view word) {
    constexpr std::string_view digits = "0123456789", around = "-_:=()[]";
    const bool number_first = word.find_first_of(digits) == 0;
    const std::size_t cut = number_first ? word.find_first_not_of("0123456789.") : word.find_first_of(digits);
    if (cut == std::string_view::npos) return {};
    std::string_view number = word.substr(0, cut), name = word.substr(cut);
    if (!number_first) std::swap(number, name);
    for (std::string_view* part : {&number, &name})
        while (!part->empty() && around.find(part->front()) != std::string_view::npos) part->remove_prefix(1);
    for (std::string_view* part : {&number, &name})
        while (!part->empty() && around.find(part->back()) != std::string_view::npos) part->remove_suffix(1);
    const LayerKind* kind = name.empty() ? nullptr : find_layer(name);
    if (kind == nullptr || (kind->arguments.empty() && !kind->activation)) return {};
    const bool units = kind->activation && number.find_first_not_of(digits) == std::string_view::npos;
    return units ? std::string(number) + " " + kind->name : kind->name + " " + std::string(number);
}

// "Dense(64", "nn.ReLU()", "[64": as other programs write layers. What to write here; empty: not known.
static std::string in_our_words(std::string_view word) {
    const std::size_t end = word.find_first_of("([");
    std::string_view name = word.substr(0, end);
    name.remove_prefix(std::min(name.rfind('.') + 1, name.size()));
    const std::string known = lower(name);
    constexpr std::array dense{"dense", "linear", "fc"};
    if (known.empty() ? end == 0 : std::ranges::count(dense, known) > 0)
        return say("a number of units and an activation, as \"64 relu\"");
    const LayerKind* kind = find_layer(known);
    if (kind == nullptr || kind->name != known) return {};
    if (!kind->arguments.empty()) return '"' + known + ' ' + kind->arguments + '"';
    return kind->activation ? say("\"{}\", or \"64 {}\" for 64 units", known, known) : '"' + known + '"';
}

template <class T>
static LayerPointer<T> read_layer(Words& words, bool first_of_item) {
    const bool units = words.number_follows();  // a number alone is a dense layer
    const std::string_view name = units ? "dense" : words.take();
    const LayerKind* kind = find_layer(name);
    if (kind == nullptr) {
        const std::vector<std::string> names = layer_names();
        if (const std::string apart = written_apart(name); !apart.empty())
            words.reject_last('"' + apart + '"');
        if (const std::string ours = in_our_words(name); !ours.empty()) words.reject_last(ours);
        words.reject_last(say("a number of units, or {}", one_of(names)), did_you_mean(name, names));
    }
    if (!first_of_item && !kind->activation && kind->name != ")") {
        if (units) words.take();
        words.reject_last(say("an activation here, or a comma before it"));
    }
    if constexpr (std::is_same_v<T, float>) {
        return kind->read_float(words);
    } else {
        return kind->read_double(words);
    }
}

template <class T>
std::vector<LayerPointer<T>> read_layers(std::string_view text) {
    std::vector<LayerPointer<T>> layers;
    int open = 0;  // residual connections
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        Words words(text, text.substr(begin, end - begin));
        bool first = true;
        do {
            layers.push_back(read_layer<T>(words, first));
            const int nesting = layers.back()->describe().nesting;
            first = nesting > 0;
            open += nesting;
            if (open < 0) words.reject_last(say("\"residual(\" before it"));
        } while (!words.done());
        if (open > 0 && end == text.size()) {
            words.take();
            words.reject_last("\")\"");
        }
        begin = end + 1;
    }
    return layers;
}

template <class T>
std::string to_text(std::span<const LayerPointer<T>> layers) {
    std::string text;
    bool begins = true;  // the network, or a residual connection
    for (const LayerPointer<T>& layer : layers) {
        const LayerDescription description = layer->describe();
        const LayerKind* kind = find_layer(description.kind);
        const bool same_item = kind != nullptr && kind->activation;
        if (!begins && description.nesting >= 0) text += same_item ? " " : ", ";
        text += description.text();
        begins = description.nesting > 0;
    }
    return text;
}

template std::vector<LayerPointer<float>> read_layers(std::string_view);
template std::vector<LayerPointer<double>> read_layers(std::string_view);
template std::string to_text(std::span<const LayerPointer<float>>);
template std::string to_text(std::span<const LayerPointer<double>>);

}  // namespace gradus
