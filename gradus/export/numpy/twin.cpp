#include "gradus/export/numpy/twin.h"

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/export/numpy/network.h"
#include "gradus/model/prepared.h"

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

class Program {
public:
    Program(const Dataset& data, const Recipe& recipe, const NumpyData& source)
        : data_(data), recipe_(recipe), run_(recipe.run), source_(source), network_(recipe) {
        set_conditions();
        name_numbers();
        functions_ = network_.write(loss_names[static_cast<std::size_t>(run_.loss)], filling_);
        name_calls();
        name_arrays();
    }

    [[nodiscard]] std::string text() const {
        Items parts{functions_, numpy_piece("update", filling_)};
        const std::string schedule = "schedule " + name_of(schedule_names, run_.schedule);
        if (has_numpy_piece(schedule)) parts.push_back(numpy_piece(schedule, filling_));
        parts.push_back(numpy_piece("model", filling_));
        if (!is("shows")) parts.push_back(numpy_piece("evaluate", filling_));
        parts.push_back(numpy_piece("main", filling_));
        std::string code;
        for (const std::string& part : parts) code += part;
        Items before = numpy_definitions(code, filling_);
        before.insert(before.begin(), source_.load_data);
        if (const std::string windows = network_.windows(); !windows.empty())
            before.insert(before.begin(), windows);
        parts.insert(parts.begin(), before.begin(), before.end());

        std::string body;
        for (const std::string& part : parts) body += "\n\n" + part;
        std::string head = "import numpy as np\n";
        if (words_of_python(body).contains("math")) head = "import math\n\n" + head;
        if (is("dropout")) head += "\nSEED = " + filling_.names.at("seed_number") + "\n";
        return comment() + tidied(head + body);
    }

private:
    template <class Names, class Value>
    static std::string name_of(const Names& names, Value value) {
        return names[static_cast<std::size_t>(value)];
    }
    [[nodiscard]] bool is(const std::string& condition) const {
        return filling_.conditions.contains(condition);
    }
    void name(const std::string& name, const std::string& text) { filling_.names[name] = text; }
    void name(const std::string& name, Index number) { filling_.names[name] = std::to_string(number); }
    [[nodiscard]] std::string epoch_cost() const { return run_.batch > 0 ? "epoch_cost" : "cost"; }

    void set_conditions();
    void name_numbers();
    void name_calls();
    void name_arrays();
    [[nodiscard]] Items memory() const;
    [[nodiscard]] std::string state_of(const std::string& prefix) const;
    [[nodiscard]] std::string comment() const;

    const Dataset& data_;
    const Recipe& recipe_;
    const RunSettings& run_;
    const NumpyData& source_;
    NumpyNetwork network_;
    NumpyFilling filling_;
    std::string functions_;
};

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

void Program::set_conditions() {
    const Split parts = division(data_, recipe_);
    const auto training = static_cast<Index>(parts.training.size());
    const Index batches = run_.batch == 0 ? 1 : (training + run_.batch - 1) / run_.batch;
    const Index updates = run_.iterations > 0 ? run_.iterations : run_.epochs * batches;
    name("updates", updates);
    const auto set = [this](const std::string& condition, bool holds) { filling_.set(condition, holds); };
    const bool classify = recipe_.task == Task::classify;
    set("tutorial", is_tutorial(data_, recipe_));
    set("shows", is_truth_table(data_) && data_.examples() == 4);
    set("classes", data_.has_classes());
    set("classify", classify);
    set("one_hot", classify && data_.class_names.size() > 2);
    set("units", !classify && recipe_.scaling != Scaling::none);  // targets are scaled
    set("weights", classify && recipe_.class_weights == ClassWeights::balanced);
    set("divides", training < data_.examples());
    set("drawn", parts.validation == drawn(data_, recipe_));
    name("validation_rows", in_lines(parts.validation));
    set("validates",
        is("divides") && run_.patience > 0 && updates >= batches);  // there is an end of an epoch to do it
    set("retrains", recipe_.retrain && is("validates"));
    set("stops", is("validates") && run_.patience > 0);
    set("solves", is("stops") && run_.solved_below > 0);
    set("iterations", run_.iterations > 0);
    set("batches", run_.batch > 0);
    set("plateau", run_.schedule == Schedule::plateau);
    set("looked", is("retrains") && is("plateau"));
    set("looks", !is("iterations") || is("validates") || is("plateau"));  // at each epoch's end
    set("sums",
        is("batches") && (!is("iterations") || (is("plateau") && (!is("validates") || is("retrains")))));
    set("scales", recipe_.scaling != Scaling::none && recipe_.scaling != Scaling::series);
    set(name_of(scaling_names, recipe_.scaling), true);
    set("by_example", recipe_.scaling == Scaling::series);
    for (const std::string& slot : memory()) set(slot, true);
    set(name_of(optimizer_names, run_.optimizer.kind), true);
    set("clips", run_.optimizer.clip_norm > 0);
    set("decays", run_.optimizer.weight_decay > 0);
}

