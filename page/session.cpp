#include "page/session.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <variant>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/product.h"
#include "gradus/core/say.h"
#include "gradus/explain/cell.h"
#include "gradus/explain/history.h"
#include "gradus/explain/json.h"
#include "gradus/explain/step_check.h"
#include "gradus/explain/trace.h"
#include "gradus/model/settings.h"
#include "gradus/model/training.h"
#include "gradus/nn/predictor.h"

namespace gradus::page {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kind_names{"forward", "cost", "backward", "gradient", "update"};

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Rows of numbers; `digits` behind the point where a picture needs no more.
template <class T>
Json rows_of(const View<const T>& M, Index columns, double digits = 0) {
    Json rows = Json::array();
    const double factor = std::pow(10, digits);
    for (Index i = 0; i < M.rows(); ++i) {
        Json row = Json::array();
        for (Index j = 0; j < columns; ++j)
            row.push_back(digits == 0 ? double(M(i, j)) : std::round(double(M(i, j)) * factor) / factor);
        rows.push_back(std::move(row));
    }
    return rows;
}

// What the iterations of a run have cost.
struct Course {
    std::vector<double> costs = {};
    std::vector<std::pair<Index, double>> validation = {};
};

template <class T>
class RunSession final : public Session {
public:
    explicit RunSession(Problem problem) : RunSession(std::move(problem), Course{}) {
        if (problem_.recipe.pretraining.kind != Pretrain::none)
            pretrain(beginning_, prepared_, problem_.recipe);
        start(std::nullopt);
    }

    [[nodiscard]] std::string about() const override {
        const Recipe& recipe = problem_.recipe;
        const Dataset& data = problem_.data;
        Json options = Json::object();
        const Choices choices = choices_of(recipe);
        for (const Setting& setting : settings())
            if (const auto text = setting.text(choices)) options[option_of(setting.id).substr(2)] = *text;
        return text_of({{"recipe", to_text(recipe)},
                        {"task", task_names[static_cast<std::size_t>(recipe.task)]},
                        {"precision", precision_names[static_cast<std::size_t>(recipe.precision)]},
                        {"exact", is_exact()},
                        {"inputs", prepared_.features.names()},
                        {"outputs", data.target_names},
                        {"classes", data.class_names},
                        {"examples", prepared_.X.columns()},
                        {"first", first_},
                        {"planned", run_->planned_updates()},
                        {"notes", problem_.notes},
                        {"options", options},
                        {"layers", layers()}});
    }

    std::string go_to(Index updates, Index most, double below) override {
        updates = std::clamp(updates, first_, last_ >= 0 ? last_ : run_->planned_updates() - 1);
        const auto known = static_cast<Index>(course_.costs.size());
        const auto low = [&](double cost) { return cost <= below; };
        const auto next = course_.costs.begin() + std::min(known, run_->updates() + 1);
        const auto found = std::find_if(next, course_.costs.end(), low) - course_.costs.begin();
        updates = found < known ? std::min<Index>(updates, found) : updates;
        history_->go_to(std::min(updates, known));
        for (Index i = 0; i < most && run_->updates() < updates && last_ < 0; ++i) {
            advance();
            if (last_ < 0 && low(course_.costs.back())) {
                history_->go_to(static_cast<Index>(course_.costs.size()) - 1);
                break;
            }
        }
        return text_of({{"updates", run_->updates()},
                        {"made", course_.costs.size()},
                        {"last", last_},
                        {"failure", failure_}});
    }

    std::string trace() override {
        const Trace& trace = now();
        Json json{{"iteration", trace.iteration},
                  {"epoch", trace.epoch},
                  {"cost", trace.cost},
                  {"learning_rate", trace.learning_rate},
                  {"examples", trace.examples},
                  {"predicted_change", trace.predicted_change},
                  {"actual_change", trace.actual_change},
                  {"failure", trace.failure},
                  {"phases", Json::array()}};
        for (std::size_t i = 0; i < trace.phases.size(); ++i) {
            const Phase& phase = trace.phases[i];
            Json one = Json::parse(to_json(trace, i));
            one["kind"] = kind_names[static_cast<std::size_t>(phase.kind)];
            one["layer"] = phase.layer;
            one["results"] = Json::array();
            for (const Operation& operation : phase.operations) one["results"].push_back(operation.result);
            for (std::size_t t = 0; t < phase.tensors.size(); ++t)
                one["tensors"][t]["of_examples"] = phase.tensors[t].of_examples;
            json["phases"].push_back(std::move(one));
        }
        return text_of(json);
    }

