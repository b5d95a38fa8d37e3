// Files as people have them, learned for a short while: dates, decimal commas, numbers and targets that float
// would merge, several labels.

#include <fmt/format.h>

#include <cmath>

#include "gradus/data/csv.h"
#include "gradus/model/training.h"
#include "tests/onnx/cases.h"

namespace gradus::test {
namespace {

constexpr int examples = 80;

struct File {
    std::string name;
    std::string csv;
    std::vector<std::string> targets;
    Choices choices = {};
};

// Two numbers that nobody sees a rule in.
struct Point {
    explicit Point(int i) : a((i * i * 37 + i * 411 + 17) % 1009), b((i * i * 91 + i * 17 + 5) % 1009) {}
    int a, b;
};

File with_dates() {
    std::string csv = "when,x,class\n";
    for (int i = 0; i < examples; ++i) {
        const Point p(i);
        csv += i % 17 == 3 ? ""
                           : fmt::format("{:02}.{:02}.{} {:02}:{:02}", 1 + p.a % 28, 1 + p.b % 12, 1960 + i,
                                         p.a % 24, p.b % 60);
        csv += fmt::format(",{}.{},{}\n", p.a, p.b, p.a % 24 < 12 ? "morning" : "evening");
    }
    return {"dates", csv, {"class"}};
}

File with_decimal_commas() {
    std::string csv = "area;place;price\n";
    for (int i = 0; i < examples; ++i) {
        const Point p(i);
        csv += fmt::format("{},{:02} m2;{};1.{:03},{:02}\n", p.a, p.b % 100, i % 3 == 0 ? "town" : "land",
                           p.a % 1000, p.b % 100);
    }
    return {"decimal commas", csv, {"price"}};
}

File beyond_float(const std::string& name, const std::string& before, const Choices& choices) {
    std::string csv = "time,x,count\n";
    for (int i = 0; i < examples; ++i) {
        const Point p(i);
        csv += fmt::format("{}{:04},{}.5,{}{:04}\n", before, p.a, p.b, before, 2 * p.a + p.b / 10);
    }
    return {name, csv, {"count"}, choices};
}

File with_labels() {
    std::string csv = "x,y,left,low,both\n";
    for (int i = 0; i < examples; ++i) {
        const Point p(i);
        csv += fmt::format("{},{},{:d},{:d},{:d}\n", p.a, p.b, p.a < 400, p.b < 600, p.a < 400 && p.b < 600);
    }
    return {"several labels", csv, {"left", "low", "both"}};
}

File in_bins(File file) {
    file.name += " in bins";
    file.choices.encoding = NumberEncoding::ple;
    return file;
}

// With its members averaged in the graph.
File by_ensemble(File file) {
    file.name += " by an ensemble";
    file.choices.ensemble = 3;
    return file;
}

OnnxFileCase learned(const File& file) {
    const Table table = read_csv(*in_memory(file.csv, file.name));
    std::vector<std::string> notes;
    const Dataset data = make_dataset(table, {.targets = file.targets}, notes);
    Choices choices = file.choices;
    choices.epochs = 20;
    const Recipe recipe = make_recipe(choices, data);
    return {file.name, file.csv, train<float>(data, recipe).model, data.table};
}

}  // namespace

std::vector<OnnxFileCase> onnx_file_cases() {
    std::vector<OnnxFileCase> cases;
    for (const File& file :
         {with_dates(), with_decimal_commas(), beyond_float("a thousand million", "100000", {}),
          beyond_float("as it is", "100000", {.learning_rate = 1e-4, .scaling = Scaling::none}),
          beyond_float("between 0 and 1", "123456789", {.scaling = Scaling::minmax}), with_labels(),
          by_ensemble(with_dates()), by_ensemble(in_bins(with_decimal_commas())),
          by_ensemble(with_decimal_commas()), by_ensemble(with_labels()),
          by_ensemble(beyond_float("a thousand million", "100000", {}))})
        cases.push_back(learned(file));
    return cases;
}

}  // namespace gradus::test
