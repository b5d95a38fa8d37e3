#include "gradus/nn/layer_list.h"

#include <algorithm>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/nn/architecture.h"

namespace gradus {

[[noreturn]] static void refuse(const std::string& found, const std::string& expected) {
    throw Error(Fault::usage, {.place = "network", .found = found, .expected = expected});
}

template <class T>
void require_layers(Shape in, std::span<const LayerPointer<T>> layers) {
    constexpr Index most = Index{1} << 31;  // more than any example has, and far from overflow
    if (in.channels < 1 || in.length < 1 || in.channels > most / in.length)
        refuse(say("{} inputs", in.text()), say("from 1 to {}", most));
    if (layers.empty()) refuse(say("a list of no layers"), say("at least one layer"));
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i] == nullptr) refuse(say("layer {} is a null pointer", i + 1), say("a layer"));
}

template <class T>
std::vector<std::size_t> residual_partners(std::span<const LayerPointer<T>> layers) {
    const auto fail = [&](const std::string& found, const std::string& hint) {
        throw Error(Fault::usage,
                    {.place = say("network \"{}\"", to_text<T>(layers)), .found = found, .hint = hint});
    };
    std::vector<std::size_t> partners, open;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        partners.push_back(i);
        const int nesting = layers[i]->describe().nesting;
        if (nesting > 0) open.push_back(i);
        if (nesting >= 0) continue;
        if (open.empty()) fail(say("\")\" stands without \"residual(\""), say("remove it"));
        const std::size_t begin = open.back();
        open.pop_back();
        partners[i] = begin;
        partners[begin] = i;
    }
    if (!open.empty()) fail(say("\"residual(\" is not closed"), "\")\"");
    return partners;
}

template <class T>
Initializer suitable_initializer(std::span<const LayerPointer<T>> layers, std::span<const LayerPlan> plans,
                                 std::size_t i) {
    const auto has_weights = [](const LayerPlan& plan) {
        return std::ranges::any_of(plan.parameters, &Parameter::weight);
    };
    while (++i < layers.size() && !has_weights(plans[i])) {
        const LayerKind* kind = find_layer(layers[i]->describe().kind);
        if (kind == nullptr) break;  // a layer of somebody's own, who knows what suits it
        if (kind->activation) return kind->suits;
    }
    return Initializer::glorot;
}

template <class T>
void require_same(Shape input, Shape output, std::span<const LayerPointer<T>> layers) {
    if (input == output) return;
    throw Error(Fault::input, {.place = say("network \"{}\"", to_text<T>(layers)),
                               .found = say("residual(...) has an input of {} and an output of {}",
                                            input.text(), output.text()),
                               .hint = say("make them alike")});
}

#define GRADUS_INSTANTIATE(T)                                                                               \
    template void require_layers(Shape, std::span<const LayerPointer<T>>);                                  \
    template std::vector<std::size_t> residual_partners(std::span<const LayerPointer<T>>);                  \
    template Initializer suitable_initializer(std::span<const LayerPointer<T>>, std::span<const LayerPlan>, \
                                              std::size_t);                                                 \
    template void require_same(Shape, Shape, std::span<const LayerPointer<T>>);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
