#include "gradus/model/answers.h"

#include "gradus/model/prepared.h"
#include "gradus/nn/fits.h"
#include "gradus/nn/predictor.h"

namespace gradus {

template <class T>
Answers answers(const Model<T>& model, Same<T> X, Same<T> Y) {
    const Network<T>& network = model.network;
    require_fits(network, X, Y);
    const auto loss = make_loss<T>(model.recipe.run.loss, network.layer(network.size() - 1).text());
    Predictor<T> predict(network, 1);
    Matrix<T> A(Y.rows(), Y.columns());
    Answers answers;
    for (Index j = 0; j < X.columns(); ++j) {
        const Range one{j, j + 1};
        answers.losses.push_back(
            predict.mean_loss(*loss, X.columns(one), Y.columns(one), A.view().columns(one)));
    }
    const bool classify = model.target.task == Task::classify;
    if (classify) answers.classes = classes_of<T>(A);
    answers.values = classify ? Matrix<double>(probabilities(A).view()) : in_own_units(model.target, A);
    return answers;
}

template <class T>
Answers answers(const Model<T>& model, const Dataset& data, const std::vector<Index>& rows) {
    require_same_target(model.target, data);
    Matrix<T> X(model.features.width(), static_cast<Index>(rows.size()));
    Encoder(model.features, data.table)(X.view(), rows);
    return answers<T>(model, X, targets<T>(select(data.Y, rows), model.target));
}

template Answers answers(const Model<float>&, View<const float>, View<const float>);
template Answers answers(const Model<double>&, View<const double>, View<const double>);
template Answers answers(const Model<float>&, const Dataset&, const std::vector<Index>&);
template Answers answers(const Model<double>&, const Dataset&, const std::vector<Index>&);

}  // namespace gradus
