#include "gradus/model/onnx_metadata.h"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "gradus/error.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/words.h"

namespace gradus::onnx {
namespace {

using Json = nlohmann::ordered_json;

// Each struct has one list of its fields, which serves both directions: V may be const.
template <class V, class Struct>
concept Is = std::same_as<std::remove_const_t<V>, Struct>;

void fields(auto& f, Is<Shape> auto& v) {
    f("channels", v.channels), f("length", v.length);
}
void fields(auto& f, Is<OptimizerSettings> auto& v) {
    f("kind", v.kind, optimizer_names), f("learning_rate", v.learning_rate), f("momentum", v.momentum);
    f("weight_decay", v.weight_decay), f("clip_norm", v.clip_norm);
}
void fields(auto& f, Is<RunSettings> auto& v) {  // the threads change nothing
    f("loss", v.loss), f("optimizer", v.optimizer), f("schedule", v.schedule, schedule_names);
    f("batch", v.batch), f("epochs", v.epochs), f("iterations", v.iterations), f("patience", v.patience);
    f("scheduled_over", v.scheduled_over), f("mask_seed", v.mask_seed);
}
constexpr std::array task_names{"classify", "regress"};
void fields(auto& f, Is<Recipe> auto& v) {
    f("task", v.task, task_names), f("shape", v.shape), f("network", v.network);
    f("initializer", v.initializer, initializer_names), f("run", v.run), f("validation", v.validation);
    f("scaling", v.scaling, scaling_names), f("class_weights", v.class_weights, class_weights_names);
    f("validation_file", v.validation_file), f("retrain", v.retrain), f("seed", v.seed),
        f("data_seed", v.data_seed);
    f("precision", v.precision, precision_names);
}
void fields(auto& f, Is<Line> auto& v) {
    f("offset", v.offset), f("divisor", v.divisor);
}
void fields(auto& f, Is<NumericFeature> auto& v) {
    f("name", v.name), f("fill", v.fill), f("line", v.line);
}
void fields(auto& f, Is<TextFeature> auto& v) {
    f("name", v.name), f("categories", v.categories);
}
void fields(auto& f, Is<Features> auto& v) {
    f("scaling", v.scaling, scaling_names), f("divisor", v.divisor), f("numeric", v.numeric),
        f("text", v.text);
}
void fields(auto& f, Is<Target> auto& v) {
    f("task", v.task, task_names), f("names", v.names), f("classes", v.classes), f("lines", v.lines);
}
void fields(auto& f, Is<Origin> auto& v) {
    f("data", v.data), f("examples", v.examples), f("fingerprint", v.fingerprint);
}
void fields(auto& f, Is<CurvePoint> auto& v) {
    f("iteration", v.iteration), f("epoch", v.epoch), f("cost", v.cost);
    f("validation_cost", v.validation_cost);
}
void fields(auto& f, Is<Evaluation> auto& v) {
    f("task", v.task, task_names), f("examples", v.examples), f("loss", v.loss), f("confusion", v.confusion);
    f("accuracy", v.accuracy), f("f1", v.f1), f("rmse", v.rmse), f("mae", v.mae), f("r2", v.r2);
}
void fields(auto& f, Is<Plateau> auto& v) {
    f("factor", v.factor), f("lowest", v.lowest), f("epochs", v.epochs), f("waiting", v.waiting);
}
// Structs of this file only: what an entry holds that is no struct elsewhere.
struct NetworkEntry {
    std::string text = {};
    Shape in = {};
    std::vector<std::string> learned = {};
};
void fields(auto& f, Is<NetworkEntry> auto& v) {
    f("text", v.text), f("in", v.in), f("learned", v.learned);
}
struct History {
    Index updates = 0, kept_updates = 0;
    double baseline = 0;
    Evaluation training = {};
    std::optional<Evaluation> validation = {};
    std::vector<CurvePoint> curve = {};
};
void fields(auto& f, Is<History> auto& v) {
    f("updates", v.updates), f("kept_updates", v.kept_updates), f("baseline", v.baseline);
    f("training", v.training), f("validation", v.validation), f("curve", v.curve);
}
struct SelfTest {
    struct Field {
        std::string name = {};
        std::vector<double> numbers = {};
        std::vector<std::optional<std::string>> texts = {};
    };
    Index rows = 0, channels = 0, length = 0;
    double divisor = 1;
    std::vector<Field> columns = {};
    std::vector<std::vector<double>> outputs = {};  // of each row
};
void fields(auto& f, Is<SelfTest::Field> auto& v) {
    f("name", v.name), f("numbers", v.numbers), f("texts", v.texts);
}
void fields(auto& f, Is<SelfTest> auto& v) {
    f("rows", v.rows), f("channels", v.channels), f("length", v.length), f("divisor", v.divisor);
    f("columns", v.columns), f("outputs", v.outputs);
}
struct BestEntry {
    double cost = 0;
    Index updates = 0;
};
void fields(auto& f, Is<BestEntry> auto& v) {
    f("cost", v.cost), f("updates", v.updates);
}
struct StateEntry {
    Index updates = 0, position = 0, epoch = 0, waiting = 0;
    double first_cost = 0, epoch_cost = 0;
    bool finished = false;
    std::optional<BestEntry> best = {};
    Plateau plateau = {};
    std::uint32_t random_position = 0;
    bool has_second = false;
    double second = 0;
    bool on_all_examples = false;
    Index first_kept_updates = 0, first_planned_updates = 0;
};
void fields(auto& f, Is<StateEntry> auto& v) {
    f("updates", v.updates), f("position", v.position), f("epoch", v.epoch), f("waiting", v.waiting);
    f("first_cost", v.first_cost), f("epoch_cost", v.epoch_cost), f("finished", v.finished);
    f("best", v.best), f("plateau", v.plateau), f("random_position", v.random_position);
    f("has_second", v.has_second), f("second", v.second), f("on_all_examples", v.on_all_examples);
    f("first_kept_updates", v.first_kept_updates), f("first_planned_updates", v.first_planned_updates);
}

template <class V>
struct Kind {
    static constexpr bool optional = false, list = false;
};
template <class V>
struct Kind<std::optional<V>> {
    static constexpr bool optional = true, list = false;
};
template <class V>
struct Kind<std::vector<V>> {
    static constexpr bool optional = false, list = true;
};

// JSON has no infinity and no NaN: they are texts.
Json saved_number(double number) {
    if (std::isnan(number)) return "nan";
    return std::isfinite(number) ? Json(number) : Json(to_text(number));
}

template <class V>
Json saved(const V& value);

struct Saver {
    Json json = Json::object();

