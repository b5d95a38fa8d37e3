#include "gradus/explain/trace.h"

#include <algorithm>
#include <numeric>

#include "gradus/core/error.h"

namespace gradus {

template <class T>
Tensor to_tensor(std::string name, const View<const T>& M, bool of_examples) {
    Tensor tensor{std::move(name), {M.rows(), M.columns()}, {}, of_examples};
    for (Index i = 0; i < M.rows(); ++i)
        for (Index j = 0; j < M.columns(); ++j) tensor.values.push_back(double(M(i, j)));
    return tensor;
}

namespace {

// A batch in the layers' order: position after position, channels side by side.
template <class T>
Tensor batch(std::string name, View<const T> M, Shape shape) {
    if (shape.length == 1) return to_tensor(std::move(name), M, true);
    Tensor tensor{std::move(name), {shape.channels, shape.length, M.columns()}, {}, true};
    for (Index c = 0; c < shape.channels; ++c)
        for (Index t = 0; t < shape.length; ++t)
            for (Index j = 0; j < M.columns(); ++j)
                tensor.values.push_back(double(M(t * shape.channels + c, j)));
    return tensor;
}

// Numbers that are laid out like a parameter.
template <class T>
Tensor parameter_tensor(std::string name, const Parameter& parameter, const T* numbers) {
    const View<const T> M(numbers, parameter.rows, parameter.columns);
    if (parameter.window == 1) return to_tensor(std::move(name), M);
    const Index channels = parameter.columns / parameter.window;
    Tensor tensor{std::move(name), {parameter.rows, channels, parameter.window}, {}};
    for (Index i = 0; i < parameter.rows; ++i)
        for (Index c = 0; c < channels; ++c)
            for (Index w = 0; w < parameter.window; ++w)
                tensor.values.push_back(double(M(i, w * channels + c)));
    return tensor;
}

template <class T>
class Tracer {
public:
    Tracer(const Network<T>& network, const Examples<T>& training, const RunSettings& settings,
           RunState<T> state)
        : network_(network),
          before_(std::move(state)),
          settings_(settings),
          names_(output_names(network)),
          run_(network_, training, settings, before_.random) {
        before_.best.reset();  // the end of a run would bring it back
        before_.finished = false;
        run_.restore(before_);
    }

    Trace operator()() {
        trace_.iteration = run_.updates();
        trace_.epoch = before_.epoch;
        trace_.learning_rate = run_.learning_rate(run_.updates());
        const TrainingStep<T>& step = run_.step();
        try {
            trace_.cost = run_.next()->cost;
        } catch (const Error& error) {
            if (error.fault() != Fault::training) throw;
            trace_.failure = error.what();
        }
        name_examples();
        if (!trace_.failure.empty()) trace_.cost = cost_now();
        for (PhasePlan& plan : plan_phases(network_, step.loss(), !run_.batch().weights.empty(),
                                           settings_.optimizer, trace_.learning_rate)) {
            if (!trace_.failure.empty() && plan.kind > PhaseKind::cost) break;
            trace_.phases.push_back({std::move(plan), {}});
            fill(trace_.phases.back());
        }
        if (trace_.failure.empty()) measure_change();
        return std::move(trace_);
    }

private:
    void name_examples() {
        const RunState<T> after = run_.state();
        for (Index j = 0; j < run_.batch().count(); ++j)
            trace_.examples.push_back(
                after.order.empty() ? j : after.order[static_cast<std::size_t>(before_.position + j)]);
    }

    void fill(Phase& phase) {
        switch (phase.kind) {
            case PhaseKind::forward:
                return fill_forward(phase);
            case PhaseKind::cost:
                return fill_cost(phase);
            case PhaseKind::backward:
                return fill_backward(phase);
            case PhaseKind::gradient:
                return add_parameters(phase, phase.layer, "d", run_.step().gradient());
            case PhaseKind::update:
                break;
        }
        for (std::size_t i = 0; i < network_.size(); ++i) {
            add_parameters(phase, i, "", network_.parameters());
            const OptimizerKind kind = settings_.optimizer.kind;
            const bool s_only = is_adaptive(kind) && !has_betas(kind);
            const std::span<const T> slots = run_.step().optimizer().slots;
            for (std::size_t slot = 0; slot * count() < slots.size(); ++slot)
                add_parameters(phase, i, slot == 1 || s_only ? "s" : "v",
                               slots.subspan(slot * count(), count()));
        }
    }

