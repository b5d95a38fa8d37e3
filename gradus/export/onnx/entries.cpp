#include "gradus/export/onnx/entries.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"

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
    const OptimizerSettings usual;
    f("kind", v.kind, optimizer_names), f("learning_rate", v.learning_rate), f("momentum", v.momentum);
    f("weight_decay", v.weight_decay), f("clip_norm", v.clip_norm);
    f("beta1", v.beta1, usual.beta1), f("beta2", v.beta2, usual.beta2);
    f("epsilon", v.epsilon, usual.epsilon);
}
void fields(auto& f, Is<RunSettings> auto& v) {  // the threads change nothing
    f("loss", v.loss, loss_names), f("optimizer", v.optimizer), f("schedule", v.schedule, schedule_names);
    f("batch", v.batch), f("epochs", v.epochs), f("iterations", v.iterations), f("patience", v.patience);
    f("scheduled_over", v.scheduled_over), f("mask_seed", v.mask_seed);
}
void fields(auto& f, Is<PretrainingSettings> auto& v) {
    f("kind", v.kind, pretrain_names), f("epochs", v.epochs), f("learning_rate", v.learning_rate);
    f("momentum", v.momentum), f("weight_decay", v.weight_decay), f("cd", v.cd);
    f("persistent", v.persistent), f("sparsity", v.sparsity), f("visible", v.visible, visible_choice_names);
    const PretrainingSettings usual;
    f.unless("batch", v.batch, usual.batch), f.unless("dream_steps", v.dream_steps, usual.dream_steps);
}
void fields(auto& f, Is<Recipe> auto& v) {
    f("source", v.source), f("task", v.task, task_names), f("shape", v.shape), f("network", v.network);
    f("from", v.from);
    f("initializer", v.initializer, initializer_names), f("run", v.run), f("validation", v.validation);
    f("scaling", v.scaling, scaling_names), f("class_weights", v.class_weights, class_weights_names);
    f("validation_file", v.validation_file), f("retrain", v.retrain), f("seed", v.seed),
        f("data_seed", v.data_seed);
    f("precision", v.precision, precision_names);
    f.unless("encoding", v.encoding, NumberEncoding::none, number_encoding_names);
    f.unless("group", v.group, std::string()), f.unless("weight", v.weight, std::string());
    f.unless("split", v.split, SplitBy::random, split_names);
    f.unless("ensemble", v.ensemble, Index{1}), f.unless("folds", v.folds, Index{0});
    f.unless("member", v.member, Index{0}), f.unless("from_member", v.from_member, Index{0});
    f.unless("from_external", v.from_external, false);
    f.unless("pretraining", v.pretraining, PretrainingSettings());
}
void fields(auto& f, Is<Line> auto& v) {
    f("offset", v.offset), f("divisor", v.divisor);
}
void fields(auto& f, Is<NumberFormat> auto& v) {
    f("decimal", v.decimal), f("thousands", v.thousands), f("before", v.before), f("after", v.after);
}
void fields(auto& f, Is<NumericFeature> auto& v) {
    f("name", v.name), f("fill", v.fill), f("line", v.line), f("in_double", v.in_double);
    f.if_there("format", v.format), f.if_any("edges", v.edges);
}
constexpr std::array date_order_names{"ymd", "dmy", "mdy", "time of day"};
void fields(auto& f, Is<DateFeature> auto& v) {
    f("name", v.name), f("fill", v.fill), f("line", v.line), f("cycles", v.cycles, date_cycle_names);
    f("order", v.order, date_order_names);
}
void fields(auto& f, Is<TextFeature> auto& v) {
    f("name", v.name), f("categories", v.categories), f.unless("never_varies", v.never_varies, false);
}
void fields(auto& f, Is<Features> auto& v) {
    f("scaling", v.scaling, scaling_names), f("divisor", v.divisor);
    f("masked_channels", v.masked_channels), f("numeric", v.numeric), f("dates", v.dates), f("text", v.text);
    f.if_any("missing_words", v.missing_words), f.unless("unnamed", v.unnamed, false);
}
void fields(auto& f, Is<Target> auto& v) {
    f("task", v.task, task_names), f("names", v.names), f("classes", v.classes), f("lines", v.lines);
    f("in_double", v.in_double), f.if_any("lowest", v.lowest), f.if_any("highest", v.highest);
    f.unless("output", v.output, std::string()), f.if_any("units", v.units);
}
void fields(auto& f, Is<RowPrint> auto& v) {
    f("sum", v.sum), f("smallest", v.smallest);
}
void fields(auto& f, Is<Origin> auto& v) {
    f("data", v.data), f("examples", v.examples), f("fingerprint", v.fingerprint);
    f.unless("rows", v.rows, RowPrint());
}
void fields(auto& f, Is<CurvePoint> auto& v) {
    f("iteration", v.iteration), f("epoch", v.epoch), f("cost", v.cost);
    f("validation_cost", v.validation_cost);
}
void fields(auto& f, Is<StandardErrors> auto& v) {
    f("accuracy", v.accuracy), f("f1", v.f1), f("log_loss", v.log_loss), f("roc_auc", v.roc_auc);
    f("calibration_error", v.calibration_error), f("rmse", v.rmse), f("mae", v.mae), f("r2", v.r2);
    f("reconstruction_error", v.reconstruction_error, 0.0), f("free_energy", v.free_energy, 0.0);
}
void fields(auto& f, Is<Evaluation> auto& v) {
    f("task", v.task, task_names), f("examples", v.examples), f("loss", v.loss), f("confusion", v.confusion);
    f("accuracy", v.accuracy), f("f1", v.f1), f("log_loss", v.log_loss), f("roc_auc", v.roc_auc);
    f("calibration_error", v.calibration_error), f("rmse", v.rmse), f("mae", v.mae), f("r2", v.r2);
    f("reconstruction_error", v.reconstruction_error, 0.0), f("free_energy", v.free_energy, 0.0);
    f("standard_error", v.standard_error);
    f.unless("weighted", v.weighted, false), f.if_any("labels", v.labels);
}
void fields(auto& f, Is<Plateau> auto& v) {
    f("factor", v.factor), f("lowest", v.lowest), f("epochs", v.epochs), f("waiting", v.waiting);
}
void fields(auto& f, Is<NetworkEntry> auto& v) {
    f("text", v.text), f("in", v.in), f("learned", v.learned), f.unless("members", v.members, Index{1});
}
void fields(auto& f, Is<History> auto& v) {
    f("updates", v.updates), f("kept_updates", v.kept_updates), f("baseline", v.baseline);
    f("training", v.training), f("validation", v.validation), f("curve", v.curve);
    f.if_there("out_of_fold", v.out_of_fold);
}
void fields(auto& f, Is<MemberEntry> auto& v) {
    f("updates", v.updates), f("kept_updates", v.kept_updates), f("curve", v.curve);
}
void fields(auto& f, Is<SelfTest::Field> auto& v) {
    f("name", v.name), f("is_date", v.is_date), f("numbers", v.numbers), f("texts", v.texts);
}
void fields(auto& f, Is<SelfTest> auto& v) {
    f("rows", v.rows), f("channels", v.channels), f("length", v.length), f("divisor", v.divisor);
    f("columns", v.columns), f("outputs", v.outputs);
}
void fields(auto& f, Is<BestEntry> auto& v) {
    f("cost", v.cost), f("updates", v.updates);
}
void fields(auto& f, Is<StateEntry> auto& v) {
    f("updates", v.updates), f("position", v.position), f("epoch", v.epoch), f("waiting", v.waiting);
    f("first_cost", v.first_cost), f("epoch_cost", v.epoch_cost), f("finished", v.finished);
    f("best", v.best), f("plateau", v.plateau), f("random_position", v.random_position);
    f("has_second", v.has_second), f("second", v.second), f("on_all_examples", v.on_all_examples);
    f("first_kept_updates", v.first_kept_updates), f("first_planned_updates", v.first_planned_updates);
}
void fields(auto& f, Is<FoldEntry> auto& v) {
    f("updates", v.updates), f("kept_updates", v.kept_updates), f("curve", v.curve);
    f("run", v.run);
}
void fields(auto& f, Is<PretrainingEntry> auto& v) {
    f("machine", v.machine), f("run", v.run);
}
void fields(auto& f, Is<MachineEntry> auto& v) {
    f("visible", v.visible), f("hidden", v.hidden), f("labels", v.labels);
    f("visible_units", v.visible_units, visible_units_names);
    f("hidden_units", v.hidden_units, hidden_units_names), f("free_energy", v.free_energy);
}

