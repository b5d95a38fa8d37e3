#include "gradus/export/onnx/steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/array.h"

namespace gradus::onnx {
namespace {

// The steps behind `first` up to `last`, in their order; a residual connection between two more steps.
void collect(const Step* first, const Step* last, std::vector<Step>& to) {
    std::vector<const Step*> back;
    for (const Step* step = last; step != first && step->kind != Step::Kind::input;) {
        back.push_back(step);
        step = step->kind == Step::Kind::residual ? step->start : step->before;
    }
    for (std::size_t i = back.size(); i-- > 0;) {
        if (back[i]->kind != Step::Kind::residual) {
            to.push_back(*back[i]);
            continue;
        }
        to.push_back({.kind = Step::Kind::residual, .text = "residual("});
        collect(back[i]->start, back[i]->before, to);
        to.push_back({.kind = Step::Kind::residual, .text = ")"});
    }
}

bool is_dense(const Step& step) {
    return !step.from.empty();
}

// Does a scale of its outputs go into its numbers? Of a convolution only one for each filter.
bool takes_scale(const Step& layer, const Step& affine) {
    const auto rows = layer.b.size();
    if (layer.kind != Step::Kind::layer || rows == 0 || affine.scale.size() % rows != 0) return false;
    const std::size_t each = affine.scale.size() / rows;
    for (std::size_t u = 0; u < affine.scale.size(); ++u)
        if (affine.scale[u] != affine.scale[u - u % each] || affine.shift[u] != affine.shift[u - u % each])
            return false;
    return true;
}

void scale_outputs(Step& layer, const Step& affine) {
    const std::size_t rows = layer.b.size(), each = affine.scale.size() / rows,
                      columns = layer.W.size() / rows;
    for (std::size_t row = 0; row < rows; ++row) {
        const double scale = affine.scale[row * each];
        for (std::size_t k = 0; k < columns; ++k) layer.W[row * columns + k] *= scale;
        layer.b[row] = layer.b[row] * scale + affine.shift[row * each];
    }
}

void scale_inputs(Step& dense, const Step& affine) {
    const std::size_t rows = dense.b.size(), columns = dense.from.size();
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t k = 0; k < columns; ++k) {
            double& w = dense.W[row * columns + k];
            const auto unit = static_cast<std::size_t>(dense.from[k]);
            dense.b[row] += w * affine.shift[unit];
            w *= affine.scale[unit];
        }
}

void combine(Step& first, const Step& second) {
    for (std::size_t u = 0; u < first.scale.size(); ++u) {
        first.scale[u] *= second.scale[u];
        first.shift[u] = first.shift[u] * second.scale[u] + second.shift[u];
    }
}

// Scales go into the layers beside them.
std::vector<Step> merged(std::vector<Step> steps) {
    std::vector<Step> done;
    for (Step& step : steps) {
        Step* last = done.empty() ? nullptr : &done.back();
        if (last != nullptr && step.kind == Step::Kind::affine) {
            if (last->kind == Step::Kind::affine) {
                combine(*last, step);
                continue;
            }
            if (takes_scale(*last, step)) {
                scale_outputs(*last, step);
                continue;
            }
        }
        done.push_back(std::move(step));
    }
    return done;
}

// The lines of columns of numbers, which a scale at the very beginning is; what remains of it stays a step.
std::vector<Line> take_lines(std::vector<Step>& steps, const FileColumns& columns) {
    std::vector<Line> lines(columns.units.size());
    if (steps.empty() || steps.front().kind != Step::Kind::affine) return lines;
    Step& first = steps.front();
    bool remains = false;
    for (std::size_t u = 0; u < lines.size(); ++u) {
        double &scale = first.scale[u], &shift = first.shift[u];
        const Line line{.offset = -shift / scale, .divisor = 1 / scale};
        if (columns.units[u].category == FileUnit::number && scale != 0 && std::isfinite(line.offset) &&
            std::isfinite(line.divisor)) {
            lines[u] = {.offset = line.offset == 0 ? 0 : line.offset, .divisor = line.divisor};
            scale = 1, shift = 0;
        }
        remains = remains || scale != 1 || shift != 0;
    }
    if (!remains) steps.erase(steps.begin());
    return lines;
}

// A scale in front of a dense layer goes into its weights.
std::vector<Step> merged_forward(std::vector<Step> steps) {
    std::vector<Step> done;
    for (Step& step : steps) {
        if (!done.empty() && is_dense(step) && done.back().kind == Step::Kind::affine) {
            scale_inputs(step, done.back());
            done.pop_back();
        }
        done.push_back(std::move(step));
    }
    return done;
}

// Another program's scale in the middle is a batch normalization of mean 0 and variance 1: the layer adds
// 1e-5.
Step as_normalization(const Step& affine, Shape shape, const std::vector<Index>& order) {
    const auto channels = static_cast<std::size_t>(shape.channels),
               length = static_cast<std::size_t>(shape.length);
    Step layer{.same_units = true, .text = "batchnorm"};
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t t = 0; t < length; ++t) {
            const std::size_t place = c * length + t;
            const auto unit = order.empty() ? place : static_cast<std::size_t>(order[place]);
            if (t == 0) layer.W.push_back(affine.scale[unit]), layer.b.push_back(affine.shift[unit]);
            if (layer.W[c] != affine.scale[unit] || layer.b[c] != affine.shift[unit])
                refuse(say("this model scales the numbers of a series one by one"),
                       say("channel by channel"));
        }
    layer.statistics.assign(2 * channels, 0.);
    std::fill(layer.statistics.begin() + static_cast<std::ptrdiff_t>(channels), layer.statistics.end(),
              1 - 1e-5);
    return layer;
}

