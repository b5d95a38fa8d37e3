#include "gradus/export/numpy/twin.h"

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/explain/phases.h"
#include "gradus/export/numpy/network.h"
#include "gradus/export/numpy/python.h"
#include "gradus/model/network_text.h"
#include "gradus/model/prepared.h"
#include "gradus/nn/update_rule.h"

namespace gradus {
namespace {

using Items = std::vector<std::string>;

// Is it the tutorial's run, but for its seed, its length and its learning rate?
bool is_tutorial(const Dataset& data, const Recipe& recipe) {
    if (!is_truth_table(data) || data.examples() != 4) return false;
    Recipe tutorial = make_recipe({}, data);
    tutorial.source = recipe.source;
    tutorial.seed = recipe.seed;
    tutorial.data_seed = recipe.data_seed;
    tutorial.run.iterations = recipe.run.iterations;
    tutorial.run.optimizer.learning_rate = recipe.run.optimizer.learning_rate;
    return tutorial.network == recipe.network && to_text(tutorial) == to_text(recipe);
}

// The program's text without what its run has no use for.
std::string without(std::string text, std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts)
        for (std::size_t i = text.find(part); i != std::string::npos; i = text.find(part, i))
            text.erase(i, part.size());
    return text;
}

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

// Are there columns of which a network that sees numbers as they are sees nothing?
bool some_never_vary(const Dataset& data, const Recipe& recipe, const std::vector<Index>& training) {
    return !fitted_features(data, training, recipe).without_effect().empty();
}

class Program {
public:
    Program(const Dataset& data, const Recipe& recipe, const NumpyData& source)
        : data_(data),
          recipe_(recipe),
          run_(recipe.run),
          source_(source),
          network_(recipe),
          tutorial_(is_tutorial(data, recipe)),
          encodes_(recipe.task == Task::encode),
          gives_back_(recipe.task == Task::reconstruct),
          shows_(is_truth_table(data) && data.examples() == 4 && !is_unsupervised(recipe.task)),
          classify_(recipe.task == Task::classify),
          one_hot_(classify_ && data.class_names.size() > 2),
          labels_(recipe.task == Task::multilabel),
          units_(recipe.task == Task::regress && recipe.scaling != Scaling::none),
          weighted_(recipe.class_weights == ClassWeights::balanced) {
        const Split parts = division(data, recipe);
        Recipe fits = recipe;  // a member's features are fitted to all folds
        fits.member = 0;
        scales_ = recipe.scaling != Scaling::none || recipe.encoding != NumberEncoding::none ||
                  some_never_vary(data, recipe, division(data, fits).training);
        validation_ = parts.validation;
        const auto training = static_cast<Index>(parts.training.size());
        const Index batches = run_.batch == 0 ? 1 : (training + run_.batch - 1) / run_.batch;
        updates_ = run_.iterations > 0 ? run_.iterations : run_.epochs * batches;
        divides_ = training < data.examples();
        // there is an end of an epoch to do it, and it may stop the run
        validates_ = divides_ && run_.patience > 0 && updates_ >= batches;
        retrains_ = recipe.retrain && divides_;
        pretrains_ = recipe.pretraining.kind != Pretrain::none;
        unlabelled_ = pretrains_ && !source.load_unlabelled.empty();
    }

    [[nodiscard]] std::string text() const {
        const std::string own =
            encodes_ ? network_.functions_forward()
                     : network_.functions(run_.loss, {.tutorial = tutorial_, .weighted = weighted_}) +
                           "\n\n" + update() + (tutorial_ ? "\n\n" + model() : "");
        const std::string rest = (encodes_ ? "" : predict() + "\n\n") + main();
        std::string before, behind;
        const std::string load = source_.load_data + (unlabelled_ ? "\n\n" + source_.load_unlabelled : "");
        for (const std::string& function : python_functions(load + own + rest)) {
            const auto words = words_of_python(function);
            const bool trains = words.contains("forward_prop");
            (trains ? behind : before) += adapted(function) + "\n\n";
        }
        const std::string body = "\n\n" + load + "\n\n" + before + own + "\n\n" + behind + rest;
        std::string head = "import numpy as np\n";
        if (words_of_python(body).contains("math")) head = "import math\n\n" + head;
        if (words_of_python(body).contains("SEED")) head += "\nSEED = " + std::to_string(recipe_.seed) + "\n";
        return comment() + tidied(head + body);
    }

private:
    [[nodiscard]] bool has_target() const { return !encodes_ && !gives_back_; }

