#include "gradus/export/onnx/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/quantile_bins.h"
#include "gradus/export/onnx/entries.h"

namespace gradus::onnx {

void require_network(const std::string& text, Shape in) {
    constexpr Index most_inputs = Index{1} << 26;
    constexpr std::size_t most_text = 1 << 16;
    require(in.channels > 0 && in.length > 0 && in.channels <= most_inputs / in.length,
            say("its network has inputs of {}", in.text()));
    require(text.size() <= most_text, say("its network has a text of {}", text.size()));
}

template <class T>
void require_bearable(const Network<T>& network) {
    constexpr Index most_numbers = Index{1} << 25, most_products = Index{1} << 31;
    Index numbers = 0, products = 0;
    for (std::size_t i = 0; i < network.size(); ++i) {
        const LayerPlan& plan = network.plan(i);
        numbers += plan.out.size() + plan.scratch;
        products += plan.parameter_count() * plan.out.length;
        if (numbers > most_numbers || products > most_products)
            throw Error(Fault::input, {.found = say("one example takes too much memory or time"),
                                       .expected = say("at most {} numbers and {} multiplications",
                                                       most_numbers, most_products)});
    }
}

static void require_sample(const Table& sample) {
    constexpr Index most_rows = 1000;
    require(sample.rows >= 0 && sample.rows <= most_rows, say("its self-test has {} rows", sample.rows));
    for (const Column& column : sample.columns)
        require(
            std::max(column.numbers.size(), column.codes.size()) == static_cast<std::size_t>(sample.rows) &&
                std::min(column.numbers.size(), column.codes.size()) == 0,
            say("the column \"{}\" of its self-test has another number of rows", column.name));
}

static void require_line(const Line& line, bool may_say_nothing, const std::string& of) {
    const bool divides =
        line.divisor != 0 && (std::isfinite(line.divisor) || (may_say_nothing && line.divisor > 0));
    require(std::isfinite(line.offset) && divides, say("the scale of {} is no scale", in_quotes(of)));
}

// A bin whose width is no number, or zero in the type of its column, would give no number.
static void require_bins(const NumericFeature& feature) {
    if (feature.edges.empty()) return;
    const auto width = [&](double low, double high) {
        return feature.in_double ? twice_width(low, high)
                                 : double(twice_width(static_cast<float>(low), static_cast<float>(high)));
    };
    bool ascending = feature.edges.size() >= 3;
    for (std::size_t i = 1; i < feature.edges.size(); ++i)
        ascending = ascending && width(feature.edges[i - 1], feature.edges[i]) > 0;
    require(ascending && std::isfinite(width(feature.edges.front(), feature.edges.back())) &&
                std::isfinite(feature.fill),
            say("the bins of {} are no bins", in_quotes(feature.name)));
}

// What the arithmetic and the dates of the report rely on.
static void require_features(const Features& features) {
    require(features.divisor > 0 && std::isfinite(features.divisor),
            say("its pixels are divided by no number"));
    for (const NumericFeature& feature : features.numeric) {
        require(!std::isinf(feature.fill), say("what fills {} is infinite", in_quotes(feature.name)));
        require_line(feature.line, true, feature.name);
        require_bins(feature);
    }
    constexpr double first = -62'135'596'800, behind_last = 253'402'300'800;  // years 1 to 9999
    for (const DateFeature& feature : features.dates) {
        require(first <= feature.fill && feature.fill < behind_last,
                say("what fills {} is no date", in_quotes(feature.name)));
        require_line(feature.line, true, feature.name);
    }
    for (const TextFeature& feature : features.text) {
        require(std::ranges::is_sorted(feature.categories),
                say("the categories of \"{}\" are not in order", feature.name));
        require(!feature.never_varies || feature.categories.size() == 1,
                say("the categories of {} are not one", in_quotes(feature.name)));
    }
}

static void require_target(const Target& target, Index in, Index out) {
    const auto classes = static_cast<Index>(target.classes.size());
    const bool nameless = target.names.empty() && !target.output.empty() && target.task == Task::regress;
    require(nameless || !target.names.empty(), say("it has no target"));
    if (nameless)
        return require(
            classes == 0 && target.lines.empty() && target.lowest.empty() && target.highest.empty(),
            say("its targets do not fit its network"));
    if (target.task == Task::classify) {
        require(classes >= 2 && (out == classes || (classes == 2 && out == 1)),
                say("its classes do not fit its network"));
    } else if (target.task == Task::multilabel) {
        require(classes == 0 && target.lines.empty() && target.names.size() == static_cast<std::size_t>(out),
                say("its labels do not fit its network"));
    } else if (target.task == Task::encode) {
        require(classes == 0 && target.lines.empty() && target.names.size() == static_cast<std::size_t>(out),
                say("its hidden units do not fit its network"));
    } else {
        const bool itself = target.task == Task::reconstruct;
        require(!itself || in == out, say("its outputs do not fit its inputs"));
        require(classes == 0 && target.names.size() == static_cast<std::size_t>(out) &&
                    target.lines.size() == static_cast<std::size_t>(out),
                say("its targets do not fit its network"));
        for (std::size_t i = 0; i < target.lines.size(); ++i)
            require_line(target.lines[i], itself, target.names[i]);
    }
    const bool clips = target.task == Task::regress && !target.lowest.empty();
    require(target.lowest.size() == target.highest.size() &&
                target.lowest.size() == (clips ? static_cast<std::size_t>(out) : 0),
            say("what its targets lie between does not fit its network"));
    for (std::size_t i = 0; i < target.lowest.size(); ++i)
        require(std::isfinite(target.lowest[i]) && std::isfinite(target.highest[i]) &&
                    target.lowest[i] <= target.highest[i],
                say("what {} lies between are no limits", in_quotes(target.names[i])));
}

static void require_confusion(const Evaluation& evaluation, std::size_t classes) {
    for (const auto& row : evaluation.confusion)
        require(row.size() == evaluation.confusion.size() && row.size() == classes,
                say("its metrics do not fit its classes"));
}

template <class T>
void require_consistent(const Model<T>& model) {
    require_network(model.network.text(), model.network.in());
    const Index channels = model.features.masked_channels;
    require(
        channels == 0 || (channels > 0 && static_cast<Index>(model.features.numeric.size()) % channels == 0),
        say("its series have {} channels", channels));
    require(model.features.width() == model.network.in().size(), say("its features do not fit its network"));
    require(model.features.bins() == 0 || (channels == 0 && model.network.in().length == 1),
            say("its series have bins"));
    require_features(model.features);
    require_target(model.target, model.network.in().size(), model.network.out().size());
    for (const Evaluation& evaluation : {model.training, model.validation.value_or(Evaluation{}),
                                         model.out_of_fold.value_or(Evaluation{})}) {
        require_confusion(evaluation, model.target.classes.size());
        const bool measured = model.target.task == Task::multilabel && evaluation.examples > 0;
        require(evaluation.labels.size() == (measured ? model.target.names.size() : 0),
                say("its metrics do not fit its labels"));
        for (const Evaluation& label : evaluation.labels) {
            require_confusion(label, 2);
            require(label.confusion.size() == 2 && label.labels.empty(),
                    say("its metrics do not fit its labels"));
        }
    }
    for (const Member<T>& other : model.others)
        require(other.network.text() == model.network.text() && other.network.in() == model.network.in(),
                say("its members have other networks"));
    require_sample(model.sample);
    require_bearable(model.network);
}

static bool is_permutation(const std::vector<Index>& order) {
    std::vector<bool> seen(order.size());
    for (const Index i : order) {
        if (i < 0 || i >= static_cast<Index>(order.size()) || seen[static_cast<std::size_t>(i)]) return false;
        seen[static_cast<std::size_t>(i)] = true;
    }
    return true;
}

template <class T>
static void require_run(const RunState<T>& run, const Network<T>& network, OptimizerKind optimizer) {
    const std::size_t parameters = network.parameters().size(), statistics = network.statistics().size();
    const auto require_size = [](const char* name, std::size_t found, std::size_t expected) {
        require(found == expected, say("the tensor \"{}\" of its state does not fit its network", name));
    };
    require(run.optimizer.updates >= 0 && run.position >= 0 && run.epoch >= 0,
            say("its state has negative counts"));
    require_size("parameters", run.parameters.size(), parameters);
    require_size("statistics", run.statistics.size(), statistics);
    require_size("optimizer", run.optimizer.slots.size(),
                 static_cast<std::size_t>(optimizer_slots(optimizer)) * parameters);
    require(is_permutation(run.order) && run.position <= static_cast<Index>(run.order.size()),
            say("the order of its examples is wrong"));
    if (run.best) {
        require_size("best_parameters", run.best->parameters.size(), parameters);
        require_size("best_statistics", run.best->statistics.size(), statistics);
    }
}

template <class T>
void require_state(const TrainingState<T>& state, const Network<T>& network, OptimizerKind optimizer) {
    if (state.folds.empty()) return require_run(state.run, network, optimizer);
    for (const std::optional<FoldState<T>>& fold : state.folds)
        if (fold) require_run(fold->run, network, optimizer);
}

#define GRADUS_INSTANTIATE(T)                          \
    template void require_bearable(const Network<T>&); \
    template void require_consistent(const Model<T>&); \
    template void require_state(const TrainingState<T>&, const Network<T>&, OptimizerKind);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus::onnx