    // Tensors for layer i's parameters from a vector that is laid out like all of them.
    void add_parameters(Phase& phase, std::size_t i, const std::string& prefix,
                        std::span<const T> numbers) const {
        const T* next = numbers.data() + network_.parameters_of(i).begin;
        for (const Parameter& p : network_.plan(i).parameters) {
            phase.tensors.push_back(parameter_tensor(prefix + p.name + names_[i].substr(1), p, next));
            next += p.rows * p.columns;
        }
    }

    void fill_forward(Phase& phase) const {
        const std::size_t i = phase.layer;
        const Pass<T>& pass = run_.step().pass(i);
        phase.tensors.push_back(batch<T>(names_[i], pass.Y, pass.out));
        for (const Intermediate<T>& made : network_.layer(i).intermediates(pass)) {
            const std::string name = made.name + names_[i].substr(1);
            const bool of_examples =
                made.values.columns() == pass.Y.columns() && made.values.rows() == pass.Y.rows();
            phase.tensors.push_back(of_examples ? batch<T>(name, made.values, pass.out)
                                                : to_tensor<T>(name, made.values));
        }
        add_parameters(phase, i, "", before_.parameters);
        if (i == 0) phase.tensors.push_back(batch<T>("X", pass.X, pass.in));
    }

    void fill_cost(Phase& phase) const {
        const Examples<T>& examples = run_.batch();
        phase.tensors.push_back({"J", {1, 1}, {trace_.cost}});
        std::vector<double> losses(static_cast<std::size_t>(examples.count()));
        const Pass<T>& last = run_.step().pass(network_.size() - 1);
        run_.step().loss().value(losses, {.A = last.Y, .Z = last.X}, examples.Y);
        phase.tensors.push_back({"L", {1, examples.count()}, losses, true});
        phase.tensors.push_back(batch<T>("Y", examples.Y, {examples.Y.rows()}));
        if (!examples.weights.empty()) phase.tensors.push_back(batch<T>("weights", examples.weights, {}));
    }

    void fill_backward(Phase& phase) const {
        for (const auto& [result, expression] : phase.operations) {
            const auto named = std::ranges::find(names_, result.substr(1));  // "dZ2" belongs to "Z2"
            const auto i = static_cast<std::size_t>(named - names_.begin());
            const bool first = i + (run_.step().loss().fused() ? 2 : 1) == network_.size();
            const View<const T> values =
                first ? run_.step().output_gradient() : run_.step().input_gradient(i + 1);
            phase.tensors.push_back(batch<T>(result, values, network_.plan(i).out));
        }
    }

    // The cost of the batch with the parameters that the network has, under the same masks.
    double cost_now() {
        const Examples<T>& now = run_.batch();
        TrainingStep<T> step(network_, settings_.loss, settings_.optimizer, now.count(), settings_.mask_seed);
        step.restore(before_.optimizer);
        step.forward(now.X);
        return step.cost(now.Y, now.weights);
    }

    void measure_change() {
        const std::span<const T> gradient = run_.step().gradient(), after = network_.parameters();
        for (std::size_t k = 0; k < count(); ++k)
            trace_.predicted_change +=
                double(gradient[k]) * (double(after[k]) - double(before_.parameters[k]));
        trace_.actual_change = cost_now() - trace_.cost;
    }

    [[nodiscard]] std::size_t count() const { return before_.parameters.size(); }

    Network<T> network_;  // a copy, which learns
    RunState<T> before_;
    RunSettings settings_;
    std::vector<std::string> names_;
    Run<T> run_;
    Trace trace_;
};

}  // namespace

const Tensor* Trace::find(std::string_view name) const {
    for (const Phase& phase : phases)
        for (const Tensor& tensor : phase.tensors)
            if (tensor.name == name) return &tensor;
    return nullptr;
}

template <class T>
Trace trace(const Network<T>& network, const Examples<T>& training, const RunSettings& settings,
            RunState<T> state) {
    return Tracer<T>(network, training, settings, std::move(state))();
}

template Tensor to_tensor(std::string, const View<const float>&, bool);
template Tensor to_tensor(std::string, const View<const double>&, bool);
template Trace trace(const Network<float>&, const Examples<float>&, const RunSettings&, RunState<float>);
template Trace trace(const Network<double>&, const Examples<double>&, const RunSettings&, RunState<double>);

}  // namespace gradus