// The order of the inputs: what a layer asked for, else numbers in the order of the file, then categories.
struct Order {
    std::vector<Index> units;   // by place
    std::vector<Index> places;  // by unit; -1: not seen
};

Order order_of(const FileColumns& columns) {
    Order order{.units = columns.order, .places = std::vector<Index>(columns.units.size(), -1)};
    if (order.units.empty()) {
        for (std::size_t u = 0; u < columns.units.size(); ++u)
            if (columns.units[u].category == FileUnit::number &&
                columns.columns[columns.units[u].column].categories.empty())
                order.units.push_back(static_cast<Index>(u));
        for (std::size_t c = 0; c < columns.columns.size(); ++c) {
            const std::vector<std::string>& names = columns.columns[c].categories;
            std::vector<Index> of_column;
            for (std::size_t u = 0; u < columns.units.size(); ++u)
                if (columns.units[u].column == c && columns.units[u].category != FileUnit::number)
                    of_column.push_back(static_cast<Index>(u));
            std::ranges::sort(of_column, {}, [&](Index u) {
                return names[static_cast<std::size_t>(columns.units[static_cast<std::size_t>(u)].category)];
            });
            order.units.insert(order.units.end(), of_column.begin(), of_column.end());
        }
    }
    for (std::size_t i = 0; i < order.units.size(); ++i)
        order.places[static_cast<std::size_t>(order.units[i])] = static_cast<Index>(i);
    return order;
}

Features features_of(const FileColumns& columns, const Order& order, const std::vector<Line>& lines) {
    Features features;
    for (const Index u : order.units) {
        const FileUnit& unit = columns.units[static_cast<std::size_t>(u)];
        if (unit.category != FileUnit::number) continue;
        const FileColumn& column = columns.columns[unit.column];
        features.numeric.push_back(
            {.name = column.name, .fill = column.fill, .line = lines[static_cast<std::size_t>(u)]});
        if (features.numeric.back().line != Line{}) features.scaling = Scaling::standard;
    }
    for (const FileColumn& column : columns.columns) {
        if (column.categories.empty()) continue;
        features.text.push_back({.name = column.name, .categories = column.categories});
        std::ranges::sort(features.text.back().categories);
    }
    return features;
}

// Makes the steps, one after the other, a network of `in`.
template <class T>
class Builder {
public:
    Builder(Shape in, const Order& order) : in_(in), order_(order) {}

