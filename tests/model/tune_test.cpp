// Does a search take what is better beyond chance, and nothing else? Its space, its rungs, its file.

#include "gradus/model/tune.h"

#include <gtest/gtest.h>

#include <cmath>
#include <mutex>
#include <set>

#include "gradus/core/error.h"
#include "gradus/data/generators.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/training.h"
#include "gradus/model/tune_log.h"

namespace gradus::test::tuning {
namespace {

std::string refusal(const auto& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.with_options();
    }
    return "nothing was refused";
}

SearchSpace space_of(const std::string& text) {
    return read_search_space(text, "s.txt");
}

TEST(SearchSpace, ReadsValuesAndRangesAndWritesThemBack) {
    const SearchSpace space = space_of(
        "# what is tried\n"
        "\n"
        "learning-rate 1e-4..0.01 log  # a factor of a hundred\r\n"
        "--batch 8..64\n"
        "net \"64 relu\" \"32 tanh, dropout 0.5\" 16\n");
    ASSERT_EQ(space.settings.size(), 3U);
    EXPECT_EQ(space.settings[0],
              (SearchedSetting{.id = "learning_rate", .low = 1e-4, .high = 0.01, .log = true}));
    EXPECT_EQ(space.settings[1], (SearchedSetting{.id = "batch", .low = 8, .high = 64, .whole = true}));
    EXPECT_EQ(space.settings[2],
              (SearchedSetting{.id = "net", .values = {"64 relu", "32 tanh, dropout 0.5", "16"}}));
    EXPECT_EQ(to_text(space),
              "learning-rate 1e-04..0.01 log\n"
              "batch 8..64\n"
              "net \"64 relu\" \"32 tanh, dropout 0.5\" \"16\"\n");
    EXPECT_EQ(space_of(to_text(space)).settings, space.settings);
}

TEST(SearchSpace, PointsAtTheLineThatIsWrong) {
    const auto error = [](const std::string& text) { return refusal([&] { space_of(text); }); };
    EXPECT_EQ(error("\nlearning-rate 0.1..0.01 log"),
              "s.txt:2: \"0.1..0.01\", expected two numbers, the smaller first, as in 0.0001..0.01");
    EXPECT_EQ(error("learning-rate -1..0.01"), "s.txt:1: --learning-rate: -1, expected a positive number");
    EXPECT_EQ(error("learning-rate 0..0.01 log"),
              "s.txt:1: \"0..0.01\", expected numbers above 0, for they have a logarithm");
    EXPECT_EQ(error("batch 8..64.5"), "s.txt:1: \"8..64.5\", expected whole numbers");
    EXPECT_EQ(error("encode 0..1"), "s.txt:1: \"0..1\", expected names, for encode is no number");
    EXPECT_EQ(error("net \"64 relu"), "s.txt:1: a quotation mark without its end");
    EXPECT_EQ(error("width"), "s.txt:1: no value, expected values, or a range as in 0.0001..0.01 log");
    EXPECT_EQ(error("width 8 16 8"), "s.txt:1: \"8\" twice");
    EXPECT_EQ(error("width 8\nwidth 16"), "s.txt:2: \"width\" a second time");
    EXPECT_EQ(error("width 8\nnet \"8 relu\""), "s.txt:2: net beside width, which is a piece of the network");
    EXPECT_EQ(error("# nothing\n").find("s.txt: nothing to search, expected a line for each setting"), 0U);
    EXPECT_EQ(error("seed 1 2").find("s.txt:1: \"seed\" says what is learned or what judges it, and not how"),
              0U);
    const std::string slip = error("learning-rat 1 2");
    EXPECT_EQ(slip.find("s.txt:1: \"learning-rat\" is no setting"), 0U) << slip;
    EXPECT_NE(slip.find("did you mean learning-rate?"), std::string::npos) << slip;
}

TEST(SearchSpace, TheNamedOnesAreTextsThatCanBeRead) {
    for (const NamedSpace& named : named_spaces()) {
        const SearchSpace space = read_search_space(named.text, std::string(named.name));
        EXPECT_EQ(read_search_space(to_text(space), "again").settings, space.settings) << named.name;
    }
}

TEST(SearchSpace, EachSettingIsSaidByHalfOfTheTrials) {
    const SearchSpace space = space_of("learning-rate 1e-4..1e-2 log\nwidth 8 16\n");
    RandomState random(3);
    Index rates = 0, low = 0, wide = 0;
    constexpr Index draws = 4000;
    for (Index i = 0; i < draws; ++i)
        for (const auto& [id, value] : draw(space, random)) {
            if (id == "width") wide += value == "16" ? 1 : 0;
            if (id != "learning_rate") continue;
            const double rate = std::stod(value);
            EXPECT_GE(rate, 1e-4);
            EXPECT_LE(rate, 1e-2);
            EXPECT_LE(value.size(), 8U) << value;  // three digits
            ++rates;
            low += rate < 1e-3 ? 1 : 0;
        }
    EXPECT_NEAR(double(rates), draws / 2.0, 4 * std::sqrt(draws / 4.0));
    EXPECT_NEAR(double(low), double(rates) / 2, 4 * std::sqrt(double(rates) / 4));
    EXPECT_NEAR(double(wide), draws / 4.0, 4 * std::sqrt(draws * 3.0 / 16));
}

TEST(SearchSpace, PiecesReplaceThoseOfTheUsualNetwork) {
    const auto hidden = [](const Drawn& drawn, const std::string& usual) {
        return *choices_of(drawn, usual).hidden;
    };
    EXPECT_EQ(hidden({{"width", "64"}}, "128 relu, 128 relu"), "64 relu, 64 relu");
    EXPECT_EQ(hidden({{"depth", "1"}, {"dropout", "0.2"}}, "128 tanh, 128 tanh"), "128 tanh, dropout 0.2");
    EXPECT_EQ(hidden({{"activation", "silu"}}, "flatten, 32 relu, dropout 0.5"),
              "flatten, 32 silu, dropout 0.5");
    EXPECT_EQ(hidden({{"depth", "2"}}, "pbld 8x3, 32 relu, dropout 0.5"),
              "pbld 8x3, 32 relu, dropout 0.5, 32 relu, dropout 0.5");
    EXPECT_FALSE(choices_of(Drawn{{"batch", "8"}}, "conv 8x3 relu").hidden);
    EXPECT_EQ(refusal([&] {
                  hidden({{"width", "64"}}, "conv 8x3 relu, flatten");
              }),
              "--net \"conv 8x3 relu, flatten\": a layer that is not dense has no width (hint: a space with "
              "\"net\")");
}

TEST(SearchSpace, LeavesOutWhatWasSaidAndWhatHoldsAnyhow) {
    const Dataset data = generate("moons", {.examples = 60});
    const SearchSpace space = space_of("width 8 64\ndepth 2\nbatch 8 32\nlearning-rate 0.001..0.01\n");
    const Choices said{.learning_rate = 0.1};
    EXPECT_EQ(to_text(left_open(space, said, make_recipe(said, data))), "width \"8\"\nbatch \"8\"\n");
    const Choices net{.hidden = "9 tanh"};
    EXPECT_EQ(to_text(left_open(space, net, make_recipe(net, data))),
              "batch \"8\"\nlearning-rate 0.001..0.01\n");
}

// Sixty rows of the moons, which five folds judge; what a trial reaches is made up.
struct MadeUp {
    std::function<double(Index trial, Index row)> loss;
    std::function<bool(Index trial, Index row)> wrong = [](Index trial, Index row) {
        return row % 12 < (trial == 1 ? 6 : 3);
    };
    Dataset data = generate("moons", {.examples = 60});
    Recipe usual = make_recipe({}, data);
    SearchSpace space = space_of("width 8 16 24\nbatch 4..16\n");
    std::map<std::pair<Index, Index>, FoldScore> scores = {};

