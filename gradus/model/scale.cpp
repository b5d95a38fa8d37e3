#include "gradus/model/scale.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "gradus/core/elementary.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/sweep.h"
#include "gradus/model/training.h"
#include "gradus/nn/gradient_pieces.h"
#include "gradus/nn/shared_examples.h"
#include "gradus/nn/tiny_passes.h"

namespace gradus {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::ranges::nth_element(values, middle);
    return *middle;
}

std::string next_letter(Ranks& ranks) {
    while (true)
        if (auto letter = ranks.letter()) return std::move(letter->text);
}

// Half the time there and back, as rank 0 sees it.
double one_way(Ranks& ranks, std::size_t bytes) {
    const std::string text(bytes, 'x');
    std::vector<double> times;
    for (int i = 0; i < 51; ++i) {
        const Clock::time_point begin = Clock::now();
        if (ranks.rank() == 0) {
            ranks.send_to(1, text);
            next_letter(ranks);
        } else {
            ranks.send_to(0, next_letter(ranks));
        }
        times.push_back(seconds_since(begin) / 2);
    }
    return median(times);
}

// The most that anybody says.
double most(double own, Ranks& ranks) {
    std::vector<double> all(static_cast<std::size_t>(ranks.count()), own);
    ranks.gather(all);
    return *std::ranges::max_element(all);
}

template <class T>
double median_update(const Examples<T>& data, const Recipe& recipe, Index examples) {
    Beginning<T> beginning = begin<T>(recipe);
    RunSettings settings = recipe.run;
    settings.batch = examples;
    settings.iterations = 1'000'000'000;
    settings.patience = 0;
    settings.ranks = nullptr;
    Run<T> run(beginning.network, data, {}, settings, beginning.random);
    constexpr double enough = 0.1;  // seconds
    constexpr std::size_t fewest = 5;
    std::vector<double> times;
    run.next();
    for (double all = 0; all < enough || times.size() < fewest; all += times.back()) {
        const Clock::time_point begin = Clock::now();
        run.next();
        times.push_back(seconds_since(begin));
    }
    return median(times);
}

template <class T>
TrainingCosts costs_of(const Dataset& data, const Recipe& recipe, Ranks& ranks) {
    const PreparedData<T> prepared(data, recipe, recipe.validation);
    const Index examples = prepared.training().count();
    const Index batch = recipe.run.batch == 0 ? examples : std::min(recipe.run.batch, examples);
    Examples<T> here = prepared.training();
    Matrix<T> X;
    if (prepared.shared_by != nullptr) {
        X = first_shared(here, batch);
        here.X = X;
        here.Y = here.Y.columns({0, batch});
        if (!here.weights.empty()) here.weights = here.weights.columns({0, batch});
        here.shared_by = nullptr;
    }
    TrainingCosts costs;
    for (Index some = batch; some > 0; some /= 2)
        costs.updates.push_back({some, most(median_update(here, recipe, some), ranks)});
    Network<T> network = begin<T>(recipe).network;
    costs.parameter_bytes = double(network.parameters().size_bytes());
    constexpr double piece_bytes = 1 << 17;
    costs.pieces = std::max<Index>(static_cast<Index>(costs.parameter_bytes / piece_bytes), 1);
    const auto loss = make_loss<T>(recipe.run.loss, network.layer(network.size() - 1).text());
    costs.shares_batches = TinyPasses<T>::where_they_suit(network, batch, *loss) == nullptr;
    costs.planned_updates = planned_updates(recipe.run, examples);
    return costs;
}

}  // namespace

Link measured_link(Ranks& ranks) {
    if (ranks.count() == 1) return {};
    std::vector<double> told(2 * static_cast<std::size_t>(ranks.count()));
    if (ranks.rank() < 2) {
        constexpr std::size_t large = 1 << 22;
        const double small = one_way(ranks, 1), whole = one_way(ranks, large);
        constexpr double messages = 2;  // a letter's size and its text
        told[0] = small / messages;
        told[1] = double(large) / std::max(whole - small, 1e-9);
    }
    ranks.gather(told);
    return {.latency = told[0], .bandwidth = told[1], .measured = true};
}

double TrainingCosts::seconds(double examples) const {
    // from the largest number to the smallest
    const auto below =
        std::ranges::find_if(updates, [&](const Update& one) { return double(one.examples) <= examples; });
    if (below == updates.end()) return updates.back().seconds;
    if (below == updates.begin()) return updates.front().seconds;
    const Update &more = *(below - 1), &fewer = *below;
    const double part = (examples - double(fewer.examples)) / double(more.examples - fewer.examples);
    return fewer.seconds + part * (more.seconds - fewer.seconds);
}

TrainingCosts measured_costs(const Dataset& data, const Recipe& recipe, Index networks, Ranks& ranks) {
    Recipe one = fold_count(recipe) > 0 && recipe.member == 0 ? member_recipe(recipe, 1) : recipe;
    const bool together = networks > 1 && data.table.shared_by != nullptr;
    const Index at_once =
        networks > 1 && !together ? std::min(networks, runs_at_once(data, recipe, recipe.run.threads)) : 1;
    one.run.threads = std::max<Index>(1, recipe.run.threads / at_once);
    TrainingCosts costs = one.precision == Precision::single ? costs_of<float>(data, one, ranks)
                                                             : costs_of<double>(data, one, ranks);
    costs.networks = networks;
    costs.together = together;
    costs.at_once = at_once;
    return costs;
}

Prediction predicted(const TrainingCosts& costs, const Link& link, Index ranks) {
    const double batch = double(costs.updates.front().examples), R = double(ranks);
    Prediction prediction{.ranks = ranks, .update = costs.seconds(batch)};
    const double updates = double(costs.planned_updates);
    if (costs.networks > 1 && !costs.together) {
        const double at_once = R * double(costs.at_once);
        prediction.training = std::ceil(double(costs.networks) / at_once) * updates * prediction.update;
        return prediction;
    }
    if (ranks > 1 && costs.shares_batches)
        prediction.update = costs.seconds(batch / R) * (1 + (R - 1) / (3 * double(costs.pieces))) +
                            2 * costs.parameter_bytes / link.bandwidth +
                            (R - 1 + 2 * log(R) / log(2)) * link.latency;
    prediction.training = double(costs.networks) * updates * prediction.update;
    return prediction;
}

}  // namespace gradus
