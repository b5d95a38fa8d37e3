// Is an ensemble what it is said to be? Its truth are networks that are trained by themselves, row by row.
#include "gradus/model/ensemble.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/data/generators.h"
#include "gradus/doctor/folds.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/resume.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

Choices short_choices() {
    return {.hidden = "6 tanh, dropout 0.1",
            .learning_rate = 0.02,
            .batch = 8,
            .epochs = 15,
            .patience = 4,
            .scaling = Scaling::none,
            .seed = 5,
            .precision = Precision::twice};
}

Choices with(Choices choices, Index ensemble, std::optional<Index> folds = {}) {
    choices.ensemble = ensemble;
    choices.folds = folds;
    return choices;
}

Dataset moons(Index examples = 130) {
    return generate("moons", {.examples = examples, .seed = 1});
}

// Values that need their scale.
Dataset values(Index examples = 120) {
    Dataset data = generate("sine", {.examples = examples, .seed = 2});
    for (Index j = 0; j < examples; ++j) data.Y(0, j) = 300 + 40 * data.Y(0, j);
    return data;
}

struct Parts {
    std::vector<Index> inside, outside;
};
Parts parts_of(const std::vector<Index>& fold, Index k) {
    Parts parts;
    for (std::size_t j = 0; j < fold.size(); ++j)
        (fold[j] == k ? parts.outside : parts.inside).push_back(static_cast<Index>(j));
    return parts;
}

// The slow obvious twin: a run by itself on the other folds, stopped by this one.
Model<double> alone(const Dataset& data, const Choices& choices, const Parts& parts, Index number) {
    const Dataset inside = rows_of(data, parts.inside), outside = rows_of(data, parts.outside);
    Choices own = choices;
    own.ensemble.reset();
    own.seed = *choices.seed + static_cast<std::uint32_t>(number);
    own.validation_file = "fold.csv";
    own.validation_examples = outside.examples();
    return train<double>(inside, make_recipe(own, inside), {}, {}, {.validation = &outside}).model;
}

TEST(Ensemble, ItsMembersAreNetworksTrainedByThemselves) {
    const Dataset data = moons();
    const Choices choices = with(short_choices(), 3);
    const Recipe recipe = make_recipe(choices, data);
    const Model<double> ensemble = train<double>(data, recipe).model;
    ASSERT_EQ(members(ensemble), 3);
    const std::vector<Index> fold = folds_of(data, recipe);
    Matrix<double> P(1, data.examples());
    for (Index k = 0; k < 3; ++k) {
        const Parts parts = parts_of(fold, k);
        const Model<double> twin = alone(data, choices, parts, k + 1);
        const Model<double> one = member(ensemble, k + 1);
        EXPECT_TRUE(same_bits<double>(one.network.parameters(), twin.network.parameters())) << k;
        EXPECT_EQ(one.kept_updates, twin.kept_updates);
        EXPECT_EQ(one.curve, twin.curve);
        const Matrix<double> p = outputs(twin, rows_of(data, parts.outside).table);
        for (std::size_t i = 0; i < parts.outside.size(); ++i) P(0, parts.outside[i]) = p(0, Index(i));
    }

    // scikit-learn: accuracy_score, log_loss
    double right = 0, loss = 0;
    for (Index j = 0; j < data.examples(); ++j) {
        const bool truth = data.Y(0, j) == 1;
        right += (P(0, j) >= 0.5) == truth ? 1 : 0;
        loss -= std::log(truth ? P(0, j) : 1 - P(0, j));
    }
    ASSERT_TRUE(ensemble.out_of_fold);
    EXPECT_EQ(ensemble.out_of_fold->examples, data.examples());
    EXPECT_DOUBLE_EQ(ensemble.out_of_fold->accuracy, right / 130);
    EXPECT_NEAR(ensemble.out_of_fold->log_loss, loss / 130, 1e-12);
    EXPECT_NEAR(ensemble.out_of_fold->loss, loss / 130, 1e-12);
    EXPECT_NEAR(ensemble.out_of_fold->standard_error.accuracy,
                std::sqrt(right / 130 * (1 - right / 130) / 129), 1e-3);
}

