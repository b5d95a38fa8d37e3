#include "gradus/explain/cell.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/explain/formula_cells.h"
#include "gradus/explain/layer_probe.h"

namespace gradus {
namespace {

// A unit is a row of a batch in the layers' order: of a series, position after position.
std::vector<Index> indices_of(const Tensor& tensor, Index unit, Index example) {
    if (tensor.shape.size() == 2) return {unit + 1, example + 1};
    return {unit % tensor.shape[0] + 1, unit / tensor.shape[0] + 1, example + 1};
}

Index unit_of(const Tensor& tensor, const std::vector<Index>& indices) {
    return tensor.shape.size() == 2 ? indices[0] - 1 : (indices[1] - 1) * tensor.shape[0] + indices[0] - 1;
}

class Explainer {
public:
    Explainer(const Network<double>* layers, const Trace& trace, const Tensor& tensor,
              const std::vector<Index>& indices, std::size_t phase)
        : layers_(layers),
          trace_(trace),
          phase_(trace.phases[phase]),
          tensor_(tensor),
          indices_(indices),
          cells_(trace, tensor, indices_) {
        report_.cell = factor(tensor, indices);
        report_.phase = phase;
    }

    CellReport operator()(std::size_t operation) {
        if (phase_.kind == PhaseKind::update) {
            explain_update();
        } else if (operation >= phase_.operations.size()) {
            explain_given();
        } else {
            explain_result(operation);
        }
        return std::move(report_);
    }

private:
    void explain_result(std::size_t operation) {
        const Operation& o = phase_.operations[operation];
        report_.formula = o.result + " = " + phase_.expression(operation);
        if (layers_ == nullptr) {
            if (o.result == "J")
                add_losses();
            else
                add_by_formula(o.expression);
        } else {
            add_by_layer(operation, o);
        }
        if (!terms_make_the_number()) {
            report_.terms.clear();
            report_.then.reset();
            report_.divisor = 1;
        }
        if (report_.terms.empty() && cells_.are_enough(o.expression))
            report_.formula = report_.cell.cell + " = " + cells_.in(o.expression, report_.sources);
    }

    void add_by_layer(std::size_t operation, const Operation& o) {
        switch (phase_.kind) {
            case PhaseKind::forward:
                if (operation == 0) add_forward();
                break;
            case PhaseKind::cost:
                add_losses();
                break;
            case PhaseKind::gradient:
                add_gradient(layers_->plan(phase_.layer).parameters[operation], o);
                break;
            default:
                add_backward(operation);
        }
    }

    // "W' * S0 + c", "H0 * V0' / m", "rowsum(H0) / 64": a product of matrices, what is added to it, and what
    // it is divided by.
    void add_by_formula(std::string_view expression) {
        const auto cut = [&expression](std::string_view at) {
            const std::size_t place = expression.find(at);
            if (place == std::string_view::npos) return std::string_view();
            const std::string_view rest = expression.substr(place + at.size());
            expression = expression.substr(0, place);
            return rest;
        };
        const std::string_view divisor = cut(" / "), added = cut(" + ");
        if (!divisor.empty())
            report_.divisor = divisor == "m" ? examples() : static_cast<Index>(to_number(divisor));
        if (expression.starts_with("rowsum(")) {
            expression.remove_prefix(7);
            const Tensor* A = trace_.find(cut(")").empty() ? expression : "");
            for (Index j = 1; A != nullptr && j <= A->columns(); ++j)
                report_.terms.push_back({factor(*A, {indices_[0], j})});
            return;
        }
        std::string_view right = cut(" * ");
        const auto transposed = [](std::string_view& name) {
            const bool is = name.ends_with("'");
            if (is) name.remove_suffix(1);
            return is;
        };
        const bool left_is = transposed(expression), right_is = transposed(right);
        const Tensor *A = trace_.find(expression), *B = trace_.find(right), *b = trace_.find(added);
        if (A == nullptr || B == nullptr) return;
        for (Index k = 1; k <= (left_is ? A->rows() : A->columns()); ++k)
            report_.terms.push_back(
                {factor(*A, left_is ? std::vector{k, indices_[0]} : std::vector{indices_[0], k}),
                 factor(*B, right_is ? std::vector{indices_[1], k} : std::vector{k, indices_[1]})});
        if (b != nullptr) report_.terms.push_back({factor(*b, {indices_[0], 1})});
    }

