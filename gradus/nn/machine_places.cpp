#include "gradus/nn/machine_places.h"

#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

template <class T>
std::string kind_of(const Network<T>& network, std::size_t layer) {
    return network.layer(layer).describe().kind;
}

// Behind the last layer that becomes a part of a machine.
template <class T>
std::size_t end_of(const Network<T>& network, Stack stack) {
    const std::vector<std::size_t> dense = dense_layers(network);
    if (stack == Stack::whole || dense.empty()) return network.size();
    return stack == Stack::unrolled ? dense[dense.size() / 2] : dense.back();
}

// Does each layer of the second half undo one of the first?
template <class T>
bool goes_back(const Network<T>& network) {
    const std::vector<std::size_t> dense = dense_layers(network);
    bool back = dense.size() % 2 == 0;
    for (std::size_t i = 0; i < dense.size() / 2; ++i)
        back = back && network.plan(dense[dense.size() - 1 - i]).out.size() == network.in_of(dense[i]).size();
    return back;
}

}  // namespace

template <class T>
std::vector<std::size_t> dense_layers(const Network<T>& network) {
    std::vector<std::size_t> layers;
    for (std::size_t i = 0; i < network.size(); ++i)
        if (kind_of(network, i) == "dense") layers.push_back(i);
    return layers;
}

template <class T>
std::vector<MachinePlace> machine_places(const Network<T>& network, Stack stack) {
    std::vector<MachinePlace> places;
    std::string refused;
    const auto refuse = [&](const std::string& layer) { refused += (refused.empty() ? "" : "; ") + layer; };
    const std::size_t end = end_of(network, stack);
    for (std::size_t i = 0; i < end; ++i) {
        const std::string text = network.layer(i).text(), kind = kind_of(network, i),
                          next = i + 1 < network.size() ? kind_of(network, i + 1) : "dense";
        const bool first = refused.empty() && places.empty();
        if (kind == "dropout" || (first && kind == "flatten")) continue;
        if (kind != "dense") {
            refuse(say("layer {} \"{}\" is no dense layer", i + 1, text));
        } else if (next == "sigmoid" || next == "relu") {
            places.push_back({i, next == "relu" ? HiddenUnits::rectified : HiddenUnits::bernoulli});
            ++i;
        } else if (i + 1 < end && next != "dense" && next != "dropout") {
            refuse(say("layer {} \"{}\" has {} units", i + 1, text, next));
            ++i;
        } else {
            refuse(say("layer {} \"{}\" has no activation", i + 1, text));
        }
    }
    if (stack == Stack::unrolled && !goes_back(network))
        refuse(say("its layers do not go the same way back"));
    if (refused.empty() && places.empty()) refused = say("the network has no hidden layer");
    if (!refused.empty())
        throw Error(Fault::usage,
                    {.place = setting("pretrain"),
                     .found = refused,
                     .expected = stack == Stack::below_the_output
                                     ? say("dense layers with sigmoid or relu units before the last")
                                     : say("dense layers with sigmoid or relu units"),
                     .hint = setting("net", "256 sigmoid")});
    return places;
}

#define GRADUS_INSTANTIATE(T)                                          \
    template std::vector<std::size_t> dense_layers(const Network<T>&); \
    template std::vector<MachinePlace> machine_places(const Network<T>&, Stack);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
