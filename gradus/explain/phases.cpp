#include "gradus/explain/phases.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "gradus/nn/update_rule.h"

namespace gradus {
namespace {

using Names = std::map<std::string, std::string, std::less<>>;

// The expression with every name that stands for a matrix replaced: "W * X" becomes "W2 * A1". A name before
// a bracket is a function's.
std::string renamed(std::string_view expression, const Names& names) {
    std::string text;
    for (std::size_t i = 0; i < expression.size();) {
        std::size_t end = i;
        while (end < expression.size() && std::isalnum(static_cast<unsigned char>(expression[end])) != 0)
            ++end;
        if (end == i) {
            text += expression[i++];
            continue;
        }
        const std::string_view word = expression.substr(i, end - i);
        const bool function = end < expression.size() && expression[end] == '(';
        const auto found = names.find(word);
        text += found == names.end() || function ? std::string(word) : found->second;
        i = end;
    }
    return text;
}

bool is_activation(const LayerPlan& plan) {
    return plan.forward.back().result == "A";
}

std::string bracketed(const std::string& expression) {
    return expression.find(' ') == std::string::npos ? expression : "(" + expression + ")";
}

// Every layer's names for the matrices that it sees.
template <class T>
std::vector<Names> names_of(const Network<T>& network) {
    const std::vector<std::string> outputs = output_names(network);
    std::vector<Names> all;
    for (std::size_t i = 0; i < network.size(); ++i) {
        const LayerPlan& plan = network.plan(i);
        const std::string in = i == 0 ? "X" : outputs[i - 1], &out = outputs[i], number = out.substr(1);
        Names names{{"X", in},         {"Y", out},        {"dX", "d" + in},
                    {"dY", "d" + out}, {"dA", "d" + out}, {plan.forward.back().result, out}};
        if (is_activation(plan)) names.insert({{"Z", in}, {"dZ", "d" + in}});
        for (const Parameter& p : plan.parameters)
            names.insert({{p.name, p.name + number}, {"d" + p.name, "d" + p.name + number}});
        for (const Operation& o : plan.forward) names.insert({o.result, o.result + number});
        const std::size_t partner = network.partner(i);
        if (partner < i) names["other"] = partner == 0 ? "X" : outputs[partner - 1];
        if (partner > i) names["other"] = "d" + outputs[partner];
        all.push_back(names);
    }
    return all;
}

template <class T>
class Planner {
public:
    Planner(const Network<T>& network, const Loss<T>& loss, bool weighted)
        : network_(network), loss_(loss), weighted_(weighted), names_(names_of(network)) {}

    std::vector<PhasePlan> operator()() {
        for (std::size_t i = 0; i < network_.size(); ++i) forward(i);
        cost();
        const std::size_t last = network_.size() - 1;
        upstream_ = {loss_.fused() ? names_[last].at("dX") : names_[last].at("dY"), loss_gradient()};
        if (loss_.fused()) {
            add(PhaseKind::backward, last, {*std::exchange(upstream_, {})});
        } else if (!is_activation(network_.plan(last)) || last == 0) {
            add(PhaseKind::backward, last + 1, {*std::exchange(upstream_, {})});
        }
        for (std::size_t i = last + (loss_.fused() ? 0 : 1); i-- > 0;) backward(i);
        return std::move(phases_);
    }

private:
    void add(PhaseKind kind, std::size_t layer, std::vector<Operation> operations) {
        const std::string title = operations.front().result;
        phases_.push_back({kind, title, layer, std::move(operations)});
    }

    void forward(std::size_t i) {
        std::vector<Operation> operations;
        for (const Operation& o : network_.plan(i).forward)
            operations.push_back({names_[i].at(o.result), renamed(o.expression, names_[i])});
        std::rotate(operations.begin(), operations.end() - 1,
                    operations.end());  // the output first, then what it is made from
        add(PhaseKind::forward, i, operations);
    }

    void cost() {
        const LossFormula formula = loss_.formula();
        const bool negative = formula.value.kind == Expression::Kind::negative;
        std::string each = of_output(negative ? formula.value.parts[0] : formula.value);
        if (weighted_) each = "weights .* (" + each + ")";
        const std::string sum = (negative ? "-sum(" : "sum(") + each + ")";
        const bool several = formula.mean && network_.out().size() > 1;
        const std::string divisor =
            several ? "(" + std::to_string(network_.out().size()) + " * m)" : std::string("m");
        add(PhaseKind::cost, network_.size() - 1, {{"J", sum + " / " + divisor}});
    }

    // With the output's own name.
    [[nodiscard]] std::string of_output(const Expression& formula) const {
        return to_text(formula, Notation::matrix,
                       [&](const std::string& name) { return name == "A" ? names_.back().at("Y") : name; });
    }

    [[nodiscard]] std::string loss_gradient() const {
        std::string gradient = of_output(loss_.formula().slope);
        if (loss_.formula().mean && network_.out().size() > 1)
            gradient = bracketed(gradient) + " / " + std::to_string(network_.out().size());
        return weighted_ ? "weights .* " + bracketed(gradient) : gradient;
    }

    // Layer i's gradient and dX. An activation takes the dA above it into its own phase.
    void backward(std::size_t i) {
        std::vector<Operation> gradients;
        std::optional<Operation> dX;
        for (const Operation& o : network_.plan(i).backward) {
            const Operation mine{names_[i].at(o.result), renamed(o.expression, names_[i])};
            if (o.result == "dX" || o.result == "dZ") {
                dX = mine;
            } else {
                gradients.push_back(mine);
            }
        }
        if (!gradients.empty()) add(PhaseKind::gradient, i, gradients);
        if (i == 0 || !dX) return;
        if (upstream_) {
            add(PhaseKind::backward, i, {*dX, *std::exchange(upstream_, {})});
        } else if (i > 1 && is_activation(network_.plan(i - 1))) {
            upstream_ = dX;
        } else {
            add(PhaseKind::backward, i, {*dX});
        }
    }

