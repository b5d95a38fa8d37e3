#include "gradus/explain/layer_probe.h"

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

void clear(Matrix<double>& M) {
    std::fill_n(M.data(), M.rows(), 0.0);
}

// What is not zero in a column.
std::vector<Slope> slopes(const Matrix<double>& M) {
    std::vector<Slope> found;
    for (Index i = 0; i < M.rows(); ++i)
        if (M(i, 0) != 0) found.push_back({M(i, 0), i});
    return found;
}

// The same, where the numbers are places counted from 1, at most `last`. Of a layer that does not multiply,
// nothing.
std::vector<Meeting> meetings(const Matrix<double>& M, Index last) {
    std::vector<Meeting> found;
    for (const auto& [number, unit] : slopes(M)) {
        if (!(number >= 1 && number <= double(last) && number == std::floor(number))) return {};
        found.push_back({static_cast<Index>(number) - 1, unit});
    }
    return found;
}

}  // namespace

LayerProbe::LayerProbe(const Layer<double>& layer, Shape in)
    : layer_(layer),
      plan_(layer.plan(in)),
      X_(in.size(), 1),
      Y_(plan_.out.size(), 1),
      dX_(in.size(), 1),
      dY_(plan_.out.size(), 1),
      scratch_(plan_.scratch, 1),
      parameters_(static_cast<std::size_t>(plan_.parameter_count())),
      statistics_(static_cast<std::size_t>(plan_.statistic_count())),
      shared_(static_cast<std::size_t>(plan_.shared)) {
    pass_ = {.in = in,
             .out = plan_.out,
             .X = X_,
             .Y = Y_,
             .dY = dY_,
             .dX = dX_,
             .parameters = parameters_,
             .statistics = statistics_,
             .new_statistics = statistics_,
             .shared = shared_,
             .scratch = scratch_};
}

bool LayerProbe::has_weights() const {
    return plan_.coupling.units == 0 && std::ranges::any_of(plan_.parameters, &Parameter::weight);
}

// Weights (or biases) 1, 2, 3, ..., the others 0.
void LayerProbe::number(bool weights) {
    std::size_t k = 0;
    for (const Parameter& p : plan_.parameters)
        for (Index i = 0; i < p.rows * p.columns; ++i, ++k)
            parameters_[k] = p.weight == weights ? double(k + 1) : 0;
}

void LayerProbe::forward() {
    layer_.forward(pass_, {0, 1});
}

void LayerProbe::derive(Index output) {
    clear(dY_);
    dY_(output, 0) = 1;
    forward();  // some layers keep what they need on the way back
    layer_.backward_input(pass_, {0, 1});
}

std::vector<Meeting> LayerProbe::weights_into(Index output) {
    number(true);
    clear(X_);
    derive(output);
    return meetings(dX_, plan_.parameter_count());
}

std::vector<Meeting> LayerProbe::weights_from(Index input) {
    number(true);
    clear(X_);
    X_(input, 0) = 1;
    forward();
    return meetings(Y_, plan_.parameter_count());
}

std::vector<Meeting> LayerProbe::meetings_of(Index k) {
    std::ranges::fill(parameters_, 0.0);
    parameters_[static_cast<std::size_t>(k)] = 1;
    for (Index i = 0; i < X_.rows(); ++i) X_(i, 0) = double(i + 1);
    forward();
    return meetings(Y_, X_.rows());
}

std::vector<Index> LayerProbe::biases_of(Index output) {
    number(false);
    clear(X_);
    forward();
    std::vector<Index> biases;
    for (const auto& [bias, unit] : meetings(Y_, plan_.parameter_count()))
        if (unit == output) biases.push_back(bias);
    return biases;
}

std::vector<Slope> LayerProbe::slopes_into(Index output, const std::vector<double>& x) {
    std::ranges::copy(x, X_.data());
    derive(output);
    return slopes(dX_);
}

std::vector<Slope> LayerProbe::slopes_from(Index input, const std::vector<double>& x) {
    std::ranges::copy(x, X_.data());
    std::vector<Slope> found;
    for (Index output = 0; output < Y_.rows(); ++output) {
        derive(output);
        if (dX_(input, 0) != 0) found.push_back({dX_(input, 0), output});
    }
    return found;
}

}  // namespace gradus
