#include "gradus/explain/machine_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/product.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

// States of one kind of unit, by their name.
template <class T>
struct Half {
    std::string name;
    Matrix<T> values;
};

// Which step of a chain.
struct ChainPlace {
    std::string prefix = {};  // of persistent chains: P
    Index number = 0;
    [[nodiscard]] std::string name(const char* letter) const {
        return prefix + letter + std::to_string(number);
    }
};

template <class T>
class MachineTracer {
public:
    explicit MachineTracer(const MachineRun<T>& now)
        : now_(now),
          before_(now.machine),
          machine_(now.machine),
          step_(machine_, now.settings, now.run.batch, now.place),
          run_(step_, Examples<T>{.X = now.X}, now.run, now.state.random) {
        run_.restore(now.state);
        std::ranges::copy(now.state.parameters, before_.parameters().begin());
    }

    Trace operator()() {
        trace_.machine = now_.number;
        trace_.iteration = run_.updates();
        trace_.epoch = now_.state.epoch;
        trace_.learning_rate = run_.learning_rate(run_.updates());
        try {
            trace_.cost = run_.next()->cost;
        } catch (const Error& error) {
            if (error.fault() != Fault::training) throw;
            trace_.failure =
                Error(Fault::training,
                      {.place = say("pre-training of layer {}", now_.number + 1),
                       .found = say("its numbers grow without bound at update {}", trace_.iteration),
                       .hint = say("a smaller {}", setting("pretrain_learning_rate"))})
                    .what();
        }
        V0_ = Matrix<T>(run_.batch().X);
        for (Index j = 0; j < V0_.columns(); ++j)
            trace_.examples.push_back(run_.state().order[static_cast<std::size_t>(now_.state.position + j)]);
        add_positive_phase();
        add_cost();
        if (!trace_.failure.empty()) return std::move(trace_);
        const auto [visible, hidden] = add_negative_phase();
        add_statistics("pos", "positive", add_target(), {"V0", V0_});
        add_statistics("neg", "negative", hidden, visible);
        add_gradient();
        add_update();
        return std::move(trace_);
    }

private:
    // ---- phases

    void begin(std::string title, PhaseKind kind, std::vector<Operation> operations) {
        trace_.phases.push_back({{kind, std::move(title), 0, std::move(operations)}, {}});
    }
    void add(const std::string& name, const View<const T>& M, bool of_examples) {
        trace_.phases.back().tensors.push_back(to_tensor<T>(name, M, of_examples));
    }
    void add_given(const std::string& name, const View<const T>& M) {
        if (trace_.find(name) == nullptr) add(name, M, false);
    }

    void add_positive_phase() {
        const std::string below = now_.number == 0 ? "X" : "A" + std::to_string(now_.number);
        begin("V0", PhaseKind::forward, {{"V0", labels() > 0 ? "[" + below + "; Y]" : below}});
        add("V0", V0_, true);
        Matrix<T> Z;
        H0_ = up({.number = 0}, {"V0", V0_}, Z);
        const Matrix<T> S = drawn_hidden({.number = 0}, H0_, Z);
        V1_ = down({.number = 1}, {"S0", S});
    }

    // H = up(V); Z becomes what it is made of.
    Matrix<T> up(const ChainPlace& place, const Half<T>& V, Matrix<T>& Z) {
        const std::string H_name = place.name("H"), Z_name = place.name("Z");
        const bool rectified = machine_.hidden_units() == HiddenUnits::rectified;
        Z = Matrix<T>(machine_.hidden(), V.values.columns());
        Matrix<T> H(machine_.hidden(), V.values.columns());
        before_.up(Z.view(), H.view(), V.values);
        begin(H_name, PhaseKind::forward,
              {{H_name, (rectified ? "max(0, " : "sigmoid(") + Z_name + ")"},
               {Z_name, "W * " + V.name + " + b"}});
        add(H_name, H, true);
        add(Z_name, Z, true);
        add_given("W", before_.W());
        add_given("b", before_.b());
        return H;
    }

