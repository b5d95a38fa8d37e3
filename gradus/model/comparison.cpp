#include "gradus/model/comparison.h"

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/model/prepared.h"

namespace gradus {
namespace {

void require_comparable(const Target& first, const Target& second) {
    const auto refuse = [](const std::string& found, const std::string& expected) {
        throw Error(Fault::input, {.place = say("the second model"), .found = found, .expected = expected});
    };
    const auto task = [](const Target& target) { return task_names[static_cast<std::size_t>(target.task)]; };
    if (is_unsupervised(first.task))
        throw Error(Fault::input, {.place = say("the first model"),
                                   .found = say("it predicts nothing (task {})", task(first)),
                                   .expected = say("a model of a classification or a regression")});
    if (first.task != second.task)
        refuse(say("its task is {}", task(second)), say("{}, as that of the first", task(first)));
    if (first.classes != second.classes)
        refuse(say("its classes are {}", in_quotes(second.classes)),
               say("{}, as those of the first", in_quotes(first.classes)));
    if (first.names != second.names)
        refuse(say("it predicts {}", in_quotes(second.names)),
               say("{}, as the first", in_quotes(first.names)));
}

// What the metrics ask for: outputs, or values in their own units.
template <class T>
Matrix<double> answers_in_double(const Model<T>& model, const Dataset& data) {
    const Matrix<T> A = outputs(model, data.table);
    if (model.target.task == Task::regress) return in_own_units<T>(model.target, A);
    Matrix<double> wide(A.rows(), A.columns());
    std::copy_n(A.data(), A.rows() * A.columns(), wide.data());
    return wide;
}

}  // namespace

ComparedModels compare_models(const AnyModel& first, const Dataset& data, const AnyModel& second,
                              const Dataset& data_of_second) {
    if (data.examples() != data_of_second.examples())
        throw Error(Fault::input,
                    {.place = file_of(data),
                     .found = say("the second model sees {} examples", data_of_second.examples()),
                     .expected = say("{}, as the first one does", data.examples())});
    const auto target = [](const AnyModel& any) -> const Target& {
        return std::visit([](const auto& model) -> const Target& { return model.target; }, any);
    };
    const Target& known = target(first);
    require_comparable(known, target(second));
    const auto evaluated = [](const AnyModel& any, const Dataset& examples) {
        return std::visit([&](const auto& model) { return evaluate(model, examples); }, any);
    };
    const auto answered = [](const AnyModel& any, const Dataset& examples) {
        return std::visit([&](const auto& model) { return answers_in_double(model, examples); }, any);
    };
    ComparedModels compared{.first = evaluated(first, data), .second = evaluated(second, data_of_second)};
    Matrix<double> weights;
    if (!data.weights.empty()) {
        weights = Matrix<double>(1, data.examples());
        std::ranges::copy(data.weights, weights.data());
    }
    const Matrix<double> truth = known.task == Task::regress ? data.Y : targets<double>(data.Y, known);
    compared.difference =
        compare<double>(known.task, answered(first, data), answered(second, data_of_second), truth, weights);
    return compared;
}

}  // namespace gradus
