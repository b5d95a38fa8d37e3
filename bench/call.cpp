// What does the library take, called from C++? Beside it bench/peers/python_speed.py sets the same in Python.
//   gradus_call fit DATA TARGET IGNORED [SETTING=TEXT...]    seconds of one training, from a table in memory:
//   data
//                                                          set, recipe, run, metrics
//   gradus_call row MODEL                                    microseconds of one row: the network alone, and
//   all of it
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <limits>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gradus/gradus.h"
#include "gradus/model/settings.h"
#include "gradus/model/trial.h"

namespace gradus::bench {
namespace {

// Processor time, the shortest of so many samples, of so many calls each: what else happens on the machine
// only adds.
template <class F>
double seconds_of(int samples, int calls, F f) {
    double shortest = std::numeric_limits<double>::infinity();
    for (int sample = 0; sample < samples; ++sample) {
        const std::clock_t began = std::clock();
        for (int call = 0; call < calls; ++call) f();
        shortest = std::min(shortest, double(std::clock() - began) / CLOCKS_PER_SEC / calls);
    }
    return shortest;
}

double fit(const std::string& path, const std::string& target, const std::string& ignored,
           std::span<char*> said) {
    ColumnChoices columns{.targets = {target}};
    if (!ignored.empty()) columns.ignored = {ignored};
    const Table read = read_table(path);  // as a DataFrame is there before fit
    Table table;
    Choices choices;
    for (const std::string word : said)
        setting_called(word.substr(0, word.find('='))).read(choices, word.substr(word.find('=') + 1));
    const auto once = [&] {
        std::vector<std::string> notes;
        const Dataset data = make_dataset(std::move(table), columns, notes);
        TriedRecipe tried = tried_recipe(choices, data, 1);
        tried.recipe.run.threads = 1;
        const Start<float> start{.members = members_of<float>(tried.members)};
        if (train<float>(data, tried.recipe, {}, {}, start).model.updates == 0)
            std::puts("nothing was learned");
    };
    double shortest = std::numeric_limits<double>::infinity();
    for (int sample = 0; sample < 3; ++sample) {  // the first meets memory that nobody had before
        table = read;
        shortest = std::min(shortest, seconds_of(1, 1, once));
    }
    return shortest;
}

// Of the network's own precision; a row of ones.
template <class T>
void print_row(const Model<T>& model) {
    Matrix<T> X(model.network.in().size(), 1);
    Table table{.name = "X.npy", .rows = 1, .is_array = true, .unnamed = true};
    for (Index i = 0; i < X.rows(); ++i) {
        X(i, 0) = 1;
        table.columns.push_back({.name = std::to_string(i + 1), .numbers = {1}});
    }
    Predictor<T> predict(model.network);
    constexpr int samples = 20, calls = 2000;
    double sum = 0;  // somebody looks at what was computed
    const double network = seconds_of(samples, calls, [&] { sum += double(predict(X)(0, 0)); });
    const double all = seconds_of(samples, calls, [&] { sum += double(outputs(model, table)(0, 0)); });
    if (sum == 0) std::puts("nothing was computed");
    std::printf("%.3f %.3f\n", 1e6 * network, 1e6 * all);
}

}  // namespace
}  // namespace gradus::bench

int main(int argc, char** argv) {
    using namespace gradus::bench;
    const std::span<char*> words(argv, static_cast<std::size_t>(argc));
    if (argc == 3 && std::strcmp(words[1], "row") == 0) {
        std::visit([](const auto& model) { print_row(model); }, gradus::read_model(words[2]));
    } else if (argc >= 5 && std::strcmp(words[1], "fit") == 0) {
        std::printf("%.6f\n", fit(words[2], words[3], words[4], words.subspan(5)));
    } else {
        return 2;
    }
}