    void explain_given() {
        report_.formula = phase_.kind == PhaseKind::forward && tensor_.name == "X" ? say("an input")
                          : tensor_.name == "Y"                                    ? say("the truth")
                          : tensor_.name == "L"       ? say("the loss of this example")
                          : tensor_.name == "weights" ? say("the weight of this example's loss")
                          : tensor_.name == "q"       ? say("the running mean activation, before the update")
                          : tensor_.name == "P" ? say("the state of a chain, as the update before left it")
                                                : say("a parameter, before the update");
        if (tensor_.name != "L") return;
        const Tensor& A = trace_.phases[report_.phase - 1].tensors.front();
        for (Index i = 0; i < A.shape[0]; ++i)
            for (const Tensor* of : {&A, trace_.find("Y")})
                report_.sources.push_back(factor(*of, {i + 1, indices_[1]}));
    }

    // ---- layers

    [[nodiscard]] const Tensor& input_of(std::size_t i) const {
        return *trace_.find(i == 0 ? "X" : output_names(*layers_)[i - 1]);
    }
    [[nodiscard]] const Tensor& derivative_of(std::size_t i) const {  // dY of layer i
        return *trace_.find("d" + output_names(*layers_)[i]);
    }
    [[nodiscard]] Factor parameter(std::size_t i, Index k) const {
        const std::string number = output_names(*layers_)[i].substr(1);
        for (const Parameter& p : layers_->plan(i).parameters) {
            if (k >= p.rows * p.columns) {
                k -= p.rows * p.columns;
                continue;
            }
            const Index row = k % p.rows, column = k / p.rows, channels = p.columns / p.window;
            const Tensor& W = *trace_.find(p.name + number);
            return p.window == 1 ? factor(W, {row + 1, column + 1})
                                 : factor(W, {row + 1, column % channels + 1, column / channels + 1});
        }
        return {};
    }

    // Z = W * X + b: the weights that meet this unit, each with its input; the bias.
    void add_forward() {
        const std::size_t i = phase_.layer;
        const Index unit = unit_of(tensor_, indices_), example = indices_.back() - 1;
        if (layers_->plan(i).forward.back().result == "A") return;
        LayerProbe probe(layers_->layer(i), layers_->in_of(i));
        const Tensor& X = input_of(i);
        const auto input = [&](Index u) { return factor(X, indices_of(X, u, example)); };
        if (probe.has_weights()) {
            for (const auto& [k, u] : probe.weights_into(unit))
                report_.terms.push_back({parameter(i, k), input(u)});
            for (const Index k : probe.biases_of(unit)) report_.terms.push_back({parameter(i, k)});
        } else if (!cells_.are_enough(phase_.operations.front().expression)) {
            add_linear(probe.slopes_into(unit, column(X, example)), input);
        }
    }

    // dX of layer i: what the outputs that read this input pass back.
    void add_dX(std::size_t i, const Tensor& dX) {
        const Index unit = unit_of(dX, indices_), example = indices_.back() - 1;
        LayerProbe probe(layers_->layer(i), layers_->in_of(i));
        const Tensor& dY = derivative_of(i);
        const auto output = [&](Index u) { return factor(dY, indices_of(dY, u, example)); };
        if (probe.has_weights()) {
            for (const auto& [k, u] : probe.weights_from(unit))
                report_.terms.push_back({parameter(i, k), output(u)});
        } else {
            add_linear(probe.slopes_from(unit, column(input_of(i), example)), output);
        }
    }

    void add_linear(const std::vector<Slope>& slopes, const std::function<Factor(Index)>& number) {
        for (const auto& [slope, unit] : slopes) {
            report_.terms.push_back({number(unit)});
            if (slope != 1) report_.terms.back().insert(report_.terms.back().begin(), {"factor", slope});
        }
    }