    Tuned search(Index trials) {
        constexpr Index rows = 12;
        for (Index trial = 1; trial <= trials; ++trial)
            for (Index fold = 1; fold <= 5; ++fold) {
                FoldScore score{.weight = rows};
                for (Index row = fold * rows; row < (fold + 1) * rows; ++row) {
                    score.losses.push_back(static_cast<float>(loss(trial, row)));
                    score.wrong.push_back(wrong(trial, row) ? 1 : 0);
                }
                scores[{trial, fold}] = score;
            }
        return tune({}, data, usual, space,
                    {.trials = trials, .workers = 2, .known = [this](Index trial, Index fold) {
                         return &scores.at({trial, fold});
                     }});
    }
};

TEST(Tune, TakesTheTrialThatIsBetterBeyondChance) {
    MadeUp made{.loss = [](Index trial, Index row) {
        return 1 + 0.1 * double(row % 3) - (trial == 6 ? 0.05 : trial == 3 ? 0.02 : -0.1 * double(trial - 1));
    }};
    const Tuned tuned = made.search(8);
    ASSERT_EQ(tuned.trials.size(), 8U);
    EXPECT_EQ(tuned.trials[static_cast<std::size_t>(tuned.best)].number, 6);
    EXPECT_EQ(tuned.rungs, (std::vector<Index>{5}));  // sixty examples are no hundred
    EXPECT_NEAR(gain(tuned.trials[5], tuned.trials[0]).value, 0.05, 1e-7);
}

TEST(Tune, KeepsTheDefaultWhereABetterOneMayBeChance) {
    MadeUp made{.loss = [](Index trial, Index row) {
        return 1 + (trial == 1 ? 0 : (row % 2 == 0 ? 0.4 : -0.5) * double(trial) / 8);
    }};
    const Tuned tuned = made.search(8);
    EXPECT_EQ(tuned.best, 0);
    EXPECT_EQ(tuned.lowest, 7);
    const Estimate more = gain(tuned.trials[7], tuned.trials[0]);
    EXPECT_NEAR(more.value, 0.05, 1e-7);
    EXPECT_NEAR(more.standard_error, 0.45 / std::sqrt(59), 1e-7);  // of 30 times 0.5 and 30 times -0.4
}

TEST(Tune, KeepsTheDefaultWhereABetterLossHasHardlyMoreRightAnswers) {
    MadeUp made{
        .loss = [](Index trial, Index) { return 1 - 0.1 * double(trial); },
        .wrong = [](Index trial, Index row) { return trial == 1 ? row % 6 == 0 : row % 6 == 1 && row > 13; }};
    const Tuned tuned = made.search(4);
    EXPECT_EQ(tuned.best, 0);
    EXPECT_EQ(tuned.lowest, 3);
    const Estimate fewer = fewer_wrong(tuned.trials[3], tuned.trials[0]);
    EXPECT_NEAR(fewer.value, 1.0 / 60, 1e-12);  // 10 wrong, and 9
    EXPECT_GT(fewer.standard_error, fewer.value);
}

TEST(Tune, TheStandardErrorKnowsThatFoldsDiffer) {
    TunedTrial trial, usual;
    for (const double by : {0.1, 0.3}) {
        usual.folds.push_back({.losses = std::vector<float>(50, 1), .weight = 50});
        trial.folds.push_back({.losses = std::vector<float>(50, static_cast<float>(1 - by)), .weight = 50});
    }
    const Estimate more = gain(trial, usual);
    EXPECT_NEAR(more.value, 0.2, 1e-7);
    EXPECT_NEAR(more.standard_error, 0.1, 1e-7);  // 0.2 / sqrt(2) / sqrt(2); over the examples 0.01
}

TEST(Tune, HalvesTheTrialsFromRungToRungAndKeepsTheDefault) {
    const Dataset large = generate("moons", {.examples = 600});  // a fold has more than a hundred
    std::set<std::pair<Index, Index>> asked;
    std::mutex mutex;
    std::map<std::pair<Index, Index>, FoldScore> scores;
    for (Index trial = 1; trial <= 8; ++trial)
        for (Index fold = 1; fold <= 5; ++fold)
            scores[{trial, fold}] = {
                .losses = std::vector<float>(120, trial == 1 ? 100 : static_cast<float>(trial)),
                .wrong = std::vector<float>(120, 0),
                .weight = 120};
    const Tuned tuned = tune({}, large, make_recipe({}, large), space_of("width 8 16 24\nbatch 4..16\n"),
                             {.trials = 8, .workers = 3, .known = [&](Index trial, Index fold) {
                                  const std::scoped_lock lock(mutex);
                                  asked.insert({trial, fold});
                                  return &scores.at({trial, fold});
                              }});
    EXPECT_EQ(tuned.rungs, (std::vector<Index>{1, 2, 5}));
    std::vector<Index> folds;
    for (const TunedTrial& trial : tuned.trials) folds.push_back(std::ssize(trial.folds));
    EXPECT_EQ(folds, (std::vector<Index>{5, 5, 2, 2, 1, 1, 1, 1}));
    EXPECT_EQ(asked.size(), 8U + 4U + 2U * 3U);
}

TEST(Tune, TheMainEffectsAreDifferencesOfMeans) {
    Tuned tuned{.rungs = {1}};
    const auto add = [&](const Drawn& drawn, double loss) {
        TunedTrial trial{.number = std::ssize(tuned.trials) + 1, .drawn = drawn};
        trial.folds.push_back({.losses = {static_cast<float>(loss)}, .weight = 1});
        tuned.trials.push_back(trial);
    };
    add({}, 2);
    add({{"width", "8"}}, 1);
    add({{"width", "8"}}, 4);
    add({{"width", "16"}}, 4);
    add({}, 1);
    const std::vector<TuneEffect> effects = main_effects(tuned, space_of("width 8 16\n"));
    ASSERT_EQ(effects.size(), 1U);  // one trial of 16 has no variance
    EXPECT_EQ(effects[0].value, "8");
    EXPECT_EQ(effects[0].trials, 2);
    const double two = std::log(2);  // with: -two and two; without: 0 and -two
    EXPECT_NEAR(effects[0].change.value, 0 - -two / 2, 1e-12);
    EXPECT_NEAR(effects[0].change.standard_error, std::sqrt(2 * two * two / 2 + two * two / 2 / 2), 1e-12);
}

TEST(Tune, JudgesTheNetworksThatTrainWouldMake) {
    const Dataset data = generate("moons", {.examples = 60});
    const Choices said{.hidden = "4 tanh", .epochs = 3};
    const Recipe usual = make_recipe(said, data);
    const SearchSpace space = space_of("learning-rate 0.01 0.1\n");
    std::map<std::pair<Index, Index>, FoldScore> one, three;
    const auto searched = [&](Index workers, auto& scores) {
        return tune(said, data, usual, space,
                    {.trials = 3, .workers = workers, .keep = [&](Index t, Index f, const FoldScore& s) {
                         scores[{t, f}] = s;
                     }});
    };
    const Tuned tuned = searched(1, one);
    EXPECT_EQ(searched(3, three).best, tuned.best);
    EXPECT_EQ(one, three);
    ASSERT_EQ(one.size(), 15U);
    Choices judged = said;
    judged.folds = 5;
    judged.learning_rate = tuned.trials[1].recipe.run.optimizer.learning_rate;
    const Evaluation fold = *train<float>(data, member_recipe(make_recipe(judged, data), 2)).model.validation;
    const FoldScore& score = one.at({2, 2});
    double mean = 0;
    for (const float loss : score.losses) mean += double(loss) / double(score.losses.size());
    EXPECT_NEAR(mean, fold.log_loss, 1e-6);
    double wrong = 0;
    for (const float one : score.wrong) wrong += double(one);
    EXPECT_NEAR(1 - wrong / score.weight, fold.accuracy, 1e-12);
}

TEST(Tune, SearchesAroundARivalOfTheDefault) {
    const Dataset data = generate("moons", {.examples = 60});
    const Choices said{.epochs = 1};
    const Recipe rival = make_recipe({.hidden = "pbld, 8 relu", .learning_rate = 0.02, .epochs = 1}, data);
    const Tuned tuned =
        tune(said, data, rival, space_of("width 16\nbatch 4\nencode ple\n"), {.trials = 8, .workers = 2});
    std::set<std::string> networks;
    for (const TunedTrial& trial : tuned.trials) {
        const bool bins = trial.recipe.encoding == NumberEncoding::ple;
        EXPECT_EQ(trial.recipe.run.optimizer.learning_rate, bins ? 0.001 : 0.02);
        networks.insert(trial.recipe.network);
    }
    EXPECT_EQ(networks,
              (std::set<std::string>{"pbld, 8 relu, 1 sigmoid", "pbld, 16 relu, 1 sigmoid",
                                     "64 relu, 64 relu, 1 sigmoid", "16 relu, 16 relu, 1 sigmoid"}));
}

TEST(Tune, RefusesWhatNobodyCanJudge) {
    const Dataset data = generate("xor");
    EXPECT_EQ(
        refusal([&] { tune({}, data, make_recipe({}, data), space_of("width 8\n"), {}); }),
        "xor: 4 rows, expected at least 20 different ones: a recipe is judged by rows that it has not seen "
        "(hint: --examples 200 --noise 0.3, or gradus seeds)");
    const Dataset moons = generate("moons", {.examples = 60});
    EXPECT_EQ(refusal([&] { tune({}, moons, make_recipe({}, moons), space_of("momentum 0.5 0.9\n"), {}); }),
              "--momentum: the optimizer adam has no momentum to set (hint: --optimizer momentum)");
}

TuneLog some_log() {
    return {.subject = {.data = "0123", .recipe = "moons --seed 0", .space = "width \"8\"\nbatch 4..16\n"},
            .scores = {{{1, 1}, {.losses = {0.1F, 3e-8F, 2}, .wrong = {0, 0, 1}, .weight = 3}},
                       {{2, 1}, {.failed = true}}}};
}

TEST(TuneLog, ReadsBackAsTheSameBits) {
    const TuneLog log = some_log();
    EXPECT_EQ(
        to_text(log),
        "gradus tune 1\ndata 0123\nrecipe moons --seed 0\nspace width \"8\"\nspace batch 4..16\nscores 2\n"
        "score 1 1 3 3 0.1 3e-08 2 0 0 1\nscore 2 1 failed\nend\n");
    const TuneLog again = read_tune_log(to_text(log), "log");
    EXPECT_EQ(again.subject, log.subject);
    EXPECT_EQ(again.scores, log.scores);
}

TEST(TuneLog, NoPieceOfAFileIsTakenForTheWhole) {
    const std::string whole = to_text(some_log());
    for (std::size_t n = 0; n < whole.size(); ++n)
        EXPECT_THROW(read_tune_log(whole.substr(0, n), "log"), Error) << n;
    EXPECT_EQ(refusal([&] { read_tune_log("x,y\n1,2\n", "log"); }),
              "log:1: \"x,y\", expected \"gradus tune 1\" (hint: a file that gradus tune has written with "
              "--resume)");
}

TEST(TuneLog, OfAnotherSearchIsRefused) {
    const TuneSubject now{.data = "0123", .recipe = "moons --seed 1", .space = "width \"8\"\n"};
    const auto error = [&](TuneSubject other) {
        return refusal([&] { require_same_subject(other, now, "log"); });
    };
    EXPECT_EQ(error(now), "nothing was refused");
    TuneSubject other = now;
    other.data = "4567";
    EXPECT_EQ(error(other).find("log: it is about other data, expected the same rows, columns and target"),
              0U);
    other = now;
    other.recipe = "moons --seed 0";
    EXPECT_EQ(error(other).find("log: it is about \"moons --seed 0\", expected \"moons --seed 1\""), 0U);
    other = now;
    other.space = "width \"16\"\n";
    EXPECT_EQ(error(other).find("log: it is about another space, expected the same values to search"), 0U);
}

}  // namespace
}  // namespace gradus::test::tuning
