#include "gradus/model/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>
#include <vector>

#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/spoken.h"
#include "gradus/model/network_text.h"
#include "gradus/model/setting_row.h"

namespace gradus {
namespace {

Typing<Index> batch_words() {
    Typing<Index> words = whole<Index>(0, most_iterations);
    words.read = [](const std::string& place, const std::string& text) {
        return text == "full" ? 0 : whole_number(place, text, 1, most_iterations, say(" or \"full\""));
    };
    words.text = [](Index batch) { return batch == 0 ? "full" : std::to_string(batch); };
    return words;
}

// "3x40"
Typing<Shape> shape_words() {
    static constexpr Index most = 1'000'000'000;
    return {[](const std::string& place, const std::string& text) -> Shape {
                const std::size_t cross = text.find('x');
                if (cross == std::string::npos)
                    throw Error(Fault::usage, {.place = place,
                                               .found = '"' + text + '"',
                                               .expected = say("channels x length, as in 3x40")});
                return {
                    .channels = whole_number(place, text.substr(0, cross), 1, most, say(" for the channels")),
                    .length = whole_number(place, text.substr(cross + 1), 1, most, say(" for the length"))};
            },
            [](const Shape& shape) { return fmt::format("{}x{}", shape.channels, shape.length); }};
}

// Where the data decides whether it is one: of what could never be, nobody needs to say that it is none.
bool may_be_an_ensemble(const Recipe& recipe) {
    return recipe.ensemble > 1 || recipe.encoding != NumberEncoding::none ||
           (recipe.shape.length == 1 && recipe.shape.channels > few_features &&
            recipe.pretraining.kind == Pretrain::none && !is_unsupervised(recipe.task));
}

// Whose value is not simply one member of the choices and one of the recipe.

Setting task_setting() {
    Setting task = setting_of(Row<Task>{
        .about = {"task", say_later("Data"), "NAME",
                  say_later(
                      "what to learn; encode: hidden units, from the inputs alone (with --pretrain rbm); "
                      "reconstruct: the inputs themselves (an autoencoder)"),
                  "auto"},
        .said = &Choices::task,
        .words = one_of_names(task_names),
        .place = [](Recipe& r) { return &r.task; }});
    task.names.emplace_back("auto");
    task.read = [](Choices& to, const std::string& text) {
        std::vector<std::string> names(task_names.begin(), task_names.end());
        names.emplace_back("auto");
        const std::size_t place = name_index(setting("task"), text, names);
        to.task = text == "auto" ? std::nullopt : std::optional(static_cast<Task>(place));
    };
    return task;
}

Setting shape_setting() {
    Setting shape = setting_of(Row<Shape>{
        .about = {"shape", say_later("Data"), "CxL",
                  say_later("each example is a series: C channels of length L, channel after channel"),
                  say_later("every feature a channel")},
        .said = &Choices::shape,
        .words = shape_words()});
    shape.keep = [](Choices& to, const Recipe& recipe) {
        if (recipe.shape.length > 1) to.shape = recipe.shape;
    };
    return shape;
}

Setting net_setting() {
    Setting net = setting_of(
        Row<std::string>{.about = {"net", say_later("Network"), "TEXT",
                                   say_later("the hidden layers, of the kinds below; \"\" for none"),
                                   say_later("by the data")},
                         .said = &Choices::hidden,
                         .words = any_text()});
    net.keep = [](Choices& to, const Recipe& recipe) {
        to.hidden = recipe.task == Task::encode        ? recipe.network
                    : recipe.task == Task::reconstruct ? encoder_of(recipe.network)
                                                       : said_network(recipe.network);
    };
    return net;
}

// "new.csv", "folder/new", "-" or what exists; anything else was meant as a number.
bool names_a_file(const std::string& text) {
    std::error_code unreadable;
    if (!std::isnan(to_number(text))) return false;
    if (text == "-") return true;  // the standard input
    const std::string extension = std::filesystem::path(text).extension().string();
    return text.find('/') != std::string::npos || std::filesystem::exists(text, unreadable) ||
           (extension.size() > 1 && std::isalpha(static_cast<unsigned char>(extension[1])) != 0);
}

Setting validation_setting() {
    Setting validation = setting_of(
        Row<double>{.about = {"validation", say_later("Run"), "SHARE|FILE",
                              say_later("examples set aside: a share, 0 for none, or a file"), "0.2"},
                    .said = &Choices::validation,
                    .words = real(0, std::nextafter(1.0, 0.0), say_later("a share from 0 to below 1")),
                    .place = [](Recipe& r) { return &r.validation; },
                    .usual = 0.2});
    validation.read = [share = validation.read](Choices& to, const std::string& text) {
        if (names_a_file(text)) {
            to.validation_file = text;
        } else if (const double percent = to_number(text.substr(0, text.find('%')));
                   percent > 1 && percent < 100) {
            throw Error(Fault::usage, {.place = setting("validation"),
                                       .found = '"' + text + '"',
                                       .expected = say("a share from 0 to below 1"),
                                       .hint = setting("validation", to_text(percent / 100))});
        } else {
            share(to, text);
        }
    };
    validation.text = [share = validation.text](const Choices& from) {
        return from.validation_file.empty() ? share(from) : from.validation_file;
    };
    validation.keep = [share = validation.keep](Choices& to, const Recipe& recipe) {
        share(to, recipe);
        to.validation_file = recipe.validation_file;
    };
    validation.take = [share = validation.take](Choices& to, const Choices& from) {
        share(to, from);
        if (!from.validation && from.validation_file.empty()) return;
        to.validation_file = from.validation_file;
        to.validation_examples = from.validation_examples;
    };
    return validation;
}

std::vector<Setting> data_and_network() {
    return {
        task_setting(),
        shape_setting(),
        setting_of(Row<std::string>{
            .about = {"group", say_later("Data"), "COL",
                      say_later("its rows of one value are all set aside or none of them; it "
                                "is nothing to learn from")},
            .said = &Choices::group,
            .words = any_text(),
            .place = [](Recipe& r) { return &r.group; },
            .none = ""}),
        setting_of(Row<std::string>{
            .about =
                {"weight", say_later("Data"), "COL",
                 say_later(
                     "how much each row counts, in the loss and in the metrics; it is nothing to learn from"),
                 say_later("all alike")},
            .said = &Choices::weight,
            .words = any_text(),
            .place = [](Recipe& r) { return &r.weight; },
            .none = ""}),
        setting_of(Row<Scaling>{
            .about = {"scale", say_later("Data"), "NAME", say_later("of the inputs"), "standard"},
            .said = &Choices::scaling,
            .words = one_of_names(scaling_names),
            .place = [](Recipe& r) { return &r.scaling; },
            .usual = Scaling::standard}),
        setting_of(Row<NumberEncoding>{
            .about = {"encode", say_later("Data"), "NAME",
                      say_later("what a table's numbers become besides; ple: how far each is into up to 32 "
                                "bins between quantiles (piecewise-linear encoding)"),
                      say_later("by the data")},
            .said = &Choices::encoding,
            .words = one_of_names(number_encoding_names),
            .place = [](Recipe& r) { return &r.encoding; },
            .usual = NumberEncoding::none,
            .applies = may_be_an_ensemble}),
        net_setting(),
        setting_of(Row<Initializer>{.about = {"init", say_later("Network"), "NAME",
                                              say_later("the first weights"), say_later("by the data")},
                                    .said = &Choices::initializer,
                                    .words = one_of_names(initializer_names),
                                    .place = [](Recipe& r) { return &r.initializer; },
                                    .usual = Initializer::automatic}),
        setting_of(Row<Precision>{
            .about = {"precision", say_later("Network"), "NAME", say_later("of all numbers"), "float"},
            .said = &Choices::precision,
            .words = one_of_names(precision_names),
            .place = [](Recipe& r) { return &r.precision; },
            .usual = Precision::single}),
    };
}

// 0 epochs leave it at the pre-training.
Typing<Index> epochs_words() {
    Typing<Index> words = whole<Index>(1, most_epochs);
    words.read = [read = words.read](const std::string& place, const std::string& text) {
        return text == "0" ? 0 : read(place, text);
    };
    words.check = [check = words.check](const std::string& place, Index epochs) {
        if (epochs != 0) check(place, epochs);
    };
    return words;
}

constexpr Index largest_seed = std::numeric_limits<std::uint32_t>::max();

std::vector<Setting> run() {
    return {
        setting_of(Row<Index>{.about = {"batch", say_later("Run"), "N|full",
                                        say_later("examples for each update (of machines: --pretrain-batch)"),
                                        say_later("by the data")},
                              .said = &Choices::batch,
                              .words = batch_words(),
                              .place = [](Recipe& r) { return &r.run.batch; },
                              .usual = 32}),
        setting_of(Row<Index>{
            .about = {"epochs", say_later("Run"), "N",
                      say_later("at most so many passes over the examples: validation stops a run earlier "
                                "(--patience), and so does a validation cost below 0.001"),
                      "200"},
            .said = &Choices::epochs,
            .words = epochs_words(),
            .place = [](Recipe& r) { return &r.run.epochs; },
            .usual = 200,
            .applies = [](const Recipe& r) { return r.run.iterations == 0; }}),
        setting_of(Row<Index>{
            .about = {"iterations", say_later("Run"), "N",
                      say_later(
                          "exactly so many updates instead; validation does not stop them, and the last "
                          "weights are kept")},
            .said = &Choices::iterations,
            .words = whole<Index>(1, most_iterations),
            .place = [](Recipe& r) { return &r.run.iterations; },
            .none = 0}),
        validation_setting(),
        setting_of(Row<SplitBy>{
            .about = {"split", say_later("Run"), "NAME",
                      say_later("which are set aside: drawn, or the latest by the column of dates, "
                                "without one by the order of the rows"),
                      "random"},
            .said = &Choices::split,
            .words = one_of_names(split_names),
            .place = [](Recipe& r) { return &r.split; },
            .usual = SplitBy::random,
            .none = SplitBy::random}),
        setting_of(Row<Index>{
            .about = {"ensemble", say_later("Run"), "K",
                      say_later("so many networks, each trained without one of K folds, stopped by it and "
                                "judged on it; their answers are averaged"),
                      say_later("by the data")},
            .said = &Choices::ensemble,
            .words = whole<Index>(1, most_members),
            .place = [](Recipe& r) { return &r.ensemble; },
            .usual = 1,
            .applies = may_be_an_ensemble}),
        setting_of(Row<Index>{
            .about = {"folds", say_later("Run"), "K",
                      say_later("cross-validation: the recipe is judged by K networks, each on the fold that "
                                "it was trained without; then one is trained on all rows")},
            .said = &Choices::folds,
            .words = whole<Index>(2, most_members),
            .place = [](Recipe& r) { return &r.folds; },
            .none = 0}),
        setting_of(Row<Index>{
            .about = {"patience", say_later("Run"), "N",
                      say_later("early stopping: after so many epochs without a lower validation cost; the "
                                "weights that had the lowest are kept. Below 20 validation examples neither"),
                      "20"},
            .said = &Choices::patience,
            .words = whole<Index>(1, most_epochs),
            .place = [](Recipe& r) { return &r.run.patience; },
            .usual = 20,
            .none = 0}),
        setting_of(Row<std::uint32_t>{
            .about = {"seed", say_later("Run"), "N",
                      say_later("of the first weights and the order of the examples"), "0"},
            .said = &Choices::seed,
            .words = whole<std::uint32_t>(0, largest_seed),
            .place = [](Recipe& r) { return &r.seed; },
            .usual = 0}),
        setting_of(
            Row<std::uint32_t>{.about = {"data_seed", say_later("Data"), "N",
                                         say_later("of built-in data, and of the division for validation"),
                                         say_later("as --seed")},
                               .said = &Choices::data_seed,
                               .words = whole<std::uint32_t>(0, largest_seed),
                               .place = [](Recipe& r) { return &r.data_seed; }}),
    };
}

}  // namespace

std::span<const Setting> settings() {
    static const std::vector<Setting> all = [] {
        std::vector<Setting> rows = data_and_network();
        for (const auto& more : {pretraining_settings(), learning_settings(), run()})
            rows.insert(rows.end(), more.begin(), more.end());
        return rows;
    }();
    return all;
}

const Setting& setting_called(std::string_view id) {
    const auto found = std::ranges::find(settings(), id, &Setting::id);
    if (found == settings().end())
        throw Error(Fault::usage, {.place = std::string(id), .found = say("is no setting")});
    return *found;
}

bool is_about_updates(const Setting& setting) {
    constexpr std::array others{"init", "batch", "epochs", "iterations", "patience"};
    return std::string_view(setting.group.english) == "Learning" ||
           std::ranges::count(others, setting.id) > 0;
}

Choices choices_of(const Recipe& recipe) {
    Choices choices;
    for (const Setting& setting : settings())
        if (recipe.task != Task::encode || !is_about_updates(setting)) setting.keep(choices, recipe);
    return choices;
}

Choices over(const Choices& otherwise, const Choices& said) {
    Choices result = otherwise;
    if (said.epochs) result.iterations.reset();
    if (said.iterations) result.epochs.reset();
    for (const Setting& setting : settings()) setting.take(result, said);
    return result;
}

}  // namespace gradus