    Matrix<T> down(const ChainPlace& place, const Half<T>& S) {
        const std::string V_name = place.name("V"), D_name = place.name("D");
        const std::string linear = "W' * " + S.name + " + c";
        Matrix<T> V(machine_.visible(), S.values.columns());
        before_.down(V.view(), S.values);
        if (machine_.visible_units() == VisibleUnits::gaussian) {
            begin(V_name, PhaseKind::forward, {{V_name, linear}});
            add(V_name, V, true);
        } else {
            Matrix<T> D(V.rows(), V.columns());
            product(D.view(), before_.W().transposed(), S.values.view(), rounding_for(before_.parameters()));
            add_to_columns(D.view(), before_.c().data());
            begin(V_name, PhaseKind::forward,
                  {{V_name, "sigmoid(" + D_name + ")" + of_labels("softmax")}, {D_name, linear}});
            add(V_name, V, true);
            add(D_name, D, true);
        }
        add_given("c", before_.c());
        return V;
    }

    // ---- draws

    [[nodiscard]] Draws draws(Index sample) const {
        Draws draws = now_.place;
        draws.step = static_cast<std::uint64_t>(trace_.iteration);
        draws.sample = static_cast<std::uint32_t>(sample);
        return draws;
    }
    static Operation random_numbers(const std::string& name, const char* kind, const Draws& d) {
        return {name, fmt::format("{}(seed {}, step {}, layer {}, sample {}, example, unit)", kind, d.seed,
                                  d.step, d.layer, d.sample)};
    }
    static Matrix<T> uniform(Index rows, Index columns, const Draws& d) {
        Matrix<T> U(rows, columns);
        for (Index j = 0; j < columns; ++j) uniform_numbers(U.view().column(j), rows, d, j);
        return U;
    }
    static Matrix<T> normal(Index rows, Index columns, const Draws& d) {
        Matrix<T> N(rows, columns);
        sample_normal<T>(N.view(), N.view(), d, 0);
        return N;
    }

    Matrix<T> drawn_hidden(const ChainPlace& place, const Matrix<T>& H, const Matrix<T>& Z) {
        const Draws d = draws(2 * place.number);
        const std::string name = place.name("S"), Z_name = place.name("Z");
        const bool rectified = machine_.hidden_units() == HiddenUnits::rectified;
        Matrix<T> S(H.rows(), H.columns());
        before_.sample_hidden(S.view(), Z, H, d, 0);
        const std::string numbers = place.name(rectified ? "N" : "U");
        begin(name, PhaseKind::forward,
              {{name, rectified ? "max(0, " + Z_name + " + sqrt(sigmoid(" + Z_name + ")) .* " + numbers + ")"
                                : numbers + " < " + place.name("H")},
               random_numbers(numbers, rectified ? "normal" : "uniform", d)});
        add(name, S, true);
        add(numbers, rectified ? normal(S.rows(), S.columns(), d) : uniform(S.rows(), S.columns(), d), true);
        return S;
    }

    Matrix<T> drawn_visible(const ChainPlace& place, const Half<T>& V) {
        const Draws d = draws(2 * place.number - 1);
        const std::string name = place.name("T");
        const bool gaussian = machine_.visible_units() == VisibleUnits::gaussian;
        Matrix<T> S(V.values.rows(), V.values.columns());
        before_.sample_visible(S.view(), V.values, d, 0);
        const std::string numbers = place.name(gaussian ? "NT" : "UT");
        begin(name, PhaseKind::forward,
              {{name, gaussian ? V.name + " + " + numbers
                               : numbers + " < " + V.name + of_labels("the first whose cumsum is above")},
               random_numbers(numbers, gaussian ? "normal" : "uniform", d)});
        add(name, S, true);
        Matrix<T> drawn = gaussian ? normal(S.rows(), S.columns(), d) : uniform(S.rows(), S.columns(), d);
        if (labels() > 0) {  // one number for all of them
            Draws own = d;
            own.layer += std::uint32_t{1} << 31;
            const Matrix<T> one = uniform(1, S.columns(), own);
            for (Index j = 0; j < S.columns(); ++j)
                for (Index i = S.rows() - labels(); i < S.rows(); ++i) drawn(i, j) = one(0, j);
        }
        add(numbers, drawn, true);
        return S;
    }