    [[nodiscard]] std::string adapted(const std::string& function) const {
        std::string text = function;
        if (!weighted_)
            text = without(text, {", weights=None", ", factors",
                                  "        factors = 1 if weights is None else weights[:, chosen]\n"});
        if (const std::string step = ", parameters, i)";
            !network_.needs_step() && text.find(step) != std::string::npos)
            text.replace(text.find(step), step.size(), ", parameters)");
        return text;
    }

    [[nodiscard]] std::string sizes() const {
        Items items;
        for (const auto& [name, size] : network_.sizes()) items.push_back(name);
        return listed(items);
    }
    // Of a network that sees X: how many bins there are depends on its numbers.
    [[nodiscard]] std::string sizes_for(const std::string& X) const {
        const bool has_bins = recipe_.encoding == NumberEncoding::ple;
        Items items;
        for (const auto& [name, size] : network_.sizes())
            items.push_back(name + "=" +
                            (has_bins && name == "n_x" ? "len(" + X + ")" : std::to_string(size)));
        return listed(items);
    }

    [[nodiscard]] std::string update() const;
    [[nodiscard]] std::string model() const;
    [[nodiscard]] std::string predict() const;
    [[nodiscard]] std::string main() const;
    [[nodiscard]] std::string divided() const;
    [[nodiscard]] std::string prepared(const std::string& X, const std::string& Y,
                                       const std::string& behind) const;
    [[nodiscard]] std::string scaled(const std::string& X, const std::string& like) const;
    [[nodiscard]] std::string trained(const std::string& results, const Items& arrays,
                                      const Items& more) const;
    // What the features are fitted to: of a member all folds, else what is learned from.
    [[nodiscard]] std::string fitted(const std::string& X) const { return recipe_.member > 0 ? "X" : X; }
    [[nodiscard]] std::string unlabelled(const std::string& X) const;
    [[nodiscard]] std::string pretrained(const std::string& beginning, const Items& arrays, bool quiet) const;
    [[nodiscard]] std::string measured(const std::string& X, const std::string& Y, const std::string& X_all,
                                       const std::string& Y_all) const;
    [[nodiscard]] std::string dreams() const;
    [[nodiscard]] std::string shown() const;
    [[nodiscard]] std::string comment() const;

