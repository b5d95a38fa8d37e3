#include "gradus/inspect/numpy_data.h"

#include "gradus/error.h"
#include "gradus/inspect/numpy_template.h"
#include "gradus/nn/words.h"

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

NumpyData numpy_written_out(const Dataset& data) {
    constexpr Index most = 10'000;
    const Index numbers = data.X.rows() * data.X.columns() + data.Y.rows() * data.Y.columns();
    if (numbers > most)
        throw Error(Fault::input,
                    {.place = data.name,
                     .found = std::to_string(numbers) + " numbers cannot be written in a program",
                     .expected = "at most " + std::to_string(most)});
    return {
        .words = data.name,
        .load_data = "def load_data():\n" + matrix("X", data.X) + matrix("Y", data.Y) + "    return X, Y\n"};
}

NumpyData numpy_generated(const std::string& name, const GeneratorSettings& settings) {
    const Index examples = examples_made(name, settings);
    const double noise = noise_added(name, settings);
    NumpyFilling filling;
    filling.set("noise", noise > 0);
    filling.names = {{"examples", std::to_string(examples)},
                     {"features", name == "sine" ? "1" : "2"},
                     {"data_seed", std::to_string(settings.seed)},
                     {"noise", to_text(noise)}};
    std::string point = numpy_piece("point " + name, filling);
    if (name != "sine") point += numpy_piece("kept point", filling);
    filling.set("draws", words_of_python(point).contains("random"));
    filling.names["point"] = point;

    NumpyData source{.words = name, .load_data = numpy_piece("load_data", filling)};
    if (is_truth_table(name) && examples == 4 && noise == 0)
        source.load_data = numpy_written_out(generate(name, settings)).load_data;
    if (settings.examples) source.words += " --examples " + std::to_string(*settings.examples);
    if (settings.noise) source.words += " --noise " + to_text(*settings.noise);
    return source;
}

}  // namespace gradus