template <class V>
struct JsonKind {
    static constexpr bool optional = false, list = false;
};
template <class V>
struct JsonKind<std::optional<V>> {
    static constexpr bool optional = true, list = false;
};
template <class V>
struct JsonKind<std::vector<V>> {
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
    template <class V>
    void if_there(const char* name, const std::optional<V>& value) {
        if (value) json[name] = saved(*value);
    }
    template <class V>
    void if_any(const char* name, const std::vector<V>& values) {
        if (!values.empty()) json[name] = saved(values);
    }
    void operator()(const char* name, double value, double usual) { unless(name, value, usual); }
    // What was added later is not there where it is as it was before.
    template <class V>
    void unless(const char* name, const V& value, const V& usual) {
        if (value != usual) json[name] = saved(value);
    }
    template <class Enum>
    void unless(const char* name, Enum value, Enum usual, const auto& names) {
        if (value != usual) (*this)(name, value, names);
    }
    void operator()(const char* name, auto value, const auto& names) {
        json[name] = names[static_cast<std::size_t>(value)];
    }
    template <class Enum>
    void operator()(const char* name, const std::vector<Enum>& values, const auto& names) {
        json[name] = Json::array();
        for (const Enum value : values) json[name].push_back(names[static_cast<std::size_t>(value)]);
    }
};

