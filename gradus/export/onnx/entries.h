// How does an entry of the metadata hold what it says? As a JSON text, made from a struct and read back into
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/export/onnx/file.h"
#include "gradus/model/model.h"

namespace gradus::onnx {

// What an entry holds that is no struct elsewhere.
struct NetworkEntry {
    std::string text = {};
    Shape in = {};
    std::vector<std::string> learned = {};  // network after network
    Index members = 1;
};
// A further member of an ensemble.
struct MemberEntry {
    Index updates = 0, kept_updates = 0;
    std::vector<CurvePoint> curve = {};
};
struct History {
    Index updates = 0, kept_updates = 0;
    double baseline = 0;
    Evaluation training = {};
    std::optional<Evaluation> validation = {}, out_of_fold = {};
    std::vector<CurvePoint> curve = {};
};
struct SelfTest {
    struct Field {
        std::string name = {};
        bool is_date = false;
        std::vector<double> numbers = {};
        std::vector<std::optional<std::string>> texts = {};
    };
    Index rows = 0, channels = 0, length = 0;
    double divisor = 1;
    std::vector<Field> columns = {};
    std::vector<std::vector<double>> outputs = {};  // of each row
};
struct BestEntry {
    double cost = 0;
    Index updates = 0;
};
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

// Where the network of one fold stands; without a run it has not begun.
struct FoldEntry {
    Index updates = 0, kept_updates = 0;
    std::vector<CurvePoint> curve = {};
    std::optional<StateEntry> run = {};
};
struct PretrainingEntry {
    Index machine = 0;
    std::optional<StateEntry> run = {};
};
struct MachineEntry {
    Index visible = 0, hidden = 0, labels = 0;
    VisibleUnits visible_units = VisibleUnits::bernoulli;
    HiddenUnits hidden_units = HiddenUnits::bernoulli;
    double free_energy = 0;  // of visible units that are all 1/2: the self-test
};

/// The entry called `key`, for the structs above, Recipe, Features, Target, Origin and an Index. Throws Error
/// (input) for a name that is no UTF-8.
template <class V>
Entry entry(const char* key, const V& value);

/// The reverse. Throws Error (input), without a place, when there is no such entry, or something else in it.
template <class V>
V parsed(const std::vector<Entry>& metadata, std::string_view key);

/// Is there such an entry?
bool has(const std::vector<Entry>& metadata, std::string_view key);

/// Throws Error (input), without a place, unless it holds.
void require(bool holds, const std::string& found);

}  // namespace gradus::onnx
