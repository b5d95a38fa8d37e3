#include "gradus/export/onnx/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/checks.h"
#include "gradus/export/onnx/evaluate.h"
#include "gradus/export/onnx/reading.h"
#include "gradus/export/onnx/recognize.h"

namespace gradus::onnx {
namespace {

using ValueKind = GraphValue::Kind;

// What of the graph's outputs is the answer, and what else it says about it.
struct Answer {
    std::string name;
    const GraphValue* value = nullptr;
    bool logarithm = false;
    std::string label = {};                 // the output that names the class
    std::vector<std::string> classes = {};  // of it
};

bool is_float(const GraphValue& value) {
    return value.array.type == Type::float32 || value.array.type == Type::float64;
}

// All of them different, as texts; else none.
std::vector<std::string> class_names(const Array& classes) {
    std::vector<std::string> names = classes.texts;
    for (const double number : classes.numbers) names.push_back(fmt::format("{}", number));
    std::vector<std::string> sorted = names;
    std::ranges::sort(sorted);
    return std::ranges::adjacent_find(sorted) == sorted.end() ? names : std::vector<std::string>();
}

// Is the largest of the scores the largest of the probabilities?
bool are_ordered_alike(const Step& scores, const Step& probabilities) {
    return &scores == &probabilities || (probabilities.text == "softmax" && probabilities.before == &scores);
}

Answer find_answer(Reading& reading, const std::vector<Value>& outputs) {
    Answer answer;
    const GraphValue* label = nullptr;
    bool all_understood = true;
    for (const Value& output : outputs) {
        const GraphValue* value = reading.find(output.name);
        if (value == nullptr) refuse(say("the output \"{}\" comes from nowhere", output.name));
        if (value->kind == ValueKind::classes) label = value, answer.label = output.name;
        all_understood = all_understood && value->kind != ValueKind::elsewhere;
        const bool may_answer =
            value->kind == ValueKind::two || (value->kind == ValueKind::numbers && is_float(*value));
        if (!may_answer) continue;
        if (answer.value != nullptr)
            refuse(say("this model has outputs \"{}\" and \"{}\"", answer.name, output.name),
                   say("one output"));
        answer.name = output.name, answer.value = value;
    }
    // The probabilities beside a label are the answer, and not the scores behind it.
    if (answer.value == nullptr && (label == nullptr || !all_understood)) reading.refuse_all();
    if (answer.value == nullptr) {
        answer.value = label, answer.name = answer.label;
    } else {
        answer.value = &reading.output(answer.name);
        answer.logarithm =
            answer.value->kind == ValueKind::numbers && is_logarithm(answer.value->probe.numbers);
    }
    if (label != nullptr && are_ordered_alike(*label->step, *answer.value->step))
        answer.classes = class_names(label->probe);
    return answer;
}

bool leads_through(const Step* step, const std::string& text) {
    for (; step != nullptr; step = step->before)
        if (step->text == text) return true;
    return false;
}

// The units of the last layer, in their order.
void require_all_in_order(const Reading& reading, const Answer& answer) {
    const Array& array = answer.value->array;
    const bool one_below_another =
        array.rank() == 2 && array.dim(1) == 1;  // as skl2onnx writes several targets
    if (array.dims.empty() || (array.dims.front() != reading.examples() && !one_below_another))
        refuse(say("what it sees are several examples at once"));
    if (answer.value->kind != ValueKind::numbers) return;
    const Array& units = answer.value->units;
    const Index size = units.size() / reading.examples();
    for (Index i = 0; i < units.size(); ++i)
        if (units[i] != unit_of(i / size, i % size))
            refuse(say("the outputs of this model stand in another order than those of its last layer"));
}

// Examples of the file's own scale: its inputs, and the same as a table.
class Examples {
public:
    Examples(const Reading& reading, const Features& features) {
        table_.name = "examples";
        table_.rows = reading.examples();
        for (const Value& input : reading.inputs()) add(input, reading, features);
    }

    [[nodiscard]] const Arrays& inputs() const { return inputs_; }
    [[nodiscard]] const Table& table() const { return table_; }

private:
    void add(const Value& input, const Reading& reading, const Features& features) {
        std::vector<Index> dims = input.dims;
        dims.front() = table_.rows;
        Array& array = inputs_[input.name] = array_of(input.type, dims);
        const Index columns = array.size() / table_.rows;
        for (Index i = 0; i < columns; ++i) {
            Column column{.name = reading.columns().columns[table_.columns.size()].name};
            const auto numeric = std::ranges::find(features.numeric, column.name, &NumericFeature::name);
            const auto text = std::ranges::find(features.text, column.name, &TextFeature::name);
            for (Index n = 0; n < table_.rows; ++n) {
                const Index at = n * columns + i, turn = (n * 31 + i * 17 + 5) % 23;
                if (text != features.text.end()) {
                    const auto& names = text->categories;
                    const std::string& name = names[static_cast<std::size_t>(turn) % names.size()];
                    column.codes.push_back(static_cast<std::int32_t>(column.texts.size()));
                    column.texts.push_back(name);
                    set(array, at, name);
                } else if (numeric != features.numeric.end()) {
                    set(array, at, numeric->line.back(static_cast<double>(turn) / 8. - 1.3));
                    column.numbers.push_back(array[at]);
                }
            }
            table_.columns.push_back(std::move(column));
        }
    }