template <class V>
Json saved(const V& value) {
    if constexpr (std::is_same_v<V, double>) {
        return saved_number(value);
    } else if constexpr (std::is_same_v<V, char>) {
        return std::string(1, value);
    } else if constexpr (std::is_arithmetic_v<V> || std::is_same_v<V, std::string>) {
        return value;
    } else if constexpr (JsonKind<V>::optional) {
        return value ? saved(*value) : Json();
    } else if constexpr (JsonKind<V>::list) {
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
    template <class V>
    void if_there(const char* name, std::optional<V>& value) const {
        if (json.contains(name)) load(json.at(name), value.emplace());
    }
    template <class V>
    void if_any(const char* name, std::vector<V>& values) const {
        if (json.contains(name)) load(json.at(name), values);
    }
    void operator()(const char* name, double& value, double usual) const { unless(name, value, usual); }
    template <class V>
    void unless(const char* name, V& value, const V& /*usual: what it is already*/) const {
        if (json.contains(name)) load(json[name], value);
    }
    template <class Enum>
    void unless(const char* name, Enum& value, Enum /*usual*/, const auto& names) const {
        if (json.contains(name)) (*this)(name, value, names);
    }
    template <class Enum>
    void operator()(const char* name, Enum& value, const auto& names) const {
        value = enumerator<Enum>(name, json.at(name), names);
    }
    template <class Enum>
    void operator()(const char* name, std::vector<Enum>& values, const auto& names) const {
        for (const Json& word : json.at(name)) values.push_back(enumerator<Enum>(name, word, names));
    }

    template <class Enum>
    static Enum enumerator(const char* name, const Json& json, const auto& names) {
        const auto& word = json.get_ref<const std::string&>();
        for (std::size_t i = 0; i < names.size(); ++i)
            if (word == names[i]) return static_cast<Enum>(i);
        throw Error(Fault::input, {.found = say("\"{}\" is \"{}\"", name, word)});
    }
};

std::string kind_of(const Json& json) {
    return json.is_number() ? json.dump() : json.type_name();
}

template <class V>
V whole_number(const Json& json) {
    const auto fits = [](auto number) { return std::in_range<V>(number); };
    if (json.is_number_unsigned() && fits(json.get<std::uint64_t>())) return json.get<V>();
    if (json.is_number_integer() && !json.is_number_unsigned() && fits(json.get<std::int64_t>()))
        return json.get<V>();
    throw Error(Fault::input, {.found = say("{} stands where a whole number should", kind_of(json))});
}

double number(const Json& json) {
    if (json.is_number()) return json.get<double>();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const double special : {infinity, -infinity, missing})
        if (json == to_text(special)) return special;
    throw Error(Fault::input, {.found = say("{} stands where a number should", kind_of(json))});
}

