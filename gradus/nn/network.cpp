#include "gradus/nn/network.h"

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/layer_list.h"

namespace gradus {

template <class T>
Network<T>::Network(Shape in, std::string_view text, FirstWeights weights)
    : Network(in, read_layers<T>(text), weights) {}

template <class T>
Network<T>::Network(Shape in, std::vector<LayerPointer<T>> layers, FirstWeights weights)
    : in_(in), layers_(std::move(layers)), offsets_{0}, statistic_offsets_{0} {
    require_layers<T>(in, layers_);
    if (count_parameters(in, layers_) > most_parameters)
        throw Error(Fault::input, {.place = say("network \"{}\"", this->text()),
                                   .found = say("has more than {} parameters", most_parameters),
                                   .expected = say("a model of at most 2 GiB"),
                                   .hint = say("fewer units")});
    for (const LayerPointer<T>& layer : layers_) {
        plans_.push_back(layer->plan(plans_.empty() ? in_ : plans_.back().out));
        offsets_.push_back(offsets_.back() + plans_.back().parameter_count());
        statistic_offsets_.push_back(statistic_offsets_.back() + plans_.back().statistic_count());
        for (const Statistic& statistic : plans_.back().statistics)
            statistics_.insert(statistics_.end(), static_cast<std::size_t>(statistic.size),
                               static_cast<T>(statistic.start));
    }
    parameters_.resize(static_cast<std::size_t>(offsets_.back()));
    partners_ = residual_partners<T>(layers_);
    if (out().length > 1)
        throw Error(Fault::input, {.place = say("network \"{}\"", this->text()),
                                   .found = say("its output is a series of {}", out().text()),
                                   .expected = say("a vector"),
                                   .hint = say("flatten, globalavgpool or globalmaxpool in the end")});
    RandomState random(weights.seed);
    initialize(weights.initializer, random);
}

template <class T>
Range Network<T>::statistics_of(std::size_t i) const {
    return {statistic_offsets_[i], statistic_offsets_[i + 1]};
}

template <class T>
Index Network<T>::count_parameters(Shape in, std::span<const LayerPointer<T>> layers) {
    Index count = 0;
    std::vector<Shape> left;  // at the residual connections that are open
    for (const LayerPointer<T>& layer : layers) {
        const int nesting = layer->describe().nesting;
        if (nesting > 0) left.push_back(in);
        if (nesting < 0 && !left.empty()) {
            require_same(left.back(), in, layers);
            left.pop_back();
        }
        const LayerPlan plan = layer->plan(in);
        count += plan.parameter_count();
        if (count > most_parameters) break;  // enough to refuse it, and far from overflow
        in = plan.out;
    }
    return count;
}

template <class T>
Initializer Network<T>::initializer_of(std::size_t i, Initializer said) const {
    return said == Initializer::automatic ? suitable_initializer<T>(layers_, plans_, i) : said;
}

template <class T>
void Network<T>::initialize(Initializer initializer, RandomState& random) {
    for (std::size_t i = 0; i < size(); ++i) {
        const Initializer suitable = initializer_of(i, initializer);
        T* data = parameters_.data() + offsets_[i];
        for (const Parameter& parameter : plans_[i].parameters) {
            gradus::initialize(View<T>(data, parameter.rows, parameter.columns), parameter, suitable, random);
            data += parameter.rows * parameter.columns;
        }
    }
}

template <class T>
std::string Network<T>::text() const {
    return to_text<T>(layers_);
}

template <class T>
Range Network<T>::parameters_of(std::size_t i) const {
    return {offsets_[i], offsets_[i + 1]};
}

template <class T>
auto Network<T>::places() const -> std::vector<Place> {
    std::vector<Place> places;
    int number = 0;
    for (std::size_t i = 0; i < size(); ++i) {
        Index offset = offsets_[i];
        if (!plans_[i].parameters.empty()) ++number;
        for (const Parameter& parameter : plans_[i].parameters) {
            places.push_back({parameter.name + std::to_string(number), offset, &parameter});
            offset += parameter.rows * parameter.columns;
        }
    }
    return places;
}

template <class T>
auto Network<T>::place(std::string_view name) const -> Place {
    std::vector<std::string> names;
    for (const Place& place : places()) {
        if (place.name == name) return place;
        names.push_back(place.name);
    }
    throw Error(Fault::input, {.place = say("network \"{}\"", text()),
                               .found = say("has no parameter \"{}\"", name),
                               .expected = one_of(names)});
}

template <class T>
View<T> Network<T>::parameter(std::string_view name) {
    const Place p = place(name);
    return {parameters_.data() + p.offset, p.parameter->rows, p.parameter->columns};
}

template <class T>
View<const T> Network<T>::parameter(std::string_view name) const {
    return window(name, parameters_);
}

template <class T>
View<const T> Network<T>::window(std::string_view name, std::span<const T> laid_out_alike) const {
    const Place p = place(name);
    return {laid_out_alike.data() + p.offset, p.parameter->rows, p.parameter->columns};
}

template class Network<float>;
template class Network<double>;

}  // namespace gradus