    template <class V>
    void operator()(const char* name, const V& value) {
        json[name] = saved(value);
    }
    void operator()(const char* name, auto value, const auto& names) {
        json[name] = names[static_cast<std::size_t>(value)];
    }
};

template <class V>
Json saved(const V& value) {
    if constexpr (std::is_same_v<V, double>) {
        return saved_number(value);
    } else if constexpr (std::is_arithmetic_v<V> || std::is_same_v<V, std::string>) {
        return value;
    } else if constexpr (Kind<V>::optional) {
        return value ? saved(*value) : Json();
    } else if constexpr (Kind<V>::list) {
        Json list = Json::array();
        for (const auto& item : value) list.push_back(saved(item));
        return list;
    } else {
        Saver saver;
        fields(saver, value);
        return saver.json;
    }
}

// Throws the exceptions of the JSON library; the text of an Error is made where the entry's name is known.
template <class V>
void load(const Json& json, V& value);

struct Loader {
    const Json& json;

    template <class V>
    void operator()(const char* name, V& value) const {
        load(json.at(name), value);
    }
    template <class Enum>
    void operator()(const char* name, Enum& value, const auto& names) const {
        const auto& word = json.at(name).get_ref<const std::string&>();
        for (std::size_t i = 0; i < names.size(); ++i)
            if (word == names[i]) {
                value = static_cast<Enum>(i);
                return;
            }
        throw Error(Fault::input, {.found = "\"" + std::string(name) + "\" is \"" + word + "\""});
    }
};

std::string misplaced(const Json& json) {
    return (json.is_number() ? json.dump() : json.type_name()) + std::string(" stands where ");
}

template <class V>
V whole_number(const Json& json) {
    const auto fits = [](auto number) { return std::in_range<V>(number); };
    if (json.is_number_unsigned() && fits(json.get<std::uint64_t>())) return json.get<V>();
    if (json.is_number_integer() && !json.is_number_unsigned() && fits(json.get<std::int64_t>()))
        return json.get<V>();
    throw Error(Fault::input, {.found = misplaced(json) + "a whole number should"});
}

double number(const Json& json) {
    if (json.is_number()) return json.get<double>();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const double special : {infinity, -infinity, missing})
        if (json == to_text(special)) return special;
    throw Error(Fault::input, {.found = misplaced(json) + "a number should"});
}

template <class V>
void load(const Json& json, V& value) {
    if constexpr (std::is_same_v<V, double>) {
        value = number(json);
    } else if constexpr (std::is_same_v<V, bool> || std::is_same_v<V, std::string>) {
        value = json.get_ref<const std::conditional_t<std::is_same_v<V, bool>, bool, std::string>&>();
    } else if constexpr (std::is_integral_v<V>) {
        value = whole_number<V>(json);
    } else if constexpr (Kind<V>::optional) {
        if (!json.is_null()) load(json, value.emplace());
    } else if constexpr (Kind<V>::list) {
        if (!json.is_array()) throw Error(Fault::input, {.found = "a list is missing"});
        for (const Json& item : json) load(item, value.emplace_back());
    } else {
        const Loader loader{json};
        fields(loader, value);
    }
}

template <class V>
Entry entry(const char* key, const V& value) {
    try {
        return {key, saved(value).dump()};
    } catch (const Json::exception&) {  // a name that is no text
        throw Error(Fault::input,
                    {.found = "a name of the model is not in UTF-8", .expected = "names that JSON can hold"});
    }
}

// No entry goes deeper than this.
constexpr int most_depth = 32;

template <class V>
V parsed(const std::vector<Entry>& metadata, std::string_view key) {
    for (const Entry& entry : metadata) {
        if (entry.key != key) continue;
        try {
            V value{};
            load(Json::parse(entry.value,
                             [](int depth, Json::parse_event_t, const Json&) {
                                 if (depth > most_depth)
                                     throw Error(Fault::input, {.found = "it goes too deep"});
                                 return true;
                             }),
                 value);
            return value;
        } catch (const Json::exception&) {
            throw Error(Fault::input,
                        {.found = "its entry \"" + entry.key + "\" is not what Gradus writes there"});
        } catch (const Error& error) {
            throw Error(Fault::input,
                        {.found = "its entry \"" + entry.key + "\" cannot be read: " + error.what()});
        }
    }
    throw Error(Fault::input, {.found = "it has no entry \"" + std::string(key) + "\""});
}

template <class T>
SelfTest self_test(const Model<T>& model) {
    const Table& table = model.sample;
    SelfTest test{
        .rows = table.rows, .channels = table.channels, .length = table.length, .divisor = table.divisor};
    for (const Column& column : table.columns) {
        SelfTest::Field& field = test.columns.emplace_back();
        field.name = column.name;
        field.numbers = column.numbers;
        for (const std::int32_t code : column.codes)
            field.texts.push_back(code == Column::no_text
                                      ? std::nullopt
                                      : std::optional(column.texts[static_cast<std::size_t>(code)]));
    }
    if (table.rows == 0) return test;
    const Matrix<T> A = outputs(model, table);
    for (Index j = 0; j < A.columns(); ++j)
        test.outputs.emplace_back(A.view().column(j), A.view().column(j) + A.rows());
    return test;
}

Column column_of(const SelfTest::Field& field) {
    Column column{.name = field.name, .numbers = field.numbers};
    for (const std::optional<std::string>& text : field.texts) {
        if (!text) {
            column.codes.push_back(Column::no_text);
            continue;
        }
        const auto place = std::ranges::find(column.texts, *text);
        column.codes.push_back(static_cast<std::int32_t>(place - column.texts.begin()));
        if (place == column.texts.end()) column.texts.push_back(*text);
    }
    return column;
}

void require(bool holds, const std::string& found) {
    if (!holds) throw Error(Fault::input, {.found = found});
}

Table sample_of(const SelfTest& test) {
    Table table{.name = "its self-test",
                .rows = test.rows,
                .channels = test.channels,
                .length = test.length,
                .divisor = test.divisor};
    require(test.rows >= 0 && test.rows <= 1000, "its self-test has " + std::to_string(test.rows) + " rows");
    const auto rows = static_cast<std::size_t>(test.rows);
    for (const SelfTest::Field& field : test.columns) {
        require(std::max(field.numbers.size(), field.texts.size()) == rows &&
                    std::min(field.numbers.size(), field.texts.size()) == 0,
                "the column \"" + field.name + "\" of its self-test has another number of rows");
        table.columns.push_back(column_of(field));
    }
    return table;
}

template <class T>
Matrix<T> outputs_of(const SelfTest& test, Index outputs) {
    require(test.outputs.size() == static_cast<std::size_t>(test.rows), "its self-test lacks outputs");
    Matrix<T> A(outputs, test.rows);
    for (Index j = 0; j < A.columns(); ++j) {
        const std::vector<double>& row = test.outputs[static_cast<std::size_t>(j)];
        require(row.size() == static_cast<std::size_t>(outputs), "its self-test has other outputs");
        for (Index i = 0; i < outputs; ++i) A(i, j) = static_cast<T>(row[static_cast<std::size_t>(i)]);
    }
    return A;
}

template <class T>
StateEntry state_entry(const TrainingState<T>& state) {
    const RunState<T>& run = state.run;
    const RandomState::Saved random = run.random.saved();
    StateEntry entry{.updates = run.optimizer.updates,
                     .position = run.position,
                     .epoch = run.epoch,
                     .waiting = run.waiting,
                     .first_cost = run.first_cost,
                     .epoch_cost = run.epoch_cost,
                     .finished = run.finished,
                     .plateau = run.plateau,
                     .random_position = random.position,
                     .has_second = random.has_second,
                     .second = random.second,
                     .on_all_examples = state.on_all_examples,
                     .first_kept_updates = state.first_kept_updates,
                     .first_planned_updates = state.first_planned_updates};
    if (run.best) entry.best = {.cost = run.best->cost, .updates = run.best->updates};
    return entry;
}

template <class T>
TrainingState<T> state_of(const StateEntry& entry) {
    require(entry.updates >= 0 && entry.position >= 0 && entry.epoch >= 0, "its state has negative counts");
    RandomState::Saved random{.numbers = std::vector<std::uint32_t>(RandomState::Saved::size),
                              .position = entry.random_position,
                              .has_second = entry.has_second,
                              .second = entry.second};
    const std::optional<RandomState> generator = RandomState::restored(random);
    require(generator.has_value(), "its state of the random numbers has a wrong position");
    RunState<T> run;
    run.random = *generator;
    run.position = entry.position;
    run.epoch = entry.epoch;
    run.first_cost = entry.first_cost;
    run.epoch_cost = entry.epoch_cost;
    run.waiting = entry.waiting;
    run.plateau = entry.plateau;
    run.finished = entry.finished;
    run.optimizer.updates = entry.updates;
    if (entry.best) {
        run.best.emplace();
        run.best->cost = entry.best->cost;
        run.best->updates = entry.best->updates;
    }
    return {.run = std::move(run),
            .on_all_examples = entry.on_all_examples,
            .first_kept_updates = entry.first_kept_updates,
            .first_planned_updates = entry.first_planned_updates};
}

constexpr const char* format = "1";

bool has(const std::vector<Entry>& metadata, std::string_view key) {
    return std::ranges::any_of(metadata, [key](const Entry& entry) { return entry.key == key; });
}

}  // namespace