TEST(Ensemble, AnswersWithTheMeanOfItsMembers) {
    const Dataset data = moons();
    const Model<double> ensemble = train<double>(data, make_recipe(with(short_choices(), 4), data)).model;
    Matrix<double> mean(1, data.examples());
    for (Index k = 1; k <= 4; ++k) {
        const Matrix<double> a = outputs(member(ensemble, k), data.table);
        for (Index j = 0; j < a.columns(); ++j) mean(0, j) += a(0, j) / 4;
    }
    EXPECT_TRUE(close<double>(outputs(ensemble, data.table), mean, {.absolute = 1e-14}));
    const Evaluation all = evaluate(ensemble, data);
    double loss = 0;
    for (Index j = 0; j < data.examples(); ++j)
        loss -= std::log(data.Y(0, j) == 1 ? mean(0, j) : 1 - mean(0, j)) / 130;
    EXPECT_NEAR(all.loss, loss, 1e-12);
    EXPECT_EQ(all.loss, ensemble.training.loss);
}

TEST(Ensemble, OfARegressionBringsItsMembersToOneScaleAndClips) {
    const Dataset data = values();
    Choices choices = with(short_choices(), 3);
    choices.scaling = Scaling::standard;  // the inputs of "sine" are scaled by all rows
    choices.hidden = "12 tanh";
    const Recipe recipe = make_recipe(choices, data);
    const Model<double> ensemble = train<double>(data, recipe).model;
    const std::vector<Index> fold = folds_of(data, recipe);
    double squares = 0;
    const auto [lowest, highest] = std::minmax_element(data.Y.data(), data.Y.data() + data.examples());
    for (Index k = 0; k < 3; ++k) {
        // the member before it is brought to the scale of all
        const Trained<double> trained = train<double>(data, member_recipe(recipe, k + 1));
        const Model<double> one = member(ensemble, k + 1);
        const Matrix<double> own = in_own_units(trained.model.target, outputs(trained.model, data.table)),
                             brought = in_own_units(one.target, outputs(one, data.table));
        EXPECT_NE(trained.model.target.lines, one.target.lines);
        for (const Index j : parts_of(fold, k).outside) {
            squares += (own(0, j) - data.Y(0, j)) * (own(0, j) - data.Y(0, j));
            const bool clipped =
                own(0, j) == trained.model.target.lowest[0] || own(0, j) == trained.model.target.highest[0];
            EXPECT_TRUE(clipped || std::abs(brought(0, j) - own(0, j)) < 1e-9) << j;
        }
    }
    EXPECT_NEAR(ensemble.out_of_fold->rmse, std::sqrt(squares / 120), 1e-9);
    Table far = data.table;
    for (Column& column : far.columns)
        for (double& x : column.numbers) x *= 50;
    for (const double answer : [&] {
             const Matrix<double> values = in_own_units(ensemble.target, outputs(ensemble, far));
             return std::vector<double>(values.data(), values.data() + values.columns());
         }()) {
        EXPECT_GE(answer, *lowest);
        EXPECT_LE(answer, *highest);
    }
}

std::string bytes_of(const Dataset& data, const Choices& choices, Index threads) {
    Recipe recipe = make_recipe(choices, data);
    recipe.run.threads = threads;
    return to_onnx(train<double>(data, recipe).model);
}

TEST(Ensemble, HasTheSameBytesOnAnyNumberOfThreads) {
    for (const Choices& choices : {with(short_choices(), 5), with(short_choices(), 1, 4)}) {
        const std::string one = bytes_of(moons(), choices, 1);
        EXPECT_EQ(bytes_of(moons(), choices, 2), one);
        EXPECT_EQ(bytes_of(moons(), choices, 8), one);
    }
}

// Trains in pieces: each ends after so many reports of progress, and is written and read before the next.
std::string in_pieces(const Dataset& data, const Choices& choices, int reports, int& pieces) {
    std::optional<Model<double>> checkpoint;
    for (pieces = 1; pieces < 200; ++pieces) {
        std::stop_source stop;
        int left = reports;
        Recipe recipe =
            checkpoint ? resumed_recipe(AnyModel(*checkpoint), choices, data) : make_recipe(choices, data);
        recipe.run.threads = pieces % 3 + 1;
        const Watch watch{.progress =
                              [&](const Event&, Index) {
                                  if (--left == 0) stop.request_stop();
                              },
                          .stop = stop.get_token()};
        const Trained<double> trained =
            train<double>(data, recipe, watch, {}, {.resume = checkpoint ? &*checkpoint : nullptr});
        const std::string bytes = to_onnx(trained.model);
        if (!trained.interrupted) return bytes;
        checkpoint = std::get<Model<double>>(from_onnx(bytes, "checkpoint"));
    }
    return "never ended";
}

TEST(Ensemble, InterruptedAtAnyMomentEndsInTheSameBytes) {
    for (const Choices& choices : {with(short_choices(), 3), with(short_choices(), 1, 3)})
        for (const int reports : {1, 4, 17}) {
            int pieces = 0;
            const std::string whole = bytes_of(moons(), choices, 1);
            EXPECT_EQ(in_pieces(moons(), choices, reports, pieces), whole) << reports;
            EXPECT_GT(pieces, 2);
        }
}

