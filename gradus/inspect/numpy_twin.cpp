#include "gradus/inspect/numpy_twin.h"

#include <algorithm>

#include "gradus/data/generators.h"
#include "gradus/inspect/numpy_data.h"
#include "gradus/inspect/numpy_network.h"
#include "gradus/nn/words.h"

namespace gradus {
namespace {

using python::fill;
using python::indented;
using python::listed;
using Items = std::vector<std::string>;

// Is it the tutorial's run, but for its seed, its length and its learning rate?
bool is_tutorial(const Dataset& data, const Recipe& recipe) {
    if (!is_truth_table(data.name) || data.examples() != 4) return false;
    Recipe tutorial = make_recipe({}, data);
    tutorial.seed = recipe.seed;
    tutorial.data_seed = recipe.data_seed;
    tutorial.run.iterations = recipe.run.iterations;
    tutorial.run.optimizer.learning_rate = recipe.run.optimizer.learning_rate;
    return tutorial.network == recipe.network && to_text(tutorial) == to_text(recipe);
}

class Program {
public:
    Program(const Dataset& data, const Recipe& recipe, const NumpyData& source)
        : data_(data),
          source_(source),
          recipe_(recipe),
          run_(recipe.run),
          tutorial_(is_tutorial(data, recipe)),
          weighted_(recipe.class_weights == ClassWeights::balanced && recipe.task == Task::classify),
          network_(recipe, weighted_, tutorial_),
          training_(training_examples(data, recipe.validation)),
          divides_(training_ < data.examples()),
          retrains_(recipe.retrain && divides_),
          batches_(run_.batch == 0 ? 1 : (training_ + run_.batch - 1) / run_.batch),
          updates_(run_.iterations > 0 ? run_.iterations : run_.epochs * batches_),
          validates_(divides_ && updates_ >= batches_) {}

    [[nodiscard]] std::string text() const {
        Items parts{source_.load_data};
        if (divides_) parts.push_back(numpy_split(data_, recipe_.validation, recipe_.data_seed));
        parts.push_back(numpy_scale(recipe_.scaling));
        if (weighted_) parts.push_back(numpy_balanced_weights());
        if (one_hot()) parts.push_back(numpy_one_hot(classes()));
        for (const std::string& definition : network_.definitions()) parts.push_back(definition);
        parts.push_back(numpy_update(run_.optimizer));
        parts.push_back(numpy_schedule(run_.schedule, updates_));
        parts.push_back(model());
        parts.push_back(predict());
        if (!shows_examples()) parts.push_back(evaluate());
        parts.push_back(main());
        std::string body;
        for (const std::string& part : parts)
            if (!part.empty()) body += (body.empty() ? "" : "\n\n") + part;
        const bool needs_math = python::words_of(body).contains("math");
        const std::string seed =
            network_.has_dropout() ? "\nSEED = " + std::to_string(run_.mask_seed) + "\n" : "";
        return head() + (needs_math ? "import math\n\n" : "") + "import numpy as np\n" + seed + "\n\n" + body;
    }

private:
    [[nodiscard]] Index classes() const { return static_cast<Index>(data_.class_names.size()); }
    [[nodiscard]] bool one_hot() const { return recipe_.task == Task::classify && classes() > 2; }
    [[nodiscard]] bool shows_examples() const { return is_truth_table(data_.name) && data_.examples() == 4; }
    [[nodiscard]] bool shows_epochs() const { return run_.iterations == 0; }
    [[nodiscard]] bool plateau() const { return run_.schedule == Schedule::plateau; }
    [[nodiscard]] bool looks_at_epochs() const { return shows_epochs() || validates_ || plateau(); }
    [[nodiscard]] bool needs_epoch_cost() const {
        return run_.batch > 0 && (shows_epochs() || (plateau() && (!validates_ || retrains_)));
    }