template <class T>
std::vector<Entry> to_metadata(const Model<T>& model, const std::vector<std::string>& learned) {
    const NetworkEntry network{.text = model.network.text(), .in = model.network.in(), .learned = learned};
    const History history{.updates = model.updates,
                          .kept_updates = model.kept_updates,
                          .baseline = model.baseline,
                          .training = model.training,
                          .validation = model.validation,
                          .curve = model.curve};
    std::vector<Entry> entries{{"gradus.format", format},
                               entry("gradus.network", network),
                               entry("gradus.recipe", model.recipe),
                               entry("gradus.features", model.features),
                               entry("gradus.target", model.target),
                               entry("gradus.origin", model.origin),
                               entry("gradus.history", history),
                               entry("gradus.self_test", self_test(model))};
    if (model.state) entries.push_back(entry("gradus.state", state_entry(*model.state)));
    return entries;
}

bool is_double(const std::vector<Entry>& metadata) {
    return parsed<Recipe>(metadata, "gradus.recipe").precision == Precision::twice;
}

template <class T>
static Network<T> network_of(const NetworkEntry& entry, std::size_t bytes_of_tensors) {
    constexpr Index most_inputs = Index{1} << 26;
    constexpr std::size_t most_text = 1 << 16;
    const Shape in = entry.in;
    require(in.channels > 0 && in.length > 0 && in.channels <= most_inputs / in.length,
            "its network has inputs of " + in.text());
    require(entry.text.size() <= most_text, "its network has a text of " + std::to_string(entry.text.size()));
    const auto layers = read_layers<T>(entry.text);
    const auto count = static_cast<std::size_t>(Network<T>::count_parameters(in, layers));
    require(count <= bytes_of_tensors / sizeof(T), "it lacks parameters of its network");
    return Network<T>(in, layers);
}

