#include "gradus/data/dataset.h"

#include <bit>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {

template <class T>
Matrix<T> select(View<const T> M, const std::vector<Index>& columns) {
    Matrix<T> selected(M.rows(), static_cast<Index>(columns.size()));
    Index to = 0;
    for (const Index j : columns) {
        if (j < 0 || j >= M.columns())
            throw Error(Fault::usage, {.place = "select",
                                       .found = say("column {}", j),
                                       .expected = say("from 0 to below {}", M.columns())});
        for (Index i = 0; i < M.rows(); ++i) selected(i, to) = M(i, j);
        ++to;
    }
    return selected;
}

template Matrix<float> select(View<const float>, const std::vector<Index>&);
template Matrix<double> select(View<const double>, const std::vector<Index>&);

namespace {

// Mixes words into 64 bits: not against an adversary, but no two files of a person will meet.
class Fingerprint {
public:
    void add(std::uint64_t word) {
        state_ = (state_ ^ word) * 0x9E3779B97F4A7C15;
        state_ ^= state_ >> 32;
    }
    void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
    void add(const std::string& text) {
        add(std::uint64_t{text.size()});
        for (const char c : text) add(std::uint64_t{static_cast<unsigned char>(c)});
    }
    template <class T>
    void add(const std::vector<T>& items) {
        add(std::uint64_t{items.size()});
        for (const T& item : items) add(item);
    }
    void add(const Table& table) {
        for (const Column& column : table.columns) {
            add(column.name);
            add(column.numbers);
            if (column.is_date()) add(std::string("dates"));
            add(column.codes);
            add(column.texts);
        }
        add(table.divisor);
    }
    void add(std::int32_t code) { add(std::int64_t{code}); }
    void add(std::int64_t number) { add(static_cast<std::uint64_t>(number)); }
    [[nodiscard]] std::uint64_t value() const { return state_; }

private:
    std::uint64_t state_ = 0x243F6A8885A308D3;
};

}  // namespace

Dataset without_target(Dataset data) {
    data.Y = Matrix<double>(0, data.examples());
    data.target_names.clear();
    data.class_names.clear();
    data.target_words.clear();
    data.multilabel = false;
    return data;
}

std::uint64_t fingerprint(const Dataset& data) {
    Fingerprint print;
    print.add(data.table);
    for (Index j = 0; j < data.Y.columns(); ++j)
        for (Index i = 0; i < data.Y.rows(); ++i) print.add(data.Y(i, j));
    print.add(data.target_names);
    print.add(data.class_names);
    if (data.multilabel) print.add(std::string("labels"));
    if (!data.group_name.empty()) print.add(data.together);
    if (!data.times.empty()) print.add(data.times);
    if (!data.weights.empty()) print.add(data.weights);
    for (const Table& table : data.unlabelled) print.add(table);
    return print.value();
}

}  // namespace gradus
