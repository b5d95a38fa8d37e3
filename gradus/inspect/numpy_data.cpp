#include "gradus/inspect/numpy_data.h"

#include <cmath>
#include <map>

#include "gradus/error.h"
#include "gradus/inspect/python_text.h"
#include "gradus/nn/words.h"

namespace gradus {
namespace {

using python::fill;

// The lines that make example j, without noise.
const std::map<std::string, const char*, std::less<>> points{
    {"xor", "x1, x2 = j // 2 % 2, j % 2\nlabel = x1 ^ x2\n"},
    {"and", "x1, x2 = j // 2 % 2, j % 2\nlabel = x1 & x2\n"},
    {"or", "x1, x2 = j // 2 % 2, j % 2\nlabel = x1 | x2\n"},
    {"circles",
     "label = j % 2\n"
     "radius, angle = (1, 0.5)[label], 2 * math.pi * random.random_sample()\n"
     "x1, x2 = radius * math.cos(angle), radius * math.sin(angle)\n"},
    {"moons",
     "label = j % 2\n"
     "angle = math.pi * random.random_sample()\n"
     "x1, x2 = math.cos(angle), math.sin(angle)\n"
     "if label == 1:\n"
     "    x1, x2 = 1 - x1, 0.5 - x2\n"},
    {"spirals",
     "label = j % 2\n"
     "r = random.random_sample()\n"
     "angle = 3.5 * math.pi * r + math.pi * label\n"
     "x1, x2 = r * math.cos(angle), r * math.sin(angle)\n"},
    {"gauss",
     "label = j % 2\n"
     "x1 = x2 = (-1, 1)[label]\n"},
};

std::string sine(Index examples, double noise, const std::string& random) {
    const std::string m = std::to_string(examples);
    return "X, Y = np.zeros((1, " + m + ")), np.zeros((1, " + m + "))\n" + random + "for j in range(" + m +
           "):\n"
           "    X[0, j] = math.pi * (2 * random.random_sample() - 1)\n"
           "    Y[0, j] = math.sin(X[0, j])" +
           (noise > 0 ? " + " + to_text(noise) + " * random.randn()" : "") + "\n";
}

std::string classes(std::string_view name, Index examples, double noise, const std::string& random) {
    const std::string m = std::to_string(examples), added = " + " + to_text(noise) + " * random.randn()";
    const bool draws =
        noise > 0 || std::string_view(points.find(name)->second).find("random") != std::string::npos;
    return "X, Y = np.zeros((2, " + m + ")), np.zeros((1, " + m + "))\n" + (draws ? random : "") +
           "for j in range(" + m + "):\n" +
           python::indented(std::string(points.find(name)->second) +
                            (noise > 0 ? "X[:, j] = x1" + added + ", x2" + added : "X[:, j] = x1, x2") +
                            "\nY[0, j] = label\n");
}

// [[0, 0, 1, 1],
//  [0, 1, 0, 1]]
std::string matrix(const std::string& name, const Matrix<double>& M) {
    const std::string head = name + " = np.array([";
    std::string text;
    for (Index i = 0; i < M.rows(); ++i) {
        std::vector<std::string> numbers;
        for (Index j = 0; j < M.columns(); ++j) numbers.push_back(to_text(M(i, j)));
        text += python::wrapped((i == 0 ? head : std::string(head.size(), ' ')) + "[", numbers,
                                i + 1 < M.rows() ? "]," : "]])");
    }
    return text;
}

}  // namespace

NumpyData numpy_generated(const std::string& name, const GeneratorSettings& settings) {
    const Index examples = examples_made(name, settings);
    const double noise = noise_added(name, settings);
    NumpyData source;
    if (is_truth_table(name) && examples == 4 && noise == 0) {
        source = numpy_written_out(generate(name, settings));
    } else {
        const std::string random =
            "random = np.random.RandomState(" + std::to_string(settings.seed) + ")  # for the data alone\n";
        source.load_data = "def load_data():\n" +
                           python::indented((name == "sine" ? sine(examples, noise, random)
                                                            : classes(name, examples, noise, random)) +
                                            "return X, Y\n");
    }
    source.words = name;
    if (settings.examples) source.words += " --examples " + std::to_string(*settings.examples);
    if (settings.noise) source.words += " --noise " + to_text(*settings.noise);
    return source;
}

NumpyData numpy_written_out(const Dataset& data) {
    constexpr Index most = 10'000;
    const Index numbers = data.X.rows() * data.X.columns() + data.Y.rows() * data.Y.columns();
    if (numbers > most)
        throw Error(Fault::input,
                    {.place = data.name,
                     .found = std::to_string(numbers) + " numbers cannot be written in a program",
                     .expected = "at most " + std::to_string(most)});
    return {.words = data.name,
            .load_data = "def load_data():\n" +
                         python::indented(matrix("X", data.X) + matrix("Y", data.Y) + "return X, Y\n")};
}

std::string numpy_split(const Dataset& data, double validation_share, std::uint32_t seed) {
    const python::Names names{{"seed", std::to_string(seed)}, {"share", to_text(validation_share)}};
    if (!data.has_classes())
        return fill(R"(
def split(Y):
    """The training and the validation examples: the first of a random order are set aside."""
    m = Y.shape[1]
    order = np.random.RandomState($seed).permutation(m)
    aside = math.floor($share * m + 0.5)
    return np.sort(order[aside:]), np.sort(order[:aside])
)",
                    names);
    return fill(R"(
def split(Y):
    """The training and the validation examples: of each class, the first of a random order are
    set aside."""
    order = np.random.RandomState($seed).permutation(Y.shape[1])
    validation = []
    for label in np.unique(Y):
        members = order[Y[0, order] == label]
        validation.extend(members[:math.floor($share * len(members) + 0.5)])
    return np.setdiff1d(order, validation), np.sort(validation)
)",
                names);
}

