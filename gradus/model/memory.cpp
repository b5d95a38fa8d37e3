#include "gradus/model/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/files/free_memory.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/network.h"

namespace gradus {
namespace {

constexpr double gibibyte = 1024.0 * 1024 * 1024;

struct NetworkSize {
    double parameters = 0;
    double kept = 0;    // numbers kept for the way back, for each example of a batch
    double widest = 0;  // numbers that a layer takes or gives
    double out = 0;
};

NetworkSize size_of(const Recipe& recipe) {
    NetworkSize size;
    Shape in = recipe.shape;
    for (const LayerPointer<double>& layer : read_layers<double>(recipe.network)) {
        const LayerPlan plan = layer->plan(in);
        size.parameters += double(plan.parameter_count());
        size.kept += double(in.size() + plan.out.size() + plan.scratch);
        size.widest = std::max(size.widest, double(plan.out.size()));
        size.out = double(plan.out.size());
        in = plan.out;
    }
    return size;
}

// Of the features.
double part_of(const Dataset& data, Held held) {
    const Ranks* const ranks = data.table.shared_by;
    return ranks == nullptr || held == Held::all ? 1 : 1 / double(ranks->count());
}

double bytes_of_data(const Dataset& data, Index examples, Held held) {
    const int besides =
        (data.together.empty() ? 0 : 1) + (data.times.empty() ? 0 : 1) + (data.weights.empty() ? 0 : 4);
    return double(examples) *
           (part_of(data, held) * double(data.features()) + double(2 * data.Y.rows() + besides)) *
           sizeof(double);
}

// A checkpoint's numbers: the network and its run's state, each copied for the observer, as a tensor, and
// twice in the bytes of the file, which grow by doubling.
double numbers_of_checkpoint(const Recipe& recipe, double parameters) {
    const double best = recipe.validation > 0 || !recipe.validation_file.empty() ? 1 : 0;
    const double vectors = 2 + double(optimizer_slots(recipe.run.optimizer.kind)) + best;
    return 4 * vectors * parameters;
}

}  // namespace

double memory_needed(const Dataset& data, const Recipe& recipe, Index examples, bool checkpoints, Held held) {
    const NetworkSize network = size_of(recipe);
    const RunSettings& run = recipe.run;
    const double number = recipe.precision == Precision::single ? sizeof(float) : sizeof(double);
    const double n = double(examples);
    const double batch = run.batch == 0 ? n : std::min(double(run.batch), n);
    const double copies = 2 + double(optimizer_slots(run.optimizer.kind)) + (recipe.validation > 0 ? 2 : 0);
    const double evaluated_at_once = std::min(n, 256.0);

    const double examples_bytes =
        bytes_of_data(data, examples, held) +
        n * ((data.together.empty() ? 3 : 7) * double(sizeof(Index)) +  // a division
             number * (part_of(data, held) * double(recipe.shape.size()) + 2 * network.out));
    Index unlabelled = 0;
    for (const Table& table : data.unlabelled) unlabelled += table.rows;
    const bool has_machines = recipe.pretraining.kind != Pretrain::none;
    const double pretrained = has_machines ? n + double(unlabelled) : 0;
    const double of_machine =  // for each example of a batch: hidden units and their draws, and visible ones
        8 * std::max(network.widest, double(recipe.shape.size())) *
        std::min(double(recipe.pretraining.batch), pretrained);
    const double checkpoint = checkpoints ? numbers_of_checkpoint(recipe, network.parameters) : 0;
    return examples_bytes + number * (copies * network.parameters + batch * network.kept +
                                      2 * evaluated_at_once * network.widest + checkpoint + of_machine +
                                      pretrained * (double(recipe.shape.size()) + 2 * network.widest));
}

void require_memory(const Dataset& data, const Recipe& recipe, Index examples, bool checkpoints) {
    const double there = examples == data.examples() ? bytes_of_data(data, examples, Held::as_now) : 0;
    const double needed = memory_needed(data, recipe, examples, checkpoints) - there;
    constexpr double surely_free = 16.0 * 1024 * 1024;  // to ask would take longer than a small run
    if (needed <= surely_free) return;
    const double available = memory_available();
    if (needed <= available) return;
    throw Error(Fault::input, {.place = say("network \"{}\" with {} examples", recipe.network, examples),
                               .found = say("needs about {:.1f} GiB of memory", needed / gibibyte),
                               .expected = say("at most the {:.1f} GiB that are free", available / gibibyte),
                               .hint = say("a smaller {}, fewer units or fewer examples", setting("batch"))});
}

}  // namespace gradus