    [[nodiscard]] Items options() const;
    [[nodiscard]] std::string head() const;
    [[nodiscard]] std::string model() const;
    [[nodiscard]] std::string before_the_loop() const;
    [[nodiscard]] std::string step() const;
    [[nodiscard]] std::string end_of_epoch() const;
    [[nodiscard]] std::string predict() const;
    [[nodiscard]] std::string evaluate() const;
    [[nodiscard]] std::string main() const;
    [[nodiscard]] std::string call_model(const Items& data, const std::string& iterations,
                                         const std::string& prefix) const;
    Items prepare(std::string& lines) const;
    Items prepare_all(std::string& lines) const;
    [[nodiscard]] std::string results(const Items& trained, const std::string& prefix) const;
    [[nodiscard]] std::string scaled(const std::string& X, const std::string& like) const;

    const Dataset& data_;
    const NumpyData& source_;
    const Recipe& recipe_;
    const RunSettings& run_;
    bool tutorial_, weighted_;
    NumpyNetwork network_;
    Index training_;  // examples
    bool divides_;    // into training and validation
    bool retrains_;
    Index batches_;   // in an epoch
    Index updates_;   // at most
    bool validates_;  // looks at the validation cost after each epoch
};

// The options of the command line. A share for validation that was said would keep the second run away.
Items Program::options() const {
    const std::size_t end = recipe_.network.rfind(", ");
    Items options{"--net \"" + (end == std::string::npos ? "" : recipe_.network.substr(0, end)) + "\""};
    if (recipe_.task == Task::regress && data_.has_classes()) options.emplace_back("--task regress");
    const std::string text = " " + to_text(recipe_);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t next = std::min(text.find(" --", begin + 1), text.size());
        const std::string option = text.substr(begin + 1, next - begin - 1);
        if (!retrains_ || !option.starts_with("--validation")) options.push_back(option);
        begin = next;
    }
    return options;
}

// What it is, in comments.
std::string Program::head() const {
    std::string lines = "# The run of\n#\n", line = "#     gradus train " + source_.words;
    for (const std::string& option : options()) {
        if (line.size() + 1 + option.size() > 98) {
            lines += line + " \\\n";
            line = "#        ";
        }
        line += " " + option;
    }
    lines += line + "\n#\n# in NumPy. Examples stand in columns; m is their number.\n";
    if (recipe_.precision == Precision::single)
        lines +=
            "# All numbers are double here. That run's were float: its costs are the same to about 1e-4.\n";
    return lines + "\n";
}

std::string Program::model() const {
    Items arguments{"X", "Y"};
    if (weighted_) arguments.emplace_back("weights");
    if (validates_) arguments.insert(arguments.end(), {"X_val", "Y_val"});
    for (const std::string& size : network_.size_names()) arguments.push_back(size);
    arguments.insert(arguments.end(), {"num_of_iters", "learning_rate"});

    // The tutorial counts from 0 to num_of_iters.
    const std::string loop =
        tutorial_ ? "for i in range(num_of_iters + 1):\n" : "for i in range(num_of_iters):\n";
    const std::string found = retrains_ ? ", best_iters" : "";
    std::string end = "return " + network_.state() + "\n";
    if (validates_)
        end = std::string(retrains_ ? "if X_val is None:\n    return " + network_.state() + ", num_of_iters\n"
                                    : "") +
              "return best_" + (network_.has_statistics() ? "parameters, best_statistics" : "parameters") +
              found + "\n";
    const std::string what = validates_ ? "\"\"\"Trains on X and Y, and keeps the parameters with the lowest "
                                          "cost on X_val and Y_val.\"\"\"\n"
                                        : "";
    return "def model(" + listed(arguments) + "):\n" +
           indented(what + before_the_loop() + loop +
                    indented(step() + (looks_at_epochs() ? end_of_epoch() : "")) + end);
}

std::string Program::before_the_loop() const {
    std::string lines = "parameters = initialize_parameters(" + listed(network_.size_names()) + ")\n";
    if (network_.has_statistics()) lines += network_.new_statistics();
    for (const std::string& memory : numpy_memory(run_.optimizer.kind))
        lines += memory + " = {name: np.zeros_like(w) for name, w in parameters.items()}\n";
    if (run_.batch > 0)
        lines +=
            "m = X.shape[1]\nbatches = math.ceil(m / " + std::to_string(run_.batch) + ")  # in an epoch\n";
    if (validates_) lines += run_.patience > 0 ? "best_cost, waiting = np.inf, 0\n" : "best_cost = np.inf\n";
    if (plateau()) lines += "lowest, epochs_above = np.inf, 0\n";
    return lines;
}

// The four verbs.
std::string Program::step() const {
    const std::string size = std::to_string(run_.batch);
    const bool whole = run_.batch == 0;
    std::string lines;
    if (!whole)
        lines =
            "k = i % batches  # the batch's number in its epoch\n"
            "if k == 0:\n"
            "    order = np.random.permutation(m)\n" +
            std::string(needs_epoch_cost() ? "    epoch_cost = 0\n" : "") + "batch = order[" + size +
            " * k:" + size + " * (k + 1)]\n";
    const std::string X = whole ? "X" : "X_batch", Y = whole ? "Y" : "Y_batch";
    if (!whole) lines += "X_batch, Y_batch = X[:, batch], Y[:, batch]\n";
    const std::string weights = !weighted_ ? "" : whole ? ", weights" : ", weights[:, batch]";
    const std::string training = network_.has_dropout()      ? ", step=i"
                                 : network_.has_statistics() ? ", training=True"
                                                             : "";
    Items update{"parameters", "grads"};
    const Items memory = numpy_memory(run_.optimizer.kind);
    update.insert(update.end(), memory.begin(), memory.end());
    if (memory.size() == 2) update.emplace_back("i + 1");
    update.push_back(numpy_schedule(run_.schedule, updates_).empty() ? "learning_rate"
                                                                     : "learning_rate * schedule(i)");

    lines += network_.output() + ", cache = forward_prop(" + X + ", " + network_.state() + training +
             ")\ncost = calculate_cost(" + network_.cost_input() + ", " + Y + weights +
             ")\ngrads = backward_prop(" + X + ", " + Y + weights +
             ", cache, parameters)\nparameters = update_parameters(" + listed(update) + ")\n";
    if (needs_epoch_cost()) lines += "epoch_cost += cost * len(batch) / m\n";
    if (shows_epochs()) return lines;

    constexpr Index most_lines = 1000;
    Index every = 100;
    while (run_.iterations / every > most_lines) every *= 10;
    return lines + "if i % " + std::to_string(every) +
           " == 0:\n    print(f\"Cost after iteration# {i}: {cost" + (tutorial_ ? ":f" : "") + "}\")\n";
}

std::string Program::end_of_epoch() const {
    const std::string epoch_cost = run_.batch == 0 ? "cost" : "epoch_cost";
    std::string lines;
    if (run_.batch > 0) lines += "if k < batches - 1:\n    continue\n\n";
    std::string watched = epoch_cost, look;
    if (validates_) {
        const std::string patience = std::to_string(run_.patience);
        look = network_.output() + ", cache = forward_prop(X_val, " + network_.state() +
               ")\nval_cost = calculate_cost(" + network_.cost_input() + ", Y_val)\n";
        if (run_.patience > 0) look += "waiting += 1\n";
        look += "if val_cost < best_cost:\n    best_cost, best_parameters = val_cost, parameters\n";
        if (network_.has_statistics()) look += "    best_statistics = dict(statistics)\n";
        if (retrains_) look += "    best_iters = i + 1\n";
        if (run_.patience > 0) look += "    waiting = 0\n";
        watched = "val_cost";
    }
    std::string show;
    if (shows_epochs()) {
        const bool stops = validates_ && run_.patience > 0;
        show = std::string("epoch, last = ") + (run_.batch > 0 ? "i // batches" : "i") +
               ", i + 1 == num_of_iters" + (stops ? " or waiting == " + std::to_string(run_.patience) : "") +
               "\nif epoch % 10 == 0 or last:\n    print(f\"Cost after epoch# {epoch}: {" + epoch_cost + "}" +
               (validates_ ? "  validation: {val_cost}" : "") + "\")\n";
    }
    std::string stop;
    if (validates_ && run_.patience > 0)
        stop = "if waiting == " + std::to_string(run_.patience) +
               ":  # epochs without a lower validation cost\n    break\n";
    std::string slow_down;
    if (plateau())
        slow_down = "epochs_above = 0 if " + watched +
                    " < lowest else epochs_above + 1\nlowest = min(lowest, " + watched +
                    ")\nif epochs_above == 10:\n    learning_rate, epochs_above = learning_rate / 10, 0\n";
    if (!retrains_) return lines + look + show + stop + slow_down;
    // the second time there are no validation examples, and nothing is shown
    if (plateau())
        look = "val_cost = " + epoch_cost + "\n" + "if X_val is not None:\n" + indented(look + show + stop);
    else
        look = "if X_val is not None:\n" + indented(look + show + stop);
    return lines + look + slow_down;
}

std::string Program::predict() const {
    const std::string answer = recipe_.task == Task::regress ? network_.output()
                               : classes() == 2 ? "(" + network_.output() + " >= 0.5).astype(int)"
                                                : "np.argmax(" + network_.output() + ", axis=0)[np.newaxis]";
    return "def predict(X, " + network_.state() + "):\n    " + network_.output() +
           ", cache = forward_prop(X, " + network_.state() + ")\n    return " + answer + "\n";
}

std::string Program::evaluate() const {
    const python::Names names{{"state", network_.state()},
                              {"A", network_.output()},
                              {"cost_input", network_.cost_input()},
                              {"truth", one_hot() ? "np.argmax(Y, axis=0)" : "Y[0]"},
                              {"classes", std::to_string(classes())}};
    if (recipe_.task == Task::regress)
        return fill(R"(
def evaluate(part, X, Y, $state):
    $A, cache = forward_prop(X, $state)
    loss = calculate_cost($cost_input, Y)
    rmse = np.mean(np.sqrt(np.mean(($A - Y) ** 2, axis=1)))
    mae = np.mean(np.abs($A - Y))
    error = np.sum(($A - Y) ** 2, axis=1)
    variation = np.sum((Y - np.mean(Y, axis=1, keepdims=True)) ** 2, axis=1)
    r2 = np.mean([1 - e / v if v > 0 else float(e == 0) for e, v in zip(error, variation)])
    print(f"{part:<10} {Y.shape[1]:>7} examples   rmse {rmse:.6f}   mae {mae:.6f}   R2 {r2:.4f}"
          f"   loss {loss}")
)",
                    names);
    return fill(R"(
def evaluate(part, X, Y, $state):
    $A, cache = forward_prop(X, $state)
    loss = calculate_cost($cost_input, Y)
    truth, predicted = $truth, predict(X, $state)[0]
    f1 = 0  # its mean over the classes
    for label in range($classes):
        both = np.sum((truth == label) & (predicted == label))
        f1 += 2 * both / max(1, np.sum(truth == label) + np.sum(predicted == label)) / $classes
    accuracy = np.mean(truth == predicted)
    print(f"{part:<10} {Y.shape[1]:>7} examples   accuracy {accuracy:.4f}   f1 {f1:.4f}"
          f"   loss {loss}")
)",
                names);
}

