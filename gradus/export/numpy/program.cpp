#include "gradus/export/numpy/program.h"

#include <algorithm>

#include "gradus/core/number.h"
#include "gradus/export/numpy/python.h"
#include "gradus/model/prepared.h"

namespace gradus {
namespace {

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

// Are there columns of which a network that sees numbers as they are sees nothing?
bool some_never_vary(const Dataset& data, const Recipe& recipe, const std::vector<Index>& training) {
    return !fitted_features(data, training, recipe).without_effect().empty();
}

}  // namespace

NumpyProgram::NumpyProgram(const Dataset& data, const Recipe& recipe, const NumpyData& source)
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

std::string NumpyProgram::text() const {
    const std::string own =
        encodes_ ? network_.functions_forward()
                 : network_.functions(run_.loss, {.tutorial = tutorial_, .weighted = weighted_}) + "\n\n" +
                       update() + (tutorial_ ? "\n\n" + model() : "");
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

std::string NumpyProgram::adapted(const std::string& function) const {
    std::string text = function;
    if (!weighted_)
        text = without(text, {", weights=None", ", factors",
                              "        factors = 1 if weights is None else weights[:, chosen]\n"});
    if (const std::string step = ", parameters, i)";
        !network_.needs_step() && text.find(step) != std::string::npos)
        text.replace(text.find(step), step.size(), ", parameters)");
    return text;
}

std::string NumpyProgram::sizes() const {
    Items items;
    for (const auto& [name, size] : network_.sizes()) items.push_back(name);
    return listed(items);
}
// Of a network that sees X: how many bins there are depends on its numbers.
std::string NumpyProgram::sizes_for(const std::string& X) const {
    const bool has_bins = recipe_.encoding == NumberEncoding::ple;
    Items items;
    for (const auto& [name, size] : network_.sizes())
        items.push_back(name + "=" + (has_bins && name == "n_x" ? "len(" + X + ")" : std::to_string(size)));
    return listed(items);
}

std::string NumpyProgram::main() const {
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
std::string NumpyProgram::measured(const std::string& X, const std::string& Y, const std::string& X_all,
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
std::string NumpyProgram::dreams() const {
    return "samples = dream(learned, count=4, steps=100" +
           std::string(recipe_.pretraining.kind == Pretrain::dbn ? ", label=1" : "") +
           ")\n"
           "for j in range(4):\n"
           "    print(f\"Sample# {j}: {' '.join(f'{x:.10g}' for x in samples[:8, j])}\")\n";
}

// The tutorial's last lines.
std::string NumpyProgram::shown() const {
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
std::string NumpyProgram::comment() const {
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

}  // namespace gradus
