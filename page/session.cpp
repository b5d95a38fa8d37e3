#include "page/session.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/product.h"
#include "gradus/core/say.h"
#include "gradus/explain/cell.h"
#include "gradus/explain/json.h"
#include "gradus/explain/step_check.h"
#include "gradus/explain/trace.h"
#include "gradus/model/training.h"
#include "gradus/nn/predictor.h"
#include "page/about.h"
#include "page/course.h"
#include "page/machine_session.h"
#include "page/slice.h"
#include "page/trace_json.h"

namespace gradus::page {
namespace {

template <class T>
class RunSession final : public Session {
public:
    explicit RunSession(Problem problem) : RunSession(std::move(problem), Unstarted{}) {
        if (problem_.recipe.pretraining.kind != Pretrain::none)
            pretrain(beginning_, prepared_, problem_.recipe);
        start(std::nullopt, {});
    }

    [[nodiscard]] std::string about() const override {
        Json json = about_json(problem_, prepared_.features, prepared_.X.columns());
        json["exact"] = is_exact();
        json["first"] = course_->first();
        json["planned"] = run_->planned_updates();
        json["layers"] = layers();
        return text_of(json);
    }

    std::string go_to(Index updates, Index most, double below) override {
        return text_of(course_->go_to(updates, most, below));
    }

    std::string trace() override { return trace_text(now()); }

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
        return text_of(course_->costs().json(most));
    }

    [[nodiscard]] std::string examples(Index most) const override {
        const Index count = std::min(most, prepared_.X.columns());
        return text_of({{"X", rows_json<T>(prepared_.X, count)}, {"Y", rows_json<T>(prepared_.Y, count)}});
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
        return text_of(rows_json<T>(predict(X), n * n, 4));
    }

    std::string slice(Index n) override {
        constexpr Index most = 64;
        if (n < 2 || n > most) throw Error(Fault::usage, {.place = "slice", .found = std::to_string(n)});
        const Index first = course_->first(), last = std::max(course_->made() - 1, first), points = 40;
        std::vector<Waypoint> path;
        for (Index k = 0; k <= points; ++k) {
            const Index update =
                first + (last - first) * k * k / (points * points);  // often where it moves fast
            if (!path.empty() && path.back().first == update) continue;
            const RunState<T> state = course_->state(update);
            path.emplace_back(update, std::vector<double>(state.parameters.begin(), state.parameters.end()));
        }
        return text_of(slice_json(layers_, now(), problem_.recipe.run, path, n));
    }

    [[nodiscard]] std::string machine() const override {
        throw Error(Fault::usage, {.place = "machine", .found = say("this is a network")});
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
        auto made = std::unique_ptr<RunSession>(new RunSession(std::move(problem), Unstarted{}));
        made->fit(state, problem_.recipe.run);
        if (json.contains("cell"))
            made->put(state, json["cell"].get<std::string>(), json["value"].get<double>());
        made->start(state, course_->costs().before(run_->updates()));
        return made;
    }

private:
    struct Unstarted {};
    RunSession(Problem problem, Unstarted)
        : problem_(std::move(problem)),
          prepared_(problem_.data, problem_.recipe, problem_.recipe.validation),
          beginning_(begin<T>(problem_.recipe)),
          layers_(problem_.recipe.shape, problem_.recipe.network) {}

    void start(const std::optional<RunState<T>>& state, Costs costs) {
        run_.emplace(beginning_.network, prepared_.training(), prepared_.watched(), problem_.recipe.run,
                     beginning_.random);
        if (state) run_->restore(*state);
        course_.emplace(*run_, std::move(costs));
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

    const Trace& now() {
        if (!trace_ || trace_->iteration != run_->updates())
            trace_ = gradus::trace<T>(beginning_.network, prepared_.training(), problem_.recipe.run,
                                      run_->state());
        return *trace_;
    }

    // Of floats always: a double holds their products (product.cpp).
    [[nodiscard]] bool is_exact() const {
        if constexpr (std::is_same_v<T, float>) return true;
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
    Network<double> layers_;     // which there are
    std::optional<Run<T>> run_;  // what follows keeps its address
    std::optional<Course<T>> course_;
    std::optional<Trace> trace_;
};

}  // namespace

std::unique_ptr<Session> open(Problem problem) {
    if (problem.machine > 0) return open_machine(std::move(problem));
    if (problem.recipe.precision == Precision::single)
        return std::make_unique<RunSession<float>>(std::move(problem));
    return std::make_unique<RunSession<double>>(std::move(problem));
}

}  // namespace gradus::page
