// Data that several ranks share, from the file to the model: what one process makes of it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gradus/data/csv.h"
#include "gradus/doctor/diagnosis.h"
#include "gradus/model/seen_rows.h"
#include "gradus/model/training.h"
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
};

Made make(const Choices& choices, Ranks* ranks) {
    std::vector<std::string> notes;
    const Dataset data = make_dataset(read_csv(*in_memory(rows(300), "rows.csv"), {.ranks = ranks}),
                                      {.weight = choices.weight.value_or("")}, notes);
    const Recipe recipe = make_recipe(choices, data);
    Made made{.trained = {.model = {.network = Network<float>(recipe.shape, recipe.network)}}};
    const auto conclude = [&](const Trained<float>& trained, const PreparedData<float>& prepared) {
        made.findings.clear();
        for (const Finding& finding : check<float>(data, recipe, {}, trained, prepared, nullptr, {}))
            made.findings.push_back(finding.sentence + finding.evidence);
    };
    made.trained = train<float>(data, recipe, {.linear = [](const Evaluation&) {}, .ranks = ranks}, conclude);
    return made;
}

void expect_same(const Evaluation& a, const Evaluation& b) {
    EXPECT_EQ(a.loss, b.loss);
    EXPECT_EQ(a.accuracy, b.accuracy);
    EXPECT_EQ(a.log_loss, b.log_loss);
    EXPECT_EQ(a.examples, b.examples);
}

void expect_one_end(const Choices& choices) {
    const Made alone = make(choices, nullptr);
    for (const Index count : {2, 3, 7})
        RankThreads(count).run([&](Ranks& ranks) {
            const Made shared = make(choices, &ranks);
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
            ASSERT_TRUE(shared.trained.linear && alone.trained.linear);
            expect_same(shared.trained.linear->evaluation, alone.trained.linear->evaluation);
            EXPECT_EQ(shared.findings, alone.findings);
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

}  // namespace
}  // namespace gradus::test
