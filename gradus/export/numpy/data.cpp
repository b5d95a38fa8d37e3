#include "gradus/export/numpy/data.h"

#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/csv.h"
#include "gradus/data/features.h"
#include "gradus/export/numpy/python.h"

namespace gradus {

// [[0, 0, 1, 1],
//  [0, 1, 0, 1]]
static std::string matrix(const std::string& name, const Matrix<double>& M) {
    const std::string head = "    " + name + " = np.array([";
    std::string text = head;
    for (Index i = 0; i < M.rows(); ++i) {
        std::vector<std::string> numbers;
        for (Index j = 0; j < M.columns(); ++j) numbers.push_back(to_text(M(i, j)));
        text += (i == 0 ? "[" : ",\n" + std::string(head.size(), ' ') + "[") + listed(numbers) + "]";
    }
    return text + "])\n";
}

// Why a column cannot be written.
static std::string unwritten(const Column& column) {
    if (column.is_text())
        return say("the column \"{}\" has text, which cannot be written in NumPy yet", column.name);
    if (column.is_date())
        return say("the column \"{}\" has dates or times, which cannot be written in NumPy yet", column.name);
    return say("the column \"{}\" has missing fields, which cannot be written in NumPy yet", column.name);
}

// The numbers of a table of numbers, none of them missing: features x examples.
static Matrix<double> numbers_of(const Dataset& data, const Table& table,
                                 const std::vector<const Column*>& columns) {
    Matrix<double> X(data.features(), table.rows);
    for (Index i = 0; i < X.rows(); ++i) {
        const Column& column = *columns[static_cast<std::size_t>(i)];
        for (Index j = 0; j < X.columns(); ++j) {
            X(i, j) = column.is_text() || column.is_date()
                          ? missing
                          : column.numbers[static_cast<std::size_t>(j)] / table.divisor;
            if (std::isnan(X(i, j)))
                throw Error(Fault::input,
                            {.place = file_of(data),
                             .found = unwritten(column),
                             .hint = table.length > 0  // no column of a series can be left out
                                         ? ""
                                         : setting("ignore") + " " + shell_word(csv_field(column.name))});
        }
    }
    return X;
}

NumpyData numpy_written_out(const Dataset& data) {
    constexpr Index most = 10'000;
    Index without_label = 0;
    for (const Table& table : data.unlabelled) without_label += table.rows;
    const Index numbers =
        (data.features() + data.Y.rows()) * data.examples() + data.features() * without_label;
    if (numbers > most)
        throw Error(Fault::input, {.place = file_of(data),
                                   .found = say("{} numbers cannot be written in a program", numbers),
                                   .expected = say("at most {}", most)});
    std::vector<const Column*> columns;
    for (const Column& column : data.table.columns) columns.push_back(&column);
    NumpyData written{.words = data.name,
                      .load_data = "def load_data():\n" + matrix("X", numbers_of(data, data.table, columns)) +
                                   (data.Y.rows() > 0 ? matrix("Y", data.Y) + "    return X, Y\n"
                                                      : std::string("    return X\n"))};
    if (without_label > 0) {
        Matrix<double> X(data.features(), without_label);
        const Features known =
            fit_features(data.table, {}, Scaling::none);  // which finds them by their names
        Index first = 0;
        for (const Table& table : data.unlabelled) {
            const Matrix<double> some = numbers_of(data, table, Encoder(known, table).columns());
            for (Index j = 0; j < some.columns(); ++j)
                for (Index i = 0; i < X.rows(); ++i) X(i, first + j) = some(i, j);
            first += table.rows;
        }
        written.load_unlabelled = "def load_unlabelled():\n" + matrix("X", X) + "    return X\n";
    }
    return written;
}

NumpyData numpy_generated(const std::string& name, const GeneratorSettings& settings, bool with_target) {
    const Index examples = examples_made(name, settings);
    const double noise = noise_added(name, settings);
    const std::string numbers = "examples=" + std::to_string(examples) + ", noise=" + to_text(noise) +
                                ", seed=" + std::to_string(settings.seed) + (with_target ? ")\n" : ")[0]\n");
    const std::string point = name == "and" || name == "or" ? "truth_" + name : name;  // words of Python
    NumpyData source{.words = name,
                     .load_data = "def load_data():\n    return " +
                                  (name == "sine" ? "sine(" : "points(" + point + ", ") + numbers};
    if (is_truth_table(name) && examples == 4 && noise == 0) {
        Dataset data = generate(name, settings);
        source.load_data = numpy_written_out(with_target ? data : without_target(data)).load_data;
    }
    if (settings.examples) source.words += " --examples " + std::to_string(*settings.examples);
    if (settings.noise) source.words += " --noise " + to_text(*settings.noise);
    return source;
}

}  // namespace gradus