template <class T>
static void require_consistent(const Model<T>& model) {
    const Target& target = model.target;
    const Index out = model.network.out().size();
    const auto classes = static_cast<Index>(target.classes.size());
    require(model.features.width() == model.network.in().size(), "its features do not fit its network");
    for (const TextFeature& feature : model.features.text)
        require(std::ranges::is_sorted(feature.categories),
                "the categories of \"" + feature.name + "\" are not in order");
    require(!target.names.empty(), "it has no target");
    if (target.task == Task::classify) {
        require(classes >= 2 && (out == classes || (classes == 2 && out == 1)),
                "its classes do not fit its network");
    } else {
        require(classes == 0 && target.names.size() == static_cast<std::size_t>(out) &&
                    target.lines.size() == static_cast<std::size_t>(out),
                "its targets do not fit its network");
    }
    for (const Evaluation& evaluation : {model.training, model.validation.value_or(Evaluation{})})
        for (const auto& row : evaluation.confusion)
            require(row.size() == evaluation.confusion.size() && row.size() == target.classes.size(),
                    "its metrics do not fit its classes");
}

template <class T>
Described<T> from_metadata(const std::vector<Entry>& metadata, std::size_t bytes_of_tensors) {
    const std::string version = std::to_string(parsed<Index>(metadata, "gradus.format"));
    if (version != format)
        throw Error(Fault::input, {.found = "this model has format " + version,
                                   .expected = std::string("format ") + format,
                                   .hint = "a newer version of Gradus"});
    const auto network = parsed<NetworkEntry>(metadata, "gradus.network");
    auto history = parsed<History>(metadata, "gradus.history");
    const auto test = parsed<SelfTest>(metadata, "gradus.self_test");
    Model<T> model{.network = network_of<T>(network, bytes_of_tensors),
                   .features = parsed<Features>(metadata, "gradus.features"),
                   .target = parsed<Target>(metadata, "gradus.target"),
                   .recipe = parsed<Recipe>(metadata, "gradus.recipe"),
                   .origin = parsed<Origin>(metadata, "gradus.origin"),
                   .baseline = history.baseline,
                   .curve = std::move(history.curve),
                   .updates = history.updates,
                   .kept_updates = history.kept_updates,
                   .training = std::move(history.training),
                   .validation = std::move(history.validation),
                   .sample = sample_of(test)};
    require_consistent(model);
    if (has(metadata, "gradus.state"))
        model.state = state_of<T>(parsed<StateEntry>(metadata, "gradus.state"));
    const Index out = model.network.out().size();
    return {.model = std::move(model), .learned = network.learned, .outputs = outputs_of<T>(test, out)};
}