    static void set(Array& array, Index at, const std::string& name) {
        if (array.is_text()) {
            array.texts[static_cast<std::size_t>(at)] = name;
        } else {
            array[at] = std::stod(name);
        }
    }
    static void set(Array& array, Index at, double number) {
        if (array.is_text()) return;
        const bool whole = array.type != Type::float32 && array.type != Type::float64;
        array[at] = whole ? std::round(number) : static_cast<double>(static_cast<float>(number));
    }

    Arrays inputs_;
    Table table_;
};

// Does the network compute what the graph does? Whatever was misunderstood shows itself here.
template <class T>
void require_same(const Model<T>& model, const Reading& reading, const Answer& answer, const File& file) {
    constexpr double tolerance = std::is_same_v<T, double> ? 1e-8 : 1e-4, largest = 1e30;
    const Examples examples(reading, model.features);
    const Arrays values = evaluate(file, examples.inputs());
    const Array& truth = values.find(answer.name)->second;
    const Matrix<T> A = outputs(model, examples.table());
    if (answer.value->kind == ValueKind::classes) return;
    const bool two = answer.value->kind == ValueKind::two;
    const Index each = truth.size() / examples.table().rows;
    for (Index n = 0; n < A.columns(); ++n)
        for (Index i = 0; i < A.rows(); ++i) {
            const double given = truth[n * each + (two ? 1 : i)],
                         expected = answer.logarithm ? std::exp(given) : given;
            const double actual = static_cast<double>(A(i, n));
            if (!(std::abs(expected) < largest)) continue;
            if (!(std::abs(actual - expected) <= tolerance * std::max(1., std::abs(expected))))
                refuse(say("this model was not understood: as a network it gives {}, by its own operators {}",
                           actual, expected));
        }
}

template <class T>
Target target_of(const Network<T>& network, const Answer& answer) {
    const auto out = static_cast<std::size_t>(network.out().size());
    const std::string last = network.layer(network.size() - 1).text();
    const auto classes = answer.classes.size();
    // PyTorch's LogSoftmax: what is predicted here are the probabilities themselves.
    const std::string output = answer.logarithm ? fmt::format("exp({})", answer.name) : answer.name;
    Target target{.task = Task::regress, .output = output};
    const bool two = out == 1 && classes == 2 && last == "sigmoid";
    if (two || (out == classes && classes >= 2 && last == "softmax")) {
        target.task = Task::classify;
        target.names = {answer.label};
        target.classes = answer.classes;
        return target;
    }
    return target;
}

template <class T>
Model<T> model_in(const Reading& reading, const Answer& answer, const File& file) {
    Model<T> model = model_of<T>(*answer.value->step, reading.columns());
    require_bearable(model.network);
    require_same(model, reading, answer, file);
    model.target = target_of(model.network, answer);
    model.features.unnamed = reading.inputs().size() == 1;
    Recipe& recipe = model.recipe;
    recipe.task = model.target.task;
    recipe.shape = model.network.in();
    recipe.network = model.network.text();
    const bool classifies = recipe.task == Task::classify;
    recipe.run.loss = !classifies                       ? LossKind::mean_squared
                      : model.network.out().size() == 1 ? LossKind::binary_cross_entropy
                                                        : LossKind::cross_entropy;
    recipe.scaling = model.features.scaling;
    recipe.precision = std::is_same_v<T, double> ? Precision::twice : Precision::single;
    return model;
}

}  // namespace

AnyModel import_model(const File& file) {
    const Index version = operators_version(file);
    if (version != 0 && (version < 7 || version > 26))
        refuse(say("version {} of the operators", version), say("7 to 26"));
    Reading reading(file);
    const Answer answer = find_answer(reading, file.graph.outputs);
    if (answer.value->kind == ValueKind::elsewhere || leads_through(answer.value->step, "?"))
        reading.refuse_all();
    require_all_in_order(reading, answer);
    const Type type = answer.value->array.type;
    if (type == Type::float64) return model_in<double>(reading, answer, file);
    return model_in<float>(reading, answer, file);
}

}  // namespace gradus::onnx