void Program::name_numbers() {
    const Index updates = std::stoll(filling_.names["updates"]);
    const Index warmup = std::max<Index>(1, std::lround(0.05 * double(updates)));
    Index every = 100;  // at most a thousand lines
    while (run_.iterations / every > 1000) every *= 10;
    name("every", every);
    name("warmup", warmup);
    name("after_warmup", updates - warmup);
    name("num_of_iters", is("tutorial") ? updates - 1 : updates);
    name("batch", run_.batch);
    name("patience", run_.patience);
    name("solved", to_text(run_.solved_below));
    name("classes", static_cast<Index>(data_.class_names.size()));
    name("seed_number", Index{recipe_.seed});
    name("data_seed", Index{recipe_.data_seed});
    name("share", to_text(recipe_.validation));
    name("learning_rate", to_text(run_.optimizer.learning_rate));
    name("momentum", to_text(run_.optimizer.momentum));
    name("beta1", to_text(run_.optimizer.beta1));
    name("beta2", to_text(run_.optimizer.beta2));
    name("epsilon", to_text(run_.optimizer.epsilon));
    name("weight_decay", to_text(run_.optimizer.weight_decay));
    name("clip_norm", to_text(run_.optimizer.clip_norm));
}

// What the optimizer remembers.
Items Program::memory() const {
    switch (run_.optimizer.kind) {
        case OptimizerKind::gd:
            return {};
        case OptimizerKind::momentum:
        case OptimizerKind::nesterov:
            return {"v"};
        case OptimizerKind::rmsprop:
            return {"s"};
        case OptimizerKind::adam:
        case OptimizerKind::adamw:
            break;
    }
    return {"v", "s"};
}

// The arguments in model().
void Program::name_calls() {
    name("seed", is("dropout") ? "SEED" : filling_.names["seed_number"]);
    name("epoch", is("batches") ? "i // batches" : "i");
    name("epoch_cost", epoch_cost());
    name("watched", is("validates") ? "val_cost" : epoch_cost());
    name("X", is("batches") ? "X_batch" : "X");
    name("Y", is("batches") ? "Y_batch" : "Y");
    name("weights", !is("weights") ? "" : is("batches") ? ", weights[:, batch]" : ", weights");
    name("training_step", is("dropout") ? ", step=i" : is("statistics") ? ", training=True" : "");
    name("best_state", state_of("best_"));
    name("final_state", state_of("final_"));

    Items told{"parameters", "grads"};
    for (const std::string& slot : memory()) told.push_back(slot);
    Items call = told;
    if (memory().size() == 2) {
        told.emplace_back("t");
        call.emplace_back("i + 1");
    }
    told.emplace_back("learning_rate");
    const bool scheduled = has_numpy_piece("schedule " + name_of(schedule_names, run_.schedule));
    call.emplace_back(scheduled ? "learning_rate * schedule(i)" : "learning_rate");
    name("update", listed(told));
    name("call_update", listed(call));
}

// The arguments of model(), here and where it is called, and whose metrics are shown.
void Program::name_arrays() {
    const bool scales = is("scales") || is("by_example");
    const std::string X = scales || is("divides") ? "X_train" : "X";
    const std::string Y = is("one_hot") || is("units") || is("divides") ? "Y_train" : "Y";
    const std::string X_all = scales ? "X_all" : "X", Y_all = is("one_hot") || is("units") ? "Y_all" : "Y";
    Items told{"X", "Y"}, first{X, Y}, second{X_all, Y_all};
    if (is("weights")) {
        told.emplace_back("weights");
        first.emplace_back("weights");
        second.emplace_back("weights_all");
    }
    if (is("validates"))
        for (const char* part : {"X_val", "Y_val"}) {
            told.emplace_back(part);
            first.emplace_back(part);
            second.emplace_back("None");
        }
    for (Items* items : {&told, &first, &second}) items->push_back(filling_.names["sizes"]);
    told.insert(told.end(), {"num_of_iters", "learning_rate"});
    name("arguments", listed(told));
    name("first_run", listed(first));
    name("second_run", listed(second));
    name("X_train", X);
    name("X_unscaled", is("divides") ? "X_train" : "X");
    name("Y_labels", is("divides") ? "Y_train" : "Y");
    name("results", filling_.names["state"] + (is("retrains") ? ", best_iters" : ""));
    name("X_trained", is("retrains") || (is("shows") && is("divides")) ? X_all : X);
    name("Y_trained", is("retrains") ? Y_all : Y);
    name("deviation", is("units") ? "deviation, " : "");
    name("trained_deviation", !is("units") ? "" : is("retrains") ? "deviation_all, " : "deviation, ");
    name("trained_state", is("retrains") ? state_of("final_") : filling_.names["state"]);
}

std::string Program::state_of(const std::string& prefix) const {
    return prefix + "parameters" + (is("statistics") ? ", " + prefix + "statistics" : "");
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
    return text + "\n";
}

// Without scaling these are centred all the same (prepared.h, features.h), which the program does not know.
void require_float_holds(const Dataset& data) {
    const auto require = [&](const std::string& name, bool holds) {
        if (!holds)
            throw Error(Fault::input, {.place = data.name,
                                       .found = "float would merge numbers of \"" + name +
                                                "\", which cannot be written in NumPy without scaling",
                                       .hint = "--scale standard, or --precision double"});
    };
    for (const Column& column : data.table.columns) require(column.name, !float_merges(column.numbers));
    for (Index i = 0; i < data.Y.rows() && !data.has_classes(); ++i) {
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
                                                               : "";
    if (!what.empty()) throw Error(Fault::input, {.place = what, .found = "cannot be written in NumPy yet"});
    if (recipe.scaling == Scaling::none && recipe.precision == Precision::single) require_float_holds(data);
    return Program(data, recipe, source).text();
}

}  // namespace gradus
