#include "gradus/model/model.h"

#include <algorithm>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/prepared.h"
#include "gradus/nn/estimates.h"
#include "gradus/nn/fits.h"
#include "gradus/nn/free_energy.h"
#include "gradus/nn/predictor.h"
#include "gradus/nn/shared_examples.h"

namespace gradus {

// Those of the model; of one that has none, the numbers as they are.
template <class T>
static Features features_of(const Model<T>& model) {
    require_whole(model.network);
    const Features& own = model.features;
    const Index inputs = model.network.in().size();
    Features features = own.width() == 0 ? plain_features(inputs) : own;
    if (features.width() != inputs)
        throw Error(Fault::usage, {.place = "model",
                                   .found = say("its features give {} numbers", features.width()),
                                   .expected = say("{}, the inputs of its network", inputs)});
    return features;
}

template <class T>
Model<T> member(const Model<T>& ensemble, Index number) {
    if (number < 1 || number > members(ensemble))
        throw Error(Fault::usage, {.place = "member",
                                   .found = std::to_string(number),
                                   .expected = say("a member from 1 to {}", members(ensemble))});
    Model<T> one = ensemble;
    one.others.clear();
    one.state.reset();
    one.training = {};
    one.validation.reset();
    one.out_of_fold.reset();
    if (ensemble.others.empty()) return one;
    one.recipe = member_recipe(ensemble.recipe, number);
    if (number == 1) return one;
    const Member<T>& other = ensemble.others[static_cast<std::size_t>(number - 2)];
    one.network = other.network;
    one.curve = other.curve;
    one.updates = other.updates;
    one.kept_updates = other.kept_updates;
    return one;
}

template <class T>
Predictor<T> predictor(const Model<T>& model, Index batch) {
    Predictor<T> predict(model.network, batch);
    for (const Member<T>& other : model.others) predict.add(other.network);
    return predict;
}

// What is averaged has no last layer for the loss to be fused with.
template <class T>
std::unique_ptr<Loss<T>> loss_of(const Model<T>& model) {
    const Network<T>& network = model.network;
    return make_loss<T>(model.recipe.run.loss,
                        model.others.empty() ? network.layer(network.size() - 1).text() : "");
}

template <class T>
Matrix<T> outputs(const Model<T>& model, const Table& table) {
    const Features features = features_of(model);
    const Encoder encoder(features, table);
    const Index batch = std::clamp<Index>(table.rows, 1, 256);
    Predictor<T> predict = predictor(model, batch);
    Matrix<T> X(features.width(), batch), A(model.network.out().size(), table.rows);
    std::vector<Index> rows(static_cast<std::size_t>(batch));
    for (Index begin = 0; begin < table.rows; begin += batch) {
        const Index count = std::min(batch, table.rows - begin);
        rows.resize(static_cast<std::size_t>(count));
        std::iota(rows.begin(), rows.end(), begin);
        const View<T> part = X.view().columns({0, count});
        encoder(part, rows);
        const View<const T> out = predict(part);
        std::copy_n(out.data(), out.rows() * out.columns(), A.view().column(begin));
    }
    return A;
}

template <class T>
Matrix<T> probabilities(View<const T> outputs) {
    if (outputs.rows() < 1)
        throw Error(
            Fault::usage,
            {.place = "probabilities", .found = say("outputs of 0 rows"), .expected = say("at least one")});
    const bool two = outputs.rows() == 1;
    Matrix<T> P(two ? 2 : outputs.rows(), outputs.columns());
    for (Index j = 0; j < P.columns(); ++j)
        for (Index i = 0; i < P.rows(); ++i)
            P(i, j) = !two ? outputs(i, j) : i == 1 ? outputs(0, j) : 1 - outputs(0, j);
    return P;
}

template <class T>
Matrix<double> in_own_units(const Target& target, View<const T> outputs) {
    const auto lines = static_cast<Index>(target.lines.size());
    if (lines > 0 && lines != outputs.rows())
        throw Error(Fault::usage, {.place = "in_own_units",
                                   .found = say("{} rows of outputs", outputs.rows()),
                                   .expected = say("{}, as many as there are targets", lines)});
    Matrix<double> values(outputs.rows(), outputs.columns());
    for (Index i = 0; i < values.rows(); ++i) {
        const Line line = target.lines.empty() ? Line{} : target.lines[static_cast<std::size_t>(i)];
        for (Index j = 0; j < values.columns(); ++j) values(i, j) = line.back(double(outputs(i, j)));
    }
    for (Index i = 0; i < static_cast<Index>(target.lowest.size()); ++i) {
        const auto row = static_cast<std::size_t>(i);
        for (Index j = 0; j < values.columns(); ++j)
            values(i, j) = std::clamp(values(i, j), target.lowest[row], target.highest[row]);
    }
    return values;
}

// What the machines make of the examples: the reconstruction comes from all of them, the free energy is that
// of the first, which sees the inputs.
template <class T>
static Evaluation evaluate_machines(const Model<T>& model, View<const T> X, View<const double> weights) {
    require_inputs(model.network, X);
    if (model.machines.empty())
        throw Error(Fault::usage, {.place = "model",
                                   .found = say("it has no machines"),
                                   .expected = say("those that its pre-training learned")});
    const Counts counts = counts_of<double>(X.columns(), weights);
    Evaluation evaluation{.task = Task::encode, .examples = X.columns(), .weighted = !weights.empty()};
    const Estimate error = mean_metric(reconstruction_errors<T>(model.machines, X), counts).estimate(),
                   energy = mean_metric(free_energies<T>(model.machines.front(), X), counts).estimate();
    evaluation.reconstruction_error = error.value;
    evaluation.standard_error.reconstruction_error = error.standard_error;
    evaluation.free_energy = energy.value;
    evaluation.standard_error.free_energy = energy.standard_error;
    return evaluation;
}

template <class T>
static Evaluation measured(const Target& target, View<const T> A, View<const T> Y, View<const double> truth,
                           View<const double> weights, View<const T> scaled) {
    if (target.task != Task::regress) return measure<T>(target.task, A, Y, scaled);
    return measure<double>(target.task, in_own_units<T>(target, A), truth, weights);
}

template <class T>
Evaluation evaluate_in_own_units(const Model<T>& model, Same<T> X, Same<T> Y, View<const double> truth,
                                 View<const double> weights) {
    if (model.target.task == Task::encode) return evaluate_machines<T>(model, X, weights);
    const Network<T>& network = model.network;
    require_fits(network, X, Y);
    Predictor<T> predict = predictor(model, std::clamp<Index>(X.columns(), 1, 256));
    Matrix<T> A(Y.rows(), Y.columns());
    const Matrix<T> scaled = of_mean_one<T>(weights);
    const double mean = predict.mean_loss(*loss_of(model), X, Y, A, scaled);
    const bool itself = model.target.task == Task::reconstruct;
    Evaluation evaluation = measured<T>(model.target, A, itself ? X : Y, truth, weights, scaled);
    evaluation.loss = mean;
    return evaluation;
}

template <class T>
Outputs<T> outputs(const Model<T>& model, const Examples<T>& examples) {
    Ranks& ranks = examples.shared_by != nullptr ? *examples.shared_by : no_other_ranks();
    const Index n = examples.count();
    const Range mine = ranks.share(n);
    Outputs<T> said{.A = Matrix<T>(examples.Y.rows(), n),
                    .losses = std::vector<double>(static_cast<std::size_t>(n))};
    if (mine.size() > 0)
        predictor(model, std::clamp<Index>(mine.size(), 1, 256))
            .losses(std::span(said.losses)
                        .subspan(static_cast<std::size_t>(mine.begin), static_cast<std::size_t>(mine.size())),
                    *loss_of(model), examples.X, examples.Y.columns(mine), said.A.view().columns(mine));
    if (ranks.count() == 1) return said;
    ranks.gather(said.losses);
    gather_columns<T>(said.A.view(), ranks);
    return said;
}

template <class T>
Evaluation evaluate_in_own_units(const Model<T>& model, const Examples<T>& examples, View<const double> truth,
                                 View<const double> weights) {
    const View<const T> X = examples.X, Y = examples.Y;
    if (examples.shared_by == nullptr) return evaluate_in_own_units<T>(model, X, Y, truth, weights);
    const Outputs<T> said = outputs(model, examples);
    const Matrix<T> scaled = of_mean_one<T>(weights);
    Evaluation evaluation = measured<T>(model.target, said.A, Y, truth, weights, scaled);
    evaluation.loss = MeanLoss().add<T>(said.losses, scaled).value();
    return evaluation;
}

template <class T>
Evaluation evaluate_outputs(const Model<T>& model, Same<T> A, Same<T> Y, View<const double> truth,
                            View<const double> weights) {
    if (A.rows() != Y.rows() || A.columns() != Y.columns() || A.empty())
        throw Error(Fault::usage, {.place = "evaluate_outputs",
                                   .found = say("outputs of {} x {} numbers", A.rows(), A.columns()),
                                   .expected = say("{} x {}, as the truth has", Y.rows(), Y.columns())});
    const Matrix<T> scaled = of_mean_one<T>(weights);
    Evaluation evaluation = measured<T>(model.target, A, Y, truth, weights, scaled);
    std::vector<double> losses(static_cast<std::size_t>(A.columns()));
    make_loss<T>(model.recipe.run.loss, "")->value(losses, {.A = A}, Y);
    evaluation.loss = MeanLoss().add<T>(losses, scaled).value();
    return evaluation;
}

static Matrix<double> all_weights(const Dataset& data) {
    if (data.weights.empty()) return {};
    Matrix<double> weights(1, data.examples());
    std::ranges::copy(data.weights, weights.data());
    return weights;
}

template <class T>
Evaluation evaluate(const Model<T>& model, const Dataset& data) {
    require_whole(model.network);
    require_same_target(model.target, data);
    const Matrix<T> X = encode<T>(features_of(model), data.table);
    const Matrix<T> Y = targets_for<T>(model.target, model.recipe.run.loss, X, data.Y);
    return evaluate_in_own_units<T>(model, X, Y, data.Y, all_weights(data));
}

template Model<float> member(const Model<float>&, Index);
template Model<double> member(const Model<double>&, Index);
template Predictor<float> predictor(const Model<float>&, Index);
template Predictor<double> predictor(const Model<double>&, Index);
template Outputs<float> outputs(const Model<float>&, const Examples<float>&);
template Outputs<double> outputs(const Model<double>&, const Examples<double>&);
template std::unique_ptr<Loss<float>> loss_of(const Model<float>&);
template std::unique_ptr<Loss<double>> loss_of(const Model<double>&);
template Evaluation evaluate_outputs(const Model<float>&, View<const float>, View<const float>,
                                     View<const double>, View<const double>);
template Evaluation evaluate_outputs(const Model<double>&, View<const double>, View<const double>,
                                     View<const double>, View<const double>);
template Matrix<float> outputs(const Model<float>&, const Table&);
template Matrix<double> outputs(const Model<double>&, const Table&);
template Matrix<float> probabilities(View<const float>);
template Matrix<double> probabilities(View<const double>);
template Matrix<double> in_own_units(const Target&, View<const float>);
template Matrix<double> in_own_units(const Target&, View<const double>);
template Evaluation evaluate_in_own_units(const Model<float>&, View<const float>, View<const float>,
                                          View<const double>, View<const double>);
template Evaluation evaluate_in_own_units(const Model<double>&, View<const double>, View<const double>,
                                          View<const double>, View<const double>);
template Evaluation evaluate_in_own_units(const Model<float>&, const Examples<float>&, View<const double>,
                                          View<const double>);
template Evaluation evaluate_in_own_units(const Model<double>&, const Examples<double>&, View<const double>,
                                          View<const double>);
template Evaluation evaluate(const Model<float>&, const Dataset&);
template Evaluation evaluate(const Model<double>&, const Dataset&);

}  // namespace gradus