    // V, the classes those of the examples.
    Matrix<T> with_labels(const ChainPlace& place, const Half<T>& V) {
        const Range classes{machine_.visible() - labels(), machine_.visible()};
        Matrix<T> held = V.values;
        copy(held.view().rows(classes), View<const T>(V0_.view().rows(classes)));
        begin(place.name("L"), PhaseKind::forward,
              {{place.name("L"), V.name + fmt::format(" (last {}: V0)", labels())}});
        add(place.name("L"), held, true);
        return held;
    }

    [[nodiscard]] Index labels() const { return machine_.labels(); }
    [[nodiscard]] std::string of_labels(const char* what) const {
        return labels() > 0 ? " (last " + std::to_string(labels()) + ": " + what + ")" : std::string();
    }

    // ---- cost, statistics, update

    void add_cost() {
        begin("J", PhaseKind::cost,
              {{"J", "sum(L) / m"}, {"L", "colsum((V0 - V1).^2) / " + std::to_string(machine_.visible())}});
        std::vector<Tensor>& tensors = trace_.phases.back().tensors;
        std::vector<double> L(static_cast<std::size_t>(V0_.columns()));
        for (Index j = 0; j < V0_.columns(); ++j) {
            for (Index i = 0; i < V0_.rows(); ++i) {
                const double error = double(V0_(i, j)) - double(V1_(i, j));
                L[static_cast<std::size_t>(j)] += error * error;
            }
            L[static_cast<std::size_t>(j)] /= double(V0_.rows());
        }
        if (!trace_.failure.empty()) {
            trace_.cost = 0;
            for (const double loss : L) trace_.cost += loss / double(L.size());
        }
        tensors.push_back({"J", {1, 1}, {trace_.cost}});
        tensors.push_back({"L", {1, V0_.columns()}, std::move(L), true});
    }

    // V and H that the statistics are made of.
    std::pair<Half<T>, Half<T>> add_negative_phase() {
        const RbmSettings& s = now_.settings;
        ChainPlace place{.prefix = s.persistent ? "P" : ""};
        Half<T> V{"V1", V1_}, H, S;
        if (s.persistent) {
            const Index h = machine_.hidden(), chains = now_.run.batch;
            S = {"P", Matrix<T>(View<const T>(now_.state.statistics.data() + h, h, chains))};
        }
        if (s.anew) {
            place.prefix = "C";
            S = {"C", Matrix<T>(machine_.hidden(), V0_.columns())};
        }
        const Index last = s.cd + (s.anew ? 1 : 0);
        for (place.number = 1; place.number <= last; ++place.number) {
            if (place.number > 1 || s.persistent || s.anew) V = {place.name("V"), down(place, S)};
            if (place.number == 1 && (s.persistent || s.anew)) add_given(S.name, S.values);
            if (s.persistent || s.sample_visible || (s.anew && place.number < last))
                V = {place.name("T"), drawn_visible(place, V)};
            if (s.anew && labels() > 0) V = {place.name("L"), with_labels(place, V)};
            Matrix<T> Z;
            H = {place.name("H"), up(place, V, Z)};
            if (place.number == last && !s.persistent) break;
            S = {place.name("S"), drawn_hidden(place, H.values, Z)};
        }
        chains_behind_ = S.name;
        return {std::move(V), std::move(H)};
    }

    // H0, or where it is drawn to a sparsity target.
    Half<T> add_target() {
        const RbmSettings& s = now_.settings;
        if (!(s.sparsity > 0) || trace_.iteration == 0) return {"H0", H0_};
        const T cost = static_cast<T>(s.sparsity_cost), target = static_cast<T>(s.sparsity);
        Matrix<T> H(H0_.rows(), H0_.columns());
        for (Index j = 0; j < H.columns(); ++j)
            for (Index i = 0; i < H.rows(); ++i)
                H(i, j) = H0_(i, j) - cost * (now_.state.statistics[static_cast<std::size_t>(i)] - target);
        begin("G0", PhaseKind::forward,
              {{"G0", "H0 - " + to_text(s.sparsity_cost) + " * (q - " + to_text(s.sparsity) + ")"}});
        add("G0", H, true);
        add("q", View<const T>(now_.state.statistics.data(), machine_.hidden(), 1), false);
        return {"G0", std::move(H)};
    }

