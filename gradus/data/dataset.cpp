#include "gradus/data/dataset.h"

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/data/fingerprint.h"
#include "gradus/data/shared_table.h"

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

void add(Fingerprint& print, const Table& table) {
    for (const Column& column : table.columns) {
        const Shown shown(column);
        print.add(column.name);
        print.add(column.numbers);
        if (column.is_date()) print.add("dates");
        print.add(column.codes);
        print.add(column.texts);
    }
    print.add(table.divisor);
}

}  // namespace

Dataset without_target(Dataset data) {
    data.Y = Matrix<double>(0, data.examples());
    data.target_names.clear();
    data.class_names.clear();
    data.target_words.clear();
    data.multilabel = false;
    return data;
}

const std::string& file_of(const Dataset& data) {
    return data.table.name.find(data.name) == std::string::npos ? data.name : data.table.name;
}

std::uint64_t fingerprint(const Dataset& data) {
    Fingerprint print;
    add(print, data.table);
    for (Index j = 0; j < data.Y.columns(); ++j)
        for (Index i = 0; i < data.Y.rows(); ++i) print.add(data.Y(i, j));
    print.add(data.target_names);
    print.add(data.class_names);
    if (data.multilabel) print.add("labels");
    if (!data.group_name.empty()) print.add(data.together);
    if (!data.times.empty()) print.add(data.times);
    if (!data.weights.empty()) print.add(data.weights);
    for (const Table& table : data.unlabelled) add(print, table);
    return print.value();
}

}  // namespace gradus