    const Dataset& data_;
    const Recipe& recipe_;
    const RunSettings& run_;
    const NumpyData& source_;
    NumpyNetwork network_;
    bool tutorial_;              // it is the tutorial's run
    bool encodes_, gives_back_;  // without a target
    bool shows_;                 // predictions in the end, as the tutorial does
    bool classify_, one_hot_;
    bool labels_;  // of which an example may have several
    bool units_;   // the targets are scaled
    bool weighted_;
    bool scales_ = false;  // or makes 0 of what never varies, or bins
    bool divides_ = false, validates_ = false, retrains_ = false;
    bool pretrains_ = false, unlabelled_ = false;
    Index updates_ = 0;
    std::vector<Index> validation_;  // which examples are set aside
};

// The lines of the optimizer's formula.
std::string Program::update() const {
    const OptimizerSettings& settings = run_.optimizer;
    const bool decoupled = has_decoupled_decay(settings.kind), decays = settings.weight_decay > 0;
    const auto name = [](const std::string& text) { return Expression::name(text); };
    const std::vector<Update> rule = update_rule(settings.kind, {.rate = name("learning_rate"),
                                                                 .momentum = settings.momentum,
                                                                 .beta1 = name("beta1"),
                                                                 .beta2 = name("beta2"),
                                                                 .rest1 = name("(1 - beta1)"),
                                                                 .rest2 = name("(1 - beta2)"),
                                                                 .unbiased1 = 1 / name("bias1"),
                                                                 .unbiased2 = 1 / name("bias2"),
                                                                 .epsilon = settings.epsilon});
    std::string body;
    if (decays) {
        body += "if name[0] == \"W\":  # weights decay, biases do not\n";
        const std::string decay = to_text(settings.weight_decay) + " * w\n";
        body += decoupled ? "    w = w - learning_rate * " + decay : "    g = g + " + decay;
    }
    for (const auto& [result, value] : rule)
        body += (result == "W" ? "updated" : result) + "[name] = " +
                to_text(value, Notation::numpy,
                        [](const std::string& word) {
                            return word == "W"                  ? "w"
                                   : word == "dW"               ? "g"
                                   : word == "v" || word == "s" ? word + "[name]"
                                                                : word;
                        }) +
                "\n";
    std::string text = tutorial_ ? "def update_parameters(parameters, grads, learning_rate):\n"
                                 : "def update_parameters(parameters, grads, v, s, t, learning_rate):\n";
    if (words_of_python(body).contains("beta1"))
        text += "    beta1, beta2 = " + to_text(settings.beta1) + ", " + to_text(settings.beta2) +
                "\n    bias1, bias2 = 1 - beta1 ** t, 1 - beta2 ** t  # v and s begin with zeros\n";
    if (settings.clip_norm > 0) {
        const std::string limit = to_text(settings.clip_norm);
        text +=
            "    norm = np.sqrt(sum(np.sum(g ** 2) for g in grads.values()))\n"
            "    if norm > " +
            limit +
            ":\n"
            "        grads = {name: g * (" +
            limit + " / norm) for name, g in grads.items()}\n";
    }
    text += "    updated = {}\n    for name, w in parameters.items():\n";
    if (network_.keeps_means())
        text +=
            "        if \"d\" + name not in grads:  # a running mean\n"
            "            updated[name] = w\n"
            "            continue\n";
    return text + indented(indented("g = grads[\"d\" + name]\n" + body)) + "    return updated\n";
}

// The tutorial's; of other runs it is `train`.
std::string Program::model() const {
    return filled(
        "def model(X, Y, {sizes}, num_of_iters, learning_rate):\n"
        "    parameters = initialize_parameters({sizes})\n"
        "    for i in range(num_of_iters + 1):\n"
        "        {a}, cache = forward_prop(X, parameters)\n"
        "        cost = calculate_cost({a}, Y)\n"
        "        grads = backward_prop(X, Y, cache, parameters)\n"
        "        parameters = update_parameters(parameters, grads, learning_rate)\n"
        "        if i % 100 == 0:\n"
        "            print(f\"Cost after iteration# {i}: {cost:f}\")\n"
        "    return parameters\n",
        {{"sizes", sizes()}, {"a", network_.output()}});
}

std::string Program::predict() const {
    const std::string& a = network_.output();
    const std::string answer = one_hot_               ? "np.argmax(" + a + ", axis=0)[np.newaxis]"
                               : classify_ || labels_ ? "(" + a + " >= 0.5).astype(int)"
                                                      : a;
    return "def predict(X, parameters):\n    " + a + ", cache = forward_prop(X, parameters)\n    return " +
           answer + "\n";
}

// X scaled as `like` is, or each example by itself; with its bins.
std::string Program::scaled(const std::string& X, const std::string& like) const {
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
std::string Program::divided() const {
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
std::string Program::prepared(const std::string& X, const std::string& Y, const std::string& behind) const {
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
std::string Program::trained(const std::string& results, const Items& arrays, const Items& more) const {
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
std::string Program::pretrained(const std::string& beginning, const Items& arrays, bool quiet) const {
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
std::string Program::unlabelled(const std::string& X) const {
    if (!scales_) return "X_unlabelled";
    return scaled("X_unlabelled", X == "X_all" ? "X" : divides_ ? "X[:, training]" : "X");
}

std::string Program::main() const {
    const bool own = scales_ || divides_, labels = one_hot_ || units_ || gives_back_;
    const std::string X = own ? "X_train" : "X", Y = labels || divides_ ? "Y_train" : "Y";
    const std::string X_all = scales_ ? "X_all" : "X", Y_all = labels ? "Y_all" : "Y";
    std::string text = has_target() ? "X, Y = load_data()\n" : "X = load_data()\n";
    if (unlabelled_) text += "X_unlabelled = load_unlabelled()\n";
    if (tutorial_) {
        for (const auto& [name, size] : network_.sizes()) text += name + " = " + std::to_string(size) + "\n";
        return text + "\nnp.random.seed(" + std::to_string(recipe_.seed) + ")\nparameters = model(X, Y, " +
               sizes() + ", num_of_iters=" + std::to_string(updates_ - 1) +
               ", learning_rate=" + to_text(run_.optimizer.learning_rate) + ")\n\n" + shown();
    }
    if (divides_) text += divided();
    text += prepared(divides_ ? "X_train" : "X", divides_ ? "Y_train" : "Y", "train");

    if (encodes_) {
        text += "\nnp.random.seed(" + std::to_string(recipe_.seed) + ")\n" +
                pretrained("initialize_parameters(" + sizes_for(X) + ")", {X}, false) +
                "\nevaluate_code(\"training\", " + X + ", learned)\n";
        if (divides_) text += "evaluate_code(\"validation\", X_val, learned)\n";
        return text + "code = forward_prop(" + X + ", parameters)\n\n" + dreams();
    }

    Items arrays{X, Y}, more{"num_of_iters=" + std::to_string(updates_)};
    if (validates_) arrays.insert(arrays.end(), {"X_val", "Y_val"});
    if (weighted_) arrays.emplace_back("weights=weights");
    if (validates_) {
        more.push_back("patience=" + std::to_string(run_.patience));
        if (run_.solved_below > 0) more.push_back("solved=" + to_text(run_.solved_below));
    }
    text += "\n" + trained("parameters, best_iters", arrays, more) + "\n";
    if (retrains_) {
        arrays = {X_all, Y_all};
        if (weighted_) arrays.emplace_back("weights=weights_all");
        text += (validates_ ? "# All examples at last: once more, for as many updates as were best.\n"
                            : "# All examples at last: once more, for as many updates.\n") +
                prepared("X", "Y", "all") +
                trained("final_parameters, best_iters", arrays, {"num_of_iters=best_iters", "quiet=True"}) +
                "\n";
    }
    if (shows_) return text + shown();
    return text + measured(X, Y, X_all, Y_all) + (pretrains_ ? "\n" + dreams() : "");
}

// How good it is.
std::string Program::measured(const std::string& X, const std::string& Y, const std::string& X_all,
                              const std::string& Y_all) const {
    const std::string metrics = labels_       ? "evaluate_labels("
                                : classify_   ? "evaluate_classes("
                                : gives_back_ ? "evaluate_reconstruction("
                                              : "evaluate_values(";
    const auto deviation = [&](const char* name) {
        return recipe_.task != Task::regress
                   ? ""
                   : std::string(", deviation=") + (units_ ? name : "np.ones((1, 1))");
    };
    std::string text =
        metrics + "\"training\", " +
        (retrains_ ? X_all + ", " + Y_all + ", final_parameters" : X + ", " + Y + ", parameters") +
        deviation(retrains_ ? "deviation_all" : "deviation") + ")\n";
    if (divides_)
        text += metrics + "\"validation\", X_val, Y_val, parameters" + deviation("deviation") + ")\n";
    return text;
}

// Some samples, as `gradus sample` draws them.
std::string Program::dreams() const {
    return "samples = dream(learned, count=4, steps=100" +
           std::string(recipe_.pretraining.kind == Pretrain::dbn ? ", label=1" : "") +
           ")\n"
           "for j in range(4):\n"
           "    print(f\"Sample# {j}: {' '.join(f'{x:.10g}' for x in samples[:8, j])}\")\n";
}

// The tutorial's last lines.
std::string Program::shown() const {
    const std::string X = scales_ ? (divides_ ? "X_all" : "X_train") : "X";
    const std::string parameters = retrains_ ? "final_parameters" : "parameters";
    return "predictions = " + std::string(units_ ? "mean + deviation * " : "") + "predict(" + X + ", " +
           parameters +
           ")\nfor j in range(4):\n"
           "    x1, x2 = X[:, j]\n"
           "    print(f\"Neural Network prediction for example ({x1}, {x2}) is {predictions[0, j]" +
           (classify_ ? "" : ":.6f") + "}\")\n";
}

// What it is.
std::string Program::comment() const {
    constexpr std::size_t width = 96;
    Recipe recipe = recipe_;
    recipe.source = source_.words;
    std::string text = "# The run of\n#\n", line;
    const std::string all = "#     gradus train " + to_text(recipe);
    for (std::size_t begin = 0; begin < all.size();) {
        const std::size_t next = std::min(all.find(" --", begin + 1), all.size());
        if (line.size() + next - begin > width) {
            text += line + " \\\n";
            line = "#        ";
        }
        line += all.substr(begin, next - begin);
        begin = next;
    }
    text += line + "\n#\n# in NumPy. Examples stand in columns; m is their number.\n";
    if (recipe_.precision == Precision::single)
        text +=
            "# All numbers are double here. That run's were float: its costs are the same to about 1e-4.\n";
    if (recipe_.precision == Precision::single && pretrains_)
        text +=
            "# (Where a unit is drawn otherwise, since its mean differs in the last digits, they part.)\n";
    return text + "\n";
}

// Without scaling these are centred all the same (prepared.h, features.h), which the program does not know.
void require_float_holds(const Dataset& data) {
    const auto require = [&](const std::string& name, bool holds) {
        if (!holds)
            throw Error(Fault::input, {.place = data.name,
                                       .found = say("float would merge numbers of \"{}\", which cannot be "
                                                    "written in NumPy without scaling",
                                                    name),
                                       .hint = say("--scale standard, or --precision double")});
    };
    for (const Column& column : data.table.columns) require(column.name, !float_merges(column.numbers));
    for (Index i = 0; i < data.Y.rows() && !data.has_classes() && !data.multilabel; ++i) {
        std::vector<double> values;
        for (Index j = 0; j < data.Y.columns(); ++j) values.push_back(data.Y(i, j));
        require(data.target_names[static_cast<std::size_t>(i)], !float_is_coarse(values));
    }
}

}  // namespace

std::string numpy_program(const Dataset& data, const Recipe& recipe, const NumpyData& source) {
    const std::string what = !recipe.from.empty()              ? "--from"
                             : !recipe.validation_file.empty() ? "--validation FILE"
                             : !data.weights.empty()           ? "--weight"
                             : fold_count(recipe) > 0 && recipe.member == 0
                                 ? setting(recipe.ensemble > 1 ? "ensemble" : "folds")
                             : recipe.member > 0 && recipe.validation > 0 ? setting("validation")
                                                                          : "";
    if (!what.empty())
        throw Error(Fault::input, {.place = what, .found = say("cannot be written in NumPy yet")});
    if (recipe.scaling == Scaling::none && recipe.precision == Precision::single) require_float_holds(data);
    return Program(data, recipe, source).text();
}

}  // namespace gradus
