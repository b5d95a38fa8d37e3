// Which number of a layer meets which? A layer is a function: it is asked, and need not be known.
#pragma once

#include <vector>

#include "gradus/nn/layer.h"

namespace gradus {

/// Two that meet: the place of a parameter among the layer's, or of an input, and the place of a unit.
struct Meeting {
    Index number;
    Index unit;
};

/// A derivative, and the unit that it belongs to.
struct Slope {
    double value;
    Index unit;
};

/// Asks a layer with one example of made-up numbers. A layer that multiplies its weights with its inputs
/// tells which meet: with the weights 1, 2, 3, ... the derivative of one output is, at each input, the number
/// of its weight.
class LayerProbe {
public:
    LayerProbe(const Layer<double>& layer, Shape in);

    /// Does it learn weights, and treat each example by itself?
    [[nodiscard]] bool has_weights() const;

    /// Weights that meet an output, each with its input; that meet an input, each with its output.
    std::vector<Meeting> weights_into(Index output);
    std::vector<Meeting> weights_from(Index input);
    /// The inputs that weight k meets, each with the output that it goes to.
    std::vector<Meeting> meetings_of(Index k);
    std::vector<Index> biases_of(Index output);

    /// d(output) / d(each input), and d(each output) / d(input), at the example x; without the zeros.
    std::vector<Slope> slopes_into(Index output, const std::vector<double>& x);
    std::vector<Slope> slopes_from(Index input, const std::vector<double>& x);

private:
    void number(bool weights);
    void forward();
    void derive(Index output);

    const Layer<double>& layer_;
    LayerPlan plan_;
    Matrix<double> X_, Y_, dX_, dY_, scratch_;
    std::vector<double> parameters_, statistics_, shared_;
    Pass<double> pass_;
};

}  // namespace gradus