    void add_statistics(const std::string& prefix, const std::string& title, const Half<T>& H,
                        const Half<T>& V) {
        const Index count = V.values.columns();
        const std::string over = " / " + (count == V0_.columns() ? "m" : std::to_string(count));
        begin(title, PhaseKind::gradient,
              {{prefix + "W", H.name + " * " + V.name + "'" + over},
               {prefix + "b", "rowsum(" + H.name + ")" + over},
               {prefix + "c", "rowsum(" + V.name + ")" + over}});
        Matrix<T> W(machine_.hidden(), machine_.visible()), b(machine_.hidden(), 1), c(machine_.visible(), 1);
        product(W.view(), H.values.view(), V.values.view().transposed(), rounding_for(before_.parameters()));
        divide(W.data(), W.rows() * W.columns(), static_cast<T>(count));
        sum_columns(b.data(), View<const T>(H.values));
        divide(b.data(), b.rows(), static_cast<T>(count));
        sum_columns(c.data(), View<const T>(V.values));
        divide(c.data(), c.rows(), static_cast<T>(count));
        add(prefix + "W", W, false);
        add(prefix + "b", b, false);
        add(prefix + "c", c, false);
    }

    void add_gradient() {
        begin("dW", PhaseKind::gradient,
              {{"dW", "negW - posW"}, {"db", "negb - posb"}, {"dc", "negc - posc"}});
        add_all("d", step_.gradient());
    }

    // Laid out like the parameters.
    void add_all(const std::string& prefix, std::span<const T> numbers) {
        const Index v = machine_.visible(), h = machine_.hidden();
        add(prefix + "W", View<const T>(numbers.data(), h, v), false);
        add(prefix + "b", View<const T>(numbers.data() + h * v, h, 1), false);
        add(prefix + "c", View<const T>(numbers.data() + h * v + h, v, 1), false);
    }

    void add_update() {
        const RbmSettings& s = now_.settings;
        const OptimizerSettings how{
            .kind = OptimizerKind::momentum,
            .momentum = trace_.iteration < s.first_updates ? s.first_momentum : s.momentum,
            .weight_decay = s.weight_decay};
        std::vector<Operation> operations = update_operations(how, trace_.learning_rate);
        if (s.sparsity > 0)
            operations.push_back(
                {"q", trace_.iteration > 0 ? "0.9 q + 0.1 rowsum(H0) / m" : "rowsum(H0) / m"});
        if (s.persistent) operations.push_back({"P", chains_behind_});
        begin("update", PhaseKind::update, std::move(operations));
        add_all("", machine_.parameters());
        add_all("v", step_.optimizer().slots);
        if (s.sparsity > 0) add("q", step_.mean_activation(), false);
        if (s.persistent)
            add("P",
                View<const T>(step_.statistics().data() + machine_.hidden(), machine_.hidden(),
                              now_.run.batch),
                false);
        measure_change();
    }

    // Of the same batch, with the same draws.
    void measure_change() {
        Matrix<T> V(machine_.visible(), V0_.columns()), H(machine_.hidden(), V0_.columns()), Z = H, S = H;
        machine_.up(Z.view(), H.view(), V0_);
        machine_.sample_hidden(S.view(), Z, H, draws(0), 0);
        machine_.down(V.view(), S);
        double sum = 0;
        for (Index j = 0; j < V.columns(); ++j)
            for (Index i = 0; i < V.rows(); ++i) {
                const double error = double(V0_(i, j)) - double(V(i, j));
                sum += error * error;
            }
        trace_.actual_change = sum / double(V.rows() * V.columns()) - trace_.cost;
    }

    const MachineRun<T>& now_;
    Rbm<T> before_, machine_;  // the second learns
    RbmStep<T> step_;
    Run<T> run_;
    Trace trace_;
    Matrix<T> V0_, H0_, V1_;
    std::string chains_behind_;
};

}  // namespace

template <class T>
Trace trace(const MachineRun<T>& now) {
    return MachineTracer<T>(now)();
}

template Trace trace(const MachineRun<float>&);
template Trace trace(const MachineRun<double>&);

}  // namespace gradus