TEST(Ensemble, GoesIntoAFileAndBackToTheBit) {
    const Dataset data = values();
    const Model<double> ensemble = train<double>(data, make_recipe(with(short_choices(), 3), data)).model;
    const std::string bytes = to_onnx(ensemble);
    const auto read = std::get<Model<double>>(from_onnx(bytes, "ensemble"));
    ASSERT_EQ(members(read), 3);
    for (Index k = 1; k <= 3; ++k)
        EXPECT_TRUE(same_bits<double>(member(read, k).network.parameters(),
                                      member(ensemble, k).network.parameters()));
    EXPECT_EQ(to_onnx(read), bytes);
    EXPECT_EQ(read.target, ensemble.target);
    EXPECT_EQ(read.out_of_fold->rmse, ensemble.out_of_fold->rmse);
}

TEST(CrossValidation, JudgesByFoldsAndTrainsOneNetworkForTheMeanOfTheirUpdates) {
    const Dataset data = moons();
    const Choices choices = with(short_choices(), 1, 4);
    const Recipe recipe = make_recipe(choices, data);
    std::vector<Index> kept;
    const Model<double> model = train<double>(data, recipe,
                                              {.member =
                                                   [&](const MemberEvent& event) {
                                                       EXPECT_EQ(event.member, Index(kept.size()) + 1);
                                                       kept.push_back(event.kept_updates);
                                                   }})
                                    .model;
    ASSERT_EQ(kept.size(), 4);
    EXPECT_EQ(members(model), 1);
    const Index mean = (kept[0] + kept[1] + kept[2] + kept[3] + 2) / 4;
    EXPECT_EQ(model.kept_updates, mean);
    EXPECT_EQ(model.training.examples, 130);

    // the same judgement as the ensemble of these folds has, and the network by itself
    EXPECT_EQ(model.out_of_fold->log_loss,
              train<double>(data, make_recipe(with(short_choices(), 4), data)).model.out_of_fold->log_loss);
    Choices own = short_choices();
    own.validation = 0;
    own.epochs.reset();
    own.patience.reset();
    own.iterations = mean;
    const Model<double> one = train<double>(data, make_recipe(own, data)).model;
    EXPECT_TRUE(same_bits<double>(model.network.parameters(), one.network.parameters()));
}

TEST(Ensemble, KeepsWhatIsSetAsideOutOfItsFolds) {
    const Dataset data = moons(200);
    Choices choices = with(short_choices(), 3);
    choices.validation = 0.25;
    const Recipe recipe = make_recipe(choices, data);
    const Model<double> model = train<double>(data, recipe).model;
    EXPECT_EQ(model.out_of_fold->examples, 150);
    EXPECT_EQ(model.validation->examples, 50);
    const Split parts = division(data, recipe);
    EXPECT_EQ(folds_of(data, recipe).size(), parts.training.size());
    EXPECT_EQ(model.validation->log_loss, evaluate(model, rows_of(data, parts.validation)).log_loss);
}

TEST(Ensemble, OfFewRowsTrainsItsMembersToTheEnd) {
    const Dataset data = moons(10);
    const Model<double> model = train<double>(data, make_recipe(with(short_choices(), 5), data)).model;
    EXPECT_EQ(model.out_of_fold->examples, 10);
    for (const Member<double>& other : model.others) EXPECT_EQ(other.kept_updates, 15);
}

TEST(Ensemble, IsRefusedWhereItMeansNothing) {
    const auto message = [](const Dataset& data, const Choices& choices) {
        try {
            train<double>(data, make_recipe(choices, data));
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    EXPECT_EQ(message(moons(), with(short_choices(), 5, 4)),
              "folds: 4 folds for an ensemble of 5, expected as many folds as members (hint: without folds)");
    EXPECT_EQ(message(moons(4), with(short_choices(), 8)),
              "moons: 4 different rows, expected at least one for each of 8 folds");
    EXPECT_EQ(message(moons(), with(short_choices(), 101)),
              "ensemble: 101, expected a whole number from 1 to 100");
    EXPECT_EQ(message(moons(), with(short_choices(), 1, 1)),
              "folds: 1, expected a whole number from 2 to 100");
    Choices machines = with(short_choices(), 3);
    machines.pretrain = Pretrain::rbm;
    machines.hidden = "8 sigmoid";
    EXPECT_EQ(message(moons(), machines),
              "ensemble: a network that is pre-trained is trained once (hint: without pretrain)");
}

}  // namespace
}  // namespace gradus::test
