#include "gradus/export/numpy/program.h"

#include <algorithm>

#include "gradus/core/number.h"
#include "gradus/explain/phases.h"
#include "gradus/export/numpy/python.h"
#include "gradus/model/network_text.h"
#include "gradus/model/prepared.h"

namespace gradus {
namespace {

// What the program itself would set aside, which knows nothing of rows that belong together.
std::vector<Index> drawn(const Dataset& data, const Recipe& recipe) {
    Dataset alone{
        .name = data.name, .Y = data.Y, .target_names = data.target_names, .class_names = data.class_names};
    alone.table.rows = data.examples();
    alone.table.columns = {data.table.columns.front()};
    return split(alone, recipe.validation, RandomState(recipe.data_seed)).validation;
}

// "3, 17, ...", broken where a line is full.
std::string in_lines(const std::vector<Index>& numbers) {
    constexpr std::size_t width = 100;
    std::string text, line;
    for (const Index number : numbers) {
        if (line.size() > width) {
            text += line + "\n    ";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + std::to_string(number) + ",";
    }
    return text + line;
}

}  // namespace

// X scaled as `like` is, or each example by itself; with its bins.
std::string NumpyProgram::scaled(const std::string& X, const std::string& like) const {
    if (recipe_.scaling == Scaling::series) return "each_by_itself(" + X + ")";
    const std::string seen = unlabelled_ ? "np.hstack([" + like + ", X_unlabelled])" : like;
    if (recipe_.scaling == Scaling::standard && sees_places_alike(recipe_.network, recipe_.shape))
        return "by_channel(" + X + ", " + seen + ", length=" + std::to_string(recipe_.shape.length) + ")";
    const std::string function = recipe_.scaling == Scaling::minmax     ? "minmax"
                                 : recipe_.scaling == Scaling::standard ? "standard"
                                                                        : "varying";
    const std::string arguments = "(" + X + ", " + seen + ")";
    std::string numbers = function + arguments;
    if (recipe_.encoding == NumberEncoding::none) return numbers;
    return "np.vstack([" + numbers + ", piecewise_linear" + arguments + "])";
}

// Training and validation examples.
std::string NumpyProgram::divided() const {
    const std::string of = has_target() ? "Y" : "X";
    std::string text = validation_ == drawn(data_, recipe_)
                           ? "training, validation = split(" + of + ", share=" + to_text(recipe_.validation) +
                                 ", seed=" + std::to_string(recipe_.data_seed) +
                                 ", by_class=" + (data_.has_classes() ? "True" : "False") + ")\n"
                           : (recipe_.member > 0 ? "# The fold that this member is trained without.\n"
                                                 : "# Rows that belong together lie on one side, or the "
                                                   "latest are set aside.\n") +
                                 std::string("validation = np.array([\n    ") + in_lines(validation_) +
                                 (validation_.empty() ? "\n], dtype=int)" : "\n])") +
                                 "\ntraining = np.setdiff1d(np.arange(" + of + ".shape[1]), validation)\n";
    text += has_target() ? "X_train, Y_train = X[:, training], Y[:, training]\n"
                           "X_val, Y_val = X[:, validation], Y[:, validation]\n"
                         : "X_train, X_val = X[:, training], X[:, validation]\n";
    if (scales_ && shows_) text += "X_all = " + scaled("X", "X_train") + "\n";
    if (scales_) text += "X_val = " + scaled("X_val", fitted("X_train")) + "\n";
    return text;
}

// What is learned from: X_train, Y_train and their like, or X_all and Y_all, made of X and Y.
std::string NumpyProgram::prepared(const std::string& X, const std::string& Y,
                                   const std::string& behind) const {
    const std::string with = "_" + behind, of_all = behind == "all" ? "_all" : "";
    std::string text;
    if (weighted_)
        text += "weights" + of_all + " = " + (labels_ ? "balanced_label_weights(" : "balanced_weights(") + Y +
                ")\n";
    if (scales_) text += "X" + with + " = " + scaled(X, fitted(X)) + "\n";
    if (gives_back_) {
        const bool clips = needs_probabilities(run_.loss);
        const auto truth = [&](const std::string& inputs) {
            return clips ? "np.clip(" + inputs + ", 0, 1)\n" : inputs + "\n";
        };
        text += "Y" + with + " = " + truth(scales_ ? "X" + with : X);
        if (divides_ && of_all.empty()) text += "Y_val = " + truth("X_val");
    }
    if (units_) {
        text += "mean" + of_all + ", deviation" + of_all + " = target_scale(" + Y + ")\n";
        if (divides_ && of_all.empty()) text += "Y_val = (Y_val - mean) / deviation\n";
        text += "Y" + with + " = (" + Y + " - mean" + of_all + ") / deviation" + of_all + "\n";
    }
    if (one_hot_) {
        const std::string classes = ", " + std::to_string(data_.class_names.size()) + ")\n";
        text += "Y" + with + " = one_hot(" + Y + classes;
        if (divides_ && of_all.empty()) text += "Y_val = one_hot(Y_val" + classes;
    }
    return text;
}

// A call of `train`: `arrays` are its first arguments, `more` its last.
std::string NumpyProgram::trained(const std::string& results, const Items& arrays, const Items& more) const {
    const std::string first = "initialize_parameters(" + sizes_for(arrays[0]) + ")";
    const bool quiet = std::ranges::find(more, "quiet=True") != more.end();
    Items arguments{pretrains_ ? "first_parameters" : first};
    arguments.insert(arguments.end(), arrays.begin(), arrays.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back("learning_rate=" + to_text(run_.optimizer.learning_rate));
    if (run_.batch > 0) arguments.push_back("batch=" + std::to_string(run_.batch));
    if (run_.schedule == Schedule::plateau) {
        arguments.emplace_back("plateau=True");
    } else if (run_.schedule != Schedule::constant) {  // the function has the schedule's name
        std::string name = schedule_names[static_cast<std::size_t>(run_.schedule)];
        std::ranges::replace(name, '-', '_');
        arguments.push_back("schedule=lambda i: " + name + "_schedule(i, " + std::to_string(updates_) + ")");
    }
    Index every = 100;  // at most a thousand lines
    while (run_.iterations / every > 1000) every *= 10;
    if (run_.iterations > 0) arguments.push_back("every=" + std::to_string(every));
    return "np.random.seed(" + std::to_string(recipe_.seed) + ")\n" +
           (pretrains_ ? pretrained(first, arrays, quiet) : "") + results + " = train(" + listed(arguments) +
           ")\n";
}

// A call of `pretrain`, on the examples that `train` then has, and those without a label.
std::string NumpyProgram::pretrained(const std::string& beginning, const Items& arrays, bool quiet) const {
    const PretrainingSettings& how = recipe_.pretraining;
    const std::string& X = arrays[0];
    const auto flag = [](bool yes) { return std::string(yes ? "True" : "False"); };
    const auto quoted = [](const std::string& text) { return '"' + text + '"'; };
    const Network<double> network(recipe_.shape, recipe_.network, {.initializer = Initializer::zeros});
    const std::vector<std::string> outputs = output_names(network);
    Items machines;
    const std::vector<MachinePlace> places = machine_places(network, stack_of(recipe_.task));
    for (const MachinePlace& place : places)
        machines.push_back("(" + quoted(outputs[place.layer].substr(1)) + ", " + std::to_string(place.layer) +
                           ", " + flag(place.hidden_units == HiddenUnits::rectified) + ")");
    Items arguments{beginning, unlabelled_ ? "np.hstack([" + X + ", " + unlabelled(X) + "])" : X, "machines"};
    if (how.kind == Pretrain::dbn) {
        arguments.push_back("labels=" + (one_hot_ ? arrays[1] : "one_hot(" + arrays[1] + ", 2)"));
        arguments.push_back("output=" + quoted(network_.output().substr(1)));
        arguments.push_back("dream_steps=" + std::to_string(how.dream_steps));
    }
    if (gives_back_) {  // the last dense layers, from the end
        Items undo;
        for (std::size_t i = network.size(); i-- > 0 && undo.size() < places.size();)
            if (network.layer(i).describe().kind == "dense") undo.push_back(quoted(outputs[i].substr(1)));
        arguments.push_back("undone_by=[" + listed(undo) + "]");
    }
    if (how.visible != VisibleChoice::automatic)
        arguments.push_back("visible=" + quoted(visible_choice_names[static_cast<std::size_t>(how.visible)]));
    if (how.learning_rate > 0) arguments.push_back("rate=" + to_text(how.learning_rate));
    const Items settings{"seed=" + std::to_string(recipe_.run.mask_seed),
                         "epochs=" + std::to_string(how.epochs),
                         "batch=" + std::to_string(how.batch),
                         "momentum=" + to_text(how.momentum),
                         "decay=" + to_text(how.weight_decay),
                         "cd=" + std::to_string(how.cd),
                         "persistent=" + flag(how.persistent),
                         "sparsity=" + to_text(how.sparsity),
                         "quiet=" + flag(quiet)};
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    return "machines = [" + listed(machines) + "]  # name, layer, rectified units?\n" +
           (encodes_ ? "parameters" : "first_parameters") + ", learned = pretrain(" + listed(arguments) +
           ")\n";
}

// The rows without a label, scaled as X is.
std::string NumpyProgram::unlabelled(const std::string& X) const {
    if (!scales_) return "X_unlabelled";
    return scaled("X_unlabelled", X == "X_all" ? "X" : divides_ ? "X[:, training]" : "X");
}

}  // namespace gradus