std::string numpy_scale(Scaling scaling) {
    switch (scaling) {
        case Scaling::standard:
            return fill(R"(
def scale(X, like):
    """(x - mean) / deviation for each feature, both as they are in `like`."""
    mean, deviation = np.mean(like, axis=1, keepdims=True), np.std(like, axis=1, keepdims=True)
    deviation[np.ptp(like, axis=1) == 0] = 1  # a feature that never varies
    return (X - mean) / deviation
)",
                        {});
        case Scaling::minmax:
            return fill(R"(
def scale(X, like):
    """(x - smallest) / (largest - smallest) for each feature, both as they are in `like`."""
    smallest, extent = np.min(like, axis=1, keepdims=True), np.ptp(like, axis=1, keepdims=True)
    return (X - smallest) / np.where(extent > 0, extent, 1)  # 1 where all are alike
)",
                        {});
        case Scaling::series:
            return fill(R"(
def scale(X):
    """Each example with mean 0 and deviation 1."""
    deviation = np.where(np.ptp(X, axis=0) > 0, np.std(X, axis=0), 1)  # 1 where all are alike
    return (X - np.mean(X, axis=0)) / deviation
)",
                        {});
        case Scaling::none:
            break;
    }
    return "";
}

std::string numpy_one_hot(Index classes) {
    return fill(R"(
def one_hot(Y):
    """A row for each class: 1 where the example belongs to it, else 0."""
    return (np.arange($classes)[:, np.newaxis] == Y).astype(float)
)",
                {{"classes", std::to_string(classes)}});
}

std::string numpy_balanced_weights() {
    return fill(R"(
def balanced_weights(Y):
    """A factor for each example's loss: each class counts alike, however few examples it has."""
    labels, counts = np.unique(Y, return_counts=True)
    return Y.shape[1] / (len(labels) * counts[np.searchsorted(labels, Y)])
)",
                {});
}

}  // namespace gradus
