#include "page/machine_session.h"

#include <optional>
#include <type_traits>

#include "gradus/core/error.h"
#include "gradus/core/product.h"
#include "gradus/core/say.h"
#include "gradus/explain/cell.h"
#include "gradus/explain/json.h"
#include "gradus/explain/machine_trace.h"
#include "gradus/model/training.h"
#include "gradus/nn/dreams.h"
#include "gradus/nn/free_energy.h"
#include "page/about.h"
#include "page/course.h"
#include "page/trace_json.h"

namespace gradus::page {
namespace {

constexpr Index dreams = 8, dream_steps = 200, judged = 200;

template <class T>
class MachineSession final : public Session {
public:
    explicit MachineSession(Problem problem)
        : problem_(std::move(problem)),
          prepared_(problem_.data, problem_.recipe, problem_.recipe.validation),
          beginning_(begin<T>(problem_.recipe)),
          pretraining_(beginning_.network, pretraining_data(prepared_, problem_.recipe),
                       problem_.recipe.pretraining, beginning_.random, problem_.recipe.run.mask_seed, 1),
          now_(reach()),
          step_(now_.machine, now_.settings, now_.run.batch, now_.place),
          run_(step_, Examples<T>{.X = now_.X}, now_.run, now_.state.random) {
        run_.restore(now_.state);
        course_.emplace(run_, Costs{});
    }

    [[nodiscard]] std::string about() const override {
        Json json = about_json(problem_, prepared_.features, now_.X.columns());
        json["exact"] = std::is_same_v<T, float> || rounding_for(now_.machine.parameters()) == Rounding::once;
        json["first"] = course_->first();
        json["planned"] = run_.planned_updates();
        json["layers"] = Json::array({{{"name", "H0"},
                                       {"text", "machine"},
                                       {"shape", std::to_string(now_.machine.hidden())},
                                       {"units", now_.machine.hidden()}}});
        return text_of(json);
    }

    std::string go_to(Index updates, Index most, double below) override {
        return text_of(course_->go_to(updates, most, below));
    }
    std::string trace() override { return trace_text(here()); }
    std::string phase(std::size_t number) override {
        if (number >= here().phases.size())
            throw Error(Fault::input, {.place = "phase", .found = std::to_string(number + 1)});
        return to_json(here(), number);
    }
    std::string cell(const std::string& name, std::optional<std::size_t> phase) override {
        return to_json(explain_cell(here(), CellName::read(name, "cell"), phase, "cell"), here().iteration);
    }
    std::string check() override {
        constexpr Index most = 60;  // each sums over all states of the hidden units
        return to_json(check_machine(standing(), here(), "check", most), here());
    }
    [[nodiscard]] std::string costs(Index most) const override {
        return text_of(course_->costs().json(most));
    }
    [[nodiscard]] std::string examples(Index most) const override {
        const Index count = std::min(most, now_.X.columns());
        return text_of({{"X", rows_json<T>(now_.X, count)}, {"Y", Json::array()}});
    }

    [[nodiscard]] std::string machine() const override {
        const Rbm<T>& machine = now_.machine;
        const View<const T> seen = now_.X.columns({0, std::min(judged, now_.X.columns())});
        const Matrix<T> drawn = dream<T>({machine}, dreams, {.steps = dream_steps});
        return text_of(
            {{"visible", machine.visible()},
             {"hidden", machine.hidden()},
             {"visible_units", visible_units_names[static_cast<std::size_t>(machine.visible_units())]},
             {"hidden_units", hidden_units_names[static_cast<std::size_t>(machine.hidden_units())]},
             {"labels", machine.labels()},
             {"free_energies", free_energies<T>(machine, seen)},
             {"dreams", rows_json<T>(drawn, drawn.columns(), 4)}});
    }

    [[nodiscard]] std::string grid(double, double, double, double, Index) const override { return refuse(); }
    std::string slice(Index) override { return refuse(); }
    [[nodiscard]] const Problem& problem() const override { return problem_; }
    [[nodiscard]] std::unique_ptr<Session> branch(std::string_view) const override {
        refuse();
        return nullptr;
    }

private:
    [[noreturn]] static std::string refuse() {
        throw Error(Fault::usage,
                    {.place = "--branch",
                     .found = say("is about the updates of the network, not of a machine"),
                     .hint = say("{}, or {}", "--pretrain-layer 0", setting("pretrain_learning_rate"))});
    }

    // The machine that is asked about, before its first update.
    MachineRun<T> reach() {
        const Index machines = machine_count(problem_.recipe);
        if (problem_.machine > machines)
            throw Error(Fault::input,
                        {.place = "--pretrain-layer",
                         .found = std::to_string(problem_.machine),
                         .expected = say("0 to {}, the last layer that is pre-trained", machines)});
        for (Index below = 1; below < problem_.machine;)
            if (pretraining_.next()->update.last) ++below;
        return pretraining_.current();
    }

    MachineRun<T> standing() const {
        MachineRun<T> run = now_;
        run.state = run_.state();
        return run;
    }

    const Trace& here() {
        if (!trace_ || trace_->iteration != run_.updates()) trace_ = gradus::trace(standing());
        return *trace_;
    }

    Problem problem_;
    PreparedData<T> prepared_;
    Beginning<T> beginning_;
    Pretraining<T> pretraining_;
    MachineRun<T> now_;  // its machine is trained in place
    RbmStep<T> step_;
    Run<T> run_;
    std::optional<Course<T>> course_;
    std::optional<Trace> trace_;
};

}  // namespace

std::unique_ptr<Session> open_machine(Problem problem) {
    if (problem.recipe.precision == Precision::single)
        return std::make_unique<MachineSession<float>>(std::move(problem));
    return std::make_unique<MachineSession<double>>(std::move(problem));
}

}  // namespace gradus::page
