// What is a layer? The contract between the mathematics of one layer and everything that trains, saves and
// explains it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/nn/layer_description.h"

namespace gradus {

/// The shape of one example: a vector of `channels` numbers, or a series of `channels` x `length`.
struct Shape {
    Index channels = 1;  ///< numbers at each position
    Index length = 1;    ///< positions; 1: a vector

    [[nodiscard]] Index size() const { return channels * length; }  ///< numbers in all
    [[nodiscard]] std::string text() const;                         ///< "8" or "25x19"
    bool operator==(const Shape&) const = default;
};

/// How a parameter that is no weight begins, whatever the initializer of the weights is.
enum class FirstNumbers {
    alike,    ///< each is `start`
    normal,   ///< N(0, start^2)
    uniform,  ///< U(-start, start)
};

/// One matrix of learned numbers: (rows x columns), column-major within the layer's parameters.
struct Parameter {
    std::string name;   ///< "W", "b"
    Index rows = 0;     ///< of the matrix
    Index columns = 0;  ///< of the matrix
    Index window = 1;   ///< of a convolution: column w * channels + c is what users know as [c, w]
    Index fan_in = 0;   ///< numbers that enter one unit: the initializers' scale
    Index fan_out = 0;  ///< units that one number enters
    bool weight =
        true;  ///< drawn by the initializer, and decays; otherwise begins as `first` says, and does not
    double start = 0;                          ///< of what is no weight
    FirstNumbers first = FirstNumbers::alike;  ///< of what is no weight
    double rate = 1;                           ///< times the learning rate is how fast it moves
};

/// Numbers that a layer keeps of the batches it saw while training, and predicts with: running means, say.
struct Statistic {
    std::string name;  ///< "mean"
    Index size = 0;    ///< how many numbers
    double start = 0;  ///< before the first batch
};

/// One line of a layer's mathematics, as data: {"dW", "dY * X' / m"}.
struct Operation {
    std::string result;      ///< the name of a matrix
    std::string expression;  ///< of other matrices
};

/// How the examples of a batch depend on each other: by sums over all of them, taken in rounds.
struct Coupling {
    Index units = 0;     ///< that the sums belong to; 0: they do not
    Index sums = 0;      ///< numbers in which these sums are taken
    Index forward = 0;   ///< rounds before forward
    Index backward = 0;  ///< rounds before backward_input
};

/// What a layer is for a given input: its sizes, and its mathematics. The last operation forward gives Y (an
/// activation calls it A); those before it give what `intermediates` shows.
struct LayerPlan {
    Shape out = {};                          ///< of an example that leaves
    std::vector<Parameter> parameters = {};  ///< in the order of their numbers
    Index slice = 0;                         ///< the parameters come in independent runs of this many numbers
    bool in_parts = false;                   ///< its sums over the batch heed Pass::part
    std::vector<Statistic> statistics = {};  ///< kept of the batches seen
    Coupling coupling = {};                  ///< of the examples of a batch
    Index shared = 0;                     ///< numbers that the whole batch shares between the calls of a pass
    Index scratch = 0;                    ///< numbers that each example keeps between the calls of a pass
    std::vector<Operation> forward = {};  ///< from X to Y
    std::vector<Operation> backward = {};  ///< from dY to dX and the gradients