    std::string phase(std::size_t number) override {
        if (number >= now().phases.size())
            throw Error(Fault::input, {.place = "phase", .found = std::to_string(number + 1)});
        return to_json(now(), number);
    }

    std::string cell(const std::string& name, std::optional<std::size_t> phase) override {
        const CellReport report = explain_cell(layers_, now(), CellName::read(name, "cell"), phase, "cell");
        return to_json(report, now().iteration);
    }

    std::string check() override {
        constexpr Index most = 200;
        return to_json(check_step(layers_, now(), problem_.recipe.run, most), now().iteration);
    }

    [[nodiscard]] std::string costs(Index most) const override {
        Json iterations = Json::array(), costs = Json::array();
        const auto add = [&](std::size_t i) {
            iterations.push_back(i);
            costs.push_back(course_.costs[i]);
        };
        const std::size_t made = course_.costs.size(), parts = static_cast<std::size_t>(most) / 2;
        for (std::size_t part = 0; made > 2 * parts && part < parts; ++part) {
            const auto begin = course_.costs.begin();
            const auto [low, high] =
                std::minmax_element(begin + static_cast<std::ptrdiff_t>(made * part / parts),
                                    begin + static_cast<std::ptrdiff_t>(made * (part + 1) / parts));
            add(static_cast<std::size_t>(std::min(low, high) - begin));
            if (low != high) add(static_cast<std::size_t>(std::max(low, high) - begin));
        }
        for (std::size_t i = 0; made <= 2 * parts && i < made; ++i) add(i);
        return text_of(
            {{"iterations", iterations}, {"costs", costs}, {"validation", Json(course_.validation)}});
    }

    [[nodiscard]] std::string examples(Index most) const override {
        const Index count = std::min(most, prepared_.X.columns());
        return text_of({{"X", rows_of<T>(prepared_.X, count)}, {"Y", rows_of<T>(prepared_.Y, count)}});
    }

    [[nodiscard]] std::string grid(double low_1, double high_1, double low_2, double high_2,
                                   Index n) const override {
        constexpr Index most = 200;
        if (beginning_.network.in().size() != 2 || n < 2 || n > most)
            throw Error(Fault::usage, {.place = "grid", .expected = say("a network with two inputs")});
        Matrix<T> X(2, n * n);
        for (Index row = 0, j = 0; row < n; ++row)
            for (Index column = 0; column < n; ++column, ++j) {
                X(0, j) = static_cast<T>(low_1 + (high_1 - low_1) * double(column) / double(n - 1));
                X(1, j) = static_cast<T>(low_2 + (high_2 - low_2) * double(row) / double(n - 1));
            }
        Predictor<T> predict(beginning_.network, n * n);
        return text_of(rows_of<T>(predict(X), n * n, 4));
    }

    [[nodiscard]] const Problem& problem() const override { return problem_; }

    [[nodiscard]] std::unique_ptr<Session> branch(std::string_view request) const override {
        const Json json = Json::parse(request);
        Problem problem = problem_;
        problem.recipe = changed(problem_, json.value("options", Json::object()).dump());
        if (problem.recipe.precision != problem_.recipe.precision ||
            problem.recipe.network != problem_.recipe.network)
            throw Error(Fault::usage, {.found = say("a branch goes on with the same network")});
        RunState<T> state = run_->state();
        Course course = course_;
        course.costs.resize(static_cast<std::size_t>(state.optimizer.updates));
        std::erase_if(course.validation,
                      [&](const auto& point) { return point.first >= state.optimizer.updates; });
        auto made = std::unique_ptr<RunSession>(new RunSession(std::move(problem), std::move(course)));
        made->fit(state, problem_.recipe.run);
        if (json.contains("cell"))
            made->put(state, json["cell"].get<std::string>(), json["value"].get<double>());
        made->start(state);
        return made;
    }

private:
    RunSession(Problem problem, Course course)
        : problem_(std::move(problem)),
          prepared_(problem_.data, problem_.recipe, problem_.recipe.validation),
          beginning_(begin<T>(problem_.recipe)),
          layers_(problem_.recipe.shape, problem_.recipe.network),
          course_(std::move(course)) {}

