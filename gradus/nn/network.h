// What is a network? Layers over one flat vector of parameters.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/core/random.h"
#include "gradus/nn/initializer.h"
#include "gradus/nn/layer.h"

namespace gradus {

/// A list of layers that fit each other, and the numbers that they learn: a multilayer perceptron, a
/// convolutional network. A value: copying it copies the numbers (the layers hold none and are shared). One
/// that was moved from has no layers: give it a new value, or ask it for nothing but its size().
///
/// Layers are numbered from 0; their numbers are not checked.
template <class T>
class Network {
public:
    /// More parameters than this would not fit into one model file of 2 GiB.
    static constexpr Index most_parameters = (Index{1} << 31) / static_cast<Index>(sizeof(T));

    /// The network that `text` describes ("2 tanh, 1 sigmoid") for examples of shape `in`, with its first
    /// weights:
    ///
    ///     Network<double> network(2, "2 tanh, 1 sigmoid", {.seed = 2, .initializer = Initializer::normal});
    ///
    /// Throws Error when the text has a mistake, a layer does not fit its input, or the inputs or the
    /// parameters are too few or too many.
    Network(Shape in, std::string_view text, FirstWeights weights = {});
    /// The same for vectors of so many inputs.
    Network(Index inputs, std::string_view text, FirstWeights weights = {})
        : Network(Shape{.channels = inputs}, text, weights) {}

    /// The network of these layers, a layer of your own among them; at least one, and none that is null.
    Network(Shape in, std::vector<LayerPointer<T>> layers, FirstWeights weights = {});

    /// How many numbers such layers learn; any number above most_parameters when they are too many. Throws
    /// Error (input) when a layer does not fit its input.
    static Index count_parameters(Shape in, std::span<const LayerPointer<T>> layers);

    /// Draws the weights anew, in the order of the layers, each W row by row; biases are zero,
    /// and what is neither begins as its layer says. The constructor does this with RandomState(seed); here
    /// the generator goes on.
    void initialize(Initializer initializer, RandomState& random);

    /// How the weights of layer i are drawn when `said` was: `automatic` is he, lecun or glorot, as the next
    /// activation likes it. Layers without weights are passed over (dropout, batch normalization, pooling);
    /// where no activation comes before the next weights, glorot.
    [[nodiscard]] Initializer initializer_of(std::size_t i, Initializer said) const;

    [[nodiscard]] std::size_t size() const { return layers_.size(); }                 ///< how many layers
    [[nodiscard]] const Layer<T>& layer(std::size_t i) const { return *layers_[i]; }  ///< layer i, from 0
    [[nodiscard]] const LayerPlan& plan(std::size_t i) const {
        return plans_[i];
    }                                                              ///< its sizes and mathematics
    [[nodiscard]] Shape in() const { return in_; }                 ///< of an example
    [[nodiscard]] Shape out() const { return plans_.back().out; }  ///< of the last layer
    [[nodiscard]] Shape in_of(std::size_t i) const {
        return i == 0 ? in_ : plans_[i - 1].out;
    }                                        ///< of what enters layer i
    [[nodiscard]] std::string text() const;  ///< the words that make it again

    /// All parameters, layer after layer.
    [[nodiscard]] std::span<T> parameters() { return parameters_; }
    [[nodiscard]] std::span<const T> parameters() const { return parameters_; }  ///< the same, to read

    /// Where layer i's parameters lie among all.
    [[nodiscard]] Range parameters_of(std::size_t i) const;

    /// All statistics that layers keep of the batches they saw, layer after layer; and where layer i's lie.
    [[nodiscard]] std::span<T> statistics() { return statistics_; }
    [[nodiscard]] std::span<const T> statistics() const { return statistics_; }  ///< the same, to read
    [[nodiscard]] Range statistics_of(std::size_t i) const;                      ///< of layer i

    /// For the beginning of a residual connection its end, and the other way round; else i itself.
    [[nodiscard]] std::size_t partner(std::size_t i) const { return partners_[i]; }

    /// One learned matrix by its name in the tutorial's manner: "W1", "b2"; the number counts the layers that
    /// learn. Throws Error (input) for a name that does not exist.
    [[nodiscard]] View<T> parameter(std::string_view name);
    [[nodiscard]] View<const T> parameter(std::string_view name) const;  ///< the same, to read

    /// The same window on another vector that is laid out like the parameters: a gradient, say.
    [[nodiscard]] View<const T> window(std::string_view name, std::span<const T> laid_out_alike) const;

private:
    struct Place {
        std::string name;
        Index offset;
        const Parameter* parameter;
    };
    [[nodiscard]] std::vector<Place> places() const;
    [[nodiscard]] Place place(std::string_view name) const;

    Shape in_;
    std::vector<LayerPointer<T>> layers_;
    std::vector<LayerPlan> plans_;
    std::vector<Index> offsets_;
    std::vector<Index> statistic_offsets_;
    std::vector<std::size_t> partners_;
    AlignedVector<T> parameters_;
    AlignedVector<T> statistics_;
};

}  // namespace gradus
