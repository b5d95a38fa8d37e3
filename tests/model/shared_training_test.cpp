// Data that several ranks share, from the file to the model: what one process makes of it.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "gradus/data/csv.h"
#include "gradus/data/idx.h"
#include "gradus/doctor/diagnosis.h"
#include "gradus/model/seen_rows.h"
#include "gradus/model/training.h"
#include "gradus/model/trial.h"
#include "tests/support/compare.h"
#include "tests/support/rank_threads.h"

namespace gradus::test {
namespace {

std::string rows(Index count) {
    RandomState random(8);
    std::string text = "size,kind,day,weight,answer\n";
    for (Index i = 0; i < count; ++i) {
        const double size = random.uniform(0, 1);
        text += std::to_string(size) + "," + "abc"[i % 3] + ",2024-05-" + std::to_string(10 + i % 19) + "," +
                std::to_string(i % 4) + "," + (size + 0.1 * double(i % 3) > 0.6 ? "yes" : "no") + "\n";
    }
    return text;
}

struct Made {
    Trained<float> trained;
    std::vector<std::string> findings = {};
    std::vector<double> tried = {};  // the losses of recipes
    std::vector<Index> told = {};    // members, as they were finished
};

using Read = std::function<Table(Ranks*)>;

Table read_rows(Ranks* ranks) {
    return read_csv(*in_memory(rows(300), "rows.csv"), {.ranks = ranks});
}

Made make(const Read& read, const Choices& choices, Ranks* ranks) {
    std::vector<std::string> notes;
    const Dataset data = make_dataset(read(ranks), {.weight = choices.weight.value_or("")}, notes);
    const TriedRecipe tried = tried_recipe(choices, data, 1, {.ranks = ranks});
    const Recipe& recipe = tried.recipe;
    Made made{.trained = {.model = {.network = Network<float>(recipe.shape, recipe.network)}}};
    for (const Trial& trial : tried.trials) made.tried.push_back(trial.loss);
    const auto conclude = [&](const Trained<float>& trained, const PreparedData<float>& prepared) {
        made.findings.clear();
        for (const Finding& finding : check<float>(data, recipe, {}, trained, prepared, nullptr, {}))
            made.findings.push_back(finding.sentence + finding.evidence);
    };
    const Watch watch{.member = [&](const MemberEvent& event) { made.told.push_back(event.member); },
                      .linear = [](const Evaluation&) {},
                      .ranks = ranks};
    made.trained = train<float>(data, recipe, watch, conclude, {.members = members_of<float>(tried.members)});
    return made;
}

void expect_same(const Evaluation& a, const Evaluation& b) {
    EXPECT_EQ(a.loss, b.loss);
    EXPECT_EQ(a.accuracy, b.accuracy);
    EXPECT_EQ(a.log_loss, b.log_loss);
    EXPECT_EQ(a.examples, b.examples);
}

void expect_one_end(const Choices& choices, const Read& read = read_rows) {
    const Made alone = make(read, choices, nullptr);
    for (const Index count : {2, 3, 7})
        RankThreads(count).run([&](Ranks& ranks) {
            const Made shared = make(read, choices, &ranks);
            const Model<float>&model = shared.trained.model, &expected = alone.trained.model;
            EXPECT_TRUE(same_bits<float>(model.network.parameters(), expected.network.parameters())) << count;
            EXPECT_EQ(model.features, expected.features);
            EXPECT_EQ(model.origin.fingerprint, expected.origin.fingerprint);
            EXPECT_EQ(model.origin.rows.sum, expected.origin.rows.sum);
            EXPECT_EQ(model.origin.rows.smallest, expected.origin.rows.smallest);
            EXPECT_EQ(model.sample.columns[0].numbers, expected.sample.columns[0].numbers);
            expect_same(model.training, expected.training);
            ASSERT_EQ(model.validation.has_value(), expected.validation.has_value());
            if (model.validation) expect_same(*model.validation, *expected.validation);
            ASSERT_EQ(model.out_of_fold.has_value(), expected.out_of_fold.has_value());
            if (model.out_of_fold) expect_same(*model.out_of_fold, *expected.out_of_fold);
            ASSERT_EQ(model.others.size(), expected.others.size());
            for (std::size_t k = 0; k < model.others.size(); ++k)
                EXPECT_TRUE(same_bits<float>(model.others[k].network.parameters(),
                                             expected.others[k].network.parameters()))
                    << count << " " << k;
            ASSERT_EQ(shared.trained.linear.has_value(), alone.trained.linear.has_value());
            if (shared.trained.linear)
                expect_same(shared.trained.linear->evaluation, alone.trained.linear->evaluation);
            EXPECT_EQ(shared.trained.first_answers.losses, alone.trained.first_answers.losses);
            EXPECT_EQ(shared.trained.fold_answers.losses, alone.trained.fold_answers.losses);
            EXPECT_EQ(shared.trained.fold_linear.losses, alone.trained.fold_linear.losses);
            EXPECT_EQ(shared.findings, alone.findings);
            EXPECT_EQ(shared.tried, alone.tried);
            EXPECT_EQ(shared.told, alone.told);
        });
}

TEST(SharedTraining, MakesTheModelOfOneProcess) {
    expect_one_end({.hidden = "70 relu", .epochs = 5, .ensemble = 1});
}

TEST(SharedTraining, MakesTheModelOfOneProcessWithBinsAndWeights) {
    Choices choices{.hidden = "64 relu, dropout 0.1"};
    choices.encoding = NumberEncoding::ple;
    choices.epochs = 3;
    choices.class_weights = ClassWeights::balanced;
    choices.ensemble = 1;
    choices.weight = "weight";
    expect_one_end(choices);
}

TEST(SharedTraining, MakesTheModelOfOneProcessWithoutValidation) {
    expect_one_end({.hidden = "70 tanh", .epochs = 3, .validation = 0, .ensemble = 1});
}

TEST(SharedTraining, MakesTheEnsembleOfOneProcess) {
    expect_one_end({.hidden = "70 relu", .epochs = 5, .ensemble = 4});
}

TEST(SharedTraining, TriesTheRecipesOfOneProcess) {
    expect_one_end({.epochs = 3, .ensemble = 3});
}

TEST(SharedTraining, JudgesTheRecipeOfOneProcess) {
    expect_one_end(
        {.hidden = "70 relu", .schedule = Schedule::cosine, .epochs = 4, .ensemble = 1, .folds = 3});
}

// 90 images of 3 x 4 pixels; the label comes from elsewhere.
Table read_images(Ranks* ranks) {
    std::string bytes{"\0\0\x08\x03\0\0\0\x5a\0\0\0\x03\0\0\0\x04", 16};
    RandomState random(4);
    Column labels{.name = "label"};
    for (Index i = 0; i < 90; ++i) {
        labels.numbers.push_back(double(i % 3));
        for (Index pixel = 0; pixel < 12; ++pixel)
            bytes += static_cast<char>(
                static_cast<unsigned char>(random.uniform(0, 120) + (pixel % 3 == i % 3 ? 120 : 0)));
    }
    Table table = read_idx(*in_memory(bytes, "images-idx3-ubyte"), ranks);
    table.label = std::ssize(table.columns);
    table.columns.push_back(labels);
    return table;
}

TEST(SharedTraining, LearnsImagesAsOneProcess) {
    expect_one_end({.hidden = "70 relu", .epochs = 4, .ensemble = 1}, read_images);
    expect_one_end({.epochs = 4}, read_images);
}

// Two channels of ten places, with gaps; some series end early.
Table read_series(Ranks* ranks) {
    RandomState random(6);
    std::string text;
    for (Index i = 0; i < 80; ++i) {
        text += i % 2 == 0 ? "up" : "down";
        for (Index place = 0; place < 20; ++place) {
            const bool gap = place % 10 >= 10 - i % 4 || random.uniform(0, 1) < 0.05;
            const double x = random.uniform(0, 1) + (i % 2 == 0 ? 0.2 : -0.2) * double(place % 10);
            text += "," + (gap ? "" : std::to_string(x));
        }
        text += "\n";
    }
    Table table =
        read_csv(*in_memory(text, "series.csv"), {.header = Header::no, .label_first = true, .ranks = ranks});
    table.channels = 2;
    table.length = 10;
    return table;
}

TEST(SharedTraining, LearnsSeriesAsOneProcess) {
    Choices choices{.hidden = "conv 4x3 pad same, relu, globalavgpool", .epochs = 4, .ensemble = 1};
    expect_one_end(choices, read_series);
    choices.scaling = Scaling::series;
    expect_one_end(choices, read_series);
    expect_one_end({.hidden = "flatten, 70 relu", .epochs = 4, .ensemble = 3}, read_series);
}

// One of three is asked to stop behind the first network; two go on from what all three have kept.
TEST(SharedTraining, OfAnEnsembleStopsTogetherAndGoesOnToTheSameEnd) {
    const auto data_of = [](Ranks* ranks) {
        std::vector<std::string> notes;
        return make_dataset(read_rows(ranks), {}, notes);
    };
    const Choices choices{.hidden = "70 relu", .epochs = 5, .ensemble = 3};
    const Dataset alone = data_of(nullptr);
    const Recipe recipe = make_recipe(choices, alone);
    const Model<float> expected = train<float>(alone, recipe).model;
    std::optional<Model<float>> half;
    RankThreads(3).run([&](Ranks& ranks) {
        const Dataset data = data_of(&ranks);
        std::stop_source stop;
        const Trained<float> stopped =
            train<float>(data, recipe,
                         {.progress =
                              [&](const Event& event, Index all) {
                                  if (ranks.rank() == 1 && event.iteration > all / 3) stop.request_stop();
                              },
                          .stop = stop.get_token(),
                          .ranks = &ranks});
        EXPECT_TRUE(stopped.interrupted);
        ASSERT_TRUE(stopped.model.state);
        EXPECT_TRUE(stopped.model.state->folds[0]->run.finished);
        if (ranks.rank() == 2) half = stopped.model;
    });
    RankThreads(2).run([&](Ranks& ranks) {
        const Model<float> model =
            train<float>(data_of(&ranks), recipe, {.ranks = &ranks}, {}, {.resume = &*half}).model;
        EXPECT_TRUE(same_bits<float>(model.network.parameters(), expected.network.parameters()));
        for (std::size_t k = 0; k < model.others.size(); ++k)
            EXPECT_TRUE(same_bits<float>(model.others[k].network.parameters(),
                                         expected.others[k].network.parameters()));
        expect_same(*model.out_of_fold, *expected.out_of_fold);
        EXPECT_EQ(model.curve.size(), expected.curve.size());
    });
}

}  // namespace
}  // namespace gradus::test