    const Network<T>& network_;
    const Loss<T>& loss_;
    bool weighted_;
    std::vector<Names> names_;
    std::optional<Operation> upstream_;  // a dA that waits for its activation
    std::vector<PhasePlan> phases_;
};

}  // namespace

std::vector<Operation> update_operations(const OptimizerSettings& settings, double learning_rate) {
    const auto number = [](double value) { return to_text(Expression(value), Notation::number); };
    const auto unbiased = [&](double beta) { return 1 / Expression::name("(1 - " + number(beta) + "^t)"); };
    const std::string decay = number(settings.weight_decay), rate = number(learning_rate);
    const bool decoupled = has_decoupled_decay(settings.kind), decays = settings.weight_decay > 0;
    std::vector<Operation> formulas;
    if (settings.clip_norm > 0)
        formulas.push_back({"dW", "dW * min(1, " + number(settings.clip_norm) + " / norm of all gradients)"});
    if (decays && !decoupled) formulas.push_back({"dW", "dW + " + decay + " W (weights only)"});
    const auto rule = update_rule(settings.kind, {.rate = learning_rate,
                                                  .momentum = settings.momentum,
                                                  .beta1 = settings.beta1,
                                                  .beta2 = settings.beta2,
                                                  .rest1 = 1 - settings.beta1,
                                                  .rest2 = 1 - settings.beta2,
                                                  .unbiased1 = unbiased(settings.beta1),
                                                  .unbiased2 = unbiased(settings.beta2),
                                                  .epsilon = settings.epsilon});
    const std::string smaller = "(1 - " + rate + " * " + decay + ") W";
    for (const auto& [result, value] : rule)
        formulas.push_back({result, to_text(value, Notation::number, [&](const std::string& name) {
                                return name == "W" && decays && decoupled ? smaller : name;
                            })});
    return formulas;
}

// Does the expression of a dZ take that of its dA in, and still read well? Not a sentence, nor twice.
static bool merges(const PhasePlan& phase) {
    if (phase.kind != PhaseKind::backward || phase.operations.size() != 2) return false;
    const Operation &dZ = phase.operations.front(), &dA = phase.operations.back();
    return dA.expression.find_first_of(",:") == std::string::npos &&
           dZ.expression.starts_with(dA.result + " .*");
}

std::string PhasePlan::expression(std::size_t result) const {
    const std::string& own = operations[result].expression;
    if (result != 0 || !merges(*this)) return own;
    return bracketed(operations.back().expression) + own.substr(operations.back().result.size());
}

std::string PhasePlan::formula() const {
    std::string text;
    for (std::size_t i = 0; i < (merges(*this) ? 1 : operations.size()); ++i) {
        if (i > 0) text += "; ";
        text += operations[i].result;
        text += kind == PhaseKind::update ? " <- " : " = ";
        text += expression(i);
    }
    return text;
}

template <class T>
std::vector<std::string> output_names(const Network<T>& network) {
    std::vector<std::string> names;
    int number = 0;
    for (std::size_t i = 0; i < network.size(); ++i) {
        const LayerPlan& plan = network.plan(i);
        if (!plan.parameters.empty()) ++number;
        std::string letter = plan.forward.back().result;
        if (letter == "Y") letter = plan.parameters.empty() ? "H" : "Z";
        std::string name = letter + std::to_string(number);
        const std::string taken = name;
        for (char further = 'b'; std::ranges::find(names, name) != names.end(); ++further)
            name = taken + further;
        names.push_back(name);
    }
    return names;
}

// {"rate of w1, b1", "10 * 0.001"} for those that move at a rate of their own.
static std::optional<Operation> own_rate(const LayerPlan& plan, const std::string& number,
                                         double learning_rate) {
    const auto text = [](double value) { return to_text(Expression(value), Notation::number); };
    std::optional<Operation> own;
    for (const Parameter& p : plan.parameters) {
        if (p.rate == 1) continue;
        if (!own) own = {"rate of ", text(p.rate) + " * " + text(learning_rate)};
        own->result += (own->result.ends_with(' ') ? "" : ", ") + p.name + number;
    }
    return own;
}

template <class T>
std::vector<PhasePlan> plan_phases(const Network<T>& network, const Loss<T>& loss, bool weighted,
                                   const OptimizerSettings& optimizer, double learning_rate) {
    std::vector<PhasePlan> phases = Planner<T>(network, loss, weighted)();
    phases.push_back({PhaseKind::update, "update", 0, update_operations(optimizer, learning_rate)});
    for (std::size_t i = 0; i < network.size(); ++i)
        if (auto own = own_rate(network.plan(i), output_names(network)[i].substr(1), learning_rate))
            phases.back().operations.push_back(*own);
    return phases;
}

template std::vector<std::string> output_names(const Network<float>&);
template std::vector<std::string> output_names(const Network<double>&);
template std::vector<PhasePlan> plan_phases(const Network<float>&, const Loss<float>&, bool,
                                            const OptimizerSettings&, double);
template std::vector<PhasePlan> plan_phases(const Network<double>&, const Loss<double>&, bool,
                                            const OptimizerSettings&, double);

}  // namespace gradus