std::string Program::scaled(const std::string& X, const std::string& like) const {
    switch (recipe_.scaling) {
        case Scaling::none:
            return X;
        case Scaling::series:
            return "scale(" + X + ")";
        case Scaling::standard:
        case Scaling::minmax:
            break;
    }
    return "scale(" + X + ", " + like + ")";
}

// parameters = model(...), and the same for further results, each name behind a prefix.
std::string Program::call_model(const Items& data, const std::string& iterations,
                                const std::string& prefix) const {
    Items arguments = data, results{prefix + "parameters"};
    for (const std::string& size : network_.size_names()) arguments.push_back(size);
    arguments.push_back("num_of_iters=" + iterations);
    arguments.push_back("learning_rate=" + to_text(run_.optimizer.learning_rate));
    if (network_.has_statistics()) results.push_back(prefix + "statistics");
    if (retrains_) results.push_back(iterations == "best_iters" ? "_" : "best_iters");
    return "np.random.seed(" + (network_.has_dropout() ? "SEED" : std::to_string(recipe_.seed)) + ")\n" +
           python::wrapped(listed(results) + " = model(", arguments, ")");
}

// X_train, Y_train and what else belongs to them, from X and Y.
Items Program::prepare(std::string& lines) const {
    const bool scales = recipe_.scaling != Scaling::none;
    Items train{scales || divides_ ? "X_train" : "X", one_hot() || divides_ ? "Y_train" : "Y"};
    if (divides_) {
        lines +=
            "training, validation = split(Y)\n"
            "X_train, Y_train = X[:, training], Y[:, training]\n"
            "X_val, Y_val = X[:, validation], Y[:, validation]\n";
        if (scales && shows_examples()) lines += "X_all = " + scaled("X", "X_train") + "\n";
        if (scales) lines += "X_val = " + scaled("X_val", "X_train") + "\n";
    }
    if (scales) {
        const std::string X = divides_ ? "X_train" : "X";
        lines += "X_train = " + scaled(X, X) + "\n";
    }
    if (weighted_) lines += "weights = balanced_weights(" + std::string(divides_ ? "Y_train" : "Y") + ")\n";
    if (weighted_) train.emplace_back("weights");
    if (one_hot()) lines += "Y_train = one_hot(" + std::string(divides_ ? "Y_train" : "Y") + ")\n";
    if (one_hot() && divides_) lines += "Y_val = one_hot(Y_val)\n";
    return train;
}