    void add_gradient(const Parameter& p, const Operation& o) {
        const std::size_t i = phase_.layer;
        report_.divisor = examples();
        if (!p.weight) return add_row_sum(o);
        const Tensor &dY = derivative_of(i), &X = input_of(i);
        Index k = 0;
        for (const Parameter& before : layers_->plan(i).parameters) {
            if (before.name == p.name) break;
            k += before.rows * before.columns;
        }
        const Index column =
            p.window == 1 ? indices_[1] - 1 : (indices_[2] - 1) * (p.columns / p.window) + indices_[1] - 1;
        k += column * p.rows + indices_[0] - 1;
        LayerProbe probe(layers_->layer(i), layers_->in_of(i));
        const std::vector<Meeting> meetings = probe.meetings_of(k);
        for (Index example = 0; example < examples(); ++example)
            for (const auto& [input, output] : meetings)
                report_.terms.push_back(
                    {factor(dY, indices_of(dY, output, example)), factor(X, indices_of(X, input, example))});
    }

    // "rowsum(dZ2 .* N2) / m"
    void add_row_sum(const Operation& o) {
        if (!o.expression.starts_with("rowsum(") || !o.expression.ends_with(") / m")) return;
        std::vector<const Tensor*> read;
        substituted(o.expression, [&](const std::string& word, const std::string&) {
            if (const Tensor* t = trace_.find(word)) read.push_back(t);
            return std::optional<std::string>();
        });
        if (read.empty() || read.front()->shape[0] != tensor_.shape[0]) return;
        const Index positions = read.front()->shape.size() == 3 ? read.front()->shape[1] : 1;
        for (Index example = 0; example < examples(); ++example)
            for (Index t = 0; t < positions; ++t) {
                report_.terms.emplace_back();
                for (const Tensor* of : read)
                    report_.terms.back().push_back(
                        factor(*of, indices_of(*of, t * tensor_.shape[0] + indices_[0] - 1, example)));
            }
    }

    // A phase of its own, or a dZ with the dA that enters it.
    void add_backward(std::size_t operation) {
        const bool two = phase_.operations.size() == 2;
        const bool from_loss = trace_.phases[report_.phase - 1].kind == PhaseKind::cost;
        const std::size_t i = phase_.layer + (two ? 1 : 0);
        if (from_loss) return;
        if (!two && cells_.are_enough(phase_.operations.front().expression)) {
            LayerProbe probe(layers_->layer(i), layers_->in_of(i));
            if (!probe.has_weights()) return;
        }
        add_dX(i, two ? phase_.tensors.back() : tensor_);
        if (!two || operation == 1) return;
        const Operation& o = phase_.operations.front();
        const std::string dA = phase_.operations.back().result + " .* ";
        if (!o.expression.starts_with(dA)) return report_.terms.clear();
        const Tensor& Z = input_of(phase_.layer);
        LayerProbe probe(layers_->layer(phase_.layer), layers_->in_of(phase_.layer));
        const Index unit = unit_of(tensor_, indices_);
        double slope = 0;
        for (const auto& [s, u] : probe.slopes_from(unit, column(Z, indices_.back() - 1)))
            if (u == unit) slope = s;
        report_.then = {cells_.in(o.expression.substr(dA.size()), report_.sources), slope};
    }

    void add_losses() {
        const Tensor &L = *trace_.find("L"), *weights = trace_.find("weights");
        for (Index e = 1; e <= examples(); ++e) {
            report_.terms.push_back({factor(L, {1, e})});
            if (weights != nullptr)
                report_.terms.back().insert(report_.terms.back().begin(), factor(*weights, {1, e}));
        }
        report_.divisor = examples();
    }

    void explain_update() {
        const std::string parameter = tensor_.name.substr(tensor_.name.find_first_not_of("vs"));
        if (trace_.find("d" + parameter) == nullptr) {  // the update keeps it besides
            for (const Operation& o : phase_.operations)
                if (o.result == tensor_.name) report_.formula = o.result + " <- " + o.expression;
            return;
        }
        for (const std::string& name : {parameter, "d" + parameter})
            report_.sources.push_back(factor(*trace_.find(name), indices_));
        report_.formula = substituted(phase_.formula(), [&](const std::string& word, const std::string&) {
            const std::string name = word == "W"                  ? parameter
                                     : word == "dW"               ? "d" + parameter
                                     : word == "v" || word == "s" ? word + parameter
                                                                  : "";
            return name.empty() ? std::nullopt : std::optional(cell_name(name, indices_));
        });
        for (const Tensor& t : phase_.tensors)
            if (t.name == "v" + parameter || t.name == "s" + parameter)
                report_.sources.push_back(factor(t, indices_));
    }

