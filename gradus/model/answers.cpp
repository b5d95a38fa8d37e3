#include "gradus/model/answers.h"

#include <algorithm>
#include <utility>

#include "gradus/model/prepared.h"
#include "gradus/nn/fits.h"
#include "gradus/nn/free_energy.h"
#include "gradus/nn/predictor.h"

namespace gradus {

// The hidden units, and what of each example the machines do not give back.
template <class T>
static Answers encoded_answers(const Model<T>& model, View<const T> X) {
    require_inputs(model.network, X);
    Answers answers{.values = Matrix<double>(model.network.out().size(), X.columns()),
                    .losses = reconstruction_errors<T>(model.machines, X)};
    Predictor<T> predict(model.network, 1);
    for (Index j = 0; j < X.columns(); ++j) {
        const View<const T> h = predict(X.columns({j, j + 1}));
        std::copy_n(h.data(), h.rows(), answers.values.view().column(j));
    }
    return answers;
}

template <class T>
static void put_values(const Target& target, View<const T> A, Answers& answers) {
    const bool classify = target.task == Task::classify;
    if (classify) answers.classes = classes_of<T>(A);
    answers.values = classify ? Matrix<double>(probabilities<T>(A).view()) : in_own_units<T>(target, A);
}

template <class T>
Answers answers(const Model<T>& model, Same<T> X, Same<T> Y) {
    const Network<T>& network = model.network;
    if (model.target.task == Task::encode) return encoded_answers<T>(model, X);
    require_fits(network, X, Y);
    const auto loss = loss_of(model);
    Predictor<T> predict = predictor(model, 1);
    Matrix<T> A(Y.rows(), Y.columns());
    Answers answers;
    for (Index j = 0; j < X.columns(); ++j) {
        const Range one{j, j + 1};
        answers.losses.push_back(
            predict.mean_loss(*loss, X.columns(one), Y.columns(one), A.view().columns(one)));
    }
    put_values<T>(model.target, A, answers);
    return answers;
}

template <class T>
Answers answers(const Model<T>& model, const Examples<T>& examples) {
    if (examples.shared_by == nullptr) return answers<T>(model, examples.X, examples.Y);
    Outputs<T> said = outputs(model, examples);
    Answers answers{.losses = std::move(said.losses)};
    put_values<T>(model.target, said.A, answers);
    return answers;
}

template <class T>
Answers answers_of(const Model<T>& model, Same<T> A, Same<T> Y) {
    Answers answers{.losses = std::vector<double>(static_cast<std::size_t>(A.columns()))};
    make_loss<T>(model.recipe.run.loss, "")->value(answers.losses, {.A = A}, Y);
    put_values<T>(model.target, A, answers);
    return answers;
}

template <class T>
Answers answers(const Model<T>& model, const Dataset& data, const std::vector<Index>& rows) {
    require_same_target(model.target, data);
    Matrix<T> X(model.features.width(), static_cast<Index>(rows.size()));
    Encoder(model.features, data.table)(X.view(), rows);
    const Matrix<T> Y = targets_for<T>(model.target, model.recipe.run.loss, X, select(data.Y, rows));
    return answers<T>(model, X, Y);
}

template Answers answers(const Model<float>&, View<const float>, View<const float>);
template Answers answers(const Model<double>&, View<const double>, View<const double>);
template Answers answers(const Model<float>&, const Examples<float>&);
template Answers answers(const Model<double>&, const Examples<double>&);
template Answers answers_of(const Model<float>&, View<const float>, View<const float>);
template Answers answers_of(const Model<double>&, View<const double>, View<const double>);
template Answers answers(const Model<float>&, const Dataset&, const std::vector<Index>&);
template Answers answers(const Model<double>&, const Dataset&, const std::vector<Index>&);

}  // namespace gradus