template <class T>
std::vector<Tensor> state_tensors(const TrainingState<T>& state) {
    const RunState<T>& run = state.run;
    std::vector<Tensor> tensors;
    const auto add = [&tensors](const char* name, const auto& numbers) {
        using Number = typename std::remove_cvref_t<decltype(numbers)>::value_type;
        tensors.push_back(
            tensor_of<Number>(name, {static_cast<Index>(numbers.size())}, std::span<const Number>(numbers)));
    };
    const std::vector<std::uint32_t> random = run.random.saved().numbers;
    add("parameters", run.parameters);
    add("statistics", run.statistics);
    add("optimizer", run.optimizer.slots);
    add("random", std::vector<Index>(random.begin(), random.end()));
    add("order", run.order);
    if (run.best) {
        add("best_parameters", run.best->parameters);
        add("best_statistics", run.best->statistics);
    }
    return tensors;
}

// The numbers of the tensor called `name`: exactly `size` of them, if that is known.
template <class Numbers>
static void read_tensor(const std::vector<Tensor>& tensors, const std::string& name,
                        std::optional<std::size_t> size, Numbers& numbers) {
    using Number = typename Numbers::value_type;
    for (const Tensor& tensor : tensors) {
        if (tensor.name != name) continue;
        require(tensor.type == type_of<Number> &&
                    tensor.raw.size() == size.value_or(tensor.raw.size() / sizeof(Number)) * sizeof(Number),
                "the tensor \"" + name + "\" of its state does not fit its network");
        numbers = numbers_of<Number, Numbers>(tensor);
        return;
    }
    throw Error(Fault::input, {.found = "its state lacks the tensor \"" + name + "\""});
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
void read_state(const std::vector<Tensor>& tensors, const Network<T>& network, OptimizerKind optimizer,
                TrainingState<T>& state) {
    RunState<T>& run = state.run;
    const std::size_t parameters = network.parameters().size(), statistics = network.statistics().size();
    const auto slots = static_cast<std::size_t>(optimizer_slots(optimizer));
    read_tensor(tensors, "parameters", parameters, run.parameters);
    read_tensor(tensors, "statistics", statistics, run.statistics);
    read_tensor(tensors, "optimizer", slots * parameters, run.optimizer.slots);

    std::vector<Index> numbers;
    read_tensor(tensors, "random", RandomState::Saved::size, numbers);
    RandomState::Saved random = run.random.saved();
    for (std::size_t i = 0; i < numbers.size(); ++i)
        random.numbers[i] = static_cast<std::uint32_t>(numbers[i]);
    run.random = *RandomState::restored(random);

    read_tensor(tensors, "order", std::nullopt, run.order);
    require(is_permutation(run.order) && run.position <= static_cast<Index>(run.order.size()),
            "the order of its examples is wrong");
    if (run.best) {
        read_tensor(tensors, "best_parameters", parameters, run.best->parameters);
        read_tensor(tensors, "best_statistics", statistics, run.best->statistics);
    }
}

#define GRADUS_INSTANTIATE(T)                                                                  \
    template std::vector<Entry> to_metadata(const Model<T>&, const std::vector<std::string>&); \
    template Described<T> from_metadata(const std::vector<Entry>&, std::size_t);               \
    template std::vector<Tensor> state_tensors(const TrainingState<T>&);                       \
    template void read_state(const std::vector<Tensor>&, const Network<T>&, OptimizerKind, TrainingState<T>&);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus::onnx