    // ---- numbers

    [[nodiscard]] Index examples() const { return static_cast<Index>(trace_.examples.size()); }

    static std::vector<double> column(const Tensor& t, Index example) {
        std::vector<double> numbers(t.values.size() / static_cast<std::size_t>(t.columns()));
        for (std::size_t unit = 0; unit < numbers.size(); ++unit)
            numbers[unit] = factor(t, indices_of(t, static_cast<Index>(unit), example)).value;
        return numbers;
    }

    [[nodiscard]] bool terms_make_the_number() const {
        double sum = 0, size = 0;
        for (const std::vector<Factor>& term : report_.terms) {
            double product = 1;
            for (const Factor& f : term) product *= f.value;
            sum += product;
            size += std::abs(product);
        }
        const double rest = (report_.then ? report_.then->value : 1) / double(report_.divisor);
        constexpr double rounding = 1e-5;  // of float
        return std::abs(sum * rest - report_.cell.value) <= rounding * (size * std::abs(rest) + 1e-30);
    }

    const Network<double>* layers_;  // none: the formulas say all
    const Trace& trace_;
    const Phase& phase_;
    const Tensor& tensor_;
    std::vector<Index> indices_;
    FormulaCells cells_;  // for this cell
    CellReport report_;
};

struct Found {
    std::size_t phase, tensor;
};

// As a result if it is one anywhere, else as what is given.
std::optional<Found> find(const Trace& trace, const std::string& name, std::optional<std::size_t> only) {
    std::optional<Found> given;
    for (std::size_t p = only.value_or(0); p < (only ? *only + 1 : trace.phases.size()); ++p)
        for (std::size_t t = 0; t < trace.phases[p].tensors.size(); ++t) {
            if (trace.phases[p].tensors[t].name != name) continue;
            if (t < trace.phases[p].operations.size() && trace.phases[p].kind != PhaseKind::update)
                return Found{p, t};
            if (!given) given = Found{p, t};
        }
    return given;
}

}  // namespace

static CellReport explain(const Network<double>* layers, const Trace& trace, const CellName& name,
                          std::optional<std::size_t> phase, const std::string& place) {
    const std::optional<Found> found = find(trace, name.tensor, phase);
    if (!found) {
        std::vector<std::string> names;
        for (std::size_t p = phase.value_or(0); p < (phase ? *phase + 1 : trace.phases.size()); ++p)
            for (const Tensor& tensor : trace.phases[p].tensors)
                if (std::ranges::find(names, tensor.name) == names.end()) names.push_back(tensor.name);
        throw Error(Fault::input, {.place = place,
                                   .found = phase ? say("there is no {} in phase {}", name.tensor, *phase + 1)
                                                  : say("there is no {}", name.tensor),
                                   .expected = one_of(names)});
    }
    const Tensor& tensor = trace.phases[found->phase].tensors[found->tensor];
    std::vector<Index> indices = name.indices;
    if (indices.size() + 1 == tensor.shape.size() && tensor.shape.front() == 1)
        indices.insert(indices.begin(), 1);  // the one row need not be named
    bool inside = indices.size() == tensor.shape.size();
    for (std::size_t d = 0; inside && d < indices.size(); ++d) inside = indices[d] <= tensor.shape[d];
    if (!inside)
        throw Error(
            Fault::input,
            {.place = place,
             .found = say("there is no {}", cell_name(name.tensor, name.indices)),
             .expected = say("{} to {}", cell_name(tensor.name, std::vector<Index>(tensor.shape.size(), 1)),
                             cell_name(tensor.name, tensor.shape))});
    return Explainer(layers, trace, tensor, indices, found->phase)(found->tensor);
}

CellReport explain_cell(const Network<double>& layers, const Trace& trace, const CellName& name,
                        std::optional<std::size_t> phase, const std::string& place) {
    return explain(&layers, trace, name, phase, place);
}

CellReport explain_cell(const Trace& trace, const CellName& name, std::optional<std::size_t> phase,
                        const std::string& place) {
    return explain(nullptr, trace, name, phase, place);
}

}  // namespace gradus