    void start(const std::optional<RunState<T>>& state) {
        run_.emplace(beginning_.network, prepared_.training(), prepared_.watched(), problem_.recipe.run,
                     beginning_.random);
        if (state) run_->restore(*state);
        start_ = run_->state();
        first_ = run_->updates();
        history_.emplace(*run_);
    }

    // What another optimizer remembers, or batches of another size, begins anew.
    void fit(RunState<T>& state, const RunSettings& before) const {
        const RunSettings& now = problem_.recipe.run;
        state.finished = false;
        if (now.optimizer.kind != before.optimizer.kind)
            state.optimizer.slots.assign(
                state.parameters.size() * static_cast<std::size_t>(optimizer_slots(now.optimizer.kind)),
                T(0));
        if (now.batch != before.batch) {
            state.order.clear();
            state.position = 0;
            state.epoch_cost = 0;
        }
    }

    // "W1[1,2]": of a parameter another value.
    void put(RunState<T>& state, const std::string& cell, double value) const {
        for (std::size_t k = 0; k < state.parameters.size(); ++k)
            if (parameter_cell(layers_, static_cast<Index>(k)) == cell) {
                state.parameters[k] = static_cast<T>(value);
                return;
            }
        throw Error(Fault::input, {.place = cell, .found = say("is no parameter")});
    }

    void advance() {
        const Index update = run_->updates();
        try {
            const Event event = *history_->next();
            course_.costs.push_back(event.cost);
            if (event.epoch_end && event.epoch_end->validation_cost)
                course_.validation.emplace_back(event.iteration, *event.epoch_end->validation_cost);
            if (!event.last) return;
            last_ = update;
        } catch (const Error& error) {
            if (error.fault() != Fault::training) throw;
            failure_ = error.with_options();
            last_ = update;
            run_->restore(start_);
        }
        history_->go_to(update);
    }

    const Trace& now() {
        if (!trace_ || trace_->iteration != run_->updates())
            trace_ = gradus::trace<T>(beginning_.network, prepared_.training(), problem_.recipe.run,
                                      run_->state());
        return *trace_;
    }

    [[nodiscard]] bool is_exact() const {
        for (std::size_t i = 0; i < layers_.size(); ++i)
            if (rounding_for(Sized{layers_.plan(i).parameter_count()}) == Rounding::fastest) return false;
        return true;
    }
    struct Sized {
        Index count;
        [[nodiscard]] Index size() const { return count; }
    };

    [[nodiscard]] Json layers() const {
        Json json = Json::array();
        const std::vector<std::string> names = output_names(layers_);
        for (std::size_t i = 0; i < layers_.size(); ++i)
            json.push_back({{"name", names[i]},
                            {"text", layers_.layer(i).text()},
                            {"shape", layers_.plan(i).out.text()},
                            {"units", layers_.plan(i).out.size()}});
        return json;
    }

    Problem problem_;
    PreparedData<T> prepared_;
    Beginning<T> beginning_;
    Network<double> layers_;  // which there are
    Course course_;
    std::optional<Run<T>> run_;  // what follows keeps their addresses
    std::optional<History<T>> history_;
    RunState<T> start_;
    Index first_ = 0;
    Index last_ = -1;
    std::string failure_;
    std::optional<Trace> trace_;
};

}  // namespace

std::unique_ptr<Session> open(Problem problem) {
    if (problem.recipe.precision == Precision::single)
        return std::make_unique<RunSession<float>>(std::move(problem));
    return std::make_unique<RunSession<double>>(std::move(problem));
}

}  // namespace gradus::page