template <class V>
void load(const Json& json, V& value) {
    if constexpr (std::is_same_v<V, double>) {
        value = number(json);
    } else if constexpr (std::is_same_v<V, char>) {
        const auto& text = json.get_ref<const std::string&>();
        if (text.size() != 1)
            throw Error(Fault::input, {.found = say("{} stands where one character should", kind_of(json))});
        value = text[0];
    } else if constexpr (std::is_same_v<V, bool> || std::is_same_v<V, std::string>) {
        value = json.get_ref<const std::conditional_t<std::is_same_v<V, bool>, bool, std::string>&>();
    } else if constexpr (std::is_integral_v<V>) {
        value = whole_number<V>(json);
    } else if constexpr (JsonKind<V>::optional) {
        if (!json.is_null()) load(json, value.emplace());
    } else if constexpr (JsonKind<V>::list) {
        if (!json.is_array()) throw Error(Fault::input, {.found = say("a list is missing")});
        for (const Json& item : json) load(item, value.emplace_back());
    } else {
        const Loader loader{json};
        fields(loader, value);
    }
}

// No entry goes deeper than this.
constexpr int most_depth = 32;

}  // namespace

template <class V>
Entry entry(const char* key, const V& value) {
    try {
        return {key, saved(value).dump()};
    } catch (const Json::exception&) {  // a name that is no text
        throw Error(Fault::input, {.found = say("a name of the model is not in UTF-8"),
                                   .expected = say("names that JSON can hold")});
    }
}

template <class V>
V parsed(const std::vector<Entry>& metadata, std::string_view key) {
    for (const Entry& entry : metadata) {
        if (entry.key != key) continue;
        try {
            V value{};
            load(Json::parse(entry.value,
                             [](int depth, Json::parse_event_t, const Json&) {
                                 if (depth > most_depth)
                                     throw Error(Fault::input, {.found = say("it goes too deep")});
                                 return true;
                             }),
                 value);
            return value;
        } catch (const Json::exception&) {
            throw Error(Fault::input,
                        {.found = say("its entry \"{}\" is not what Gradus writes there", entry.key)});
        } catch (const Error& error) {
            throw Error(Fault::input,
                        {.found = say("its entry \"{}\" cannot be read: {}", entry.key, error.what())});
        }
    }
    throw Error(Fault::input, {.found = say("it has no entry \"{}\"", key)});
}

void require(bool holds, const std::string& found) {
    if (!holds) throw Error(Fault::input, {.found = found});
}

bool has(const std::vector<Entry>& metadata, std::string_view key) {
    return std::ranges::any_of(metadata, [key](const Entry& entry) { return entry.key == key; });
}

#define GRADUS_INSTANTIATE(V)                    \
    template Entry entry(const char*, const V&); \
    template V parsed(const std::vector<Entry>&, std::string_view);
GRADUS_INSTANTIATE(Index)
GRADUS_INSTANTIATE(NetworkEntry)
GRADUS_INSTANTIATE(Recipe)
GRADUS_INSTANTIATE(Features)
GRADUS_INSTANTIATE(Target)
GRADUS_INSTANTIATE(Origin)
GRADUS_INSTANTIATE(History)
GRADUS_INSTANTIATE(SelfTest)
GRADUS_INSTANTIATE(StateEntry)
GRADUS_INSTANTIATE(PretrainingEntry)
GRADUS_INSTANTIATE(std::vector<MachineEntry>)
GRADUS_INSTANTIATE(std::vector<MemberEntry>)
GRADUS_INSTANTIATE(std::vector<FoldEntry>)
#undef GRADUS_INSTANTIATE

}  // namespace gradus::onnx
