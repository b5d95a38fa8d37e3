#include "gradus/explain/step_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/explain/batch_cost.h"

namespace gradus {
namespace {

struct Place {
    std::size_t layer;
    const Parameter* parameter;
    Index row, column;
};

Place place_of(const Network<double>& network, Index k) {
    std::size_t i = 0;
    while (k >= network.parameters_of(i).end) ++i;
    k -= network.parameters_of(i).begin;
    const Parameter* parameter = network.plan(i).parameters.data();
    for (; k >= parameter->rows * parameter->columns; ++parameter) k -= parameter->rows * parameter->columns;
    return {i, parameter, k % parameter->rows, k / parameter->rows};
}

// Differences of the cost beside one of the parameters.
class Cost : public BatchCost {
public:
    using BatchCost::BatchCost;

    double moved(Index k, double distance) {
        double& w = parameters()[static_cast<std::size_t>(k)];
        const double kept = w;
        w += distance;
        const double result = cost();
        w = kept;
        return result;
    }

    double central(Index k, double h) { return (moved(k, h) - moved(k, -h)) / (2 * h); }

    // Its error falls with h^4, so that h may be large and rounding small.
    double fourth_order(Index k, double h) { return (4 * central(k, h) - central(k, 2 * h)) / 3; }
};

class Checker {
public:
    Checker(const Network<double>& layers, const Trace& trace, const RunSettings& settings)
        : layers_(layers), cost_(layers, trace, settings), gradient_(cost_.gradient()), J_(cost_.cost()) {
        for (const double g : gradient_) largest_ = std::max(largest_, std::abs(g));
    }

    CheckedCell check(Index k) {
        const double g = gradient_[static_cast<std::size_t>(k)];
        CheckedCell cell{.cell = fmt::format("d{}", parameter_cell(layers_, k)), .backward = g};
        measure(cell, cost_.fourth_order(k, 1e-3));
        // A kink nearby spoils a wide difference, not a narrow one.
        for (const double h : {1e-5, 1e-7})
            if (cell.error > StepCheck::tolerance) {
                const CheckedCell wide = cell;
                measure(cell, cost_.central(k, h));
                if (wide.error <= cell.error) cell = wide;
            }
        if (cell.error > StepCheck::tolerance) cell.kink = is_kink(k, g);
        return cell;
    }

private:
    void measure(CheckedCell& cell, double difference) const {
        cell.difference = difference;
        const double scale = std::max(
            {std::abs(cell.backward), std::abs(difference), 1e-3 * largest_, 1e-6 * std::abs(J_), 1e-300});
        cell.error = std::abs(cell.backward - difference) / scale;
    }

    bool is_kink(Index k, double g) {
        constexpr double h = 1e-7;
        const double left = (J_ - cost_.moved(k, -h)) / h, right = (cost_.moved(k, h) - J_) / h;
        const double noise = 1e-6 * (1 + std::abs(J_));
        return std::abs(right - left) > 4 * noise && g > std::min(left, right) - noise &&
               g < std::max(left, right) + noise;
    }

    const Network<double>& layers_;
    Cost cost_;
    std::vector<double> gradient_;
    double J_;
    double largest_ = 0;
};

}  // namespace

Index StepCheck::agreeing() const {
    return std::ranges::count_if(cells, [](const CheckedCell& c) { return c.error <= tolerance; });
}

Index StepCheck::kinks() const {
    return std::ranges::count_if(cells, &CheckedCell::kink);
}

const CheckedCell* StepCheck::worst() const {
    const CheckedCell* worst = nullptr;
    for (const CheckedCell& cell : cells)
        if (!cell.kink && (worst == nullptr || !(cell.error <= worst->error))) worst = &cell;
    return worst;
}

Matrix<double> to_matrix(const Tensor& tensor) {
    Matrix<double> M(tensor.rows(), tensor.columns());
    for (Index i = 0; i < M.rows(); ++i)
        for (Index j = 0; j < M.columns(); ++j)
            M(i, j) = tensor.values[static_cast<std::size_t>(i * M.columns() + j)];
    return M;
}

std::string parameter_cell(const Network<double>& layers, Index k) {
    const auto [layer, parameter, row, column] = place_of(layers, k);
    const std::string name = parameter->name + output_names(layers)[layer].substr(1);
    const Index channels = parameter->columns / parameter->window;
    return parameter->window == 1
               ? fmt::format("{}[{},{}]", name, row + 1, column + 1)
               : fmt::format("{}[{},{},{}]", name, row + 1, column % channels + 1, column / channels + 1);
}

Network<double> network_of(const Network<double>& layers, const Trace& trace) {
    Network<double> network = layers;
    const std::vector<std::string> names = output_names(network);
    for (std::size_t i = 0; i < network.size(); ++i) {
        double* next = network.parameters().data() + network.parameters_of(i).begin;
        for (const Parameter& p : network.plan(i).parameters) {
            const Tensor& tensor = *trace.find(p.name + names[i].substr(1));
            const Index channels = p.columns / p.window;
            for (Index column = 0; column < p.columns; ++column)
                for (Index row = 0; row < p.rows; ++row)
                    *next++ = tensor.values[static_cast<std::size_t>(
                        row * p.columns + column % channels * p.window + column / channels)];
        }
    }
    return network;
}

StepCheck check_step(const Network<double>& layers, const Trace& trace, const RunSettings& settings,
                     Index most) {
    StepCheck check{.parameters = static_cast<Index>(layers.parameters().size())};
    Checker checker(layers, trace, settings);
    if (most == 0) {
        constexpr double worth = 5e8;  // multiply-adds, some seconds
        const double step = double(check.parameters) * double(trace.examples.size());
        most = static_cast<Index>(std::clamp(worth / step, 50.0, 2000.0));
    }
    const Index every = std::max<Index>(1, (check.parameters + most - 1) / most);
    for (Index k = 0; k < check.parameters; k += every) check.cells.push_back(checker.check(k));
    return check;
}

}  // namespace gradus