    [[nodiscard]] Index parameter_count() const;  ///< numbers learned
    [[nodiscard]] Index statistic_count() const;  ///< numbers kept
    /// Pieces of work in backward_parameters.
    [[nodiscard]] Index slice_count() const { return slice == 0 ? 0 : parameter_count() / slice; }
    /// May several processes share a batch? Where there are sums over it, only if they heed Pass::part.
    [[nodiscard]] bool may_be_shared() const {
        return in_parts || (parameters.empty() && coupling.units == 0);
    }
};

/// Where random masks come from: the same (seed, step, layer) gives the same mask, whoever asks.
struct MaskKey {
    std::uint64_t seed = 0;   ///< of the run
    std::uint64_t step = 0;   ///< updates made
    std::uint64_t layer = 0;  ///< its place in the network
};

/// Where several processes share a batch, each has a run of its examples: which columns of the batch it sees.
struct BatchPart {
    Index first = 0;  ///< example of the batch that the first column is
    Index batch = 0;  ///< examples of the batch; 0: no more than the columns
};

/// What a layer sees while a batch of m examples passes: one column each. dY is the derivative of the *one
/// example's* loss; the mean over the batch is taken where parameters receive their gradient, as in the
/// tutorial.
template <class T>
struct Pass {
    Shape in = {};                       ///< of an example that enters
    Shape out = {};                      ///< of an example that leaves
    View<const T> X = {};                ///< in x m
    View<T> Y = {};                      ///< out x m
    View<const T> dY = {};               ///< out x m
    View<T> dX = {};                     ///< in x m
    std::span<const T> parameters = {};  ///< the layer's own
    std::span<T> gradient = {};          ///< of the mean loss, laid out like the parameters
    std::span<const T> statistics = {};  ///< to predict with
    std::span<T> new_statistics = {};    ///< the same, to update when training
    std::span<T> shared = {};            ///< LayerPlan::shared numbers of the batch
    std::span<double> sums = {};         ///< Coupling::sums numbers
    View<T> scratch = {};                ///< scratch x m
    View<const T> other = {};            ///< of a residual connection: see layers/residual.h
    bool training = false;               ///< or predicting
    MaskKey mask = {};                   ///< of random masks
    BatchPart part = {};                 ///< which examples of the batch the columns are

    /// m, wherever the batch is cut.
    [[nodiscard]] Index batch() const { return part.batch == 0 ? X.columns() : part.batch; }
    /// Do sums over the batch go on with what their place holds? (They begin with its first example.)
    [[nodiscard]] bool sums_go_on() const { return part.first > 0; }
    /// Do they end here, with its last example?
    [[nodiscard]] bool sums_end() const { return part.first + X.columns() == batch(); }
    /// By what a sum is divided that becomes a mean: m at its end, else 1.
    [[nodiscard]] Index divisor() const { return sums_end() ? batch() : 1; }
};

/// A matrix that a layer's formulas name, and that is neither passed on nor learned: {"N", ...}.
template <class T>
struct Intermediate {
    std::string name;  ///< as in the formulas
    Matrix<T> values;  ///< a column for each example
};

/// The order of numbers within an example: position after position, and at each position the channels,
/// because a window of a convolution is then one run of memory. Outside a network a series is channel after
/// channel (see series.h).
///
/// A layer is a pure function with two derivatives. It holds its settings and nothing else: numbers live in
/// the Pass. Every result is assigned (=), never added (+=).
///
/// The halves of back-propagation are separate, because they can be divided among threads in different ways:
/// what is passed on by examples, what is learned by parameters. Whatever the division, each number is
/// computed alike.
template <class T>
class Layer {
public:
    virtual ~Layer() = default;

    /// Its kind and its settings: {"dropout", {{"rate", 0.2}}}.
    [[nodiscard]] virtual LayerDescription describe() const = 0;

    /// The words that make this layer in a network's text: "dropout 0.2".
    [[nodiscard]] std::string text() const { return describe().text(); }

    /// Sizes and mathematics for an input of shape `in`. Throws Error (input) when `in` does not fit.
    [[nodiscard]] virtual LayerPlan plan(Shape in) const = 0;

    /// While training, before forward: the sums over all examples (in order) that the `units` of the range
    /// need. In each round of the Coupling, counted from 0, those of the rounds before are complete, and its
    /// own are begun or go on in pass.sums; one more call is for what follows from all of them.
    virtual void couple_forward(const Pass<T>& pass, Range units, Index round) const;

    /// Y = f(X) for the examples (columns) of the range.
    virtual void forward(const Pass<T>& pass, Range examples) const = 0;

    /// Before backward_input, in the same way: the sums over all examples that the way back needs.
    virtual void couple_backward(const Pass<T>& pass, Range units, Index round) const;

    /// dX from dY (and X, Y, parameters) for the examples of the range.
    virtual void backward_input(const Pass<T>& pass, Range examples) const = 0;

    /// The gradient of the parameters in `slices`, from X and dY of the whole batch, examples in order: sums
    /// that go on where pass.sums_go_on(), and are divided by pass.divisor().
    virtual void backward_parameters(const Pass<T>& pass, Range slices) const;

    /// For those who look inside, after forward: a matrix for each operation forward but the last.
    [[nodiscard]] virtual std::vector<Intermediate<T>> intermediates(const Pass<T>& pass) const;
};

template <class T>
using LayerPointer = std::shared_ptr<const Layer<T>>;

}  // namespace gradus