    void add(const Step& step) {
        if (step.kind == Step::Kind::residual) return texts_.push_back(step.text);
        if (is_dense(step)) {
            add_dense(step);
        } else if (step.text.starts_with("conv ")) {
            add_convolution(step);
        } else {
            parameters_.insert(parameters_.end(), step.W.begin(), step.W.end());
            parameters_.insert(parameters_.end(), step.b.begin(), step.b.end());
        }
        statistics_.insert(statistics_.end(), step.statistics.begin(), step.statistics.end());
        texts_.push_back(step.text);
    }

    Network<T> network() const {
        // A residual connection's ")" stands behind what it closes, without a comma.
        std::string text;
        for (const std::string& one : texts_) {
            const bool glued = text.empty() || text.ends_with('(') || one == ")";
            text += (glued ? "" : ", ") + one;
        }
        Network<T> network(in_, text.empty() ? "identity" : text, {.initializer = Initializer::zeros});
        if (network.parameters().size() != parameters_.size() ||
            network.statistics().size() != statistics_.size())
            refuse(say("this model has another number of parameters than its layers"));
        std::ranges::copy(parameters_, network.parameters().begin());
        std::ranges::copy(statistics_, network.statistics().begin());
        return network;
    }

private:
    void add_dense(const Step& step) {
        const std::size_t rows = step.b.size(), columns = step.from.size();
        const std::size_t inputs =
            step.sees_columns ? order_.units.size() : static_cast<std::size_t>(step.inputs);
        const std::size_t first = parameters_.size();
        constexpr std::size_t most = std::size_t{1} << 24;  // of a layer that sees few of many units
        if (rows * inputs > std::max(most, 4 * step.W.size()))
            refuse(say("one example takes too much memory or time"));
        parameters_.resize(first + rows * inputs);
        for (std::size_t k = 0; k < columns; ++k) {
            const Index place =
                step.sees_columns ? order_.places[static_cast<std::size_t>(step.from[k])] : step.from[k];
            if (place < 0) refuse(say("this model uses a column both as a number and as a category"));
            for (std::size_t row = 0; row < rows; ++row)
                parameters_[first + static_cast<std::size_t>(place) * rows + row] +=
                    static_cast<T>(step.W[row * columns + k]);
        }
        parameters_.insert(parameters_.end(), step.b.begin(), step.b.end());
    }

    // W[m, c, k] stands in row m, column k * channels + c.
    void add_convolution(const Step& step) {
        const std::size_t rows = step.b.size(), first = parameters_.size();
        const auto size = static_cast<std::size_t>(step.window), all = step.W.size() / rows,
                   channels = all / size;
        parameters_.resize(first + step.W.size());
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t c = 0; c < channels; ++c)
                for (std::size_t k = 0; k < size; ++k)
                    parameters_[first + row + (k * channels + c) * rows] =
                        static_cast<T>(step.W[row * all + c * size + k]);
        parameters_.insert(parameters_.end(), step.b.begin(), step.b.end());
    }

    Shape in_;
    const Order& order_;
    std::vector<std::string> texts_;
    std::vector<T> parameters_, statistics_;
};

}  // namespace

template <class T>
Model<T> model_of(const Step& last, const FileColumns& columns) {
    const Order order = order_of(columns);
    Shape shape =
        columns.order.empty() ? Shape{.channels = static_cast<Index>(order.units.size())} : columns.shape;
    std::vector<Step> steps;
    collect(nullptr, &last, steps);
    for (Step& step : steps)
        if (step.kind == Step::Kind::affine && step.sees_columns)
            step.scale.resize(columns.units.size(), 1), step.shift.resize(columns.units.size(), 0);
    steps = merged(std::move(steps));
    const std::vector<Line> lines = take_lines(steps, columns);
    steps = merged_forward(std::move(steps));
    Builder<T> builder(shape, order);
    for (Step& step : steps) {
        if (step.kind == Step::Kind::affine)
            step = as_normalization(step, shape, step.sees_columns ? order.units : std::vector<Index>());
        builder.add(step);
        if (!step.same_units && step.kind != Step::Kind::residual) shape = step.out;
    }
    if (shape.length > 1) builder.add({.text = "flatten"});  // a network gives numbers, channel after channel
    return {.network = builder.network(), .features = features_of(columns, order, lines)};
}

template Model<float> model_of(const Step&, const FileColumns&);
template Model<double> model_of(const Step&, const FileColumns&);

}  // namespace gradus::onnx