// The second run, on all examples.
Items Program::prepare_all(std::string& lines) const {
    lines += "\n# All examples at last: once more, for as many updates as were best.\n";
    Items all{"X", "Y"};
    const auto replace = [&](std::size_t i, const std::string& name, const std::string& value) {
        lines += name + " = " + value + "\n";
        all[i] = name;
    };
    if (weighted_) {
        all.emplace_back();
        replace(2, "weights_all", "balanced_weights(Y)");
    }
    if (recipe_.scaling != Scaling::none) replace(0, "X_all", scaled("X", "X"));
    if (one_hot()) replace(1, "Y_all", "one_hot(Y)");
    return all;
}

std::string Program::results(const Items& trained, const std::string& prefix) const {
    const std::string state =
        network_.has_statistics() ? prefix + "parameters, " + prefix + "statistics" : prefix + "parameters";
    if (!shows_examples()) {
        std::string lines = "evaluate(\"training\", " + trained[0] + ", " + trained[1] + ", " + state + ")\n";
        if (divides_) lines += "evaluate(\"validation\", X_val, Y_val, " + network_.state() + ")\n";
        return lines;
    }
    const bool scales = recipe_.scaling != Scaling::none;
    return "predictions = predict(" +
           std::string(!scales    ? "X"
                       : divides_ ? "X_all"
                                  : "X_train") +
           ", " + state +
           ")\nfor j in range(4):\n"
           "    x1, x2 = X[:, j]\n"
           "    print(f\"Neural Network prediction for example ({x1}, {x2}) is {predictions[0, j]" +
           (recipe_.task == Task::regress ? ":.6f" : "") + "}\")\n";
}

std::string Program::main() const {
    std::string lines = "X, Y = load_data()\n";
    Items trained = prepare(lines);
    for (const auto& [name, size] : network_.sizes()) lines += name + " = " + size + "\n";
    lines += "\n";
    Items arguments = trained;
    if (validates_) arguments.insert(arguments.end(), {"X_val", "Y_val"});
    lines += call_model(arguments, std::to_string(tutorial_ ? updates_ - 1 : updates_), "");
    if (retrains_) {
        trained = prepare_all(lines);
        arguments = trained;
        arguments.insert(arguments.end(), {"None", "None"});
        lines += call_model(arguments, "best_iters", "final_");
    }
    return lines + "\n" + results(trained, retrains_ ? "final_" : "");
}

}  // namespace

std::string numpy_program(const Dataset& data, const Recipe& recipe, const NumpyData& source) {
    return Program(data, recipe, source).text();
}

}  // namespace gradus
